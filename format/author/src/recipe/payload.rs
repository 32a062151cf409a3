//! The tables `[[payload]]`: payloads that are carried as they are.

use suitpack_core::limits;

use super::carriage::{self, Carriage, Compression, Payload, Payloads};
use super::error::RecipeError;
use super::fields::Fields;
use super::tree::Node;

/// Reads the tables; explicit sequences say what is done with the payloads.
pub(crate) fn read_all(node: &Node, payloads: &mut Payloads) -> Result<(), RecipeError> {
    for table in node.array()? {
        let mut fields = Fields::of(table)?;
        let uri_node = fields.require("uri")?;
        let uri = uri_node.text()?;
        let image = carriage::path(fields.require("file")?)?;
        let integrated = fields.get("integrated").map_or(Ok(uri.starts_with('#')), Node::boolean)?;
        fields.finish()?;
        if uri.is_empty() || uri.len() > limits::PAYLOAD_KEY {
            return Err(uri_node.error(&format!("must have 1 to {} bytes", limits::PAYLOAD_KEY)));
        }
        let carriage = if integrated { Carriage::Integrated(uri.to_owned()) } else { Carriage::detached(uri_node)? };
        payloads.add(
            Payload { image, compression: Compression::None, encryption: None, carriage, written: Some(table.place) },
            uri_node,
        )?;
    }
    Ok(())
}
