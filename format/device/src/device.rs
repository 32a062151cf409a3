//! A device: it is started, and then runs packages.

use std::io::SeekFrom;

use suitpack_core::manifest::Section;
use suitpack_core::report::Reason;
use suitpack_core::{Digest, Envelope};
use suitpack_package::{Cause, Package};
use suitpack_processor::Procedure;
use suitpack_processor::report::{About, Recorder};

use crate::conditions::World;
use crate::description::{Component, Description};
use crate::engine::{Engine, Ledger, RECORDS, report, rollback, root_key};
use crate::failed::{Failed, Trouble};
use crate::medium::Media;
use crate::opened::{Opened, Shelf};
use crate::places::{Places, Rights, active, factory, place};
use crate::redo;
use crate::request::{Done, Request, Source};
use crate::state::{Place, State};
use crate::store::{Store, StoreError};
use crate::supply::Origin;
use crate::watch::{Event, Watch};

/// A device whose state is known and finished.
#[derive(Debug)]
pub struct Device {
    description: Description,
    media: Media,
    store: Store,
    state: State,
}

impl Device {
    /// Reads the state, or makes that of a device on which nothing was installed yet, and finishes what was decided before.
    ///
    /// # Errors
    /// If the state cannot be read or a medium fails.
    pub fn start(description: Description, media: Media) -> Result<Self, StoreError> {
        Self::start_watched(description, media, &mut ())
    }

    /// The same, told what is finished.
    ///
    /// # Errors
    /// As [`Device::start`].
    pub fn start_watched(description: Description, mut media: Media, watch: &mut dyn Watch) -> Result<Self, StoreError> {
        let state = Place(String::from("state"));
        let medium =
            media.remove(&state).ok_or_else(|| std::io::Error::new(std::io::ErrorKind::NotFound, "there is no place `state`"))?;
        let mut store = Store::open(medium);
        let state = match store.load()? {
            Some(state) => state,
            None => {
                let state = factory(&description);
                store.save(&state)?;
                state
            }
        };
        let mut device = Self { description, media, store, state };
        device.finish(watch)?;
        Ok(device)
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

    /// Runs one procedure of a package. Nothing that is active changes unless it ends well; then all of it changes at once.
    ///
    /// # Errors
    /// Why it did not end well. What was active is active still, unless [`Failed::decided`] says otherwise.
    pub fn run(&mut self, package: &mut dyn Source, request: &Request<'_>, watch: &mut dyn Watch) -> Result<Done, Failed> {
        let before = |trouble: Trouble| trouble.into_failed(None, false);
        if !self.state.redo.is_empty() {
            self.finish(watch).map_err(|error| before(error.into()))?;
        }
        let done = self.procedure(package, request, watch);
        if matches!(&done, Err(failed) if failed.cause == Cause::Io) {
            // A record may or may not have been written.
            if let Ok(Some(state)) = self.store.load() {
                self.state = state;
            }
        }
        done
    }

    fn procedure(&mut self, package: &mut dyn Source, request: &Request<'_>, watch: &mut dyn Watch) -> Result<Done, Failed> {
        let before = |trouble: Trouble| trouble.into_failed(None, false);
        let shelf = Shelf::new();
        let start = package.stream_position().map_err(|error| before(Trouble::io(&error)))?;
        let needed = request.procedure.sections();
        let opened = match Opened::read(&mut *package, Origin::Package(start), &shelf, &request.trust, needed) {
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
        let Self { description, media, store, state } = self;
        let world = World { identity: &description.identity, facts: &description.facts };
        let places = Places::new(description, media, store, state);
        let mut engine = Engine::new(places, world, package, request, watch, (Recorder::new(&mut records), about));
        let done = engine.whole(&opened, &shelf, Recorder::new(&mut probed));
        engine.tell();
        done
    }

    /// Does what is decided.
    fn finish(&mut self, watch: &mut dyn Watch) -> Result<(), StoreError> {
        redo::finish(&mut self.state, &mut self.media, &mut self.store, &mut |step| watch.event(&Event::Redo(step)))
    }
}

impl<'e> Engine<'e, '_> {
    /// A procedure from the first check to the last step; `probed` is for looking at what is installed.
    fn whole<'a>(&mut self, opened: &Opened<'a>, shelf: &'a Shelf, probed: Recorder<'e>) -> Result<Done, Failed> {
        let procedure = self.request.procedure;
        let key = root_key(opened);
        // SUIT-9: before any command runs.
        rollback(opened, &key, self.places.state).map_err(|trouble| self.refused(trouble))?;
        let known = self.places.state.manifests.get(&key).and_then(|installed| installed.digest.as_deref());
        let installed = known == Some(opened.digest.as_str());
        if procedure == Procedure::Update && installed && self.is_whole(opened, shelf, probed) {
            return Ok(Done::AlreadyInstalled);
        }
        let refused = |detail: &str| Err(Trouble::operation(Cause::Policy, detail));
        let rights = match procedure {
            Procedure::Update => Ok(Rights::Update),
            Procedure::Invocation => Ok(Rights::Working),
            Procedure::Uninstall if !installed => refused("only what is installed can be uninstalled"),
            Procedure::Uninstall if !opened.program.has(Section::Uninstall) => refused("it does not say how it is uninstalled"),
            Procedure::Uninstall => Ok(Rights::Remove),
            _ => refused("a device runs whole procedures only"),
        };
        self.places.rights = rights.map_err(|trouble| self.refused(trouble))?;
        self.candidates = procedure == Procedure::Update;
        self.run(opened, shelf, procedure)?;
        match procedure {
            Procedure::Invocation => self.ledger = Ledger::default(),
            Procedure::Uninstall => drop(self.ledger.gone.insert(key)),
            _ => {}
        }
        let outcome = self.places.outcome(&self.ledger).map_err(|trouble| self.refused(trouble))?;
        if outcome != *self.places.state {
            self.places.save(outcome).map_err(|trouble| self.refused(trouble))?;
            self.watch.event(&Event::Decided);
        }
        let (places, watch) = (&mut self.places, &mut *self.watch);
        let finished = redo::finish(places.state, places.media, places.store, &mut |step| watch.event(&Event::Redo(step)));
        finished.map_err(|error| {
            let detail = format!("it is decided, and will be finished at the next start: {error}");
            Failed { decided: true, ..self.refused(Trouble::operation(Cause::Io, detail)) }
        })?;
        Ok(if procedure == Procedure::Update { Done::Installed } else { Done::Completed })
    }

    /// Whether what the manifest installs is there and right; if not, it is to be installed anew. Nobody is told, nothing is done.
    fn is_whole<'a>(&mut self, opened: &Opened<'a>, shelf: &'a Shelf, probed: Recorder<'e>) -> bool {
        if !opened.program.has(Section::Validate) {
            return false;
        }
        let recorder = core::mem::replace(&mut self.recorder, probed);
        self.silent = true;
        let whole = self.run(opened, shelf, Procedure::Dependency(Section::Validate)).is_ok();
        self.silent = false;
        if !whole {
            self.recorder = recorder;
            self.places.reset();
        }
        whole
    }
}

/// A report of a package that was not opened, if it can be said which manifest it holds.
fn not_opened(package: &mut dyn Source, reason: Reason, request: &Request<'_>, components: &[Component], watch: &mut dyn Watch) {
    let Ok(package) = Package::open(package) else { return };
    let Ok((envelope, _)) = Envelope::parse_head(package.readable()) else { return };
    let Ok(authentication) = envelope.authentication() else { return };
    // Nothing of a manifest is looked at that nobody vouches for.
    let manifest = envelope.authenticate(&request.trust).ok();
    let uri = manifest.as_ref().and_then(|manifest| manifest.get().reference_uri());
    let mut recorder = Recorder::new(&mut []);
    recorder.refused(reason, 0);
    report(&recorder, &about(uri, authentication.digest(), request), components, watch);
}

fn about<'r>(uri: Option<&'r str>, manifest_digest: Digest<'r>, request: &Request<'r>) -> About<'r> {
    About { manifest_uri: uri.unwrap_or_default(), manifest_digest, nonce: request.nonce, capabilities: None }
}
