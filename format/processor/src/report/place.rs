//! Where a command stands in the tree of manifests.

use suitpack_core::limits::DEPENDENCY_NESTING;
use suitpack_core::report::write::{Properties, Record};

use crate::position::Position;

/// The component indices of the dependencies that are running, one within the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Path {
    indices: [u32; DEPENDENCY_NESTING],
    depth: usize,
}

/// A command in one of the manifests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    path: Path,
    section: i64,
    offset: u64,
    component: u32,
}

impl Path {
    /// False if there is no room: the path then ends where the room does.
    pub(super) fn enter(&mut self, component: u32) -> bool {
        let place = self.indices.get_mut(self.depth);
        self.depth = self.depth.saturating_add(1);
        place.map(|place| *place = component).is_some()
    }

    pub(super) const fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }
}

impl Place {
    pub(super) const fn of(path: Path, position: &Position) -> Self {
        Self { path, section: position.key(), offset: position.offset, component: position.component }
    }

    /// No command: section 0 is no key of a manifest.
    pub(super) const fn nowhere(path: Path, offset: u64) -> Self {
        Self { path, section: 0, offset, component: 0 }
    }

    pub(super) fn record<'r>(&'r self, properties: Properties<'r>) -> Record<'r> {
        let path = &self.path.indices;
        let manifest = path.get(..self.path.depth).unwrap_or(path);
        Record { manifest, section: self.section, offset: self.offset, component: self.component, properties }
    }
}
