use core::fmt;

use suitpack_core::cbor::SliceSink;
use suitpack_core::cose::{Content, Encrypt, enc_structure};
use suitpack_core::limits::PROTECTED_HEADER;
use zeroize::Zeroizing;

use crate::CounterStream;

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

    /// Encrypts a whole payload in place with an algorithm that authenticates, and gives the tag, which follows the ciphertext.
    ///
    /// The same key and IV must never encrypt another payload. `None` with an algorithm that does not authenticate.
    #[must_use]
    pub fn seal(&self, protected: &[u8], iv: &[u8; 12], buffer: &mut [u8]) -> Option<[u8; 16]> {
        with_aad(protected, |aad| match self.algorithm {
            Content::A128Gcm | Content::A192Gcm | Content::A256Gcm => crate::aes_gcm::seal(self.secret(), iv, aad, buffer),
            Content::ChaCha20Poly1305 => crate::chacha20poly1305::seal(&self.secret, iv, aad, buffer),
            _ => None,
        })
    }

    /// Decrypts a whole payload in place and gives it, if the tag behind it is right; else nothing is decrypted.
    ///
    /// draft-ietf-suit-firmware-encryption §6; RFC 9052 §5.3
    #[must_use]
    pub fn open<'b>(&self, info: &Encrypt<'_>, buffer: &'b mut [u8]) -> Option<&'b mut [u8]> {
        if info.algorithm() != self.algorithm {
            return None;
        }
        let (payload, tag) = buffer.split_at_mut_checked(buffer.len().checked_sub(self.algorithm.tag_length())?)?;
        let tag: &[u8; 16] = (&*tag).try_into().ok()?;
        let iv: &[u8; 12] = info.iv().try_into().ok()?;
        with_aad(info.protected(), |aad| match self.algorithm {
            Content::A128Gcm | Content::A192Gcm | Content::A256Gcm => crate::aes_gcm::open(self.secret(), iv, aad, payload, tag),
            Content::ChaCha20Poly1305 => crate::chacha20poly1305::open(&self.secret, iv, aad, payload, tag),
            _ => None,
        })?;
        Some(payload)
    }

    /// Encrypts or decrypts bytes as they come by; `None` with an algorithm that authenticates, which needs the whole payload.
    #[must_use]
    pub fn stream(&self, iv: &[u8]) -> Option<CounterStream> {
        if self.algorithm.is_authenticated() {
            return None;
        }
        CounterStream::new(self.secret(), iv.try_into().ok()?)
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

fn with_aad<R>(protected: &[u8], act: impl FnOnce(&[u8]) -> Option<R>) -> Option<R> {
    let mut buffer = [0; PROTECTED_HEADER + 32];
    let mut sink = SliceSink::new(&mut buffer);
    enc_structure(protected, &mut sink).ok()?;
    act(sink.written())
}
