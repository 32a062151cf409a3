//! Where in a manifest something happens.

use suitpack_core::manifest::Section;
use suitpack_core::registry::manifest::COMMON;

/// The place of a command and the component it is applied to, as a SUIT_Record names them (draft-ietf-suit-report §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The section that is running.
    pub section: Section,
    /// Whether the command stands in the shared sequence, which runs before the section.
    pub shared: bool,
    /// Bytes from the start of the top-level sequence to the command.
    ///
    /// The count begins with the head of the sequence's array, so that the first command is at 1 or more, and goes through the byte
    /// strings of sequences within: a command in an arm or in a run-sequence has an offset of its own in the same count, whichever
    /// nesting led to it. For a severed section it is the same, since the bytes counted are those of its body.
    pub offset: u64,
    /// The component the command is applied to.
    pub component: u32,
    /// The reporting policy of the command (§8.4.7); 0 if it takes none.
    pub policy: u64,
}

impl Position {
    /// suit-record-manifest-section: the manifest's key of the section. The shared sequence has no key of its own in the manifest;
    /// it goes by that of suit-common, which holds it, and its offset counts from its own start. Which section it ran before is
    /// told by the records around it.
    #[must_use]
    pub const fn key(&self) -> i64 {
        if self.shared { COMMON } else { self.section.key() }
    }
}
