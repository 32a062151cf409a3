//! The table `[manifest]`.

use std::collections::BTreeMap;

use suitpack_core::registry::manifest as key;
use uuid::Uuid;

use super::component::{self, Id};
use super::error::RecipeError;
use super::fields::Fields;
use super::tree::{Entry, Node};
use super::version::{self, Version};
use super::{promise, uri, value};

/// What the recipe says about the manifest as a whole.
#[derive(Clone, Debug)]
pub(crate) struct Manifest {
    pub(crate) sequence_number: u64,
    /// The version as text, which is also that of the components.
    pub(crate) version: Option<String>,
    /// suit-set-version.
    pub(crate) set_version: Option<Vec<i64>>,
    pub(crate) reference_uri: Option<String>,
    pub(crate) component_id: Option<Id>,
    /// Encoded values by their private labels.
    pub(crate) private: BTreeMap<i64, Vec<u8>>,
    /// Who may install it; a recipe that writes all its sequences need not say.
    pub(crate) identity: Option<Identity>,
}

/// The identifiers that the templates let a device check.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Identity {
    pub(crate) vendor_id: [u8; 16],
    pub(crate) class_id: [u8; 16],
}

impl Manifest {
    /// Reads the table; `identified` says whether a template needs the identifiers.
    pub(crate) fn read(node: &Node, identified: bool) -> Result<Self, RecipeError> {
        let mut fields = Fields::of(node)?;
        let sequence_number = fields.require("sequence-number")?.uint()?;
        let (version, numbers) = (fields.get("version"), fields.get("set-version"));
        if let (Some(_), Some(node)) = (version, numbers) {
            return Err(node.error("stands beside `version`").suggest("keep one of the two"));
        }
        let version = version.map(Version::read).transpose()?;
        let numbers = numbers.map(version::numbers).transpose()?;
        let set_version = numbers.or_else(|| version.as_ref().map(|version| version.numbers.clone()));
        let reference_uri = fields.get("reference-uri").map(uri::read).transpose()?;
        let component_id = fields.get("component-id").map(component::id).transpose()?;
        let private = fields.get("private").map_or(Ok(BTreeMap::new()), private)?;
        // In the order in which a misspelt key is the likelier cause.
        let names = ["vendor", "vendor-id", "class", "class-id"];
        let identified = names.iter().fold(identified, |identified, name| fields.get(name).is_some() || identified);
        let identity = identified.then(|| Identity::read(&mut fields)).transpose()?;
        fields.finish()?;
        let version = version.map(|version| version.text);
        Ok(Self { sequence_number, version, set_version, reference_uri, component_id, private, identity })
    }
}

impl Identity {
    fn read(fields: &mut Fields<'_>) -> Result<Self, RecipeError> {
        // draft-ietf-suit-manifest §8.4.8.2: the vendor's UUID is the namespace of its classes.
        let vendor = identifier(fields, "vendor", "vendor-id", Uuid::NAMESPACE_DNS, domain)?;
        let class = identifier(fields, "class", "class-id", vendor, class_name)?;
        Ok(Self { vendor_id: vendor.into_bytes(), class_id: class.into_bytes() })
    }
}

/// Members of private use: the label, and the value as encoded.
fn private(node: &Node) -> Result<BTreeMap<i64, Vec<u8>>, RecipeError> {
    let read = |entry: &Entry| {
        let label = entry.key.parse::<i64>().ok().filter(|label| label.to_string() == entry.key && *label <= FIRST_PRIVATE);
        let label = label.ok_or_else(|| {
            RecipeError::new(entry.place, format!("`{}` is not a label for private use; those are -257 and below", entry.key))
        })?;
        let encoded = value::item(&entry.node)?;
        // The statement may be severed, and only byte strings can.
        if label == key::UPGRADABILITY && encoded.first().is_some_and(|first| first >> 5 != BYTE_STRING) {
            return Err(entry
                .node
                .error("is not an encoded byte string")
                .suggest("a digest in its place is written in `[envelope.withheld]`"));
        }
        Ok((label, encoded))
    };
    let private = node.table()?.iter().map(read).collect::<Result<_, _>>()?;
    promise::carried(&private, node)?;
    Ok(private)
}

/// The labels that carry the promise.
pub(crate) const PROMISE: [i64; 2] = [key::UPGRADABILITY_FLOOR, key::UPGRADABILITY];

/// RFC 8949 §3.1.
const BYTE_STRING: u8 = 2;

/// The drafts disagree about -256.
const FIRST_PRIVATE: i64 = -257;

/// A UUID, written out or derived from a name (RFC 9562 §5.5).
fn identifier(
    fields: &mut Fields<'_>,
    name: &'static str,
    id: &'static str,
    namespace: Uuid,
    check: fn(&Node) -> Result<&str, RecipeError>,
) -> Result<Uuid, RecipeError> {
    match (fields.get(name), fields.get(id)) {
        (Some(_), Some(node)) => Err(node
            .error(&format!("and `{name}` are both given"))
            .suggest(format!("keep one; `{name}` is the name the UUID is derived from"))),
        (Some(node), None) => Ok(Uuid::new_v5(&namespace, check(node)?.as_bytes())),
        (None, Some(node)) => value::uuid(node),
        (None, None) => Err(fields.missing(name).suggest(format!("give `{name}` (a name) or `{id}` (a UUID)"))),
    }
}

/// The UUID depends on every letter, so the name has one spelling: lower case, without a final point.
fn domain(node: &Node) -> Result<&str, RecipeError> {
    let text = node.text()?;
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    if text.len() <= 253 && text.contains('.') && text.split('.').all(label) {
        Ok(text)
    } else {
        Err(node.error("is not a domain name in lower case").suggest("write it like `example.com`, or give `vendor-id`"))
    }
}

fn class_name(node: &Node) -> Result<&str, RecipeError> {
    match node.text()? {
        "" => Err(node.error("is empty")),
        text => Ok(text),
    }
}
