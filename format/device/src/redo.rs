//! What is decided is done, however often it is interrupted.

mod exchange;

use core::fmt;
use std::io;

use suitpack_crypto::Sha256Stream;

use crate::medium::{Media, Medium};
use crate::state::{Phase, Place, State, Step, Summed, hex};
use crate::store::{Store, StoreError};
use crate::watch::{Event, Watch};
use exchange::Exchange;

/// Why a device does not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The state could not be read or saved, or a medium failed. It can be gone on with.
    Store(StoreError),
    /// The state is that of another device, by its `vendor`, `class` or `device` identifier.
    Another(&'static str),
    /// This place does not hold any more what it held when it was decided, or took something else than what was written to it.
    Changed(Place),
}

/// Does what the state says is still to be done, in its order, and forgets each step when it is done.
///
/// It can be cut anywhere and begun again: a step reads nothing that it has written, or says in the record how far it is; and what a
/// record speaks of is durable before it is saved. Blocks that are right already are not written again. What a step moves is held
/// against its digest before the first byte is written, and read back at the end. `watch` is told of each step before it begins, and
/// how far those are that move bytes.
///
/// # Errors
/// If a medium fails, a place is missing, or holds something else than was decided on. The state is as it was saved last then.
pub fn finish(state: &mut State, media: &mut Media, store: &mut Store, watch: &mut dyn Watch) -> Result<(), StartError> {
    while let Some(step) = state.redo.first().cloned() {
        watch.event(&Event::Redo(&step));
        match step {
            Step::Copy { from, to, content } => copy(media, &from, &to, &content, watch)?,
            Step::Exchange { a, b, length, holds, block, done, phase } => {
                let mut exchange = Exchange { places: [a, b], length, holds, block, done, phase };
                exchange.checked(media)?;
                while exchange.step(media, watch)? {
                    save(state, store, Some(exchange.record()))?;
                }
                exchange.checked(media)?;
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

/// The state without what cannot be finished: of the places that it would have changed nothing is known.
pub(crate) fn given_up(state: &State) -> State {
    let mut left = state.clone();
    for step in core::mem::take(&mut left.redo) {
        let places = match step {
            Step::Copy { to, .. } => vec![to],
            Step::Exchange { a, b, .. } => vec![a, b],
            Step::Cut { .. } => vec![],
        };
        for place in places {
            left.lengths.remove(&place);
            let name = place.0.rsplit_once(':').map(|(name, _)| name).unwrap_or_default();
            left.components.get_mut(name).into_iter().for_each(|holding| (holding.version, holding.envelope) = (None, None));
        }
    }
    left
}

/// Bytes of a block of an exchange.
pub(crate) fn block(scratch: &dyn Medium) -> u64 {
    scratch.capacity().min(BLOCK)
}

/// The SHA-256 of the first bytes of a medium, in hexadecimal; `progress` is told how many are read.
pub(crate) fn digest(medium: &mut dyn Medium, length: u64, mut progress: impl FnMut(u64)) -> io::Result<String> {
    let mut digest = Sha256Stream::new();
    let mut at = 0;
    while at < length {
        let take = length.saturating_sub(at).min(BLOCK);
        let mut bytes = vec![0; size(take)];
        medium.read(at, &mut bytes)?;
        digest.update(&bytes);
        at = at.saturating_add(take);
        progress(at);
    }
    Ok(hex(&digest.finish()))
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

fn copy(media: &mut Media, from: &Place, to: &Place, content: &Summed, watch: &mut dyn Watch) -> Result<(), StartError> {
    if digest(find(media, from)?, content.length, |_| ())? != content.digest {
        // It may have been interrupted behind its last byte.
        return held(media, to, content).map_err(|error| match error {
            StartError::Changed(_) => StartError::Changed(from.clone()),
            error => error,
        });
    }
    let mut at = 0;
    while at < content.length {
        let take = content.length.saturating_sub(at).min(BLOCK);
        transfer(media, (from, at), (to, at), take)?;
        at = at.saturating_add(take);
        watch.event(&Event::Progress { done: at, total: Some(content.length) });
    }
    held(media, to, content)
}

/// Whether a place holds what it is to hold, and not in a cache only.
fn held(media: &mut Media, place: &Place, content: &Summed) -> Result<(), StartError> {
    let medium = find(media, place)?;
    medium.sync()?;
    if digest(medium, content.length, |_| ())? == content.digest { Ok(()) } else { Err(StartError::Changed(place.clone())) }
}

/// Makes bytes in one place those of another; writes only what differs.
fn transfer(media: &mut Media, from: (&Place, u64), to: (&Place, u64), length: u64) -> io::Result<()> {
    let bytes = read(media, from, length)?;
    if read(media, to, length)? == bytes { Ok(()) } else { find(media, to.0)?.write(to.1, &bytes) }
}

fn read(media: &mut Media, (place, at): (&Place, u64), length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; size(length)];
    find(media, place)?.read(at, &mut bytes)?;
    Ok(bytes)
}

/// Of so many bytes those that are held in memory at once.
fn size(length: u64) -> usize {
    usize::try_from(length.min(BLOCK)).unwrap_or_default()
}

fn find<'m>(media: &'m mut Media, place: &Place) -> io::Result<&'m mut (dyn Medium + 'static)> {
    match media.get_mut(place) {
        Some(medium) => Ok(medium.as_mut()),
        None => Err(io::Error::new(io::ErrorKind::NotFound, format!("there is no place `{}`", place.0))),
    }
}

/// Bytes that are held in memory.
const BLOCK: u64 = 64 << 10;

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Another(which) => write!(f, "the state is that of a device with another {which} identifier"),
            Self::Changed(place) => write!(f, "{} does not hold what was decided on", place.0),
        }
    }
}

impl core::error::Error for StartError {}

impl From<StoreError> for StartError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<io::Error> for StartError {
    fn from(error: io::Error) -> Self {
        Self::Store(error.into())
    }
}
