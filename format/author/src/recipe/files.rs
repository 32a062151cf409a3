//! References from a value to the bytes it speaks of: `{ payload = URI }` and `{ file = PATH }`.

use std::path::PathBuf;

use super::carriage::{self, Payload};
use super::error::RecipeError;
use super::fields::Fields;
use super::tree::Node;
use crate::program::Thing;

/// Resolves references, and collects the files that only have a digest or a size in the manifest.
#[derive(Debug)]
pub(crate) struct Files<'r> {
    payloads: &'r [Payload],
    files: Vec<PathBuf>,
}

impl<'r> Files<'r> {
    pub(crate) const fn new(payloads: &'r [Payload]) -> Self {
        Self { payloads, files: Vec::new() }
    }

    pub(crate) fn done(self) -> Vec<PathBuf> {
        self.files
    }

    pub(crate) fn thing(&mut self, node: &Node) -> Result<Thing, RecipeError> {
        let mut fields = Fields::of(node)?;
        let (payload, file) = (fields.get("payload"), fields.get("file"));
        let thing = match (payload, file) {
            (Some(_), Some(node)) => return Err(node.error("stands beside `payload`").suggest("keep one of the two")),
            (Some(node), None) => self.payload(node)?,
            (None, Some(node)) => self.file(node)?,
            (None, None) => {
                return Err(fields.missing("payload").suggest("write `{ payload = \"#app.bin\" }` or `{ file = \"app.bin\" }`"));
            }
        };
        fields.finish()?;
        Ok(thing)
    }

    fn payload(&self, node: &Node) -> Result<Thing, RecipeError> {
        let uri = node.text()?;
        self.payloads.iter().position(|payload| payload.carriage.uri() == uri).map(Thing::Carried).ok_or_else(|| {
            let known: Vec<_> = self.payloads.iter().map(|payload| format!("`{}`", payload.carriage.uri())).collect();
            let error = node.error(&format!("is `{uri}`, the URI of no payload in this recipe"));
            if known.is_empty() { error } else { error.suggest(format!("payloads: {}", known.join(", "))) }
        })
    }

    fn file(&mut self, node: &Node) -> Result<Thing, RecipeError> {
        let path = carriage::path(node)?;
        let index = self.files.iter().position(|known| *known == path).unwrap_or(self.files.len());
        if index == self.files.len() {
            self.files.push(path);
        }
        Ok(Thing::File(index))
    }
}
