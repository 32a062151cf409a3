//! The sequences being run, one within the other.

use suitpack_core::limits::SEQUENCE_NESTING;
use suitpack_core::manifest::command::TryEach;
use suitpack_core::manifest::{ComponentIndex, Sequence};

use crate::order::Order;
use crate::targets::Targets;

/// A sequence being run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame<'a> {
    pub(crate) sequence: Sequence<'a>,
    pub(crate) role: Role<'a>,
    /// As set in this sequence; it is neither inherited nor does it outlive it (§8.4.8.15).
    pub(crate) soft_failure: Option<bool>,
    /// Components for which the command that opened this frame is still to be run, and the index to return to.
    pub(crate) rest: Targets<'a>,
    pub(crate) outer_index: ComponentIndex<'a>,
    /// The component with which the sequence began; the next arm begins with it too, whatever index this one set.
    pub(crate) component: u32,
    pub(crate) isolation: Isolation,
    /// The order around a sequence that is isolated from those beside it.
    pub(crate) outer_order: Option<Order>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Role<'a> {
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

/// Whether the component index may be set: a sequence that may run beside others keeps its own (§6.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Isolation {
    /// Nothing runs beside it.
    None,
    /// Its first command has to set the index.
    Opens,
    /// The index stays as it is.
    Holds,
}

impl<'a> Frame<'a> {
    /// A sequence with nothing around it to return to.
    pub(crate) const fn top(sequence: Sequence<'a>, role: Role<'a>, component: u32) -> Self {
        Self {
            sequence,
            role,
            soft_failure: None,
            rest: Targets::One(None),
            outer_index: ComponentIndex::One(component),
            component,
            isolation: Isolation::None,
            outer_order: None,
        }
    }

    /// Whether a failed condition ends this sequence only: by itself in an arm (§8.4.10.2), not otherwise (§8.4.10.8).
    pub(crate) fn failures_are_soft(&self) -> bool {
        self.soft_failure.unwrap_or(matches!(self.role, Role::Arm { .. }))
    }
}

/// Frames within one another.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frames<'a> {
    frames: [Option<Frame<'a>>; FRAMES],
    depth: usize,
}

impl<'a> Frames<'a> {
    #[cfg_attr(target_os = "none", inline(never))]
    pub(crate) fn top(&self) -> Option<&Frame<'a>> {
        self.frames.get(self.depth.checked_sub(1)?)?.as_ref()
    }

    #[cfg_attr(target_os = "none", inline(never))]
    pub(crate) fn top_mut(&mut self) -> Option<&mut Frame<'a>> {
        self.frames.get_mut(self.depth.checked_sub(1)?)?.as_mut()
    }

    /// `None` if there is no room, which the nesting allowed in a manifest never comes to.
    #[cfg_attr(target_os = "none", inline(never))]
    pub(crate) fn push(&mut self, frame: Frame<'a>) -> Option<()> {
        *self.frames.get_mut(self.depth)? = Some(frame);
        self.depth = self.depth.saturating_add(1);
        Some(())
    }

    /// One more frame, which is as the top one until it is changed.
    #[cfg_attr(target_os = "none", inline(never))]
    pub(crate) fn push_another(&mut self) -> Option<&mut Frame<'a>> {
        let top = *self.top()?;
        self.push(top)?;
        self.top_mut()
    }

    #[cfg_attr(target_os = "none", inline(never))]
    pub(crate) fn pop(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        if let Some(frame) = self.frames.get_mut(self.depth) {
            *frame = None;
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Frame<'a>> {
        self.frames.iter().flatten()
    }
}

/// A top-level sequence and those that may nest in it.
const FRAMES: usize = SEQUENCE_NESTING.saturating_add(1);
