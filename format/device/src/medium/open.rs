//! The media of a whole device.

use core::fmt;
use std::fs::{File, Metadata, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use super::file::{FileMedium, same};
use super::{Media, Medium};
use crate::description::{Component, Description, Layout, Location};
use crate::state::{MAGIC, Place};

/// Why the media of a device cannot be had.
#[derive(Debug)]
#[non_exhaustive]
pub enum OpenError {
    /// Another process has the device; this file is locked.
    Busy(PathBuf),
    /// Something is not what the description says.
    Unfit(PathBuf, String),
    /// Something could not be opened.
    Io(PathBuf, io::Error),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy(path) => write!(f, "another process uses the device: `{}` is locked", path.display()),
            Self::Unfit(path, what) => write!(f, "`{}` {what}", path.display()),
            Self::Io(path, _) => write!(f, "cannot open `{}`", path.display()),
        }
    }
}

impl core::error::Error for OpenError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Io(_, error) => Some(error),
            _ => None,
        }
    }
}

impl Component {
    /// Where its bytes are: slots by their index, the fallback as the slot behind the first, and the staging area.
    #[must_use]
    pub fn places(&self) -> Vec<(Place, &Location)> {
        let place = |which: &str| Place(format!("{}:{which}", self.name()));
        match &self.layout {
            Layout::Alternate(slots) => slots.iter().enumerate().map(|(index, slot)| (place(&index.to_string()), slot)).collect(),
            Layout::Single { slot, staging } => vec![(place("0"), slot), (place("staging"), staging)],
            Layout::Fallback { slot, fallback } => vec![(place("0"), slot), (place("1"), fallback)],
            Layout::Swap { primary, secondary } => vec![(place("0"), primary), (place("1"), secondary)],
            Layout::Working(slot) => vec![(place("0"), slot)],
        }
    }
}

impl Layout {
    /// The place that is never written, if there is one.
    const fn kept(&self) -> Option<&Location> {
        match self {
            Self::Fallback { fallback, .. } => Some(fallback),
            _ => None,
        }
    }
}

impl Description {
    /// All places of the device.
    #[must_use]
    pub fn places(&self) -> Vec<(Place, &Location)> {
        let scratch = self.scratch.iter().map(|scratch| (Place(String::from("scratch")), scratch));
        let own = core::iter::once((Place(String::from(STATE)), &self.state)).chain(scratch);
        own.chain(self.components.iter().flat_map(Component::places)).collect()
    }

    /// Opens everything for one process, which holds a lock on the state as long as it keeps that. A fallback is never written, and
    /// what else cannot be written may be read: whoever is to write it is told.
    ///
    /// # Errors
    /// If another process has the device, the state cannot be written, or some of it is not as described.
    pub fn open(&self) -> Result<Media, OpenError> {
        let state = FileMedium::open(&self.state).map_err(|error| failed(&self.state, error))?;
        state.writable().map_err(|error| failed(&self.state, error))?;
        lock(&self.state, state.file().try_lock())?;
        ours(&self.state, state.file())?;
        let rest = self.places().into_iter().filter(|(place, _)| place.0 != STATE);
        let kept: Vec<&Location> = self.components.iter().filter_map(|component| component.layout.kept()).collect();
        let open =
            |location| if kept.contains(&location) { FileMedium::open_to_read(location) } else { FileMedium::open(location) };
        let media = rest.map(|(place, location)| Ok((place, location, open(location).map_err(|error| failed(location, error))?)));
        let mut media = media.collect::<Result<Vec<_>, _>>()?;
        media.push((Place(String::from(STATE)), &self.state, state));
        apart(media.iter().map(|(_, location, medium)| (*location, medium)))?;
        Ok(media.into_iter().map(|(place, _, medium)| (place, Box::new(medium) as Box<dyn Medium>)).collect())
    }
}

/// A file that begins with something else than a state is somebody's: it is not taken for a blank one. One copy of a state may have
/// rotted.
pub(super) fn ours(state: &Location, file: &File) -> Result<(), OpenError> {
    let begins = |at| begins(file, at).map_err(|error| OpenError::Io(state.path.clone(), error));
    let start = begins(state.offset)?;
    let blank = start.iter().all(|byte| *byte == 0) || start.iter().all(|byte| *byte == 0xff);
    if blank || &start == MAGIC || &begins(state.offset.saturating_add(state.size / 2))? == MAGIC {
        return Ok(());
    }
    Err(OpenError::Unfit(state.path.clone(), String::from("holds something that is no state of a device")))
}

/// The first bytes from somewhere on; zeros behind the end.
fn begins(mut file: &File, at: u64) -> io::Result<[u8; MAGIC.len()]> {
    let mut start = [0; MAGIC.len()];
    file.seek(SeekFrom::Start(at))?;
    let mut filled = 0;
    while let Some(rest) = start.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match file.read(rest)? {
            0 => break,
            got => filled = filled.saturating_add(got),
        }
    }
    Ok(start)
}

fn lock(state: &Location, result: Result<(), TryLockError>) -> Result<(), OpenError> {
    match result {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(OpenError::Busy(state.path.clone())),
        Err(TryLockError::Error(error)) => Err(OpenError::Io(state.path.clone(), error)),
    }
}

pub(super) fn failed(location: &Location, error: io::Error) -> OpenError {
    let path = location.path.clone();
    match error.kind() {
        io::ErrorKind::InvalidInput if error.get_ref().is_some() => OpenError::Unfit(path, error.to_string()),
        _ => OpenError::Io(path, error),
    }
}

/// Holds what was opened against the description as a whole: files under two names, files that are longer than anything in them.
pub(super) fn apart<'m>(media: impl Iterator<Item = (&'m Location, &'m FileMedium)>) -> Result<(), OpenError> {
    let mut seen: Vec<(&Path, Metadata, u64, Vec<&Location>)> = Vec::new();
    for (location, medium) in media {
        let found = medium.file().metadata().map_err(|error| OpenError::Io(location.path.clone(), error))?;
        let end = location.offset.saturating_add(location.size);
        match seen.iter_mut().find(|(_, other, ..)| same(other, &found)) {
            None => seen.push((&location.path, found, end, vec![location])),
            Some((_, _, last, locations)) => {
                if let Some(other) = locations.iter().find(|other| overlap(other, location)) {
                    let words = format!("overlaps a place in `{}`, which is the same file", other.path.display());
                    return Err(OpenError::Unfit(location.path.clone(), words));
                }
                *last = end.max(*last);
                locations.push(location);
            }
        }
    }
    let long = seen.iter().find(|(_, found, end, _)| found.is_file() && found.len() > *end);
    long.map_or(Ok(()), |(path, found, end, _)| {
        let words = format!("has {} bytes; the description has room for {end}", found.len());
        Err(OpenError::Unfit((*path).to_owned(), words))
    })
}

const fn overlap(a: &Location, b: &Location) -> bool {
    a.offset < b.offset.saturating_add(b.size) && b.offset < a.offset.saturating_add(a.size)
}

/// The name of the place where the state is.
pub(super) const STATE: &str = "state";
