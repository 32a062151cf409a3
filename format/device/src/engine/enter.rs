//! Manifests: the root, and those in components.

use std::collections::BTreeSet;

use suitpack_core::Profile;
use suitpack_core::manifest::Section;
use suitpack_core::report::Reason;
use suitpack_package::Cause;
use suitpack_processor::{Outcome, Procedure};

use super::keys::{dependency_key, is_nameless, limited_key, own_key, root_key};
use super::level::{Level, Then};
use super::{Engine, Kept, Stack};
use crate::failed::Trouble;
use crate::opened::{Opened, Shelf};
use crate::places::Rights;
use crate::state::State;
use crate::supply::Origin;
use crate::watch::Event;

/// Refuses a manifest that calls itself by a name which nobody who signed it may speak for.
pub(crate) fn rightful(opened: &Opened<'_>) -> Result<(), Trouble> {
    let Some(id) = opened.manifest().component_id() else { return Ok(()) };
    if opened.mandate.covers(&id.segments().collect::<Vec<_>>()) {
        return Ok(());
    }
    let detail = format!("nobody who signed it may speak for {}", suitpack_package::component_name(&id));
    Err(Trouble::new(Reason::ComponentUnauthorised, Cause::NotTrusted, detail))
}

/// Refuses a dependency that is older than the one its component held, or than what was installed under its own name, be it as a
/// root or in another component. What is in already is not let in.
pub(super) fn dependable(opened: &Opened<'_>, key: &str, state: &State) -> Result<(), Trouble> {
    rightful(opened)?;
    rollback(opened, key, state)?;
    if state.has(key, &opened.digest) {
        return Ok(());
    }
    own_key(opened).map_or(Ok(()), |own| rollback(opened, &own, state))
}

/// A sequence number that is lower than the one installed is refused before any command runs (draft-ietf-suit-manifest §8.4.2).
// SUIT-9
pub(crate) fn rollback(opened: &Opened<'_>, key: &str, state: &State) -> Result<(), Trouble> {
    let number = opened.manifest().sequence_number();
    match state.number(key) {
        Some(known) if number < known => {
            let whose = if opened.manifest().component_id().is_some() { format!(" of {key}") } else { String::new() };
            let detail = format!("sequence number {number}{whose} is lower than {known}, which was installed before");
            Err(Trouble::new(Reason::Unauthorised, Cause::Policy, detail))
        }
        _ => Ok(()),
    }
}

/// An envelope that was read well when it was installed, and is not now: the package that is asked for is not what is wrong.
pub(super) fn rotten(trouble: Trouble) -> Trouble {
    if !matches!(trouble.cause, Cause::Unreadable | Cause::NotAuthentic) {
        return trouble;
    }
    let reason = if trouble.cause == Cause::Unreadable { Reason::OperationFailed } else { trouble.reason };
    Trouble::new(reason, Cause::NotBound, format!("its envelope is not as it was installed: {}", trouble.detail))
}

impl Engine<'_, '_> {
    pub(super) fn root<'a>(&mut self, opened: &Opened<'a>, procedure: Procedure) -> Result<Level<'a>, Trouble> {
        let opened = opened.clone();
        let key = root_key(&opened);
        if opened.mandate.is_limited() && opened.manifest().component_id().is_none() {
            // A signature can be taken off: what is left of them counts as well.
            self.count(limited_key(&opened), opened.manifest().sequence_number());
        }
        self.announce(&opened, &[], &key);
        Level::new(opened, procedure, &self.places, Vec::new(), Vec::new(), key)
    }

    /// The components in which a root manifest has dependencies.
    pub(crate) fn dependencies(&self, opened: &Opened<'_>) -> Result<BTreeSet<String>, Trouble> {
        let level = Level::new(opened.clone(), Procedure::Update, &self.places, Vec::new(), Vec::new(), String::new())?;
        let name = |index| Ok(self.places.seat(level.seat(index)?)?.name.clone());
        opened.program.dependencies().map(name).collect()
    }

    /// Opens the envelope in a component.
    pub(super) fn open<'a>(&mut self, at: usize, shelf: &'a Shelf, needed: &[Section]) -> Result<Opened<'a>, Trouble> {
        let fresh = self.places.seat(at)?.now.fresh;
        let input = self.places.read(at)?;
        let opened = Opened::read(input, Origin::Component(at), shelf, self.request, needed);
        opened.map_err(|trouble| if fresh { trouble } else { rotten(trouble) })
    }

    /// The manifest in a component, to be run: a dependency of the one on top of the stack.
    // SUIT-51, SUIT-57
    pub(super) fn enter<'a>(
        &mut self,
        stack: &Stack<'a>,
        component: u32,
        section: Section,
        shelf: &'a Shelf,
        kept: &Kept<'a>,
    ) -> Result<Level<'a>, Trouble> {
        let nowhere = || Trouble::operation(Cause::Policy, "nothing depends on it");
        let parent = stack.last().ok_or_else(nowhere)?;
        if stack.len() > DEPTH {
            return Err(Trouble::operation(Cause::Policy, "dependencies are nested too deeply"));
        }
        let at = parent.seat(component)?;
        let opened = self.open(at, shelf, &[section])?;
        if section != Section::Uninstall && self.intact.get(&at) != Some(&opened.digest) {
            return Err(Trouble::operation(Cause::NotBound, "the dependency is not the one that was found intact"));
        }
        opened.carries_no_more(|name| stack.iter().any(|level| level.opened.uris.has(name)))?;
        let name = self.places.seat(at)?.name.clone();
        let key = dependency_key(&name);
        dependable(&opened, &key, self.places.state)?;
        let common = parent.opened.manifest().common();
        let mut prefix = parent.prefix.clone();
        let listed = usize::try_from(component).is_ok_and(|index| index < common.components().len());
        let metadata = common.dependencies().into_iter().flatten().find(|dependency| dependency.index == component);
        if let Some(id) = metadata.and_then(|metadata| metadata.prefix).filter(|_| listed) {
            prefix.extend(id.segments().map(<[u8]>::to_vec));
        }
        let path: Vec<u32> = parent.path.iter().copied().chain([component]).collect();
        self.announce(&opened, &path, &key);
        if section != Section::Uninstall {
            let uses = (name.clone(), parent.key.clone());
            // What was given up in the same procedure was another one.
            self.ledger.unlinked.remove(&uses);
            self.ledger.gone.remove(&key);
            // Who may not speak for the component does not keep it as it is.
            if parent.path.is_empty() || self.is_backed(parent, at)? {
                self.ledger.uses.insert(uses);
            }
            let replaced = self.places.state.users.get(&name).into_iter().flatten().filter(|user| is_nameless(user));
            let replaced = replaced.filter(|_| parent.takes_over.contains(&name)).map(|user| (name.clone(), user.clone()));
            self.ledger.unlinked.extend(replaced);
        }
        let own = kept.get(&path).map(Vec::as_slice).unwrap_or_default();
        let mut level = Level::new(opened, Procedure::Dependency(section), &self.places, prefix, path, key)?;
        level.carry_in(parent, section, own)?;
        level.backer = parent.backer.clone().or_else(|| Some(parent.opened.mandate.clone()));
        level.above = parent.above.iter().chain([&parent.key]).cloned().collect();
        level.takes_over.clone_from(&parent.takes_over);
        self.prefixed_rightly(&level)?;
        Ok(level)
    }

    /// suit-directive-unlink: the component is given up, and a dependency that nobody else uses is uninstalled first. Nothing is
    /// removed before all of it is decided. Gives no outcome while a dependency is being uninstalled.
    // SUIT-56
    pub(super) fn unlink<'a>(
        &mut self,
        stack: &mut Stack<'a>,
        component: u32,
        shelf: &'a Shelf,
    ) -> Result<Option<Outcome>, Trouble> {
        let Some(top) = stack.last_mut() else { return Ok(Some(Outcome::Failure)) };
        let at = top.seat(component)?;
        let name = self.places.seat(at)?.name.clone();
        let used_by_others = self.users(top, &name).any(|user| *user != top.key);
        if !self.ledger.unlinked.insert((name, top.key.clone())) {
            return Err(Trouble::operation(Cause::Policy, "it was given up in this procedure already"));
        }
        if used_by_others {
            return Ok(Some(Outcome::Success));
        }
        let Some(top) = stack.last() else { return Ok(Some(Outcome::Failure)) };
        if self.places.rights == Rights::Update {
            self.may_write(top, at)?;
        }
        if self.stays(top, at)? {
            let name = self.places.seat(at)?.name.clone();
            self.event(&Event::Left { component: &name });
            return Ok(Some(Outcome::Success));
        }
        if !top.opened.program.is_dependency(component) {
            self.give_up(at)?;
            return Ok(Some(Outcome::Success));
        }
        let mut level = self.enter(stack, component, Section::Uninstall, shelf, &Kept::new())?;
        level.then = Then::Remove(at);
        stack.push(level);
        Ok(None)
    }

    /// A dependency was uninstalled; the envelope goes last.
    pub(super) fn uninstalled(&mut self, at: usize, key: &str) -> Result<(), Trouble> {
        self.ledger.gone.insert(key.to_owned());
        self.give_up(at)
    }

    fn give_up(&mut self, at: usize) -> Result<(), Trouble> {
        self.places.remove(at)?;
        let written = self.ledger.written.entry(self.places.seat(at)?.name.clone()).or_default();
        (written.by, written.given_up) = (None, true);
        Ok(())
    }

    /// The manifests that run the dependency in a component, in this procedure or as the state has it; without those whose place
    /// `level` takes.
    pub(super) fn users<'s>(&'s self, level: &'s Level<'_>, name: &'s str) -> impl Iterator<Item = &'s String> {
        let known = self.places.state.users.get(name).into_iter().flatten();
        let now = self.ledger.uses.iter().filter(move |(component, _)| component == name).map(|(_, user)| user);
        let replaced = move |user: &String| is_nameless(user) && level.takes_over.contains(name);
        let left = move |user: &String| self.ledger.unlinked.contains(&(name.to_owned(), user.clone()));
        known.chain(now).filter(move |user| !left(user)).filter(move |user| !replaced(user))
    }

    /// At the end of a section that of every dependency has been run, if it has one (draft-ietf-suit-trust-domains §5.1). The drafts'
    /// examples do not keep to that; the lenient profile lets them.
    // SUIT-54
    pub(super) fn lockstep<'a>(&mut self, level: &Level<'a>, section: Section, shelf: &'a Shelf) -> Result<(), Trouble> {
        if self.request.trust.profile == Profile::Lenient || section == Section::Uninstall {
            return Ok(());
        }
        for index in level.opened.program.dependencies().filter(|index| !level.processed.contains(index)) {
            let at = level.seat(index)?;
            if self.places.seat(at)?.now.length.is_none() {
                continue;
            }
            let opened = self.open(at, shelf, &[])?;
            if opened.manifest().keys().any(|key| key == section.key()) {
                let detail = format!("section {} of the dependency in component {index} was not run", section.key());
                return Err(Trouble::operation(Cause::Policy, detail));
            }
        }
        Ok(())
    }

    /// Lower numbers are refused under this name from then on.
    pub(super) fn count(&mut self, name: String, sequence: u64) {
        let number = self.ledger.numbers.entry(name).or_default();
        *number = sequence.max(*number);
    }

    fn announce(&mut self, opened: &Opened<'_>, path: &[u32], key: &str) {
        let sequence = opened.manifest().sequence_number();
        if self.ledger.manifests.insert(key.to_owned(), (sequence, opened.digest.clone())).is_none() {
            self.event(&Event::Opened { path, sequence, digest: &opened.digest });
        }
    }
}

/// Dependencies within one another; the drafts' examples nest once.
pub(super) const DEPTH: usize = 4;
