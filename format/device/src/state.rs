//! What a device remembers.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// A place where bytes are, by a name that does not depend on the order of a description: the component's identifier and `0`, `1`,
/// `staging`; `state` and `scratch`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Place(pub String);

/// All that is remembered, in one record. It changes as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// What was installed last, by manifest: against rollback.
    pub manifests: BTreeMap<String, Installed>,
    /// By the name of the component.
    pub components: BTreeMap<String, Holding>,
    /// Bytes of the content of each place; what is not here holds nothing that is known.
    pub lengths: BTreeMap<Place, u64>,
    /// The manifests that run the dependency in a component, by the name of the component.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub users: BTreeMap<String, BTreeSet<String>>,
    /// What is decided and still to be done, in this order.
    pub redo: Vec<Step>,
}

/// A manifest that was installed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Installed {
    /// Its sequence number; a lower one is refused.
    pub sequence: u64,
    /// The digest in its authentication wrapper, in hexadecimal; none once it was uninstalled.
    pub digest: Option<String>,
}

/// What is in a component.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holding {
    /// The index of the active slot.
    pub active: usize,
    /// Its version, if the manifest that brought it names one.
    pub version: Option<Vec<i64>>,
    /// Of the envelope of a dependency the SHA-256 of all its bytes, in hexadecimal; the digest that is signed is of its manifest only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub envelope: Option<String>,
    /// The version of the image that is fallen back to, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<Vec<i64>>,
}

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
        /// So many.
        length: u64,
    },
    /// Two places exchange bytes, block by block through the scratch area.
    Exchange {
        /// One.
        a: Place,
        /// The other.
        b: Place,
        /// So many, of both.
        length: u64,
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

/// What a record of the state begins with.
pub(crate) const MAGIC: &[u8; 8] = b"suitdev1";
