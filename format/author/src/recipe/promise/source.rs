//! The tree of a recipe as the words of a promise.

use suitpack_upgradability::schema::{Codes, Field};
use suitpack_upgradability::{Fault, Problem, Shape, Source};

use crate::recipe::error::RecipeError;
use crate::recipe::fields::{nearest, unknown};
use crate::recipe::tree::{Node, Value, below};

impl Source for &Node {
    fn shape(&self) -> Shape<'_> {
        match (&self.value, &self.raw) {
            (Value::Text(text) | Value::Date(text), _) => Shape::Text(text),
            (Value::Integer(value), _) => i64::try_from(*value).map_or(Shape::Other, Shape::Int),
            (Value::Boolean(value), _) => Shape::Bool(*value),
            (Value::Array(nodes), _) => Shape::List(nodes.len()),
            (Value::Table(entries), _) => Shape::Table(entries.len()),
            // In an override, `1.0` is meant as text.
            (Value::Float | Value::Time | Value::Instant(_), Some(raw)) => Shape::Text(raw),
            (Value::Float | Value::Time | Value::Instant(_), None) => Shape::Other,
        }
    }

    fn item(&self, index: usize) -> Option<Self> {
        match &self.value {
            Value::Array(nodes) => nodes.get(index),
            _ => None,
        }
    }

    fn entry(&self, name: &str) -> Option<Self> {
        match &self.value {
            Value::Table(entries) => entries.iter().find(|entry| entry.key == name).map(|entry| &entry.node),
            _ => None,
        }
    }

    fn name(&self, index: usize) -> Option<&str> {
        match &self.value {
            Value::Table(entries) => entries.get(index).map(|entry| entry.key.as_str()),
            _ => None,
        }
    }
}

/// What is wrong with the words, as a fault of the recipe.
pub(super) fn explain(fault: &Fault<&Node>) -> RecipeError {
    let node = fault.at;
    match fault.problem {
        Problem::Missing(name) => RecipeError::new(node.place, format!("`{}` is missing", below(&node.path, name))),
        Problem::Unknown(index, fields) => unknown_field(node, index, fields),
        Problem::Expected(what) => node.error(&format!("must be {what}, not {}", found(node))),
        Problem::NotOneOf(codes) => named(node, codes),
        Problem::NotABit(names) => node.error(&format!("must be one of {}", names.join(", "))),
        Problem::Empty => node.error("is empty; it needs at least one element"),
        Problem::TooMany(most) => node.error(&format!("is too long; at most {most} are allowed")),
        Problem::TooFew(least) => node.error(&format!("is too short; it needs at least {least}")),
        _ => node.error("is wrong"),
    }
}

fn unknown_field(node: &Node, index: usize, fields: &'static [Field]) -> RecipeError {
    let mut known: Vec<_> = fields.iter().map(|field| field.name).collect();
    if node.path == "upgradability" {
        known.push(super::FLOOR);
    }
    match node.table().ok().and_then(|entries| entries.get(index)) {
        Some(entry) => unknown(entry, &node.path, &known),
        None => node.error("has an unknown key"),
    }
}

fn named(node: &Node, codes: &'static Codes) -> RecipeError {
    let names: Vec<_> = codes.names.iter().map(|(_, name)| *name).collect();
    let error = node.error(&format!("must be one of {}", names.join(", ")));
    match node.text().ok().and_then(|word| nearest(word, &names)) {
        Some(name) => error.suggest(format!("did you mean `{name}`?")),
        None => error,
    }
}

/// Texts and numbers are shown, because their type may not be what is wrong with them.
fn found(node: &Node) -> String {
    match &node.value {
        Value::Text(text) | Value::Date(text) => format!("`{text}`"),
        Value::Integer(value) => format!("`{value}`"),
        other => other.kind().to_owned(),
    }
}
