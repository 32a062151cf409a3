//! AES-GCM: encrypts a whole payload and notices every change (COSE 1, 2, 3).

use ::aes_gcm::aead::consts::U12;
use ::aes_gcm::{AesGcm, KeyInit as _, aes};

use crate::aead;

/// Encrypts in place with AES-GCM and a key of 16, 24 or 32 bytes; gives the tag. `None` if the key has another length.
///
/// RFC 9053 §4.1
#[must_use]
pub fn seal(key: &[u8], iv: &[u8; 12], aad: &[u8], buffer: &mut [u8]) -> Option<[u8; 16]> {
    match key.len() {
        16 => aead::seal(&Aes128::new_from_slice(key).ok()?, iv, aad, buffer),
        24 => aead::seal(&Aes192::new_from_slice(key).ok()?, iv, aad, buffer),
        32 => aead::seal(&Aes256::new_from_slice(key).ok()?, iv, aad, buffer),
        _ => None,
    }
}

/// Decrypts in place with AES-GCM if the tag is right; else nothing is decrypted.
#[must_use]
pub fn open(key: &[u8], iv: &[u8; 12], aad: &[u8], buffer: &mut [u8], tag: &[u8; 16]) -> Option<()> {
    match key.len() {
        16 => aead::open(&Aes128::new_from_slice(key).ok()?, iv, aad, buffer, tag),
        24 => aead::open(&Aes192::new_from_slice(key).ok()?, iv, aad, buffer, tag),
        32 => aead::open(&Aes256::new_from_slice(key).ok()?, iv, aad, buffer, tag),
        _ => None,
    }
}

type Aes128 = AesGcm<aes::Aes128, U12>;
type Aes192 = AesGcm<aes::Aes192, U12>;
type Aes256 = AesGcm<aes::Aes256, U12>;
