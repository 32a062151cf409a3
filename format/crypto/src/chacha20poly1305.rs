//! ChaCha20/Poly1305 (COSE 24), a piece at a time.

use core::hint::black_box;
use core::mem::replace;

use cryptoxide::chacha20poly1305::{Context, ContextDecryption, ContextEncryption, DecryptionResult};
use cryptoxide::poly1305::Tag;

use crate::Way;

/// ChaCha20 and Poly1305. After [`ChaChaStream::MOST`] bytes its counter would go round: whoever holds it counts.
///
/// RFC 9053 §4.3; RFC 8439 §2.8
pub(crate) enum ChaChaStream {
    Decrypt(ContextDecryption<20>),
    Encrypt(ContextEncryption<20>),
}

impl ChaChaStream {
    /// 2^32 - 1 blocks: the first makes the key of the tag.
    pub(crate) const MOST: u64 = (1 << 38) - 64;

    pub(crate) fn new(way: Way, key: &[u8; 32], iv: &[u8; 12], aad: &[u8]) -> Self {
        let mut context = Context::new(key, iv);
        context.add_data(aad);
        match way {
            Way::Decrypt => Self::Decrypt(context.to_decryption()),
            Way::Encrypt => Self::Encrypt(context.to_encryption()),
        }
    }

    pub(crate) fn apply(&mut self, piece: &mut [u8]) {
        match self {
            Self::Decrypt(context) => context.decrypt_mut(piece),
            Self::Encrypt(context) => context.encrypt_mut(piece),
        }
    }

    /// The tag of what was encrypted, and of nothing else. What stays is a cipher with a key of zeros.
    pub(crate) fn tag(&mut self) -> Option<[u8; 16]> {
        let Self::Encrypt(context) = self else { return None };
        Some(replace(context, blank().to_encryption()).finalize().0)
    }

    /// Whether this is the tag of what was decrypted, in constant time. What stays is a cipher with a key of zeros.
    pub(crate) fn matches(&mut self, tag: &[u8; 16]) -> bool {
        let Self::Decrypt(context) = self else { return false };
        replace(context, blank().to_decryption()).finalize(&Tag(*tag)) == DecryptionResult::Match
    }
}

impl Drop for ChaChaStream {
    /// The crate wipes nothing.
    fn drop(&mut self) {
        match self {
            Self::Decrypt(context) => *context = blank().to_decryption(),
            Self::Encrypt(context) => *context = blank().to_encryption(),
        }
        black_box(self);
    }
}

fn blank() -> Context<20> {
    Context::new(&[0; 32], &[0; 12])
}
