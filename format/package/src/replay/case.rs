//! What a replay starts from, the same for every path.

use core::cell::RefCell;
use std::collections::BTreeMap;

use suitpack_core::Profile;
use suitpack_core::manifest::ComponentId;
use suitpack_core::report::{Record, Report};
use suitpack_processor::{Position, Procedure};

use super::content::Slot;
use super::ending::{Ending, NOWHERE};
use super::layout::sequence_name;
use super::measure::command_name;
use super::trace::Trace;
use super::tree::Node;

/// Components by their names, and names by their components.
#[derive(Debug, Default)]
struct Names {
    slots: BTreeMap<Vec<Vec<u8>>, Slot>,
    names: Vec<Vec<Vec<u8>>>,
}

/// One report about one manifest, held against one procedure.
#[derive(Debug)]
pub(super) struct Case<'t, 'a> {
    pub(super) root: &'t Node<'a>,
    pub(super) dependencies: &'t [Node<'a>],
    pub(super) trace: Trace<'a>,
    pub(super) ending: Ending<'a>,
    pub(super) procedure: Procedure,
    /// Records of success may be missing although the policy asks for them, and those of conditions be there although it does not.
    pub(super) lenient: bool,
    /// The components of the device, by the segments of their identifiers.
    names: RefCell<Names>,
}

impl<'t, 'a> Case<'t, 'a> {
    pub(super) fn new(
        root: &'t Node<'a>,
        dependencies: &'t [Node<'a>],
        report: &Report<'a>,
        procedure: Procedure,
        profile: Profile,
    ) -> Self {
        let (trace, ending) = (Trace::new(report.entries()), Ending::new(report.result()));
        let lenient = profile == Profile::Lenient;
        Self { root, dependencies, trace, ending, procedure, lenient, names: RefCell::default() }
    }

    /// The slots of a manifest's components, in order of their indices; `before` stands before their identifiers.
    pub(super) fn slots(&self, node: &Node<'a>, before: &[Vec<u8>]) -> Vec<Slot> {
        let common = node.manifest.common();
        let listed = common.components().map(|id| self.slot([before, &segments(&id)].concat()));
        let mut slots: Vec<Slot> = listed.collect();
        // Dependencies that the lenient profile lets stand behind the components have no identifier.
        while u64::try_from(slots.len()).is_ok_and(|count| count < node.indices()) {
            let nameless = format!("dependency {}", slots.len());
            slots.push(self.slot([before, &[nameless.into_bytes()]].concat()));
        }
        slots
    }

    /// The slot of a component.
    pub(super) fn slot(&self, name: Vec<Vec<u8>>) -> Slot {
        let mut known = self.names.borrow_mut();
        let next = known.names.len();
        if let Some(slot) = known.slots.get(&name) {
            return *slot;
        }
        known.slots.insert(name.clone(), next);
        known.names.push(name);
        next
    }

    /// The components whose names end in one.
    pub(super) fn ending_with(&self, name: &[Vec<u8>]) -> Vec<Slot> {
        let known = self.names.borrow();
        known.slots.iter().filter(|(known, _)| known.ends_with(name)).map(|(_, slot)| *slot).collect()
    }

    /// What a slot is called.
    pub(super) fn name(&self, slot: Slot) -> String {
        let segments = self.names.borrow().names.get(slot).cloned().unwrap_or_default();
        segments.iter().map(|segment| crate::name::segment(segment)).collect::<Vec<_>>().join("/")
    }
}

/// The segments of an identifier.
pub(super) fn segments(id: &ComponentId<'_>) -> Vec<Vec<u8>> {
    id.segments().map(<[u8]>::to_vec).collect()
}

/// The place of a command in words.
pub(super) fn place(command: i64, path: &[u32], position: &Position) -> String {
    let Position { offset, component, .. } = position;
    let sequence = sequence_name(position.key());
    format!(
        "{} at offset {offset} of {sequence}{}, component {component},",
        command_name(command),
        of_manifest(path.iter().copied())
    )
}

/// The place that a record names, in words.
pub(super) fn told(record: &Record<'_>) -> String {
    let of = of_manifest(record.manifest.take(SHOWN));
    if record.section == NOWHERE {
        return format!("no command{of}");
    }
    format!("offset {} of {}{of}, component {}", record.offset, sequence_name(record.section), record.component)
}

fn of_manifest<N: core::fmt::Display>(path: impl Iterator<Item = N>) -> String {
    let path: Vec<String> = path.map(|index| index.to_string()).collect();
    if path.is_empty() { String::new() } else { format!(" of dependency [{}]", path.join(", ")) }
}

/// Indices of a path that are shown; dependencies nest less deep.
const SHOWN: usize = 8;
