use suitpack_core::crypto::{Sign, SignError, VerifySignature};
use suitpack_core::registry::algorithm;

#[cfg(feature = "ed25519")]
use crate::{Ed25519PublicKey, Ed25519SigningKey};
#[cfg(feature = "ecdsa")]
use crate::{P256PublicKey, P256SigningKey};

/// A public key of any algorithm this crate was built with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PublicKey {
    /// COSE algorithm -19.
    #[cfg(feature = "ed25519")]
    Ed25519(Ed25519PublicKey),
    /// COSE algorithm -9 (ESP256).
    #[cfg(feature = "ecdsa")]
    P256(P256PublicKey),
}

impl PublicKey {
    /// The COSE Key Thumbprint with SHA-256 (RFC 9679).
    #[must_use]
    pub const fn thumbprint(&self) -> &[u8; 32] {
        match self {
            #[cfg(feature = "ed25519")]
            Self::Ed25519(key) => key.thumbprint(),
            #[cfg(feature = "ecdsa")]
            Self::P256(key) => key.thumbprint(),
        }
    }

    /// The same key with a name of its own; `None` if it is longer than [`crate::ALIAS_MAX`].
    #[must_use]
    pub fn with_alias(self, alias: &[u8]) -> Option<Self> {
        match self {
            #[cfg(feature = "ed25519")]
            Self::Ed25519(key) => key.with_alias(alias).map(Self::Ed25519),
            #[cfg(feature = "ecdsa")]
            Self::P256(key) => key.with_alias(alias).map(Self::P256),
        }
    }

    fn as_verify(&self) -> &dyn VerifySignature {
        match self {
            #[cfg(feature = "ed25519")]
            Self::Ed25519(key) => key,
            #[cfg(feature = "ecdsa")]
            Self::P256(key) => key,
        }
    }
}

impl VerifySignature for PublicKey {
    fn algorithm(&self) -> i64 {
        self.as_verify().algorithm()
    }

    fn key_id(&self) -> &[u8] {
        self.thumbprint()
    }

    fn alias(&self) -> Option<&[u8]> {
        self.as_verify().alias()
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.as_verify().verify(message, signature)
    }
}

/// A private key of any algorithm this crate was built with; zeroised when dropped.
#[derive(Debug)]
#[non_exhaustive]
pub enum SigningKey {
    /// COSE algorithm -19.
    #[cfg(feature = "ed25519")]
    Ed25519(Ed25519SigningKey),
    /// COSE algorithm -9 (ESP256).
    #[cfg(feature = "ecdsa")]
    P256(P256SigningKey),
}

impl SigningKey {
    /// Makes a key for a COSE algorithm (-19 or -9) of 32 bytes that nobody else can know; the same bytes make the same key.
    /// `None` if there is no such algorithm here.
    ///
    /// ```
    /// use suitpack_core::crypto::{Sign, VerifySignature};
    /// # let entropy = [7; 32];
    /// let key = suitpack_crypto::SigningKey::generate(-19, &entropy).ok_or("unsupported")?;
    /// let mut signature = [0; 64];
    /// key.sign(b"message", &mut signature)?;
    /// assert!(key.public_key().verify(b"message", &signature));
    /// assert!(!key.public_key().verify(b"massage", &signature));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn generate(algorithm: i64, entropy: &[u8; 32]) -> Option<Self> {
        match algorithm {
            #[cfg(feature = "ed25519")]
            algorithm::ED25519 => Some(Self::Ed25519(Ed25519SigningKey::from_bytes(entropy))),
            #[cfg(feature = "ecdsa")]
            algorithm::ESP256 => P256SigningKey::generate(entropy).map(Self::P256),
            _ => None,
        }
    }

    /// The public half.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        match self {
            #[cfg(feature = "ed25519")]
            Self::Ed25519(key) => PublicKey::Ed25519(key.public_key().clone()),
            #[cfg(feature = "ecdsa")]
            Self::P256(key) => PublicKey::P256(key.public_key().clone()),
        }
    }

    /// The COSE Key Thumbprint with SHA-256 (RFC 9679) of the public half.
    #[must_use]
    pub const fn thumbprint(&self) -> &[u8; 32] {
        match self {
            #[cfg(feature = "ed25519")]
            Self::Ed25519(key) => key.public_key().thumbprint(),
            #[cfg(feature = "ecdsa")]
            Self::P256(key) => key.public_key().thumbprint(),
        }
    }

    /// The same key with a name of its own, which its public half takes over.
    #[cfg(feature = "keyfile")]
    pub(crate) fn with_alias(self, alias: &[u8]) -> Option<Self> {
        match self {
            Self::Ed25519(key) => key.with_alias(alias).map(Self::Ed25519),
            Self::P256(key) => key.with_alias(alias).map(Self::P256),
        }
    }

    fn as_sign(&self) -> &dyn Sign {
        match self {
            #[cfg(feature = "ed25519")]
            Self::Ed25519(key) => key,
            #[cfg(feature = "ecdsa")]
            Self::P256(key) => key,
        }
    }
}

impl Sign for SigningKey {
    fn algorithm(&self) -> i64 {
        self.as_sign().algorithm()
    }

    fn key_id(&self) -> &[u8] {
        self.thumbprint()
    }

    fn sign(&self, message: &[u8], signature: &mut [u8; 64]) -> Result<usize, SignError> {
        self.as_sign().sign(message, signature)
    }
}
