//! What a device finds out and does for one component.

use subtle::ConstantTimeEq;
use suitpack_core::Envelope;
use suitpack_core::manifest::Section;
use suitpack_core::manifest::Source as From;
use suitpack_core::manifest::command::{Condition, Directive};
use suitpack_core::report::Reason;
use suitpack_package::{Cause, Package};
use suitpack_processor::{Parameters, Position};

use super::Engine;
use super::enter::{dependable, rotten};
use super::keys::dependency_key;
use super::level::Level;
use crate::conditions::{content_is, image_differs, image_matches, version_is};
use crate::failed::Trouble;
use crate::measured::Measured;
use crate::opened::Shelf;
use crate::places::Rights;
use crate::streams::{Streams, Sum, metadata, sha_256};
use crate::watch::Event;

impl Engine<'_, '_> {
    /// Whether a condition holds.
    pub(super) fn check<'a>(
        &mut self,
        level: &Level<'a>,
        shelf: &'a Shelf,
        condition: Condition,
        component: u32,
        parameters: &Parameters<'a>,
        measured: &mut Measured,
    ) -> Result<(), Trouble> {
        let at = level.seat(component)?;
        let dependency = level.opened.program.is_dependency(component);
        match condition {
            Condition::ImageMatch => {
                let digest = if dependency {
                    self.manifest_is(at, parameters, measured)?;
                    self.envelope_is_whole(at, measured)?
                } else {
                    Some(image_matches(&mut self.places, at, parameters, measured)?)
                };
                let seat = self.places.seat_mut(at)?;
                (seat.now.judged, seat.now.validated) = (true, true);
                seat.now.digest = digest.or(seat.now.digest.take());
                self.found_right(level, at)
            }
            Condition::ImageNotMatch if dependency => match self.manifest_is(at, parameters, measured) {
                Ok(()) => Err(Trouble::condition(Cause::Policy, "it holds the manifest that it is not to hold")),
                Err(trouble) if trouble.cause == Cause::Io => Err(trouble),
                Err(_) => Ok(()),
            },
            Condition::ImageNotMatch => image_differs(&mut self.places, at, parameters, measured),
            Condition::CheckContent => {
                let content = parameters.content.unwrap_or_default();
                content_is(&mut self.places, at, content, measured)?;
                let seat = self.places.seat_mut(at)?;
                (seat.now.judged, seat.now.digest) = (true, Some(sha_256(content)));
                Ok(())
            }
            Condition::ComponentSlot => {
                let slot = self.places.slot(at, self.candidates)?;
                measured.slot = u64::try_from(slot).ok();
                if measured.slot == parameters.component_slot {
                    return Ok(());
                }
                Err(Trouble::condition(Cause::Policy, format!("it is in slot {slot}")))
            }
            Condition::Version => version_is(&self.places, at, parameters, measured),
            Condition::DependencyIntegrity => self.integrity(shelf, at, parameters, measured),
            _ => self.world.check(condition, parameters, measured),
        }
    }

    /// suit-condition-dependency-integrity: signature, digest, and that it is not too old.
    // SUIT-50, SUIT-52
    fn integrity<'a>(
        &mut self,
        shelf: &'a Shelf,
        at: usize,
        parameters: &Parameters<'a>,
        measured: &mut Measured,
    ) -> Result<(), Trouble> {
        self.intact.remove(&at);
        self.manifest_is(at, parameters, measured)?;
        let opened = self.open(at, shelf, &[])?;
        dependable(&opened, &dependency_key(&self.places.seat(at)?.name), self.places.state)?;
        let now = &self.places.seat(at)?.now;
        let read = if now.fresh && now.envelope.is_none() { Some(self.places.digest_of(at)?) } else { None };
        let now = &mut self.places.seat_mut(at)?.now;
        now.judged = true;
        if read.is_some() {
            (now.digest, now.envelope) = (read.clone(), read);
        }
        self.intact.insert(at, opened.digest);
        Ok(())
    }

    /// Whether the component holds an envelope with the manifest that is wanted; its digest is over the manifest alone
    /// (draft-ietf-suit-trust-domains §5.2.2).
    fn manifest_is(&mut self, at: usize, parameters: &Parameters<'_>, measured: &mut Measured) -> Result<(), Trouble> {
        let differs = |detail: &str| Trouble::condition(Cause::NotBound, detail);
        let digest = parameters.image_digest.ok_or_else(|| differs("no digest is set"))?;
        let fresh = self.places.seat(at)?.now.fresh;
        let unreadable = |trouble: Trouble| Trouble { reason: Reason::OperationFailed, ..trouble };
        let unreadable = |trouble| if fresh { unreadable(trouble) } else { unreadable(rotten(trouble)) };
        let package = Package::open(self.places.read(at)?).map_err(|error| unreadable(error.into()))?;
        let (envelope, _) = Envelope::parse_head(package.readable()).map_err(|error| unreadable(error.into()))?;
        let found = Sum::of(envelope.manifest_bytes().encoded(), &digest)?;
        let same = bool::from(found.ct_eq(digest.bytes()));
        measured.digest = Some((digest.algorithm(), found));
        if same { Ok(()) } else { Err(differs("it holds another manifest than the signed digest names")) }
    }

    /// Whether an envelope that was installed before is still the same to its last byte, and then its digest. The one that is signed
    /// is of its manifest alone, and payloads in it that have rotted would be met with only when they are wanted.
    fn envelope_is_whole(&mut self, at: usize, measured: &mut Measured) -> Result<Option<String>, Trouble> {
        let Some(known) = self.places.seat(at)?.now.envelope.clone() else { return Ok(None) };
        if self.places.digest_of(at)? == known {
            return Ok(Some(known));
        }
        // The digest that was measured is right, and not why this fails.
        measured.digest = None;
        Err(Trouble::condition(Cause::NotBound, "it holds the manifest, and around it not the bytes that were installed"))
    }

    /// Carries a directive out.
    pub(super) fn perform(
        &mut self,
        level: &Level<'_>,
        position: Option<Position>,
        directive: Directive,
        component: u32,
        parameters: &Parameters<'_>,
    ) -> Result<(), Trouble> {
        let name = self.begins(level, position, directive, component);
        let done = self.carry_out(level, &name, directive, component, parameters);
        done.map_err(|trouble| trouble.of(&name))
    }

    fn carry_out(
        &mut self,
        level: &Level<'_>,
        name: &str,
        directive: Directive,
        component: u32,
        parameters: &Parameters<'_>,
    ) -> Result<(), Trouble> {
        let at = level.seat(component)?;
        let source = || parameters.source_component.and_then(|index| u32::try_from(index).ok());
        let source =
            || source().ok_or_else(|| Trouble::operation(Cause::Policy, "there is no such source")).and_then(|it| level.seat(it));
        // SUIT-56, TD §5.6.5: what others depend on is not changed under them.
        let writes =
            matches!(directive, Directive::Write | Directive::Fetch | Directive::Copy | Directive::Swap | Directive::Transform);
        if writes && self.users(level, name).any(|user| *user != level.key) {
            self.mends(at)?;
        }
        if writes {
            metadata(parameters)?;
            self.may_write(level, at)?;
            self.intact.remove(&at);
        }
        // A signed size says nothing of an envelope, which may gain signatures and lose severed members.
        let signed = parameters.image_size.filter(|_| !level.opened.program.is_dependency(component));
        let supply = &level.opened.supply;
        let Self { places, package, request, watch, .. } = self;
        let mut streams = Streams { places, package: *package, request, watch: *watch, version: level.version() };
        let done = match directive {
            Directive::Fetch => streams.fetch(at, supply, parameters.uri.unwrap_or_default(), signed),
            Directive::Copy => streams.copy(at, source()?, parameters, signed),
            Directive::Write => streams.write(at, parameters.content.unwrap_or_default(), parameters),
            Directive::Transform => {
                let transform = parameters.transform.ok_or_else(|| Trouble::operation(Cause::Policy, "no transform is set"))?;
                let source = if transform.source == From::Component { Some(source()?) } else { None };
                streams.transform(at, supply, source, &transform, parameters)
            }
            Directive::Swap => {
                let other = source()?;
                let name = self.places.seat(other)?.name.clone();
                if self.users(level, &name).any(|user| *user != level.key) {
                    return Err(Trouble::operation(Cause::Policy, "others depend on what its source holds"));
                }
                self.may_write(level, other)?;
                self.intact.remove(&other);
                self.places.swap(at, other)?;
                self.wrote(level, other)
            }
            Directive::Wait => {
                let mut events = parameters.wait_info.into_iter().flatten();
                events.try_for_each(|event| self.world.holds(&event))
            }
            Directive::Invoke => self.invoke(level, at, parameters),
            _ => Err(Trouble::operation(Cause::Policy, "it is not supported")),
        };
        done.and_then(|()| if writes { self.wrote(level, at) } else { Ok(()) })
    }

    /// suit-directive-invoke: on a host, somebody is told. Only what was validated in this procedure is run.
    fn invoke(&mut self, level: &Level<'_>, at: usize, parameters: &Parameters<'_>) -> Result<(), Trouble> {
        let refused = |detail: &str| Err(Trouble::operation(Cause::Policy, detail));
        let seat = self.places.seat(at)?.clone();
        if level.section != Some(Section::Invoke) || self.places.rights != Rights::Working {
            return refused("nothing is invoked in this section");
        }
        let (true, Some(length)) = (seat.now.validated, seat.now.length) else {
            return refused("it was not validated in this procedure");
        };
        if let Some(position) = level.processor.position() {
            self.recorder.invoking(position);
            self.tell();
        }
        let arguments = parameters.invoke_args;
        self.watch.event(&Event::Invoked { component: &seat.name, place: &seat.now.place, length, arguments });
        Ok(())
    }
}
