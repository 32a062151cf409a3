//! Overrides: `--set key=value`.

use toml::de::{DeTable, DeValue};

use super::error::{Place, RecipeError};
use super::tree::{self, Entry, Node, Value, below};

/// Puts `value` at the dotted path `key`. Numbers in the path count the elements of arrays from 0.
pub(crate) fn apply(root: &mut Node, key: &str, value: &str) -> Result<(), RecipeError> {
    let segments = split(key)?;
    let mut node = root;
    for (done, segment) in segments.iter().enumerate() {
        let path = below(&node.path, segment);
        let fault = |what: &str| Err(RecipeError::new(Place::Override, format!("`{key}`: {what}")));
        node = match &mut node.value {
            Value::Array(nodes) => {
                let count = nodes.len();
                match segment.parse().ok().and_then(|index: usize| nodes.get_mut(index)) {
                    Some(node) => node,
                    None => return fault(&format!("`{path}` does not exist; the array has {count} elements, counted from 0")),
                }
            }
            Value::Table(entries) => {
                let index = entries.iter().position(|entry| entry.key == *segment).unwrap_or_else(|| {
                    let node = Node { path, place: Place::Override, value: Value::Table(Vec::new()), raw: None };
                    entries.push(Entry { key: segment.clone(), place: Place::Override, node });
                    entries.len() - 1
                });
                match entries.get_mut(index) {
                    Some(entry) => &mut entry.node,
                    None => return fault("cannot be set"),
                }
            }
            // A plain value is replaced, but nothing can be put inside it.
            other => {
                return fault(&format!(
                    "`{}` is {}, so nothing can be set inside it",
                    segments.get(..done).unwrap_or_default().join("."),
                    other.kind()
                ));
            }
        };
    }
    *node = tree::parse_value(value, &node.path);
    Ok(())
}

/// Splits a dotted path as TOML does, so that quoted segments may hold dots.
fn split(key: &str) -> Result<Vec<String>, RecipeError> {
    let invalid = || {
        RecipeError::new(Place::Override, format!("`{key}` is not a dotted key"))
            .suggest("write it like `manifest.version=1.2.3` or `component.0.image=app.bin`")
    };
    let text = format!("{key} = 0");
    let document = DeTable::parse(&text).map_err(|_| invalid())?;
    let mut table = document.get_ref();
    let mut segments = Vec::new();
    loop {
        let mut entries = table.iter();
        let (Some((segment, value)), None) = (entries.next(), entries.next()) else { return Err(invalid()) };
        segments.push(segment.get_ref().to_string());
        match value.get_ref() {
            DeValue::Table(inner) => table = inner,
            DeValue::Integer(_) => return Ok(segments),
            _ => return Err(invalid()),
        }
    }
}
