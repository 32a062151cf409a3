//! Who vouches for a manifest: the only place where trust is made.

use core::fmt;

use crate::authentication::{Authentication, Block};
use crate::cose::Sign1;
use crate::crypto::{Digester, VerifySignature};
use crate::error::Error;
use crate::limits::PROTECTED_HEADER;
use crate::manifest::Manifest;
use crate::profile::Profile;
use crate::registry::algorithm;
use crate::wrapped::Wrapped;

/// Something the verified thing was shown to be: its bytes are what a trusted key signed.
#[derive(Clone, Copy, Debug)]
pub struct Authenticated<T>(T);

impl<T> Authenticated<T> {
    /// The thing.
    pub const fn get(&self) -> &T {
        &self.0
    }
}

/// What a recipient believes in.
#[derive(Clone, Copy)]
pub struct Trust<'t> {
    /// Computes digests.
    pub digester: &'t dyn Digester,
    /// The public keys believed in.
    pub anchors: &'t [&'t dyn VerifySignature],
    /// What is let pass.
    pub profile: Profile,
}

impl fmt::Debug for Trust<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trust").field("anchors", &self.anchors.len()).field("profile", &self.profile).finish_non_exhaustive()
    }
}

/// What the anchors say of one authentication block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// The signature of the anchor at this index is right.
    Verified {
        /// Index into the anchors.
        anchor: usize,
        /// The algorithm number is one that only the lenient profile lets pass.
        deprecated: bool,
    },
    /// The block names this anchor, whose key did not make the signature.
    Wrong {
        /// Index into the anchors.
        anchor: usize,
    },
    /// None of the anchors made the signature.
    Untrusted,
    /// The algorithm number is deprecated and the profile is strict.
    NotAdmitted {
        /// The number.
        algorithm: i64,
    },
    /// Not a kind of block that this version judges.
    NotUnderstood,
}

/// Why a manifest is not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The wrapper or the manifest cannot be read.
    Unreadable(Error),
    /// The digest's algorithm is not supported.
    DigestUnsupported(i64),
    /// The manifest is not the one the digest was made of.
    DigestMismatch,
    /// There is no authentication block.
    Unsigned,
    /// A block that names an anchor holds a wrong signature.
    WrongSignature,
    /// The only signatures that could count use a deprecated algorithm number.
    NotAdmitted(i64),
    /// No anchor was given.
    NoAnchor,
    /// No anchor signed.
    Untrusted,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => error.fmt(f),
            Self::DigestUnsupported(code) => write!(f, "the digest algorithm {code} is not supported"),
            Self::DigestMismatch => f.write_str("the manifest is not the one that was signed"),
            Self::Unsigned => f.write_str("nobody signed it"),
            Self::WrongSignature => f.write_str("a signature that names an anchor is wrong"),
            Self::NotAdmitted(code) => write!(f, "the signature algorithm {code} is deprecated and not admitted"),
            Self::NoAnchor => f.write_str("no anchor was given"),
            Self::Untrusted => f.write_str("no anchor signed it"),
        }
    }
}

impl core::error::Error for Refusal {}

impl Trust<'_> {
    /// Says of the manifest's digest whether it is right.
    ///
    /// # Errors
    /// [`Refusal::DigestUnsupported`] or [`Refusal::DigestMismatch`].
    pub fn digest(&self, authentication: &Authentication<'_>, manifest: Wrapped<'_>) -> Result<(), Refusal> {
        let digest = authentication.digest();
        match digest.matches(self.digester, &[manifest.encoded()]) {
            Some(true) => Ok(()),
            Some(false) => Err(Refusal::DigestMismatch),
            None => Err(Refusal::DigestUnsupported(digest.algorithm())),
        }
    }

    /// Judges one block over the payload of its wrapper.
    #[must_use]
    pub fn judge(&self, block: &Block<'_>, payload: &[u8]) -> Judgement {
        let Block::Sign1(signature) = block else { return Judgement::NotUnderstood };
        let header = signature.header();
        let (wanted, deprecated) = match header.algorithm() {
            algorithm::ES256 => (algorithm::ESP256, true),
            algorithm::EDDSA => (algorithm::ED25519, true),
            algorithm => (algorithm, false),
        };
        if deprecated && self.profile == Profile::Strict {
            return Judgement::NotAdmitted { algorithm: header.algorithm() };
        }
        // A key id is a hint; but where it names an anchor, that one is meant and no other.
        let named =
            |anchor: &&dyn VerifySignature| header.kid().is_some_and(|kid| anchor.key_id() == kid || anchor.alias() == Some(kid));
        let is_named = self.anchors.iter().any(named);
        let mut wrong = None;
        for (index, anchor) in self.anchors.iter().enumerate() {
            if is_named && !named(anchor) {
                continue;
            }
            if anchor.algorithm() == wanted && verifies(*anchor, signature, payload) {
                return Judgement::Verified { anchor: index, deprecated };
            }
            if is_named {
                wrong = Some(index);
            }
        }
        wrong.map_or(Judgement::Untrusted, |anchor| Judgement::Wrong { anchor })
    }

    /// Opens the manifest if the digest is right, at least one anchor signed, and no block carries an anchor's name falsely.
    ///
    /// # Errors
    /// The first thing that does not hold.
    pub(crate) fn authenticate<'a>(
        &self,
        authentication: &Authentication<'a>,
        manifest: Wrapped<'a>,
    ) -> Result<Authenticated<Manifest<'a>>, Refusal> {
        self.digest(authentication, manifest)?;
        if authentication.is_empty() {
            return Err(Refusal::Unsigned);
        }
        let (mut verified, mut not_admitted) = (false, None);
        for block in authentication.blocks() {
            match self.judge(&block, authentication.payload()) {
                Judgement::Verified { .. } => verified = true,
                Judgement::Wrong { .. } => return Err(Refusal::WrongSignature),
                Judgement::NotAdmitted { algorithm } => not_admitted = Some(algorithm),
                Judgement::Untrusted | Judgement::NotUnderstood => {}
            }
        }
        if verified {
            // MAN §6.2: the signature is verified before any section is parsed.
            return Manifest::parse(manifest, self.profile).map(Authenticated).map_err(Refusal::Unreadable);
        }
        Err(match not_admitted {
            _ if self.anchors.is_empty() => Refusal::NoAnchor,
            Some(algorithm) => Refusal::NotAdmitted(algorithm),
            None => Refusal::Untrusted,
        })
    }
}

fn verifies(anchor: &dyn VerifySignature, signature: &Sign1<'_>, payload: &[u8]) -> bool {
    // Digests are at most 64 bytes; with their framing and that of the structure this is ample.
    let mut buffer = [0; PROTECTED_HEADER + 128];
    signature.signed_bytes(payload, &mut buffer).is_ok_and(|message| anchor.verify(message, signature.signature()))
}
