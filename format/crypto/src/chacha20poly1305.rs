//! ChaCha20/Poly1305: encrypts a whole payload and notices every change (COSE 24).

use ::chacha20poly1305::{ChaCha20Poly1305, KeyInit as _};

use crate::aead;

/// Encrypts in place with ChaCha20 and Poly1305 and a key of 32 bytes; gives the tag.
///
/// RFC 9053 §4.3; RFC 8439 §2.8
#[must_use]
pub fn seal(key: &[u8; 32], iv: &[u8; 12], aad: &[u8], buffer: &mut [u8]) -> Option<[u8; 16]> {
    aead::seal(&ChaCha20Poly1305::new(key.into()), iv, aad, buffer)
}

/// Decrypts in place with ChaCha20 and Poly1305 if the tag is right; else nothing is decrypted.
#[must_use]
pub fn open(key: &[u8; 32], iv: &[u8; 12], aad: &[u8], buffer: &mut [u8], tag: &[u8; 16]) -> Option<()> {
    aead::open(&ChaCha20Poly1305::new(key.into()), iv, aad, buffer, tag)
}
