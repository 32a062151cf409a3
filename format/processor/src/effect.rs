//! What the processor asks of its platform, and what it is told.

use suitpack_core::manifest::Section;
use suitpack_core::manifest::command::{Condition, Directive};

use crate::parameters::Parameters;

/// The next thing to be done, or the end.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Effect<'a> {
    /// Find out whether the condition holds; it must have no side effect (§6.4).
    Check {
        /// What to find out.
        condition: Condition,
        /// Index of the component.
        component: u32,
        /// The parameters of the component; those the condition needs are set.
        parameters: Parameters<'a>,
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
    /// A command of the drafts that this processor does not have.
    CommandUnsupported(i64),
    /// More components than this processor has room for, or an index beyond them.
    ComponentUnsupported,
    /// A condition failed where nothing catches it.
    ConditionFailed(Condition),
    /// A directive failed; no soft failure catches that (§6.4).
    DirectiveFailed(Directive),
    /// No arm of a try-each succeeded.
    NoArmSucceeded,
    /// A directive lacks a parameter it needs.
    ParameterMissing(Directive),
    /// A parameter of the drafts that this processor does not have.
    ParameterUnsupported(i64),
    /// Suit-parameter-soft-failure was set outside try-each and run-sequence (§8.4.8.15).
    SoftFailureMisplaced,
    /// More steps than a manifest of sensible size takes.
    TooMuchWork,
    /// A sequence that was read before cannot be read.
    Unreadable,
}
