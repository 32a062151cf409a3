//! A manifest that is running.

use std::collections::{BTreeMap, BTreeSet};

use suitpack_core::limits::COMPONENTS;
use suitpack_core::manifest::{ComponentId, Section};
use suitpack_core::report::Reason;
use suitpack_package::Cause;
use suitpack_processor::{Failure, Parameters, Position, Procedure, Processor};

use super::keys::called;
use crate::failed::Trouble;
use crate::opened::{Mandate, Opened};
use crate::places::Places;

/// A manifest that is running: the root, or a dependency within another.
pub(crate) struct Level<'a> {
    pub(crate) opened: Opened<'a>,
    pub(crate) processor: Box<Processor<'a, COMPONENTS>>,
    /// The components of the device that those of the manifest are.
    seats: BTreeMap<u32, usize>,
    /// What stands before the identifiers of its components.
    pub(crate) prefix: Vec<Vec<u8>>,
    /// The component indices that lead to it.
    pub(crate) path: Vec<u32>,
    /// What its state is kept under.
    pub(crate) key: String,
    pub(crate) section: Option<Section>,
    /// The dependencies of which this section was run.
    pub(crate) processed: BTreeSet<u32>,
    pub(crate) then: Then,
    /// What those may speak for who signed the root that runs it; nothing for the root itself.
    pub(crate) backer: Option<Mandate>,
    /// What the state of those is kept under who run it.
    pub(crate) above: Vec<String>,
    /// Components in which the root takes the place of manifests without a name, which are nobody in particular: its own, if it has
    /// a name and speaks for everything.
    pub(crate) takes_over: BTreeSet<String>,
    /// The command of the dependent that runs it.
    pub(crate) opened_by: Option<Position>,
}

/// What follows when a dependency ended well.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Then {
    /// The dependent goes on.
    GoOn,
    /// The component that holds it is given up.
    Remove(usize),
}

impl<'a> Level<'a> {
    pub(crate) fn new(
        opened: Opened<'a>,
        procedure: Procedure,
        places: &Places<'_>,
        prefix: Vec<Vec<u8>>,
        path: Vec<u32>,
        key: String,
    ) -> Result<Self, Trouble> {
        let seats = seats(&opened, &prefix, places)?;
        let processor = Processor::new(opened.program, procedure).map_err(refused)?;
        let (processed, then) = (BTreeSet::new(), Then::GoOn);
        let processor = Box::new(processor);
        let (backer, above) = (None, Vec::new());
        let takes_over = opened.manifest().component_id().is_some() && opened.mandate.all;
        let named = opened.manifest().common().components().filter(|_| takes_over);
        let takes_over = named.map(|id| called(&id)).collect();
        Ok(Self {
            opened,
            processor,
            seats,
            prefix,
            path,
            key,
            section: None,
            processed,
            then,
            backer,
            above,
            takes_over,
            opened_by: None,
        })
    }

    /// What the dependent has set is set in this dependency too; for components of its own, what its last section left
    /// (draft-ietf-suit-trust-domains §5.4).
    // SUIT-53
    pub(crate) fn carry_in(&mut self, parent: &Self, section: Section, own: &[(u32, Parameters<'a>)]) -> Result<(), Trouble> {
        let outer = |inner| self.seats.get(&inner).and_then(|at| index(&parent.seats, *at));
        let mut processor = parent.processor.dependency(self.opened.program, section, outer).map_err(refused)?;
        for (component, parameters) in own.iter().filter(|(component, _)| outer(*component).is_none()) {
            processor.set_parameters(*component, *parameters).map_err(refused)?;
        }
        *self.processor = processor;
        Ok(())
    }

    /// The component of the device.
    pub(crate) fn seat(&self, component: u32) -> Result<usize, Trouble> {
        let unknown = || Trouble::new(Reason::ComponentUnsupported, Cause::Policy, format!("there is no component {component}"));
        self.seats.get(&component).copied().ok_or_else(unknown)
    }

    /// The components of the device that it has.
    pub(crate) fn seats(&self) -> impl Iterator<Item = usize> {
        self.seats.values().copied()
    }

    /// The version it says its components have.
    pub(crate) fn version(&self) -> Option<Vec<i64>> {
        self.opened.manifest().version().map(Iterator::collect)
    }

    /// The parameters of all components for which any is set.
    pub(crate) fn set(&self) -> Vec<(u32, Parameters<'a>)> {
        let each = self.seats.keys().filter_map(|component| Some((*component, *self.processor.parameters(*component)?)));
        each.filter(|(_, parameters)| *parameters != Parameters::default()).collect()
    }

    /// What a dependency has set stays set in its dependent (draft-ietf-suit-trust-domains §5.4).
    // SUIT-53
    pub(crate) fn carry_out(&self, parent: &mut Self) {
        let seats = &parent.seats;
        let outer = |inner| self.seats.get(&inner).and_then(|at| index(seats, *at));
        parent.processor.returned(&self.processor, outer);
    }
}

/// The index by which a manifest names a component.
fn index(seats: &BTreeMap<u32, usize>, at: usize) -> Option<u32> {
    seats.iter().find(|(_, other)| **other == at).map(|(index, _)| *index)
}

fn refused(failure: Failure) -> Trouble {
    Trouble::aborted(failure, None)
}

/// The components of the device that those of a manifest are; all of them have to be there before anything is done.
// SUIT-11, SUIT-14
fn seats(opened: &Opened<'_>, prefix: &[Vec<u8>], places: &Places<'_>) -> Result<BTreeMap<u32, usize>, Trouble> {
    let find = |id: ComponentId<'_>| {
        let segments: Vec<&[u8]> = prefix.iter().map(Vec::as_slice).chain(id.segments()).collect();
        if !opened.mandate.covers(&segments) {
            let detail = format!("nobody who signed it may speak for {}", suitpack_package::component_name(&id));
            return Err(Trouble::new(Reason::ComponentUnauthorised, Cause::NotTrusted, detail));
        }
        places.find(segments.iter().copied()).ok_or_else(|| {
            let detail = format!("the device has no component {}", suitpack_package::component_name(&id));
            Trouble::new(Reason::ComponentUnsupported, Cause::Policy, detail)
        })
    };
    let common = opened.manifest().common();
    let mut seats = BTreeMap::new();
    for (index, id) in (0..).zip(common.components()) {
        seats.insert(index, find(id)?);
    }
    // In the drafts' examples a dependency may stand behind the components, and its prefix is its identifier.
    for dependency in common.dependencies().into_iter().flatten() {
        if let (false, Some(id)) = (seats.contains_key(&dependency.index), dependency.prefix) {
            seats.insert(dependency.index, find(id)?);
        }
    }
    Ok(seats)
}
