//! AES in counter mode (COSE -65534, -65533, -65532), a piece at a time.

use ctr::Ctr128BE;
use ctr::cipher::{KeyIvInit as _, StreamCipher as _};

/// AES in counter mode. Both ways are the same, and neither notices a change.
///
/// RFC 9459 §4; draft-ietf-suit-firmware-encryption §6.2: the counter is the whole block.
pub(crate) enum CounterStream {
    Aes128(Ctr128BE<aes::Aes128>),
    Aes192(Ctr128BE<aes::Aes192>),
    Aes256(Ctr128BE<aes::Aes256>),
}

impl CounterStream {
    /// Starts at the first byte with a key of 16, 24 or 32 bytes; `None` of any other number.
    pub(crate) fn new(key: &[u8], iv: &[u8; 16]) -> Option<Self> {
        Some(match key.len() {
            16 => Self::Aes128(Ctr128BE::new_from_slices(key, iv).ok()?),
            24 => Self::Aes192(Ctr128BE::new_from_slices(key, iv).ok()?),
            32 => Self::Aes256(Ctr128BE::new_from_slices(key, iv).ok()?),
            _ => return None,
        })
    }

    /// Encrypts or decrypts the next bytes in place. `None` if the counter has gone round, after 2^132 bytes.
    pub(crate) fn apply(&mut self, bytes: &mut [u8]) -> Option<()> {
        match self {
            Self::Aes128(cipher) => cipher.try_apply_keystream(bytes),
            Self::Aes192(cipher) => cipher.try_apply_keystream(bytes),
            Self::Aes256(cipher) => cipher.try_apply_keystream(bytes),
        }
        .ok()
    }
}
