use ::sha2::{Digest, Sha256, Sha384, Sha512};
use suitpack_core::crypto::{DIGEST_MAX, Digester};
use suitpack_core::registry::algorithm;

/// Computes SHA-256, SHA-384 and SHA-512 (COSE -16, -43, -44).
///
/// draft-ietf-suit-manifest §10; RFC 9054 §2.1
///
/// ```
/// use suitpack_core::crypto::{DIGEST_MAX, Digester};
/// let mut out = [0; DIGEST_MAX];
/// assert_eq!(suitpack_crypto::Sha2.digest(-16, &[b"a", b"bc"], &mut out), Some(32));
/// assert_eq!(out[..4], [0xba, 0x78, 0x16, 0xbf]);
/// assert_eq!(suitpack_crypto::Sha2.digest(-18, &[], &mut out), None);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Sha2;

impl Digester for Sha2 {
    fn digest(&self, algorithm: i64, parts: &[&[u8]], out: &mut [u8; DIGEST_MAX]) -> Option<usize> {
        match algorithm {
            algorithm::SHA_256 => hash::<Sha256>(parts, out),
            algorithm::SHA_384 => hash::<Sha384>(parts, out),
            algorithm::SHA_512 => hash::<Sha512>(parts, out),
            _ => None,
        }
    }
}

/// Computes SHA-256 of bytes as they come by.
///
/// ```
/// let mut stream = suitpack_crypto::Sha256Stream::new();
/// stream.update(b"a");
/// stream.update(b"bc");
/// assert_eq!(stream.finish()[..4], [0xba, 0x78, 0x16, 0xbf]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Sha256Stream(Sha256);

impl Sha256Stream {
    /// Starts with no bytes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Gives the digest of all bytes taken.
    #[must_use]
    pub fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

fn hash<D: Digest>(parts: &[&[u8]], out: &mut [u8; DIGEST_MAX]) -> Option<usize> {
    let mut hasher = D::new();
    for part in parts {
        hasher.update(part);
    }
    let digest = hasher.finalize();
    out.get_mut(..digest.len())?.copy_from_slice(&digest);
    Some(digest.len())
}
