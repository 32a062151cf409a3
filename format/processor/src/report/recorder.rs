//! Records, while a manifest runs.

use suitpack_core::cbor::{Counter, Overflow, Sink, SliceSink, Writer};
use suitpack_core::manifest::ComponentId;
use suitpack_core::manifest::parameter::Parameter;
use suitpack_core::report::Reason;
use suitpack_core::report::write::{Claims, Outcome as Ended, Properties, Report};

use crate::effect::{Failure, Outcome};
use crate::position::Position;
use crate::report::About;
use crate::report::place::{Path, Place};

/// Keeps records of what the processor did, in a buffer of the caller's.
///
/// A platform hands on what it is told: [`crate::Platform::process`] to [`Recorder::enter`], [`crate::Platform::left`] to
/// [`Recorder::leave`], [`crate::Platform::report`] to [`Recorder::record`] and [`crate::Platform::failed`] to [`Recorder::failed`].
///
/// An entry that does not fit is left out, and so is everything behind it: what is there has no gaps.
#[derive(Debug)]
pub struct Recorder<'b> {
    buffer: &'b mut [u8],
    used: usize,
    count: u64,
    overflowed: bool,
    path: Path,
    /// What the platform says of the command that is running.
    because: Option<Reason>,
    /// The last command that failed.
    failed: Option<Told>,
    /// How the procedure ended, if not well.
    ending: Option<Ending>,
}

/// What is known of a command that failed.
#[derive(Clone, Copy, Debug)]
struct Told {
    place: Place,
    because: Option<Reason>,
    /// The part of the buffer that holds its properties; empty if it is not on record.
    properties: (usize, usize),
}

#[derive(Clone, Copy, Debug)]
struct Ending {
    reason: Reason,
    code: i64,
    place: Place,
    properties: (usize, usize),
}

impl<'b> Recorder<'b> {
    /// Nothing is recorded yet.
    pub fn new(buffer: &'b mut [u8]) -> Self {
        let path = Path::default();
        Self { buffer, used: 0, count: 0, overflowed: false, path, because: None, failed: None, ending: None }
    }

    /// The dependency in a component runs from here on.
    pub fn enter(&mut self, component: u32) {
        self.overflowed |= !self.path.enter(component);
    }

    /// The dependency that was entered last has ended.
    pub const fn leave(&mut self) {
        self.path.leave();
    }

    /// What the platform knows better than the processor about a command that it is about to fail: that it lacks the command or an
    /// algorithm, or that the signer has no right to the component.
    pub const fn because(&mut self, reason: Reason) {
        self.because = Some(reason);
    }

    /// A command has an outcome. Its policy says whether that is put on record (draft-ietf-suit-manifest §8.4.7): bit 0 on success and
    /// bit 1 on failure, with what was measured; bits 2 and 3 as a claim about the component, if it is named and anything was
    /// measured.
    // SUIT-43
    pub fn record(&mut self, position: Position, outcome: Outcome, component: Option<ComponentId<'_>>, measured: &[Parameter<'_>]) {
        // What was invoked came back.
        self.ending = self.ending.filter(|ending| ending.reason != Reason::InvokePending);
        let (record, claim) = match outcome {
            Outcome::Success => (RECORD_ON_SUCCESS, SYSTEM_ON_SUCCESS),
            Outcome::Failure => (RECORD_ON_FAILURE, SYSTEM_ON_FAILURE),
        };
        let place = Place::of(self.path, &position);
        let mut properties = (0, 0);
        if position.policy & record != 0 {
            let entry = place.record(Properties::Each(measured));
            if let Some(end) = self.append(|writer| entry.write(writer)) {
                properties = (end.saturating_sub(length(|writer| entry.properties.write(writer))), end);
            }
        }
        if let (Some(component), true) = (component, position.policy & claim != 0 && !measured.is_empty()) {
            self.append(|writer| Claims { component, properties: measured }.write(writer));
        }
        let because = self.because.take();
        self.failed = (outcome == Outcome::Failure).then_some(Told { place, because, properties });
    }

    /// A manifest was aborted. The first to say so counts: dependents fail for their dependencies.
    // SUIT-41
    pub fn failed(&mut self, position: Option<Position>, failure: Failure) {
        let place = position.map_or(Place::nowhere(self.path, 0), |position| Place::of(self.path, &position));
        let told = self.failed.filter(|told| told.place == place);
        let reason = self.because.take().or(told.and_then(|told| told.because)).unwrap_or(failure.into());
        let properties = told.map_or((0, 0), |told| told.properties);
        self.ending.get_or_insert(Ending { reason, code: failure.code(), place, properties });
    }

    /// The manifest was not run: it could not be read or authenticated, lacks a member, or is older than the one before. The offset
    /// is that of what was seen in the envelope, and the record of the report names section 0, which is no key of a manifest.
    pub fn refused(&mut self, reason: Reason, offset: u64) {
        let place = Place::nowhere(self.path, offset);
        self.ending.get_or_insert(Ending { reason, code: 0, place, properties: (0, 0) });
    }

    /// The component is about to be invoked and may never come back: a report of now says so. If it comes back, its record takes
    /// that away.
    // SUIT-71
    pub fn invoking(&mut self, position: Position) {
        let place = Place::of(self.path, &position);
        self.ending.get_or_insert(Ending { reason: Reason::InvokePending, code: 0, place, properties: (0, 0) });
    }

    /// Whether something was left out: the buffer is full, or dependencies nest deeper than
    /// [`suitpack_core::limits::DEPENDENCY_NESTING`].
    #[must_use]
    pub const fn overflowed(&self) -> bool {
        self.overflowed
    }

    /// What the report gives as the reason: [`Reason::Ok`] as long as all is well.
    #[must_use]
    pub fn reason(&self) -> Reason {
        self.ending.map_or(Reason::Ok, |ending| ending.reason)
    }

    /// Writes the report.
    ///
    /// # Errors
    /// Those of the sink.
    // SUIT-69
    pub fn write<S: Sink>(&self, about: &About<'_>, writer: &mut Writer<S>) -> Result<(), S::Error> {
        let result = self.ending.as_ref().map_or(Ended::Success, |ending| {
            let (start, end) = ending.properties;
            let properties = match self.buffer.get(start..end) {
                None | Some([]) => Properties::Each(&[]),
                Some(map) => Properties::Encoded(map),
            };
            Ended::Failure { code: ending.code, record: ending.place.record(properties), reason: ending.reason }
        });
        let report = Report {
            manifest_uri: about.manifest_uri,
            manifest_digest: about.manifest_digest,
            nonce: about.nonce,
            count: self.count,
            entries: self.buffer.get(..self.used).unwrap_or_default(),
            result,
            capabilities: about.capabilities,
        };
        report.write(writer)
    }

    /// Writes an entry whole or not at all; gives back where it ends.
    fn append(&mut self, entry: impl FnOnce(&mut Writer<SliceSink<'_>>) -> Result<(), Overflow>) -> Option<usize> {
        let room = self.buffer.get_mut(self.used..).filter(|_| !self.overflowed)?;
        let mut writer = Writer::new(SliceSink::new(room));
        if entry(&mut writer).is_err() {
            self.overflowed = true;
            return None;
        }
        self.used = self.used.saturating_add(writer.into_inner().len());
        self.count = self.count.saturating_add(1);
        Some(self.used)
    }
}

fn length(item: impl FnOnce(&mut Writer<Counter>) -> Result<(), core::convert::Infallible>) -> usize {
    let mut writer = Writer::new(Counter::default());
    let Ok(()) = item(&mut writer);
    usize::try_from(writer.into_inner().count()).unwrap_or(usize::MAX)
}

/// suit-send-record-on-success
const RECORD_ON_SUCCESS: u64 = 1;
/// suit-send-record-on-failure
const RECORD_ON_FAILURE: u64 = 2;
/// suit-send-sysinfo-success
const SYSTEM_ON_SUCCESS: u64 = 4;
/// suit-send-sysinfo-failure
const SYSTEM_ON_FAILURE: u64 = 8;
