use core::fmt;

use ::sha2::Sha256;
use hkdf::Hkdf;
use zeroize::Zeroizing;

/// A secret that other secrets are derived from, each for a purpose of its own; zeroised when dropped.
///
/// HKDF with SHA-256 (RFC 5869): the same seed and the same purpose give the same bytes.
pub struct Seed(Zeroizing<[u8; 32]>);

impl Seed {
    /// Takes secret bytes, of which there must be 32 at least: they are extracted from, not counted.
    #[must_use]
    pub fn from_bytes(secret: &[u8]) -> Option<Self> {
        if secret.len() < 32 {
            return None;
        }
        let mut kept = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(None, secret).expand(b"suitpack seed", &mut *kept).ok()?;
        Some(Self(kept))
    }

    /// Fills `secret` with what is derived for this purpose; `None` if more than 8160 bytes are wanted.
    #[must_use]
    pub fn derive(&self, purpose: &[u8], secret: &mut [u8]) -> Option<()> {
        Hkdf::<Sha256>::new(None, &*self.0).expand(purpose, secret).ok()
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seed").finish_non_exhaustive()
    }
}
