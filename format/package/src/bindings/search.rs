//! The search through all paths.

use suitpack_core::{ErrorKind, limits};
use suitpack_processor::{Failure, Procedure, Program};

use super::{Bindings, PathError};
use crate::explore::{End, Facts, Leg, Path, Platform, Visit};

/// What all paths do, with payloads and with dependencies.
#[derive(Debug, Default)]
pub(crate) struct Found<'a> {
    pub(crate) bindings: Bindings,
    /// The URI a dependency comes from, and when it is run on one of the paths. Only distinct ones.
    pub(crate) journeys: Vec<(String, Vec<Visit<'a>>)>,
}

impl<'a> Found<'a> {
    /// Takes in what was found on other paths.
    pub(crate) fn add(&mut self, other: Self) {
        self.bindings.paths += other.bindings.paths;
        self.bindings.vendor_checked &= other.bindings.vendor_checked;
        self.bindings.class_checked &= other.bindings.class_checked;
        insert_all(&mut self.bindings.uses, other.bindings.uses);
        insert_all(&mut self.journeys, other.journeys);
    }
}

/// Follows every path of update and invocation, and of uninstallation apart from them; a condition in a try-each goes both ways
/// unless `facts` decide it.
///
/// # Errors
/// If a path is refused, none runs to its end, or there are too many.
pub fn bindings(program: &Program<'_>, facts: &Facts) -> Result<Bindings, PathError> {
    follow(program, &[Leg::of(Procedure::Update), Leg::of(Procedure::Invocation)], facts).map(|found| found.bindings)
}

/// The same for other procedures than update and invocation, or for sections that a dependent runs.
pub(crate) fn follow<'a>(program: &Program<'a>, legs: &[Leg<'a>], facts: &Facts) -> Result<Found<'a>, PathError> {
    let mut found = follow_one(program, legs, facts)?;
    match follow_one(program, &[Leg::of(Procedure::Uninstall)], facts) {
        Ok(uninstall) => insert_all(&mut found.bindings.uses, uninstall.bindings.uses),
        // It installs nothing that would have to be bound.
        Err(PathError::Dead(_)) => {}
        Err(error) => return Err(error),
    }
    Ok(found)
}

fn follow_one<'a>(program: &Program<'a>, legs: &[Leg<'a>], facts: &Facts) -> Result<Found<'a>, PathError> {
    let mut found = Found::default();
    (found.bindings.vendor_checked, found.bindings.class_checked) = (true, true);
    let mut last_failure = Failure::NoArmSucceeded;
    let start = Path::start(program, legs, Platform::new(program, facts.clone())).map_err(PathError::Refused)?;
    let mut open = vec![start];
    let mut tried = 0_usize;
    while let Some(path) = open.pop() {
        tried += 1;
        if tried > PATHS || open.len() > OPEN_PATHS || found.journeys.len() > OPEN_PATHS {
            return Err(PathError::Limit(ErrorKind::LimitExceeded));
        }
        let (result, forks) = path.follow(program, legs);
        open.extend(forks);
        match result {
            Ok(End::Next(path)) => open.push(path),
            Ok(End::Reached(platform)) => {
                found.bindings.paths += 1;
                found.bindings.vendor_checked &= platform.vendor_checked;
                found.bindings.class_checked &= platform.class_checked;
                insert_all(&mut found.journeys, platform.journeys());
                insert_all(&mut found.bindings.uses, platform.into_uses());
            }
            Err(failure) if is_refusal(failure) => return Err(PathError::Refused(failure)),
            Err(failure) => last_failure = failure,
        }
    }
    if found.bindings.paths == 0 { Err(PathError::Dead(last_failure)) } else { Ok(found) }
}

fn insert_all<T: PartialEq>(into: &mut Vec<T>, values: Vec<T>) {
    for value in values {
        if !into.contains(&value) {
            into.push(value);
        }
    }
}

/// Whether a failure lies in what is allowed, or in what this version can do, rather than in how the path went.
const fn is_refusal(failure: Failure) -> bool {
    !matches!(
        failure,
        Failure::ConditionFailed(_)
            | Failure::DirectiveFailed(_)
            | Failure::NoArmSucceeded
            | Failure::ParameterMissing(_)
            | Failure::ParameterNotSet(_)
    )
}

/// Each combination of slots is followed through update and invocation, and fewer lead nowhere; a manifest made to blow up is
/// stopped here.
pub(crate) const PATHS: usize = 4 * limits::SLOT_COMBINATIONS;

/// Paths waiting hold a state of some kilobytes each.
pub(crate) const OPEN_PATHS: usize = 256;
