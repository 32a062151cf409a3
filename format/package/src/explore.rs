//! One path through the sequences, on a platform that only records.

mod platform;

use std::rc::Rc;

use suitpack_core::limits::COMPONENTS;
use suitpack_core::manifest::Section;
use suitpack_processor::{Effect, Failure, Outcome, Parameters, Procedure, Processor, Program};

use crate::bindings::OPEN_PATHS;
pub use platform::Facts;
pub(crate) use platform::Platform;

/// A procedure on the way, or a section of one that a dependent runs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Leg<'a> {
    pub(crate) procedure: Procedure,
    /// Whether nothing is set at its start: it is not part of the procedure before it.
    pub(crate) fresh: bool,
    /// What the dependent has set for components of this manifest.
    pub(crate) inherited: Vec<(u32, Parameters<'a>)>,
}

impl Leg<'_> {
    /// A procedure of its own.
    pub(crate) const fn of(procedure: Procedure) -> Self {
        Self { procedure, fresh: true, inherited: Vec::new() }
    }
}

/// A dependency is run.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Visit<'a> {
    /// Which procedure of the dependent it is, counted from 1.
    pub(crate) procedure: usize,
    pub(crate) section: Section,
    /// What the dependent has set when that happens, by component.
    pub(crate) set: Rc<[(u32, Parameters<'a>)]>,
}

/// A path that is being followed.
pub(crate) struct Path<'a> {
    processor: Box<Processor<'a, COMPONENTS>>,
    platform: Platform<'a>,
    /// Where it is among the legs.
    leg: usize,
    procedure: usize,
    resume_with: Option<Outcome>,
}

/// Where a path that was followed to the end of a leg goes on.
pub(crate) enum End<'a> {
    /// With the next leg.
    Next(Path<'a>),
    /// Nowhere: this is what was recorded on the way.
    Reached(Platform<'a>),
}

impl<'a> Path<'a> {
    /// At the start of the first leg.
    pub(crate) fn start(program: &Program<'a>, legs: &[Leg<'a>], platform: Platform<'a>) -> Result<Self, Failure> {
        let procedure = legs.first().map_or(Procedure::Update, |leg| leg.procedure);
        let processor = Box::new(Processor::new(*program, procedure)?);
        let mut path = Self { processor, platform, leg: 0, procedure: 1, resume_with: None };
        path.inherit(legs)?;
        Ok(path)
    }

    /// Follows the path to the end of its leg; where a condition may go either way it goes well, and the other way is a fork.
    pub(crate) fn follow(mut self, program: &Program<'a>, legs: &[Leg<'a>]) -> (Result<End<'a>, Failure>, Vec<Self>) {
        let mut forks = Vec::new();
        let mut effect = match self.resume_with {
            None => self.processor.begin(),
            Some(outcome) => self.processor.resume(outcome),
        };
        loop {
            let outcome = match effect {
                Effect::Finished => return (self.next_leg(program, legs), forks),
                Effect::Failed(failure) => return (Err(failure), forks),
                Effect::Perform { directive, component, parameters } => self.platform.perform(directive, component, &parameters),
                Effect::Process { section, component } => {
                    let set = set(&self.processor).collect();
                    self.platform.visit(component, Visit { procedure: self.procedure, section, set });
                    Outcome::Success
                }
                Effect::Check { condition, component, parameters } => {
                    match self.platform.decide(condition, component, &parameters) {
                        Some(known) => known,
                        // More forks than are ever followed: whoever made this wants to fill memory.
                        None if self.processor.may_fail() && forks.len() >= OPEN_PATHS => {
                            return (Err(Failure::TooMuchWork), Vec::new());
                        }
                        None if self.processor.may_fail() => {
                            let mut platform = self.platform.clone();
                            platform.learn(condition, component, &parameters, Outcome::Failure);
                            let processor = self.processor.clone();
                            forks.push(Self { processor, platform, resume_with: Some(Outcome::Failure), ..self });
                            Outcome::Success
                        }
                        // Failing here aborts: such a path uses nothing.
                        None => Outcome::Success,
                    }
                }
                _ => Outcome::Success,
            };
            if let (Effect::Check { condition, component, parameters }, Outcome::Success) = (effect, outcome) {
                self.platform.learn(condition, component, &parameters, Outcome::Success);
            }
            effect = self.processor.resume(outcome);
        }
    }

    fn next_leg(mut self, program: &Program<'a>, legs: &[Leg<'a>]) -> Result<End<'a>, Failure> {
        self.leg += 1;
        let Some(leg) = legs.get(self.leg) else { return Ok(End::Reached(self.platform)) };
        let before = core::mem::replace(&mut self.processor, Box::new(Processor::new(*program, leg.procedure)?));
        if leg.fresh {
            self.procedure += 1;
        } else {
            for (component, parameters) in set(&before) {
                self.processor.set_parameters(component, parameters)?;
            }
        }
        self.resume_with = None;
        self.inherit(legs)?;
        Ok(End::Next(self))
    }

    /// TD §5.4: what the dependent has set is set in the dependency.
    fn inherit(&mut self, legs: &[Leg<'a>]) -> Result<(), Failure> {
        for (component, inherited) in legs.get(self.leg).map_or(&[][..], |leg| &leg.inherited) {
            let own = self.processor.parameters(*component).copied().unwrap_or_default();
            self.processor.set_parameters(*component, own.overridden_by(inherited))?;
        }
        Ok(())
    }
}

/// The components for which anything is set, and what.
fn set<'a>(processor: &Processor<'a, COMPONENTS>) -> impl Iterator<Item = (u32, Parameters<'a>)> {
    let each = (0..).take(COMPONENTS).filter_map(|component| Some((component, *processor.parameters(component)?)));
    each.filter(|(_, parameters)| *parameters != Parameters::default())
}
