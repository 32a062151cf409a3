//! What is decided is done, however often it is interrupted.

use std::io;

use crate::medium::{Media, Medium};
use crate::state::{Phase, Place, State, Step};
use crate::store::{Store, StoreError};
use crate::watch::{Event, Watch};

/// Does what the state says is still to be done, in its order, and forgets each step when it is done.
///
/// It can be cut anywhere and begun again: a step reads nothing that it has written, or says in the record how far it is; and what a
/// record speaks of is durable before it is saved. Blocks that are right already are not written again. `watch` is told of each step
/// before it begins, and how far those are that move bytes.
///
/// # Errors
/// If a medium fails or a place is missing. The state is as it was saved last then; it can be gone on with.
pub fn finish(state: &mut State, media: &mut Media, store: &mut Store, watch: &mut dyn Watch) -> Result<(), StoreError> {
    while let Some(step) = state.redo.first().cloned() {
        watch.event(&Event::Redo(&step));
        match step {
            Step::Copy { from, to, length } => copy(media, &from, &to, length, watch)?,
            Step::Exchange { a, b, length, done, phase } => {
                let mut exchange = Exchange { scratch: block(media, &a, &b)?, a, b, length, done, phase };
                while exchange.step(media, watch)? {
                    save(state, store, Some(exchange.record()))?;
                }
            }
            Step::Cut { place, length } => {
                let medium = find(media, &place)?;
                medium.cut(length)?;
                medium.sync()?;
            }
        }
        save(state, store, None)?;
    }
    Ok(())
}

/// The state as long as its record can get before everything is done.
pub(crate) fn longest(state: &State) -> State {
    let mut longest = state.clone();
    for step in &mut longest.redo {
        if let Step::Exchange { length, done, phase, .. } = step {
            (*done, *phase) = (*length, Phase::Untouched);
        }
    }
    longest
}

/// Replaces the first step. What could not be saved is not believed either: going on from there would write over what the record
/// that counts still needs.
fn save(state: &mut State, store: &mut Store, step: Option<Step>) -> Result<(), StoreError> {
    let mut next = state.clone();
    next.redo.splice(..1, step);
    store.save(&next)?;
    *state = next;
    Ok(())
}

fn copy(media: &mut Media, from: &Place, to: &Place, length: u64, watch: &mut dyn Watch) -> io::Result<()> {
    let mut at = 0;
    while at < length {
        let take = length.saturating_sub(at).min(BLOCK);
        transfer(media, (from, at), (to, at), take)?;
        at = at.saturating_add(take);
        watch.event(&Event::Progress { done: at, total: Some(length) });
    }
    find(media, to)?.sync()
}

/// An exchange under way.
struct Exchange {
    a: Place,
    b: Place,
    length: u64,
    done: u64,
    phase: Phase,
    /// Bytes that are exchanged at once.
    scratch: u64,
}

impl Exchange {
    /// Goes on until there is something to record; `false` at the end.
    fn step(&mut self, media: &mut Media, watch: &mut dyn Watch) -> io::Result<bool> {
        let scratch = Place(SCRATCH.to_owned());
        while self.done < self.length {
            let take = self.length.saturating_sub(self.done).min(self.scratch);
            let (a, b) = ((&self.a, self.done), (&self.b, self.done));
            match self.phase {
                // Equal blocks may be passed over unrecorded: whoever begins again finds them equal again.
                Phase::Untouched if read(media, a, take)? == read(media, b, take)? => {
                    self.forward(take, watch);
                    continue;
                }
                Phase::Untouched => {
                    transfer(media, a, (&scratch, 0), take)?;
                    find(media, &scratch)?.sync()?;
                    self.phase = Phase::Saved;
                }
                Phase::Saved => {
                    transfer(media, b, a, take)?;
                    find(media, &self.a)?.sync()?;
                    self.phase = Phase::Moved;
                }
                Phase::Moved => {
                    transfer(media, (&scratch, 0), b, take)?;
                    find(media, &self.b)?.sync()?;
                    self.forward(take, watch);
                    self.phase = Phase::Untouched;
                }
            }
            return Ok(true);
        }
        Ok(false)
    }

    fn forward(&mut self, bytes: u64, watch: &mut dyn Watch) {
        self.done = self.done.saturating_add(bytes);
        watch.event(&Event::Progress { done: self.done, total: Some(self.length) });
    }

    fn record(&self) -> Step {
        Step::Exchange { a: self.a.clone(), b: self.b.clone(), length: self.length, done: self.done, phase: self.phase }
    }
}

/// Bytes of a block of an exchange: it has to be the same whenever the exchange is begun again.
fn block(media: &mut Media, a: &Place, b: &Place) -> io::Result<u64> {
    let scratch = find(media, &Place(SCRATCH.to_owned()))?.capacity().min(BLOCK);
    if scratch == 0 || a == b {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "an exchange needs two places and a scratch area"));
    }
    Ok(scratch)
}

/// Makes bytes in one place those of another; writes only what differs.
fn transfer(media: &mut Media, from: (&Place, u64), to: (&Place, u64), length: u64) -> io::Result<()> {
    let bytes = read(media, from, length)?;
    if read(media, to, length)? == bytes { Ok(()) } else { find(media, to.0)?.write(to.1, &bytes) }
}

fn read(media: &mut Media, (place, at): (&Place, u64), length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::try_from(length.min(BLOCK)).unwrap_or_default()];
    find(media, place)?.read(at, &mut bytes)?;
    Ok(bytes)
}

fn find<'m>(media: &'m mut Media, place: &Place) -> io::Result<&'m mut (dyn Medium + 'static)> {
    match media.get_mut(place) {
        Some(medium) => Ok(medium.as_mut()),
        None => Err(io::Error::new(io::ErrorKind::NotFound, format!("there is no place `{}`", place.0))),
    }
}

/// Where a block waits.
const SCRATCH: &str = "scratch";

/// Bytes that are held in memory.
const BLOCK: u64 = 64 << 10;
