//! Dependencies: their manifests run within the one that depends on them.

use suitpack_core::limits::COMPONENTS;
use suitpack_core::manifest::Section;
use suitpack_core::manifest::command::Directive;
use suitpack_processor::{Failure, Outcome, Parameters, Procedure, Processor};

use super::case::{Case, place, segments};
use super::content::Slot;
use super::ending::is_of;
use super::measure::Act;
use super::tree::{DEPTH, Node, find};
use super::walk::{Close, End, OPEN, Walk, too_much};

/// A manifest that is running.
#[derive(Clone, Debug)]
pub(super) struct Level<'t, 'a> {
    pub(super) node: &'t Node<'a>,
    /// Component indices from the root to it.
    pub(super) path: Vec<u32>,
    pub(super) procedure: Procedure,
    pub(super) processor: Box<Processor<'a, COMPONENTS>>,
    /// The components of the device that its components are.
    pub(super) slots: Vec<Slot>,
    /// What stands before the identifiers of its components.
    prefix: Vec<Vec<u8>>,
    /// Key and offset of the command before.
    pub(super) before: Option<(i64, u64)>,
    /// What made it run.
    by: Directive,
}

impl<'t, 'a> Level<'t, 'a> {
    pub(super) fn new(
        node: &'t Node<'a>,
        path: Vec<u32>,
        procedure: Procedure,
        slots: Vec<Slot>,
        prefix: Vec<Vec<u8>>,
    ) -> Result<Self, Failure> {
        let processor = Box::new(Processor::new(node.program, procedure)?);
        let by = Directive::ProcessDependency;
        Ok(Self { node, path, procedure, processor, slots, prefix, before: None, by })
    }

    /// The slot of a component; all indices that the processor hands out have one.
    pub(super) fn slot(&self, component: u32) -> Slot {
        usize::try_from(component).ok().and_then(|at| self.slots.get(at)).copied().unwrap_or(Slot::MAX)
    }

    /// The component of this manifest that a component of the device is.
    fn index_of(&self, slot: Slot) -> Option<u32> {
        self.slots.iter().position(|known| *known == slot).and_then(|at| u32::try_from(at).ok())
    }
}

impl<'t, 'a> Walk<'t, 'a> {
    /// Runs a section of the dependency in a component.
    pub(super) fn process(&mut self, case: &Case<'t, 'a>, section: Section, component: u32, open: &mut Vec<Self>) -> Option<End> {
        let Some(level) = self.levels.last() else { return Some(End::Parts(String::new())) };
        let path = [level.path.as_slice(), &[component]].concat();
        // It was refused before any of its commands ran.
        if self.trace.peek().is_none() && case.ending.stop().is_some_and(|(record, _)| is_of(record.manifest, &path)) {
            return Some(End::Agrees(Close::Stopped));
        }
        let position = level.processor.position()?;
        // The directive itself failed.
        if case.ending.is_at(&level.path, &position) {
            if open.len() >= OPEN {
                return Some(too_much());
            }
            open.push(self.failing(position));
        }
        self.enter(case, section, component, Directive::ProcessDependency, open)
    }

    /// Gives a component up. If nobody else uses the dependency in it, that is uninstalled (draft-ietf-suit-trust-domains §5.6.5); who
    /// does is not known, but its records are.
    pub(super) fn unlink(&mut self, case: &Case<'t, 'a>, component: u32, set: Parameters<'a>, open: &mut Vec<Self>) -> Option<End> {
        let level = self.levels.last()?;
        let path = [level.path.as_slice(), &[component]].concat();
        let next = self.trace.peek().map(|(_, record)| record).or(case.ending.failure().map(|(record, _)| *record));
        let within = next.is_some_and(|record| {
            let mut manifest = record.manifest;
            path.iter().all(|index| manifest.next() == Some(u64::from(*index)))
        });
        match within {
            true => self.enter(case, Section::Uninstall, component, Directive::Unlink, open),
            false => self.acts(case, Act::Perform(Directive::Unlink), component, set, None, open),
        }
    }

    fn enter(&mut self, case: &Case<'t, 'a>, section: Section, component: u32, by: Directive, open: &mut Vec<Self>) -> Option<End> {
        let level = self.levels.last()?;
        let path = [level.path.as_slice(), &[component]].concat();
        let manifest = self.device.content(level.slot(component)).manifest;
        let Some(node) = manifest.and_then(|digest| find(case.dependencies, &digest)) else {
            return Some(End::Unknown(format!(
                "{} runs a dependency that is not at hand, or that nobody trusted vouches for",
                place(by.code(), &level.path, &level.processor.position()?)
            )));
        };
        if node.first(&[section]).is_none() {
            // TD §5.6.2: without such a section that is a success.
            return self.processed(case, by, open);
        }
        if self.levels.len() > DEPTH {
            return Some(End::Unknown(String::from("dependencies nest deeper than is followed")));
        }
        let prefix = level.node.prefix(component).map(|id| segments(&id)).unwrap_or_default();
        let prefix = [level.prefix.as_slice(), &prefix].concat();
        let slots = case.slots(node, &prefix);
        let outer = |inner: u32| level.index_of(*slots.get(usize::try_from(inner).ok()?)?);
        let Ok(processor) = level.processor.dependency(node.program, section, outer) else {
            return Some(End::Unknown(String::from("a dependency has more components than are followed")));
        };
        let (processor, procedure) = (Box::new(processor), Procedure::Dependency(section));
        self.levels.push(Level { node, path, procedure, processor, slots, prefix, before: None, by });
        self.begin();
        None
    }

    /// The dependency that is running ended well.
    pub(super) fn returned(&mut self, case: &Case<'t, 'a>, open: &mut Vec<Self>) -> Option<End> {
        let inner = self.levels.pop()?;
        let outer = self.levels.last_mut()?;
        let (slots, known) = (&inner.slots, &outer.slots);
        let index_of = |component: u32| {
            let slot = slots.get(usize::try_from(component).ok()?)?;
            known.iter().position(|known| known == slot).and_then(|at| u32::try_from(at).ok())
        };
        outer.processor.returned(&inner.processor, index_of);
        self.processed(case, inner.by, open)
    }

    /// The directive that ran a dependency has succeeded.
    fn processed(&mut self, case: &Case<'t, 'a>, by: Directive, open: &mut Vec<Self>) -> Option<End> {
        let level = self.levels.last()?;
        let component = level.processor.position()?.component;
        let set = level.processor.parameters(component).copied().unwrap_or_default();
        self.acts(case, Act::Perform(by), component, set, Some(Outcome::Success), open)
    }
}
