//! Makes the first inputs of the fuzz targets out of the test vectors and the recipes of the command line's sessions: whole
//! envelopes, and the COSE objects, command sequences and items in them. Run it where the test vectors have grown:
//! `cargo run -p suitpack-tests --example seeds`. What is there already stays.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use suitpack_core::cbor::{Kind, Reader};
use suitpack_core::manifest::{Member, Section};
use suitpack_core::{Envelope, Profile};
use suitpack_tests::root;

fn main() {
    let mut seeds = Seeds::default();
    for case in folders(&root().join("test-vectors/cases")) {
        let Ok(bytes) = fs::read(case.join("envelope.suit")) else { continue };
        seeds.envelope(&bytes);
    }
    for file in files(&root().join("tests/cli")) {
        if file.extension().is_some_and(|extension| extension == "toml") {
            seeds.add("recipe", 384, &fs::read(&file).unwrap());
        }
    }
    for text in
        ["[1_2, h'00', <<1, \"a\">>, {1: null}]", "107({2: <<[]>>}) / c /", "(_ 'a', h'ff') # c", "-1_3 18446744073709551615 1.5_1"]
    {
        seeds.add("edn", 160, text.as_bytes());
    }
    for part in recipes() {
        seeds.add("recipe", 384, part.as_bytes());
    }
    seeds.write();
}

/// Target and input.
#[derive(Default)]
struct Seeds(BTreeSet<(&'static str, Vec<u8>)>);

impl Seeds {
    /// Keeps what is not longer than the longest input of its target.
    fn add(&mut self, target: &'static str, longest: usize, bytes: &[u8]) {
        if bytes.len() <= longest {
            self.0.insert((target, bytes.to_vec()));
        }
    }

    fn envelope(&mut self, bytes: &[u8]) {
        self.add("envelope", 512, bytes);
        let Ok(envelope) = Envelope::parse(bytes) else { return };
        let mut wrapper = envelope.wrapper_bytes().reader();
        if let Ok(count) = wrapper.array() {
            for block in (0..count).filter_map(|_| wrapper.bytes().ok()) {
                self.object(block);
            }
        }
        let Ok(manifest) = envelope.manifest_unauthenticated(Profile::Lenient) else { return };
        let components = u8::try_from(manifest.common().components().len().clamp(1, 4) - 1).unwrap();
        for (number, section) in (0_u8..).zip(Section::ALL) {
            let body = match manifest.member(section.key()) {
                Member::Inline(body) => Some(body),
                _ => envelope.member(section.key()),
            };
            if let Some(body) = body {
                self.sequence(components | number << 2, body.content());
            }
        }
        let shared = manifest.bytes().reader().value(3).and_then(|mut common| common.nested().ok()?.value(4)?.bytes().ok());
        if let Some(shared) = shared {
            self.sequence(components | 0x80, shared);
        }
    }

    /// A sequence, its items, and the encryption infos in it.
    fn sequence(&mut self, place: u8, body: &[u8]) {
        let input = [&[place], body].concat();
        self.add("sequence", 128, &input);
        self.items(body);
    }

    fn object(&mut self, bytes: &[u8]) {
        // Hundreds differ in their signature only; one of each length will do.
        if self.0.iter().any(|(target, other)| *target == "cose" && other.len() == bytes.len()) {
            return;
        }
        // With and without its tag: one reader wants it, another does not.
        self.add("cose", 512, bytes);
        let mut reader = Reader::new(bytes);
        if reader.peek() == Ok(Kind::Tag) && reader.tag().is_ok() {
            self.add("cose", 512, reader.rest());
        }
    }

    fn items(&mut self, bytes: &[u8]) {
        self.add("cbor", 96, bytes);
        self.notation(bytes);
        let mut reader = Reader::new(bytes);
        while let Ok(kind) = reader.peek() {
            let start = reader;
            match kind {
                Kind::Array | Kind::Map | Kind::Tag => {
                    if let Ok(item) = start.clone().item() {
                        self.add("cbor", 96, item);
                    }
                    if reader.header(kind).is_err() {
                        return;
                    }
                }
                Kind::Bytes => {
                    let Ok(content) = reader.bytes() else { return };
                    if content.starts_with(&[0xd8, 0x60]) {
                        self.object(content);
                    }
                    if Reader::new(content).skip().is_ok() {
                        self.items(content);
                    }
                }
                _ if reader.skip().is_err() => return,
                _ => {}
            }
        }
    }

    /// Bytes to be shown, and what they are shown as.
    fn notation(&mut self, bytes: &[u8]) {
        self.add("edn", 160, bytes);
        let mut text = vec![];
        if suitpack_package::edn(bytes, &mut text).is_ok() {
            self.add("edn", 160, &text);
        }
    }

    fn write(&self) {
        let corpus = root().join("tests/fuzz-targets/corpus");
        for (target, bytes) in &self.0 {
            let folder = corpus.join(target);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(format!("{:016x}", name(bytes))), bytes).unwrap();
        }
        println!("{} seeds", self.0.len());
    }
}

/// A name that is the same for the same bytes: FNV-1a.
fn name(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |name, byte| (name ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Small recipes, each with another part of the language.
fn recipes() -> Vec<String> {
    let start = "[manifest]\nsequence-number = 1\nvendor = \"a.example\"\nclass = \"c\"\n";
    let component = "[[component]]\nid = [\"app\", \"hex:00ff\"]\nimage = \"a.bin\"\n";
    let parts = [
        "",
        "compression = \"none\"\ninvoke = true\n",
        "install = \"streamed\"\nuri = \"https://example.com/a.bin\"\n",
        "[[component.slots]]\nslot = 0\nimage = \"a.bin\"\n[[component.slots]]\nslot = 1\nimage = \"b.bin\"\n",
        "[text.en]\nupdate-description = \"x\"\n[text.en.component.app]\nvendor-name = \"y\"\n",
        "[upgradability]\nseq = 1\nissued = 2026-11-24\ncapability = \"yes\"\n[[upgradability.horizons]]\nguaranteed-until = 2032-03\n",
    ];
    let explicit = [
        "suit-install = [{ suit-directive-set-component-index = 0 }, { suit-directive-fetch = 15 }]\n",
        "suit-validate = [{ suit-directive-override-parameters = { suit-parameter-uri = \"#a\" } }]\n",
        "suit-invoke = [{ suit-directive-try-each = [[{ suit-condition-abort = 0 }], [{ suit-condition-abort = 1 }], []] }]\n",
        "suit-load = [{ suit-directive-copy-params = { \"0\" = [\"suit-parameter-uri\"] } }]\n",
    ];
    let with_parts = parts.iter().map(|part| format!("{start}{component}{part}"));
    let with_sequences =
        explicit.iter().map(|part| format!("[manifest]\nsequence-number = 1\n[[component]]\nid = [\"a\"]\n[sequence]\n{part}"));
    with_parts.chain(with_sequences).collect()
}

fn folders(of: &Path) -> Vec<PathBuf> {
    let mut found: Vec<_> = fs::read_dir(of).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

fn files(of: &Path) -> Vec<PathBuf> {
    let parts = folders(of).into_iter().map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    parts.flatten().collect()
}
