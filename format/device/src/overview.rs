//! What a device holds, for whoever only wants to know.

use core::time::Duration;
use std::io;
use std::thread;

use crate::description::{Component, Description};
use crate::medium::{Looked, Media, Medium};
use crate::places::{active, place, remembered};
use crate::redo::{self, StartError};
use crate::state::{Place, State, Step};
use crate::store::{Store, StoreError};
use crate::watch::{Event, Watch};

/// A device that is looked at: nothing of it changes, and what was decided is not finished.
#[derive(Debug)]
pub struct Overview {
    description: Description,
    media: Media,
    state: State,
    begun: bool,
}

/// What a component holds.
#[derive(Clone, Debug)]
pub struct Held<'o> {
    /// The component.
    pub component: &'o Component,
    /// The slot that counts.
    pub slot: usize,
    /// Where that is.
    pub place: Place,
    /// Bytes of what is there, if that is known.
    pub length: Option<u64>,
    /// Its version, if that is known.
    pub version: Option<&'o [i64]>,
    /// Whether the bytes are there already: what was decided and not finished may still have to bring them.
    pub finished: bool,
}

impl Overview {
    /// Reads the state, or takes that of a device on which nothing was installed yet.
    ///
    /// # Errors
    /// If the state cannot be read, or is that of another device.
    pub fn read(description: Description, looked: Looked) -> Result<Self, StartError> {
        let Looked { mut media, busy } = looked;
        let mut found = None;
        if let Some(medium) = media.remove(&Place(String::from("state"))) {
            let mut store = Store::open(medium);
            found = store.load().or_else(|error| if busy { again(&mut store, error) } else { Err(error) })?;
        }
        let begun = found.is_some();
        let state = remembered(&description, found)?;
        Ok(Self { description, media, state, begun })
    }

    /// What it is.
    #[must_use]
    pub const fn description(&self) -> &Description {
        &self.description
    }

    /// What it remembers.
    #[must_use]
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// Whether it ever remembered anything: if not, all that is known stands in its description and its files.
    #[must_use]
    pub const fn is_begun(&self) -> bool {
        self.begun
    }

    /// What each component holds.
    pub fn components(&self) -> impl Iterator<Item = Held<'_>> {
        self.description.components.iter().map(|component| {
            let name = component.name();
            let slot = active(component, &self.state);
            let place = place(&name, slot);
            let length = self.state.lengths.get(&place).copied();
            let version = self.state.components.get(&name).and_then(|holding| holding.version.as_deref());
            let finished = !self.state.redo.iter().any(|step| match step {
                Step::Copy { to, .. } => *to == place,
                Step::Exchange { a, b, .. } => *a == place || *b == place,
                Step::Cut { .. } => false,
            });
            Held { component, slot, place, length, version, finished }
        })
    }

    /// The SHA-256 of the first `length` bytes of a place, in hexadecimal, as they are on the medium now.
    ///
    /// # Errors
    /// If they cannot be read, or the file is not there.
    pub fn digest(&mut self, place: &Place, length: u64, watch: &mut dyn Watch) -> io::Result<String> {
        let gone = || io::Error::new(io::ErrorKind::NotFound, "the file is not there");
        let medium: &mut (dyn Medium + 'static) = self.media.get_mut(place).ok_or_else(gone)?.as_mut();
        if length > medium.capacity() {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the place is smaller than what it is to hold"));
        }
        // What is in a cache only is not on the medium.
        medium.sync()?;
        redo::digest(medium, length, |done| watch.event(&Event::Progress { done, total: Some(length) }))
    }
}

/// Whoever has the device may be writing the record: of its two copies one is whole at any moment, but not the same one at all.
fn again(store: &mut Store, mut error: StoreError) -> Result<Option<State>, StoreError> {
    for _ in 0..PATIENCE {
        if !matches!(error, StoreError::Damaged) {
            break;
        }
        thread::sleep(Duration::from_millis(20));
        match store.load() {
            Err(other) => error = other,
            found => return found,
        }
    }
    Err(error)
}

/// Looks at a record that is being written.
const PATIENCE: usize = 10;
