use ::sha2::{Digest, Sha256, Sha384, Sha512};
use suitpack_core::crypto::{DIGEST_MAX, Digester};
use suitpack_core::registry::algorithm::{self, SHA_256};

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

/// Computes SHA-256 and nothing else: for devices whose packages have no other digests, and whose flash is small.
///
/// ```
/// use suitpack_core::crypto::{DIGEST_MAX, Digester};
/// let mut out = [0; DIGEST_MAX];
/// assert_eq!(suitpack_crypto::Sha256Only.digest(-16, &[b"a", b"bc"], &mut out), Some(32));
/// assert_eq!(out[..4], [0xba, 0x78, 0x16, 0xbf]);
/// assert_eq!(suitpack_crypto::Sha256Only.digest(-44, &[], &mut out), None);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Sha256Only;

impl Digester for Sha256Only {
    fn digest(&self, algorithm: i64, parts: &[&[u8]], out: &mut [u8; DIGEST_MAX]) -> Option<usize> {
        if algorithm == SHA_256 { hash::<Sha256>(parts, out) } else { None }
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

/// Computes SHA-256, SHA-384 or SHA-512 of bytes as they come by.
///
/// ```
/// let mut stream = suitpack_crypto::Sha2Stream::new(-43).unwrap();
/// stream.update(b"a");
/// stream.update(b"bc");
/// let digest = [
///     0xcb, 0x00, 0x75, 0x3f, 0x45, 0xa3, 0x5e, 0x8b, 0xb5, 0xa0, 0x3d, 0x69, 0x9a, 0xc6, 0x50, 0x07, 0x27, 0x2c, 0x32, 0xab, 0x0e,
///     0xde, 0xd1, 0x63, 0x1a, 0x8b, 0x60, 0x5a, 0x43, 0xff, 0x5b, 0xed, 0x80, 0x86, 0x07, 0x2b, 0xa1, 0xe7, 0xcc, 0x23, 0x58, 0xba,
///     0xec, 0xa1, 0x34, 0xc8, 0x25, 0xa7,
/// ];
/// assert!(stream.matches(&digest));
/// assert!(suitpack_crypto::Sha2Stream::new(-18).is_none());
/// ```
#[derive(Clone, Debug)]
pub struct Sha2Stream(Inner);

#[derive(Clone, Debug)]
enum Inner {
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
}

impl Sha2Stream {
    /// Starts with no bytes; `None` if the COSE algorithm is not supported.
    #[must_use]
    pub fn new(algorithm: i64) -> Option<Self> {
        Some(Self(match algorithm {
            algorithm::SHA_256 => Inner::Sha256(Sha256::new()),
            algorithm::SHA_384 => Inner::Sha384(Sha384::new()),
            algorithm::SHA_512 => Inner::Sha512(Sha512::new()),
            _ => return None,
        }))
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            Inner::Sha256(hasher) => hasher.update(bytes),
            Inner::Sha384(hasher) => hasher.update(bytes),
            Inner::Sha512(hasher) => hasher.update(bytes),
        }
    }

    /// Writes the digest of all bytes taken at the start of `out`, and gives its length.
    #[must_use]
    pub fn finish(self, out: &mut [u8; DIGEST_MAX]) -> usize {
        let mut put = |digest: &[u8]| {
            out.iter_mut().zip(digest).for_each(|(out, byte)| *out = *byte);
            digest.len()
        };
        match self.0 {
            Inner::Sha256(hasher) => put(&hasher.finalize()),
            Inner::Sha384(hasher) => put(&hasher.finalize()),
            Inner::Sha512(hasher) => put(&hasher.finalize()),
        }
    }

    /// Whether the bytes taken have these digest bytes.
    #[must_use]
    pub fn matches(self, digest: &[u8]) -> bool {
        match self.0 {
            Inner::Sha256(hasher) => *hasher.finalize() == *digest,
            Inner::Sha384(hasher) => *hasher.finalize() == *digest,
            Inner::Sha512(hasher) => *hasher.finalize() == *digest,
        }
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
