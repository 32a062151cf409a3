//! The end of a procedure: one record that decides.

use suitpack_package::Cause;

use crate::description::Layout;
use crate::engine::{Ledger, dependency_key};
use crate::failed::Trouble;
use crate::places::{Content, Places, Seat, medium, place, slots};
use crate::redo;
use crate::state::{Before, Holding, Installed, Phase, Place, State, Step, Summed};

impl Places<'_> {
    /// The state after all that was written counts, with what is still to be done for it.
    ///
    /// # Errors
    /// If something was written that nobody judged: it is not made active.
    // SUIT-19
    pub(crate) fn outcome(&mut self, ledger: &Ledger) -> Result<State, Trouble> {
        let mut state = self.state.clone();
        for (at, seat) in self.seats.clone().iter().enumerate() {
            if let Some(with) = seat.with {
                judged(seat)?;
                let other = self.seat(with)?.clone();
                hold(&mut state, seat, None);
                if at < with {
                    self.exchange(&mut state, (seat, &other))?;
                }
            } else if seat.removed {
                self.removed(&mut state, at)?;
            } else if seat.now.fresh {
                self.written(&mut state, at)?;
            }
        }
        remember(&mut state, ledger);
        Ok(state)
    }

    fn written(&mut self, state: &mut State, at: usize) -> Result<(), Trouble> {
        let seat = &self.seat(at)?.clone();
        let (component, slot) = (self.component(at)?, self.slot(at, true)?);
        let length = seat.now.length.unwrap_or_default();
        let cut = |place| Step::Cut { place, length };
        if let Layout::Working(_) = component.layout {
            // Never active, and nothing to rely on unless somebody judged it.
            if seat.now.judged {
                state.lengths.insert(seat.now.place.clone(), length);
                hold(state, seat, None);
            }
            state.redo.push(cut(seat.now.place.clone()));
            return Ok(());
        }
        judged(seat)?;
        match &component.layout {
            Layout::Single { .. } => {
                let to = place(&seat.name, 0);
                let old = Content { place: to.clone(), length: state.lengths.get(&to).copied(), digest: None, ..seat.now.clone() };
                // An old image that cannot be read is none to go back to.
                let readable = self.summed(&old).ok().flatten();
                self.keep(state, &seat.name, &old.place, readable);
                state.lengths.insert(to.clone(), length);
                let content = self.summed(&seat.now)?;
                state.redo.extend(content.map(|content| Step::Copy { from: seat.now.place.clone(), to: to.clone(), content }));
                state.redo.push(cut(to));
                // What may have been encrypted on its way is not left lying about.
                state.redo.push(Step::Cut { place: seat.now.place.clone(), length: 0 });
            }
            Layout::Swap { .. } => {
                let length = state.lengths.get(&seat.home).copied();
                let old = Content { place: seat.home.clone(), length, digest: None, validated: false, ..seat.now.clone() };
                if self.summed(&old).is_err() {
                    // What cannot be read cannot be kept, and is written over.
                    let content = self.summed(&seat.now)?;
                    let length = content.as_ref().map(|content| content.length).unwrap_or_default();
                    for place in [&seat.home, &seat.now.place] {
                        state.lengths.insert(place.clone(), length);
                    }
                    let (from, to) = (seat.now.place.clone(), seat.home.clone());
                    state.redo.extend(content.map(|content| Step::Copy { from, to: to.clone(), content }));
                    state.redo.push(Step::Cut { place: to, length });
                    hold(state, seat, Some(slot));
                    return Ok(());
                }
                self.exchange(state, (seat, &Seat { home: seat.now.place.clone(), now: old, ..seat.clone() }))?;
            }
            _ => {
                state.lengths.insert(seat.now.place.clone(), length);
                state.redo.push(cut(seat.now.place.clone()));
            }
        }
        hold(state, seat, Some(slot));
        Ok(())
    }

    /// Nothing is left in a component, except an image to fall back to.
    fn removed(&self, state: &mut State, at: usize) -> Result<(), Trouble> {
        let (seat, component) = (self.seat(at)?, self.component(at)?);
        let falls_back = matches!(component.layout, Layout::Fallback { .. });
        for slot in 0..slots(&component.layout).len() {
            let place = place(&seat.name, slot);
            if !(falls_back && slot == 1) {
                state.lengths.remove(&place);
                state.redo.push(Step::Cut { place, length: 0 });
            }
        }
        hold(state, seat, falls_back.then_some(1));
        if let Some(holding) = state.components.get_mut(&seat.name).filter(|_| falls_back) {
            holding.version.clone_from(&holding.fallback);
        }
        Ok(())
    }

    /// Two places exchange what they hold; both seats say already what they hold then.
    fn exchange(&mut self, state: &mut State, (one, other): (&Seat, &Seat)) -> Result<(), Trouble> {
        let length = one.now.length.max(other.now.length).unwrap_or_default();
        let (a, b) = (one.home.clone(), other.home.clone());
        let holds = [self.summed(&one.now)?, self.summed(&other.now)?];
        for (seat, holds) in [(one, &holds[1]), (other, &holds[0])] {
            if place(&seat.name, 0) == seat.home || seat.with.is_some() {
                self.keep(state, &seat.name, &seat.home, holds.clone());
            }
        }
        let block = redo::block(medium(self.media, &Place::scratch())?);
        state.redo.push(Step::Exchange { a, b, length, holds, block, done: 0, phase: Phase::default() });
        for seat in [one, other] {
            match seat.now.length {
                Some(length) => {
                    state.lengths.insert(seat.home.clone(), length);
                    state.redo.push(Step::Cut { place: seat.home.clone(), length });
                }
                None => drop(state.lengths.remove(&seat.home)),
            }
        }
        Ok(())
    }

    /// By what the bytes are known again that are to be moved. What nobody has looked at in this procedure is what it is now, and
    /// what nobody has read back is held against what was to be written: nothing is decided that cannot be done.
    fn summed(&mut self, content: &Content) -> Result<Option<Summed>, Trouble> {
        let Some(length) = content.length else { return Ok(None) };
        if let (Some(digest), true) = (&content.digest, content.validated) {
            return Ok(Some(Summed { length, digest: digest.clone() }));
        }
        let digest = self.digest(&content.place, length)?;
        if content.digest.as_ref().is_some_and(|wanted| *wanted != digest) {
            let detail = format!("{} does not hold what was written to it", content.place.0);
            return Err(Trouble::operation(Cause::NotBound, detail));
        }
        Ok(Some(Summed { length, digest }))
    }

    /// Remembers what is in a component, should what is decided turn out impossible before it is begun.
    fn keep(&self, state: &mut State, name: &str, place: &Place, content: Option<Summed>) {
        let Some(content) = content else { return };
        let Holding { version, envelope, by, .. } = self.state.components.get(name).cloned().unwrap_or_default();
        state.before.insert(name.to_owned(), Before { place: place.clone(), content, version, envelope, by });
    }
}

fn hold(state: &mut State, seat: &Seat, slot: Option<usize>) {
    let holding = state.components.entry(seat.name.clone()).or_default();
    holding.version.clone_from(&seat.now.version);
    holding.envelope.clone_from(&seat.now.envelope);
    holding.active = slot.unwrap_or(holding.active);
}

/// What was written has to be what somebody signed.
fn judged(seat: &Seat) -> Result<(), Trouble> {
    if seat.now.judged {
        return Ok(());
    }
    let detail = format!("{}: it was written, and nothing judged what it holds now", seat.name);
    Err(Trouble::operation(Cause::NotBound, detail))
}

/// Sequence numbers, digests, and who depends on whom.
fn remember(state: &mut State, ledger: &Ledger) {
    for (key, (sequence, digest)) in &ledger.manifests {
        let digest = (!ledger.gone.contains(key)).then(|| digest.clone());
        state.manifests.insert(key.clone(), Installed { sequence: *sequence, digest });
    }
    for (name, number) in &ledger.numbers {
        let known = state.numbers.entry(name.clone()).or_default();
        *known = number.max(known).to_owned();
    }
    for (component, written) in &ledger.written {
        let holding = state.components.entry(component.clone()).or_default();
        if written.given_up {
            holding.by = None;
            holding.floors.give_up();
        }
        holding.by = written.by.clone().or(holding.by.take());
        if written.replaced || written.given_up {
            holding.needed.clear();
        }
        holding.needed.extend(written.needed.iter().cloned());
        holding.floors.raise(&written.floors);
    }
    for (component, user) in &ledger.uses {
        state.users.entry(component.clone()).or_default().insert(user.clone());
    }
    for (component, user) in &ledger.unlinked {
        if let Some(users) = state.users.get_mut(component) {
            users.remove(user);
        }
    }
    // Where something else was written than a dependency that somebody runs, there is none any more.
    let uses = |component: &String| ledger.uses.iter().any(|(used, _)| used == component);
    let written = ledger.written.iter().filter(|(component, written)| written.replaced && !uses(component));
    for component in written.map(|(component, _)| component).filter(|component| !ledger.mended.contains_key(*component)) {
        let key = dependency_key(component);
        state.manifests.get_mut(&key).into_iter().for_each(|installed| installed.digest = None);
        state.users.remove(component);
        state.users.values_mut().for_each(|users| users.retain(|user| *user != key));
    }
    // What a newer release does not name any more it does not depend on.
    if let Some((root, dependencies)) = &ledger.root {
        let left = state.users.iter_mut().filter(|(component, _)| !dependencies.contains(*component));
        left.for_each(|(_, users)| users.retain(|user| user != root));
    }
    for users in state.users.values_mut() {
        users.retain(|user| !ledger.gone.contains(user));
    }
    state.users.retain(|_, users| !users.is_empty());
}
