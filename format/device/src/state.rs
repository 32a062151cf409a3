//! What a device remembers.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::description::Identity;

/// A place where bytes are, by a name that does not depend on the order of a description: the component's identifier and `0`, `1`,
/// `staging`; `state` and `scratch`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Place(pub String);

/// All that is remembered, in one record. It changes as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// Whose it is.
    #[serde(default)]
    pub of: Owner,
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

/// Who a device was when it remembered something: its identifiers in hexadecimal, as far as it had any.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Owner {
    /// The vendor identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
    /// The class identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// The device identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
}

impl Owner {
    /// What a description says of a device.
    pub(crate) fn of(identity: &Identity) -> Self {
        let hex = |id: &Option<Vec<u8>>| id.as_deref().map(hex);
        Self { vendor: hex(&identity.vendor), class: hex(&identity.class), device: hex(&identity.device) }
    }

    /// The first of its identifiers that `other` has otherwise. What one of them does not say is no difference.
    pub(crate) fn differs(&self, other: &Self) -> Option<&'static str> {
        let pairs = [
            ("vendor", &self.vendor, &other.vendor),
            ("class", &self.class, &other.class),
            ("device", &self.device, &other.device),
        ];
        pairs.into_iter().find(|(_, one, other)| one.is_some() && other.is_some() && one != other).map(|(which, ..)| which)
    }

    /// What one of them does not say.
    pub(crate) fn or(self, other: Self) -> Self {
        Self { vendor: self.vendor.or(other.vendor), class: self.class.or(other.class), device: self.device.or(other.device) }
    }
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
    /// The manifest that wrote it last, as it is named in the state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// What a manifest without a name has to have at least to write it.
    #[serde(default, skip_serializing_if = "Floor::is_none")]
    pub floor: Floor,
}

/// Sequence numbers below which nothing is let in, by who signed it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Floor {
    /// For those who may speak for everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all: Option<u64>,
    /// For those who may speak for some components only; however high it is, it does not shut the others out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub some: Option<u64>,
}

impl Floor {
    pub(crate) const fn from(all: bool, number: Option<u64>) -> Self {
        if all { Self { all: number, some: None } } else { Self { all: None, some: number } }
    }

    pub(crate) const fn of(&self, all: bool) -> Option<u64> {
        if all { self.all } else { self.some }
    }

    pub(crate) fn raise(&mut self, other: &Self) {
        *self = Self { all: self.all.max(other.all), some: self.some.max(other.some) };
    }

    const fn is_none(&self) -> bool {
        self.all.is_none() && self.some.is_none()
    }
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

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a record of the state begins with.
pub(crate) const MAGIC: &[u8; 8] = b"suitdev1";
