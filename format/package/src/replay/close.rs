//! How a path ends.

use suitpack_core::manifest::Section;
use suitpack_core::manifest::command::Directive;
use suitpack_core::report::{Reason, Record};
use suitpack_processor::{Failure, Position};

use super::case::{Case, place, segments, told};
use super::ending::{Ending, NOWHERE, fits, is_at, is_of, names};
use super::measure::{Act, Evidence, Foreign, digest_and_size, evidence, parameter_name};
use super::turn::{ending, hands_over};
use super::walk::{Close, End, Walk};
use super::words;
use crate::verify::member_name;

impl<'t, 'a> Walk<'t, 'a> {
    /// Before the first section and behind each: whether the report ends there, and whether the next one is at hand.
    pub(super) fn at_section(&mut self, case: &Case<'t, 'a>, after: Option<Section>) -> Option<End> {
        let within = self.levels.len() > 1;
        let level = self.levels.last_mut()?;
        let sections = level.procedure.sections();
        let done =
            after.and_then(|after| sections.iter().position(|section| *section == after)).map_or(0, |at| at.saturating_add(1));
        let next = level.node.first(sections.get(done..).unwrap_or_default());
        let before = level.before.take();
        if let Some((record, _)) = case.ending.stop()
            && self.trace.peek().is_none()
            && is_of(record.manifest, &level.path)
        {
            let nothing_ran = after.is_none() && !within;
            let opens = next.is_some_and(|next| next.key() == record.section && record.offset == 0);
            let severed = opens_severed(case, record, next);
            let behind =
                after.zip(before).is_some_and(|(after, (_, offset))| record.section == after.key() && record.offset > offset);
            // What fails between two sections is no command.
            let between = after.is_some() && record.section == NOWHERE && (within || next.is_some());
            if nothing_ran || opens || severed || behind || between {
                return Some(End::Agrees(Close::Stopped));
            }
        }
        let next = next.filter(|next| level.node.withholds(*next))?;
        let key = next.key();
        Some(End::Unknown(format!("{} is severed and not at hand, or not the one that was signed", member_name(key))))
    }

    /// Whether the report ends at a command, without its having run.
    pub(super) fn stops(&self, case: &Case<'t, 'a>, act: Act, position: &Position) -> Option<End> {
        if self.trace.peek().is_some() {
            return None;
        }
        let level = self.levels.last()?;
        if hands_over(act) {
            if case.ending.pending().is_some_and(|record| is_at(record, &level.path, position)) {
                return Some(End::Agrees(Close::Pending));
            }
            // SUIT-71, REP §4.2: a report that is made before may leave open what becomes of it.
            if matches!(case.ending, Ending::Success) && position.policy & 1 != 0 && !case.lenient {
                return Some(End::Agrees(Close::HandedOff));
            }
        }
        let (record, reason) = case.ending.stop()?;
        // The dependency that is judged here was refused.
        let judged = [level.path.as_slice(), &[position.component]].concat();
        if !act.is_condition() || reason == Reason::SeveringUnsupported || !is_of(record.manifest, &judged) {
            let command =
                matches!(reason, Reason::CommandUnsupported | Reason::ComponentUnsupported | Reason::ParameterUnsupported);
            let passed = level.before.is_some_and(|(key, offset)| key == position.key() && offset >= record.offset);
            let here = command
                && is_of(record.manifest, &level.path)
                && record.section == position.key()
                && record.offset <= position.offset
                && !passed;
            return here.then_some(End::Agrees(Close::Stopped));
        }
        let integrity = act == Act::Check(suitpack_core::manifest::command::Condition::DependencyIntegrity);
        integrity.then_some(End::Agrees(Close::Stopped))
    }

    /// The procedure came to its end.
    pub(super) fn finished(&mut self, case: &Case<'t, 'a>) -> End {
        if let Some((number, record)) = self.trace.peek() {
            return End::Parts(format!(
                "record {number} names {}, and {} is at its end by then",
                told(&record),
                words::procedure(case.procedure)
            ));
        }
        match case.ending {
            Ending::Success => self.closed(case, Close::Finished),
            // What was done is kept or not; that is behind the last command.
            Ending::Failure { record, .. }
                if case.ending.stop().is_some() && record.section == NOWHERE && is_of(record.manifest, &[]) =>
            {
                self.closed(case, Close::Undone)
            }
            Ending::Failure { .. } => {
                End::Parts(format!("{}, and nothing fails there on the way that the records tell of", ending(case)))
            }
        }
    }

    /// The procedure was aborted.
    pub(super) fn failed(&mut self, case: &Case<'t, 'a>, failure: Failure) -> End {
        let Some(level) = self.levels.last() else { return End::Parts(String::new()) };
        let Some(position) = level.processor.position() else {
            return End::Unknown(String::from("the manifest cannot be run by this version"));
        };
        let last = self.last.filter(|last| last.position == position);
        let command = level.node.layout.at(position.key(), position.offset).map_or(0, |site| site.command);
        let command = place(command, &level.path, &position);
        let Some((record, reason)) = case.ending.failure() else {
            return End::Parts(format!("{command} fails, where nothing catches it, and the result is success"));
        };
        if !names(record, &level.path, &position, failure, &level.node.layout) {
            return End::Parts(format!("{command} fails, where nothing catches it, and {}", ending(case)));
        }
        let decrypts = last.is_some_and(|last| last.set.encryption_info.is_some());
        if !fits(reason, failure, last.map(|last| last.act), decrypts) {
            return End::Parts(format!("the reason ({}) is none for which {command} can fail", words::reason(reason)));
        }
        // The record may stand in the list as well, and behind it those of the directives that ran the manifest.
        let mut of_failure = vec![*record];
        let path = level.path.clone();
        if let Some((_, again)) = self.trace.peek().filter(|(_, again)| is_at(again, &path, &position)) {
            self.trace.next();
            of_failure.push(again);
        }
        if let Some(last) = last {
            for record in &of_failure {
                match evidence(last.act, &last.set, record.properties) {
                    Ok(Evidence::Holds) => {
                        return End::Parts(format!("{command} failed by the result, and held by what was measured"));
                    }
                    Err(foreign) => return End::Parts(not_set("the result", foreign)),
                    Ok(_) => {}
                }
            }
            self.fails(&last, record);
        }
        for outer in self.levels.iter().rev().skip(1) {
            let Some(position) = outer.processor.position() else { continue };
            let Some((number, record)) = self.trace.peek().filter(|(_, record)| is_at(record, &outer.path, &position)) else {
                continue;
            };
            let set = outer.processor.parameters(position.component).copied().unwrap_or_default();
            if let Err(foreign) = evidence(Act::Perform(Directive::ProcessDependency), &set, record.properties) {
                return End::Parts(not_set(&format!("record {number}"), foreign));
            }
            self.trace.next();
        }
        match self.trace.peek() {
            Some((number, record)) => {
                End::Parts(format!("record {number} names {}, behind the failure that ends the procedure", told(&record)))
            }
            None => self.closed(case, Close::Failed),
        }
    }

    /// Holds the claims behind the last record against what components hold.
    fn closed(&mut self, case: &Case<'t, 'a>, close: Close) -> End {
        for claims in self.trace.claims_left().take(CLAIMS) {
            let (name, found) = (segments(&claims.component), digest_and_size(claims.properties));
            let (slot, records) = (case.slot(name.clone()), self.trace.records);
            // A dependency may say its own name for a component that has a prefix for its dependent.
            let others: Vec<_> = case.ending_with(&name).into_iter().filter(|other| *other != slot).collect();
            if !others.iter().chain([&slot]).any(|slot| self.device.admits(*slot, found, records)) {
                return End::Parts(format!(
                    "what the report claims of component `{}` is not what it holds by then",
                    case.name(slot)
                ));
            }
            if others.is_empty() {
                self.device.claim(slot, found, records);
            }
        }
        End::Agrees(close)
    }

    /// What a failure that ends the procedure tells of the device.
    fn fails(&mut self, last: &super::walk::Last<'a>, record: &Record<'a>) {
        let Some(level) = self.levels.last() else { return };
        let slot = level.slot(last.position.component);
        let dependency = level.node.program.is_dependency(last.position.component);
        let measured = digest_and_size(record.properties);
        match last.act {
            Act::Check(condition) => {
                self.device.learn(condition, slot, &last.set, suitpack_processor::Outcome::Failure, dependency, measured);
            }
            Act::Perform(_) => {}
        }
    }
}

fn not_set(what: &str, foreign: Foreign) -> String {
    let value = if foreign.set { "has another value than the manifest sets" } else { "is not set by the manifest" };
    format!("{what}: {} {value} when it runs", parameter_name(foreign.label))
}

/// Whether a section that comes next was refused for being severable.
fn opens_severed(case: &Case<'_, '_>, record: &Record<'_>, next: Option<Section>) -> bool {
    let severing = case.ending.stop().is_some_and(|(_, reason)| reason == Reason::SeveringUnsupported);
    severing && next.is_some_and(|next| next.key() == record.section)
}

/// Claims that are held against the device; more say nothing new.
const CLAIMS: usize = 1024;
