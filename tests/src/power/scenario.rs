//! A device, what is installed on it, and a package.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use suitpack_author::{Options, Output, Recipe, Secrets, build};
use suitpack_crypto::DecryptionKey;
use suitpack_crypto::keyfile::{self, to_symmetric_cose_key};
use suitpack_device::Description;
use suitpack_processor::Procedure;

use super::oracle::{Law, digest};
use super::snapshot::Snapshot;
use crate::{Random, key};

/// How the media of a device are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Geometry {
    /// Flash memory.
    Flash {
        /// Bytes of an erase block.
        erase: usize,
        /// Bytes that are programmed at once.
        program: usize,
        /// What an erased byte is.
        erased: u8,
    },
    /// A file or a block device.
    Disk {
        /// Bytes of a sector.
        sector: usize,
    },
}

/// What ought to become of the package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// It is installed, now or already.
    Installed,
    /// It is done as often as it is asked for.
    Completed,
    /// It is refused, and nothing changes.
    Refused,
}

/// A device, what is installed on it, and a package.
#[derive(Debug)]
pub struct Scenario {
    /// What it is called.
    pub name: String,
    /// The device.
    pub description: Description,
    /// The same in words, with a file of its name for every place.
    pub text: String,
    /// Its media before the package.
    pub parts: Snapshot,
    /// The packages that are installed in peace first.
    pub before: Vec<Vec<u8>>,
    /// Bits that rot after that: place and offset.
    pub rot: Vec<(String, usize)>,
    /// A block that takes no writes any more: place and offset.
    pub worn: Option<(String, usize)>,
    /// The package is interrupted at this share of its operations, in percent, and that is where the campaign begins.
    pub interrupted: Option<usize>,
    /// The package.
    pub package: Vec<u8>,
    /// What is run.
    pub procedure: Procedure,
    /// What ought to become of it.
    pub wanted: Wanted,
    /// What the device may be.
    pub law: Law,
    /// What opens encrypted payloads.
    pub keys: Vec<Arc<DecryptionKey>>,
}

/// Bytes of every slot.
pub(super) const SLOT: usize = 4096;

/// A device in the making: its text and its media.
#[derive(Debug)]
pub(super) struct Maker {
    geometry: Geometry,
    components: String,
    pub(super) parts: Snapshot,
    pub(super) law: Law,
}

impl Maker {
    pub(super) fn new(geometry: Geometry) -> Self {
        let mut maker = Self { geometry, components: String::new(), parts: Snapshot::default(), law: Law::default() };
        // Each half is one erase block or several; a block of an exchange is not a whole slot.
        maker.parts.put("state", geometry, 2 * SLOT, &[]);
        maker.parts.put("scratch", geometry, 1024, &[]);
        maker
    }

    /// Another kind of medium for the components that follow.
    pub(super) const fn geometry(&mut self, geometry: Geometry) {
        self.geometry = geometry;
    }

    /// Adds a component of a layout, with an image in its first slot or, with a fallback, in both.
    pub(super) fn component(&mut self, id: &[&str], layout: &str, image: &[u8]) {
        let name = id.join(".");
        let slot = |place: &str, content: usize| {
            let content = if content > 0 { format!(", content = {content}") } else { String::new() };
            format!("{{ file = \"{place}\", size = {SLOT}{content} }}")
        };
        let (one, other, staging) = (format!("{name}:0"), format!("{name}:1"), format!("{name}:staging"));
        let fallback = image_of(99, 700);
        let (places, second): (String, Option<(&str, &[u8])>) = match layout {
            "a-b" | "swap" => (format!("slots = [{}, {}]", slot(&one, image.len()), slot(&other, 0)), Some((&other, &[]))),
            "single" => (format!("slot = {}\nstaging = {}", slot(&one, image.len()), slot(&staging, 0)), Some((&staging, &[]))),
            "fallback" => {
                let places = format!("slot = {}\nfallback = {}", slot(&one, image.len()), slot(&other, fallback.len()));
                (places, Some((&other, &fallback)))
            }
            _ => (format!("slot = {}", slot(&one, image.len())), None),
        };
        for (place, content) in [Some((one.as_str(), image)), second].into_iter().flatten() {
            self.parts.put(place, self.geometry, SLOT, content);
            if !content.is_empty() {
                self.law.factory.insert(place.to_owned(), content.len());
            }
        }
        if layout == "fallback" {
            self.law.old.contents.entry(name.clone()).or_default().insert(Some(digest(&fallback)));
        }
        self.components += &format!("\n[[component]]\nid = {id:?}\nlayout = \"{layout}\"\n{places}\n");
    }

    /// What was there before, and what the package brings.
    pub(super) fn images(&mut self, name: &str, old: &[u8], new: &[u8]) {
        self.law.old.contents.entry(name.to_owned()).or_default().insert(Some(digest(old)));
        self.law.new.contents.entry(name.to_owned()).or_default().insert(Some(digest(new)));
    }

    pub(super) fn sequences(&mut self, old: &[u64], new: &[u64]) {
        self.law.old.sequences = old.to_vec();
        self.law.new.sequences = new.to_vec();
    }

    pub(super) fn scenario(self, name: &str, before: Vec<Vec<u8>>, package: Vec<u8>) -> Scenario {
        let head = "[device]\nvendor = \"example.com\"\nclass = \"lamp\"\n";
        let places = "state = { file = \"state\", size = 65536 }\nscratch = { file = \"scratch\", size = 65536 }\n";
        let text = format!("{head}{places}{}", self.components);
        let description =
            Description::parse(&text, Path::new("/nowhere")).unwrap_or_else(|error| panic!("{name}: {error}\n{text}"));
        Scenario {
            name: name.to_owned(),
            description,
            text,
            parts: self.parts,
            before,
            rot: vec![],
            worn: None,
            interrupted: None,
            package,
            procedure: Procedure::Update,
            wanted: Wanted::Installed,
            law: self.law,
            keys: vec![kek()],
        }
    }
}

/// An image that looks random; its beginning does not.
pub(super) fn image_of(seed: u64, length: usize) -> Vec<u8> {
    let mut random = Random::new(seed);
    let mut image = vec![b'a'; length.min(400)];
    image.resize_with(length, || random.next().to_le_bytes()[0]);
    image.iter_mut().take(8).for_each(|byte| *byte = random.next().to_le_bytes()[0]);
    image
}

/// Builds a package from the lines behind `[manifest]`, and files.
pub(super) fn package(sequence: u64, lines: &str, files: &[(&str, &[u8])]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        fs::write(folder.path().join(name), content).unwrap();
    }
    fs::write(folder.path().join("kek"), to_symmetric_cose_key(A128KW, &KEK)).unwrap();
    let text = format!("[manifest]\nsequence-number = {sequence}\nvendor = \"example.com\"\nclass = \"lamp\"\n{lines}");
    let recipe = Recipe::parse(&text, &folder.path().join("suitpack.toml"), &[]).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let mut package = vec![];
    let mut detached = |name: &str| fs::File::options().read(true).write(true).create_new(true).open(folder.path().join(name));
    let mut random = Random::new(sequence ^ SECRET);
    let mut fill = |secret: &mut [u8]| {
        secret.fill_with(|| random.next().to_le_bytes()[0]);
        Ok(())
    };
    let options = Options { secrets: Some(Secrets::Fresh(&mut fill)), ..Options::default() };
    build(&recipe, Output::Stream(&mut package), &[&key(1)], &mut detached, options)
        .unwrap_or_else(|error| panic!("{error}\n{text}"));
    package
}

/// The content key of the only encrypted payload of the package with this number: the first secret that is drawn for it.
pub(super) fn content_key(sequence: u64) -> Vec<u8> {
    let mut random = Random::new(sequence ^ SECRET);
    (0..16).map(|_| random.next().to_le_bytes()[0]).collect()
}

fn kek() -> Arc<DecryptionKey> {
    Arc::new(keyfile::decryption_key(&to_symmetric_cose_key(A128KW, &KEK), None).unwrap())
}

/// Shared with the device; it must not be written down anywhere.
pub(super) const KEK: [u8; 16] = *b"kek of the lamps";

const A128KW: i64 = -3;

/// Content keys are no images.
const SECRET: u64 = 0x005e_c2e7;
