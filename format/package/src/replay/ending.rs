//! How a report says that it ended, and what replay may end with instead.

use suitpack_core::manifest::command::{Condition, Directive};
use suitpack_core::report::{Path, Reason, Record, ReportResult};
use suitpack_processor::{Failure, Position};

use super::layout::Layout;
use super::measure::Act;

/// suit-report-result.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ending<'a> {
    Success,
    Failure { record: Record<'a>, reason: Reason },
}

impl<'a> Ending<'a> {
    pub(super) const fn new(result: &ReportResult<'a>) -> Self {
        match result {
            ReportResult::Success => Self::Success,
            ReportResult::Failure { record, reason, .. } => Self::Failure { record: *record, reason: *reason },
        }
    }

    /// Its record and reason, if it is a failure of a command.
    pub(super) const fn failure(&self) -> Option<(&Record<'a>, Reason)> {
        match self {
            Self::Success => None,
            Self::Failure { record, reason } => Some((record, *reason)),
        }
    }

    /// Whether it says that the command at a place failed.
    pub(super) fn is_at(&self, path: &[u32], position: &Position) -> bool {
        self.failure().is_some_and(|(record, _)| is_at(record, path, position))
    }

    /// The record, if a manifest, a section or a command was refused rather than a command that ran.
    pub(super) fn stop(&self) -> Option<(&Record<'a>, Reason)> {
        let nowhere = |reason| !matches!(reason, Reason::Ok | Reason::InvokePending);
        self.failure().filter(|(record, reason)| is_stop(*reason) || (record.section == NOWHERE && nowhere(*reason)))
    }

    /// The record, if a component is about to be invoked.
    pub(super) fn pending(&self) -> Option<&Record<'a>> {
        self.failure().filter(|(_, reason)| *reason == Reason::InvokePending).map(|(record, _)| record)
    }
}

/// The section of a record that is of no command: no key of a manifest is 0.
pub(super) const NOWHERE: i64 = 0;

/// Whether a record is of the command at a place.
pub(super) fn is_at(record: &Record<'_>, path: &[u32], position: &Position) -> bool {
    is_of(record.manifest, path)
        && record.section == position.key()
        && record.offset == position.offset
        && record.component == u64::from(position.component)
}

/// Whether a manifest-id is that of the manifest at the end of a path.
pub(super) fn is_of(manifest: Path<'_>, path: &[u32]) -> bool {
    manifest.eq(path.iter().map(|index| u64::from(*index)))
}

/// Whether a record names the command that failed: itself, or the try-each of which no arm succeeded.
pub(super) fn names(record: &Record<'_>, path: &[u32], position: &Position, failure: Failure, layout: &Layout) -> bool {
    is_at(record, path, position)
        || (failure == Failure::NoArmSucceeded
            && is_of(record.manifest, path)
            && record.section == position.key()
            && layout.encloses(position.key(), record.offset, position.offset))
}

/// Reasons for which nothing of a place ran (draft-ietf-suit-report §4.2).
const fn is_stop(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::CborParse
            | Reason::CoseUnsupported
            | Reason::AlgUnsupported
            | Reason::Unauthorised
            | Reason::CommandUnsupported
            | Reason::ComponentUnsupported
            | Reason::ComponentUnauthorised
            | Reason::ParameterUnsupported
            | Reason::SeveringUnsupported
    )
}

/// Whether a directive writes a component or gives it up.
const fn is_owned(directive: Directive) -> bool {
    use Directive as D;
    matches!(directive, D::Write | D::Fetch | D::Copy | D::Swap | D::Transform | D::Unlink)
}

/// Whether a reason can be that of a failure. A device may know better why it had to fail: it lacks the command, a parameter, an
/// algorithm, or the signer the right to the component.
pub(super) fn fits(reason: Reason, failure: Failure, act: Option<Act>, decrypts: bool) -> bool {
    use Reason as R;
    let authenticates = match act {
        Some(Act::Check(condition)) => condition == Condition::DependencyIntegrity,
        Some(Act::Perform(directive)) => decrypts || directive == Directive::ProcessDependency,
        None => false,
    };
    // What was written before may be another's, and an envelope may be signed by nobody who is trusted any more.
    let owned = matches!(act, Some(Act::Perform(directive)) if is_owned(directive));
    // The section of a dependency may be severed and withheld.
    let runs = matches!(act, Some(Act::Perform(Directive::ProcessDependency | Directive::Unlink)));
    match reason {
        R::Unauthorised if owned => true,
        R::SeveringUnsupported if runs => true,
        R::CommandUnsupported | R::ComponentUnsupported | R::ComponentUnauthorised | R::ParameterUnsupported => true,
        R::AlgUnsupported => true,
        // TD §5.6.4: a signature is part of it.
        R::CborParse | R::CoseUnsupported | R::Unauthorised => authenticates || reason == Reason::from(failure),
        R::ConditionFailed | R::OperationFailed => reason == Reason::from(failure),
        _ => false,
    }
}
