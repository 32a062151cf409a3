//! The table `[upgradability]`.

mod source;

use std::collections::BTreeMap;

use suitpack_core::Error;
use suitpack_core::cbor::{Key, Reader, Writer};
use suitpack_core::registry::manifest as key;
use suitpack_upgradability::{Date, Floor, Statement, limits};

use super::error::RecipeError;
use super::fields::Fields;
use super::manifest::Manifest;
use super::tree::{Node, Value};
use crate::encode::VecSink;

/// The maker's promise, encoded.
#[derive(Clone, Debug)]
pub(crate) struct Promise {
    /// The whole statement: the content of `suit-upgradability`.
    pub(crate) statement: Vec<u8>,
    /// What stays when the statement is severed: the content of `suit-upgradability-floor`.
    pub(crate) floor: Vec<u8>,
    /// Whether it says where the statement in force can be had.
    pub(crate) has_uri: bool,
}

impl Promise {
    pub(crate) fn read(node: &Node, manifest: &Manifest) -> Result<Self, RecipeError> {
        // The floor is derived; the recipe may only repeat it.
        let (words, stated) = without_floor(node)?;
        let mut writer = Writer::new(VecSink::default());
        let Ok(written) = suitpack_upgradability::encode(&words, &mut writer);
        written.map_err(|fault| source::explain(&fault))?;
        let encoded = writer.into_inner().bytes().to_vec();
        if encoded.len() > limits::STATEMENT {
            return Err(node.error(&format!(
                "makes a statement of {} bytes; at most {} are allowed",
                encoded.len(),
                limits::STATEMENT
            )));
        }
        let statement = Statement::parse(&encoded)
            .map_err(|error| node.error(&format!("makes a statement that is wrong: {}", error.kind())))?;
        same_product(&statement, node, manifest)?;
        let floor = Floor::of(&statement);
        if let Some(stated) = stated {
            same_floor(stated, &floor)?;
        }
        let mut sink = Writer::new(VecSink::default());
        let Ok(()) = floor.write(&mut sink);
        let has_uri = statement.statement_uri().is_some();
        Ok(Self { floor: sink.into_inner().bytes().to_vec(), has_uri, statement: encoded })
    }
}

/// Holds a promise that stands among the private members against what a verifier asks of it (UPG-9, UPG-12).
pub(crate) fn carried(private: &BTreeMap<i64, Vec<u8>>, node: &Node) -> Result<(), RecipeError> {
    let content = |label: i64| private.get(&label).map(|encoded| Reader::new(encoded).bytes());
    let wrong = |what: &str, error: Error| node.error(&format!("holds a {what} that is wrong: {}", error.kind()));
    let floor = content(key::UPGRADABILITY_FLOOR).map(|bytes| bytes.and_then(|bytes| Floor::parse(Reader::new(bytes))));
    let floor = floor.transpose().map_err(|error| wrong("floor", error))?;
    let statement = content(key::UPGRADABILITY).map(|bytes| bytes.and_then(Statement::parse));
    let statement = statement.transpose().map_err(|error| wrong("statement", error))?;
    match (floor, statement) {
        (Some(floor), Some(statement)) if floor != Floor::of(&statement) => {
            Err(node.error("holds a floor and a statement that do not agree"))
        }
        _ => Ok(()),
    }
}

/// The table without its entry `floor`, and that entry.
fn without_floor(node: &Node) -> Result<(Node, Option<&Node>), RecipeError> {
    let floor = node.table()?.iter().find(|entry| entry.key == FLOOR).map(|entry| &entry.node);
    let mut words = node.clone();
    if let Value::Table(entries) = &mut words.value {
        entries.retain(|entry| entry.key != FLOOR);
    }
    Ok((words, floor))
}

/// Two truths in one package are worse than none: what the recipe says of the floor has to be what the statement says.
fn same_floor(node: &Node, floor: &Floor) -> Result<(), RecipeError> {
    let mut fields = Fields::of(node)?;
    let date = |date: Option<Date>| date.map_or_else(|| NOT_DECIDED.to_owned(), |date| date.to_string());
    let differs = |node: &Node, stated: &str, found: &str| node.error(&format!("is {stated}, but the statement makes it {found}"));
    if let Some(node) = fields.get("seq") {
        let seq = node.uint()?;
        if seq != floor.seq {
            return Err(differs(node, &seq.to_string(), &floor.seq.to_string()));
        }
    }
    if let Some(node) = fields.get("capability") {
        let name = node.text()?;
        let found = CAPABILITIES.get(usize::try_from(floor.updatable.code()).unwrap_or_default()).copied().unwrap_or_default();
        if !CAPABILITIES.contains(&name) {
            return Err(node.error("must be `no`, `yes` or `partly`"));
        }
        if name != found {
            return Err(differs(node, name, found));
        }
    }
    if let Some(node) = fields.get("guaranteed-until") {
        let text = match &node.value {
            Value::Date(text) => text,
            _ => node.text()?,
        };
        let stated = match text {
            NOT_DECIDED => None,
            text => Some(Date::parse(text).ok_or_else(|| node.error("must be a date such as 2032-03-31, or `not-decided`"))?),
        };
        if stated != floor.guaranteed_until {
            return Err(differs(node, &date(stated), &date(floor.guaranteed_until)));
        }
    }
    fields.finish()
}

/// A statement that names identifiers names those that the manifest checks; else it could be shown for another product.
fn same_product(statement: &Statement<'_>, node: &Node, manifest: &Manifest) -> Result<(), RecipeError> {
    let Some(product) = statement.field(PRODUCT) else { return Ok(()) };
    let identity = manifest.identity.as_ref();
    let (vendor_id, class_id) =
        (identity.map(|identity| identity.vendor_id.as_slice()), identity.map(|identity| identity.class_id.as_slice()));
    let differs = |key: &str| node.error(&format!("gives `product.{key}` without the identifier that `[manifest]` makes"));
    if bytes_under(product, PRODUCT_VENDOR).is_some_and(|mut vendor| vendor.bytes().ok() != vendor_id) {
        return Err(differs("vendor-id"));
    }
    if let Some(mut classes) = bytes_under(product, PRODUCT_CLASSES) {
        let count = classes.array().unwrap_or(0);
        if !(0..count).any(|_| class_id.is_some() && classes.bytes().ok() == class_id) {
            return Err(differs("class-ids"));
        }
    }
    Ok(())
}

/// A reader before the value under a key of a map.
fn bytes_under(mut reader: Reader<'_>, wanted: i64) -> Option<Reader<'_>> {
    let mut map = reader.map().ok()?;
    while let Some(key) = map.next_key(&mut reader).ok()? {
        if key == Key::Int(wanted) {
            return Some(reader);
        }
        reader.skip().ok()?;
    }
    None
}

const FLOOR: &str = "floor";
const NOT_DECIDED: &str = "not-decided";
const CAPABILITIES: [&str; 3] = ["no", "yes", "partly"];

/// Keys of spec/upgradability.md.
const PRODUCT: u64 = 9;
const PRODUCT_VENDOR: i64 = 5;
const PRODUCT_CLASSES: i64 = 6;
