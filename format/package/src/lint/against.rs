//! What a package takes back of the one before it.

use core::cmp::Ordering;
use std::collections::BTreeSet;

use suitpack_upgradability::{Floor, Guarantee, Statement, Updatable};

use super::facts::Facts;
use super::{Finding, Rule, rules};
use crate::commands::parameter::uuid;

pub(super) fn compare(new: &Facts, old: &Facts) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut add = |rule: &'static Rule, message: String| found.push(Finding::new(rule, message));
    if new.sequence_number <= old.sequence_number {
        add(&rules::SEQUENCE, format!("sequence number {} is not above {}", new.sequence_number, old.sequence_number));
    }
    match (&new.version, &old.version) {
        (Some(new), Some(old)) if order(new, old) != Ordering::Greater => {
            add(&rules::VERSION, format!("version {} is not above {}", dotted(new), dotted(old)));
        }
        (None, Some(old)) => add(&rules::VERSION, format!("no version is stated; it was {} before", dotted(old))),
        _ => {}
    }
    // A package that nobody has signed yet is signed later.
    if !new.signers.is_empty() && new.signers != old.signers {
        let gone = list(old.signers.difference(&new.signers));
        let come = list(new.signers.difference(&old.signers));
        let message = match (gone.is_empty(), come.is_empty()) {
            (false, false) => format!("it was signed by {gone} before, and now by {come}"),
            (false, true) => format!("it is no longer signed by {gone}"),
            _ => format!("it is newly signed by {come}"),
        };
        add(&rules::SIGNERS, message);
    }
    for (new, old, word) in [(&new.vendors, &old.vendors, "vendor"), (&new.classes, &old.classes, "class")] {
        for gone in old.difference(new) {
            add(&rules::HARDWARE, format!("devices of {word} {} are no longer served", uuid(gone)));
        }
    }
    if new.components != old.components {
        add(&rules::COMPONENTS, components(&new.components, &old.components));
    }
    promise(new, old, &mut add);
    found
}

fn promise(new: &Facts, old: &Facts, add: &mut impl FnMut(&'static Rule, String)) {
    if old.promises && !new.promises {
        return add(&rules::WITHDRAWN, String::from("the previous package made a promise about updates and this one makes none"));
    }
    let statements = [&new.statement, &old.statement].map(|bytes| bytes.as_deref().and_then(|bytes| Statement::parse(bytes).ok()));
    let [new_statement, old_statement] = &statements;
    let floor = |facts: &Facts, statement: &Option<Statement<'_>>| facts.floor.or_else(|| statement.as_ref().map(Floor::of));
    let (Some(new_floor), Some(old_floor)) = (floor(new, new_statement), floor(old, old_statement)) else { return };
    if rank(new_floor.updatable) < rank(old_floor.updatable) {
        add(
            &rules::CAPABILITY,
            format!(
                "security updates were promised as `{}` before, and now as `{}`",
                word(old_floor.updatable),
                word(new_floor.updatable)
            ),
        );
    }
    let differ = (&new.floor, &new.statement) != (&old.floor, &old.statement);
    if new_floor.seq < old_floor.seq
        || (differ && new.statement.is_some() && old.statement.is_some() && new_floor.seq == old_floor.seq)
    {
        add(
            &rules::PROMISE_NUMBER,
            format!("the statement differs, and its number {} is not above {}", new_floor.seq, old_floor.seq),
        );
    }
    let mut shortened = |place: &str, new: Guarantee, old: Guarantee| {
        if let Guarantee::Until(before) = old {
            match new {
                Guarantee::Until(now) if now >= before => {}
                Guarantee::Until(now) => {
                    add(&rules::SHORTENED, format!("support{place} was guaranteed until {before} before, and now until {now}"))
                }
                Guarantee::Unclear(why) => {
                    add(&rules::SHORTENED, format!("support{place} was guaranteed until {before} before, and now {why}"))
                }
            }
        }
    };
    shortened("", new_floor.guarantee(), old_floor.guarantee());
    if let (Some(new), Some(old)) = (new_statement, old_statement) {
        let regions: BTreeSet<&str> =
            old.horizons().flat_map(|horizon| horizon.regions()).filter(|region| *region != "*").collect();
        for region in regions {
            shortened(&format!(" in {region}"), new.guaranteed_in(region), old.guaranteed_in(region));
        }
    }
}

/// Element by element; what is missing counts as 0, so that a pre-release, which is negative, comes before its release
/// (draft-ietf-suit-update-management §4.4).
fn order(new: &[i64], old: &[i64]) -> Ordering {
    let at = |numbers: &[i64], index: usize| numbers.get(index).copied().unwrap_or(0);
    let differing = (0..new.len().max(old.len())).map(|index| at(new, index).cmp(&at(old, index)));
    differing.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

fn dotted(numbers: &[i64]) -> String {
    crate::inspect::version_text(numbers.iter().copied())
}

fn components(new: &[String], old: &[String]) -> String {
    let missing = |from: &[String], of: &[String]| {
        let names: Vec<&str> = of.iter().filter(|name| !from.contains(name)).map(String::as_str).collect();
        names.join(", ")
    };
    match (missing(new, old), missing(old, new)) {
        (gone, come) if gone.is_empty() && come.is_empty() => {
            String::from("the same components stand in another order, so their indices differ")
        }
        (gone, come) if come.is_empty() => format!("no longer a component: {gone}"),
        (gone, come) if gone.is_empty() => format!("newly a component: {come}"),
        (gone, come) => format!("no longer a component: {gone}; newly one: {come}"),
    }
}

fn list<'s>(names: impl Iterator<Item = &'s String>) -> String {
    names.map(String::as_str).collect::<Vec<_>>().join(" and ")
}

const fn rank(updatable: Updatable) -> u8 {
    match updatable {
        Updatable::No => 0,
        Updatable::Partly => 1,
        Updatable::Yes => 2,
    }
}

const fn word(updatable: Updatable) -> &'static str {
    match updatable {
        Updatable::No => "no",
        Updatable::Partly => "partly",
        Updatable::Yes => "yes",
    }
}
