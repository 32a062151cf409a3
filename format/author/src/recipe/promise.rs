//! The table `[upgradability]`.

use super::error::RecipeError;
use super::manifest::Manifest;
use super::tree::Node;

/// The maker's promise, encoded.
#[derive(Clone, Debug)]
pub(crate) struct Promise {
    /// The whole statement: the body of `suit-upgradability`.
    pub(crate) statement: Vec<u8>,
    /// What stays when the statement is severed: the value of `suit-upgradability-floor`.
    pub(crate) floor: Vec<u8>,
}

impl Promise {
    pub(crate) fn read(node: &Node, _manifest: &Manifest) -> Result<Self, RecipeError> {
        Err(node.error("TODO"))
    }
}
