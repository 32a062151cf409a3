//! The tables `[[component]]`.

use std::collections::HashSet;

use suitpack_core::limits;

use super::carriage::{Compression, Packing, Payloads};
use super::encryption::Encryption;
use super::error::RecipeError;
use super::fields::Fields;
use super::tree::{Node, Spot};
use super::value;
use super::version::{self, Bound};

/// A component identifier: its segments.
pub(crate) type Id = Vec<Vec<u8>>;

/// A component.
#[derive(Clone, Debug)]
pub(crate) struct Component {
    pub(crate) id: Id,
    /// The identifier as text, segments joined by points.
    pub(crate) name: String,
    /// Where the recipe has it.
    pub(crate) spot: Spot,
    /// What the templates do with it; none if it is only named.
    pub(crate) intent: Option<Intent>,
}

/// What is to become of a component.
#[derive(Clone, Debug)]
pub(crate) struct Intent {
    /// Where the payload waits between payload-fetch and install; none if it is streamed into place.
    pub(crate) staging: Option<Id>,
    /// What the image is exchanged with once it was checked there.
    pub(crate) rollback: Option<(Id, Spot)>,
    /// The versions it may be installed over.
    pub(crate) from_versions: Option<(Vec<Bound>, Spot)>,
    /// Whether it is run, and where the recipe says so.
    pub(crate) invoke: Option<Spot>,
    /// The same for all its images.
    pub(crate) compression: Compression,
    pub(crate) images: Images,
}

/// What is installed, as indices into the payloads of the recipe.
#[derive(Clone, Debug)]
pub(crate) enum Images {
    /// The same image wherever it is installed.
    One(usize),
    /// An image for each slot.
    Slots(Vec<(u64, usize)>),
}

impl Images {
    /// How many there are to choose from.
    const fn choices(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Slots(slots) => slots.len(),
        }
    }
}

/// Identifiers of a manifest, of which no two are the same.
#[derive(Debug, Default)]
pub(crate) struct Taken(HashSet<Id>);

impl Taken {
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn take(&mut self, id: &Id, node: &Node) -> Result<(), RecipeError> {
        if self.0.insert(id.clone()) {
            Ok(())
        } else {
            Err(node.error(&format!("makes a second component with the id `{}`", name(id))))
        }
    }
}

/// Reads all components and the payloads they need.
pub(crate) fn read_all(node: &Node, payloads: &mut Payloads, taken: &mut Taken) -> Result<Vec<Component>, RecipeError> {
    let components = node.array()?.iter().map(|table| Component::read(table, payloads, taken)).collect::<Result<Vec<_>, _>>()?;
    let choices = components.iter().filter_map(|component| component.intent.as_ref()).map(|intent| intent.images.choices());
    if choices.fold(1_usize, usize::saturating_mul) > limits::SLOT_COMBINATIONS {
        let most = limits::SLOT_COMBINATIONS;
        return Err(node.error(&format!("makes more than {most} combinations of slots, which no verifier follows")));
    }
    Ok(components)
}

/// Whether a template has to do something with a component.
pub(crate) fn has_intent(table: &Node) -> bool {
    table.table().is_ok_and(|entries| entries.iter().any(|entry| IMAGES.contains(&entry.key.as_str())))
}

impl Component {
    fn read(node: &Node, payloads: &mut Payloads, taken: &mut Taken) -> Result<Self, RecipeError> {
        let mut fields = Fields::of(node)?;
        let id_node = fields.require("id")?;
        let id = id(id_node)?;
        let name = name(&id);
        taken.take(&id, id_node)?;
        let named = (&id, id_node, name.as_str());
        // A key that only makes sense with an image, or a misspelt one, asks for it.
        let intent = if fields.only(&["id"]) { None } else { Some(Intent::read(node, &mut fields, named, payloads, taken)?) };
        fields.finish()?;
        Ok(Self { id, name, spot: node.spot(), intent })
    }
}

impl Intent {
    fn read<'n>(
        node: &'n Node,
        fields: &mut Fields<'n>,
        (id, id_node, name): (&Id, &'n Node, &str),
        payloads: &mut Payloads,
        taken: &mut Taken,
    ) -> Result<Self, RecipeError> {
        let compression = Compression::read(fields)?;
        let packing = Packing { compression, encryption: Encryption::read(fields)? };
        let images = payloads.images(node, fields, name, &packing)?;
        let streamed = match fields.get("install") {
            // FE 4: a fetch does not decrypt, so what it brings has to be kept first.
            Some(node) if packing.encryption.is_some() && node.text()? == "streamed" => {
                return Err(node
                    .error("stands beside `encrypt-for`")
                    .suggest("an encrypted payload is staged: leave `install` out"));
            }
            None => false,
            Some(node) => match node.text()? {
                "staged" => false,
                "streamed" => true,
                _ => return Err(node.error("must be `staged` or `streamed`")),
            },
        };
        let staging_node = fields.get("staging");
        let staging = match (staging_node, streamed) {
            (Some(node), true) => {
                return Err(node
                    .error("has no meaning when the payload is streamed")
                    .suggest("leave it out, or set `install = \"staged\"`"));
            }
            (Some(node), false) => Some(self::id(node)?),
            (None, true) => None,
            (None, false) => Some(id.iter().cloned().chain([b"staging".to_vec()]).collect()),
        };
        if let Some(staging) = &staging {
            let node = staging_node.unwrap_or(id_node);
            check(staging, node)?;
            taken.take(staging, node)?;
        }
        let mut rollback = None;
        if let Some(node) = fields.get("rollback") {
            if matches!(images, Images::Slots(_)) {
                return Err(node
                    .error("stands beside an image for each slot")
                    .suggest("with slots the other slot keeps the image to go back to"));
            }
            let id = self::id(node)?;
            taken.take(&id, node)?;
            rollback = Some((id, node.spot()));
        }
        let from_versions = fields.get("from-versions").map(|node| Ok((version::bounds(node)?, node.spot()))).transpose()?;
        let invoke = match fields.get("invoke") {
            Some(node) if node.boolean()? => Some(node.spot()),
            _ => None,
        };
        Ok(Self { staging, rollback, from_versions, invoke, compression, images })
    }
}

/// The identifier as text; segments that are not plain text are shown in hex.
pub(crate) fn name(id: &Id) -> String {
    let segment = |segment: &Vec<u8>| match core::str::from_utf8(segment) {
        Ok(text) if !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic()) => text.to_owned(),
        _ => segment.iter().map(|byte| format!("{byte:02x}")).collect(),
    };
    id.iter().map(segment).collect::<Vec<_>>().join(".")
}

/// Reads an identifier.
pub(crate) fn id(node: &Node) -> Result<Id, RecipeError> {
    let id = node.array()?.iter().map(segment).collect::<Result<Id, _>>()?;
    check(&id, node)?;
    Ok(id)
}

fn segment(node: &Node) -> Result<Vec<u8>, RecipeError> {
    match node.text()? {
        // Who means it says so: the drafts allow it.
        "" => Err(node.error("is empty").suggest("a segment without bytes is written `hex:`")),
        _ => value::bytes(node),
    }
}

/// Holds an identifier against what a reader keeps.
fn check(id: &Id, node: &Node) -> Result<(), RecipeError> {
    if id.len() > limits::COMPONENT_SEGMENTS {
        return Err(node.error(&format!("makes a component id of more than {} segments", limits::COMPONENT_SEGMENTS)));
    }
    if id.iter().map(Vec::len).sum::<usize>() > limits::COMPONENT_BYTES {
        return Err(node.error(&format!("makes a component id of more than {} bytes", limits::COMPONENT_BYTES)));
    }
    Ok(())
}

/// The keys that say what is installed.
const IMAGES: [&str; 3] = ["image", "slots", "a-b"];
