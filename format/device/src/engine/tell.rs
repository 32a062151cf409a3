//! What is told: to whoever watches, in reports, and to the one who asked.

use suitpack_core::cbor::{SliceSink, Writer};
use suitpack_core::manifest::command::{Condition, Directive};
use suitpack_core::registry::algorithm;
use suitpack_core::report::{Reason, write};
use suitpack_package::Cause;
use suitpack_processor::report::{About, Recorder, capabilities};
use suitpack_processor::{Outcome, Position};

use super::Engine;
use super::level::Level;
use crate::description::Component;
use crate::failed::{Failed, Trouble};
use crate::measured::Measured;
use crate::watch::{Event, Watch};

impl Engine<'_, '_> {
    /// Tells of a directive before it is carried out; gives the name of the component.
    pub(super) fn begins(&mut self, level: &Level<'_>, position: Option<Position>, directive: Directive, component: u32) -> String {
        let name = self.name(level, component);
        self.event(&Event::Performs { path: &level.path, position, directive, component: &name });
        name
    }

    /// Ends the procedure if whoever watches wants it to end.
    pub(crate) fn go_on(&self) -> Result<(), Trouble> {
        if self.watch.stops() {
            return Err(Trouble::operation(Cause::Interrupted, "it was interrupted"));
        }
        Ok(())
    }

    /// Tells what came of a condition.
    pub(super) fn checked(
        &mut self,
        level: &Level<'_>,
        position: Option<Position>,
        condition: Condition,
        component: u32,
        (found, measured): (Result<(), Trouble>, &Measured),
    ) -> Outcome {
        let failed = found.as_ref().err().map(|trouble| trouble.detail.as_str());
        let name = self.name(level, component);
        self.event(&Event::Checked { path: &level.path, position, condition, component: &name, failed });
        let outcome = match found {
            Ok(()) => Outcome::Success,
            Err(trouble) => {
                // DEV-42: what a condition could not look into does not hold.
                let reason = if trouble.reason == Reason::OperationFailed { Reason::ConditionFailed } else { trouble.reason };
                self.troubled(Trouble { reason, ..trouble.of(&name) })
            }
        };
        self.record(level, position, outcome, measured);
        outcome
    }

    /// Puts a command on record, if its policy says so.
    pub(super) fn record(&mut self, level: &Level<'_>, position: Option<Position>, outcome: Outcome, measured: &Measured) {
        let Some(position) = position else { return };
        let index = usize::try_from(position.component).ok();
        let component = index.and_then(|index| level.opened.manifest().common().components().nth(index));
        if let (Outcome::Failure, Some(trouble)) = (outcome, &self.trouble) {
            self.recorder.because(trouble.reason);
        }
        self.recorder.record(position, outcome, component, &measured.parameters());
    }

    pub(super) fn event(&mut self, event: &Event<'_>) {
        if !self.silent {
            self.watch.event(event);
        }
    }

    /// Tells what a report says now.
    pub(crate) fn tell(&mut self) {
        report(&self.recorder, &self.about, self.places.components, self.watch);
    }

    /// Something fails that is no command.
    pub(crate) fn refused(&mut self, trouble: Trouble) -> Failed {
        self.recorder.refused(trouble.reason, 0);
        self.failed(trouble, None)
    }

    pub(super) fn troubled(&mut self, trouble: Trouble) -> Outcome {
        self.trouble = Some(trouble);
        Outcome::Failure
    }

    pub(super) fn failed(&self, trouble: Trouble, at: Option<(Vec<u32>, Position)>) -> Failed {
        trouble.into_failed(at, self.places.written)
    }

    pub(super) fn at(level: &Level<'_>, position: Option<Position>) -> Option<(Vec<u32>, Position)> {
        position.map(|position| (level.path.clone(), position))
    }

    /// Tells of a section when its first command is there.
    pub(super) fn section(&mut self, level: &mut Level<'_>, position: Option<Position>) {
        let section = position.map(|position| position.section);
        if section.is_some() && section != level.section {
            level.processed.clear();
        }
        if let Some(section) = section.filter(|section| Some(*section) != level.section) {
            level.section = Some(section);
            self.event(&Event::Section { path: &level.path, section });
        }
    }

    pub(super) fn name(&self, level: &Level<'_>, component: u32) -> String {
        let seat = level.seat(component).and_then(|at| self.places.seat(at));
        seat.map_or_else(|_| format!("component {component}"), |seat| seat.name.clone())
    }
}

/// Tells what a report says; what the device can do stands in it where a manifest asked for more (draft-ietf-suit-report §4.2).
// SUIT-70
pub(crate) fn report(recorder: &Recorder<'_>, about: &About<'_>, components: &[Component], watch: &mut dyn Watch) {
    let segments: Vec<Vec<&[u8]>> = components.iter().map(|component| component.id.iter().map(Vec::as_slice).collect()).collect();
    let there: Vec<_> = segments.iter().map(|segments| write::Component { segments, open: false }).collect();
    let lacks = matches!(
        recorder.reason(),
        Reason::CommandUnsupported | Reason::ComponentUnsupported | Reason::ParameterUnsupported | Reason::AlgUnsupported
    );
    let capabilities = lacks.then(|| capabilities(&there, ALGORITHMS));
    let mut bytes = vec![0; REPORT];
    let mut writer = Writer::new(SliceSink::new(&mut bytes));
    if recorder.write(&About { capabilities, ..*about }, &mut writer).is_ok() {
        watch.event(&Event::Report(writer.into_inner().written()));
    }
}

/// The COSE algorithms of suitpack's own cryptography. Anchors may know more signatures.
const ALGORITHMS: &[i64] = &[
    algorithm::SHA_256,
    algorithm::SHA_384,
    algorithm::SHA_512,
    algorithm::ED25519,
    algorithm::ESP256,
    algorithm::HMAC_256,
    algorithm::A128GCM,
    algorithm::A192GCM,
    algorithm::A256GCM,
    algorithm::CHACHA20_POLY1305,
    algorithm::A128CTR,
    algorithm::A192CTR,
    algorithm::A256CTR,
    algorithm::A128KW,
    algorithm::A192KW,
    algorithm::A256KW,
    algorithm::ECDH_ES_A128KW,
    algorithm::ECDH_ES_A192KW,
    algorithm::ECDH_ES_A256KW,
];

/// Bytes of a report: of its records, and of what stands around them.
pub(crate) const RECORDS: usize = 256 * 1024;
const REPORT: usize = RECORDS + 64 * 1024;
