//! What a verifier refuses, a device does not install; what it accepts, a device with such components installs.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Cursor};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use suitpack_core::crypto::VerifySignature;
use suitpack_core::manifest::ComponentId;
use suitpack_core::manifest::command::Command;
use suitpack_core::manifest::parameter::Parameter;
use suitpack_core::{Envelope, Manifest, Profile, Trust};
use suitpack_crypto::{Anchor, DecryptionKey, Sha2, keyfile};
use suitpack_device::{
    Clock, Component, Description, Device, Done, Facts, Identity, Layout, Location, Media, Medium, Request, State,
};
use suitpack_package::PayloadDir;
use suitpack_processor::Procedure;
use suitpack_tests::root;

/// Bytes in memory.
#[derive(Debug)]
struct Ram(Vec<u8>);

impl Medium for Ram {
    fn capacity(&self) -> u64 {
        self.0.len() as u64
    }

    fn read(&mut self, at: u64, buffer: &mut [u8]) -> io::Result<()> {
        let at = usize::try_from(at).unwrap();
        buffer.copy_from_slice(&self.0[at..at + buffer.len()]);
        Ok(())
    }

    fn write(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        let at = usize::try_from(at).unwrap();
        self.0[at..at + bytes.len()].copy_from_slice(bytes);
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn cut(&mut self, _: u64) -> io::Result<()> {
        Ok(())
    }
}

fn header(file: &Path) -> BTreeMap<String, String> {
    let text = fs::read_to_string(file).unwrap();
    let entries = text.lines().filter_map(|line| line.split_once(':'));
    entries.map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned())).collect()
}

/// What the manifests of a case speak of.
#[derive(Default)]
struct Spoken {
    components: BTreeSet<Vec<Vec<u8>>>,
    dependencies: BTreeSet<Vec<Vec<u8>>>,
    identity: Identity,
}

impl Spoken {
    /// Of the package, and of all packages within and beside it.
    fn of(case: &Path) -> Self {
        let mut spoken = Self::default();
        spoken.envelope(&fs::read(case.join("envelope.suit")).unwrap(), &[]);
        for file in fs::read_dir(case.join("payloads")).into_iter().flatten() {
            spoken.envelope(&fs::read(file.unwrap().path()).unwrap(), &[]);
        }
        spoken
    }

    fn envelope(&mut self, bytes: &[u8], prefix: &[Vec<u8>]) {
        let Ok(envelope) = Envelope::parse(bytes) else { return };
        let Ok(manifest) = envelope.manifest_unauthenticated(Profile::Lenient) else { return };
        self.manifest(&manifest, prefix);
        let prefixes = manifest.common().dependencies().into_iter().flatten().filter_map(|dependency| dependency.prefix);
        let prefixes: Vec<Vec<Vec<u8>>> = prefixes.map(|id| [prefix, &segments(&id)].concat()).chain([prefix.to_vec()]).collect();
        for (_, payload) in envelope.payloads() {
            prefixes.iter().for_each(|prefix| self.envelope(payload, prefix));
        }
    }

    fn manifest(&mut self, manifest: &Manifest<'_>, prefix: &[Vec<u8>]) {
        let common = manifest.common();
        let ids: Vec<Vec<Vec<u8>>> = common.components().map(|id| [prefix, &segments(&id)].concat()).collect();
        for dependency in common.dependencies().into_iter().flatten() {
            let listed = ids.get(dependency.index as usize).cloned();
            let beyond = || dependency.prefix.map(|id| [prefix, &segments(&id)].concat());
            self.dependencies.extend(listed.or_else(beyond));
        }
        self.components.extend(ids);
        for command in common.shared_sequence().into_iter().flatten() {
            let Command::OverrideParameters(parameters) = command else { continue };
            for parameter in parameters {
                match parameter {
                    Parameter::VendorIdentifier(id) => drop(self.identity.vendor.get_or_insert_with(|| id.to_vec())),
                    Parameter::ClassIdentifier(id) => drop(self.identity.class.get_or_insert_with(|| id.to_vec())),
                    Parameter::DeviceIdentifier(id) => drop(self.identity.device.get_or_insert_with(|| id.to_vec())),
                    _ => {}
                }
            }
        }
    }

    /// A device with room for all of that.
    fn device(self) -> Device {
        let nowhere = Location { path: PathBuf::from("/nowhere"), device: false, offset: 0, size: ROOM as u64, content: Some(0) };
        let working = |id: &Vec<Vec<u8>>| self.dependencies.contains(id) || id.last().is_some_and(|last| last == b"staging");
        let all: BTreeSet<&Vec<Vec<u8>>> = self.components.iter().chain(&self.dependencies).collect();
        let components: Vec<Component> = all
            .into_iter()
            .map(|id| {
                let layout =
                    if working(id) { Layout::Working(nowhere.clone()) } else { Layout::Alternate(vec![nowhere.clone(); 2]) };
                Component { id: id.clone(), layout, version: Some(vec![1]) }
            })
            .collect();
        let facts =
            Facts { clock: Clock::Fixed(1), battery: Some(u64::MAX), authorized: Some(i64::MAX), power: true, network: true };
        let description = Description {
            identity: self.identity.clone(),
            components,
            state: nowhere.clone(),
            scratch: Some(nowhere.clone()),
            facts,
            anchors: vec![],
            decryption_keys: vec![],
        };
        let media: Media = description.places().into_iter().map(|(place, _)| (place, medium())).collect();
        Device::start(description, media).unwrap()
    }
}

fn medium() -> Box<dyn Medium> {
    Box::new(Ram(vec![0; ROOM]))
}

fn segments(id: &ComponentId<'_>) -> Vec<Vec<u8>> {
    id.segments().map(<[u8]>::to_vec).collect()
}

/// The largest image of a case has less.
const ROOM: usize = 512 * 1024;

fn install(case: &Path, lenient: bool) -> (Result<Done, suitpack_device::Failed>, State) {
    let mut anchors = vec![];
    for file in fs::read_dir(case.join("anchors")).into_iter().flatten() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "cosekey") {
            anchors.push(keyfile::anchor(&fs::read(path).unwrap()).unwrap());
        }
    }
    let decrypt = fs::read_dir(case.join("decrypt")).into_iter().flatten();
    let keys: Vec<Arc<DecryptionKey>> =
        decrypt.map(|key| Arc::new(keyfile::decryption_key(&fs::read(key.unwrap().path()).unwrap(), None).unwrap())).collect();
    let believed: Vec<&dyn VerifySignature> = anchors.iter().map(|anchor: &Anchor| anchor as &dyn VerifySignature).collect();
    let profile = if lenient { Profile::Lenient } else { Profile::Strict };
    let trust = Trust { digester: &Sha2, anchors: &believed, profile };
    let folder = PayloadDir::new(case.join("payloads"));
    let request = Request { decryption: &keys, payloads: Some(&folder), ..Request::new(trust, Procedure::Update) };
    let mut device = Spoken::of(case).device();
    let done = device.run(&mut Cursor::new(fs::read(case.join("envelope.suit")).unwrap()), &request, &mut ());
    (done, device.state().clone())
}

/// What a device does not read: texts and promises are for people, and block no update. A payload whose URI is set and that no
/// command fetches is not read either.
const UNREAD: &[&str] = &["man.text.", "cbor.text.", "upg.", "dep.ballast"];

/// What a verifier accepts and this device cannot do, or finds to be otherwise: it has no clock beyond 1970 and no key for that.
const NOT_INSTALLED: &[&str] = &[
    "auth.digest.shake128",
    "auth.digest.shake256",
    "dep.chain.4",
    "dep.index.behind.lenient",
    "enc.write",
    "lang.condition.device-identifier",
    "lang.condition.use-before.past",
    "lang.condition.version.equal",
    "lang.condition.version.greater",
    "lang.condition.version.greater-equal",
    "lang.directive.override-multiple.shared",
    "lang.directive.set-parameters.shared",
    "lang.directive.swap",
    "lang.directive.wait",
    "lang.image-digest.shake128",
    "lang.image-digest.shake256",
    "lang.parameter.component-metadata",
    "lang.parameter.component-metadata.directory",
    "lang.parameter.component-metadata.symlink",
    "lang.wait.day-of-week",
    "lang.wait.day-of-week-utc",
    "lang.wait.network",
    "lang.wait.other-device-version",
    "lang.wait.time",
    "lang.wait.time-of-day",
    "lang.wait.time-of-day-utc",
    "man.envelope.severed.shake128",
    "man.envelope.severed.shake256",
    "proc.compat.one-of-two",
];

#[test]
fn a_device_installs_what_is_accepted_and_nothing_else() {
    let (mut installed, mut refused, mut wrong) = (0, 0, vec![]);
    for entry in fs::read_dir(root().join("test-vectors/cases")).unwrap() {
        let case = entry.unwrap().path();
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        let (asked, expected) = (header(&case.join("case.txt")), header(&case.join("expect/expect.txt")));
        let (done, state) = install(&case, asked["profile"] == "lenient");
        let asks = asked.keys().any(|key| key.starts_with("ask."));
        match (&done, expected["verdict"] == "accept") {
            (Ok(_), true) => installed += 1,
            (Err(_), false) => refused += 1,
            // A device is not asked about channels and dates.
            (Ok(_), false) if asks || UNREAD.iter().any(|unread| name.starts_with(unread)) => {}
            (Err(_), true) if NOT_INSTALLED.contains(&name.as_str()) => {}
            _ => wrong.push(format!("{name}: {done:?}, {expected:?}")),
        }
        // What is refused is not remembered.
        assert!(done.is_ok() || state.manifests.is_empty(), "{name}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(installed >= 140 && refused >= 450, "{installed} {refused}");
}
