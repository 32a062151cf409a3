//! What is decided is done, however often it is interrupted.

mod exchange;

use core::fmt;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

use suitpack_crypto::Sha256Stream;

use crate::medium::{Media, Medium};
use crate::state::{Before, Phase, Place, State, Step, Summed, hex};
use crate::store::{Store, StoreError};
use crate::watch::{Event, Watch};
use exchange::Exchange;

/// Why a device does not start, or not all that was decided on it is finished.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The state could not be read or saved, or a medium failed. It can be gone on with.
    Store(StoreError),
    /// The state is that of another device, by its `vendor`, `class` or `device` identifier.
    Another(&'static str),
    /// One of these places does not hold any more what it held when it was decided, or took something else than what was written to
    /// it.
    Changed(Vec<Place>),
    /// One of these places, which holds what was decided on, cannot be read.
    Unreadable(Vec<Place>, io::Error),
}

/// Does what the state says is still to be done, in its order, and forgets each step when it is done.
///
/// It can be cut anywhere and begun again: a step reads nothing that it has written, or says in the record how far it is; and what a
/// record speaks of is durable before it is saved. Blocks that are right already are not written again. What a step moves is held
/// against its digest before the first byte is written, and read back at the end. A step for which that does not hold stays where it
/// is, with those that need its places, and the others are done. `watch` is told of each step before it begins, and how far those are
/// that move bytes.
///
/// # Errors
/// If a medium fails, a place is missing, or holds something else than was decided on. The state is as it was saved last then.
pub fn finish(state: &mut State, media: &mut Media, store: &mut Store, watch: &mut dyn Watch) -> Result<(), StartError> {
    let (mut at, mut kept, mut unfinished) = (0, Vec::new(), None);
    while let Some(step) = state.redo.get(at).cloned() {
        let needs = step.places();
        if needs.iter().any(|place| kept.contains(place)) {
            kept.extend(needs);
            at += 1;
            continue;
        }
        watch.event(&Event::Redo(&step));
        match perform((state, at), step, media, store, watch) {
            Ok(()) => save(state, store, at, None)?,
            Err(error @ (StartError::Changed(_) | StartError::Unreadable(..))) => {
                kept.extend(needs);
                at += 1;
                unfinished.get_or_insert(error);
            }
            Err(error) => return Err(error),
        }
    }
    unfinished.map_or(Ok(()), Err)
}

fn perform(
    (state, at): (&mut State, usize),
    step: Step,
    media: &mut Media,
    store: &mut Store,
    watch: &mut dyn Watch,
) -> Result<(), StartError> {
    match step {
        Step::Copy { from, to, content } => copy(media, &from, &to, &content, watch),
        Step::Exchange { a, b, length, holds, block, done, phase } => {
            let mut exchange = Exchange { places: [a, b], length, holds, block, done, phase };
            exchange.checked(media)?;
            while exchange.step(media, watch)? {
                save(state, store, at, Some(exchange.record()))?;
            }
            exchange.checked(media)
        }
        Step::Cut { place, length } => {
            let medium = find(media, &place)?;
            medium.cut(length)?;
            Ok(medium.sync()?)
        }
    }
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

/// The state without what could not be finished. What is still in a component as it was before counts again; of the rest nothing is
/// known.
pub(crate) fn given_up(state: &State, media: &mut Media) -> State {
    let mut left = State { redo: Vec::new(), before: BTreeMap::new(), ..state.clone() };
    let moves = state.redo.iter().filter(|step| !matches!(step, Step::Cut { .. }));
    let places: BTreeSet<Place> = moves.flat_map(Step::places).collect();
    for place in &places {
        left.lengths.remove(place);
    }
    for name in places.iter().filter_map(Place::component) {
        let holding = left.components.entry(name.to_owned()).or_default();
        (holding.version, holding.envelope) = (None, None);
        let before = state.before.get(name).filter(|before| held(media, &before.place, &before.content).is_ok());
        if let Some(Before { place, content, version, envelope, by }) = before {
            left.lengths.insert(place.clone(), content.length);
            (holding.version, holding.envelope, holding.by) = (version.clone(), envelope.clone(), by.clone());
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
    digest_of(length, BLOCK, |at, take| {
        let mut bytes = vec![0; size(take)];
        medium.read(at, &mut bytes)?;
        progress(at.saturating_add(take));
        Ok(bytes)
    })
}

/// The SHA-256 of bytes that are read in blocks.
fn digest_of(length: u64, block: u64, mut read: impl FnMut(u64, u64) -> io::Result<Vec<u8>>) -> io::Result<String> {
    let (mut digest, mut at) = (Sha256Stream::new(), 0);
    while at < length {
        let take = length.saturating_sub(at).min(block);
        digest.update(&read(at, take)?);
        at = at.saturating_add(take);
    }
    Ok(hex(&digest.finish()))
}

/// Replaces a step. What could not be saved is not believed either: going on from there would write over what the record that counts
/// still needs.
fn save(state: &mut State, store: &mut Store, at: usize, step: Option<Step>) -> Result<(), StoreError> {
    let mut next = state.clone();
    next.redo.splice(at..=at, step);
    if next.redo.is_empty() {
        next.before.clear();
    }
    store.save(&next)?;
    *state = next;
    Ok(())
}

fn copy(media: &mut Media, from: &Place, to: &Place, content: &Summed, watch: &mut dyn Watch) -> Result<(), StartError> {
    match held(media, from, content) {
        // It may have been interrupted behind its last byte.
        Err(error @ (StartError::Changed(_) | StartError::Unreadable(..))) => return held(media, to, content).map_err(|_| error),
        held => held?,
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
    match medium.sync().and_then(|()| digest(medium, content.length, |_| ())) {
        Ok(digest) if digest == content.digest => Ok(()),
        Ok(_) => Err(StartError::Changed(vec![place.clone()])),
        Err(error) => Err(StartError::Unreadable(vec![place.clone()], error)),
    }
}

/// Makes bytes in one place those of another; writes only what differs, or cannot be read there.
fn transfer(media: &mut Media, from: (&Place, u64), to: (&Place, u64), length: u64) -> io::Result<()> {
    let bytes = read(media, from, length)?;
    let same = read(media, to, length).is_ok_and(|there| there == bytes);
    if same { Ok(()) } else { find(media, to.0)?.write(to.1, &bytes) }
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
            Self::Changed(places) => Event::Changed(places).fmt(f),
            Self::Unreadable(places, error) => write!(f, "{}, and cannot be read: {error}", Event::Changed(places)),
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
