//! The loop: effects of the processor, carried out on the places of the device.

mod enter;
mod keys;
mod level;
mod perform;
mod standing;
mod tell;

use std::collections::{BTreeMap, BTreeSet};

use suitpack_core::manifest::command::Directive;
use suitpack_core::report::Reason;
use suitpack_package::Cause;
use suitpack_processor::report::{About, Recorder};
use suitpack_processor::{Effect, Outcome, Parameters, Procedure};

use crate::conditions::World;
use crate::failed::{Failed, Trouble};
use crate::measured::Measured;
use crate::opened::{Opened, Shelf};
use crate::places::Places;
use crate::request::{Request, Source};
use crate::state::Floors;
use crate::watch::Watch;
pub(crate) use enter::{rightful, rollback};
pub(crate) use keys::{called, dependency_key, root_key};
use level::{Level, Then};
pub(crate) use tell::{RECORDS, report};

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
    /// Sequence numbers of dependencies by the names they have for themselves.
    pub(crate) numbers: BTreeMap<String, u64>,
    /// Components that hold dependencies, and the manifests that run them.
    pub(crate) uses: BTreeSet<(String, String)>,
    /// The same, given up.
    pub(crate) unlinked: BTreeSet<(String, String)>,
    /// The root that was installed, and the components in which it has dependencies.
    pub(crate) root: Option<(String, BTreeSet<String>)>,
    /// Manifests that were uninstalled.
    pub(crate) gone: BTreeSet<String>,
    /// Components whose content others depend on and that had rotted, with the digest of the manifest that has to be there again.
    pub(crate) mended: BTreeMap<String, (usize, String)>,
    /// Components that were written, found right by whoever wrote them before, or given up.
    pub(crate) written: BTreeMap<String, Written>,
}

/// What becomes of a component's standing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Written {
    /// The manifest that wrote it last, if one did.
    pub(crate) by: Option<String>,
    pub(crate) given_up: bool,
    /// Whether it holds something else than before.
    pub(crate) replaced: bool,
    /// Dependencies that brought or validated it.
    pub(crate) needed: BTreeSet<String>,
    pub(crate) floors: Floors,
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
                    self.begins(top, position, Directive::Unlink, component);
                    let name = self.name(top, component);
                    outcome = match self.go_on().and_then(|()| self.unlink(&mut stack, component, shelf)) {
                        Ok(done) => done,
                        Err(trouble) => Some(self.troubled(trouble.of(&name))),
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
                    let performed = self.go_on().and_then(|()| self.perform(top, position, directive, component, &parameters));
                    let done = match performed {
                        Ok(()) => Outcome::Success,
                        // Whatever failed because somebody stopped it.
                        Err(trouble) => {
                            let trouble = self.go_on().err().unwrap_or(trouble);
                            self.troubled(trouble)
                        }
                    };
                    self.record(top, position, done, &Measured::default());
                    outcome = Some(done);
                }
                Effect::Process { section, component } => {
                    top.processed.insert(component);
                    self.begins(top, position, Directive::ProcessDependency, component);
                    let name = self.name(top, component);
                    match self.go_on().and_then(|()| self.enter(&stack, component, section, shelf, &kept)) {
                        Ok(mut level) => {
                            self.recorder.enter(component);
                            level.opened_by = position;
                            stack.push(level);
                        }
                        Err(trouble) => {
                            outcome = Some(self.troubled(trouble.of(&name)));
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
}
