//! Who vouches for a manifest: the only place where trust is made.

use core::fmt;

use crate::authentication::{Authentication, Block};
use crate::cbor::Overflow;
use crate::cose::{Header, Signature};
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
    /// The keys believed in: public ones, and keys shared with whoever authenticates.
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
    /// The signature or tag of the anchor at this index is right.
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

#[cfg(feature = "cose-sign")]
impl Judgement {
    /// Which of several signatures in one block counts: that of the greatest weight.
    const fn weight(&self) -> u8 {
        match self {
            Self::Wrong { .. } => 3_u8,
            Self::Verified { .. } => 2,
            Self::NotAdmitted { .. } => 1,
            Self::Untrusted | Self::NotUnderstood => 0,
        }
    }
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
    // SUIT-3
    pub fn digest(&self, authentication: &Authentication<'_>, manifest: Wrapped<'_>) -> Result<(), Refusal> {
        let digest = authentication.digest();
        match digest.matches(self.digester, &[manifest.encoded()]) {
            Some(true) => Ok(()),
            Some(false) => Err(Refusal::DigestMismatch),
            None => Err(Refusal::DigestUnsupported(digest.algorithm())),
        }
    }

    /// Judges one block over the payload of its wrapper. Of several signatures in it a false one counts first, then a right one.
    #[must_use]
    pub fn judge(&self, block: &Block<'_>, payload: &[u8]) -> Judgement {
        // Digests are at most 64 bytes; with their framing and that of the structure this is ample.
        self.judge_in(block, payload, &mut [0; PROTECTED_HEADER + 128])
    }

    /// The same over a longer payload, such as that of a report. `buffer` has to take it, the protected header, and 128 bytes more;
    /// in a smaller one no signature of one party is right.
    #[must_use]
    pub fn judge_in(&self, block: &Block<'_>, payload: &[u8], buffer: &mut [u8]) -> Judgement {
        match block {
            Block::Sign1(sign) => self.hold(sign.header(), false, sign.signed_bytes(payload, buffer), sign.signature()),
            #[cfg(feature = "cose-mac")]
            Block::Mac0(mac) => self.hold(mac.header(), true, mac.authenticated_bytes(payload, buffer), mac.tag()),
            #[cfg(feature = "cose-sign")]
            Block::Sign(sign) => {
                let mut all = Judgement::Untrusted;
                for signature in sign.signatures() {
                    let judgement = self.judge_signature(&signature, payload);
                    if judgement.weight() >= all.weight() {
                        all = judgement;
                    }
                }
                all
            }
            #[cfg(feature = "cose-mac")]
            Block::Mac(_) => Judgement::NotUnderstood,
        }
    }

    /// Judges one signature of a COSE_Sign over the payload of its wrapper.
    #[must_use]
    pub fn judge_signature(&self, signature: &Signature<'_>, payload: &[u8]) -> Judgement {
        let mut buffer = [0; 2 * PROTECTED_HEADER + 128];
        self.hold(signature.header(), false, signature.signed_bytes(payload, &mut buffer), signature.signature())
    }

    /// Holds a header against the anchors; `mac` says whether `proof` over `message` is a tag.
    fn hold(&self, header: Header<'_>, mac: bool, message: Result<&[u8], Overflow>, proof: &[u8]) -> Judgement {
        let right = |anchor: &dyn VerifySignature| message.is_ok_and(|message| anchor.verify(message, proof));
        let (wanted, deprecated) = match header.algorithm() {
            algorithm::ES256 => (algorithm::ESP256, true),
            algorithm::EDDSA => (algorithm::ED25519, true),
            algorithm => (algorithm, false),
        };
        if deprecated && self.profile == Profile::Strict {
            return Judgement::NotAdmitted { algorithm: header.algorithm() };
        }
        // RFC 9053 §3: a key has one algorithm. A shared key makes no signature, and a public one no tag.
        let fits = mac == (wanted == algorithm::HMAC_256);
        // A key id is a hint; but where it names an anchor, that one is meant and no other.
        let named =
            |anchor: &&dyn VerifySignature| header.kid().is_some_and(|kid| anchor.key_id() == kid || anchor.alias() == Some(kid));
        let is_named = self.anchors.iter().any(named);
        let mut wrong = None;
        for (index, anchor) in self.anchors.iter().enumerate() {
            if is_named && !named(anchor) {
                continue;
            }
            if fits && anchor.algorithm() == wanted && right(*anchor) {
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
            // SUIT-2, MAN §6.2: the signature is verified before any section is parsed.
            return Manifest::parse(manifest, self.profile).map(Authenticated).map_err(Refusal::Unreadable);
        }
        Err(match not_admitted {
            _ if self.anchors.is_empty() => Refusal::NoAnchor,
            Some(algorithm) => Refusal::NotAdmitted(algorithm),
            None => Refusal::Untrusted,
        })
    }
}
