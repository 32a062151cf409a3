//! One record, kept so that it changes as a whole or not at all.

use core::fmt;
use std::io;

use serde::{Deserialize, Serialize};
use suitpack_crypto::Sha256Stream;

use crate::medium::Medium;
use crate::state::{MAGIC, State};

/// Keeps the state of a device in two copies, one in each half of a medium.
///
/// A record is written to one half, made durable, and then to the other: a power cut tears one of them at most, and when either rots
/// later the other says the same. What counts is the newest whole copy. Each half has to be an erase unit of its own, or several.
///
/// Each copy begins with `suitdev1`, the generation and the length of the record (64 bits, big-endian), and the SHA-256 of these three
/// and of the record, which is JSON.
#[derive(Debug)]
pub struct Store {
    medium: Box<dyn Medium>,
    known: Option<Known>,
    /// What the newest record says, as far as that is known.
    saved: Option<State>,
    /// The half that could not be written. It is read as whole, maybe, out of a cache; only the other one is durable.
    in_doubt: Option<usize>,
}

/// What a store can refuse.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// There is something, and it is no record: to begin anew would forget what was installed, and let older manifests in.
    Damaged,
    /// A whole record, of another version of this program.
    Foreign,
    /// The medium failed. What it holds is in doubt until it is read again.
    Io(io::Error),
    /// The record is longer than its half. Nothing was written.
    TooLarge {
        /// Bytes of the record.
        length: u64,
        /// Bytes there are.
        room: u64,
    },
}

impl Store {
    /// Takes the medium. Nothing is read yet.
    #[must_use]
    pub fn open(medium: Box<dyn Medium>) -> Self {
        Self { medium, known: None, saved: None, in_doubt: None }
    }

    /// The newest whole record; `None` on a medium on which none was ever completed.
    ///
    /// # Errors
    /// If the medium fails, or holds something else.
    pub fn load(&mut self) -> Result<Option<State>, StoreError> {
        (self.known, self.saved) = (None, None);
        // What a process wrote that was killed may be in a cache only. Nothing may be done in the name of a record that a power
        // cut can still take away.
        self.medium.sync()?;
        let copies = [self.copy(0)?, self.copy(1)?];
        let (known, state) = match copies {
            [Copy::Whole(one, state), Copy::Whole(other, _)] if one >= other => (Known { generation: one, first: 1 }, state),
            [_, Copy::Whole(generation, state)] => (Known { generation, first: 0 }, state),
            [Copy::Whole(generation, state), _] => (Known { generation, first: 1 }, state),
            // The first record of all goes to the first half; it was not completed.
            [Copy::Blank | Copy::Unfinished, Copy::Blank] => {
                self.known = Some(Known { generation: 0, first: 0 });
                return Ok(None);
            }
            _ => return Err(StoreError::Damaged),
        };
        self.known = Some(known);
        let body: Body = serde_json::from_slice(&state).map_err(|_| StoreError::Foreign)?;
        if body.format != FORMAT {
            return Err(StoreError::Foreign);
        }
        self.saved = Some(body.state.clone());
        Ok(Some(body.state))
    }

    /// Whether the newest record says this, and it is durable.
    #[must_use]
    pub fn says(&self, state: &State) -> bool {
        self.in_doubt.is_none() && self.saved.as_ref() == Some(state)
    }

    /// Puts this record in the place of the last one. When it comes back well, the record is durable in both halves.
    ///
    /// Whatever the record speaks of has to be durable before.
    ///
    /// # Errors
    /// If the record is too large, nothing is written. If the medium fails, the old or the new record counts; the next save reads
    /// again which.
    pub fn save(&mut self, state: &State) -> Result<(), StoreError> {
        let body = self.body(state)?;
        if self.known.is_none() || self.in_doubt.is_some() {
            self.load()?;
        }
        let known = self.known.take().unwrap_or(Known { generation: 0, first: 0 });
        let generation = known.generation.checked_add(1).ok_or(StoreError::Damaged)?;
        let record = record(generation, &body);
        let first = self.in_doubt.unwrap_or(known.first);
        self.saved = None;
        for half in [first, 1 - first] {
            self.in_doubt = Some(half);
            self.medium.write(self.start(half), &record)?;
            self.medium.sync()?;
        }
        self.in_doubt = None;
        self.known = Some(Known { generation, first });
        self.saved = Some(state.clone());
        Ok(())
    }

    /// Whether there is room for a record in so many quarters of a half.
    ///
    /// # Errors
    /// If there is not.
    pub fn fits(&self, state: &State, quarters: u64) -> Result<(), StoreError> {
        let (length, all) = (size(self.body(state)?.len()), self.room());
        let room = if quarters < 4 { (all / 4).saturating_mul(quarters) } else { all };
        if length > room { Err(StoreError::TooLarge { length, room }) } else { Ok(()) }
    }

    /// What the newest record says, as far as that is known.
    #[must_use]
    pub const fn record(&self) -> Option<&State> {
        self.saved.as_ref()
    }

    fn body(&self, state: &State) -> Result<Vec<u8>, StoreError> {
        let body = serde_json::to_vec(&Body { format: FORMAT.to_owned(), state: state.clone() }).map_err(io::Error::from)?;
        let (length, room) = (size(body.len()), self.room());
        if length > room { Err(StoreError::TooLarge { length, room }) } else { Ok(body) }
    }

    /// Bytes of a record.
    fn room(&self) -> u64 {
        (self.medium.capacity() / 2).saturating_sub(size(HEADER)).min(LONGEST)
    }

    fn start(&self, half: usize) -> u64 {
        if half == 0 { 0 } else { self.medium.capacity() / 2 }
    }

    fn copy(&mut self, half: usize) -> Result<Copy, StoreError> {
        let start = self.start(half);
        let room = self.room();
        let mut broken = Copy::Unfinished;
        if self.medium.capacity() / 2 > size(HEADER) {
            let mut header = [0; HEADER];
            self.medium.read(start, &mut header)?;
            if fields(&header).is_some_and(|(generation, _)| generation > 1) {
                broken = Copy::Broken;
            }
            if let Some((generation, length)) = fields(&header).filter(|(_, length)| *length <= room) {
                let mut body = vec![0; usize::try_from(length).unwrap_or_default()];
                self.medium.read(start.saturating_add(size(HEADER)), &mut body)?;
                if record(generation, &body).starts_with(&header) {
                    return Ok(Copy::Whole(generation, body));
                }
            }
        }
        Ok(if self.blank(start)? { Copy::Blank } else { broken })
    }

    /// Whether a half was never written, as far as a record would go: all its bits are the same.
    fn blank(&mut self, start: u64) -> io::Result<bool> {
        let (mut at, end) = (start, start.saturating_add((self.medium.capacity() / 2).min(LONGEST)));
        let mut first = None;
        let mut block = [0; 4096];
        while at < end {
            let length = usize::try_from(end - at).unwrap_or(usize::MAX).min(block.len());
            let block = block.get_mut(..length).unwrap_or_default();
            self.medium.read(at, block)?;
            for byte in block.iter() {
                let first = *first.get_or_insert(*byte);
                if *byte != first || !matches!(first, 0 | 0xff) {
                    return Ok(false);
                }
            }
            at = at.saturating_add(size(length));
        }
        Ok(true)
    }
}

/// What was read or written last.
#[derive(Debug)]
struct Known {
    generation: u64,
    /// The half that is written first next time: never the only one that is whole and newest.
    first: usize,
}

enum Copy {
    Blank,
    /// Maybe the first record of all, of which a part was written.
    Unfinished,
    /// A later record.
    Broken,
    Whole(u64, Vec<u8>),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    format: String,
    state: State,
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged => f.write_str("the state is damaged in both of its copies"),
            Self::Foreign => f.write_str("the state was written by another version"),
            Self::Io(error) => error.fmt(f),
            Self::TooLarge { length, room } => write!(f, "the state takes {length} bytes, and there is room for {room}"),
        }
    }
}

impl core::error::Error for StoreError {}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

fn record(generation: u64, body: &[u8]) -> Vec<u8> {
    let mut head = MAGIC.to_vec();
    head.extend(generation.to_be_bytes());
    head.extend(size(body.len()).to_be_bytes());
    let mut digest = Sha256Stream::new();
    digest.update(&head);
    digest.update(body);
    head.extend(digest.finish());
    head.extend(body);
    head
}

fn fields(header: &[u8; HEADER]) -> Option<(u64, u64)> {
    let (magic, rest) = header.split_first_chunk::<8>()?;
    let (generation, rest) = rest.split_first_chunk::<8>()?;
    let (length, _) = rest.split_first_chunk::<8>()?;
    (magic == MAGIC).then(|| (u64::from_be_bytes(*generation), u64::from_be_bytes(*length)))
}

fn size(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// The magic, the generation, the length, the digest.
const HEADER: usize = 8 + 8 + 8 + 32;

const FORMAT: &str = "suitpack-device-state/1";

/// A record is held in memory; one of a device with hundreds of components takes some ten kilobytes.
const LONGEST: u64 = 1 << 20;
