use core::fmt;

use ::hmac::{Hmac, KeyInit as _, Mac as _};
use ::sha2::Sha256;
use suitpack_core::crypto::{Sign, SignError, VerifySignature};
use suitpack_core::registry::algorithm;
use zeroize::Zeroizing;

use crate::identity::Identity;

/// A key shared by whoever authenticates and whoever checks: HMAC with SHA-256, the whole tag (COSE algorithm 5); zeroised when
/// dropped. Whoever can check can also authenticate.
///
/// RFC 9053 §3.1; draft-ietf-suit-mti names it for the profiles with symmetric keys.
#[derive(Clone)]
pub struct HmacKey {
    secret: Zeroizing<[u8; MAX]>,
    length: usize,
    identity: Identity,
}

impl HmacKey {
    /// Takes 32 to 64 secret bytes; `None` of any other number. RFC 9053 §3.1 wants keys as long as the tag, and a longer one than a
    /// block of the hash would be hashed first.
    #[must_use]
    pub fn from_bytes(secret: &[u8]) -> Option<Self> {
        if secret.len() < 32 {
            return None;
        }
        let mut kept = Zeroizing::new([0; MAX]);
        kept.get_mut(..secret.len())?.copy_from_slice(secret);
        Some(Self { secret: kept, length: secret.len(), identity: Identity::of_secret(secret) })
    }

    /// The same key with a name of its own; `None` if it is longer than [`crate::ALIAS_MAX`].
    #[must_use]
    pub fn with_alias(mut self, alias: &[u8]) -> Option<Self> {
        self.identity = self.identity.named(alias)?;
        Some(self)
    }

    /// The COSE Key Thumbprint with SHA-256 (RFC 9679). It is made of the secret: a name for the owner, not for a package.
    #[must_use]
    pub const fn thumbprint(&self) -> &[u8; 32] {
        self.identity.thumbprint()
    }

    fn mac(&self, message: &[u8]) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::new_from_slice(self.secret.get(..self.length)?).ok()?;
        mac.update(message);
        Some(mac)
    }
}

impl VerifySignature for HmacKey {
    fn algorithm(&self) -> i64 {
        algorithm::HMAC_256
    }

    fn key_id(&self) -> &[u8] {
        self.thumbprint()
    }

    fn alias(&self) -> Option<&[u8]> {
        self.identity.alias()
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        // In constant time; a tag of any other length is none.
        self.mac(message).is_some_and(|mac| mac.verify_slice(signature).is_ok())
    }
}

impl Sign for HmacKey {
    fn algorithm(&self) -> i64 {
        algorithm::HMAC_256
    }

    fn key_id(&self) -> &[u8] {
        self.thumbprint()
    }

    fn kid(&self) -> Option<&[u8]> {
        // RFC 9679: the thumbprint of a symmetric key lets anybody try guesses of it.
        self.identity.alias()
    }

    fn sign(&self, message: &[u8], signature: &mut [u8; 64]) -> Result<usize, SignError> {
        let tag = self.mac(message).ok_or(SignError)?.finalize().into_bytes();
        signature.get_mut(..tag.len()).ok_or(SignError)?.copy_from_slice(&tag);
        Ok(tag.len())
    }
}

impl fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HmacKey").finish_non_exhaustive()
    }
}

/// A block of SHA-256.
const MAX: usize = 64;
