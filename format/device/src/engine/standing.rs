//! Who may write over what others have written, or take it away.
//!
//! A manifest with a suit-manifest-component-id is counted under it wherever it comes from. One without is nobody in particular: as a
//! root it counts with all the others, and as a dependency by where it lies. So that it is not let in older by another way, each
//! component remembers the numbers of those without a name that wrote it, and whether one with a name did; and as a dependency, such
//! a one writes nothing but what those may speak for who run it.

use suitpack_core::manifest::Section;
use suitpack_core::report::Reason;
use suitpack_package::Cause;

use super::enter::DEPTH;
use super::keys::{dependency_key, held_in, own_key};
use super::level::Level;
use super::{Engine, Written};
use crate::description::Layout;
use crate::failed::Trouble;
use crate::opened::Shelf;
use crate::state::{Floor, Floors, Installed};
use crate::watch::Event;

impl Engine<'_, '_> {
    /// Whether a manifest may write a component, or give it up in an update, by what was written there before.
    pub(super) fn may_write(&self, level: &Level<'_>, at: usize) -> Result<(), Trouble> {
        let refused = |detail: String| Err(Trouble::new(Reason::Unauthorised, Cause::Policy, detail));
        let (number, state) = (level.sequence(), &*self.places.state);
        let own = own_key(&level.opened);
        // What was let in before a newer one was may be run, and does not bring back what that has replaced.
        if let Some((own, known)) =
            own.as_ref().and_then(|own| Some((own, state.number(own)?))).filter(|(_, known)| number < *known)
        {
            return refused(format!("sequence number {number} of {own} is lower than {known}, which was installed before"));
        }
        let name = &self.places.seat(at)?.name;
        let backed = level.path.is_empty() || self.is_backed(level, at)?;
        if own.is_none() && !backed {
            return refused(String::from("nobody who may speak for it runs this dependency, which has no name of its own"));
        }
        let others = |by: &&String| self.is_run(at) && !state.has(by, &level.opened.digest) && self.is_anothers(level, by, backed);
        if let Some(by) = self.writer(name).filter(|by| !backed && others(by)) {
            return refused(format!("nobody who may speak for it runs this dependency, and {by} wrote what is there"));
        }
        let needed = state.components.get(name).map(|holding| holding.needed.iter()).into_iter().flatten();
        let used = |key: &&String| held_in(key).is_some_and(|held| self.users(level, held).next().is_some());
        if let Some(key) = needed.filter(others).find(used) {
            return Err(Trouble::operation(Cause::Policy, format!("others depend on what it holds, which {key} needs")));
        }
        if own.is_some() || !level.path.is_empty() {
            return Ok(());
        }
        let floors = state.components.get(name).map(|holding| holding.floors).unwrap_or_default();
        let floor = if level.opened.mandate.all { floors.all } else { floors.some };
        if floor.named {
            return refused(String::from("a manifest with a name wrote what is there, and this one has none"));
        }
        if number < floor.number {
            return refused(format!("sequence number {number} is lower than {}, by which it was written before", floor.number));
        }
        Ok(())
    }

    /// A manifest wrote a component.
    pub(super) fn wrote(&mut self, level: &Level<'_>, at: usize) -> Result<(), Trouble> {
        let name = self.places.seat(at)?.name.clone();
        let backed = level.path.is_empty() || self.is_backed(level, at)?;
        let writer = self.writer(&name).cloned();
        // The same manifest is the same, under whatever name it is installed.
        let same = writer.as_ref().is_some_and(|by| self.places.state.has(by, &level.opened.digest));
        if let Some(by) = writer.as_ref().filter(|by| !same && self.is_anothers(level, by, backed) && self.is_run(at)) {
            self.event(&Event::Replaces { component: &name, by });
        }
        self.counts(level);
        // Whom nobody backs does not keep others out either.
        let floors = if backed { self.floors(level, at)? } else { Floors::default() };
        let by = if same { writer } else { Some(level.key.clone()).filter(|_| backed) };
        let written = self.ledger.written.entry(name).or_default();
        (written.by, written.given_up, written.replaced) = (by, false, written.replaced || !same);
        written.needed.extend(Some(level.key.clone()).filter(|_| backed && !level.path.is_empty()));
        written.floors.raise(&floors);
        Ok(())
    }

    /// A manifest found a component right; if it is its own, that is as if it had written it.
    pub(super) fn found_right(&mut self, level: &Level<'_>, at: usize) -> Result<(), Trouble> {
        let name = self.places.seat(at)?.name.clone();
        if !self.candidates {
            return Ok(());
        }
        if self.writer(&name) == Some(&level.key) {
            self.counts(level);
            let floors = self.floors(level, at)?;
            self.ledger.written.entry(name.clone()).or_default().floors.raise(&floors);
        }
        // What a dependency validates it needs, whoever brought it.
        if level.section == Some(Section::Validate) && !level.path.is_empty() && self.is_backed(level, at)? {
            self.ledger.written.entry(name).or_default().needed.insert(level.key.clone());
        }
        Ok(())
    }

    /// A dependency that did something counts under its own name. To be carried in is not enough: its conditions may not have been
    /// asked.
    fn counts(&mut self, level: &Level<'_>) {
        let own = own_key(&level.opened).filter(|_| !level.path.is_empty());
        own.into_iter().for_each(|own| self.count(own, level.sequence()));
    }

    /// What others depend on is not changed under them (draft-ietf-suit-trust-domains §5.6.5). What has rotted is not what they depend
    /// on; the same manifest has to be there again in the end.
    pub(super) fn mends(&mut self, at: usize) -> Result<(), Trouble> {
        let seat = self.places.seat(at)?.clone();
        if self.ledger.mended.contains_key(&seat.name) {
            return Ok(());
        }
        let (gone, known) = (seat.now.length.is_none(), seat.now.envelope);
        let rotten = gone || known.is_some_and(|known| self.places.digest_of(at).ok() != Some(known));
        let wanted = self.places.state.manifests.get(&dependency_key(&seat.name)).and_then(|installed| installed.digest.clone());
        match wanted {
            Some(digest) if rotten => drop(self.ledger.mended.insert(seat.name, (at, digest))),
            _ => return Err(Trouble::operation(Cause::Policy, "others depend on what it holds")),
        }
        Ok(())
    }

    /// Whether what was mended holds again what others depend on.
    pub(crate) fn is_mended(&mut self, shelf: &Shelf) -> Result<(), Trouble> {
        for (at, digest) in self.ledger.mended.clone().into_values() {
            if self.open(at, shelf, &[])?.digest != digest {
                return Err(Trouble::operation(Cause::Policy, "others depend on what it held"));
            }
        }
        Ok(())
    }

    /// Whether a component stays as it is though a manifest gives it up.
    pub(super) fn stays(&mut self, level: &Level<'_>, at: usize) -> Result<bool, Trouble> {
        let name = self.places.seat(at)?.name.clone();
        let dependency = !level.path.is_empty();
        let state = &*self.places.state;
        let own = own_key(&level.opened).filter(|own| dependency && *own != level.key && state.is_installed(own));
        let heir = self.heir(level).or(own);
        if let Some(heir) = heir {
            // It needs what the other one brought, and is whose that is now.
            if self.writer(&name) == Some(&level.key) {
                self.ledger.written.entry(name).or_default().by = Some(heir);
            }
            return Ok(true);
        }
        if dependency && !self.is_backed(level, at)? {
            return Ok(true);
        }
        Ok(self.writer(&name).is_some_and(|by| self.is_anothers(level, by, true)))
    }

    /// The name under which the same manifest is installed too.
    fn heir(&self, level: &Level<'_>) -> Option<String> {
        let mut others = self.places.state.manifests.iter();
        let same = |(key, other): &(&String, &Installed)| {
            let digest = other.digest.as_ref() == Some(&level.opened.digest);
            digest && **key != level.key && !self.ledger.gone.contains(*key)
        };
        others.find(same).map(|(key, _)| key.clone())
    }

    /// What a component remembers of a manifest that wrote it.
    fn floors(&self, level: &Level<'_>, at: usize) -> Result<Floors, Trouble> {
        let component = self.places.component(at)?;
        let mut floors = Floors::default();
        if !self.is_run(at) {
            return Ok(floors);
        }
        let named = level.is_named();
        let floor = Floor { number: if named { 0 } else { level.sequence() }, named };
        let id: Vec<&[u8]> = component.id.iter().map(Vec::as_slice).collect();
        let mandate = &level.opened.mandate;
        // What a key for some components brought does not count for the others, whoever signed it; and what counts for all counts for
        // those too who signed it with them: a signature can be taken off.
        let all = mandate.all && (level.path.is_empty() || level.backer.as_ref().is_some_and(|backer| backer.all));
        if all {
            floors.all = floor;
        }
        if !all || mandate.covers_in_part(&id) {
            floors.some = floor;
        }
        Ok(floors)
    }

    pub(super) fn is_backed(&self, level: &Level<'_>, at: usize) -> Result<bool, Trouble> {
        let id: Vec<&[u8]> = self.places.component(at)?.id.iter().map(Vec::as_slice).collect();
        Ok(level.backer.as_ref().is_some_and(|backer| backer.covers(&id)))
    }

    /// The manifest that wrote a component last.
    fn writer<'s>(&'s self, name: &str) -> Option<&'s String> {
        match self.ledger.written.get(name) {
            Some(Written { given_up: true, .. }) => None,
            Some(Written { by: Some(by), .. }) => Some(by),
            _ => self.places.state.components.get(name).and_then(|holding| holding.by.as_ref()),
        }
    }

    /// Whether it is no working component, which several use one after the other.
    fn is_run(&self, at: usize) -> bool {
        self.places.component(at).is_ok_and(|component| !matches!(component.layout, Layout::Working(_)))
    }

    /// Whether another manifest than `level` and those that run it is meant, which is still installed, and which none of these runs
    /// alone.
    fn is_anothers(&self, level: &Level<'_>, by: &str, backed: bool) -> bool {
        let installed = self.ledger.manifests.contains_key(by) || self.places.state.is_installed(by);
        let name = own_key(&level.opened).filter(|_| backed);
        let mut own = level.above.iter().chain([&level.key]).chain(&name);
        installed && !self.ledger.gone.contains(by) && !own.any(|key| key == by || self.runs_alone(level, key, by, DEPTH))
    }

    /// Whether whatever runs a dependency comes to this manifest in the end.
    fn runs_alone(&self, level: &Level<'_>, key: &str, dependency: &str, depth: usize) -> bool {
        let Some(held) = held_in(dependency).filter(|_| depth > 0) else { return false };
        let mut users = self.users(level, held).peekable();
        users.peek().is_some() && users.all(|user| user == key || self.runs_alone(level, key, user, depth - 1))
    }

    /// Whether a prefix leads where somebody who runs the dependency may speak for: it names components that its author did not.
    pub(super) fn prefixed_rightly(&self, level: &Level<'_>) -> Result<(), Trouble> {
        for at in level.seats().filter(|_| !level.prefix.is_empty()) {
            if !self.is_backed(level, at)? {
                let detail = format!("nobody who runs it may speak for {}, where its prefix leads", self.places.seat(at)?.name);
                return Err(Trouble::new(Reason::ComponentUnauthorised, Cause::NotTrusted, detail));
            }
        }
        Ok(())
    }
}

impl Level<'_> {
    pub(super) const fn sequence(&self) -> u64 {
        self.opened.manifest().sequence_number()
    }

    pub(super) fn is_named(&self) -> bool {
        self.opened.manifest().component_id().is_some()
    }
}
