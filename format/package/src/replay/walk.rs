//! One path through the manifest, as far as the report agrees with it.

use suitpack_core::manifest::Section;
use suitpack_core::manifest::command::Directive;
use suitpack_processor::{Effect, Failure, Outcome, Parameters, Position};

use super::case::Case;
use super::device::Device;
use super::measure::{Act, digest_and_size};
use super::nesting::Level;
use super::trace::Trace;
use super::turn::{Asked, Turn, turns};

/// A path that is being followed.
#[derive(Clone, Debug)]
pub(super) struct Walk<'t, 'a> {
    pub(super) levels: Vec<Level<'t, 'a>>,
    pub(super) trace: Trace<'a>,
    pub(super) device: Device<'a>,
    /// Sections that ended well, each with the path to its manifest.
    pub(super) completed: Vec<(Vec<u32>, Section)>,
    /// What was handed out last.
    pub(super) last: Option<Last<'a>>,
    next: Next,
}

/// How a path goes on.
#[derive(Clone, Copy, Debug)]
enum Next {
    Begin,
    Resume(Outcome),
    Take(Turn),
}

/// A command that was handed out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Last<'a> {
    pub(super) act: Act,
    pub(super) position: Position,
    pub(super) set: Parameters<'a>,
}

/// Where a path ends.
#[derive(Debug)]
pub(super) enum End {
    /// The report agrees with it.
    Agrees(Close),
    /// The report parts from it, and this is how.
    Parts(String),
    /// What is needed to go on is not at hand.
    Unknown(String),
}

/// How a procedure ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Close {
    /// Well.
    Finished,
    /// A command failed.
    Failed,
    /// A component is about to be invoked.
    Pending,
    /// A component was invoked, and the report was made before.
    HandedOff,
    /// It was refused, or stopped at a command.
    Stopped,
    /// Everything ran well, and the device failed behind it.
    Undone,
}

impl<'t, 'a> Walk<'t, 'a> {
    pub(super) fn start(case: &Case<'t, 'a>) -> Result<Self, Failure> {
        let level = Level::new(case.root, Vec::new(), case.procedure, case.slots(case.root, &[]), Vec::new())?;
        let (levels, device, completed) = (vec![level], Device::default(), Vec::new());
        Ok(Self { levels, trace: case.trace, device, completed, last: None, next: Next::Begin })
    }

    /// Follows the path to its end; where it may go on in several ways, it takes the first and leaves the others in `open`.
    pub(super) fn follow(&mut self, case: &Case<'t, 'a>, open: &mut Vec<Self>, work: &mut u32) -> End {
        loop {
            let Some(left) = work.checked_sub(1) else { return too_much() };
            *work = left;
            if let Next::Take(turn) = self.next {
                self.take(turn);
            }
            if let (Next::Begin, Some(end)) = (self.next, self.at_section(case, None)) {
                return end;
            }
            let Some(level) = self.levels.last_mut() else { return too_much() };
            let effect = match self.next {
                Next::Resume(outcome) => level.processor.resume(outcome),
                Next::Begin | Next::Take(_) => level.processor.begin(),
            };
            let ended = match effect {
                Effect::Check { condition, component, parameters } => {
                    self.acts(case, Act::Check(condition), component, parameters, None, open)
                }
                Effect::Decided { condition, component, outcome } => {
                    let set = level.processor.parameters(component).copied().unwrap_or_default();
                    self.acts(case, Act::Check(condition), component, set, Some(outcome), open)
                }
                Effect::Perform { directive: Directive::Unlink, component, parameters } => {
                    self.unlink(case, component, parameters, open)
                }
                Effect::Perform { directive, component, parameters } => {
                    self.acts(case, Act::Perform(directive), component, parameters, None, open)
                }
                Effect::Process { section, component } => {
                    *work = work.saturating_sub(ENTERING);
                    self.process(case, section, component, open)
                }
                Effect::Completed(section) => {
                    self.completed.push((level.path.clone(), section));
                    self.next = Next::Resume(Outcome::Success);
                    self.at_section(case, Some(section))
                }
                Effect::Finished if self.levels.len() > 1 => self.returned(case, open),
                Effect::Finished => Some(self.finished(case)),
                Effect::Failed(failure) => Some(self.failed(case, failure)),
                _ => Some(End::Unknown(String::from("this version does not know what the manifest does there"))),
            };
            if let Some(end) = ended {
                return end;
            }
        }
    }

    /// Chooses how a command went, and leaves the other ways in `open`.
    pub(super) fn acts(
        &mut self,
        case: &Case<'t, 'a>,
        act: Act,
        component: u32,
        set: Parameters<'a>,
        decided: Option<Outcome>,
        open: &mut Vec<Self>,
    ) -> Option<End> {
        let level = self.levels.last_mut()?;
        let position = level.processor.position()?;
        self.last = Some(Last { act, position, set });
        if let Some(end) = self.stops(case, act, &position) {
            return Some(end);
        }
        let level = self.levels.last_mut()?;
        level.before = Some((position.key(), position.offset));
        let known = match act {
            Act::Check(condition) => {
                let dependency = level.node.program.is_dependency(component);
                self.device.decide(condition, level.slot(component), &set, dependency)
            }
            Act::Perform(_) => None,
        };
        let soft = level.processor.may_fail() && act.is_condition();
        let asked = Asked { act, position, path: &level.path, set: &set, decided, known, soft, next: self.trace.peek() };
        match turns(case, &asked) {
            Err(words) => Some(End::Parts(words)),
            Ok(turns) => {
                if open.len().saturating_add(turns.len()) > OPEN {
                    return Some(too_much());
                }
                let mut turns = turns.into_iter();
                self.next = Next::Take(turns.next()?);
                open.extend(turns.map(|turn| Self { next: Next::Take(turn), ..self.clone() }));
                None
            }
        }
    }

    /// Goes on with the first command of a manifest.
    pub(super) const fn begin(&mut self) {
        self.next = Next::Begin;
    }

    /// The same path, on which what was handed out last fails.
    pub(super) fn failing(&self, position: Position) -> Self {
        let mut path = self.clone();
        let set = Parameters::default();
        path.last = Some(Last { act: Act::Perform(Directive::ProcessDependency), position, set });
        path.next = Next::Resume(Outcome::Failure);
        path
    }

    fn take(&mut self, turn: Turn) {
        self.next = Next::Resume(turn.outcome);
        let record = if turn.recorded { self.trace.next() } else { None };
        let measured = record.map(|(_, record)| digest_and_size(record.properties)).unwrap_or_default();
        let (Some(Last { act, position, set }), Some(level)) = (self.last, self.levels.last()) else { return };
        let slot = level.slot(position.component);
        match act {
            Act::Check(condition) => {
                let dependency = level.node.program.is_dependency(position.component);
                self.device.learn(condition, slot, &set, turn.outcome, dependency, measured);
            }
            Act::Perform(directive) if turn.outcome == Outcome::Success => {
                let source = set.source_component.and_then(|index| u32::try_from(index).ok()).map(|index| level.slot(index));
                self.device.perform(directive, slot, source, &set, measured, self.trace.records);
            }
            Act::Perform(Directive::Invoke | Directive::Wait | Directive::ProcessDependency) => {}
            // What it left behind nobody knows.
            Act::Perform(_) => self.device.spoil(slot),
        }
    }
}

pub(super) fn too_much() -> End {
    End::Unknown(String::from("there are more ways through the manifest than are followed"))
}

/// Ways waiting hold a state of some kilobytes each.
pub(super) const OPEN: usize = 256;

/// What it takes to enter a dependency, in effects.
const ENTERING: u32 = 64;
