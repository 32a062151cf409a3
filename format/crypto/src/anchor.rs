use suitpack_core::crypto::{Sign, SignError, VerifySignature};

use crate::{HmacKey, PublicKey, SigningKey};

/// Whatever can say who authenticated a package.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Anchor {
    /// A public key.
    Public(PublicKey),
    /// A key shared with whoever authenticates. It is as secret as a private key.
    Shared(HmacKey),
}

impl Anchor {
    fn as_verify(&self) -> &dyn VerifySignature {
        match self {
            Self::Public(key) => key,
            Self::Shared(key) => key,
        }
    }
}

impl From<PublicKey> for Anchor {
    fn from(key: PublicKey) -> Self {
        Self::Public(key)
    }
}

impl VerifySignature for Anchor {
    fn algorithm(&self) -> i64 {
        self.as_verify().algorithm()
    }

    fn key_id(&self) -> &[u8] {
        self.as_verify().key_id()
    }

    fn alias(&self) -> Option<&[u8]> {
        self.as_verify().alias()
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.as_verify().verify(message, signature)
    }
}

/// Whatever can authenticate a package.
#[derive(Debug)]
#[non_exhaustive]
#[expect(clippy::large_enum_variant, reason = "there are few, and boxes would leave copies of secrets on the heap")]
pub enum Signer {
    /// A private key.
    Private(SigningKey),
    /// A key shared with whoever checks.
    Shared(HmacKey),
}

impl Signer {
    /// What says that this signer authenticated.
    #[must_use]
    pub fn anchor(&self) -> Anchor {
        match self {
            Self::Private(key) => Anchor::Public(key.public_key()),
            Self::Shared(key) => Anchor::Shared(key.clone()),
        }
    }

    fn as_sign(&self) -> &dyn Sign {
        match self {
            Self::Private(key) => key,
            Self::Shared(key) => key,
        }
    }
}

impl From<SigningKey> for Signer {
    fn from(key: SigningKey) -> Self {
        Self::Private(key)
    }
}

impl Sign for Signer {
    fn algorithm(&self) -> i64 {
        self.as_sign().algorithm()
    }

    fn key_id(&self) -> &[u8] {
        self.as_sign().key_id()
    }

    fn kid(&self) -> Option<&[u8]> {
        self.as_sign().kid()
    }

    fn sign(&self, message: &[u8], signature: &mut [u8; 64]) -> Result<usize, SignError> {
        self.as_sign().sign(message, signature)
    }
}
