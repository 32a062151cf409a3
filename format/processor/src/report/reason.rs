//! Why a procedure was aborted, in the words of a report.

use suitpack_core::report::Reason;

use crate::effect::Failure;

/// draft-ietf-suit-report §4.2. What the platform knows better it says itself ([`crate::report::Recorder::because`]).
impl From<Failure> for Reason {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::ComponentUnsupported => Self::ComponentUnsupported,
            Failure::ConditionFailed(_) | Failure::DependencyNotIntact(_) | Failure::NoArmSucceeded => Self::ConditionFailed,
            Failure::ParameterUnsupported(_) => Self::ParameterUnsupported,
            Failure::DependencyNotChecked(_)
            | Failure::DirectiveFailed(_)
            | Failure::NotADependency(_)
            | Failure::ParameterMissing(_)
            | Failure::ParameterNotSet(_)
            | Failure::SequenceNotIsolated
            | Failure::SoftFailureMisplaced
            | Failure::SourceAndTarget(_)
            | Failure::TooMuchWork => Self::OperationFailed,
            Failure::Unreadable => Self::CborParse,
        }
    }
}
