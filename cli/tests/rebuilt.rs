//! Recipes that write digests out are built only with the payloads that these are of.
#![allow(clippy::unwrap_used, clippy::panic)]

mod workshop;

use std::fs;
use std::path::Path;
use std::process::Output;

use workshop::{run, suitpack, workshop};

#[test]
fn the_recipe_of_a_package_is_built_with_its_payload_and_no_other() {
    let folder = workshop(30_000);
    let folder = folder.path();
    again(folder, "update.suit", &["extract update.suit app --raw -o app -a dev.pub.pem"]);
    good(folder, "build again.toml -k dev.pem -o again.suit");
    good(folder, "verify again.suit -a dev.pub.pem");
    let output = refused(folder, "build again.toml -k dev.pem -o x.suit --set payload.0.file=app.bin", "30000 bytes where");
    let shown = String::from_utf8(output.stderr).unwrap();
    assert!(shown.contains("payload `#app` is not what the sequences of the recipe say"), "{shown}");
    assert!(shown.contains("--set payload.0.file=FILE"), "{shown}");
    // One byte of the same number of them.
    let mut bytes = fs::read(folder.join("app")).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(folder.join("app"), bytes).unwrap();
    let output = refused(folder, "build again.toml -o x.suit", "does not match its signed digest");
    assert!(String::from_utf8(output.stderr).unwrap().contains("file = \"app\""), "the line is shown");
}

#[test]
fn an_image_that_a_payload_does_not_decode_to_is_refused() {
    let folder = workshop(30_000);
    let folder = folder.path();
    again(folder, "update.suit", &["extract update.suit app --raw -o app -a dev.pub.pem"]);
    let size = "sequence.suit-shared-sequence.1.suit-directive-override-parameters.suit-parameter-image-size=30001";
    refused(folder, &format!("build again.toml -o x.suit --set {size}"), "does not decode to the signed image");
}

#[test]
fn an_encrypted_payload_is_held_against_what_is_known_without_a_key() {
    let folder = workshop(30_000);
    let folder = folder.path();
    good(folder, "key generate -o reader.pem --alg esp256");
    good(folder, "build -k dev.pem -o closed.suit --set component.0.encrypt-for=[\"reader.pub.pem\"]");
    let extract = "extract closed.suit app --raw -o app -a dev.pub.pem --decryption-key reader.pem";
    again(folder, "closed.suit", &[extract]);
    let recipe = fs::read_to_string(folder.join("again.toml")).unwrap();
    assert!(recipe.contains("--decryption-key KEY"), "the recipe says how the payload is written");
    good(folder, "build again.toml -o again.suit");
    refused(folder, "build again.toml -o x.suit --set payload.0.file=app.bin", "30000 bytes where");
}

#[test]
fn a_dependency_is_the_one_that_is_written_out() {
    let folder = workshop(3_000);
    let folder = folder.path();
    fs::write(folder.join("outer.toml"), OUTER).unwrap();
    good(folder, "build outer.toml -k dev.pem -o outer.suit");
    good(folder, "build --set manifest.sequence-number=8 -k dev.pem -o other.suit");
    again(folder, "outer.suit", &["extract outer.suit lamp --raw -o lamp -a dev.pub.pem"]);
    good(folder, "build again.toml -o again.suit");
    refused(folder, "build again.toml -o x.suit --set payload.0.file=other.suit", "holds another manifest");
    refused(folder, "build again.toml -o x.suit --set payload.0.file=app.bin", "is no package");
}

#[test]
fn every_digest_that_can_be_written_out_is_held_against_the_payload_wherever_it_travels() {
    let folder = workshop(3_000);
    let folder = folder.path();
    fs::write(folder.join("right"), "abc").unwrap();
    fs::write(folder.join("wrong"), "abd").unwrap();
    for uri in ["#raw", "https://example.com/raw"] {
        for digest in [SHA_256, SHA_384] {
            // Beside the package, another digest than SHA-256 is for whoever verifies.
            if uri != "#raw" && digest == SHA_384 {
                continue;
            }
            fs::write(folder.join("raw.toml"), RAW.replace("URI", uri).replace("DIGEST", digest)).unwrap();
            good(folder, "build raw.toml -o raw.suit --force");
            refused(folder, "build raw.toml -o x.suit --force --set payload.0.file=wrong", "does not match its signed digest");
        }
    }
}

#[test]
fn what_no_digest_binds_is_warned_of_and_built() {
    let folder = workshop(3_000);
    let folder = folder.path();
    let unbound = RAW.replace("suit-parameter-image-digest = \"DIGEST\", ", "").replace(MATCH, "").replace("URI", "#raw");
    fs::write(folder.join("raw.toml"), unbound).unwrap();
    let output = run(folder, "build raw.toml -o raw.suit --set payload.0.file=app.bin");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8(output.stderr).unwrap().contains("no digest judges it"));
}

/// Writes the recipe of a package, and its payloads by `extract`.
fn again(folder: &Path, package: &str, extract: &[&str]) {
    let output = run(folder, &format!("inspect {package} --recipe"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    fs::write(folder.join("again.toml"), output.stdout).unwrap();
    extract.iter().for_each(|line| good(folder, line));
}

fn good(folder: &Path, line: &str) {
    let output = suitpack(folder, line).output().unwrap();
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Runs a build that fails and leaves nothing.
fn refused(folder: &Path, line: &str, why: &str) -> Output {
    let output = run(folder, line);
    let shown = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{line}: {shown}");
    assert!(shown.contains(why), "{line}: {shown}");
    assert!(!folder.join("x.suit").exists(), "{line}");
    output
}

const OUTER: &str = "[manifest]\nsequence-number = 7\n\n[[depends-on]]\nid = [\"lamp\"]\npackage = \"update.suit\"\n";

const RAW: &str = "[manifest]\nsequence-number = 7\n\n[[component]]\nid = [\"app\"]\n\n[[payload]]\nuri = \"URI\"\nfile = \"right\"\n\n[sequence]\nsuit-install = [\n  { suit-directive-set-component-index = 0 },\n  { suit-directive-override-parameters = { suit-parameter-image-digest = \"DIGEST\", suit-parameter-uri = \"URI\" } },\n  { suit-directive-fetch = 15 },\n  { suit-condition-image-match = 15 },\n]\n";

const MATCH: &str = "  { suit-condition-image-match = 15 },\n";

/// Of `abc`.
const SHA_256: &str = "sha-256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const SHA_384: &str = "sha-384:cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7";
