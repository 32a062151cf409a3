//! What each component holds now: the active content, or what this procedure has written.

mod bytes;
mod layout;
mod write;

use std::collections::BTreeSet;

use suitpack_core::report::Reason;
use suitpack_package::Cause;

use crate::description::{Component, Description};
use crate::failed::{Trouble, Written};
use crate::medium::{Media, Medium};
use crate::redo;
use crate::state::{Holding, Place, State, Step};
use crate::store::Store;
pub(crate) use bytes::{Extent, Target};
pub(crate) use layout::{active, place, remembered, slots};

/// The components of a device while a procedure runs. What is active does not change here.
pub(crate) struct Places<'d> {
    pub(crate) components: &'d [Component],
    pub(crate) media: &'d mut Media,
    pub(crate) store: &'d mut Store,
    /// As it was saved last.
    pub(crate) state: &'d mut State,
    pub(crate) seats: Vec<Seat>,
    /// Written and not synced.
    touched: BTreeSet<Place>,
    /// Whether something written could not be made durable: what is read of it then may be in a cache only.
    in_doubt: bool,
    pub(crate) written: Written,
    /// What may be done to components.
    pub(crate) rights: Rights,
    /// Components of which the record still promises what cannot be finished: they are not as it has them.
    pub(crate) given_up: BTreeSet<String>,
}

/// What a procedure may do to components.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Rights {
    /// Look at them.
    #[default]
    Nothing,
    /// Write working components, which are never active.
    Working,
    /// Give them up.
    Remove,
    /// Everything.
    Update,
}

/// A component and what it holds.
#[derive(Clone, Debug)]
pub(crate) struct Seat {
    pub(crate) name: String,
    /// Where its active content is.
    pub(crate) home: Place,
    pub(crate) now: Content,
    /// The component it was exchanged with.
    pub(crate) with: Option<usize>,
    /// Whether it was given up.
    pub(crate) removed: bool,
}

/// Bytes in a place, and what is known of them.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    pub(crate) place: Place,
    /// Without, nothing is known.
    pub(crate) length: Option<u64>,
    pub(crate) version: Option<Vec<i64>>,
    /// The SHA-256 of all of an envelope that is held here, if it was found intact when it was written.
    pub(crate) envelope: Option<String>,
    /// The SHA-256 of all bytes in hexadecimal, taken when they were found to be what somebody signed.
    pub(crate) digest: Option<String>,
    /// Written in this procedure.
    pub(crate) fresh: bool,
    /// Found to be what somebody signed; what was there before was found so before.
    pub(crate) judged: bool,
    /// Found so in this procedure.
    pub(crate) validated: bool,
}

impl<'d> Places<'d> {
    pub(crate) fn new(description: &'d Description, media: &'d mut Media, store: &'d mut Store, state: &'d mut State) -> Self {
        let mut places = Self {
            components: &description.components,
            media,
            store,
            state,
            seats: Vec::new(),
            touched: BTreeSet::new(),
            in_doubt: false,
            written: Written::default(),
            rights: Rights::Nothing,
            given_up: BTreeSet::new(),
        };
        places.reset();
        places
    }

    /// Everybody at home, as the state has it.
    pub(crate) fn reset(&mut self) {
        self.seats = self.components.iter().map(|component| Seat::of(component, self.state)).collect();
    }

    /// The component with this identifier.
    pub(crate) fn find<'s>(&self, id: impl Iterator<Item = &'s [u8]> + Clone) -> Option<usize> {
        self.components.iter().position(|component| component.id.iter().map(Vec::as_slice).eq(id.clone()))
    }

    pub(crate) fn seat(&self, at: usize) -> Result<&Seat, Trouble> {
        self.seats.get(at).ok_or_else(unknown)
    }

    pub(crate) fn seat_mut(&mut self, at: usize) -> Result<&mut Seat, Trouble> {
        self.seats.get_mut(at).ok_or_else(unknown)
    }

    pub(crate) fn component(&self, at: usize) -> Result<&'d Component, Trouble> {
        self.components.get(at).ok_or_else(unknown)
    }

    /// The bytes a component holds. What was written is made durable first, so that it is read back and not remembered.
    pub(crate) fn read(&mut self, at: usize) -> Result<Extent<'_>, Trouble> {
        let seat = self.seat(at)?;
        let length = seat.now.length.ok_or_else(|| Trouble::operation(Cause::Policy, "it holds nothing that is known"))?;
        let place = seat.now.place.clone();
        if self.touched.remove(&place) {
            self.settle(&place)?;
        }
        Ok(Extent::new(medium(self.media, &place)?, length))
    }

    /// The SHA-256 of the first bytes of a place, in hexadecimal. What was written is made durable first, and read back.
    pub(crate) fn digest(&mut self, place: &Place, length: u64) -> Result<String, Trouble> {
        if self.touched.remove(place) {
            self.settle(place)?;
        }
        redo::digest(medium(self.media, place)?, length, |_| ()).map_err(|error| Trouble::io(&error))
    }

    /// The same of all that a component holds.
    pub(crate) fn digest_of(&mut self, at: usize) -> Result<String, Trouble> {
        let (length, place) = (self.read(at)?.left(), self.seat(at)?.now.place.clone());
        self.digest(&place, length)
    }

    /// Exchanges the contents of two components, at once for whoever asks and in fact when it is decided.
    pub(crate) fn swap(&mut self, one: usize, other: usize) -> Result<(), Trouble> {
        let refused = |detail: &str| Err(Trouble::operation(Cause::Policy, detail));
        if self.rights != Rights::Update {
            return refused("nothing is exchanged in this procedure");
        }
        let (a, b) = (self.seat(one)?.clone(), self.seat(other)?.clone());
        for (at, seat) in [(one, &a), (other, &b)] {
            if seat.with.is_some() || seat.removed || seat.now.place != seat.home || !layout::exchanges(self.component(at)?) {
                let detail = format!(
                    "{} cannot be exchanged: it was exchanged before in this procedure, waits elsewhere, or falls back; layout `working` can",
                    seat.name
                );
                return Err(Trouble::operation(Cause::Policy, detail));
            }
        }
        let longest = a.now.length.max(b.now.length).unwrap_or_default();
        for seat in [&a, &b] {
            self.writable(&seat.home)?;
            if medium(self.media, &seat.home)?.capacity() < longest {
                return refused("there is no room to exchange it");
            }
        }
        if one == other || !self.media.contains_key(&Place::scratch()) {
            return refused("an exchange needs two components and a scratch area");
        }
        for (at, with, now) in [(one, other, b.now), (other, one, a.now)] {
            let seat = self.seat_mut(at)?;
            (seat.with, seat.now) = (Some(with), now);
        }
        Ok(())
    }

    /// Gives a component up: at the end it holds nothing.
    pub(crate) fn remove(&mut self, at: usize) -> Result<(), Trouble> {
        let may = matches!(self.rights, Rights::Update | Rights::Remove);
        let seat = self.seat_mut(at)?;
        if !may || seat.with.is_some() || seat.now.length.is_none() {
            return Err(Trouble::operation(
                Cause::Policy,
                "it cannot be given up: it holds nothing that is known, or was exchanged",
            ));
        }
        seat.removed = true;
        let now = seat.now.clone();
        seat.now = Content { length: None, version: None, envelope: None, digest: None, fresh: false, validated: false, ..now };
        Ok(())
    }

    /// Makes all that was written durable.
    pub(crate) fn sync(&mut self) -> Result<(), Trouble> {
        for place in core::mem::take(&mut self.touched) {
            self.settle(&place)?;
        }
        if self.in_doubt {
            return Err(Trouble::operation(Cause::Io, "a medium failed, and what it holds now is not known"));
        }
        Ok(())
    }

    /// A failure is told once by some systems: what failed here is not durable, even if the next try seems to succeed.
    fn settle(&mut self, place: &Place) -> Result<(), Trouble> {
        let settled = medium(self.media, place)?.sync();
        self.in_doubt |= settled.is_err();
        settled.map_err(|error| Trouble::io(&error))
    }

    /// Makes sure that what a state decides can be done, and that those who may not speak for everything leave room for the others.
    pub(crate) fn reserve(&mut self, state: &State, all: bool) -> Result<(), Trouble> {
        self.store.fits(&redo::longest(state), if all { 4 } else { 3 })?;
        for step in &state.redo {
            let (places, length) = match step {
                Step::Copy { to, content, .. } => (vec![to], content.length),
                Step::Exchange { a, b, length, .. } => (vec![a, b], *length),
                Step::Cut { place, .. } => (vec![place], 0),
            };
            if places.len() > 1 {
                let scratch = Place::scratch();
                self.writable(&scratch)?;
                let scratch = medium(self.media, &scratch)?;
                scratch.reserve(scratch.capacity()).map_err(|error| Trouble::io(&error))?;
            }
            for place in places {
                self.writable(place)?;
                if length > 0 {
                    medium(self.media, place)?.reserve(length).map_err(|error| Trouble::io(&error))?;
                }
            }
        }
        Ok(())
    }

    /// Refuses what would have to be written where nothing can be.
    fn writable(&mut self, place: &Place) -> Result<(), Trouble> {
        let written = medium(self.media, place)?.writable();
        written.map_err(|error| Trouble::operation(Cause::Io, format!("{} is to be written and cannot be: {error}", place.0)))
    }

    /// Puts a record in the place of the last one, once all it speaks of is durable.
    pub(crate) fn save(&mut self, state: State) -> Result<(), Trouble> {
        self.sync()?;
        self.store.save(&state)?;
        *self.state = state;
        Ok(())
    }
}

impl Seat {
    fn of(component: &Component, state: &State) -> Self {
        let name = component.name();
        let home = place(&name, active(component, state));
        let Holding { version, envelope, .. } = state.components.get(&name).cloned().unwrap_or_default();
        let length = state.lengths.get(&home).copied();
        let now =
            Content { place: home.clone(), length, version, envelope, digest: None, fresh: false, judged: true, validated: false };
        Self { name, home, now, with: None, removed: false }
    }
}

/// The medium of a place.
pub(crate) fn medium<'m>(media: &'m mut Media, place: &Place) -> Result<&'m mut (dyn Medium + 'static), Trouble> {
    match media.get_mut(place) {
        Some(medium) => Ok(medium.as_mut()),
        None => Err(Trouble::operation(Cause::Io, format!("there is no place `{}`", place.0))),
    }
}

fn unknown() -> Trouble {
    Trouble::new(Reason::ComponentUnsupported, Cause::Policy, "the device has no such component")
}
