//! Words and bytes for the tests.

use suitpack_core::cbor::{Sink, Writer};
use suitpack_upgradability::{Shape, Source, Statement, encode, write_json};

pub(crate) fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

pub(crate) struct Grow(pub(crate) Vec<u8>);

impl Sink for Grow {
    type Error = core::convert::Infallible;

    fn push(&mut self, bytes: &[u8]) -> Result<(), Self::Error> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}

/// Words from JSON whose names are turned back into those of recipes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Json<'j>(pub(crate) &'j serde_json::Value);

impl Source for Json<'_> {
    fn shape(&self) -> Shape<'_> {
        match self.0 {
            serde_json::Value::Bool(value) => Shape::Bool(*value),
            serde_json::Value::Number(value) => Shape::Int(value.as_i64().unwrap()),
            serde_json::Value::String(value) => Shape::Text(value),
            serde_json::Value::Array(items) => Shape::List(items.len()),
            serde_json::Value::Object(entries) => Shape::Table(entries.len()),
            serde_json::Value::Null => Shape::Other,
        }
    }

    fn item(&self, index: usize) -> Option<Self> {
        self.0.get(index).map(Self)
    }

    fn entry(&self, name: &str) -> Option<Self> {
        self.0.get(name).map(Self)
    }

    fn name(&self, index: usize) -> Option<&str> {
        self.0.as_object()?.keys().nth(index).map(String::as_str)
    }
}

/// The JSON of a statement in the words of a recipe: kebab-case names, words for null, segments marked as hex.
pub(crate) fn words(value: &serde_json::Value, name: &str) -> serde_json::Value {
    match value {
        serde_json::Value::Object(entries) => entries
            .iter()
            .map(|(name, value)| {
                let kebab: String = name
                    .chars()
                    .flat_map(|char| if char.is_ascii_uppercase() { vec!['-', char.to_ascii_lowercase()] } else { vec![char] })
                    .collect();
                (kebab.clone(), words(value, &kebab))
            })
            .collect(),
        serde_json::Value::Array(items) => items.iter().map(|item| words(item, name)).collect(),
        serde_json::Value::Null if name == "max-deferral" => "unlimited".into(),
        serde_json::Value::Null => "not-decided".into(),
        serde_json::Value::String(text) if name == "suit-component-id" => format!("hex:{text}").into(),
        other => other.clone(),
    }
}

pub(crate) fn json(bytes: &[u8]) -> serde_json::Value {
    let mut text = String::new();
    write_json(&Statement::parse(bytes).unwrap(), None, &mut text).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

pub(crate) fn encoded(source: &serde_json::Value) -> Vec<u8> {
    let mut writer = Writer::new(Grow(vec![]));
    encode(Json(source), &mut writer).unwrap().unwrap_or_else(|fault| panic!("{fault:?}"));
    writer.into_inner().0
}
