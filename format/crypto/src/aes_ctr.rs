use core::fmt;

use ctr::Ctr128BE;
use ctr::cipher::{KeyIvInit as _, StreamCipher as _};

/// AES in counter mode over bytes as they come by (COSE -65534, -65533, -65532). Both ways are the same, and neither notices a change.
///
/// RFC 9459 §4; draft-ietf-suit-firmware-encryption §6.2: the counter is the whole block.
pub struct CounterStream(Cipher);

enum Cipher {
    Aes128(Ctr128BE<aes::Aes128>),
    Aes192(Ctr128BE<aes::Aes192>),
    Aes256(Ctr128BE<aes::Aes256>),
}

impl CounterStream {
    /// Starts at the first byte with a key of 16, 24 or 32 bytes; `None` of any other number.
    #[must_use]
    pub fn new(key: &[u8], iv: &[u8; 16]) -> Option<Self> {
        Some(Self(match key.len() {
            16 => Cipher::Aes128(Ctr128BE::new_from_slices(key, iv).ok()?),
            24 => Cipher::Aes192(Ctr128BE::new_from_slices(key, iv).ok()?),
            32 => Cipher::Aes256(Ctr128BE::new_from_slices(key, iv).ok()?),
            _ => return None,
        }))
    }

    /// Encrypts or decrypts the next bytes in place. `None` if the counter has gone round, after 2^132 bytes.
    #[must_use]
    pub fn apply(&mut self, bytes: &mut [u8]) -> Option<()> {
        match &mut self.0 {
            Cipher::Aes128(cipher) => cipher.try_apply_keystream(bytes),
            Cipher::Aes192(cipher) => cipher.try_apply_keystream(bytes),
            Cipher::Aes256(cipher) => cipher.try_apply_keystream(bytes),
        }
        .ok()
    }
}

impl fmt::Debug for CounterStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CounterStream").finish_non_exhaustive()
    }
}
