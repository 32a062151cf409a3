//! Sequences: opening one, the next for another component, and the end.

use suitpack_core::manifest::command::{Condition, TryEach};
use suitpack_core::manifest::{ComponentIndex, Sequence};

use super::{Aborted, Processor};
use crate::effect::{Effect, Failure};
use crate::frame::{Frame, Isolation, Role};
use crate::order::Order;
use crate::targets::Targets;

impl<'a, const COMPONENTS: usize> Processor<'a, COMPONENTS> {
    /// §6.4, §8.4.8.15: a failed condition ends its sequence; what that means depends on what opened the sequence.
    pub(super) fn condition_failed(&mut self, condition: Condition) -> Result<(), Aborted> {
        self.pending = None;
        let frame = self.frames.top_mut().filter(|frame| frame.failures_are_soft());
        let Some(frame) = frame else { return self.abort(Failure::ConditionFailed(condition)) };
        if let Role::Arm { behind, all } = &mut frame.role {
            if let Some(sequence) = behind.next() {
                (frame.sequence, frame.soft_failure) = (sequence, None);
                self.index = ComponentIndex::One(frame.component);
                return Ok(());
            }
            if !all.otherwise_succeed() {
                return self.abort(Failure::NoArmSucceeded);
            }
        }
        self.again()
    }

    pub(super) fn sequence_ended(&mut self) -> Result<Option<Effect<'a>>, Aborted> {
        let Some(frame) = self.frames.top() else { return self.abort(Failure::Unreadable) };
        match frame.role {
            Role::Arm { .. } | Role::Run { .. } => self.again()?,
            Role::Shared => {
                self.frames.pop();
                self.open_section(Role::Section)?;
            }
            Role::Section => {
                self.frames.pop();
                self.order.section_ended();
                self.position = None;
                return Ok(self.section.map(Effect::Completed));
            }
        }
        Ok(None)
    }

    // SUIT-24, SUIT-35, SUIT-38
    pub(super) fn try_each(&mut self, all: TryEach<'a>, targets: Targets<'a>) -> Result<(), Aborted> {
        self.nest(Role::Arm { behind: all, all }, targets, None)
    }

    /// Without strict order the sequence may run beside others, so it has to keep to itself (§6.7).
    // SUIT-36
    pub(super) fn run_sequence(&mut self, whole: Sequence<'a>, targets: Targets<'a>) -> Result<(), Aborted> {
        let outer_order = (!self.order.is_strict()).then(|| core::mem::replace(&mut self.order, Order::isolated()));
        self.nest(Role::Run { whole }, targets, outer_order)
    }

    /// Opens a sequence within the one that is running, for the first component.
    fn nest(&mut self, role: Role<'a>, rest: Targets<'a>, outer_order: Option<Order>) -> Result<(), Aborted> {
        let Some(frame) = self.frames.push_another() else { return self.abort(Failure::Unreadable) };
        (frame.role, frame.rest, frame.outer_index, frame.outer_order) = (role, rest, self.index, outer_order);
        self.again()
    }

    /// Begins the innermost sequence anew for the next component, or ends it and returns to the index from before.
    fn again(&mut self) -> Result<(), Aborted> {
        let Some(frame) = self.frames.top_mut() else { return self.abort(Failure::Unreadable) };
        // What an isolated one touched now counts for those beside it.
        if let Some(order) = &mut frame.outer_order {
            order.take_in(&self.order);
        }
        let Some(component) = frame.rest.next() else {
            self.index = copied(&frame.outer_index);
            if let Some(order) = &frame.outer_order {
                self.order = copied(order);
            }
            self.frames.pop();
            return Ok(());
        };
        self.index = ComponentIndex::One(component);
        (frame.component, frame.soft_failure) = (component, None);
        match &mut frame.role {
            Role::Arm { behind, all } => {
                *behind = *all;
                let Some(first) = behind.next() else { return self.abort(Failure::Unreadable) };
                frame.sequence = first;
            }
            Role::Run { whole } => frame.sequence = *whole,
            Role::Shared | Role::Section => {}
        }
        if frame.outer_order.is_some() {
            self.order = Order::isolated();
            let single = matches!(frame.outer_index, ComponentIndex::One(_));
            frame.isolation = if single { Isolation::Opens } else { Isolation::Holds };
        }
        Ok(())
    }

    /// Goes on to the next section the manifest has; the shared sequence runs before each (§8.4.5).
    pub(super) fn next_section(&mut self) -> Result<Option<Effect<'a>>, Aborted> {
        let Some((section, rest)) = self.sections.split_first() else { return Ok(Some(Effect::Finished)) };
        self.sections = rest;
        self.section = Some(*section);
        match self.program.has(*section) {
            true => self.open_section(Role::Shared).map(|()| None),
            false => Ok(None),
        }
    }

    fn open_section(&mut self, role: Role<'a>) -> Result<(), Aborted> {
        self.index = ComponentIndex::One(0);
        let section = self.section.and_then(|section| self.program.section(section));
        let Some(section) = section else { return self.abort(Failure::Unreadable) };
        let (role, sequence) = match (role, self.program.shared) {
            (Role::Shared, Some(shared)) => (Role::Shared, shared),
            _ => (Role::Section, section),
        };
        self.start = sequence.position().saturating_sub(sequence.offset());
        self.shared = matches!(role, Role::Shared);
        self.position = None;
        match self.frames.push(Frame::top(sequence, role, 0)) {
            Some(()) => Ok(()),
            None => self.abort(Failure::Unreadable),
        }
    }
}

/// The same value. Called, so that the copy is known not to overlap: memmove is as large as all of this file.
#[inline(never)]
const fn copied<T: Copy>(value: &T) -> T {
    *value
}
