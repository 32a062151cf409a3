//! The interpreter: commands in, effects out.

mod acting;
mod dependency;
mod nesting;
mod setting;

use suitpack_core::manifest::command::{Command, Condition, Directive};
use suitpack_core::manifest::{ComponentIndex, Section};

use crate::effect::{Effect, Failure, Outcome};
use crate::frame::{Frames, Isolation};
use crate::order::Order;
use crate::parameters::Parameters;
use crate::position::Position;
use crate::program::{Procedure, Program};
use crate::targets::{Slots, Targets};

/// Runs one procedure of a program with up to `COMPONENTS` components.
///
/// Call [`Processor::begin`] once and [`Processor::resume`] with the outcome of each effect until [`Effect::Finished`] or
/// [`Effect::Failed`].
#[derive(Clone, Debug)]
pub struct Processor<'a, const COMPONENTS: usize> {
    program: Program<'a>,
    sections: &'static [Section],
    section: Option<Section>,
    parameters: [Parameters<'a>; COMPONENTS],
    index: ComponentIndex<'a>,
    order: Order,
    /// Dependencies whose integrity was checked in this procedure and that were not written since.
    intact: Slots,
    /// Components that commands of this procedure wrote.
    written: Slots,
    frames: Frames<'a>,
    pending: Option<Pending<'a>>,
    /// Of the command that is running.
    position: Option<Position>,
    /// Where the top-level sequence that is running begins, and whether it is the shared one.
    start: usize,
    shared: bool,
    steps: u32,
    /// Why it was aborted.
    failed: Option<Failure>,
}

/// A command that is being applied to one component after the other.
#[derive(Clone, Copy, Debug)]
struct Pending<'a> {
    command: Acting,
    targets: Targets<'a>,
    /// The component it was handed out for.
    component: u32,
    /// Its outcome, where that was known without the platform.
    decided: Option<Outcome>,
}

/// The procedure is aborted. Why is kept in the processor, since it takes more than a register to say.
#[derive(Clone, Copy, Debug)]
struct Aborted;

#[derive(Clone, Copy, Debug)]
enum Acting {
    Condition(Condition),
    Directive(Directive),
}

impl<'a, const COMPONENTS: usize> Processor<'a, COMPONENTS> {
    /// Prepares a procedure; all parameters are unset (§6.1).
    ///
    /// # Errors
    /// [`Failure::ComponentUnsupported`] if the manifest has more than `COMPONENTS` components.
    // SUIT-12, SUIT-14
    pub fn new(program: Program<'a>, procedure: Procedure) -> Result<Self, Failure> {
        let extent = usize::try_from(program.components.extent());
        if extent.map_or(true, |extent| extent > COMPONENTS) {
            return Err(Failure::ComponentUnsupported);
        }
        Ok(Self {
            program,
            sections: procedure.sections(),
            section: None,
            parameters: [Parameters::default(); COMPONENTS],
            index: ComponentIndex::One(0),
            order: Order::default(),
            intact: Slots::default(),
            written: Slots::default(),
            frames: Frames::default(),
            pending: None,
            position: None,
            start: 0,
            shared: false,
            steps: STEPS,
            failed: None,
        })
    }

    /// Runs up to the first effect. Later, an effect that was handed out counts as failed.
    pub fn begin(&mut self) -> Effect<'a> {
        self.resume(Outcome::Failure)
    }

    /// Runs up to the next effect, told what became of the last. The outcome of [`Effect::Completed`] and [`Effect::Decided`] does not
    /// matter. Behind [`Effect::Finished`] and [`Effect::Failed`] they come again and again.
    pub fn resume(&mut self, outcome: Outcome) -> Effect<'a> {
        if self.failed.is_none()
            && let Ok(effect) = self.told(outcome).and_then(|()| self.run())
        {
            return effect;
        }
        Effect::Failed(self.failed.unwrap_or(Failure::Unreadable))
    }

    /// Whether the condition that was handed out may fail without aborting the procedure.
    #[must_use]
    pub fn may_fail(&self) -> bool {
        let aborts = matches!(self.pending, Some(Pending { command: Acting::Condition(Condition::DependencyIntegrity), .. }));
        !aborts && self.frames.top().is_some_and(crate::frame::Frame::failures_are_soft)
    }

    /// Where the command stands whose effect was handed out last, or that failed; none between sections, before the first, and in a
    /// build without the feature `places`.
    ///
    /// With a component index of true, or an array, a command is handed out once for each component, each time with a position of
    /// its own.
    // SUIT-43
    #[must_use]
    pub const fn position(&self) -> Option<Position> {
        self.position
    }

    /// What is set for a component.
    #[must_use]
    pub fn parameters(&self, component: u32) -> Option<&Parameters<'a>> {
        self.of(component)
    }

    /// Sets all parameters of a component, before the procedure begins or between two effects: those that a dependent had set, or
    /// that a dependency left behind (draft-ietf-suit-trust-domains §5.4).
    ///
    /// # Errors
    /// [`Failure::ComponentUnsupported`] if there is no such component.
    // SUIT-53
    pub fn set_parameters(&mut self, component: u32, parameters: Parameters<'a>) -> Result<(), Failure> {
        *self.of_mut(component).ok_or(Failure::ComponentUnsupported)? = parameters;
        Ok(())
    }

    // SUIT-34, SUIT-41
    fn told(&mut self, outcome: Outcome) -> Result<(), Aborted> {
        let Some(Pending { command, component, decided, .. }) = self.pending else { return Ok(()) };
        match (command, decided.unwrap_or(outcome)) {
            (Acting::Condition(Condition::DependencyIntegrity), Outcome::Success) => {
                self.intact = self.intact.with(component);
                Ok(())
            }
            // TD §5.6.4: an immediate abort, no soft failure.
            (Acting::Condition(Condition::DependencyIntegrity), Outcome::Failure) => {
                self.abort(Failure::DependencyNotIntact(component))
            }
            (Acting::Condition(condition), Outcome::Failure) => self.condition_failed(condition),
            (Acting::Directive(directive), Outcome::Failure) => self.abort(Failure::DirectiveFailed(directive)),
            (_, Outcome::Success) => Ok(()),
        }
    }

    fn run(&mut self) -> Result<Effect<'a>, Aborted> {
        loop {
            self.step()?;
            if let Some(pending) = &mut self.pending {
                let (command, target) = (pending.command, pending.targets.next());
                match target {
                    None => self.pending = None,
                    Some(component) => {
                        (pending.component, pending.decided) = (component, None);
                        if cfg!(feature = "places")
                            && let Some(position) = &mut self.position
                        {
                            position.component = component;
                        }
                        return self.apply(command, component);
                    }
                }
                continue;
            }
            let Some(frame) = self.frames.top_mut() else {
                // SUIT-22
                let Some(effect) = self.next_section()? else { continue };
                return Ok(effect);
            };
            let at = frame.sequence.position();
            match frame.sequence.next_command() {
                Err(_) => return self.abort(Failure::Unreadable),
                Ok(Some(command)) => {
                    if cfg!(feature = "places") {
                        self.position = self.place(at, &command);
                    }
                    self.execute(command)?;
                }
                Ok(None) => {
                    if let Some(effect) = self.sequence_ended()? {
                        return Ok(effect);
                    }
                }
            }
        }
    }

    fn place(&self, at: usize, command: &Command<'a>) -> Option<Position> {
        let policy = match command {
            Command::Condition(_, policy) | Command::Directive(_, policy) => u64::from(policy.0),
            _ => 0,
        };
        let offset = u64::try_from(at.saturating_sub(self.start)).ok()?;
        let component = Targets::of(self.index, self.program.components).next().unwrap_or(0);
        Some(Position { section: self.section?, shared: self.shared, offset, component, policy })
    }

    fn execute(&mut self, command: Command<'a>) -> Result<(), Aborted> {
        self.keep_isolation(&command)?;
        let all = match command {
            // TD §5.6.2: true stands for all dependencies.
            Command::Directive(Directive::ProcessDependency, _) => self.program.dependencies,
            _ => self.program.components,
        };
        let targets = Targets::of(self.index, all);
        match command {
            Command::Condition(condition, _) => self.act(Acting::Condition(condition), targets),
            Command::Directive(directive, _) => self.act(Acting::Directive(directive), targets),
            Command::SetComponentIndex(index) => self.index = index,
            #[cfg(feature = "trust-domains")]
            Command::SetParameters(parameters) => self.set_each(parameters, targets, false)?,
            Command::OverrideParameters(parameters) => self.set_each(parameters, targets, true)?,
            #[cfg(feature = "update-management")]
            Command::OverrideMultiple(multiple) => {
                for (index, parameters) in multiple {
                    // SUIT-62, UM §5.7: an alias of setting the index and then overriding; the last one stays.
                    self.index = ComponentIndex::One(index);
                    self.set_each(parameters, Targets::One(Some(index)), true)?;
                }
            }
            #[cfg(feature = "update-management")]
            Command::CopyParams(copies) => {
                for (source, labels) in copies {
                    self.copy_each(source, labels, targets)?;
                }
            }
            Command::TryEach(arms) => self.try_each(arms, targets)?,
            Command::RunSequence(sequence) => self.run_sequence(sequence, targets)?,
            _ => return self.abort(Failure::Unreadable),
        }
        Ok(())
    }

    #[cfg_attr(target_os = "none", inline(never))]
    const fn act(&mut self, command: Acting, targets: Targets<'a>) {
        self.pending = Some(Pending { command, targets, component: 0, decided: None });
    }

    /// §6.7: a sequence that may run beside others sets the index first or never.
    // SUIT-40
    fn keep_isolation(&mut self, command: &Command<'a>) -> Result<(), Aborted> {
        let Some(frame) = self.frames.top_mut() else { return Ok(()) };
        match (frame.isolation, command) {
            (Isolation::None, _) => {}
            (Isolation::Opens, Command::SetComponentIndex(_)) => frame.isolation = Isolation::Holds,
            (Isolation::Holds, command) if !command.sets_component_index() => {}
            (Isolation::Opens | Isolation::Holds, _) => return self.abort(Failure::SequenceNotIsolated),
        }
        Ok(())
    }

    fn step(&mut self) -> Result<(), Aborted> {
        match self.steps.checked_sub(1) {
            Some(left) => self.steps = left,
            None => return self.abort(Failure::TooMuchWork),
        }
        Ok(())
    }

    fn abort<T>(&mut self, failure: Failure) -> Result<T, Aborted> {
        self.failed = Some(failure);
        Err(Aborted)
    }

    fn of(&self, component: u32) -> Option<&Parameters<'a>> {
        let known = usize::try_from(component).ok().filter(|_| self.program.components.contains(component));
        self.parameters.get(known?)
    }

    fn of_mut(&mut self, component: u32) -> Option<&mut Parameters<'a>> {
        let known = usize::try_from(component).ok().filter(|_| self.program.components.contains(component));
        self.parameters.get_mut(known?)
    }
}

/// Commands times components of one procedure. Set-component-index true within nested sequences multiplies; this bounds the product.
/// Sixty-four components with a hundred commands each in five sections stay below.
const STEPS: u32 = 1 << 15;
