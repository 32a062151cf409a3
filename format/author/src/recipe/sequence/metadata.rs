//! suit-parameter-component-metadata (draft-ietf-suit-update-management §4.6).

use suitpack_core::registry::{component_metadata as key, file_type, permission, tag};

use super::entries;
use crate::encode::{self, Items, Map};
use crate::recipe::error::{Place, RecipeError};
use crate::recipe::fields::Fields;
use crate::recipe::tree::{Node, Value};
use crate::recipe::value;

pub(super) fn read(node: &Node) -> Result<Vec<u8>, RecipeError> {
    let mut fields = Fields::of(node)?;
    let mut map = Map::default();
    for label in key::LABELS {
        let Some(node) = fields.get(label.name) else { continue };
        let value = match label.code {
            key::DEFAULT_PERMISSIONS => encode::uint(permissions(node)?),
            key::USER_PERMISSIONS | key::GROUP_PERMISSIONS | key::ROLE_PERMISSIONS => permission_map(node)?,
            key::FILE_TYPE => encode::int(file_kind(node)?),
            key::MODIFICATION_TIME | key::CREATION_TIME => Items::new().tag(tag::TIME).uint(value::seconds(node)?).done(),
            _ => match node.value {
                Value::Integer(_) => encode::int(node.int()?),
                _ => actor(node.text()?, node.place)?,
            },
        };
        map.insert(encode::int(label.code), value);
    }
    fields.finish()?;
    if map.is_empty() { Err(node.error("is empty; it needs at least one entry")) } else { Ok(map.done()) }
}

/// The names of bits, or their numbers; or the bits as one number.
fn permissions(node: &Node) -> Result<u64, RecipeError> {
    let Value::Array(nodes) = &node.value else {
        let all = permission::LABELS.iter().fold(0_u64, |all, label| all | 1 << label.code);
        return match node.uint()? {
            bits if bits & !all == 0 => Ok(bits),
            _ => Err(node.error("has a bit that means nothing")),
        };
    };
    nodes.iter().try_fold(0, |bits, node| {
        let known = permission::LABELS.iter().find(|label| match &node.value {
            Value::Text(name) => label.name == name,
            _ => node.int().is_ok_and(|bit| bit == label.code),
        });
        let names: Vec<_> = permission::LABELS.iter().map(|label| label.name).collect();
        known.map(|label| bits | 1 << label.code).ok_or_else(|| node.error(&format!("must be one of {}", names.join(", "))))
    })
}

fn permission_map(node: &Node) -> Result<Vec<u8>, RecipeError> {
    let mut map = Map::default();
    for entry in entries(node)? {
        let who = actor(&entry.key, entry.place)?;
        if map.has(&who) {
            return Err(RecipeError::new(entry.place, format!("`{}` names someone who has permissions already", entry.key)));
        }
        map.insert(who, encode::uint(permissions(&entry.node)?));
    }
    Ok(map.done())
}

/// `uuid:…`, `hex:…`, `text:…`, a number, or any other text.
fn actor(text: &str, place: Place) -> Result<Vec<u8>, RecipeError> {
    let fault = |what: &str| RecipeError::new(place, format!("`{text}` {what}"));
    if let Some(uuid) = text.strip_prefix("uuid:") {
        let uuid = value::any_uuid(uuid).ok_or_else(|| fault("is not a UUID"))?;
        return Ok(Items::new().tag(tag::UUID).bytes(uuid.as_bytes()).done());
    }
    if let Some(digits) = text.strip_prefix("hex:") {
        return Ok(encode::bytes(&value::hex(digits).ok_or_else(|| fault("is not hex"))?));
    }
    if let Some(number) = text.parse::<i64>().ok().filter(|number| number.to_string() == text) {
        return Ok(encode::int(number));
    }
    let name = text.strip_prefix("text:").unwrap_or(text);
    // §4.6: letters, marks, numbers, punctuation, symbols and spaces.
    if name.chars().any(char::is_control) {
        return Err(fault("has a control character"));
    }
    Ok(encode::text(name))
}

fn file_kind(node: &Node) -> Result<i64, RecipeError> {
    match node.text()? {
        "regular" => Ok(file_type::REGULAR),
        "directory" => Ok(file_type::DIRECTORY),
        "symlink" => Ok(file_type::SYMLINK),
        _ => Err(node.error("must be `regular`, `directory` or `symlink`")),
    }
}
