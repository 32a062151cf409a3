//! The loop of a simple device: one thing after the other, and each waited for.

use suitpack_core::manifest::Section;

use crate::effect::{Effect, Failure, Outcome};
use crate::interpreter::Processor;
use crate::platform::Platform;

/// Runs a procedure to its end.
///
/// Dependencies run in processors of their own, for which `within` has room: as many as may stand within one another, none if the
/// slice is empty. A dependency beyond that fails. All of them share the work that one processor may do.
///
/// ```
/// # use suitpack_processor::{Failure, Platform, Procedure, Processor, Program, drive};
/// # fn install<'a>(program: Program<'a>, device: &mut impl Platform<'a>) -> Result<(), Failure> {
/// let mut processor = Processor::<4>::new(program, Procedure::Update)?;
/// drive(&mut processor, &mut [None, None], device)
/// # }
/// ```
///
/// # Errors
/// What aborted it: where a dependency failed, what failed there.
pub fn drive<'a, const COMPONENTS: usize>(
    root: &mut Processor<'a, COMPONENTS>,
    within: &mut [Option<Processor<'a, COMPONENTS>>],
    platform: &mut impl Platform<'a>,
) -> Result<(), Failure> {
    let mut effect = root.begin();
    let mut levels = Levels { root, within, depth: 0, cause: None };
    loop {
        let outcome = match &effect {
            Effect::Check { condition, component, parameters } => platform.check(*condition, *component, parameters),
            Effect::Decided { outcome, .. } => *outcome,
            Effect::Perform { directive, component, parameters } => platform.perform(*directive, *component, parameters),
            Effect::Process { section, component } => match levels.enter(*section, *component, platform) {
                Some(first) => {
                    effect = first;
                    continue;
                }
                None => Outcome::Failure,
            },
            Effect::Completed(section) => {
                platform.completed(*section);
                effect = levels.running().resume(Outcome::Success);
                continue;
            }
            Effect::Finished if levels.leave(Outcome::Success, platform) => Outcome::Success,
            Effect::Finished => return Ok(()),
            Effect::Failed(failure) => {
                levels.failed(*failure, platform);
                if !levels.leave(Outcome::Failure, platform) {
                    return Err(levels.cause.unwrap_or(*failure));
                }
                Outcome::Failure
            }
        };
        if let Some(position) = levels.running().position() {
            platform.report(position, outcome);
        }
        effect = levels.running().resume(outcome);
    }
}

/// The root and the dependencies that run within one another.
struct Levels<'l, 'a, const COMPONENTS: usize> {
    root: &'l mut Processor<'a, COMPONENTS>,
    within: &'l mut [Option<Processor<'a, COMPONENTS>>],
    depth: usize,
    /// What failed first.
    cause: Option<Failure>,
}

impl<'a, const COMPONENTS: usize> Levels<'_, 'a, COMPONENTS> {
    /// The innermost.
    fn running(&mut self) -> &mut Processor<'a, COMPONENTS> {
        let inner = self.depth.checked_sub(1).and_then(|at| self.within.get_mut(at)).and_then(Option::as_mut);
        inner.unwrap_or(self.root)
    }

    /// Begins a dependency; none if it cannot be run.
    fn enter(&mut self, section: Section, component: u32, platform: &mut impl Platform<'a>) -> Option<Effect<'a>> {
        let (outer, free) = self.within.split_at_mut_checked(self.depth)?;
        let outer = outer.last().and_then(Option::as_ref).unwrap_or(self.root);
        let place = free.first_mut()?;
        let program = platform.process(section, component)?;
        match outer.dependency(program, section, |inner| platform.outer(inner)) {
            Ok(inner) => {
                self.depth = self.depth.saturating_add(1);
                Some(place.insert(inner).begin())
            }
            Err(failure) => {
                self.cause.get_or_insert(failure);
                platform.failed(None, failure);
                platform.left(Outcome::Failure);
                None
            }
        }
    }

    /// Goes back to the dependent; false if there is none.
    fn leave(&mut self, outcome: Outcome, platform: &mut impl Platform<'a>) -> bool {
        let Some(depth) = self.depth.checked_sub(1) else { return false };
        let Some((outer, inner)) = self.within.split_at_mut_checked(depth) else { return false };
        let outer = outer.last_mut().and_then(Option::as_mut).unwrap_or(self.root);
        if let (Some(Some(inner)), Outcome::Success) = (inner.first(), outcome) {
            outer.returned(inner, |inner| platform.outer(inner));
        }
        platform.left(outcome);
        self.depth = depth;
        true
    }

    fn failed(&mut self, failure: Failure, platform: &mut impl Platform<'a>) {
        self.cause.get_or_insert(failure);
        let position = self.running().position();
        platform.failed(position, failure);
    }
}
