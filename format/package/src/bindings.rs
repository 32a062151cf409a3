//! Which signed digest binds which payload, found by running every path of the command sequences.

mod search;
mod words;

use suitpack_core::manifest::{Algorithm, Transform};
use suitpack_core::{Digest, ErrorKind};
use suitpack_processor::Failure;

use crate::report::Cause;
pub use search::bindings;
pub(crate) use search::{Found, OPEN_PATHS, PATHS, follow};
use words::Words;

/// A digest with its algorithm and the size beside it, as signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The COSE algorithm.
    pub algorithm: i64,
    /// The digest bytes.
    pub digest: Vec<u8>,
    /// The size in bytes, where one is signed.
    pub size: Option<u64>,
}

impl Expected {
    pub(crate) fn new(digest: Digest<'_>, size: Option<u64>) -> Self {
        Self { algorithm: digest.algorithm(), digest: digest.bytes().to_vec(), size }
    }
}

/// What one path does with a payload, and what it has to be for that.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Use {
    /// Where it is fetched from: `#name` for an integrated payload.
    pub uri: String,
    /// Index of the installed component it ends up in, as far as one judges it.
    pub component: u32,
    /// What the bytes as carried have to be. More than one is a contradiction.
    pub carried: Vec<Expected>,
    /// What is made of them, and what comes out.
    pub image: Vec<(Making, Expected)>,
    /// For the envelope of a dependency: what its manifest has to be, as encoded (draft-ietf-suit-trust-domains §5.2.2).
    pub manifest: Vec<Expected>,
    /// The envelope of a dependency is made of it.
    pub made_dependency: bool,
    /// A transform was applied whose result nothing judges.
    pub unjudged: bool,
}

/// How an image is made of the bytes as carried: decrypted first, decoded second.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Making {
    /// The COSE_Encrypt that says how it is decrypted (draft-ietf-suit-firmware-encryption §4).
    pub encryption: Option<Vec<u8>>,
    /// How it is decoded.
    pub decoding: Option<Decoding>,
}

/// How an image is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decoding {
    /// One Zstandard frame.
    Zstd,
}

impl Decoding {
    pub(crate) const fn of(transform: &Transform<'_>) -> Option<Self> {
        match transform.algorithm {
            Algorithm::Zstd => Some(Self::Zstd),
            _ => None,
        }
    }
}

impl Use {
    /// Whether digests say what the payload has to be.
    #[must_use]
    pub const fn is_bound(&self) -> bool {
        let digests = !self.carried.is_empty() || !self.image.is_empty() || !self.manifest.is_empty() || self.made_dependency;
        digests && !self.unjudged
    }

    /// Whether it is the envelope of a dependency.
    #[must_use]
    pub const fn is_dependency(&self) -> bool {
        !self.manifest.is_empty() || self.made_dependency
    }
}

/// What all paths of a manifest do with payloads.
#[derive(Clone, Debug, Default)]
pub struct Bindings {
    /// The distinct uses, in the order found.
    pub uses: Vec<Use>,
    /// Paths that run to their end.
    pub paths: usize,
    /// Whether every such path checks the vendor.
    // SUIT-15
    pub vendor_checked: bool,
    /// Whether every such path checks the class.
    pub class_checked: bool,
}

/// Why the paths cannot be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathError {
    /// Some path comes to something that is refused.
    Refused(Failure),
    /// No path runs to its end; the failure of the last one tried.
    Dead(Failure),
    /// More paths than are followed.
    Limit(ErrorKind),
}

impl PathError {
    /// What kind of refusal it is.
    pub(crate) const fn cause(self) -> Cause {
        match self {
            // Where no path runs to its end, nothing binds what is carried.
            Self::Dead(_) => Cause::NotBound,
            // §8.4.8.15: a parameter in a place where it may not stand.
            Self::Refused(Failure::SoftFailureMisplaced) => Cause::Unreadable,
            Self::Refused(_) | Self::Limit(_) => Cause::Policy,
        }
    }
}

impl core::fmt::Display for PathError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Refused(failure) => write!(f, "{}", Words(*failure)),
            Self::Dead(failure) => write!(f, "no path runs to its end: {}", Words(*failure)),
            Self::Limit(_) => f.write_str("there are more paths than are followed"),
        }
    }
}
