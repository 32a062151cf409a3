//! Why a path ends, in words.

use suitpack_core::manifest::command::{Condition, Directive};
use suitpack_core::registry;
use suitpack_processor::Failure;

/// A failure in words.
pub(super) struct Words(pub(super) Failure);

impl core::fmt::Display for Words {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.0 {
            Failure::ComponentUnsupported => f.write_str("it names a component that it does not have"),
            Failure::ConditionFailed(condition) => write!(f, "{} fails", condition_name(condition)),
            Failure::DependencyNotChecked(component) => {
                write!(f, "the dependency in component {component} is processed without dependency-integrity before")
            }
            Failure::DependencyNotIntact(component) => write!(f, "no digest says which dependency component {component} holds"),
            Failure::DirectiveFailed(directive) => write!(f, "{} cannot be carried out", directive_name(directive)),
            Failure::NoArmSucceeded => f.write_str("no arm of a try-each succeeds"),
            Failure::NotADependency(component) => write!(f, "component {component} is used as a dependency and is none"),
            Failure::ParameterMissing(directive) => write!(f, "{} lacks a parameter it needs", directive_name(directive)),
            Failure::ParameterNotSet(code) => write!(f, "{} is copied from where it is not set", parameter_name(code)),
            Failure::ParameterUnsupported(code) => write!(f, "{} is not processed by this version", parameter_name(code)),
            Failure::SequenceNotIsolated => {
                f.write_str("a run-sequence without strict order does not set its component index once, at its start")
            }
            Failure::SoftFailureMisplaced => f.write_str("soft-failure is set outside try-each and run-sequence"),
            Failure::SourceAndTarget(component) => {
                write!(f, "component {component} is read and written by commands without strict order")
            }
            Failure::TooMuchWork => f.write_str("it takes more steps than are followed"),
            _ => f.write_str("a sequence cannot be read"),
        }
    }
}

fn condition_name(condition: Condition) -> String {
    name(registry::command::LABELS, condition.code())
}

fn directive_name(directive: Directive) -> String {
    name(registry::command::LABELS, directive.code())
}

fn parameter_name(code: i64) -> String {
    name(registry::parameter::LABELS, code)
}

fn name(labels: &'static [registry::Label], code: i64) -> String {
    registry::find(labels, code).map_or_else(|| code.to_string(), |label| label.name.to_owned())
}
