//! A device that runs manifests by chance, and what it reports.

use std::collections::BTreeMap;

use suitpack_core::cbor::{SliceSink, Writer};
use suitpack_core::manifest::Section;
use suitpack_core::manifest::command::{Condition, Directive};
use suitpack_core::manifest::parameter::Parameter;
use suitpack_core::{Digest, Envelope, Manifest, Profile, Trust};
use suitpack_crypto::Sha2;
use suitpack_processor::report::{About, Recorder};
use suitpack_processor::{Failure, Outcome, Parameters, Platform, Position, Procedure, Processor, Program, drive};

use crate::reporting::{TellRecord, Told};
use crate::{Lab, Random};

/// Runs a package on a device of some luck.
#[must_use]
pub fn simulate(lab: &Lab, package: &[u8], within: &[&[u8]], procedure: Procedure, seed: u64, luck: usize) -> Told {
    simulated(lab, package, within, procedure, seed, luck).0
}

/// The same, and the report that the processor's recorder makes.
#[must_use]
pub fn simulated(lab: &Lab, package: &[u8], within: &[&[u8]], procedure: Procedure, seed: u64, luck: usize) -> (Told, Vec<u8>) {
    let envelope = Envelope::parse(package).unwrap();
    let opened = Opened::new(&envelope, lab);
    let inner: Vec<Envelope<'_>> = within.iter().map(|bytes| Envelope::parse(bytes).unwrap()).collect();
    let dependencies: Vec<Opened<'_>> = inner.iter().map(|envelope| Opened::new(envelope, lab)).collect();
    let digest = envelope.authentication().unwrap().digest();
    let uri = opened.manifest.reference_uri().unwrap_or_default().to_owned();
    let report = Told { uri, digest: (digest.algorithm(), digest.bytes().to_vec()), records: vec![], failure: None };
    let mut records = vec![0; 1 << 14];
    let recorder = Recorder::new(&mut records);
    let (facts, running, random) = (BTreeMap::new(), vec![], Random::new(seed));
    let mut device =
        Simulated { random, luck, root: &opened, dependencies: &dependencies, running, facts, last: None, report, recorder };
    let mut processor = Processor::<64>::new(opened.program, procedure).unwrap();
    let end = drive(&mut processor, &mut [None, None, None], &mut device);
    assert_eq!(end.is_ok(), device.report.failure.is_none());
    assert!(!device.recorder.overflowed());
    let manifest_uri = device.report.uri.as_str();
    let about = About { manifest_uri, manifest_digest: digest, nonce: Some(&[1, 2, 3]), capabilities: None };
    let mut buffer = vec![0; 1 << 15];
    let mut writer = Writer::new(SliceSink::new(&mut buffer));
    device.recorder.write(&about, &mut writer).unwrap();
    let recorded = writer.into_inner().written().to_vec();
    (device.report, recorded)
}

/// A device that decides by chance, but knows what it is and what it holds, and writes down what the policies ask for.
struct Simulated<'a, 'b> {
    random: Random,
    /// One in this many things fails.
    luck: usize,
    root: &'a Opened<'a>,
    dependencies: &'a [Opened<'a>],
    /// The dependencies that are running, with the components that hold them.
    running: Vec<(u32, &'a Opened<'a>)>,
    facts: BTreeMap<Fact, bool>,
    last: Option<(Condition, Parameters<'a>, Outcome)>,
    report: Told,
    /// The same, as the processor's own recorder keeps it.
    recorder: Recorder<'b>,
}

/// A question that is answered in the same way each time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fact {
    Id(i64, Vec<Vec<u8>>, Vec<u8>),
    Slot(Vec<Vec<u8>>, u64),
    Image(Vec<Vec<u8>>, Vec<u8>, Option<u64>),
}

/// A manifest, and what of it can be run.
struct Opened<'a> {
    manifest: Manifest<'a>,
    program: Program<'a>,
}

impl<'a> Opened<'a> {
    fn new(envelope: &Envelope<'a>, lab: &Lab) -> Self {
        let trust = Trust { digester: &Sha2, anchors: &[&lab.key], profile: Profile::Strict };
        let manifest = envelope.authenticate(&trust).unwrap();
        let program = Program::new(&manifest, |section| manifest.get().sequence(section, envelope.member(section.key()))).unwrap();
        Self { manifest: *manifest.get(), program }
    }

    fn names(&self) -> Vec<Vec<Vec<u8>>> {
        self.manifest.common().components().map(|id| id.segments().map(<[u8]>::to_vec).collect()).collect()
    }

    fn prefix(&self, component: u32) -> Vec<Vec<u8>> {
        let dependency = self.manifest.common().dependencies().unwrap().find(|it| it.index == component).unwrap();
        dependency.prefix.map(|id| id.segments().map(<[u8]>::to_vec).collect()).unwrap_or_default()
    }
}

impl<'a> Simulated<'a, '_> {
    fn current(&self) -> &'a Opened<'a> {
        self.running.last().map_or(self.root, |(_, opened)| opened)
    }

    /// The name of a component on the device, whichever manifest it is in.
    fn name(&self, component: u32) -> Vec<Vec<u8>> {
        let mut name = vec![];
        let mut outer = self.root;
        for (component, opened) in &self.running {
            name.extend(outer.prefix(*component));
            outer = opened;
        }
        name.extend(self.current().names()[component as usize].clone());
        name
    }

    fn chance(&mut self) -> bool {
        self.random.below(self.luck) != 0
    }

    fn record(&self, position: &Position) -> TellRecord {
        let manifest = self.running.iter().map(|(component, _)| *component).collect();
        let (section, offset, component) = (position.key(), position.offset, position.component);
        TellRecord { manifest, section, offset, component, ..TellRecord::default() }
    }

    /// Adds what was found out by the last condition.
    fn measure(&self, record: &mut TellRecord) {
        let Some((condition, set, outcome)) = &self.last else { return };
        let held = *outcome == Outcome::Success;
        match condition {
            Condition::ImageMatch if held => record.set(&Parameter::ImageDigest(set.image_digest.unwrap())),
            Condition::ImageMatch => record.set(&Parameter::ImageDigest(Digest::new(-16, &[0xee; 32]).unwrap())),
            Condition::ClassIdentifier if held => record.set(&Parameter::ClassIdentifier(set.class_identifier.unwrap())),
            Condition::ClassIdentifier => record.set(&Parameter::ClassIdentifier(&[0xee; 16])),
            Condition::ComponentSlot if held => record.set(&Parameter::ComponentSlot(set.component_slot.unwrap())),
            _ => {}
        }
    }
}

impl<'a> Platform<'a> for Simulated<'a, '_> {
    fn check(&mut self, condition: Condition, component: u32, set: &Parameters<'a>) -> Outcome {
        let name = self.name(component);
        let digest = || set.image_digest.unwrap().bytes().to_vec();
        let fact = match condition {
            Condition::VendorIdentifier => Some(Fact::Id(1, name.clone(), set.vendor_identifier.unwrap().to_vec())),
            Condition::ClassIdentifier => Some(Fact::Id(2, name.clone(), set.class_identifier.unwrap().to_vec())),
            Condition::ComponentSlot => Some(Fact::Slot(name.clone(), set.component_slot.unwrap())),
            Condition::ImageMatch | Condition::DependencyIntegrity => Some(Fact::Image(name.clone(), digest(), set.image_size)),
            Condition::ImageNotMatch => Some(Fact::Image(name.clone(), digest(), None)),
            _ => None,
        };
        // A component is in one slot and has one image.
        let excluded = self.facts.iter().any(|(known, held)| match (known, &fact) {
            (Fact::Slot(at, slot), Some(Fact::Slot(other, wanted))) => *held && at == other && slot != wanted,
            (Fact::Image(at, digest, _), Some(Fact::Image(other, wanted, _))) => *held && at == other && digest != wanted,
            _ => false,
        });
        let lucky = self.chance();
        let held = match &fact {
            Some(fact) if excluded => *self.facts.entry(fact.clone()).or_insert(false),
            Some(fact) => *self.facts.entry(fact.clone()).or_insert(lucky),
            None => lucky,
        };
        let held = if condition == Condition::ImageNotMatch { !held } else { held };
        let outcome = if held { Outcome::Success } else { Outcome::Failure };
        self.last = Some((condition, *set, outcome));
        outcome
    }

    fn perform(&mut self, directive: Directive, component: u32, set: &Parameters<'a>) -> Outcome {
        self.last = None;
        if !self.chance() {
            return Outcome::Failure;
        }
        let name = self.name(component);
        let mut changed = vec![name];
        if directive == Directive::Swap {
            changed.push(self.name(u32::try_from(set.source_component.unwrap()).unwrap()));
        }
        if !matches!(directive, Directive::Invoke | Directive::Wait) {
            self.facts.retain(|fact, _| !matches!(fact, Fact::Image(at, ..) | Fact::Slot(at, _) if changed.contains(at)));
        }
        Outcome::Success
    }

    fn process(&mut self, _: Section, component: u32) -> Option<Program<'a>> {
        let opened = self.dependencies.first()?;
        self.running.push((component, opened));
        self.recorder.enter(component);
        Some(opened.program)
    }

    fn outer(&self, component: u32) -> Option<u32> {
        let name = self.name(component);
        let outer = self.running.len().checked_sub(2).map_or(self.root, |at| self.running[at].1);
        outer.names().iter().position(|known| *known == name).map(|at| u32::try_from(at).unwrap())
    }

    fn left(&mut self, _: Outcome) {
        self.running.pop();
        self.recorder.leave();
        self.last = None;
    }

    fn report(&mut self, position: Position, outcome: Outcome) {
        let bit = if outcome == Outcome::Success { 1 } else { 2 };
        if position.policy & bit != 0 {
            let mut record = self.record(&position);
            self.measure(&mut record);
            self.report.records.push(record);
        }
        let measured = match &self.last {
            Some((Condition::ImageMatch, set, Outcome::Success)) => vec![Parameter::ImageDigest(set.image_digest.unwrap())],
            Some((Condition::ClassIdentifier, set, Outcome::Success)) => {
                vec![Parameter::ClassIdentifier(set.class_identifier.unwrap())]
            }
            Some((Condition::ClassIdentifier, _, Outcome::Failure)) => vec![Parameter::ClassIdentifier(&[0xee; 16])],
            _ => vec![],
        };
        let id = self.current().manifest.common().components().nth(position.component as usize);
        self.recorder.record(position, outcome, id, &measured);
        self.last = None;
    }

    fn failed(&mut self, position: Option<Position>, failure: Failure) {
        self.recorder.failed(position, failure);
        let record = self.record(&position.unwrap());
        self.report.failure.get_or_insert((record, failure.into()));
    }
}
