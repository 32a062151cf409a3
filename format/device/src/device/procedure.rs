//! A procedure as a whole.

use suitpack_core::manifest::Section;
use suitpack_core::report::Reason;
use suitpack_core::{Digest, Envelope};
use suitpack_package::{Cause, Package};
use suitpack_processor::Procedure;
use suitpack_processor::report::{About, Recorder};

use crate::description::Component;
use crate::engine::{Engine, Ledger, called, report, rightful, rollback, root_key};
use crate::failed::{Failed, Trouble};
use crate::opened::{Opened, Shelf};
use crate::places::Rights;
use crate::redo::{self, StartError};
use crate::request::{Done, Request, Source};
use crate::watch::{Event, Watch};

impl<'e> Engine<'e, '_> {
    /// A procedure from the first check to the last step; `probed` is for looking at what is installed.
    pub(super) fn whole<'a>(&mut self, opened: &Opened<'a>, shelf: &'a Shelf, probed: Recorder<'e>) -> Result<Done, Failed> {
        let procedure = self.request.procedure;
        let key = root_key(opened);
        // SUIT-9: before any command runs.
        let installed = self.places.state.has(&key, &opened.digest);
        // What is in already is not let in: it may be run and uninstalled, though a newer one came since, as a dependency of another.
        let late = if installed && procedure != Procedure::Update { Ok(()) } else { rollback(opened, &key, self.places.state) };
        rightful(opened).and(late).map_err(|trouble| self.refused(trouble))?;
        if procedure == Procedure::Update && installed && !self.is_lost(opened) && self.is_whole(opened, shelf, probed) {
            return Ok(Done::AlreadyInstalled);
        }
        let refused = |detail: &str| Err(Trouble::operation(Cause::Policy, detail));
        let says = procedure.sections().iter().any(|section| opened.program.has(*section));
        let rights = match procedure {
            Procedure::Update if !says => refused("it does not say how it is installed"),
            Procedure::Update => Ok(Rights::Update),
            Procedure::Invocation if !says => refused("it does not say how it is invoked"),
            Procedure::Invocation => Ok(Rights::Working),
            Procedure::Uninstall if !installed => refused("only what is installed can be uninstalled"),
            Procedure::Uninstall if !opened.program.has(Section::Uninstall) => refused("it does not say how it is uninstalled"),
            Procedure::Uninstall => Ok(Rights::Remove),
            _ => refused("a device runs whole procedures only"),
        };
        self.places.rights = rights.map_err(|trouble| self.refused(trouble))?;
        self.candidates = procedure == Procedure::Update;
        self.run(opened, shelf, procedure)?;
        self.is_mended(shelf).map_err(|trouble| self.refused(trouble))?;
        match procedure {
            Procedure::Invocation => self.ledger = Ledger::default(),
            Procedure::Uninstall => drop(self.ledger.gone.insert(key)),
            Procedure::Update => {
                self.ledger.root = Some((key, self.dependencies(opened).map_err(|trouble| self.refused(trouble))?))
            }
            _ => {}
        }
        let outcome = self.go_on().and_then(|()| self.places.outcome(&self.ledger));
        let outcome = outcome.map_err(|trouble| self.refused(trouble))?;
        if outcome != *self.places.state {
            self.places.reserve(&outcome, opened.mandate.all).map_err(|trouble| self.refused(trouble))?;
            self.places.save(outcome).map_err(|trouble| self.refused(trouble))?;
            self.watch.event(&Event::Decided);
        }
        let places = &mut self.places;
        let finished = redo::finish(places.state, places.media, places.store, self.watch);
        finished.map_err(|error| {
            if let StartError::Changed(places) = &error {
                self.watch.event(&Event::Changed(places));
            }
            let trouble = Trouble::from(error);
            let when = if trouble.cause == Cause::Io { "will be finished at the next start" } else { "cannot be finished" };
            let detail = format!("it is decided, and {when}: {}", trouble.detail);
            Failed { decided: true, ..self.refused(Trouble { detail, ..trouble }) }
        })?;
        Ok(if procedure == Procedure::Update { Done::Installed } else { Done::Completed })
    }

    /// Whether something was given up that the manifest, or a dependency of it, brings: then it is not whole, whatever it asks for.
    fn is_lost(&self, opened: &Opened<'_>) -> bool {
        let names: Vec<String> = opened.manifest().common().components().map(|id| called(&id)).collect();
        let lost = &self.places.given_up;
        !lost.is_empty() && (opened.program.dependencies().next().is_some() || names.iter().any(|name| lost.contains(name)))
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
pub(super) fn not_opened(
    package: &mut dyn Source,
    reason: Reason,
    request: &Request<'_>,
    components: &[Component],
    watch: &mut dyn Watch,
) {
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

pub(super) fn about<'r>(uri: Option<&'r str>, manifest_digest: Digest<'r>, request: &Request<'r>) -> About<'r> {
    About { manifest_uri: uri.unwrap_or_default(), manifest_digest, nonce: request.nonce, capabilities: None }
}
