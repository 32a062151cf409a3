//! What the algorithms that authenticate have in common: 12 bytes of IV and 16 of tag.

use ::aead::consts::{U12, U16};
use ::aead::{AeadCore, AeadInOut};

pub(crate) trait Aead: AeadInOut + AeadCore<NonceSize = U12, TagSize = U16> {}

impl<A: AeadInOut + AeadCore<NonceSize = U12, TagSize = U16>> Aead for A {}

pub(crate) fn seal<A: Aead>(cipher: &A, iv: &[u8; 12], aad: &[u8], buffer: &mut [u8]) -> Option<[u8; 16]> {
    cipher.encrypt_inout_detached(iv.into(), aad, buffer.into()).ok().map(Into::into)
}

pub(crate) fn open<A: Aead>(cipher: &A, iv: &[u8; 12], aad: &[u8], buffer: &mut [u8], tag: &[u8; 16]) -> Option<()> {
    cipher.decrypt_inout_detached(iv.into(), aad, buffer.into(), tag.into()).ok()
}
