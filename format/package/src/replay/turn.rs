//! The ways in which a command may have gone, as far as the report leaves any.

use suitpack_core::manifest::command::Directive;
use suitpack_core::report::Record;
use suitpack_processor::{Outcome, Parameters, Position};

use super::case::{Case, place, told};
use super::ending::{Ending, is_at};
use super::measure::{Act, Evidence, Foreign, evidence, parameter_name};

/// One way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turn {
    pub(super) outcome: Outcome,
    /// The next record is about it.
    pub(super) recorded: bool,
}

/// A command that was handed out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'w, 'a> {
    pub(super) act: Act,
    pub(super) position: Position,
    pub(super) path: &'w [u32],
    pub(super) set: &'w Parameters<'a>,
    /// Its outcome, where there is only one.
    pub(super) decided: Option<Outcome>,
    /// What was found out before about the same thing.
    pub(super) known: Option<Outcome>,
    /// Whether its failure ends only a sequence.
    pub(super) soft: bool,
    /// The next record, counted from 1 among all entries.
    pub(super) next: Option<(usize, Record<'a>)>,
}

/// Every way that fits, the recorded ones first.
pub(super) fn turns(case: &Case<'_, '_>, asked: &Asked<'_, '_>) -> Result<Vec<Turn>, String> {
    let here = asked.next.filter(|(_, record)| is_at(record, asked.path, &asked.position));
    let said = here.map(|(number, record)| (number, evidence(asked.act, asked.set, record.properties)));
    let ends_here = case.ending.is_at(asked.path, &asked.position);
    let mut found = Vec::new();
    for recorded in [true, false] {
        for outcome in [Outcome::Success, Outcome::Failure] {
            let other = |known: Option<Outcome>| known.is_some_and(|known| known != outcome);
            if other(asked.decided) || other(asked.known) || (outcome == Outcome::Failure && !asked.soft && !ends_here) {
                continue;
            }
            let fits = if recorded {
                may_be(case, asked, outcome, ends_here, said.map(|(_, said)| said))
            } else {
                may_lack(case, asked, outcome, ends_here && (here.is_none() || !asked.soft))
            };
            // The record of what ends the procedure is taken where that ends.
            let last = outcome == Outcome::Failure && !asked.soft;
            if fits && !(recorded && last) {
                found.push(Turn { outcome, recorded });
            }
        }
    }
    if found.is_empty() { Err(parting(case, asked, said, ends_here)) } else { Ok(found) }
}

/// Whether the bit of a reporting policy asks for a record (draft-ietf-suit-manifest §8.4.7).
const fn asks(policy: u64, outcome: Outcome) -> bool {
    match outcome {
        Outcome::Success => policy & 1 != 0,
        Outcome::Failure => policy & 2 != 0,
    }
}

/// Whether the next record can be about this outcome. Under the strict profile a record that no policy asks for can only be that of
/// a failed condition.
fn may_be(
    case: &Case<'_, '_>,
    asked: &Asked<'_, '_>,
    outcome: Outcome,
    ends_here: bool,
    said: Option<Result<Evidence, Foreign>>,
) -> bool {
    let unasked = match outcome {
        Outcome::Failure => asked.act.is_condition() || ends_here,
        // A policy is a hint (draft-ietf-suit-manifest §8.4.7).
        Outcome::Success => asked.act.is_condition() && case.lenient,
    };
    let contrary = match outcome {
        Outcome::Success => Evidence::Fails,
        Outcome::Failure => Evidence::Holds,
    };
    matches!(said, Some(Ok(said)) if said != contrary) && (unasked || asks(asked.position.policy, outcome))
}

/// Whether this outcome can have gone unrecorded.
fn may_lack(case: &Case<'_, '_>, asked: &Asked<'_, '_>, outcome: Outcome, in_result: bool) -> bool {
    let hint = case.lenient && outcome == Outcome::Success;
    // The record of what failed last stands in the result.
    hint || (in_result && outcome == Outcome::Failure) || !asks(asked.position.policy, outcome)
}

/// Why no way is left.
fn parting(
    case: &Case<'_, '_>,
    asked: &Asked<'_, '_>,
    said: Option<(usize, Result<Evidence, Foreign>)>,
    ends_here: bool,
) -> String {
    let command = place(asked.act.code(), asked.path, &asked.position);
    let certain = asked.decided.or(asked.known);
    match said {
        Some((number, Err(foreign))) => {
            let value = if foreign.set { "has another value than the manifest sets" } else { "is not set by the manifest" };
            format!("record {number}: {} {value} for {command} when it runs", parameter_name(foreign.label))
        }
        Some((number, Ok(Evidence::Fails))) if certain == Some(Outcome::Success) => {
            format!("record {number} says that {command} failed, and it must have held")
        }
        Some((number, Ok(Evidence::Holds))) if certain == Some(Outcome::Failure) => {
            format!("record {number} says that {command} held, and it must have failed")
        }
        Some((number, Ok(Evidence::Fails))) => {
            format!("record {number} says that {command} failed, where nothing catches it, and {}", ending(case))
        }
        Some((number, Ok(_))) if !asks(asked.position.policy, Outcome::Success) && certain != Some(Outcome::Failure) => {
            format!("record {number} is of {command} which held, and its reporting policy asks for no record of that")
        }
        _ if certain == Some(Outcome::Failure) && !asked.soft && !ends_here => {
            format!("{command} fails, where nothing catches it, and {}", ending(case))
        }
        _ => {
            let next = asked.next.map_or_else(
                || String::from("no record is left"),
                |(number, record)| format!("record {number} names {}", told(&record)),
            );
            format!("{command} asks for a record, and {next}")
        }
    }
}

/// What the report says of the end, in words.
pub(super) fn ending(case: &Case<'_, '_>) -> String {
    match &case.ending {
        Ending::Success => String::from("the result is success"),
        Ending::Failure { record, reason } => {
            format!("the result is a failure ({}) at {}", super::words::reason(*reason), told(record))
        }
    }
}

/// Whether a command hands the device over, so that its processor may never come back to report it.
pub(super) fn hands_over(act: Act) -> bool {
    act == Act::Perform(Directive::Invoke)
}
