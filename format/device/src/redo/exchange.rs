//! Two places that exchange bytes.

use std::io;

use super::{BLOCK, StartError, digest_of, find, read, transfer};
use crate::medium::Media;
use crate::state::{Phase, Place, Step, Summed};
use crate::watch::{Event, Watch};

/// An exchange under way.
pub(super) struct Exchange {
    pub(super) places: [Place; 2],
    pub(super) length: u64,
    pub(super) holds: [Option<Summed>; 2],
    /// Bytes that are exchanged at once: as many whenever it is begun again.
    pub(super) block: u64,
    pub(super) done: u64,
    pub(super) phase: Phase,
}

impl Exchange {
    /// Whether both places will hold what they are to hold, by what is in them and in the scratch area now.
    pub(super) fn checked(&self, media: &mut Media) -> Result<(), StartError> {
        let [a, b] = &self.places;
        let room = find(media, &Place::scratch())?.capacity();
        if !(1..=room.min(BLOCK)).contains(&self.block) || a == b {
            let words = "an exchange needs two places, and a scratch area as large as when it was decided";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, words).into());
        }
        for place in &self.places {
            find(media, place)?.sync().map_err(|error| StartError::Unreadable(vec![place.clone()], error))?;
        }
        for (side, holds) in self.holds.iter().enumerate() {
            let Some(Summed { length, digest }) = holds else { continue };
            let found = digest_of(*length, self.block, |at, take| {
                let (place, from) = self.source(side, at);
                read(media, (&place, from), take)
            });
            match found {
                Ok(found) if found == *digest => {}
                Ok(_) => return Err(StartError::Changed(self.sources(side))),
                Err(error) => return Err(StartError::Unreadable(self.sources(side), error)),
            }
        }
        Ok(())
    }

    /// Where the block is now that begins at `at` in one of the places when all is done.
    fn source(&self, side: usize, at: u64) -> (Place, u64) {
        let [a, b] = &self.places;
        let (own, other) = if side == 0 { (a, b) } else { (b, a) };
        let under_way = at == self.done;
        match self.phase {
            _ if at < self.done || at >= self.length => (own.clone(), at),
            Phase::Saved | Phase::Moved if under_way && side == 1 => (Place::scratch(), 0),
            Phase::Moved if under_way => (own.clone(), at),
            _ => (other.clone(), at),
        }
    }

    /// Where the blocks are that one of the places is to hold.
    fn sources(&self, side: usize) -> Vec<Place> {
        let mut places: Vec<Place> =
            [0, self.done, self.length.saturating_sub(1)].map(|at| self.source(side, at / self.block * self.block).0).into();
        places.sort();
        places.dedup();
        places
    }

    /// Goes on until there is something to record; `false` at the end.
    pub(super) fn step(&mut self, media: &mut Media, watch: &mut dyn Watch) -> io::Result<bool> {
        let scratch = Place::scratch();
        let [a, b] = self.places.clone();
        while self.done < self.length {
            let take = self.length.saturating_sub(self.done).min(self.block);
            let (at_a, at_b) = ((&a, self.done), (&b, self.done));
            match self.phase {
                // Equal blocks may be passed over unrecorded: whoever begins again finds them equal again.
                Phase::Untouched if read(media, at_a, take)? == read(media, at_b, take)? => {
                    self.forward(take, watch);
                    continue;
                }
                Phase::Untouched => {
                    transfer(media, at_a, (&scratch, 0), take)?;
                    find(media, &scratch)?.sync()?;
                    self.phase = Phase::Saved;
                }
                Phase::Saved => {
                    transfer(media, at_b, at_a, take)?;
                    find(media, &a)?.sync()?;
                    self.phase = Phase::Moved;
                }
                Phase::Moved => {
                    transfer(media, (&scratch, 0), at_b, take)?;
                    find(media, &b)?.sync()?;
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

    pub(super) fn record(&self) -> Step {
        let Self { places: [a, b], length, holds, block, done, phase } = self;
        let (a, b, holds) = (a.clone(), b.clone(), holds.clone());
        Step::Exchange { a, b, length: *length, holds, block: *block, done: *done, phase: *phase }
    }
}
