use core::fmt;

use suitpack_core::cbor::SliceSink;
use suitpack_core::cose::{Content, Encrypt, enc_structure};
use suitpack_core::limits::PROTECTED_HEADER;
use zeroize::Zeroizing;

use crate::stream::{ContentStream, Unstarted, Way};

/// The key one payload is encrypted with; zeroised when dropped.
pub struct ContentKey {
    algorithm: Content,
    secret: Zeroizing<[u8; 32]>,
}

impl ContentKey {
    /// Takes the secret bytes of a key; `None` if their number is not that of the algorithm.
    #[must_use]
    pub fn new(algorithm: Content, secret: &[u8]) -> Option<Self> {
        if secret.len() != algorithm.key_length() {
            return None;
        }
        let mut kept = Zeroizing::new([0; 32]);
        kept.get_mut(..secret.len())?.copy_from_slice(secret);
        Some(Self { algorithm, secret: kept })
    }

    /// What it encrypts with.
    #[must_use]
    pub const fn algorithm(&self) -> Content {
        self.algorithm
    }

    /// Starts to encrypt a payload of `size` bytes whose encryption info has this protected bucket and IV.
    ///
    /// The same key and IV must never encrypt another payload.
    ///
    /// # Errors
    /// If the payload is too large, or the IV not one of the algorithm.
    pub fn encrypt(&self, protected: &[u8], iv: &[u8], size: u64) -> Result<ContentStream, Unstarted> {
        self.stream(Way::Encrypt, protected, iv, size)
    }

    /// Starts to decrypt a payload of `size` bytes as carried, the tag included, which is not to go through the stream but to its
    /// end; one that has no room for a tag is as good as an empty one, and will not open.
    ///
    /// draft-ietf-suit-firmware-encryption §6; RFC 9052 §5.3
    ///
    /// # Errors
    /// If the payload is too large, or not encrypted by the algorithm of this key.
    pub fn decrypt(&self, info: &Encrypt<'_>, size: u64) -> Result<ContentStream, Unstarted> {
        if info.algorithm() != self.algorithm {
            return Err(Unstarted::Unsuited);
        }
        let tag = u64::try_from(self.algorithm.tag_length()).unwrap_or(u64::MAX);
        self.stream(Way::Decrypt, info.protected(), info.iv(), size.saturating_sub(tag))
    }

    /// Starts a stream with other data to be authenticated than an Enc_structure: none of a COSE_Encrypt.
    ///
    /// # Errors
    /// If `size`, which is that of the plaintext, is too large, or the IV not one of the algorithm.
    pub fn stream_with_aad(&self, way: Way, aad: &[u8], iv: &[u8], size: u64) -> Result<ContentStream, Unstarted> {
        ContentStream::start(way, self.algorithm, self.secret(), iv, aad, size)
    }

    fn stream(&self, way: Way, protected: &[u8], iv: &[u8], size: u64) -> Result<ContentStream, Unstarted> {
        if !self.algorithm.is_authenticated() {
            return self.stream_with_aad(way, &[], iv, size);
        }
        let mut buffer = [0; PROTECTED_HEADER + 32];
        let mut sink = SliceSink::new(&mut buffer);
        enc_structure(protected, &mut sink).map_err(|_| Unstarted::Unsuited)?;
        self.stream_with_aad(way, sink.written(), iv, size)
    }

    pub(crate) fn secret(&self) -> &[u8] {
        self.secret.get(..self.algorithm.key_length()).unwrap_or_default()
    }
}

impl fmt::Debug for ContentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContentKey").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}
