use core::fmt;

use ed25519_dalek::Signer as _;
use suitpack_core::crypto::{Sign, SignError, VerifySignature};
use suitpack_core::registry::algorithm;

use crate::identity::{Identity, Required, label};

/// An Ed25519 public key (COSE algorithm -19).
///
/// RFC 8032 §5.1; RFC 9864 §2.2
#[derive(Clone)]
pub struct Ed25519PublicKey {
    key: ed25519_dalek::VerifyingKey,
    identity: Identity,
}

impl Ed25519PublicKey {
    /// Takes the 32 bytes of RFC 8032; `None` if they are no point, not its one encoding, or a point of small order, under which
    /// anybody can sign.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(bytes).ok()?;
        // A second encoding of the same point would be the same key with another key id.
        let canonical = key.to_edwards().compress().as_bytes() == bytes;
        (canonical && !key.is_weak()).then(|| Self::of(key))
    }

    /// The 32 bytes of RFC 8032.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// The COSE Key Thumbprint with SHA-256 (RFC 9679).
    #[must_use]
    pub const fn thumbprint(&self) -> &[u8; 32] {
        self.identity.thumbprint()
    }

    /// The same key with a name of its own; `None` if it is longer than [`crate::ALIAS_MAX`].
    #[must_use]
    pub fn with_alias(mut self, alias: &[u8]) -> Option<Self> {
        self.identity = self.identity.named(alias)?;
        Some(self)
    }

    /// Whether the bytes are a point of small order, so that a reader of key files can say why it refuses them.
    #[cfg(feature = "keyfile")]
    pub(crate) fn is_weak(bytes: &[u8; 32]) -> bool {
        ed25519_dalek::VerifyingKey::from_bytes(bytes).is_ok_and(|key| key.is_weak())
    }

    #[cfg(feature = "keyfile")]
    pub(crate) fn required(&self) -> Required<'_> {
        required(&self.key)
    }

    fn of(key: ed25519_dalek::VerifyingKey) -> Self {
        Self { identity: Identity::of(required(&key)), key }
    }
}

impl VerifySignature for Ed25519PublicKey {
    fn algorithm(&self) -> i64 {
        algorithm::ED25519
    }

    fn key_id(&self) -> &[u8] {
        self.thumbprint()
    }

    fn alias(&self) -> Option<&[u8]> {
        self.identity.alias()
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        // Strict: a signature that one verifier takes and another refuses would split a fleet.
        ed25519_dalek::Signature::from_slice(signature).is_ok_and(|signature| self.key.verify_strict(message, &signature).is_ok())
    }
}

impl PartialEq for Ed25519PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Ed25519PublicKey {}

impl fmt::Debug for Ed25519PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ed25519PublicKey({:?})", self.identity)
    }
}

/// An Ed25519 private key; zeroised when dropped.
pub struct Ed25519SigningKey {
    key: ed25519_dalek::SigningKey,
    public: Ed25519PublicKey,
}

impl Ed25519SigningKey {
    /// Takes the 32 secret bytes of RFC 8032; any 32 are a key.
    #[must_use]
    pub fn from_bytes(secret: &[u8; 32]) -> Self {
        let key = ed25519_dalek::SigningKey::from_bytes(secret);
        Self { public: Ed25519PublicKey::of(key.verifying_key()), key }
    }

    /// The public half.
    #[must_use]
    pub const fn public_key(&self) -> &Ed25519PublicKey {
        &self.public
    }

    #[cfg(feature = "keyfile")]
    pub(crate) fn secret(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    #[cfg(feature = "keyfile")]
    pub(crate) fn with_alias(mut self, alias: &[u8]) -> Option<Self> {
        self.public = self.public.with_alias(alias)?;
        Some(self)
    }
}

impl Sign for Ed25519SigningKey {
    fn algorithm(&self) -> i64 {
        algorithm::ED25519
    }

    fn key_id(&self) -> &[u8] {
        self.public.thumbprint()
    }

    fn sign(&self, message: &[u8], signature: &mut [u8; 64]) -> Result<usize, SignError> {
        *signature = self.key.try_sign(message).map_err(|_| SignError)?.to_bytes();
        Ok(signature.len())
    }
}

impl fmt::Debug for Ed25519SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ed25519SigningKey({:?})", self.public.identity)
    }
}

fn required(key: &ed25519_dalek::VerifyingKey) -> Required<'_> {
    Required { kty: label::KTY_OKP, crv: label::CRV_ED25519, x: key.as_bytes(), y: None }
}
