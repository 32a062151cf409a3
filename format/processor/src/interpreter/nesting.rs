//! Sequences: opening one, the next for another component, and the end.

use suitpack_core::manifest::command::{Condition, TryEach};
use suitpack_core::manifest::{ComponentIndex, Sequence};

use super::Processor;
use crate::effect::{Effect, Failure};
use crate::frame::{Frame, Isolation, Role};
use crate::order::Order;
use crate::targets::Targets;

impl<'a, const COMPONENTS: usize> Processor<'a, COMPONENTS> {
    /// §6.4, §8.4.8.15: a failed condition ends its sequence; what that means depends on what opened the sequence.
    pub(super) fn condition_failed(&mut self, condition: Condition) -> Result<(), Failure> {
        self.pending = None;
        let frame = self.close()?;
        if !frame.failures_are_soft() {
            return Err(Failure::ConditionFailed(condition));
        }
        match frame.role {
            Role::Arm { mut behind, all } => match behind.next() {
                Some(sequence) => {
                    self.index = ComponentIndex::One(frame.component);
                    self.open(Frame { sequence, role: Role::Arm { behind, all }, soft_failure: None, ..frame })
                }
                None if all.otherwise_succeed() => self.next_arm(all, all, frame.rest, frame.outer_index),
                None => Err(Failure::NoArmSucceeded),
            },
            Role::Run { whole } => self.next_run(whole, &frame),
            Role::Shared | Role::Section => Err(Failure::ConditionFailed(condition)),
        }
    }

    pub(super) fn sequence_ended(&mut self) -> Result<Option<Effect<'a>>, Failure> {
        let frame = self.close()?;
        match frame.role {
            Role::Arm { all, .. } => self.next_arm(all, all, frame.rest, frame.outer_index)?,
            Role::Run { whole } => self.next_run(whole, &frame)?,
            Role::Shared => self.open_section(Role::Section)?,
            Role::Section => {
                self.order.section_ended();
                self.position = None;
                return Ok(self.section.map(Effect::Completed));
            }
        }
        Ok(None)
    }

    /// Opens the first arm for the next component, or returns to the index from before.
    // SUIT-24, SUIT-35, SUIT-38
    pub(super) fn next_arm(
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
        let role = Role::Arm { behind: arms, all };
        let isolation = self.isolation_within();
        self.open(Frame { rest, outer_index, isolation, ..Frame::top(sequence, role, component) })
    }

    /// Opens the sequence of a run-sequence for the first component. Without strict order it may run beside others, so it has to
    /// keep to itself (§6.7).
    pub(super) fn run_sequence(&mut self, whole: Sequence<'a>, rest: Targets<'a>) -> Result<(), Failure> {
        let outer_order = (!self.order.is_strict()).then_some(self.order);
        let first = Frame::top(whole, Role::Run { whole }, 0);
        let outer_index = self.index;
        self.next_run(whole, &Frame { rest, outer_index, isolation: self.isolation_within(), outer_order, ..first })
    }

    /// Opens the sequence for the next component, or returns to the index from before.
    // SUIT-36
    fn next_run(&mut self, whole: Sequence<'a>, before: &Frame<'a>) -> Result<(), Failure> {
        self.index = before.outer_index;
        let mut rest = before.rest;
        let Some(component) = rest.next() else { return Ok(()) };
        self.index = ComponentIndex::One(component);
        let outer_order = before.outer_order.map(|_| core::mem::replace(&mut self.order, Order::isolated()));
        let isolation = match (outer_order, before.outer_index) {
            (None, _) => before.isolation,
            (Some(_), ComponentIndex::One(_)) => Isolation::Opens,
            (Some(_), ComponentIndex::All | ComponentIndex::Many(_)) => Isolation::Holds,
        };
        let role = Role::Run { whole };
        let first = Frame::top(whole, role, component);
        self.open(Frame { rest, outer_index: before.outer_index, isolation, outer_order, ..first })
    }

    /// Goes on to the next section the manifest has; the shared sequence runs before each (§8.4.5).
    pub(super) fn next_section(&mut self) -> Option<Effect<'a>> {
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
        self.start = sequence.position().saturating_sub(sequence.offset());
        self.shared = matches!(role, Role::Shared);
        self.position = None;
        self.open(Frame::top(sequence, role, 0))
    }

    /// What holds for a sequence within the one that is running.
    fn isolation_within(&self) -> Isolation {
        self.frames.top().map_or(Isolation::None, |frame| frame.isolation)
    }

    fn open(&mut self, frame: Frame<'a>) -> Result<(), Failure> {
        self.frames.push(frame).ok_or(Failure::Unreadable)
    }

    /// Ends the innermost sequence. What an isolated one touched now counts for those beside it.
    fn close(&mut self) -> Result<Frame<'a>, Failure> {
        let frame = self.frames.pop().ok_or(Failure::Unreadable)?;
        if let Some(mut order) = frame.outer_order {
            order.take_in(&self.order);
            self.order = order;
        }
        Ok(frame)
    }
}
