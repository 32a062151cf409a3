//! Reports, written by whoever ran a manifest (draft-ietf-suit-report).

use std::collections::BTreeMap;

use suitpack_core::Digest;
use suitpack_core::cbor::Writer;
use suitpack_core::manifest::parameter::Parameter;
use suitpack_core::registry::{capability, report as key};
use suitpack_core::report::Reason;

use crate::encode::{self, Items, Map, VecSink};

/// What became of a manifest (draft-ietf-suit-report §4). It vouches for nothing until a channel or a COSE object around it does.
#[derive(Clone, Debug)]
pub struct Report {
    /// The manifest's suit-reference-uri; empty where it has none.
    pub manifest_uri: String,
    /// The digest of the manifest's authentication wrapper, encoded.
    digest: Vec<u8>,
    /// What the one who asked for the report sent, so that it is known to be new.
    pub nonce: Option<Vec<u8>>,
    /// Records and claims, in order.
    pub entries: Vec<ReportEntry>,
    /// How it ended.
    pub result: ReportOutcome,
    /// What the device can do.
    pub capabilities: Option<Capabilities>,
}

/// An element of suit-report-records.
#[derive(Clone, Debug)]
pub enum ReportEntry {
    /// A command that was run.
    Record(ReportRecord),
    /// What a component is: its identifier and at least one property.
    Claims(Vec<Vec<u8>>, Properties),
}

/// A command that was run (draft-ietf-suit-report §3).
#[derive(Clone, Debug, Default)]
pub struct ReportRecord {
    /// Component indices from the root manifest to the one meant.
    pub manifest: Vec<u64>,
    /// The manifest's key of the section.
    pub section: i64,
    /// Bytes from the start of the section to the command.
    pub offset: u64,
    /// The component it was applied to.
    pub component: u64,
    /// The parameters as they were.
    pub properties: Properties,
}

/// Parameters and their values.
#[derive(Clone, Debug, Default)]
pub struct Properties(Map);

/// How a procedure ended.
#[derive(Clone, Debug)]
pub enum ReportOutcome {
    /// Everything was done.
    Success,
    /// Something was not.
    Failure {
        /// A number of the implementation's own.
        code: i64,
        /// What failed.
        record: ReportRecord,
        /// Why.
        reason: Reason,
    },
}

/// What an implementation supports (draft-ietf-suit-report §6).
#[derive(Clone, Debug, Default)]
pub struct Capabilities {
    /// Identifiers of components, and whether everything below them is supported as well. At least one.
    pub components: Vec<(Vec<Vec<u8>>, bool)>,
    /// Labels of commands. At least one, as in all lists here.
    pub commands: Vec<i64>,
    /// Labels of parameters.
    pub parameters: Vec<i64>,
    /// COSE algorithms.
    pub algorithms: Vec<i64>,
    /// The other elements, 5 to 10, by their numbers; empty lists are left out.
    pub others: BTreeMap<i64, Vec<i64>>,
    /// What is nested, by the path to it.
    pub nested: BTreeMap<Vec<i64>, Vec<i64>>,
}

impl Report {
    /// A report of success about a manifest, with nothing in it yet.
    #[must_use]
    pub fn new(manifest_uri: String, digest: Digest<'_>) -> Self {
        let mut writer = Writer::new(VecSink::default());
        let Ok(()) = digest.write(&mut writer);
        let digest = writer.into_inner().bytes().to_vec();
        Self { manifest_uri, digest, nonce: None, entries: vec![], result: ReportOutcome::Success, capabilities: None }
    }

    /// The report as its map, in the deterministic order.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let records = self.entries.iter().fold(Items::new().array(self.entries.len()), |items, entry| items.raw(&entry.encode()));
        let mut map = Map::default()
            .with(key::RECORDS, records.done())
            .with(key::RESULT, self.result.encode())
            .with(key::REFERENCE, Items::new().array(2).text(&self.manifest_uri).raw(&self.digest).done());
        if let Some(nonce) = &self.nonce {
            map = map.with(key::NONCE, encode::bytes(nonce));
        }
        if let Some(capabilities) = &self.capabilities {
            map = map.with(key::CAPABILITY_REPORT, capabilities.encode());
        }
        map.done()
    }
}

impl ReportEntry {
    fn encode(&self) -> Vec<u8> {
        match self {
            Self::Record(record) => record.encode(),
            // Label 0, which no parameter has.
            Self::Claims(component, properties) => properties.0.clone().with(0, encode::segments(component)).done(),
        }
    }
}

impl ReportRecord {
    fn encode(&self) -> Vec<u8> {
        let path = self.manifest.iter().fold(Items::new().array(self.manifest.len()), |items, index| items.uint(*index)).done();
        let items = Items::new().array(5).raw(&path).int(self.section).uint(self.offset).uint(self.component);
        items.raw(&self.properties.0.done()).done()
    }
}

impl Properties {
    /// Adds a parameter, or replaces it.
    #[must_use]
    pub fn with(self, parameter: &Parameter<'_>) -> Self {
        let mut writer = Writer::new(VecSink::default());
        let Ok(()) = parameter.write(&mut writer);
        Self(self.0.with(parameter.code(), writer.into_inner().bytes().to_vec()))
    }
}

impl ReportOutcome {
    fn encode(&self) -> Vec<u8> {
        match self {
            Self::Success => vec![TRUE],
            Self::Failure { code, record, reason } => Map::default()
                .with(key::RESULT_CODE, encode::int(*code))
                .with(key::RESULT_RECORD, record.encode())
                .with(key::RESULT_REASON, encode::int(reason.code()))
                .done(),
        }
    }
}

impl Capabilities {
    fn encode(&self) -> Vec<u8> {
        let components = self.components.iter().fold(Items::new().array(self.components.len()), |items, (id, open)| {
            let array = id.iter().fold(Items::new().array(id.len() + usize::from(*open)), |items, segment| items.bytes(segment));
            items.raw(&if *open { array.raw(&[TRUE]) } else { array }.done())
        });
        let mut map = Map::default()
            .with(capability::COMPONENT_CAPABILITIES, components.done())
            .with(capability::COMMAND_CAPABILITIES, labels(&self.commands))
            .with(capability::PARAMETERS_CAPABILITIES, labels(&self.parameters))
            .with(capability::CRYPT_ALGO_CAPABILITIES, labels(&self.algorithms));
        for (element, supported) in self.others.iter().filter(|(_, supported)| !supported.is_empty()) {
            map = map.with(*element, labels(supported));
        }
        for (path, supported) in &self.nested {
            map.insert(labels(path), labels(supported));
        }
        map.done()
    }
}

fn labels(labels: &[i64]) -> Vec<u8> {
    labels.iter().fold(Items::new().array(labels.len()), |items, label| items.int(*label)).done()
}

/// `true` (RFC 8949 §3.3).
const TRUE: u8 = 0xf5;

#[cfg(test)]
mod tests {
    use suitpack_core::Profile;
    use suitpack_core::registry::algorithm;
    use suitpack_core::report::{Entry, ReportResult};

    use super::*;

    #[test]
    fn what_is_written_is_read_as_it_was_meant() {
        let digest = [7; 32];
        let mut report = Report::new("https://example.com/lamp.suit".to_owned(), Digest::new(algorithm::SHA_256, &digest).unwrap());
        report.nonce = Some(vec![1, 2, 3]);
        let size = Properties::default().with(&Parameter::ImageSize(34_768));
        report.entries.push(ReportEntry::Claims(vec![b"app".to_vec()], size.clone()));
        let record = ReportRecord {
            manifest: vec![1],
            section: 20,
            offset: 9,
            component: 0,
            properties: size.with(&Parameter::Uri("#app")),
        };
        report.entries.push(ReportEntry::Record(record.clone()));
        report.result = ReportOutcome::Failure { code: -3, record, reason: Reason::OperationFailed };
        report.capabilities = Some(Capabilities {
            components: vec![(vec![b"app".to_vec()], true), (vec![], false)],
            commands: vec![1, 2, 3],
            parameters: vec![3, 14],
            algorithms: vec![-16, -19],
            others: BTreeMap::from([(5, vec![2, 3]), (6, vec![])]),
            nested: BTreeMap::from([(vec![5, 1], vec![9])]),
        });
        let bytes = report.encode();
        let read = suitpack_core::report::Report::parse(&bytes, Profile::Strict).unwrap();
        assert_eq!((read.manifest_uri(), read.nonce()), ("https://example.com/lamp.suit", Some(&[1, 2, 3][..])));
        assert_eq!(read.manifest_digest().bytes(), digest);
        let entries: Vec<_> = read.entries().collect();
        let [Entry::Claims(claims), Entry::Record(told)] = entries.as_slice() else { panic!("other entries") };
        assert_eq!(claims.properties.collect::<Vec<_>>(), [Parameter::ImageSize(34_768)]);
        assert_eq!((told.section, told.offset), (20, 9));
        assert_eq!(told.properties.collect::<Vec<_>>(), [Parameter::ImageSize(34_768), Parameter::Uri("#app")]);
        assert!(matches!(read.result(), ReportResult::Failure { code: -3, reason: Reason::OperationFailed, .. }));
        let capabilities = read.capabilities().unwrap();
        assert_eq!(capabilities.components().map(|component| component.is_open()).collect::<Vec<_>>(), [true, false]);
        assert_eq!(capabilities.capabilities().count(), 5);
    }
}
