//! Which key of a recipe names a file.

use std::path::{Path, PathBuf};

use super::tree::{Node, Spot, Value};

/// The files that a recipe names, each with the key.
#[derive(Clone, Debug, Default)]
pub(crate) struct Naming(Vec<(PathBuf, Spot)>);

impl Naming {
    pub(crate) fn of(root: &Node) -> Self {
        let mut naming = Self::default();
        naming.collect(root, false);
        naming
    }

    /// The first key that names a file as a recipe writes it.
    pub(crate) fn spot(&self, file: &Path) -> Option<&Spot> {
        self.0.iter().find(|(named, _)| named == file).map(|(_, spot)| spot)
    }

    /// Looks through a value; `is_file` says that its key names files.
    fn collect(&mut self, node: &Node, is_file: bool) {
        match &node.value {
            Value::Array(nodes) => nodes.iter().for_each(|node| self.collect(node, is_file)),
            Value::Table(entries) => {
                entries.iter().for_each(|entry| self.collect(&entry.node, KEYS.contains(&entry.key.as_str())));
            }
            _ if is_file => self.0.extend(node.text().ok().map(|path| (PathBuf::from(path), node.spot()))),
            _ => {}
        }
    }
}

/// The keys whose values are paths of what is carried or measured.
const KEYS: [&str; 4] = ["a-b", "file", "image", "package"];
