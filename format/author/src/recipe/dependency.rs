//! The tables `[[dependency]]` and `[[depends-on]]`: other manifests that this one runs.

use std::collections::BTreeMap;

use super::carriage::{self, Compression, Payload, Payloads};
use super::component::{self, Id, Taken};
use super::error::RecipeError;
use super::fields::Fields;
use super::sequence;
use super::tree::{Node, Spot};

/// Prefixes by the index of the component that holds the dependency's envelope.
pub(crate) type Dependencies = BTreeMap<u64, Option<Id>>;

/// Reads `[[dependency]]`: which components of the recipe hold envelopes.
pub(crate) fn read_all(node: &Node, components: usize) -> Result<Dependencies, RecipeError> {
    let mut dependencies = Dependencies::new();
    for table in node.array()? {
        let mut fields = Fields::of(table)?;
        let index_node = fields.require("index")?;
        let index = sequence::index(index_node, components)?;
        let prefix = fields.get("prefix").map(component::id).transpose()?;
        fields.finish()?;
        if dependencies.insert(index, prefix).is_some() {
            return Err(index_node.error(&format!("is {index}, which another dependency has")));
        }
    }
    Ok(dependencies)
}

/// A package that this one depends on.
#[derive(Clone, Debug)]
pub(crate) struct DependsOn {
    /// The component that holds its envelope.
    pub(crate) id: Id,
    pub(crate) prefix: Option<Id>,
    /// Index of its package among the payloads of the recipe.
    pub(crate) payload: usize,
    /// Where the recipe has it.
    pub(crate) spot: Spot,
}

impl DependsOn {
    /// Reads `[[depends-on]]`.
    pub(crate) fn read_all(node: &Node, payloads: &mut Payloads, taken: &mut Taken) -> Result<Vec<Self>, RecipeError> {
        node.array()?.iter().map(|table| Self::read(table, payloads, taken)).collect()
    }

    fn read(node: &Node, payloads: &mut Payloads, taken: &mut Taken) -> Result<Self, RecipeError> {
        let mut fields = Fields::of(node)?;
        let id_node = fields.require("id")?;
        let id = component::id(id_node)?;
        taken.take(&id, id_node)?;
        let image = carriage::path(fields.require("package")?)?;
        let prefix = fields.get("prefix").map(component::id).transpose()?;
        let (carriage, named) = carriage::carriage(node, &mut fields, &component::name(&id))?;
        fields.finish()?;
        let payload =
            payloads.add(Payload { image, compression: Compression::None, encryption: None, carriage, written: None }, named)?;
        Ok(Self { id, prefix, payload, spot: node.spot() })
    }
}
