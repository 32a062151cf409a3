//! The table `[update]`: when an update may be installed (draft-ietf-suit-update-management).

use super::error::RecipeError;
use super::fields::Fields;
use super::sequence;
use super::tree::{Node, Spot};
use super::value;

/// What has to hold before anything is fetched or installed.
#[derive(Clone, Debug)]
pub(crate) struct Update {
    /// Where the recipe has it.
    pub(crate) spot: Spot,
    /// Seconds since 1970.
    pub(crate) use_before: Option<(u64, Spot)>,
    /// Milliwatt hours.
    pub(crate) minimum_battery: Option<(u64, Spot)>,
    /// The priority with which the application is asked.
    pub(crate) authorized: Option<(i64, Spot)>,
    /// The events that are waited for, encoded and as people read them.
    pub(crate) wait: Option<(Vec<u8>, String, Spot)>,
}

impl Update {
    pub(crate) fn read(node: &Node) -> Result<Self, RecipeError> {
        let mut fields = Fields::of(node)?;
        let use_before = fields.get("use-before").map(|node| Ok((value::seconds(node)?, node.spot()))).transpose()?;
        let minimum_battery = fields.get("minimum-battery").map(|node| Ok((node.uint()?, node.spot()))).transpose()?;
        let asks = fields.get("authorized").map(|node| Ok((node, node.boolean()?))).transpose()?;
        let authorized = match (asks, fields.get("priority")) {
            (Some((node, true)), priority) => Some((priority.map_or(Ok(0), Node::int)?, node.spot())),
            (_, Some(node)) => return Err(node.error("has no meaning when nobody is asked").suggest("set `authorized = true`")),
            (_, None) => None,
        };
        let wait = fields.get("wait").map(|node| Ok((sequence::wait_info(node, false)?, node.shown(), node.spot()))).transpose()?;
        fields.finish()?;
        Ok(Self { spot: node.spot(), use_before, minimum_battery, authorized, wait })
    }
}
