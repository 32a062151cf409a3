//! What is to be run.

use suitpack_core::manifest::{Section, Sequence};
use suitpack_core::{Authenticated, Manifest};

/// Sections in the order a recipient runs them (§5.3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Procedure {
    /// payload-fetch, install, validate.
    Update,
    /// validate, load, invoke.
    Invocation,
}

impl Procedure {
    pub(crate) const fn sections(self) -> &'static [Section] {
        match self {
            Self::Update => &[Section::PayloadFetch, Section::Install, Section::Validate],
            Self::Invocation => &[Section::Validate, Section::Load, Section::Invoke],
        }
    }
}

/// The sequences of an authenticated manifest, severed bodies included.
#[derive(Clone, Copy, Debug)]
pub struct Program<'a> {
    pub(crate) shared: Option<Sequence<'a>>,
    sections: [Option<Sequence<'a>>; Section::ALL.len()],
    pub(crate) components: usize,
}

impl<'a> Program<'a> {
    /// Collects the sequences of `manifest`; `body` gives that of a section, whose digest it has checked if it was severed.
    ///
    /// # Errors
    /// Those of `body`.
    pub fn new<E>(
        manifest: &Authenticated<Manifest<'a>>,
        mut body: impl FnMut(Section) -> Result<Option<Sequence<'a>>, E>,
    ) -> Result<Self, E> {
        let common = manifest.get().common();
        let mut sections = [None; Section::ALL.len()];
        for (slot, section) in sections.iter_mut().zip(Section::ALL) {
            *slot = body(section)?;
        }
        Ok(Self { shared: common.shared_sequence(), sections, components: common.components().len() })
    }

    pub(crate) fn section(&self, wanted: Section) -> Option<Sequence<'a>> {
        let found = Section::ALL.iter().zip(self.sections).find(|(section, _)| **section == wanted);
        found.and_then(|(_, sequence)| sequence)
    }
}
