//! Shared helpers of the tests.
#![allow(clippy::unwrap_used, clippy::panic, clippy::missing_panics_doc, clippy::print_stderr)]

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
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("app.bin"), image).unwrap();
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
