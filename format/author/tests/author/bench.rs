//! A workshop for tests: a directory with images, keys, and builds in it.

use core::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::PathBuf;

use suitpack_author::{BuildError, Built, Options, Output, Recipe, RecipeError, build};
use suitpack_core::crypto::Sign;
use suitpack_crypto::SigningKey;

pub(crate) struct Bench {
    pub(crate) dir: tempfile::TempDir,
}

/// A package and the files beside it.
pub(crate) struct Made {
    pub(crate) built: Built,
    pub(crate) package: Vec<u8>,
    pub(crate) beside: BTreeMap<String, Vec<u8>>,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let bench = Self { dir: tempfile::tempdir().unwrap() };
        bench.image("app.bin", &image(100_000, 1));
        bench
    }

    pub(crate) fn image(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path(name), bytes).unwrap();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn recipe(&self, text: &str) -> Result<Recipe, RecipeError> {
        Recipe::parse(text, &self.path("suitpack.toml"), &[])
    }

    pub(crate) fn try_build(&self, recipe: &Recipe, signers: &[&dyn Sign], options: Options<'_>) -> Result<Made, BuildError> {
        let beside = RefCell::new(Vec::new());
        let mut detached = |name: &str| {
            beside.borrow_mut().push(name.to_owned());
            File::options().read(true).write(true).create_new(true).open(self.path(&format!("out-{name}")))
        };
        let mut file = tempfile::tempfile().unwrap();
        let built = build(recipe, Output::File(&mut file), signers, &mut detached, options)?;
        let names = beside.into_inner();
        let beside = names.into_iter().map(|name| (name.clone(), fs::read(self.path(&format!("out-{name}"))).unwrap())).collect();
        Ok(Made { built, package: content(&mut file), beside })
    }

    pub(crate) fn build(&self, text: &str, signers: &[&dyn Sign]) -> Made {
        self.try_build(&self.recipe(text).unwrap(), signers, Options::default()).unwrap()
    }
}

/// All bytes of a file, from its start.
pub(crate) fn content(file: &mut File) -> Vec<u8> {
    use std::io::Seek;
    let mut bytes = Vec::new();
    file.rewind().unwrap();
    file.read_to_end(&mut bytes).unwrap();
    bytes
}

/// Bytes that compress about as well as machine code, the same on every machine.
pub(crate) fn image(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut bytes = Vec::with_capacity(length);
    while bytes.len() < length {
        let word = next();
        // Repeat something older now and then, as code does.
        if word % 3 == 0 && bytes.len() > 64 {
            let back = 16 + usize::try_from(word >> 40).unwrap() % (bytes.len().min(4096) - 16);
            let from = bytes.len() - back;
            bytes.extend_from_within(from..from + back.min(16));
        } else {
            bytes.extend_from_slice(&word.to_le_bytes()[..4]);
        }
    }
    bytes.truncate(length);
    bytes
}

/// A key that every run has.
pub(crate) fn key(algorithm: i64) -> SigningKey {
    SigningKey::generate(algorithm, &[0x42; 32]).unwrap()
}

pub(crate) fn sha_256(bytes: &[u8]) -> [u8; 32] {
    let mut stream = suitpack_crypto::Sha256Stream::new();
    stream.update(bytes);
    stream.finish()
}

/// The smallest recipe.
pub(crate) const SMALL: &str = r#"
[manifest]
sequence-number = 7
vendor = "example.com"
class = "lamp"

[[component]]
id = ["app"]
image = "app.bin"
compression = "none"
"#;

/// `SMALL` with `more` in its component or behind it.
pub(crate) fn small(more: &str) -> String {
    format!("{SMALL}{more}\n")
}
