//! Reports that can be taken apart and changed before they are written.

use std::collections::BTreeMap;

use suitpack_core::Digest;
use suitpack_core::cbor::{Overflow, SliceSink, Writer};
use suitpack_core::manifest::parameter::Parameter;
use suitpack_core::report::{Reason, write};

/// A report without claims.
#[derive(Clone, Debug)]
pub struct Told {
    /// The URI of suit-reference.
    pub uri: String,
    /// Algorithm and bytes of the digest of suit-reference.
    pub digest: (i64, Vec<u8>),
    /// The records, in order.
    pub records: Vec<TellRecord>,
    /// What failed and why; none for success.
    pub failure: Option<(TellRecord, Reason)>,
}

/// A record of a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TellRecord {
    /// Component indices from the root manifest to the one meant.
    pub manifest: Vec<u32>,
    /// The manifest's key of the section.
    pub section: i64,
    /// Bytes from the start of the section.
    pub offset: u64,
    /// The component.
    pub component: u32,
    /// Encoded parameters by their labels, of which none is negative.
    pub properties: BTreeMap<i64, Vec<u8>>,
}

impl TellRecord {
    /// Adds a property, or replaces it.
    pub fn set(&mut self, parameter: &Parameter<'_>) {
        self.properties.insert(parameter.code(), written(|writer| parameter.write(writer)));
    }

    /// Whether two are of the same command.
    #[must_use]
    pub fn is_of(&self, other: &Self) -> bool {
        (&self.manifest, self.section, self.offset, self.component)
            == (&other.manifest, other.section, other.offset, other.component)
    }

    fn encode(&self) -> Vec<u8> {
        let properties = written(|writer| {
            writer.map(self.properties.len() as u64)?;
            self.properties.iter().try_for_each(|(label, value)| {
                writer.int(*label)?;
                writer.raw(value)
            })
        });
        written(|writer| self.view(&properties).write(writer))
    }

    fn view<'r>(&'r self, properties: &'r [u8]) -> write::Record<'r> {
        let properties = write::Properties::Encoded(properties);
        let Self { section, offset, component, .. } = *self;
        write::Record { manifest: &self.manifest, section, offset, component, properties }
    }
}

impl Told {
    /// The report as a device writes it.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let entries: Vec<u8> = self.records.iter().flat_map(TellRecord::encode).collect();
        let none = written(|writer| writer.map(0));
        let result = match &self.failure {
            None => write::Outcome::Success,
            Some((record, reason)) => write::Outcome::Failure { code: -1, record: record.view(&none), reason: *reason },
        };
        let report = write::Report {
            manifest_uri: &self.uri,
            manifest_digest: Digest::new(self.digest.0, &self.digest.1).unwrap(),
            nonce: None,
            count: self.records.len() as u64,
            entries: &entries,
            result,
            capabilities: None,
        };
        written(|writer| report.write(writer))
    }
}

fn written(write: impl FnOnce(&mut Writer<SliceSink<'_>>) -> Result<(), Overflow>) -> Vec<u8> {
    let mut buffer = vec![0; 1 << 16];
    let mut writer = Writer::new(SliceSink::new(&mut buffer));
    write(&mut writer).unwrap();
    writer.into_inner().written().to_vec()
}
