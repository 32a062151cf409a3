//! Devices in memory, and packages for them.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Cursor, Read, Seek};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use suitpack_author::{Options, Output, Recipe, Secrets, build};
use suitpack_core::crypto::VerifySignature;
use suitpack_core::{Profile, Trust};
use suitpack_crypto::{DecryptionKey, PublicKey, Sha2, SigningKey};
use suitpack_device::{
    Component, Description, Device, Done, Event, Facts, Failed, Identity, Layout, Location, Media, Medium, Place, Request, State,
    Watch,
};
use suitpack_package::PayloadDir;
use suitpack_processor::Procedure;

/// A medium in memory that everybody who has a copy of it sees.
#[derive(Clone, Debug)]
pub(crate) struct Chip(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    bytes: Vec<u8>,
    /// Writes that happened.
    writes: u64,
    /// Operations left before one fails.
    faults: Option<(u64, io::ErrorKind)>,
    /// The next sync fails, and those behind it do not know.
    forgets: bool,
    /// Nothing more can be reserved.
    full: bool,
    /// Nothing can be written.
    read_only: bool,
    /// Writes seem to succeed, and change nothing.
    deaf: bool,
}

impl Chip {
    pub(crate) fn new(size: usize, content: &[u8]) -> Self {
        let mut bytes = vec![0xff; size];
        bytes[..content.len()].copy_from_slice(content);
        Self(Arc::new(Mutex::new(Inner {
            bytes,
            writes: 0,
            faults: None,
            forgets: false,
            full: false,
            read_only: false,
            deaf: false,
        })))
    }

    pub(crate) fn bytes(&self, length: usize) -> Vec<u8> {
        self.0.lock().unwrap().bytes[..length].to_vec()
    }

    pub(crate) fn writes(&self) -> u64 {
        self.0.lock().unwrap().writes
    }

    pub(crate) fn flip(&self, at: usize) {
        self.0.lock().unwrap().bytes[at] ^= 1;
    }

    /// After `operations` more, everything fails.
    pub(crate) fn fails_after(&self, operations: u64, kind: io::ErrorKind) {
        self.0.lock().unwrap().faults = Some((operations, kind));
    }

    /// The next sync fails, and those behind it do not know of that.
    pub(crate) fn forgets(&self) {
        self.0.lock().unwrap().forgets = true;
    }

    pub(crate) fn full(&self) {
        self.0.lock().unwrap().full = true;
    }

    /// From here on nobody can write it.
    pub(crate) fn read_only(&self) {
        self.0.lock().unwrap().read_only = true;
    }

    /// Writes are lost from here on, and nobody says so.
    pub(crate) fn deaf(&self) {
        self.0.lock().unwrap().deaf = true;
    }

    pub(crate) fn mended(&self) {
        self.0.lock().unwrap().faults = None;
    }

    fn operate(&self) -> io::Result<std::sync::MutexGuard<'_, Inner>> {
        let mut inner = self.0.lock().unwrap();
        match &mut inner.faults {
            Some((0, kind)) => return Err((*kind).into()),
            Some((left, _)) => *left -= 1,
            None => {}
        }
        Ok(inner)
    }
}

impl Medium for Chip {
    fn capacity(&self) -> u64 {
        self.0.lock().unwrap().bytes.len() as u64
    }

    fn read(&mut self, at: u64, buffer: &mut [u8]) -> io::Result<()> {
        let at = usize::try_from(at).unwrap();
        buffer.copy_from_slice(&self.operate()?.bytes[at..at + buffer.len()]);
        Ok(())
    }

    fn write(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        let at = usize::try_from(at).unwrap();
        let mut inner = self.operate()?;
        if inner.read_only {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        inner.writes += 1;
        if !inner.deaf {
            inner.bytes[at..at + bytes.len()].copy_from_slice(bytes);
        }
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut inner = self.operate()?;
        if core::mem::take(&mut inner.forgets) { Err(io::ErrorKind::Other.into()) } else { Ok(()) }
    }

    fn writable(&self) -> io::Result<()> {
        if self.0.lock().unwrap().read_only { Err(io::Error::other("it is a ROM")) } else { Ok(()) }
    }

    fn reserve(&mut self, _: u64) -> io::Result<()> {
        if self.0.lock().unwrap().full { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }

    fn cut(&mut self, _: u64) -> io::Result<()> {
        self.operate().map(drop)
    }
}

/// A device whose media outlive it.
pub(crate) struct Lamp {
    pub(crate) description: Description,
    pub(crate) chips: BTreeMap<Place, Chip>,
}

impl Lamp {
    /// The state, a scratch area, and who it is.
    pub(crate) fn new() -> Self {
        let mut lamp = Self {
            description: Description {
                identity: Identity { vendor: Some(uuid(VENDOR)), class: Some(uuid(CLASS)), device: None },
                components: vec![],
                state: location(0, None),
                scratch: Some(location(0, None)),
                facts: Facts::default(),
                anchors: vec![],
                decryption_keys: vec![],
            },
            chips: BTreeMap::new(),
        };
        lamp.chip("state", 32 * 1024, &[]);
        lamp.chip("scratch", 4096, &[]);
        lamp
    }

    fn chip(&mut self, place: &str, size: usize, content: &[u8]) -> Location {
        self.chips.insert(Place(place.to_owned()), Chip::new(size, content));
        location(size, Some(content.len()))
    }

    /// The same with so many bytes for the state.
    pub(crate) fn with_state(mut self, size: usize) -> Self {
        self.description.state = self.chip("state", size, &[]);
        self
    }

    fn component(mut self, name: &str, layout: Layout) -> Self {
        let id = name.split('.').map(|segment| segment.as_bytes().to_vec()).collect();
        self.description.components.push(Component { id, layout, version: None });
        self
    }

    pub(crate) fn working(mut self, name: &str, size: usize) -> Self {
        let place = self.chip(&format!("{name}:0"), size, &[]);
        self.component(name, Layout::Working(place))
    }

    pub(crate) fn two_slots(mut self, name: &str, size: usize, content: &[u8]) -> Self {
        let slots = vec![self.chip(&format!("{name}:0"), size, content), self.chip(&format!("{name}:1"), size, &[])];
        self.component(name, Layout::Alternate(slots))
    }

    pub(crate) fn single(mut self, name: &str, size: usize, content: &[u8]) -> Self {
        let slot = self.chip(&format!("{name}:0"), size, content);
        let staging = self.chip(&format!("{name}:staging"), size, &[]);
        self.component(name, Layout::Single { slot, staging })
    }

    pub(crate) fn fallback(mut self, name: &str, size: usize, content: &[u8], fallback: &[u8]) -> Self {
        let slot = self.chip(&format!("{name}:0"), size, content);
        let fallback = self.chip(&format!("{name}:1"), size, fallback);
        self.component(name, Layout::Fallback { slot, fallback })
    }

    pub(crate) fn swap(mut self, name: &str, size: usize, content: &[u8]) -> Self {
        let primary = self.chip(&format!("{name}:0"), size, content);
        let secondary = self.chip(&format!("{name}:1"), size, &[]);
        self.component(name, Layout::Swap { primary, secondary })
    }

    pub(crate) fn at(&self, place: &str) -> &Chip {
        &self.chips[&Place(place.to_owned())]
    }

    pub(crate) fn start(&self) -> Device {
        let media: Media =
            self.chips.iter().map(|(place, chip)| (place.clone(), Box::new(chip.clone()) as Box<dyn Medium>)).collect();
        Device::start(self.description.clone(), media).unwrap()
    }

    /// What is active in a component, as it is on the medium.
    pub(crate) fn content(&self, name: &str) -> Option<Vec<u8>> {
        let (place, length) = self.start().active(name)?;
        Some(self.chips[&place].bytes(usize::try_from(length).unwrap()))
    }

    pub(crate) fn state(&self) -> State {
        self.start().state().clone()
    }

    pub(crate) fn run(&self, package: &[u8], procedure: Procedure) -> Result<Done, Failed> {
        self.run_watched(package, procedure, &mut ())
    }

    pub(crate) fn run_watched(&self, package: &[u8], procedure: Procedure, watch: &mut dyn Watch) -> Result<Done, Failed> {
        let key = public();
        let anchors: [&dyn VerifySignature; 1] = [&key];
        let trust = Trust { digester: &Sha2, anchors: &anchors, profile: Profile::Strict };
        self.start().run(&mut Cursor::new(package), &Request::new(trust, procedure), watch)
    }

    pub(crate) fn update(&self, package: &[u8]) -> Result<Done, Failed> {
        self.run(package, Procedure::Update)
    }
}

/// Everything that was told, in words.
#[derive(Default)]
pub(crate) struct Told(pub(crate) Vec<String>);

impl Watch for Told {
    fn event(&mut self, event: &Event<'_>) {
        self.0.push(event.to_string());
    }
}

/// A folder with images, recipes and what is built of them.
pub(crate) struct Bench(tempfile::TempDir);

impl Bench {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn file(&self, name: &str, bytes: &[u8]) -> &Self {
        fs::write(self.path(name), bytes).unwrap();
        self
    }

    /// Builds a package; `body` stands behind the head of a manifest with this number.
    pub(crate) fn package(&self, sequence: u64, body: &str) -> Vec<u8> {
        self.build(&format!("{}{body}", head(sequence)))
    }

    pub(crate) fn build(&self, text: &str) -> Vec<u8> {
        self.build_signed(text, &signing())
    }

    pub(crate) fn build_signed(&self, text: &str, key: &SigningKey) -> Vec<u8> {
        let recipe = Recipe::parse(text, &self.path("suitpack.toml"), &[]).unwrap();
        let mut detached = |name: &str| File::options().read(true).write(true).create(true).truncate(true).open(self.path(name));
        let mut file = tempfile::tempfile().unwrap();
        let mut next = 0_u8;
        // Not random, and no two the same: these are tests.
        let mut fill = |secret: &mut [u8]| {
            next += 1;
            secret.fill(next);
            Ok(())
        };
        let options = Options { secrets: Some(Secrets::Fresh(&mut fill)), ..Options::default() };
        build(&recipe, Output::File(&mut file), &[key], &mut detached, options).unwrap();
        let mut bytes = Vec::new();
        file.rewind().unwrap();
        file.read_to_end(&mut bytes).unwrap();
        bytes
    }
}

/// What a recipe begins with.
pub(crate) fn head(sequence: u64) -> String {
    format!("[manifest]\nsequence-number = {sequence}\nvendor-id = \"{VENDOR}\"\nclass-id = \"{CLASS}\"\n")
}

pub(crate) fn signing() -> SigningKey {
    SigningKey::generate(-19, &[0x42; 32]).unwrap()
}

pub(crate) fn public() -> PublicKey {
    signing().public_key()
}

fn location(size: usize, content: Option<usize>) -> Location {
    let content = Some(content.unwrap_or(0) as u64);
    Location { path: PathBuf::from("/nowhere"), device: false, offset: 0, size: size as u64, content }
}

pub(crate) fn uuid(text: &str) -> Vec<u8> {
    let hex: String = text.chars().filter(char::is_ascii_hexdigit).collect();
    (0..16).map(|at| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).unwrap()).collect()
}

/// Bytes that compress a little, the same on every machine.
pub(crate) fn image(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        let word = next();
        bytes.extend_from_slice(&word.to_le_bytes()[..4]);
        bytes.extend_from_slice(&[0, 0, 1, 0]);
    }
    bytes.truncate(length);
    bytes
}

pub(crate) const VENDOR: &str = "cfbff0d1-9375-5685-968c-48ce8b15ae17";
pub(crate) const CLASS: &str = "fa6b4a53-d5ad-5fdf-be9d-e663e4d41ffe";

/// An update on a device that is running.
pub(crate) fn update(device: &mut Device, package: &[u8]) -> Result<Done, Failed> {
    let key = public();
    let anchors: [&dyn VerifySignature; 1] = [&key];
    let trust = Trust { digester: &Sha2, anchors: &anchors, profile: Profile::Strict };
    device.run(&mut Cursor::new(package), &Request::new(trust, Procedure::Update), &mut ())
}

/// An update with payloads beside the package, and keys to decrypt with.
pub(crate) fn update_from(
    lamp: &Lamp,
    package: &[u8],
    payloads: Option<&PayloadDir>,
    decryption: &[Arc<DecryptionKey>],
) -> Result<Done, Failed> {
    let key = public();
    let anchors: [&dyn VerifySignature; 1] = [&key];
    let trust = Trust { digester: &Sha2, anchors: &anchors, profile: Profile::Strict };
    let request = Request { payloads, decryption, ..Request::new(trust, Procedure::Update) };
    lamp.start().run(&mut Cursor::new(package), &request, &mut ())
}

pub(crate) fn sha_256(bytes: &[u8]) -> [u8; 32] {
    let mut stream = suitpack_crypto::Sha256Stream::new();
    stream.update(bytes);
    stream.finish()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
