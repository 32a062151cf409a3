//! The value of a parameter, as draft-ietf-suit-manifest §8.4.8 and the drafts that add to it have it.

use suitpack_core::cbor::Reader;
use suitpack_core::cose::Encrypt;
use suitpack_core::limits;
use suitpack_core::registry::{Label, parameter as key, tag, version_comparison};

use super::{Scope, index, metadata, wait};
use crate::encode::{self, Items};
use crate::program::Argument;
use crate::recipe::error::RecipeError;
use crate::recipe::fields::Fields;
use crate::recipe::files::Files;
use crate::recipe::tree::{Node, Value};
use crate::recipe::value;
use crate::recipe::version::{self, Version};

pub(super) fn read(code: i64, node: &Node, scope: Scope, files: &mut Files<'_>) -> Result<Argument, RecipeError> {
    let encoded = match code {
        key::IMAGE_DIGEST => return value::digest(node, files).map(Argument::Digest),
        key::IMAGE_SIZE => return value::size(node, files).map(Argument::Size),
        key::TRANSFORM => return transform(node, files),
        key::VENDOR_IDENTIFIER => vendor(node)?,
        key::CLASS_IDENTIFIER | key::DEVICE_IDENTIFIER => encode::bytes(&value::identifier(node)?),
        key::USE_BEFORE => encode::uint(value::seconds(node)?),
        key::COMPONENT_SLOT | key::MINIMUM_BATTERY => encode::uint(node.uint()?),
        key::UPDATE_PRIORITY => encode::int(node.int()?),
        key::STRICT_ORDER | key::SOFT_FAILURE => Items::new().bool(node.boolean()?).done(),
        key::CONTENT | key::INVOKE_ARGS | key::FETCH_ARGUMENTS => encode::bytes(&value::bytes(node)?),
        key::ENCRYPTION_INFO => encode::bytes(&encryption_info(node)?),
        key::URI => uri(node)?,
        key::SOURCE_COMPONENT => encode::uint(index(node, scope.components)?),
        key::VERSION => encode::bytes(&version_match(node)?),
        key::WAIT_INFO => encode::bytes(&wait::read(node, true)?),
        key::COMPONENT_METADATA => encode::bytes(&metadata::read(node)?),
        _ => return Err(node.error("cannot be written in a recipe yet")),
    };
    Ok(Argument::Known { encoded, shown: node.shown() })
}

/// A UUID, or a private enterprise number as a relative OID (RFC 9090).
fn vendor(node: &Node) -> Result<Vec<u8>, RecipeError> {
    if !matches!(node.value, Value::Table(_)) {
        return Ok(encode::bytes(&value::identifier(node)?));
    }
    let mut fields = Fields::of(node)?;
    let number = value::hex_bytes(fields.require("pen")?)?;
    fields.finish()?;
    Ok(Items::new().tag(tag::PEN).bytes(&number).done())
}

/// One item of CBOR; in a COSE_Encrypt maps may be in any order, as COSE allows.
fn encryption_info(node: &Node) -> Result<Vec<u8>, RecipeError> {
    let bytes = value::hex_bytes(node)?;
    let mut reader = Reader::new(&bytes);
    match Encrypt::read(&mut reader).and_then(|_| reader.end()) {
        Ok(()) => Ok(bytes),
        Err(_) => value::item(node),
    }
}

fn uri(node: &Node) -> Result<Vec<u8>, RecipeError> {
    let text = node.text()?;
    if text.len() > limits::URI {
        return Err(node.error(&format!("is longer than {} bytes", limits::URI)));
    }
    Ok(encode::text(text))
}

fn transform(node: &Node, files: &mut Files<'_>) -> Result<Argument, RecipeError> {
    let mut fields = Fields::of(node)?;
    let source = fields.require("source")?;
    let source = match source.text()? {
        "uri" => 0,
        "component" => 1,
        _ => return Err(source.error("must be `uri` or `component`")),
    };
    let algorithm = fields.require("algorithm")?;
    let algorithm = match algorithm.text()? {
        "zstd" => 1,
        _ => return Err(algorithm.error("must be `zstd`")),
    };
    let size = value::size(fields.require("size")?, files)?;
    let digest = value::digest(fields.require("digest")?, files)?;
    fields.finish()?;
    Ok(Argument::Transform { source, algorithm, size, digest })
}

/// `SUIT_Parameter_Version_Match` (draft-ietf-suit-update-management §4.4).
pub(super) fn version_match(node: &Node) -> Result<Vec<u8>, RecipeError> {
    let mut fields = Fields::of(node)?;
    let comparison = fields.require("comparison")?;
    let name = comparison.text()?;
    let known = |label: &&Label| label.name.strip_prefix(COMPARISON) == Some(name);
    let code = version_comparison::LABELS.iter().find(known).map(|label| label.code).ok_or_else(|| {
        let names: Vec<_> = version_comparison::LABELS.iter().filter_map(|label| label.name.strip_prefix(COMPARISON)).collect();
        comparison.error(&format!("must be one of {}", names.join(", ")))
    })?;
    let numbers = match (fields.get("version"), fields.get("numbers")) {
        (Some(_), Some(node)) => return Err(node.error("stands beside `version`").suggest("keep one of the two")),
        (Some(node), None) => Version::read(node)?.numbers,
        (None, Some(node)) => version::numbers(node)?,
        (None, None) => return Err(fields.missing("version")),
    };
    fields.finish()?;
    Ok(self::comparison(code, &numbers))
}

/// The encoding of a comparison with a version.
pub(crate) fn comparison(code: i64, numbers: &[i64]) -> Vec<u8> {
    let start = Items::new().array(2).int(code).array(numbers.len());
    numbers.iter().fold(start, |items, number| items.int(*number)).done()
}

/// The start of the names in the CDDL.
const COMPARISON: &str = "suit-condition-version-comparison-";
