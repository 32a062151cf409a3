//! The loop: effects of the processor, carried out on the places of the device.

mod enter;
mod level;
mod perform;

use std::collections::{BTreeMap, BTreeSet};

use suitpack_core::Profile;
use suitpack_core::cbor::{SliceSink, Writer};
use suitpack_core::manifest::Section;
use suitpack_core::manifest::command::{Condition, Directive};
use suitpack_core::report::Reason;
use suitpack_package::Cause;
use suitpack_processor::report::{About, Recorder};
use suitpack_processor::{Effect, Outcome, Parameters, Position, Procedure};

use crate::conditions::World;
use crate::failed::{Failed, Trouble};
use crate::measured::Measured;
use crate::opened::{Opened, Shelf};
use crate::places::Places;
use crate::request::{Request, Source};
use crate::watch::{Event, Watch};
pub(crate) use enter::{rollback, root_key};
use level::{Level, Then};

/// A device at work.
pub(crate) struct Engine<'e, 'd> {
    pub(crate) places: Places<'d>,
    pub(crate) world: World<'d>,
    pub(crate) package: &'e mut dyn Source,
    pub(crate) request: &'e Request<'e>,
    pub(crate) watch: &'e mut dyn Watch,
    /// Whether slots are those that are written next: what an update asks for. All else asks for the active ones.
    pub(crate) candidates: bool,
    /// What was said of the last thing that failed.
    trouble: Option<Trouble>,
    /// The digests of the manifests in components whose integrity was found in this procedure.
    intact: BTreeMap<usize, String>,
    /// What is to be remembered if all goes well.
    pub(crate) ledger: Ledger,
    /// What was done, for those who want to know.
    pub(crate) recorder: Recorder<'e>,
    about: About<'e>,
    /// Whether nobody is told.
    pub(crate) silent: bool,
}

/// What the manifests of a procedure mean for one another and for the next ones.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ledger {
    /// Sequence number and digest by manifest.
    pub(crate) manifests: BTreeMap<String, (u64, String)>,
    /// Components that hold dependencies, and the manifests that run them.
    pub(crate) uses: BTreeSet<(String, String)>,
    /// The same, given up.
    pub(crate) unlinked: BTreeSet<(String, String)>,
    /// Manifests that were uninstalled.
    pub(crate) gone: BTreeSet<String>,
}

type Stack<'a> = Vec<Level<'a>>;

/// Parameters by the path to a dependency and by component.
type Kept<'a> = BTreeMap<Vec<u32>, Vec<(u32, Parameters<'a>)>>;

impl<'e, 'd> Engine<'e, 'd> {
    pub(crate) fn new(
        places: Places<'d>,
        world: World<'d>,
        package: &'e mut dyn Source,
        request: &'e Request<'e>,
        watch: &'e mut dyn Watch,
        (recorder, about): (Recorder<'e>, About<'e>),
    ) -> Self {
        let (trouble, intact, ledger) = (None, BTreeMap::new(), Ledger::default());
        Self { places, world, package, request, watch, candidates: false, trouble, intact, ledger, recorder, about, silent: false }
    }

    /// Runs a procedure to its end. Nothing is decided yet.
    pub(crate) fn run<'a>(&mut self, root: &Opened<'a>, shelf: &'a Shelf, procedure: Procedure) -> Result<(), Failed> {
        (self.trouble, self.intact, self.ledger) = (None, BTreeMap::new(), Ledger::default());
        let level = self.root(root, procedure).map_err(|trouble| self.refused(trouble))?;
        let mut stack = vec![level];
        // What the manifests of dependencies have set, for their next sections.
        let mut kept = Kept::new();
        let mut outcome = None;
        loop {
            let Some(top) = stack.last_mut() else { return Ok(()) };
            let effect = match outcome.take() {
                None => top.processor.begin(),
                Some(outcome) => top.processor.resume(outcome),
            };
            let position = top.processor.position();
            self.section(top, position);
            match effect {
                Effect::Check { condition, component, parameters } => {
                    let mut measured = Measured::default();
                    let found = self.check(top, shelf, condition, component, &parameters, &mut measured);
                    outcome = Some(self.checked(top, position, condition, component, (found, &measured)));
                }
                Effect::Decided { condition, component, outcome: decided } => {
                    let found = if decided == Outcome::Success {
                        Ok(())
                    } else {
                        Err(Trouble::condition(Cause::Policy, "it lacks a parameter, or is no dependency"))
                    };
                    outcome = Some(self.checked(top, position, condition, component, (found, &Measured::default())));
                }
                Effect::Perform { directive: Directive::Unlink, component, .. } => {
                    outcome = match self.unlink(&mut stack, component, shelf) {
                        Ok(done) => done,
                        Err(trouble) => Some(self.troubled(trouble)),
                    };
                    match (outcome, stack.last_mut()) {
                        (Some(outcome), Some(top)) => self.record(top, position, outcome, &Measured::default()),
                        (None, Some(level)) => {
                            level.opened_by = position;
                            self.recorder.enter(component);
                        }
                        (_, None) => {}
                    }
                }
                Effect::Perform { directive, component, parameters } => {
                    let done = match self.perform(top, position, directive, component, &parameters) {
                        Ok(()) => Outcome::Success,
                        Err(trouble) => self.troubled(trouble),
                    };
                    self.record(top, position, done, &Measured::default());
                    outcome = Some(done);
                }
                Effect::Process { section, component } => {
                    top.processed.insert(component);
                    match self.enter(&stack, component, section, shelf, &kept) {
                        Ok(mut level) => {
                            self.recorder.enter(component);
                            level.opened_by = position;
                            stack.push(level);
                        }
                        Err(trouble) => {
                            outcome = Some(self.troubled(trouble));
                            if let Some(top) = stack.last_mut() {
                                self.record(top, position, Outcome::Failure, &Measured::default());
                            }
                        }
                    }
                }
                Effect::Completed(section) => {
                    self.lockstep(top, section, shelf).map_err(|trouble| self.refused(trouble))?;
                    outcome = Some(Outcome::Success);
                }
                Effect::Finished => {
                    let Some(ended) = stack.pop() else { return Ok(()) };
                    let Some(parent) = stack.last_mut() else { return Ok(()) };
                    kept.insert(ended.path.clone(), ended.set());
                    ended.carry_out(parent);
                    self.recorder.leave();
                    let done = match ended.then {
                        Then::GoOn => Outcome::Success,
                        Then::Remove(at) => match self.uninstalled(at, &ended.key) {
                            Ok(()) => Outcome::Success,
                            Err(trouble) => self.troubled(trouble),
                        },
                    };
                    self.record(parent, ended.opened_by, done, &Measured::default());
                    outcome = Some(done);
                }
                Effect::Failed(failure) => {
                    self.recorder.failed(position, failure);
                    let trouble = Trouble::aborted(failure, self.trouble.take());
                    return Err(self.failed(trouble, Self::at(top, position)));
                }
                _ => {
                    return Err(self.refused(Trouble::new(
                        Reason::CommandUnsupported,
                        Cause::Policy,
                        "a command is not supported",
                    )));
                }
            }
        }
    }

    /// Tells what came of a condition.
    fn checked(
        &mut self,
        level: &Level<'_>,
        position: Option<Position>,
        condition: Condition,
        component: u32,
        (found, measured): (Result<(), Trouble>, &Measured),
    ) -> Outcome {
        let failed = found.as_ref().err().map(|trouble| trouble.detail.as_str());
        let name = self.name(level, component);
        self.event(&Event::Checked { path: &level.path, position, condition, component: &name, failed });
        let outcome = match found {
            Ok(()) => Outcome::Success,
            Err(trouble) => self.troubled(Trouble { detail: format!("{name}: {}", trouble.detail), ..trouble }),
        };
        self.record(level, position, outcome, measured);
        outcome
    }

    /// Puts a command on record, if its policy says so.
    fn record(&mut self, level: &Level<'_>, position: Option<Position>, outcome: Outcome, measured: &Measured) {
        let Some(position) = position else { return };
        let index = usize::try_from(position.component).ok();
        let component = index.and_then(|index| level.opened.manifest().common().components().nth(index));
        if let (Outcome::Failure, Some(trouble)) = (outcome, &self.trouble) {
            self.recorder.because(trouble.reason);
        }
        self.recorder.record(position, outcome, component, &measured.parameters());
    }

    fn event(&mut self, event: &Event<'_>) {
        if !self.silent {
            self.watch.event(event);
        }
    }

    /// Tells what a report says now.
    pub(crate) fn tell(&mut self) {
        report(&self.recorder, &self.about, self.watch);
    }

    /// Something fails that is no command.
    pub(crate) fn refused(&mut self, trouble: Trouble) -> Failed {
        self.recorder.refused(trouble.reason, 0);
        self.failed(trouble, None)
    }

    fn troubled(&mut self, trouble: Trouble) -> Outcome {
        self.trouble = Some(trouble);
        Outcome::Failure
    }

    fn failed(&self, trouble: Trouble, at: Option<(Vec<u32>, Position)>) -> Failed {
        trouble.into_failed(at, self.places.changed)
    }

    fn at(level: &Level<'_>, position: Option<Position>) -> Option<(Vec<u32>, Position)> {
        position.map(|position| (level.path.clone(), position))
    }

    /// Tells of a section when its first command is there.
    fn section(&mut self, level: &mut Level<'_>, position: Option<Position>) {
        let section = position.map(|position| position.section);
        if section.is_some() && section != level.section {
            level.processed.clear();
        }
        if let Some(section) = section.filter(|section| Some(*section) != level.section) {
            level.section = Some(section);
            self.event(&Event::Section { path: &level.path, section });
        }
    }

    /// At the end of a section that of every dependency has been run, if it has one (draft-ietf-suit-trust-domains §5.1). The drafts'
    /// examples do not keep to that; the lenient profile lets them.
    // SUIT-54
    fn lockstep<'a>(&mut self, level: &Level<'a>, section: Section, shelf: &'a Shelf) -> Result<(), Trouble> {
        if self.request.trust.profile == Profile::Lenient || section == Section::Uninstall {
            return Ok(());
        }
        for index in level.opened.program.dependencies().filter(|index| !level.processed.contains(index)) {
            let at = level.seat(index)?;
            if self.places.seat(at)?.now.length.is_none() {
                continue;
            }
            let opened = self.open(at, shelf, &[])?;
            if opened.manifest().keys().any(|key| key == section.key()) {
                let detail = format!("section {} of the dependency in component {index} was not run", section.key());
                return Err(Trouble::operation(Cause::Policy, detail));
            }
        }
        Ok(())
    }

    fn name(&self, level: &Level<'_>, component: u32) -> String {
        let seat = level.seat(component).and_then(|at| self.places.seat(at));
        seat.map_or_else(|_| format!("component {component}"), |seat| seat.name.clone())
    }
}

/// Tells what a report says.
pub(crate) fn report(recorder: &Recorder<'_>, about: &About<'_>, watch: &mut dyn Watch) {
    let mut bytes = vec![0; REPORT];
    let mut writer = Writer::new(SliceSink::new(&mut bytes));
    if recorder.write(about, &mut writer).is_ok() {
        watch.event(&Event::Report(writer.into_inner().written()));
    }
}

/// Bytes of a report: of its records, and of what stands around them.
pub(crate) const RECORDS: usize = 256 * 1024;
const REPORT: usize = RECORDS + 64 * 1024;
