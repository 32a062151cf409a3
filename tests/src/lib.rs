//! Shared helpers of the tests.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::missing_panics_doc, clippy::print_stderr)]

pub mod power;
pub mod properties;
pub mod reporting;
pub mod rewrite;
pub mod simulated;

use std::path::{Path, PathBuf};

use suitpack_author::{Options, Output, Recipe, build};
use suitpack_core::crypto::Sign;
use suitpack_core::registry::algorithm::ED25519;
use suitpack_crypto::{PublicKey, SigningKey};
use suitpack_package::{Report, Request, verify};

/// The root of the project.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Bytes from hex.
#[must_use]
pub fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<char> = text.chars().filter(|char| !char.is_whitespace()).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(&pair.iter().collect::<String>(), 16).unwrap()).collect()
}

/// Adds all packages and other CBOR files in a folder and those below it.
pub fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| ["suit", "cbor"].iter().any(|wanted| extension == *wanted)) {
            found.push(path);
        }
    }
}

/// A small package with everything in it, and what it was made from.
#[derive(Debug)]
pub struct Lab {
    /// Holds the recipe, the images and detached payloads.
    pub folder: tempfile::TempDir,
    /// The public half of the key that signs.
    pub key: PublicKey,
    /// The package.
    pub package: Vec<u8>,
}

/// A key that is the same everywhere: a test vector, worth nothing.
#[must_use]
pub fn key(seed: u8) -> SigningKey {
    SigningKey::generate(ED25519, &[seed; 32]).unwrap()
}

/// A recipe with a promise; `component` holds the lines of its components.
#[must_use]
pub fn recipe(component: &str) -> String {
    format!(
        r#"
[manifest]
sequence-number = 7
version = "1.2.3"
vendor = "example.com"
class = "thermostat"
{component}
[text.en]
update-description = "Mends a leak."

[upgradability]
seq = 1
issued = "2026-11-24"
capability = "yes"

[[upgradability.channels]]
mechanism = "automatic-ota"
name = "stable"

[[upgradability.horizons]]
guaranteed-until = "2032-03-31"
"#
    )
}

/// The usual component.
pub const ZSTD: &str = "[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\n";

/// The same, stored as it is.
pub const STORED: &str = "[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\ncompression = \"none\"\n";

impl Lab {
    /// Builds a package from a recipe; `image` becomes `app.bin`.
    #[must_use]
    pub fn new(recipe: &str, image: &[u8]) -> Self {
        Self::signed_by(recipe, image, &[&key(1)])
    }

    /// Builds a package signed by these keys, the first of which is the lab's.
    #[must_use]
    pub fn signed_by(recipe: &str, image: &[u8], keys: &[&SigningKey]) -> Self {
        Self::made(recipe, &[("app.bin", image)], keys)
    }

    /// Builds a package from a recipe, an image, and further files.
    #[must_use]
    pub fn with(recipe: &str, image: &[u8], files: &[(&str, &[u8])]) -> Self {
        Self::made(recipe, &[&[("app.bin", image)], files].concat(), &[&key(1)])
    }

    fn made(recipe: &str, files: &[(&str, &[u8])], keys: &[&SigningKey]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            std::fs::write(folder.path().join(name), content).unwrap();
        }
        let path = folder.path().join("suitpack.toml");
        std::fs::write(&path, recipe).unwrap();
        let recipe = Recipe::parse(recipe, &path, &[]).unwrap_or_else(|error| panic!("{error}"));
        let signers: Vec<&dyn Sign> = keys.iter().map(|key| *key as &dyn Sign).collect();
        let mut package = vec![];
        let mut detached =
            |name: &str| std::fs::File::options().read(true).write(true).create(true).truncate(true).open(folder.path().join(name));
        build(&recipe, Output::Stream(&mut package), &signers, &mut detached, Options::default()).unwrap();
        let key = keys.first().map_or_else(|| key(1).public_key(), |key| key.public_key());
        Self { folder, key, package }
    }

    /// A request that trusts the lab's key.
    #[must_use]
    pub fn request(&self) -> Request {
        let mut request = Request::default();
        request.anchors = vec![self.key.clone()];
        request
    }

    /// What a verifier says of other bytes in place of the package.
    #[must_use]
    pub fn judge(&self, bytes: &[u8]) -> Report {
        verify(bytes, &self.request())
    }
}

/// Numbers that look random and are the same each time (xorshift64*).
#[derive(Debug)]
pub struct Random(u64);

impl Random {
    /// Begins a row of numbers.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// The next number.
    pub const fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() >> 16).unwrap() % end
    }

    /// Changes a few bytes: flips, removes, doubles or inserts some.
    pub fn change(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..=self.below(3) {
            let at = self.below(bytes.len());
            let end = bytes.len().min(at + 1 + self.below(8));
            match self.below(4) {
                0 => bytes[at] ^= 1 << self.below(8),
                1 if bytes.len() > 8 => drop(bytes.drain(at..end)),
                2 => drop(bytes.splice(at..at, bytes[at..end].to_vec())),
                _ => bytes.insert(at, u8::try_from(self.below(256)).unwrap()),
            }
        }
    }

    /// Adds one well-formed item of any kind (RFC 8949 appendix C) in any encoding.
    pub fn item(&mut self, output: &mut Vec<u8>, depth: usize) {
        let kinds = if depth == 0 { 9 } else { 14 };
        match self.below(kinds) {
            0 => self.head(output, 0),
            1 => self.head(output, 1),
            kind @ (2 | 3) => self.string(output, u8::try_from(kind).unwrap()),
            4 => output.push(0xf4 + u8::try_from(self.below(4)).unwrap()),
            5 => output.push(0xe0 + u8::try_from(self.below(20)).unwrap()),
            6 => output.extend([0xf8, 32 + u8::try_from(self.below(224)).unwrap()]),
            7 => {
                let width = 1 + self.below(3);
                output.push(0xf8 + u8::try_from(width).unwrap());
                let bits = if self.below(4) == 0 { u64::MAX << self.below(64) } else { self.next() };
                output.extend(&bits.to_be_bytes()[..1 << width]);
            }
            8 => {
                let major = 2 + u8::try_from(self.below(2)).unwrap();
                output.push(major << 5 | 31);
                for _ in 0..self.below(3) {
                    self.string(output, major);
                }
                output.push(0xff);
            }
            9 => {
                self.head(output, 6);
                self.item(output, depth - 1);
            }
            kind @ (10 | 11) => {
                let (count, major) = (self.below(4), if kind == 10 { 4 } else { 5 });
                self.head_of(output, major, count as u64);
                for _ in 0..count * (kind - 9) {
                    self.item(output, depth - 1);
                }
            }
            kind => {
                output.push(if kind == 12 { 0x9f } else { 0xbf });
                for _ in 0..self.below(4) * (kind - 11) {
                    self.item(output, depth - 1);
                }
                output.push(0xff);
            }
        }
    }

    fn string(&mut self, output: &mut Vec<u8>, major: u8) {
        let length = self.below(70);
        self.head_of(output, major, length as u64);
        // One text in four is not UTF-8.
        let wild = major == 2 || self.below(4) == 0;
        output.extend((0..length).map(|_| u8::try_from(self.next() & if wild { 255 } else { 127 }).unwrap()));
    }

    fn head(&mut self, output: &mut Vec<u8>, major: u8) {
        let argument = self.next() >> self.below(64);
        self.head_of(output, major, argument);
    }

    /// A head in a form that holds the argument, the shortest in one of two.
    fn head_of(&mut self, output: &mut Vec<u8>, major: u8, argument: u64) {
        let shortest = match argument {
            0..=23 => 0,
            24..=0xff => 1,
            0x100..=0xffff => 2,
            0x1_0000..=0xffff_ffff => 3,
            _ => 4,
        };
        let form = if self.below(2) == 0 { shortest } else { shortest + self.below(5 - shortest) };
        if form == 0 {
            output.push(major << 5 | u8::try_from(argument).unwrap());
            return;
        }
        output.push(major << 5 | u8::try_from(23 + form).unwrap());
        output.extend(&argument.to_be_bytes()[8 - (1 << (form - 1))..]);
    }
}
