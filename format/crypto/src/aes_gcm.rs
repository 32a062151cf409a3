//! AES-GCM (COSE 1, 2, 3), a piece at a time.

use core::hint::black_box;
use core::mem::replace;

use aead_gcm_stream::AesGcm;
use aes_08::{Aes128, Aes192, Aes256};
use subtle::ConstantTimeEq as _;

/// AES-GCM with an IV of 12 bytes and a tag of 16. Takes [`GcmStream::MOST`] bytes and panics at more: whoever holds it counts.
///
/// RFC 9053 §4.1; NIST SP 800-38D
pub(crate) enum GcmStream {
    Aes128(AesGcm<Aes128>),
    Aes192(AesGcm<Aes192>),
    Aes256(AesGcm<Aes256>),
}

impl GcmStream {
    /// One block less than SP 800-38D allows, for the crate counts to 2^32 - 1; and it counts bytes in a `usize`.
    pub(crate) const MOST: u64 = if usize::BITS < 64 { usize::MAX as u64 } else { (1 << 36) - 48 };

    /// Starts at the first byte with a key of 16, 24 or 32 bytes; `None` of any other number.
    pub(crate) fn new(key: &[u8], iv: &[u8; 12], aad: &[u8]) -> Option<Self> {
        let mut stream = match key.len() {
            16 => Self::Aes128(AesGcm::new(key.first_chunk::<16>()?.into(), iv)),
            24 => Self::Aes192(AesGcm::new(key.first_chunk::<24>()?.into(), iv)),
            32 => Self::Aes256(AesGcm::new(key.first_chunk::<32>()?.into(), iv)),
            _ => return None,
        };
        match &mut stream {
            Self::Aes128(cipher) => cipher.set_aad(aad),
            Self::Aes192(cipher) => cipher.set_aad(aad),
            Self::Aes256(cipher) => cipher.set_aad(aad),
        }
        Some(stream)
    }

    pub(crate) fn encrypt(&mut self, piece: &mut [u8]) {
        match self {
            Self::Aes128(cipher) => cipher.encrypt(piece),
            Self::Aes192(cipher) => cipher.encrypt(piece),
            Self::Aes256(cipher) => cipher.encrypt(piece),
        }
    }

    pub(crate) fn decrypt(&mut self, piece: &mut [u8]) {
        match self {
            Self::Aes128(cipher) => cipher.decrypt(piece),
            Self::Aes192(cipher) => cipher.decrypt(piece),
            Self::Aes256(cipher) => cipher.decrypt(piece),
        }
    }

    /// The tag of what went by, which after decryption nobody may see. What stays is a cipher with a key of zeros.
    pub(crate) fn tag(&mut self) -> [u8; 16] {
        match self {
            Self::Aes128(cipher) => replace(cipher, AesGcm::new(&[0; 16].into(), &[0; 12])).finish().into(),
            Self::Aes192(cipher) => replace(cipher, AesGcm::new(&[0; 24].into(), &[0; 12])).finish().into(),
            Self::Aes256(cipher) => replace(cipher, AesGcm::new(&[0; 32].into(), &[0; 12])).finish().into(),
        }
    }

    /// Whether this is the tag of what went by, in constant time.
    pub(crate) fn matches(&mut self, tag: &[u8; 16]) -> bool {
        self.tag().ct_eq(tag).into()
    }
}

impl Drop for GcmStream {
    /// The crate's parts wipe the key, but not that of the hash.
    fn drop(&mut self) {
        self.tag();
        black_box(self);
    }
}
