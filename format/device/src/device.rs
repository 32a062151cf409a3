//! A device: it is started, and then runs packages.

mod procedure;

use std::io::SeekFrom;

use suitpack_package::Cause;
use suitpack_processor::report::Recorder;

use crate::conditions::World;
use crate::description::Description;
use crate::engine::{Engine, RECORDS};
use crate::failed::{Failed, Trouble, Written};
use crate::medium::Media;
use crate::opened::{Opened, Shelf};
use crate::places::{Places, active, place, remembered};
use crate::redo::{self, StartError};
use crate::request::{Done, Request, Source};
use crate::state::{Place, State, Step};
use crate::store::Store;
use crate::supply::Origin;
use crate::watch::{Event, Watch};
use procedure::{about, not_opened};

/// A device whose state is known, and finished unless a place has changed.
#[derive(Debug)]
pub struct Device {
    description: Description,
    media: Media,
    store: Store,
    state: State,
    unfinished: Option<StartError>,
}

impl Device {
    /// Reads the state, or makes that of a device on which nothing was installed yet, and finishes what was decided before. If some
    /// of that cannot be [finished](Device::unfinished), because a place has changed, the device starts all the same, so that a
    /// package can mend it.
    ///
    /// # Errors
    /// If the state cannot be read or is that of another device, or a medium fails.
    pub fn start(description: Description, media: Media) -> Result<Self, StartError> {
        Self::start_watched(description, media, &mut ())
    }

    /// The same, told what is finished.
    ///
    /// # Errors
    /// As [`Device::start`].
    pub fn start_watched(description: Description, mut media: Media, watch: &mut dyn Watch) -> Result<Self, StartError> {
        let state = Place(String::from("state"));
        let medium =
            media.remove(&state).ok_or_else(|| std::io::Error::new(std::io::ErrorKind::NotFound, "there is no place `state`"))?;
        let mut store = Store::open(medium);
        // What no record says yet is saved with the first thing that changes: a description may be mended until then.
        let state = remembered(&description, store.load()?)?;
        let mut device = Self { description, media, store, state, unfinished: None };
        device.finish(watch)?;
        Ok(device)
    }

    /// Why some of what was decided could not be finished, when the device was started or last began to run a package. That is given
    /// up with the first thing that a package changes; until then what was changed can be put back. What it was to replace counts
    /// again if it is as it was, and is not known if not.
    #[must_use]
    pub const fn unfinished(&self) -> Option<&StartError> {
        self.unfinished.as_ref()
    }

    /// What it remembers.
    #[must_use]
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// What it is.
    #[must_use]
    pub const fn description(&self) -> &Description {
        &self.description
    }

    /// The media it works on, all but that of the state.
    #[must_use]
    pub const fn media(&self) -> &Media {
        &self.media
    }

    /// Where the content of a component is that would be run now, and how many bytes it has.
    #[must_use]
    pub fn active(&self, component: &str) -> Option<(Place, u64)> {
        let found = self.description.components.iter().find(|other| other.name() == component)?;
        let place = place(component, active(found, &self.state));
        self.state.lengths.get(&place).map(|length| (place.clone(), *length))
    }

    /// Runs one procedure of a package. Nothing that is active changes unless it ends well; then all of it changes at once. An image
    /// with a fallback is written over, and its fallback is active until then.
    ///
    /// # Errors
    /// Why it did not end well. What was active is active still, unless [`Failed::fell_back`] or [`Failed::decided`] say otherwise.
    pub fn run(&mut self, package: &mut dyn Source, request: &Request<'_>, watch: &mut dyn Watch) -> Result<Done, Failed> {
        let before = |trouble: Trouble| trouble.into_failed(None, Written::default());
        if !self.state.redo.is_empty() {
            self.finish(watch).map_err(|error| before(error.into()))?;
        }
        let promised = self.store.record().cloned();
        let done = self.procedure(package, request, watch);
        match &done {
            // A record may or may not have been written.
            Err(failed) if failed.cause == Cause::Io => self.reload(promised.as_ref()),
            // What was decided now cannot be finished either.
            Err(failed) if failed.decided => drop(self.finish(&mut ())),
            _ => {}
        }
        if self.store.says(&self.state) {
            self.unfinished = None;
        }
        done
    }

    /// Goes on from what the record says, which before this run was what is `promised`.
    fn reload(&mut self, promised: Option<&State>) {
        let Ok(Some(record)) = self.store.load() else { return };
        if promised != Some(&record) {
            self.unfinished = None;
        }
        let Ok(state) = remembered(&self.description, Some(record)) else { return };
        self.state = if self.unfinished.is_some() { redo::given_up(&state, &mut self.media) } else { state };
    }

    fn procedure(&mut self, package: &mut dyn Source, request: &Request<'_>, watch: &mut dyn Watch) -> Result<Done, Failed> {
        let before = |trouble: Trouble| trouble.into_failed(None, Written::default());
        let shelf = Shelf::new();
        let start = package.stream_position().map_err(|error| before(Trouble::io(&error)))?;
        let needed = request.procedure.sections();
        let opened = match Opened::read(&mut *package, Origin::Package(start), &shelf, request, needed) {
            Ok(opened) => opened,
            Err(trouble) => {
                if package.seek(SeekFrom::Start(start)).is_ok() {
                    not_opened(package, trouble.reason, request, &self.description.components, watch);
                }
                return Err(before(trouble));
            }
        };
        let about = about(opened.manifest().reference_uri(), opened.wrapper_digest, request);
        let (mut probed, mut records) = (vec![0; RECORDS], vec![0; RECORDS]);
        let Self { description, media, store, state, unfinished } = self;
        let world = World { identity: &description.identity, facts: &description.facts };
        let mut places = Places::new(description, media, store, state);
        if unfinished.is_some() {
            let steps = places.store.record().into_iter().flat_map(|record| record.redo.iter());
            places.given_up = steps.flat_map(Step::places).filter_map(|place| place.component().map(str::to_owned)).collect();
        }
        let mut engine = Engine::new(places, world, package, request, watch, (Recorder::new(&mut records), about));
        let done = engine.whole(&opened, &shelf, Recorder::new(&mut probed));
        engine.tell();
        done
    }

    /// Does what is decided.
    fn finish(&mut self, watch: &mut dyn Watch) -> Result<(), StartError> {
        let finished = redo::finish(&mut self.state, &mut self.media, &mut self.store, watch);
        self.unfinished = None;
        match finished {
            Err(error @ (StartError::Changed(_) | StartError::Unreadable(..))) => {
                if let StartError::Changed(places) | StartError::Unreadable(places, _) = &error {
                    watch.event(&Event::Changed(places));
                }
                self.state = redo::given_up(&self.state, &mut self.media);
                self.unfinished = Some(error);
                Ok(())
            }
            finished => finished,
        }
    }
}
