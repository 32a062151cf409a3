use core::fmt;

use p256::ecdsa::signature::{Signer as _, Verifier as _};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};
use suitpack_core::crypto::{Sign, SignError, VerifySignature};
use suitpack_core::registry::algorithm;
use zeroize::Zeroizing;

use crate::Sha256Stream;
use crate::identity::{Identity, Required, label};

/// A P-256 public key for ECDSA with SHA-256 (ESP256, COSE algorithm -9).
///
/// RFC 9053 §2.1; RFC 9864 §2.1
#[derive(Clone)]
pub struct P256PublicKey {
    key: VerifyingKey,
    /// 0x04, x, y (SEC 1 §2.3.3): kept because key files and thumbprints ask for the coordinates.
    point: [u8; 65],
    identity: Identity,
}

impl P256PublicKey {
    /// Takes a point as in SEC 1 §2.3.3, compressed or not; `None` if it is not on the curve.
    #[must_use]
    pub fn from_sec1(point: &[u8]) -> Option<Self> {
        Self::of(VerifyingKey::from_sec1_bytes(point).ok()?)
    }

    /// The point as in SEC 1 §2.3.3, not compressed.
    #[must_use]
    pub const fn as_sec1(&self) -> &[u8; 65] {
        &self.point
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

    #[cfg(feature = "keyfile")]
    pub(crate) fn required(&self) -> Required<'_> {
        required(&self.point)
    }

    fn of(key: VerifyingKey) -> Option<Self> {
        let point = key.to_sec1_point(false).as_bytes().try_into().ok()?;
        Some(Self { identity: Identity::of(required(&point)), point, key })
    }
}

impl VerifySignature for P256PublicKey {
    fn algorithm(&self) -> i64 {
        algorithm::ESP256
    }

    fn key_id(&self) -> &[u8] {
        self.thumbprint()
    }

    fn alias(&self) -> Option<&[u8]> {
        self.identity.alias()
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        // r and s of 32 bytes each; zero, or not below the order, is no signature. s in the upper half is one: neither RFC 9053 nor
        // RFC 9864 forbids it, and nothing here identifies an envelope by its signature bytes.
        Signature::from_slice(signature).is_ok_and(|signature| self.key.verify(message, &signature).is_ok())
    }
}

impl PartialEq for P256PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.point == other.point
    }
}

impl Eq for P256PublicKey {}

impl fmt::Debug for P256PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "P256PublicKey({:?})", self.identity)
    }
}

/// A P-256 private key for ESP256; signatures are deterministic (RFC 6979); zeroised when dropped.
pub struct P256SigningKey {
    key: SigningKey,
    public: P256PublicKey,
}

impl P256SigningKey {
    /// Takes the secret number, big-endian; `None` if it is zero or not below the order of the curve.
    #[must_use]
    pub fn from_bytes(secret: &[u8; 32]) -> Option<Self> {
        let key = SigningKey::from_slice(secret).ok()?;
        Some(Self { public: P256PublicKey::of(*key.verifying_key())?, key })
    }

    /// Makes a key of 32 random bytes.
    pub(crate) fn generate(entropy: &[u8; 32]) -> Option<Self> {
        let mut secret = Zeroizing::new(*entropy);
        // One draw in 2^32 is not below the order; its hash is as good as a second draw.
        for _ in 0..DRAWS {
            if let Some(key) = Self::from_bytes(&secret) {
                return Some(key);
            }
            let mut hash = Sha256Stream::new();
            hash.update(&*secret);
            *secret = hash.finish();
        }
        None
    }

    /// The public half.
    #[must_use]
    pub const fn public_key(&self) -> &P256PublicKey {
        &self.public
    }

    #[cfg(feature = "ecdh")]
    pub(crate) fn scalar(&self) -> &p256::NonZeroScalar {
        self.key.as_nonzero_scalar()
    }

    #[cfg(feature = "keyfile")]
    pub(crate) fn secret(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.key.to_bytes().into())
    }

    #[cfg(feature = "keyfile")]
    pub(crate) fn with_alias(mut self, alias: &[u8]) -> Option<Self> {
        self.public = self.public.with_alias(alias)?;
        Some(self)
    }
}

impl Sign for P256SigningKey {
    fn algorithm(&self) -> i64 {
        algorithm::ESP256
    }

    fn key_id(&self) -> &[u8] {
        self.public.thumbprint()
    }

    fn sign(&self, message: &[u8], signature: &mut [u8; 64]) -> Result<usize, SignError> {
        let made: Signature = self.key.try_sign(message).map_err(|_| SignError)?;
        *signature = made.to_bytes().into();
        Ok(signature.len())
    }
}

impl fmt::Debug for P256SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "P256SigningKey({:?})", self.public.identity)
    }
}

fn required(point: &[u8; 65]) -> Required<'_> {
    let (x, y) = point.split_at(33);
    Required { kty: label::KTY_EC2, crv: label::CRV_P256, x: x.split_at(1).1, y: Some(y) }
}

/// Four in a row fail once in 2^128.
const DRAWS: usize = 4;
