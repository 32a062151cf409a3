//! The tables `[coswid]` and `[mud]`: other documents that a manifest carries or points to.

use std::path::PathBuf;

use suitpack_core::cbor::Reader;
use suitpack_core::manifest as core;
use suitpack_core::registry::{mud as key, tag};

use super::carriage;
use super::error::RecipeError;
use super::fields::Fields;
use super::tree::Node;
use super::{uri, value};
use crate::encode::{Items, Map};

/// A CoSWID tag (draft-ietf-suit-update-management §3.2), as encoded.
#[derive(Clone, Debug)]
pub(crate) enum Coswid {
    File(PathBuf),
    Bytes(Vec<u8>),
}

impl Coswid {
    pub(crate) fn read(node: &Node) -> Result<Self, RecipeError> {
        let mut fields = Fields::of(node)?;
        let (file, hex) = (fields.get("file"), fields.get("hex"));
        let coswid = match (file, hex) {
            (Some(_), Some(node)) => return Err(node.error("stands beside `file`").suggest("keep one of the two")),
            (Some(node), None) => Self::File(carriage::path(node)?),
            (None, Some(node)) => {
                // Here hex is all there can be, so its mark may be left out.
                let text = node.text()?;
                let bytes = value::hex(text.strip_prefix("hex:").unwrap_or(text)).ok_or_else(|| node.error("is not hex"))?;
                value::well_formed(&bytes, node)?;
                core::Coswid::parse(Reader::new(&bytes)).map_err(|error| node.error(&format!("is no CoSWID tag: {error}")))?;
                Self::Bytes(bytes)
            }
            (None, None) => return Err(fields.missing("file").suggest("give `file` (a path) or `hex`")),
        };
        fields.finish()?;
        Ok(coswid)
    }
}

/// `SUIT_MUD_container` (draft-ietf-suit-mud §5), encoded.
pub(crate) fn mud(node: &Node) -> Result<Vec<u8>, RecipeError> {
    let mut fields = Fields::of(node)?;
    let url = uri::read(fields.require("url")?)?;
    let ski = value::encoded_digest(fields.require("ski")?)?;
    fields.finish()?;
    Ok(Map::default().with(key::URL, Items::new().tag(tag::URI).text(&url).done()).with(key::SKI, ski).done())
}
