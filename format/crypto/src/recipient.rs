use core::fmt;

use suitpack_core::cose::{Distribution, Encrypt, Recipient};
use zeroize::Zeroizing;

use crate::identity::Alias;
use crate::{ContentKey, P256PublicKey, P256SigningKey, WrappingKey, ecdh};
use suitpack_core::crypto::VerifySignature as _;

/// A key for which payloads are encrypted.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum RecipientKey {
    /// A key shared with the recipient.
    Shared(SharedKey),
    /// The recipient's public key.
    P256(P256PublicKey),
}

/// A key that opens what was encrypted for its holder.
#[derive(Debug)]
#[non_exhaustive]
#[expect(clippy::large_enum_variant, reason = "there are few, and boxes would leave copies of secrets on the heap")]
pub enum DecryptionKey {
    /// A key shared with the author.
    Shared(SharedKey),
    /// The recipient's private key.
    P256(P256SigningKey),
}

/// A wrapping key that may have a name.
#[derive(Clone)]
pub struct SharedKey {
    key: WrappingKey,
    alias: Option<Alias>,
}

impl SharedKey {
    /// A key without a name.
    #[must_use]
    pub const fn new(key: WrappingKey) -> Self {
        Self { key, alias: None }
    }

    /// The same key with a name of its own; `None` if it is longer than [`crate::ALIAS_MAX`].
    #[must_use]
    pub fn with_alias(mut self, alias: &[u8]) -> Option<Self> {
        self.alias = Some(Alias::new(alias)?);
        Some(self)
    }

    /// The key.
    #[must_use]
    pub const fn key(&self) -> &WrappingKey {
        &self.key
    }

    /// Its name, if it has one.
    #[must_use]
    pub fn alias(&self) -> Option<&[u8]> {
        self.alias.as_ref().map(Alias::bytes)
    }
}

impl fmt::Debug for SharedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SharedKey").field(&self.key).finish()
    }
}

/// Why a content key was not found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unopened {
    /// No recipient has an algorithm that the key is for.
    NotForThisKey,
    /// The content key was wrapped with another key, or was changed.
    WrongKey,
}

impl fmt::Display for Unopened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotForThisKey => "it is encrypted for keys of another kind",
            Self::WrongKey => "it is encrypted for another key, or what it says of its keys was changed",
        })
    }
}

impl core::error::Error for Unopened {}

impl DecryptionKey {
    /// Finds the content key that was wrapped for this key.
    ///
    /// A key id is a hint; but if one names this key, that recipient is meant and no other.
    ///
    /// draft-ietf-suit-firmware-encryption §5
    ///
    /// # Errors
    /// If nothing was wrapped for it.
    pub fn content_key(&self, info: &Encrypt<'_>) -> Result<ContentKey, Unopened> {
        let named = info.recipients().any(|recipient| self.is_named(&recipient));
        let mut why = Unopened::NotForThisKey;
        for recipient in info.recipients().filter(|recipient| !named || self.is_named(recipient)) {
            let Some(unwrapping) = self.unwrapping(&recipient) else { continue };
            why = Unopened::WrongKey;
            let mut secret = Zeroizing::new([0; 32]);
            let Some(length) = unwrapping.unwrap(recipient.encrypted_key(), &mut secret) else { continue };
            if let Some(key) = secret.get(..length).and_then(|secret| ContentKey::new(info.algorithm(), secret)) {
                return Ok(key);
            }
        }
        Err(why)
    }

    fn is_named(&self, recipient: &Recipient<'_>) -> bool {
        let kid = recipient.kid();
        kid.is_some()
            && match self {
                Self::Shared(key) => kid == key.alias(),
                Self::P256(key) => kid == Some(key.public_key().thumbprint()) || kid == key.public_key().alias(),
            }
    }

    /// The key that wrapped the content key for this recipient; `None` if its algorithm is not one of this key.
    fn unwrapping(&self, recipient: &Recipient<'_>) -> Option<WrappingKey> {
        match self {
            Self::Shared(key) => (key.key.algorithm() == recipient.algorithm()).then(|| key.key.clone()),
            Self::P256(key) => {
                let ephemeral = ecdh::point(&recipient.ephemeral()?)?;
                agreed(key, &ephemeral, recipient.algorithm(), recipient.protected(), recipient.salt())
            }
        }
    }
}

impl RecipientKey {
    /// The algorithm that brings a content key to its holder: with a public key, agreement on one of 128 bits, as
    /// draft-ietf-suit-mti has it.
    #[must_use]
    pub const fn algorithm(&self) -> Distribution {
        match self {
            Self::Shared(key) => key.key.algorithm(),
            Self::P256(_) => Distribution::EcdhEsA128Kw,
        }
    }

    /// What it is called in a package: its name, or the thumbprint of a public key.
    #[must_use]
    pub fn kid(&self) -> Option<&[u8]> {
        match self {
            Self::Shared(key) => key.alias(),
            Self::P256(key) => Some(key.alias().unwrap_or(key.thumbprint())),
        }
    }

    /// Wraps a content key for its holder and gives the number of bytes written. `protected` is the protected bucket of the
    /// recipient; with a public key an ephemeral one is needed, for this content key and no other.
    #[must_use]
    pub fn wrap(
        &self,
        content: &ContentKey,
        protected: &[u8],
        ephemeral: Option<&P256SigningKey>,
        wrapped: &mut [u8; 40],
    ) -> Option<usize> {
        match self {
            Self::Shared(key) => key.key.wrap(content.secret(), wrapped),
            Self::P256(key) => agreed(ephemeral?, key, self.algorithm(), protected, None)?.wrap(content.secret(), wrapped),
        }
    }
}

fn agreed(
    own: &P256SigningKey,
    other: &P256PublicKey,
    algorithm: Distribution,
    protected: &[u8],
    salt: Option<&[u8]>,
) -> Option<WrappingKey> {
    let secret = ecdh::agree(own, other, algorithm, protected, salt)?;
    WrappingKey::from_bytes(secret.get(..algorithm.key_length())?)
}
