use serde::{Deserialize, Serialize};

use super::Place;

/// Something decided that is still to be done. Each can be begun again wherever it was interrupted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Step {
    /// Bytes go from one place to another, which are apart.
    Copy {
        /// From here.
        from: Place,
        /// To here.
        to: Place,
        /// Which.
        content: Summed,
    },
    /// Two places exchange bytes, block by block through the scratch area.
    Exchange {
        /// One.
        a: Place,
        /// The other.
        b: Place,
        /// So many, of both.
        length: u64,
        /// What each of them holds in the end, if anything is known of that.
        holds: [Option<Summed>; 2],
        /// Bytes that are exchanged at once.
        block: u64,
        /// Bytes that are exchanged already.
        done: u64,
        /// How far the next block is.
        phase: Phase,
    },
    /// What lies behind `length` is given up.
    Cut {
        /// Where.
        place: Place,
        /// What stays.
        length: u64,
    },
}

impl Step {
    /// The places that it needs.
    pub(crate) fn places(&self) -> Vec<Place> {
        match self {
            Self::Copy { from, to, .. } => vec![from.clone(), to.clone()],
            Self::Exchange { a, b, .. } => vec![a.clone(), b.clone(), Place::scratch()],
            Self::Cut { place, .. } => vec![place.clone()],
        }
    }
}

/// Bytes from the beginning of a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Summed {
    /// So many.
    pub length: u64,
    /// Their SHA-256, in hexadecimal.
    pub digest: String,
}

/// How far the exchange of one block is. What a phase reads, it does not write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Both are as they were; the block of `a` goes to the scratch area next.
    #[default]
    Untouched,
    /// It is there; the block of `b` goes to `a` next.
    Saved,
    /// That is done; the block in the scratch area goes to `b` next.
    Moved,
}
