//! What `inspect --recipe` prints builds the same manifest, and the same package but for the signatures.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::print_stderr, missing_docs)]

use std::fs;
use std::io;

use suitpack_author::{Options, Output, Recipe, build};
use suitpack_core::cbor::{Sink, Writer};
use suitpack_core::registry::algorithm;
use suitpack_core::{Envelope, Profile};
use suitpack_crypto::Sha256Stream;
use suitpack_package::{NoRecipe, Request, Unsigned, explicit_recipe, verify};
use suitpack_tests::{Lab, Random, STORED, ZSTD, files, recipe, root};

/// Builds what the recipe of a package says, from the payloads of the package.
fn again(package: &[u8]) -> Result<Vec<u8>, String> {
    let explicit = explicit_recipe(package, Profile::Strict).map_err(|error| match error {
        NoRecipe::Unreadable(error) => format!("unreadable: {error}"),
        NoRecipe::NoWords(what) => what,
    })?;
    assert!(explicit.text.bytes().all(|byte| byte == b'\n' || (b' '..=b'~').contains(&byte)), "unsafe to show");
    let folder = tempfile::tempdir().unwrap();
    let envelope = Envelope::parse(package).unwrap();
    for ((uri, file, size), (name, content)) in explicit.payloads.iter().zip(envelope.payloads()) {
        assert_eq!((uri.as_str(), *size), (name, content.len() as u64));
        assert!(!file.contains('/'), "{file}");
        fs::write(folder.path().join(file), content).unwrap();
    }
    let recipe = Recipe::parse(&explicit.text, &folder.path().join("suitpack.toml"), &[])
        .map_err(|error| format!("{error}\n{}", explicit.text))?;
    let mut built = vec![];
    let mut detached = |_: &str| Err(io::ErrorKind::NotFound.into());
    build(&recipe, Output::Stream(&mut built), &[], &mut detached, Options::default()).map_err(|error| error.to_string())?;
    Ok(built)
}

/// Everything in an envelope that is not a signature.
fn unsigned(package: &[u8]) -> impl PartialEq + '_ {
    let envelope = Envelope::parse(package).unwrap();
    (Unsigned::of(&envelope).unwrap(), envelope.payloads().collect::<Vec<_>>())
}

#[test]
fn packages_of_the_templates_are_built_again() {
    let image: Vec<u8> = (0..600_u32).flat_map(|n| (n * n / 7).to_le_bytes()).collect();
    let components = [
        ZSTD.to_owned(),
        STORED.to_owned(),
        format!("{STORED}invoke = true\ninstall = \"streamed\"\n"),
        format!("{STORED}rollback = [\"old\"]\nfrom-versions = \">=1.2, <2\"\n"),
        "[[component]]\nid = [\"app\", \"hex:00ff\"]\nslots = [{ slot = 0, image = \"app.bin\", name = \"a\" }, { slot = 1, image = \"app.bin\", name = \"b\" }]\n".to_owned(),
        "[[component]]\nid = [\"app\"]\na-b = [\"app.bin\", \"app.bin\"]\ncompression = \"none\"\n".to_owned(),
        format!("{STORED}[update]\nuse-before = 2030-01-01T00:00:00Z\nminimum-battery = 300\nauthorized = true\npriority = -2\n{WAIT}"),
        format!("{STORED}[mud]\nurl = \"https://example.com/lamp.json\"\nski = \"sha-256:{}\"\n", "0a".repeat(32)),
        format!("{STORED}[[component]]\nid = [\"hex:\", \"\u{e9}\", \"hex:686578\"]\n[envelope]\nsevered = [\"suit-install\", \"suit-text\"]\ntagged = false\n"),
    ];
    for component in &components {
        let lab = Lab::new(&recipe(component), &image);
        let built = again(&lab.package).unwrap_or_else(|error| panic!("{component}: {error}"));
        assert!(unsigned(&built) == unsigned(&lab.package), "{component}");
    }
}

#[test]
fn a_package_that_depends_on_another_is_built_again() {
    let inner = Lab::new(&recipe(STORED), b"inner");
    let outer = format!("{STORED}[[depends-on]]\nid = [\"sub\"]\npackage = \"inner.suit\"\nprefix = [\"in\"]\n");
    let lab = Lab::with(&recipe(&outer), b"outer", &[("inner.suit", &inner.package)]);
    let built = again(&lab.package).unwrap();
    assert!(unsigned(&built) == unsigned(&lab.package));
}

#[test]
fn every_case_that_is_accepted_is_built_again_or_refused_in_words() {
    let mut found = vec![];
    files(&root().join("test-vectors/cases"), &mut found);
    files(&root().join("../shared/peer-vectors/ietf"), &mut found);
    let (mut same, mut refused) = (0, vec![]);
    for file in &found {
        let package = fs::read(file).unwrap();
        let readable = Envelope::parse(&package)
            .is_ok_and(|envelope| envelope.authentication().is_ok() && envelope.manifest_unauthenticated(Profile::Strict).is_ok());
        if !readable {
            continue;
        }
        let case = file.parent().unwrap();
        let accepted =
            fs::read_to_string(case.join("expect/expect.txt")).is_ok_and(|expected| expected.contains("verdict: accept"));
        match again(&package) {
            Ok(built) => {
                assert!(unsigned(&built) == unsigned(&package), "{} is built differently", file.display());
                same += 1;
            }
            Err(_) if accepted => refused.push(case.file_name().unwrap().to_str().unwrap().to_owned()),
            Err(_) => {}
        }
    }
    assert!(same >= 290, "only {same}");
    // A new case may need words that recipes lack; those of a known one must not be told wrong.
    let told: Vec<_> = NO_WORDS.iter().filter(|case| !refused.iter().any(|refused| refused == **case)).collect();
    assert!(told.is_empty(), "{told:?} can be built again now");
    assert!(refused.len() * 10 < same, "{refused:#?}");
}

/// Events of every kind.
const WAIT: &str = r#"[update.wait]
authorization = 1
power = -1
network = 2
time = 1900000000
time-of-day = 3600
day-of-week = 6
time-of-day-utc = 7200
day-of-week-utc = 0
[update.wait.other-device-version]
other-device = "hub"
other-device-version = [{ comparison = "greater-equal", version = "1.2-rc.1" }]
"#;

/// Cases that a reader accepts and recipes have no words for (REC-61).
const NO_WORDS: [&str; 14] = [
    // Digests of the manifest and of severed members are SHA-256.
    "auth.digest.sha-384",
    "auth.digest.sha-512",
    "auth.digest.shake128",
    "auth.digest.shake256",
    // Metadata that says nothing.
    "lang.parameter.component-metadata.empty",
    "man.common.unknown-key.private",
    // Identifiers without a segment, and the same one twice.
    "man.components.empty-id",
    "man.components.most",
    "man.envelope.payload.empty",
    "man.envelope.payload.unnamed",
    "man.envelope.severed.sha-384",
    "man.envelope.severed.sha-512",
    "man.envelope.severed.shake128",
    "man.envelope.severed.shake256",
];

#[test]
fn what_is_built_again_is_accepted_once_it_is_signed() {
    let lab = Lab::new(&recipe(ZSTD), b"an image");
    let built = again(&lab.package).unwrap();
    let mut signed = vec![];
    suitpack_author::sign(&mut built.as_slice(), &mut signed, &suitpack_tests::key(1), &lab.key).unwrap();
    assert_eq!(signed, lab.package, "signatures are deterministic");
    let mut request = Request::default();
    request.anchors = vec![lab.key.clone()];
    assert!(verify(signed.as_slice(), &request).accepts());
}

/// An envelope with the right digest, which nobody signed, around a manifest and what else was beside it.
fn around(manifest: &[u8], package: &Envelope<'_>) -> Vec<u8> {
    let mut wrapped = vec![];
    Writer::new(Bytes(&mut wrapped)).bytes(manifest).unwrap();
    let mut digest = vec![];
    let mut writer = Writer::new(Bytes(&mut digest));
    writer.array(2).unwrap();
    writer.int(algorithm::SHA_256).unwrap();
    let mut hash = Sha256Stream::new();
    hash.update(&wrapped);
    writer.bytes(&hash.finish()).unwrap();
    let mut wrapper = vec![];
    let mut writer = Writer::new(Bytes(&mut wrapper));
    writer.array(1).unwrap();
    writer.bytes(&digest).unwrap();
    let mut out = vec![];
    let mut writer = Writer::new(Bytes(&mut out));
    writer.map((2 + package.members().count() + package.payloads().count()) as u64).unwrap();
    writer.int(2).unwrap();
    writer.bytes(&wrapper).unwrap();
    writer.int(3).unwrap();
    writer.raw(&wrapped).unwrap();
    for (key, body) in package.members() {
        writer.int(key).unwrap();
        writer.raw(body.encoded()).unwrap();
    }
    for (name, content) in package.payloads() {
        writer.text(name).unwrap();
        writer.bytes(content).unwrap();
    }
    out
}

struct Bytes<'b>(&'b mut Vec<u8>);

impl Sink for Bytes<'_> {
    type Error = core::convert::Infallible;

    fn push(&mut self, bytes: &[u8]) -> Result<(), Self::Error> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}

#[test]
fn changed_manifests_are_built_again_or_refused_and_never_told_wrong() {
    let mut found = vec![];
    files(&root().join("test-vectors/cases"), &mut found);
    found.sort();
    let mut random = Random::new(3);
    let (mut same, mut refused) = (0, 0);
    for file in found.iter().filter(|file| file.to_str().unwrap().contains("/lang.") || file.to_str().unwrap().contains("/dep.")) {
        let package = fs::read(file).unwrap();
        let Ok(envelope) = Envelope::parse(&package) else { continue };
        for _ in 0..40 {
            let mut manifest = envelope.manifest_bytes().content().to_vec();
            let at = random.below(manifest.len());
            manifest[at] ^= 1 << random.below(8);
            let changed = around(&manifest, &envelope);
            let reads = Envelope::parse(&changed).is_ok_and(|envelope| envelope.manifest_unauthenticated(Profile::Strict).is_ok());
            if !reads {
                continue;
            }
            match again(&changed) {
                Ok(built) => {
                    assert!(unsigned(&built) == unsigned(&changed), "{}: {:02x?}", file.display(), manifest);
                    same += 1;
                }
                Err(_) => refused += 1,
            }
        }
    }
    assert!(same > 5 * refused && same > 300, "{same} the same, {refused} refused");
}
