//! Why a procedure ended badly.

use core::fmt;
use std::io;

use suitpack_core::manifest::command::{Condition, Directive};
use suitpack_core::report::Reason;
use suitpack_core::{Error, Fault, Refusal};
use suitpack_package::{Cause, ReadError};
use suitpack_processor::{Failure, Position};

use crate::redo::StartError;
use crate::store::StoreError;

/// Why a procedure ended badly. What was active before is active still, unless it was decided already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// What a report says.
    pub reason: Reason,
    /// What the command line says.
    pub cause: Cause,
    /// For people. May hold text from the package: hostile until it is sanitised.
    pub detail: String,
    /// The manifest and the command that failed, if it was one.
    pub at: Option<(Vec<u32>, Position)>,
    /// Whether a place that is not active was written, or begun to be.
    pub changed: bool,
    /// Whether a component runs its fallback now, because its image was to be written over.
    pub fell_back: bool,
    /// Whether a dependency that manifests run was written over: they do not run until it is there again.
    pub lost_dependency: bool,
    /// Whether the record that decides was written: then the new state counts, and what is left to do is done by whoever starts the
    /// device next.
    pub decided: bool,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl core::error::Error for Failed {}

/// What a procedure did to places before anything was decided.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Written {
    /// Whether anything was written.
    pub(crate) changed: bool,
    /// Whether a component runs its fallback since.
    pub(crate) fell_back: bool,
    /// Whether a dependency was written over that manifests run.
    pub(crate) lost_dependency: bool,
}

/// Why one thing could not be done, or does not hold.
#[derive(Clone, Debug)]
pub(crate) struct Trouble {
    pub(crate) reason: Reason,
    pub(crate) cause: Cause,
    pub(crate) detail: String,
}

impl Trouble {
    pub(crate) fn new(reason: Reason, cause: Cause, detail: impl Into<String>) -> Self {
        Self { reason, cause, detail: detail.into() }
    }

    /// Something could not be done.
    pub(crate) fn operation(cause: Cause, detail: impl Into<String>) -> Self {
        Self::new(Reason::OperationFailed, cause, detail)
    }

    /// Something does not hold.
    pub(crate) fn condition(cause: Cause, detail: impl Into<String>) -> Self {
        Self::new(Reason::ConditionFailed, cause, detail)
    }

    /// The same, with the component it is about.
    pub(crate) fn of(self, name: &str) -> Self {
        Self { detail: format!("{name}: {}", self.detail), ..self }
    }

    /// Bytes could not be had or written.
    pub(crate) fn io(error: &io::Error) -> Self {
        let cause = if error.kind() == io::ErrorKind::UnexpectedEof { Cause::Unreadable } else { Cause::Io };
        Self::operation(cause, error.to_string())
    }

    /// The processor gave up; `known` is what the device said of the last thing it was asked.
    pub(crate) fn aborted(failure: Failure, known: Option<Self>) -> Self {
        let cause = if failure == Failure::Unreadable { Cause::Unreadable } else { Cause::Policy };
        let asked = matches!(
            failure,
            Failure::ConditionFailed(_) | Failure::NoArmSucceeded | Failure::DependencyNotIntact(_) | Failure::DirectiveFailed(_)
        );
        match known.filter(|_| asked) {
            Some(known) => known,
            None => Self::new(failure.into(), cause, words(failure)),
        }
    }

    pub(crate) fn into_failed(self, at: Option<(Vec<u32>, Position)>, written: Written) -> Failed {
        let Written { changed, fell_back, lost_dependency } = written;
        let Self { reason, cause, detail } = self;
        Failed { reason, cause, detail, at, changed, fell_back, lost_dependency, decided: false }
    }
}

impl From<ReadError> for Trouble {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Io(error) => Self::io(&error),
            ReadError::Malformed(error) => error.into(),
        }
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        let cause = match error.kind().fault() {
            Fault::Malformed => Cause::Unreadable,
            Fault::Limit | Fault::Refused => Cause::Policy,
        };
        Self::new(error.into(), cause, error.to_string())
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        let cause = match refusal {
            Refusal::Unreadable(error) => return error.into(),
            Refusal::DigestUnsupported(_) | Refusal::NotAdmitted(_) => Cause::Policy,
            Refusal::DigestMismatch | Refusal::Unsigned | Refusal::WrongSignature => Cause::NotAuthentic,
            Refusal::NoAnchor | Refusal::Untrusted => Cause::NotTrusted,
        };
        Self::new(refusal.into(), cause, refusal.to_string())
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::operation(Cause::Io, format!("the state: {error}"))
    }
}

impl From<StartError> for Trouble {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Store(error) => error.into(),
            StartError::Unreadable(..) => Self::operation(Cause::Io, error.to_string()),
            error => Self::operation(Cause::NotBound, error.to_string()),
        }
    }
}

fn words(failure: Failure) -> String {
    let condition = |condition: Condition| name(condition.code());
    let directive = |directive: Directive| name(directive.code());
    match failure {
        Failure::ComponentUnsupported => String::from("a component is not among those there is room for"),
        Failure::ConditionFailed(which) => format!("{} does not hold", condition(which)),
        Failure::DependencyNotChecked(index) => format!("the dependency in component {index} is to be run and was not checked"),
        Failure::DependencyNotIntact(index) => format!("the dependency in component {index} is not intact"),
        Failure::DirectiveFailed(which) => format!("{} cannot be carried out", directive(which)),
        Failure::NoArmSucceeded => String::from("no sequence of a try-each succeeded"),
        Failure::NotADependency(index) => format!("component {index} is no dependency"),
        Failure::ParameterMissing(which) => format!("{} lacks a parameter", directive(which)),
        Failure::ParameterNotSet(code) => format!("parameter {code} is to be copied and is not set"),
        Failure::ParameterUnsupported(code) => format!("parameter {code} is not supported"),
        Failure::SequenceNotIsolated => String::from("a sequence that may run beside others does not keep to its component"),
        Failure::SoftFailureMisplaced => String::from("soft-failure is set outside of try-each and run-sequence"),
        Failure::SourceAndTarget(index) => format!("component {index} is read and written in no order"),
        Failure::TooMuchWork => String::from("the manifest asks for more steps than one of sensible size"),
        Failure::Unreadable => String::from("a sequence cannot be read"),
        _ => String::from("the procedure was aborted"),
    }
}

fn name(code: i64) -> &'static str {
    suitpack_core::registry::find(suitpack_core::registry::command::LABELS, code).map_or("a command", |label| label.name)
}
