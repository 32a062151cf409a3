//! What core asks of cryptography. The implementations live elsewhere; core links none.

/// The longest digest of draft-ietf-suit-manifest §10 in bytes (SHA-512, SHAKE256).
pub const DIGEST_MAX: usize = 64;

/// Computes digests in one go.
pub trait Digester {
    /// Hashes the concatenation of `parts`, writes the digest at the start of `out` and gives its length in bytes;
    /// `None` if the COSE algorithm is not supported.
    fn digest(&self, algorithm: i64, parts: &[&[u8]], out: &mut [u8; DIGEST_MAX]) -> Option<usize>;
}

/// A key that can say whether a signature is right; or a tag, if it is one shared with whoever makes tags.
pub trait VerifySignature {
    /// The fully specified COSE algorithm of the key: -19 (Ed25519), -9 (ESP256) or 5 (HMAC 256/256), for instance.
    fn algorithm(&self) -> i64;

    /// The COSE Key Thumbprint with SHA-256 (RFC 9679).
    fn key_id(&self) -> &[u8];

    /// The name a COSE_Key gives itself (`kid`, label 2), if it does.
    fn alias(&self) -> Option<&[u8]> {
        None
    }

    /// Whether `signature` over `message` was made with this key's private half.
    fn verify(&self, message: &[u8], signature: &[u8]) -> bool;
}

/// A private or shared key, wherever it is kept.
pub trait Sign {
    /// The fully specified COSE algorithm of the signatures.
    fn algorithm(&self) -> i64;

    /// The COSE Key Thumbprint of the public half.
    fn key_id(&self) -> &[u8];

    /// What to call the key in a header: the thumbprint, unless it would say something of a secret.
    fn kid(&self) -> Option<&[u8]> {
        Some(self.key_id())
    }

    /// Signs `message` and gives the length of the signature in bytes.
    ///
    /// # Errors
    /// If the key cannot be used.
    fn sign(&self, message: &[u8], signature: &mut [u8; 64]) -> Result<usize, SignError>;
}

/// A key could not be used to sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignError;

impl core::fmt::Display for SignError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("the key could not be used to sign")
    }
}

impl core::error::Error for SignError {}
