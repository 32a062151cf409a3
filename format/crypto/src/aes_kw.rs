use core::fmt;

use ::aes_kw::{KeyInit as _, KwAes128, KwAes192, KwAes256};
use suitpack_core::cose::Distribution;
use zeroize::Zeroizing;

/// A key that encrypts other keys: AES key wrap with 128, 192 or 256 bits (COSE -3, -4, -5); zeroised when dropped.
///
/// RFC 3394; RFC 9053 §6.2.1
#[derive(Clone)]
pub struct WrappingKey {
    secret: Zeroizing<[u8; 32]>,
    length: usize,
}

impl WrappingKey {
    /// Takes 16, 24 or 32 secret bytes; `None` of any other number.
    #[must_use]
    pub fn from_bytes(secret: &[u8]) -> Option<Self> {
        if !matches!(secret.len(), 16 | 24 | 32) {
            return None;
        }
        let mut kept = Zeroizing::new([0; 32]);
        kept.get_mut(..secret.len())?.copy_from_slice(secret);
        Some(Self { secret: kept, length: secret.len() })
    }

    /// The algorithm of a key of this length.
    #[must_use]
    pub const fn algorithm(&self) -> Distribution {
        match self.length {
            16 => Distribution::A128Kw,
            24 => Distribution::A192Kw,
            _ => Distribution::A256Kw,
        }
    }

    /// Wraps a key of up to 32 bytes, a multiple of 8, and gives the number of bytes written: eight more. `None` of any other length.
    #[must_use]
    pub fn wrap(&self, key: &[u8], wrapped: &mut [u8; 40]) -> Option<usize> {
        let secret = self.secret();
        if key.is_empty() {
            return None;
        }
        let made = match self.length {
            16 => KwAes128::new_from_slice(secret).ok()?.wrap_key(key, wrapped).ok()?.len(),
            24 => KwAes192::new_from_slice(secret).ok()?.wrap_key(key, wrapped).ok()?.len(),
            _ => KwAes256::new_from_slice(secret).ok()?.wrap_key(key, wrapped).ok()?.len(),
        };
        Some(made)
    }

    /// Unwraps a key and gives its length in bytes; `None` if it was wrapped with another key or was changed.
    #[must_use]
    pub fn unwrap(&self, wrapped: &[u8], key: &mut [u8; 32]) -> Option<usize> {
        let secret = self.secret();
        // RFC 3394 §2.2: two blocks at least.
        if wrapped.len() < 24 {
            return None;
        }
        let found = match self.length {
            16 => KwAes128::new_from_slice(secret).ok()?.unwrap_key(wrapped, key).ok()?.len(),
            24 => KwAes192::new_from_slice(secret).ok()?.unwrap_key(wrapped, key).ok()?.len(),
            _ => KwAes256::new_from_slice(secret).ok()?.unwrap_key(wrapped, key).ok()?.len(),
        };
        Some(found)
    }

    fn secret(&self) -> &[u8] {
        self.secret.get(..self.length).unwrap_or_default()
    }
}

impl fmt::Debug for WrappingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WrappingKey").field("bits", &self.length.saturating_mul(8)).finish_non_exhaustive()
    }
}
