//! What this device tells of an update: records while it runs, and a report in the end (draft-ietf-suit-report).

use suitpack_core::cbor::{SliceSink, Writer};
use suitpack_core::manifest::ComponentId;
use suitpack_core::manifest::parameter::Parameter;
use suitpack_core::{Envelope, Manifest};
use suitpack_processor::report::{About, Recorder};
use suitpack_processor::{Outcome, Position};

/// Records, and room for the report that is made of them.
#[derive(Debug)]
pub struct Log<'a> {
    pub(crate) recorder: Recorder<'a>,
    /// What the command that is running measured.
    pub(crate) measured: Option<Parameter<'a>>,
    component: Option<ComponentId<'a>>,
    report: &'a mut [u8],
    length: usize,
}

impl<'a> Log<'a> {
    /// Nothing is recorded yet.
    pub fn new(records: &'a mut [u8], report: &'a mut [u8]) -> Self {
        Self { recorder: Recorder::new(records), measured: None, component: None, report, length: 0 }
    }

    /// The report; empty if the package was not authentic, or there is no room for it.
    #[must_use]
    pub fn report(&self) -> &[u8] {
        self.report.get(..self.length).unwrap_or_default()
    }

    /// The first component is the one that claims are made about.
    pub(crate) fn begin(&mut self, manifest: &Manifest<'a>) {
        self.component = manifest.common().components().next();
    }

    pub(crate) fn record(&mut self, position: Position, outcome: Outcome) {
        let component = self.component.filter(|_| position.component == 0);
        let measured = self.measured.take();
        self.recorder.record(position, outcome, component, measured.as_slice());
    }

    /// Writes the report.
    pub(crate) fn close(&mut self, envelope: &Envelope<'a>, manifest: &Manifest<'a>) {
        let Ok(authentication) = envelope.authentication() else { return };
        let manifest_uri = manifest.reference_uri().unwrap_or_default();
        let about = About { manifest_uri, manifest_digest: authentication.digest(), nonce: None, capabilities: None };
        let mut writer = Writer::new(SliceSink::new(self.report));
        if self.recorder.write(&about, &mut writer).is_ok() {
            self.length = writer.into_inner().len();
        }
    }
}
