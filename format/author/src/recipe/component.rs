//! The tables `[[component]]`.

use std::collections::HashSet;

use suitpack_core::limits;

use super::carriage::{Compression, Payload, Payloads};
use super::error::RecipeError;
use super::fields::Fields;
use super::tree::Node;

/// A component identifier: its segments.
pub(crate) type Id = Vec<Vec<u8>>;

/// A component to be installed.
#[derive(Clone, Debug)]
pub(crate) struct Component {
    pub(crate) id: Id,
    /// The identifier as text, segments joined by points.
    pub(crate) name: String,
    /// Where the payload waits between payload-fetch and install; none if it is streamed into place.
    pub(crate) staging: Option<Id>,
    pub(crate) invoke: bool,
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

/// Reads all components and the payloads they need.
pub(crate) fn read_all(node: &Node) -> Result<(Vec<Component>, Vec<Payload>), RecipeError> {
    let tables = node.array()?;
    // Each may need a staging component, and the reader holds the parameters of all.
    let most = limits::COMPONENTS / 2;
    if tables.len() > most {
        return Err(node.error(&format!("has {} components; at most {most} can be installed by one manifest", tables.len())));
    }
    let mut payloads = Payloads::default();
    let mut taken = HashSet::new();
    let mut components = Vec::new();
    for table in tables {
        components.push(Component::read(table, &mut payloads, &mut taken)?);
    }
    let combinations = components.iter().fold(1_usize, |product, component| product.saturating_mul(component.images.choices()));
    if combinations > limits::SLOT_COMBINATIONS {
        let most = limits::SLOT_COMBINATIONS;
        return Err(node.error(&format!("makes more than {most} combinations of slots, which no verifier follows")));
    }
    Ok((components, payloads.done()))
}

impl Component {
    fn read(node: &Node, payloads: &mut Payloads, taken: &mut HashSet<Id>) -> Result<Self, RecipeError> {
        let mut fields = Fields::of(node)?;
        let id_node = fields.require("id")?;
        let id = id(id_node)?;
        let name = name(&id);
        let mut take = |id: &Id, node: &Node| match taken.insert(id.clone()) {
            true => Ok(()),
            false => Err(node.error(&format!("makes a second component with the id `{}`", self::name(id)))),
        };
        take(&id, id_node)?;
        let compression = Compression::read(&mut fields)?;
        let images = payloads.images(node, &mut fields, &name, compression)?;
        let streamed = match fields.get("install") {
            None => false,
            Some(node) => match node.text()? {
                "staged" => false,
                "streamed" => true,
                _ => return Err(node.error("must be `staged` or `streamed`")),
            },
        };
        let staging_node = fields.get("staging");
        let staging = match (staging_node, streamed) {
            (Some(node), true) => return Err(node.error("has no meaning when the payload is streamed").suggest("leave it out, or set `install = \"staged\"`")),
            (Some(node), false) => Some(self::id(node)?),
            (None, true) => None,
            (None, false) => Some(id.iter().cloned().chain([b"staging".to_vec()]).collect()),
        };
        if let Some(staging) = &staging {
            let node = staging_node.unwrap_or(id_node);
            check(staging, node)?;
            take(staging, node)?;
        }
        let invoke = fields.get("invoke").map_or(Ok(false), Node::boolean)?;
        fields.finish()?;
        Ok(Self { id, name, staging, invoke, compression, images })
    }
}

/// The identifier as text; segments that are not plain text are shown in hex.
fn name(id: &Id) -> String {
    let segment = |segment: &Vec<u8>| match core::str::from_utf8(segment) {
        Ok(text) if !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic()) => text.to_owned(),
        _ => segment.iter().map(|byte| format!("{byte:02x}")).collect(),
    };
    id.iter().map(segment).collect::<Vec<_>>().join(".")
}

fn id(node: &Node) -> Result<Id, RecipeError> {
    let id = node.array()?.iter().map(segment).collect::<Result<Id, _>>()?;
    check(&id, node)?;
    Ok(id)
}

fn segment(node: &Node) -> Result<Vec<u8>, RecipeError> {
    let text = node.text()?;
    let bytes = match text.strip_prefix("hex:") {
        None => text.as_bytes().to_vec(),
        Some(digits) => hex(digits).ok_or_else(|| node.error("is not hex").suggest("write two digits for each byte: `hex:00ff`"))?,
    };
    if bytes.is_empty() { Err(node.error("is empty")) } else { Ok(bytes) }
}

fn hex(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| (pair.len() == 2 && pair.iter().all(u8::is_ascii_hexdigit)).then(|| u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok())?).collect()
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
