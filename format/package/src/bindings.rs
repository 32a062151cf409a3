//! Which signed digest binds which payload, found by running every path of the command sequences.

mod words;

use suitpack_core::manifest::{Algorithm, Transform};
use suitpack_core::{Digest, ErrorKind, limits};
use suitpack_processor::{Failure, Procedure, Processor, Program};

use crate::explore::{Facts, Path, Platform};
use crate::report::Cause;
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
pub struct Use {
    /// Where it is fetched from: `#name` for an integrated payload.
    pub uri: String,
    /// Index of the installed component it ends up in, as far as one judges it.
    pub component: u32,
    /// What the bytes as carried have to be. More than one is a contradiction.
    pub carried: Vec<Expected>,
    /// What is made of them, and what comes out.
    pub image: Vec<(Decoding, Expected)>,
    /// A transform was applied whose result nothing judges.
    pub unjudged: bool,
}

/// How an image is made of the bytes as carried.
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
        !self.unjudged && (!self.carried.is_empty() || !self.image.is_empty())
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
    pub vendor_checked: bool,
    /// Whether every such path checks the class.
    pub class_checked: bool,
}

/// Why the paths cannot be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathError {
    /// Some path comes to something this version refuses.
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

/// Follows every path of update and invocation; a condition in a try-each goes both ways unless `facts` decide it.
///
/// # Errors
/// If a path is refused, none runs to its end, or there are too many.
pub fn bindings<'a>(program: &Program<'a>, facts: &Facts) -> Result<Bindings, PathError> {
    let mut found = Bindings { vendor_checked: true, class_checked: true, ..Bindings::default() };
    let mut last_failure = Failure::NoArmSucceeded;
    let start = |platform: Platform<'a>, procedure| {
        let processor = Processor::new(*program, procedure).map_err(PathError::Refused)?;
        Ok(Path::new(Box::new(processor), platform))
    };
    let mut open = vec![(start(Platform::new(facts.clone()), Procedure::Update)?, Procedure::Update)];
    let mut tried = 0_usize;
    while let Some((path, procedure)) = open.pop() {
        tried += 1;
        if tried > PATHS || open.len() > OPEN_PATHS {
            return Err(PathError::Limit(ErrorKind::LimitExceeded));
        }
        let (result, forks) = path.follow();
        open.extend(forks.into_iter().map(|fork| (fork, procedure)));
        match (result, procedure) {
            (Ok(platform), Procedure::Update) => open.push((start(platform, Procedure::Invocation)?, Procedure::Invocation)),
            (Ok(platform), _) => {
                found.paths += 1;
                found.vendor_checked &= platform.vendor_checked;
                found.class_checked &= platform.class_checked;
                for used in platform.into_uses() {
                    if !found.uses.contains(&used) {
                        found.uses.push(used);
                    }
                }
            }
            (Err(failure), _) if is_refusal(failure) => return Err(PathError::Refused(failure)),
            (Err(failure), _) => last_failure = failure,
        }
    }
    if found.paths == 0 { Err(PathError::Dead(last_failure)) } else { Ok(found) }
}

/// Whether a failure lies in what this version can do rather than in how the path went.
const fn is_refusal(failure: Failure) -> bool {
    !matches!(
        failure,
        Failure::ConditionFailed(_)
            | Failure::DirectiveFailed(_)
            | Failure::NoArmSucceeded
            | Failure::ParameterMissing(_)
            | Failure::ParameterNotSet(_)
    )
}

/// Each combination of slots is followed through update and invocation, and fewer lead nowhere; a manifest made to blow up is
/// stopped here.
const PATHS: usize = 4 * limits::SLOT_COMBINATIONS;

/// Paths waiting hold a state of some kilobytes each.
pub(crate) const OPEN_PATHS: usize = 256;

impl core::fmt::Display for PathError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Refused(failure) => write!(f, "{}", Words(*failure)),
            Self::Dead(failure) => write!(f, "no path runs to its end: {}", Words(*failure)),
            Self::Limit(_) => f.write_str("there are more paths than are followed"),
        }
    }
}
