//! suit-parameter-wait-info (draft-ietf-suit-update-management §4.5).

use suitpack_core::registry::wait_event as key;

use super::parameter::version_match;
use crate::encode::{self, Items, Map};
use crate::recipe::error::RecipeError;
use crate::recipe::fields::Fields;
use crate::recipe::tree::Node;
use crate::recipe::value;

/// Reads a table of events, named in full as in the CDDL, or in short as in `[update.wait]`.
pub(crate) fn read(node: &Node, full: bool) -> Result<Vec<u8>, RecipeError> {
    let mut fields = Fields::of(node)?;
    let mut map = Map::default();
    for label in key::LABELS {
        let short = label.name.strip_prefix(PREFIX).unwrap_or(label.name);
        let Some(node) = fields.get(if full { label.name } else { short }) else { continue };
        let below = |limit: u64| match node.uint()? {
            number if number < limit => Ok(encode::uint(number)),
            _ => Err(node.error(&format!("is out of range; it must be from 0 to {}", limit.saturating_sub(1)))),
        };
        let value = match label.code {
            key::OTHER_DEVICE_VERSION => other_device(node)?,
            key::TIME => encode::uint(value::seconds(node)?),
            key::TIME_OF_DAY | key::TIME_OF_DAY_UTC => below(86_400)?,
            key::DAY_OF_WEEK | key::DAY_OF_WEEK_UTC => below(7)?,
            _ => encode::int(node.int()?),
        };
        map.insert(encode::int(label.code), value);
    }
    fields.finish()?;
    if map.is_empty() { Err(node.error("is empty; it needs at least one event")) } else { Ok(map.done()) }
}

fn other_device(node: &Node) -> Result<Vec<u8>, RecipeError> {
    let mut fields = Fields::of(node)?;
    let device = value::bytes(fields.require("other-device")?)?;
    let matches = fields.require("other-device-version")?.array()?.iter().map(version_match).collect::<Result<Vec<_>, _>>()?;
    fields.finish()?;
    let start = Items::new().array(2).bytes(&device).array(matches.len());
    Ok(matches.iter().fold(start, |items, encoded| items.raw(encoded)).done())
}

/// The start of the names in the CDDL.
const PREFIX: &str = "suit-wait-event-";
