//! The components a command applies to, one after the other.

use suitpack_core::manifest::{ComponentIndex, Indices};

/// Hands out component indices in declared order or that of the array (§6.5).
#[derive(Clone, Copy, Debug)]
pub(crate) enum Targets<'a> {
    Range { next: u32, end: u32 },
    Many(Indices<'a>),
}

impl<'a> Targets<'a> {
    pub(crate) fn of(index: ComponentIndex<'a>, components: usize) -> Self {
        match index {
            ComponentIndex::All => Self::Range { next: 0, end: u32::try_from(components).unwrap_or(u32::MAX) },
            ComponentIndex::One(index) => Self::Range { next: index, end: index.saturating_add(1) },
            ComponentIndex::Many(indices) => Self::Many(indices),
        }
    }
}

impl Iterator for Targets<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        match self {
            Self::Range { next, end } => {
                let index = *next;
                *next = index.saturating_add(1);
                (index < *end).then_some(index)
            }
            Self::Many(indices) => indices.next(),
        }
    }
}
