//! How a report says that it ended, and what replay may end with instead.

use suitpack_core::manifest::command::Directive;
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
        self.failure().filter(|(_, reason)| is_stop(*reason))
    }

    /// The record, if a component is about to be invoked.
    pub(super) fn pending(&self) -> Option<&Record<'a>> {
        self.failure().filter(|(_, reason)| *reason == Reason::InvokePending).map(|(record, _)| record)
    }
}

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

/// Whether a reason can be that of a failure.
pub(super) fn fits(reason: Reason, failure: Failure, act: Option<Act>, decrypts: bool) -> bool {
    use Reason as R;
    let by_failure: &[Reason] = match failure {
        Failure::ConditionFailed(_) | Failure::NoArmSucceeded => &[R::ConditionFailed],
        // A signature is part of it (draft-ietf-suit-trust-domains §5.6.4).
        Failure::DependencyNotIntact(_) => {
            &[R::ConditionFailed, R::Unauthorised, R::CborParse, R::CoseUnsupported, R::AlgUnsupported]
        }
        Failure::ComponentUnsupported => &[R::ComponentUnsupported, R::OperationFailed],
        Failure::ParameterUnsupported(_) | Failure::ParameterNotSet(_) => &[R::ParameterUnsupported, R::OperationFailed],
        _ => &[R::OperationFailed],
    };
    by_failure.contains(&reason) || act.is_some_and(|act| may_refuse(act, reason, decrypts))
}

/// What else a directive may fail for: what it is to read may be of a kind that is not supported, or not what was signed.
fn may_refuse(act: Act, reason: Reason, decrypts: bool) -> bool {
    use Reason as R;
    match act {
        Act::Perform(Directive::Write | Directive::Copy | Directive::Transform)
            if decrypts && matches!(reason, R::CoseUnsupported | R::AlgUnsupported | R::Unauthorised) =>
        {
            true
        }
        // spec/transform.md: an unknown algorithm.
        Act::Perform(_) => reason == R::ParameterUnsupported,
        Act::Check(_) => false,
    }
}
