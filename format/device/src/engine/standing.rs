//! Who may write over what others have written.
//!
//! A manifest with a suit-manifest-component-id is counted under it wherever it comes from. One without is nobody in particular: as a
//! root it counts with all the others, and as a dependency by where it lies. So that it is not let in older by another way, each
//! component remembers the numbers of those without a name that wrote it; and as a dependency, such a one writes nothing but what
//! those may speak for who run it.

use suitpack_core::report::Reason;
use suitpack_package::Cause;

use super::level::Level;
use super::{Engine, Written};
use crate::failed::Trouble;
use crate::opened::Rights;
use crate::state::Floor;

impl Engine<'_, '_> {
    /// Whether a manifest may write a component, or give it up in an update, by what was written there before.
    pub(super) fn may_write(&self, level: &Level<'_>, at: usize) -> Result<(), Trouble> {
        if level.is_named() {
            return Ok(());
        }
        let refused = |detail: String| Err(Trouble::new(Reason::Unauthorised, Cause::Policy, detail));
        if !level.path.is_empty() {
            let id: Vec<&[u8]> = self.places.component(at)?.id.iter().map(Vec::as_slice).collect();
            if level.backers.iter().any(|rights| rights.cover(&id)) {
                return Ok(());
            }
            return refused(String::from("nobody who may speak for it runs this dependency, which has no name of its own"));
        }
        let name = &self.places.seat(at)?.name;
        let holding = self.places.state.components.get(name);
        let floor = holding.and_then(|holding| holding.floor.of(level.speaks_for_all())).unwrap_or_default();
        let number = level.sequence();
        if number >= floor {
            return Ok(());
        }
        refused(format!("sequence number {number} is lower than {floor}, which a manifest without a name needs for what is there"))
    }

    /// A manifest wrote a component.
    pub(super) fn wrote(&mut self, level: &Level<'_>, at: usize) -> Result<(), Trouble> {
        let (name, all) = (self.places.seat(at)?.name.clone(), level.speaks_for_all());
        let number = if level.is_named() {
            // The last of those without a name is not to follow one that has a name.
            let root = self.places.state.manifests.get(NAMELESS).filter(|_| all);
            root.map(|root| root.sequence.saturating_add(1))
        } else {
            Some(level.sequence())
        };
        let written = self.ledger.written.entry(name).or_default();
        written.by = Some(level.key.clone());
        written.floor.raise(&Floor::from(all, number));
        Ok(())
    }

    /// Whether what a component holds was written by another manifest that is still installed, and that `level` does not run alone.
    pub(super) fn is_anothers(&self, level: &Level<'_>, name: &str) -> bool {
        let state = &self.places.state;
        let now = self.ledger.written.get(name).map(|Written { by, .. }| by.as_ref());
        let by = now.unwrap_or_else(|| state.components.get(name).and_then(|holding| holding.by.as_ref()));
        let Some(by) = by.filter(|by| **by != level.key) else { return false };
        let known = self.ledger.manifests.contains_key(by) || state.manifests.get(by).is_some_and(|known| known.digest.is_some());
        let installed = known && !self.ledger.gone.contains(by);
        let mut users = self.users(by).peekable();
        let own = users.peek().is_some() && users.all(|user| *user == level.key);
        installed && !own
    }
}

impl Level<'_> {
    pub(super) const fn sequence(&self) -> u64 {
        self.opened.manifest().sequence_number()
    }

    pub(super) fn is_named(&self) -> bool {
        self.opened.manifest().component_id().is_some()
    }

    const fn speaks_for_all(&self) -> bool {
        matches!(self.opened.rights, Rights::Everything)
    }
}

/// What all roots without a name count under whose signers may speak for everything.
pub(super) const NAMELESS: &str = "root";
