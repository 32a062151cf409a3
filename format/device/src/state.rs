//! What a device remembers.

mod holding;
mod owner;
mod step;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use holding::{Before, Floor, Floors, Holding};
pub use owner::Owner;
pub use step::{Phase, Step, Summed};

/// A place where bytes are, by a name that does not depend on the order of a description: the component's identifier and `0`, `1`,
/// `staging`; `state` and `scratch`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Place(pub String);

impl Place {
    /// Where a block waits while two places are exchanged.
    pub(crate) fn scratch() -> Self {
        Self(String::from("scratch"))
    }

    /// The name of its component; none of the places of the device itself.
    pub(crate) fn component(&self) -> Option<&str> {
        self.0.rsplit_once(':').map(|(name, _)| name)
    }
}

/// All that is remembered, in one record. It changes as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// Whose it is.
    #[serde(default)]
    pub of: Owner,
    /// What was installed last, by manifest: against rollback.
    pub manifests: BTreeMap<String, Installed>,
    /// Sequence numbers below which a manifest is refused by this name, though it was not installed under it: that of a dependency
    /// that has a name, and what counts for those too who may speak for some components only.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub numbers: BTreeMap<String, u64>,
    /// By the name of the component.
    pub components: BTreeMap<String, Holding>,
    /// Bytes of the content of each place; what is not here holds nothing that is known.
    pub lengths: BTreeMap<Place, u64>,
    /// The manifests that run the dependency in a component, by the name of the component.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub users: BTreeMap<String, BTreeSet<String>>,
    /// What is decided and still to be done, in this order.
    pub redo: Vec<Step>,
    /// What was in components that are to be written over by that, as long as it is not done.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub before: BTreeMap<String, Before>,
}

impl State {
    /// The number below which a manifest is refused under this name.
    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.manifests.get(name).map(|installed| installed.sequence).max(self.numbers.get(name).copied())
    }

    /// Whether this manifest is the one that is installed under this name.
    pub(crate) fn has(&self, name: &str, digest: &str) -> bool {
        self.manifests.get(name).is_some_and(|installed| installed.digest.as_deref() == Some(digest))
    }

    /// Whether the manifest that was installed under this name was not uninstalled since.
    pub(crate) fn is_installed(&self, name: &str) -> bool {
        self.manifests.get(name).is_some_and(|installed| installed.digest.is_some())
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

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a record of the state begins with.
pub(crate) const MAGIC: &[u8; 8] = b"suitdev1";
