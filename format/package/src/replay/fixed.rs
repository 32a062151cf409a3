//! What can be held against a record without running anything.

use suitpack_core::registry::{command as code, envelope, manifest};
use suitpack_core::report::{Reason, Record};

use super::case::{Case, told};
use super::ending::{NOWHERE, is_of};
use super::layout::sequence_name;
use super::measure::command_name;
use super::words;

/// The first record that names what the manifest does not have.
pub(super) fn misplaced(case: &Case<'_, '_>) -> Option<String> {
    let of_list = case.trace.into_iter().find_map(|(number, record)| {
        let wrong = named(case, &record).or_else(|| reported(case, &record));
        wrong.map(|wrong| format!("record {number} {wrong}"))
    });
    of_list.or_else(|| {
        let (record, reason) = case.ending.failure()?;
        refused(case, record, reason).map(|wrong| format!("the result's record {wrong}"))
    })
}

/// Whether manifest, sequence, command and component are there. Only those of the root are known before anything runs.
fn named(case: &Case<'_, '_>, record: &Record<'_>) -> Option<String> {
    if let Some(index) = record.manifest.clone().next() {
        let known = case.root.depends_on(index);
        return (!known).then(|| format!("is of a dependency in component {index}, and the manifest has none there"));
    }
    let (layout, name) = (&case.root.layout, sequence_name(record.section));
    if layout.withholds(record.section) {
        return None;
    }
    if !layout.has(record.section) {
        return Some(format!("is of {name}, which the manifest does not have"));
    }
    if layout.at(record.section, record.offset).is_none() {
        return Some(format!("names offset {} of {name}, where no command begins", record.offset));
    }
    let indices = case.root.indices();
    (record.component >= indices).then(|| format!("names component {}, and the manifest has {indices}", record.component))
}

/// REP §5: a record is of a condition, or of a command whose policy asks for one.
fn reported(case: &Case<'_, '_>, record: &Record<'_>) -> Option<String> {
    let site = case.root.layout.at(record.section, record.offset).filter(|_| is_of(record.manifest, &[]))?;
    (!site.reports).then(|| format!("is of {}, which is never recorded: {}", command_name(site.command), told(record)))
}

/// Whether the result can be what it says at the place that it names.
fn refused(case: &Case<'_, '_>, record: &Record<'_>, reason: Reason) -> Option<String> {
    let why = words::reason(reason);
    if reason == Reason::Ok {
        return Some(String::from("comes with the reason that all is well; success is told by `true`"));
    }
    if record.section == NOWHERE && case.ending.stop().is_some_and(|(record, _)| is_of(record.manifest, &[])) {
        return None;
    }
    let whole = match reason {
        // Nothing of the manifest was taken.
        Reason::CborParse | Reason::CoseUnsupported | Reason::AlgUnsupported | Reason::Unauthorised => {
            record.section == envelope::AUTHENTICATION_WRAPPER
                || record.section == envelope::MANIFEST
                || case.root.layout.has(record.section)
                || case.root.layout.withholds(record.section)
        }
        Reason::ComponentUnsupported | Reason::ComponentUnauthorised => record.section == manifest::COMMON && record.offset == 0,
        Reason::CommandUnsupported | Reason::ParameterUnsupported => case.root.layout.has(record.section) && record.offset == 0,
        Reason::SeveringUnsupported => {
            let severable = case.root.is_severable(record.section);
            if is_of(record.manifest, &[]) && !severable {
                return Some(format!("comes with the reason {why}, and {} is not severed", sequence_name(record.section)));
            }
            severable
        }
        _ => false,
    };
    let in_range = record.component < case.root.indices() || !is_of(record.manifest, &[]);
    if whole && in_range && is_of(record.manifest, &[]) {
        return None;
    }
    if let Some(wrong) = named(case, record) {
        return Some(wrong);
    }
    let site = case.root.layout.at(record.section, record.offset).filter(|_| is_of(record.manifest, &[]))?;
    let is_condition = suitpack_core::manifest::command::Condition::find(site.command).is_some();
    let right = match reason {
        Reason::ConditionFailed => is_condition || site.command == code::DIRECTIVE_TRY_EACH,
        Reason::InvokePending => site.command == code::DIRECTIVE_INVOKE,
        _ => true,
    };
    (!right).then(|| format!("comes with the reason {why}, and names {}", command_name(site.command)))
}
