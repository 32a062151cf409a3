//! What the processor asks of its platform, and what it is told.

use suitpack_core::manifest::Section;
use suitpack_core::manifest::command::{Condition, Directive};

use crate::parameters::Parameters;

/// The next thing to be done, or the end.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Effect<'a> {
    /// Find out whether the condition holds; it must have no side effect (§6.4).
    ///
    /// For a dependency ([`crate::Program::is_dependency`]) the digest of image-match, image-not-match and dependency-integrity is
    /// that of the manifest in the component, as encoded; dependency-integrity holds if its signature does too.
    Check {
        /// What to find out.
        condition: Condition,
        /// Index of the component.
        component: u32,
        /// The parameters of the component; those the condition needs are set.
        parameters: Parameters<'a>,
    },
    /// A condition whose outcome is known without the platform: abort, is-dependency, and one that lacks the parameter it needs. There
    /// is nothing to be done but to put it on record, if the policy of [`crate::Position`] says so.
    Decided {
        /// Which condition.
        condition: Condition,
        /// Index of the component.
        component: u32,
        /// Whether it holds.
        outcome: Outcome,
    },
    /// Do it.
    Perform {
        /// What to do.
        directive: Directive,
        /// Index of the component.
        component: u32,
        /// The parameters of the component; those the directive needs are set.
        parameters: Parameters<'a>,
    },
    /// Run a section of the dependency in a component, whose integrity was checked in this procedure
    /// (draft-ietf-suit-trust-domains §5.6.2). Without such a section that is a success.
    ///
    /// The platform runs [`crate::Procedure::Dependency`] in a processor of its own: [`crate::Processor::parameters`] and
    /// [`crate::Processor::set_parameters`] carry over what is set for the components that both manifests name, in and out again.
    Process {
        /// The section that is running, and is to be run in the dependency.
        section: Section,
        /// Index of the component that holds the dependency's envelope.
        component: u32,
    },
    /// A section ended well.
    Completed(Section),
    /// All sections of the procedure ended well.
    Finished,
    /// The procedure was aborted. Nothing follows.
    Failed(Failure),
}

/// What became of an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The condition holds, or the directive was carried out.
    Success,
    /// It does not, or it could not be.
    Failure,
}

/// Why a procedure was aborted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// More components than this processor has room for, or an index beyond them.
    ComponentUnsupported,
    /// A condition failed where nothing catches it.
    ConditionFailed(Condition),
    /// The dependency in this component is to be run and was not checked since it was last changed
    /// (draft-ietf-suit-trust-domains §5.6.2).
    DependencyNotChecked(u32),
    /// The dependency in this component is not intact; nothing catches that (draft-ietf-suit-trust-domains §5.6.4).
    DependencyNotIntact(u32),
    /// A directive failed; no soft failure catches that (§6.4).
    DirectiveFailed(Directive),
    /// No arm of a try-each succeeded.
    NoArmSucceeded,
    /// The component is no dependency of this manifest, and is to be checked or run as one.
    NotADependency(u32),
    /// A directive lacks a parameter it needs.
    ParameterMissing(Directive),
    /// A parameter is to be copied from a component for which it is not set.
    ParameterNotSet(i64),
    /// A parameter that this processor does not have.
    ParameterUnsupported(i64),
    /// A sequence that may run beside others does not begin with set-component-index, or sets it again (§6.7).
    SequenceNotIsolated,
    /// Suit-parameter-soft-failure was set outside try-each and run-sequence (§8.4.8.15).
    SoftFailureMisplaced,
    /// A component is read and written by commands that need no order among them (§6.7).
    SourceAndTarget(u32),
    /// More steps than a manifest of sensible size takes.
    TooMuchWork,
    /// A sequence that was read before cannot be read.
    Unreadable,
}

impl Failure {
    /// A number for suit-report-result-code, which is our own: it tells apart what one reason of the draft takes together.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            Self::ComponentUnsupported => 1,
            Self::ConditionFailed(_) => 2,
            Self::DependencyNotChecked(_) => 3,
            Self::DependencyNotIntact(_) => 4,
            Self::DirectiveFailed(_) => 5,
            Self::NoArmSucceeded => 6,
            Self::NotADependency(_) => 7,
            Self::ParameterMissing(_) => 8,
            Self::ParameterNotSet(_) => 9,
            Self::ParameterUnsupported(_) => 10,
            Self::SequenceNotIsolated => 11,
            Self::SoftFailureMisplaced => 12,
            Self::SourceAndTarget(_) => 13,
            Self::TooMuchWork => 14,
            Self::Unreadable => 15,
        }
    }
}
