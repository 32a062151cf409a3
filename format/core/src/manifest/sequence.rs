//! Command sequences and the procedures they belong to.

use crate::cbor::Reader;
use crate::error::{Error, ErrorKind};
use crate::limits;
use crate::manifest::command::Command;
use crate::registry::manifest as key;
use crate::wrapped::Wrapped;

/// The sequences of a manifest that a recipient runs, in the order of the update procedure and then of the invocation procedure
/// (draft-ietf-suit-manifest §5.3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// suit-dependency-resolution (draft-ietf-suit-trust-domains §5.5).
    DependencyResolution,
    /// suit-payload-fetch.
    PayloadFetch,
    /// suit-candidate-verification (draft-ietf-suit-trust-domains §7.1).
    CandidateVerification,
    /// suit-install.
    Install,
    /// suit-validate.
    Validate,
    /// suit-load.
    Load,
    /// suit-invoke.
    Invoke,
    /// suit-uninstall (draft-ietf-suit-trust-domains §6), which belongs to neither procedure.
    Uninstall,
}

impl Section {
    /// All of them, in order.
    pub const ALL: [Self; 8] = [
        Self::DependencyResolution,
        Self::PayloadFetch,
        Self::CandidateVerification,
        Self::Install,
        Self::Validate,
        Self::Load,
        Self::Invoke,
        Self::Uninstall,
    ];

    /// The manifest key of the sequence.
    #[must_use]
    pub const fn key(self) -> i64 {
        match self {
            Self::DependencyResolution => key::DEPENDENCY_RESOLUTION,
            Self::PayloadFetch => key::PAYLOAD_FETCH,
            Self::CandidateVerification => key::CANDIDATE_VERIFICATION,
            Self::Install => key::INSTALL,
            Self::Validate => key::VALIDATE,
            Self::Load => key::LOAD,
            Self::Invoke => key::INVOKE,
            Self::Uninstall => key::UNINSTALL,
        }
    }
}

/// What a sequence stands in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope {
    /// Indices below this may be used.
    pub(super) components: u32,
    pub(super) shared: bool,
    depth: u8,
}

impl Scope {
    /// The scope of a sequence within.
    pub(super) fn nested(self, at: &Reader<'_>) -> Result<Self, Error> {
        if usize::from(self.depth) >= limits::SEQUENCE_NESTING {
            return Err(at.error(ErrorKind::NestingTooDeep));
        }
        Ok(Self { depth: self.depth.saturating_add(1), ..self })
    }
}

/// Commands in order.
///
/// ```cddl
/// SUIT_Command_Sequence = [+ ( command, argument )]
/// ```
/// draft-ietf-suit-manifest §8.4.6. The array is flat: each command is two items.
#[derive(Clone, Copy, Debug)]
pub struct Sequence<'a> {
    reader: Reader<'a>,
    left: u32,
    scope: Scope,
    start: usize,
}

impl<'a> Sequence<'a> {
    /// Reads a top-level sequence whole.
    pub(crate) fn parse(body: Wrapped<'a>, components: usize, shared: bool) -> Result<Self, Error> {
        let scope = Scope { components: u32::try_from(components).unwrap_or(u32::MAX), shared, depth: 0 };
        let sequence = Self::open(body.reader(), scope)?;
        // SUIT-16, §6.2: with more than one component each sequence says first which it means.
        // Override-multiple says so too (draft-ietf-suit-update-management §5.7).
        if components > 1 && !sequence.clone().next_command()?.is_some_and(|command| command.sets_component_index()) {
            return Err(sequence.reader.error(ErrorKind::SetComponentIndexMissing));
        }
        sequence.check()
    }

    /// Views a top-level sequence that was read before.
    #[cfg_attr(target_os = "none", inline(never))]
    pub(crate) fn view(body: Wrapped<'a>) -> Self {
        let scope = Scope { components: u32::MAX, shared: false, depth: 0 };
        Self::open(body.reader(), scope).unwrap_or(Self { reader: body.reader(), left: 0, scope, start: 0 })
    }

    /// Reads a sequence within a sequence.
    pub(super) fn read(reader: &mut Reader<'a>, scope: Scope) -> Result<Self, Error> {
        Self::open(reader.nested()?, scope)?.check()
    }

    /// Views a sequence within a sequence that was read before.
    pub(super) fn read_view(reader: &mut Reader<'a>, scope: Scope) -> Result<Self, Error> {
        Self::open(reader.nested()?, scope)
    }

    /// Reads the next command; the iterator does the same on what was read before.
    ///
    /// # Errors
    /// If the command is unknown or its argument breaks the CDDL.
    pub fn next_command(&mut self) -> Result<Option<Command<'a>>, Error> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        Command::read(&mut self.reader, self.scope).map(Some)
    }

    /// Bytes from the start of the sequence to the next command, as a SUIT_Record counts them.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.reader.position().saturating_sub(self.start)
    }

    /// Bytes from the start of the outermost input to the next command.
    #[must_use]
    pub const fn position(&self) -> usize {
        self.reader.position()
    }

    fn open(mut reader: Reader<'a>, scope: Scope) -> Result<Self, Error> {
        let at = reader;
        let items = reader.array()?;
        if items == 0 {
            return Err(at.error(ErrorKind::EmptyArray));
        }
        if !items.is_multiple_of(2) {
            return Err(at.error(ErrorKind::ValueOutOfRange));
        }
        let left = u32::try_from(items / 2).ok().filter(|left| u64::from(*left) <= limits::COMMANDS);
        let left = left.ok_or(at.error(ErrorKind::LimitExceeded))?;
        Ok(Self { reader, left, scope, start: at.position() })
    }

    fn check(self) -> Result<Self, Error> {
        let mut walk = self;
        while walk.next_command()?.is_some() {}
        walk.reader.end()?;
        Ok(self)
    }
}

impl<'a> Iterator for Sequence<'a> {
    type Item = Command<'a>;

    fn next(&mut self) -> Option<Command<'a>> {
        self.next_command().ok()?
    }
}
