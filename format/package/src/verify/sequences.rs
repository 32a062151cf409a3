//! The command sequences: which paths there are, and for which hardware.

use suitpack_core::manifest::Section;
use suitpack_core::{ErrorKind, Profile};
use suitpack_processor::{Procedure, Program};

use crate::bindings::{Found, PATHS, PathError, follow};
use crate::explore::{Facts, Leg};
use crate::report::{Cause, Outcome, Report};
use crate::request::Request;
use crate::verify::member_name;

/// One way in which a manifest is run.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Run<'a> {
    pub(super) legs: Vec<Leg<'a>>,
    /// The sections a dependent runs.
    pub(super) sections: Vec<Section>,
}

impl Run<'_> {
    /// Update and invocation, with nobody who depends on it.
    pub(super) fn alone() -> Self {
        Self { legs: vec![Leg::of(Procedure::Update), Leg::of(Procedure::Invocation)], sections: Section::ALL.to_vec() }
    }
}

/// Follows every path of all runs.
pub(super) fn sequences<'a>(
    program: &Program<'a>,
    runs: &[Run<'a>],
    depended_on: bool,
    request: &Request,
    report: &mut Report,
) -> Option<Found<'a>> {
    match together(program, runs, &Facts::default()) {
        Ok(found) => {
            let paths = found.bindings.paths;
            let mut detail = format!("{paths} path{} run to the end", if paths == 1 { "" } else { "s" });
            let left_out = if depended_on { left_out(program, runs) } else { vec![] };
            if !left_out.is_empty() {
                let names = left_out.join(", ");
                if request.profile == Profile::Strict {
                    // SUIT-49, SUIT-54, TD §5.1: at the end of each section that of every dependency has been run.
                    report.failed("sequences", Cause::Policy, format!("its dependent does not always run {names}"));
                    return Some(found);
                }
                detail.push_str(&format!("; let pass: its dependent does not always run {names}"));
            }
            report.passed("sequences", detail);
            Some(found)
        }
        Err(error) => {
            let asked = if request.manifest_only { "" } else { ", so payloads cannot be matched" };
            report.failed("sequences", error.cause(), format!("{error}{asked}"));
            None
        }
    }
}

fn together<'a>(program: &Program<'a>, runs: &[Run<'a>], facts: &Facts) -> Result<Found<'a>, PathError> {
    let mut all = Found::default();
    (all.bindings.vendor_checked, all.bindings.class_checked) = (true, true);
    for run in runs {
        if all.bindings.paths > PATHS {
            return Err(PathError::Limit(ErrorKind::LimitExceeded));
        }
        all.add(follow(program, &run.legs, facts)?);
    }
    Ok(all)
}

/// Sections that the manifest has and that some run leaves out. Uninstalling is another matter.
fn left_out(program: &Program<'_>, runs: &[Run<'_>]) -> Vec<String> {
    let there = Section::ALL.into_iter().filter(|section| *section != Section::Uninstall && program.has(*section));
    there
        .filter(|section| !runs.iter().all(|run| run.sections.contains(section)))
        .map(|section| member_name(section.key()))
        .collect()
}

pub(super) fn hardware(program: Option<&Program<'_>>, request: &Request, report: &mut Report) {
    if request.vendor_id.is_none() && request.class_id.is_none() {
        return report.add("hardware", Outcome::NotAsked, "");
    }
    let Some(program) = program else {
        return report.add("hardware", Outcome::NotPossible, "the command sequences are not at hand");
    };
    match together(program, &[Run::alone()], &facts(request)) {
        Err(PathError::Dead(_)) => report.failed("hardware", Cause::WrongHardware, ANOTHER),
        Err(error) => report.add("hardware", Outcome::NotPossible, error.to_string()),
        Ok(Found { bindings: found, .. }) => {
            let open = (request.vendor_id.is_some() && !found.vendor_checked, request.class_id.is_some() && !found.class_checked);
            match open {
                (true, _) => report.add("hardware", Outcome::NotPossible, "the package does not say which vendor it is for"),
                (_, true) => report.add("hardware", Outcome::NotPossible, "the package does not say which class it is for"),
                _ => report.passed("hardware", "the package is for this vendor and class"),
            }
        }
    }
}

/// A dependency need not say which hardware it is for; if it does, it has to be the one.
pub(super) fn hardware_of_dependency<'a>(program: Option<&Program<'a>>, runs: &[Run<'a>], request: &Request, report: &mut Report) {
    let asked = request.vendor_id.is_some() || request.class_id.is_some();
    if let Some(program) = program.filter(|_| asked)
        && matches!(together(program, runs, &facts(request)), Err(PathError::Dead(_)))
    {
        report.failed("hardware", Cause::WrongHardware, ANOTHER);
    }
}

fn facts(request: &Request) -> Facts {
    Facts { vendor: request.vendor_id.map(Vec::from), class: request.class_id.map(Vec::from) }
}

const ANOTHER: &str = "the package is for another vendor or class";
