//! The interpreter: commands in, effects out.

use suitpack_core::limits::SEQUENCE_NESTING;
use suitpack_core::manifest::command::{Command, Condition, Directive, TryEach};
use suitpack_core::manifest::parameter::Parameter;
use suitpack_core::manifest::{ComponentIndex, Section, Sequence, Source};
use suitpack_core::registry::command as key;

use crate::effect::{Effect, Failure, Outcome};
use crate::parameters::Parameters;
use crate::program::{Procedure, Program};
use crate::targets::Targets;

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
    frames: [Option<Frame<'a>>; FRAMES],
    depth: usize,
    pending: Option<Pending<'a>>,
    steps: u32,
}

/// A sequence being run.
#[derive(Clone, Copy, Debug)]
struct Frame<'a> {
    sequence: Sequence<'a>,
    role: Role<'a>,
    soft_failure: bool,
    /// Components for which the command that opened this frame is still to be run, and the index to return to.
    rest: Targets<'a>,
    outer_index: ComponentIndex<'a>,
    /// The index with which the sequence began; the next arm begins with it too, whatever this one set.
    inner_index: ComponentIndex<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Role<'a> {
    Shared,
    Section,
    /// An arm, with those behind it and all of them for the next component.
    Arm {
        behind: TryEach<'a>,
        all: TryEach<'a>,
    },
    Run {
        whole: Sequence<'a>,
    },
}

/// A command that is being applied to one component after the other.
#[derive(Clone, Copy, Debug)]
struct Pending<'a> {
    command: Acting,
    targets: Targets<'a>,
}

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
    pub fn new(program: Program<'a>, procedure: Procedure) -> Result<Self, Failure> {
        if program.components > COMPONENTS {
            return Err(Failure::ComponentUnsupported);
        }
        Ok(Self {
            program,
            sections: procedure.sections(),
            section: None,
            parameters: [Parameters::default(); COMPONENTS],
            index: ComponentIndex::One(0),
            frames: [None; FRAMES],
            depth: 0,
            pending: None,
            steps: STEPS,
        })
    }

    /// Runs up to the first effect.
    pub fn begin(&mut self) -> Effect<'a> {
        self.run().unwrap_or_else(Effect::Failed)
    }

    /// Runs up to the next effect, told what became of the last. The outcome of [`Effect::Completed`] does not matter.
    pub fn resume(&mut self, outcome: Outcome) -> Effect<'a> {
        let told = match (outcome, self.pending) {
            (Outcome::Failure, Some(Pending { command: Acting::Condition(condition), .. })) => self.condition_failed(condition),
            (Outcome::Failure, Some(Pending { command: Acting::Directive(directive), .. })) => {
                Err(Failure::DirectiveFailed(directive))
            }
            _ => Ok(()),
        };
        told.and_then(|()| self.run()).unwrap_or_else(Effect::Failed)
    }

    /// Whether the condition that was handed out may fail without aborting the procedure.
    #[must_use]
    pub fn may_fail(&self) -> bool {
        self.top().is_some_and(|frame| frame.soft_failure)
    }

    fn run(&mut self) -> Result<Effect<'a>, Failure> {
        loop {
            self.steps = self.steps.checked_sub(1).ok_or(Failure::TooMuchWork)?;
            if let Some(pending) = &mut self.pending {
                let (command, target) = (pending.command, pending.targets.next());
                match target {
                    None => self.pending = None,
                    Some(component) => {
                        if let Some(effect) = self.apply(command, component)? {
                            return Ok(effect);
                        }
                    }
                }
                continue;
            }
            let Some(frame) = self.top_mut() else {
                let Some(effect) = self.next_section() else { continue };
                return Ok(effect);
            };
            match frame.sequence.next_command().map_err(|_| Failure::Unreadable)? {
                Some(command) => self.execute(command)?,
                None => {
                    if let Some(effect) = self.sequence_ended()? {
                        return Ok(effect);
                    }
                }
            }
        }
    }

    /// Hands out an acting command for one component, unless its result is known without the platform.
    fn apply(&mut self, command: Acting, component: u32) -> Result<Option<Effect<'a>>, Failure> {
        let parameters = *self.of(component)?;
        match command {
            Acting::Condition(condition) if !parameters.suffice_for_condition(condition) => {
                self.condition_failed(condition).map(|()| None)
            }
            Acting::Condition(condition) => Ok(Some(Effect::Check { condition, component, parameters })),
            Acting::Directive(directive) if !parameters.suffice_for_directive(directive) => {
                Err(Failure::ParameterMissing(directive))
            }
            // §8.4.10.5, spec/transform.md: what is to be read from another component has to be there.
            Acting::Directive(directive) if !self.has_source(directive, component, &parameters) => {
                Err(Failure::DirectiveFailed(directive))
            }
            Acting::Directive(directive) => Ok(Some(Effect::Perform { directive, component, parameters })),
        }
    }

    /// Whether a directive that reads from a component names one of the manifest that is not its target.
    fn has_source(&self, directive: Directive, component: u32, parameters: &Parameters<'a>) -> bool {
        let reads = match directive {
            Directive::Copy | Directive::Swap => true,
            Directive::Transform => parameters.transform.is_some_and(|transform| transform.source == Source::Component),
            _ => false,
        };
        let source = parameters.source_component;
        let inside = source.and_then(|source| usize::try_from(source).ok()).is_some_and(|source| source < self.program.components);
        !reads || (inside && source != Some(u64::from(component)))
    }

    fn execute(&mut self, command: Command<'a>) -> Result<(), Failure> {
        let targets = Targets::of(self.index, self.program.components);
        match command {
            Command::Condition(condition, _) if !is_processed(condition) => {
                return Err(Failure::CommandUnsupported(condition.code()));
            }
            Command::Directive(directive @ (Directive::ProcessDependency | Directive::Wait | Directive::Unlink), _) => {
                return Err(Failure::CommandUnsupported(directive.code()));
            }
            Command::Condition(condition, _) => self.pending = Some(Pending { command: Acting::Condition(condition), targets }),
            Command::Directive(directive, _) => self.pending = Some(Pending { command: Acting::Directive(directive), targets }),
            Command::SetComponentIndex(index) => self.index = index,
            Command::OverrideParameters(parameters) => {
                for parameter in parameters {
                    self.set(parameter, targets)?;
                }
            }
            Command::TryEach(arms) => self.next_arm(arms, arms, targets, self.index)?,
            Command::RunSequence(sequence) => self.next_run(sequence, targets, self.index)?,
            Command::SetParameters(_) => return Err(Failure::CommandUnsupported(key::DIRECTIVE_SET_PARAMETERS)),
            Command::OverrideMultiple(_) => return Err(Failure::CommandUnsupported(key::DIRECTIVE_OVERRIDE_MULTIPLE)),
            Command::CopyParams(_) => return Err(Failure::CommandUnsupported(key::DIRECTIVE_COPY_PARAMS)),
            _ => return Err(Failure::Unreadable),
        }
        Ok(())
    }

    fn set(&mut self, parameter: Parameter<'a>, targets: Targets<'a>) -> Result<(), Failure> {
        for component in targets {
            self.steps = self.steps.checked_sub(1).ok_or(Failure::TooMuchWork)?;
            let slot = usize::try_from(component).ok().and_then(|at| self.parameters.get_mut(at));
            match slot.ok_or(Failure::ComponentUnsupported)?.set(parameter) {
                // Effects are handed out one by one, which is an order that strict-order false allows as well.
                None | Some(Parameter::StrictOrder(_)) => {}
                Some(Parameter::SoftFailure(value)) => {
                    let frame = self.top_mut().filter(|frame| matches!(frame.role, Role::Arm { .. } | Role::Run { .. }));
                    frame.ok_or(Failure::SoftFailureMisplaced)?.soft_failure = value;
                }
                Some(parameter) => return Err(Failure::ParameterUnsupported(parameter.code())),
            }
        }
        Ok(())
    }

    /// §6.4, §8.4.8.15: a failed condition ends its sequence; what that means depends on what opened the sequence.
    fn condition_failed(&mut self, condition: Condition) -> Result<(), Failure> {
        self.pending = None;
        let frame = self.pop().ok_or(Failure::Unreadable)?;
        if !frame.soft_failure {
            return Err(Failure::ConditionFailed(condition));
        }
        match frame.role {
            Role::Arm { mut behind, all } => match behind.next() {
                Some(sequence) => {
                    self.index = frame.inner_index;
                    self.push(Frame { sequence, role: Role::Arm { behind, all }, soft_failure: true, ..frame })
                }
                None if all.otherwise_succeed() => self.next_arm(all, all, frame.rest, frame.outer_index),
                None => Err(Failure::NoArmSucceeded),
            },
            Role::Run { whole } => self.next_run(whole, frame.rest, frame.outer_index),
            Role::Shared | Role::Section => Err(Failure::ConditionFailed(condition)),
        }
    }

    fn sequence_ended(&mut self) -> Result<Option<Effect<'a>>, Failure> {
        let frame = self.pop().ok_or(Failure::Unreadable)?;
        match frame.role {
            Role::Arm { all, .. } => self.next_arm(all, all, frame.rest, frame.outer_index)?,
            Role::Run { whole } => self.next_run(whole, frame.rest, frame.outer_index)?,
            Role::Shared => self.open_section(Role::Section)?,
            Role::Section => return Ok(self.section.map(Effect::Completed)),
        }
        Ok(None)
    }

    /// Opens the first arm for the next component, or returns to the index from before.
    fn next_arm(
        &mut self,
        mut arms: TryEach<'a>,
        all: TryEach<'a>,
        mut rest: Targets<'a>,
        outer_index: ComponentIndex<'a>,
    ) -> Result<(), Failure> {
        self.index = outer_index;
        let Some(component) = rest.next() else { return Ok(()) };
        self.index = ComponentIndex::One(component);
        let sequence = arms.next().ok_or(Failure::Unreadable)?;
        // §8.4.10.2: soft-failure starts as true in each arm.
        self.push(Frame {
            sequence,
            role: Role::Arm { behind: arms, all },
            soft_failure: true,
            rest,
            outer_index,
            inner_index: self.index,
        })
    }

    /// Opens the sequence for the next component, or returns to the index from before.
    fn next_run(&mut self, whole: Sequence<'a>, mut rest: Targets<'a>, outer_index: ComponentIndex<'a>) -> Result<(), Failure> {
        self.index = outer_index;
        let Some(component) = rest.next() else { return Ok(()) };
        self.index = ComponentIndex::One(component);
        self.push(Frame {
            sequence: whole,
            role: Role::Run { whole },
            soft_failure: false,
            rest,
            outer_index,
            inner_index: self.index,
        })
    }

    /// Goes on to the next section the manifest has; the shared sequence runs before each (§8.4.5).
    fn next_section(&mut self) -> Option<Effect<'a>> {
        let Some((section, rest)) = self.sections.split_first() else { return Some(Effect::Finished) };
        self.sections = rest;
        self.section = Some(*section);
        self.program.section(*section)?;
        self.open_section(Role::Shared).err().map(Effect::Failed)
    }

    fn open_section(&mut self, role: Role<'a>) -> Result<(), Failure> {
        self.index = ComponentIndex::One(0);
        let section = self.section.and_then(|section| self.program.section(section)).ok_or(Failure::Unreadable)?;
        let (role, sequence) = match (role, self.program.shared) {
            (Role::Shared, Some(shared)) => (Role::Shared, shared),
            _ => (Role::Section, section),
        };
        let rest = Targets::Range { next: 0, end: 0 };
        self.push(Frame { sequence, role, soft_failure: false, rest, outer_index: self.index, inner_index: self.index })
    }

    fn of(&self, component: u32) -> Result<&Parameters<'a>, Failure> {
        let parameters = usize::try_from(component).ok().and_then(|at| self.parameters.get(at));
        parameters.ok_or(Failure::ComponentUnsupported)
    }

    fn top(&self) -> Option<&Frame<'a>> {
        self.frames.get(self.depth.checked_sub(1)?)?.as_ref()
    }

    fn top_mut(&mut self) -> Option<&mut Frame<'a>> {
        self.frames.get_mut(self.depth.checked_sub(1)?)?.as_mut()
    }

    fn push(&mut self, frame: Frame<'a>) -> Result<(), Failure> {
        *self.frames.get_mut(self.depth).ok_or(Failure::Unreadable)? = Some(frame);
        self.depth = self.depth.saturating_add(1);
        Ok(())
    }

    fn pop(&mut self) -> Option<Frame<'a>> {
        self.depth = self.depth.checked_sub(1)?;
        self.frames.get_mut(self.depth)?.take()
    }
}

/// Whether the condition is one of draft-ietf-suit-manifest.
const fn is_processed(condition: Condition) -> bool {
    matches!(
        condition,
        Condition::VendorIdentifier
            | Condition::ClassIdentifier
            | Condition::ImageMatch
            | Condition::ComponentSlot
            | Condition::CheckContent
            | Condition::Abort
            | Condition::DeviceIdentifier
    )
}

/// A top-level sequence and those that may nest in it.
const FRAMES: usize = SEQUENCE_NESTING.saturating_add(1);

/// Commands times components of one procedure. Set-component-index true within nested sequences multiplies; this bounds the product.
/// Sixty-four components with a hundred commands each in five sections stay below.
const STEPS: u32 = 1 << 15;
