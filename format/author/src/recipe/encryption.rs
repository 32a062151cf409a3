//! For whom the images of a component are encrypted, and how.

use std::path::PathBuf;

use suitpack_core::cose::Content;
use suitpack_core::limits;

use super::carriage;
use super::error::RecipeError;
use super::fields::Fields;
use super::tree::Node;

/// An algorithm, and the key files of those who can read the payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Encryption {
    pub(crate) algorithm: Content,
    /// Relative to the recipe.
    pub(crate) keys: Vec<PathBuf>,
}

impl Encryption {
    /// Reads `encrypt-for` and `encryption`.
    pub(crate) fn read(fields: &mut Fields<'_>) -> Result<Option<Self>, RecipeError> {
        let (keys, algorithm) = (fields.get("encrypt-for"), fields.get("encryption"));
        let keys = match (keys, algorithm) {
            (None, None) => return Ok(None),
            (None, Some(node)) => {
                let error = node.error("has no meaning without `encrypt-for`");
                return Err(error.suggest("name the keys of those who can read it: `encrypt-for = [\"device.pub.pem\"]`"));
            }
            (Some(keys), _) => keys,
        };
        let algorithm = match algorithm {
            None => Content::A128Gcm,
            Some(node) => {
                let name = node.text()?;
                let found = NAMES.iter().find(|(known, _)| *known == name);
                found.map(|(_, algorithm)| *algorithm).ok_or_else(|| {
                    let known: Vec<_> = NAMES.iter().map(|(known, _)| format!("`{known}`")).collect();
                    node.error("is no algorithm for payloads").suggest(format!("one of {}", known.join(", ")))
                })?
            }
        };
        let list = keys.array()?;
        if list.len() > limits::RECIPIENTS {
            return Err(keys.error(&format!("has more than {} keys, which no reader accepts", limits::RECIPIENTS)));
        }
        let mut read: Vec<PathBuf> = Vec::new();
        for node in list {
            let path = path(node)?;
            if read.contains(&path) {
                return Err(node.error("stands twice in `encrypt-for`"));
            }
            read.push(path);
        }
        Ok(Some(Self { algorithm, keys: read }))
    }
}

/// A key file, alone or in a table.
fn path(node: &Node) -> Result<PathBuf, RecipeError> {
    if node.table().is_err() {
        return carriage::path(node);
    }
    let mut fields = Fields::of(node)?;
    let path = carriage::path(fields.require("key")?)?;
    fields.finish()?;
    Ok(path)
}

/// The algorithms by the names people type.
const NAMES: [(&str, Content); 7] = [
    ("a128gcm", Content::A128Gcm),
    ("a192gcm", Content::A192Gcm),
    ("a256gcm", Content::A256Gcm),
    ("chacha20-poly1305", Content::ChaCha20Poly1305),
    ("a128ctr", Content::A128Ctr),
    ("a192ctr", Content::A192Ctr),
    ("a256ctr", Content::A256Ctr),
];
