//! Where the slots of a component are, and which of them counts.

use std::fs;

use crate::description::{Component, Description, Layout, Location};
use crate::redo::StartError;
use crate::state::{Holding, Owner, Place, State};

/// A slot of a component.
pub(crate) fn place(name: &str, slot: usize) -> Place {
    Place(format!("{name}:{slot}"))
}

/// Where an image waits that is to be copied.
pub(super) fn staging(name: &str) -> Place {
    Place(format!("{name}:staging"))
}

/// The slot that counts: the one the state names, if there is such a one.
pub(crate) fn active(component: &Component, state: &State) -> usize {
    let active = state.components.get(&component.name()).map_or(0, |holding| holding.active);
    if active < slots(&component.layout).len() && turns(&component.layout) { active } else { 0 }
}

/// The locations whose places are numbered.
pub(crate) fn slots(layout: &Layout) -> Vec<&Location> {
    match layout {
        Layout::Alternate(slots) => slots.iter().collect(),
        Layout::Single { slot, .. } | Layout::Working(slot) => vec![slot],
        Layout::Fallback { slot, fallback } => vec![slot, fallback],
        Layout::Swap { primary, secondary } => vec![primary, secondary],
    }
}

/// Whether it is the state that says which slot is active.
const fn turns(layout: &Layout) -> bool {
    matches!(layout, Layout::Alternate(_) | Layout::Fallback { .. })
}

/// Whether its active place may be one side of an exchange: one with a fallback would be neither whole nor given up meanwhile.
pub(super) const fn exchanges(component: &Component) -> bool {
    !matches!(component.layout, Layout::Fallback { .. })
}

/// The state of a device on which nothing was installed yet.
fn factory(description: &Description) -> State {
    let mut state = State { of: Owner::of(&description.identity), ..State::default() };
    for component in &description.components {
        let name = component.name();
        let mut first = None;
        for (slot, location) in slots(&component.layout).into_iter().enumerate() {
            if let Some(length) = content(location) {
                state.lengths.insert(place(&name, slot), length);
                first = first.or(Some(slot));
            }
        }
        let active = first.filter(|_| turns(&component.layout)).unwrap_or_default();
        let version = component.version.clone();
        let fallback = version.clone().filter(|_| active == 1 && !exchanges(component));
        state.components.insert(name, Holding { active, version, fallback, ..Holding::default() });
    }
    state
}

/// What a device knows, by its newest record, or without one by its description.
///
/// # Errors
/// If the record is that of another device.
pub(crate) fn remembered(description: &Description, record: Option<State>) -> Result<State, StartError> {
    let Some(state) = record else { return Ok(factory(description)) };
    let own = Owner::of(&description.identity);
    match state.of.differs(&own) {
        Some(which) => Err(StartError::Another(which)),
        None => Ok(State { of: state.of.clone().or(own), ..state }),
    }
}

/// Bytes of what is in a location, if there is anything.
fn content(location: &Location) -> Option<u64> {
    let file = || {
        let file = fs::metadata(&location.path).ok().filter(fs::Metadata::is_file)?;
        Some(file.len().saturating_sub(location.offset).min(location.size))
    };
    location.content.or_else(file).filter(|length| *length > 0)
}
