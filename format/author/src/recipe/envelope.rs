//! The table `[envelope]`: which members stand in the manifest, beside it, or nowhere.

use std::collections::BTreeMap;

use suitpack_core::registry::manifest as key;

use super::error::{Place, RecipeError};
use super::fields::{Fields, nearest};
use super::tree::{Entry, Node};
use super::value;

/// What the recipe says about the envelope.
#[derive(Clone, Debug)]
pub(crate) struct Envelope {
    /// Whether tag 107 stands before it.
    pub(crate) tagged: bool,
    /// The members that are severed and where the recipe says so; by default those for people, if they are long.
    pub(crate) severed: Option<Vec<(i64, Place)>>,
    /// Digests of members whose bodies are not there.
    pub(crate) withheld: BTreeMap<i64, (Vec<u8>, Place)>,
}

impl Envelope {
    pub(crate) fn read(node: Option<&Node>) -> Result<Self, RecipeError> {
        let Some(node) = node else { return Ok(Self { tagged: true, severed: None, withheld: BTreeMap::new() }) };
        let mut fields = Fields::of(node)?;
        let tagged = fields.get("tagged").map_or(Ok(true), Node::boolean)?;
        let severed = fields
            .get("severed")
            .map(|node| node.elements()?.iter().map(|node| Ok((member(node.text()?, node.place)?, node.place))).collect());
        let severed = severed.transpose()?;
        let withheld = |entry: &Entry| Ok((member(&entry.key, entry.place)?, (value::encoded_digest(&entry.node)?, entry.place)));
        let withheld =
            fields.get("withheld").map_or(Ok(&[][..]), Node::table)?.iter().map(withheld).collect::<Result<_, RecipeError>>()?;
        fields.finish()?;
        Ok(Self { tagged, severed, withheld })
    }
}

/// The label of a member that may be severed.
fn member(name: &str, place: Place) -> Result<i64, RecipeError> {
    let known =
        SEVERABLE.iter().find_map(|label| suitpack_core::registry::find(key::LABELS, *label).filter(|label| label.name == name));
    known.map(|label| label.code).ok_or_else(|| {
        let names: Vec<_> = SEVERABLE
            .iter()
            .filter_map(|label| suitpack_core::registry::find(key::LABELS, *label))
            .map(|label| label.name)
            .collect();
        let error = RecipeError::new(place, format!("`{name}` is no member that can be severed"));
        match nearest(name, &names) {
            Some(name) => error.suggest(format!("did you mean `{name}`?")),
            None => error.suggest(format!("these can: {}", names.join(", "))),
        }
    })
}

/// draft-ietf-suit-manifest §8.6, the drafts that add to it, and spec/upgradability.md.
const SEVERABLE: [i64; 7] = [
    key::COSWID,
    key::DEPENDENCY_RESOLUTION,
    key::PAYLOAD_FETCH,
    key::CANDIDATE_VERIFICATION,
    key::INSTALL,
    key::TEXT,
    key::UPGRADABILITY,
];
