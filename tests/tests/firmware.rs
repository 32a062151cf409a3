//! Real firmware goes in and comes out, and somebody else's verifier agrees.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::print_stderr, missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use suitpack_crypto::keyfile;
use suitpack_package::extract;
use suitpack_tests::{Lab, key, recipe, root};

struct Image {
    name: String,
    bytes: Vec<u8>,
}

/// The images that `tests/fetch.py` brought. `tests/run` insists on them.
fn images() -> Vec<Image> {
    let Ok(list) = fs::read(root().join("tests/cache/firmware.json")) else {
        assert!(std::env::var_os("SUITPACK_REQUIRE_FIRMWARE").is_none(), "tests/fetch.py brought nothing");
        eprintln!("skipped: no firmware images; `python3 tests/fetch.py` brings them");
        return vec![];
    };
    let list: serde_json::Value = serde_json::from_slice(&list).unwrap();
    let list = list.as_array().unwrap();
    assert!(!list.is_empty());
    list.iter()
        .map(|image| Image {
            name: image["name"].as_str().unwrap().to_owned(),
            bytes: fs::read(root().join(image["path"].as_str().unwrap())).unwrap(),
        })
        .collect()
}

/// The ways a component can be carried and installed.
const TEMPLATES: [(&str, &str); 4] = [
    ("staged zstd", ""),
    ("streamed zstd", "install = \"streamed\"\nlevel = 9\n"),
    ("staged as it is", "compression = \"none\"\n"),
    ("beside the package", "uri = \"https://example.com/updates/app.zst\"\ninvoke = true\n"),
];

fn component(extra: &str) -> String {
    format!("[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\n{extra}")
}

#[test]
fn every_image_comes_out_as_it_went_in_by_every_template() {
    for image in images() {
        for (template, extra) in TEMPLATES {
            let lab = Lab::new(&recipe(&component(extra)), &image.bytes);
            let mut request = lab.request();
            request.payload_dir = Some(suitpack_package::PayloadDir::new(lab.folder.path().to_owned()));
            let mut output = vec![];
            let extraction = extract(lab.package.as_slice(), &request, "app", false, &mut output);
            assert!(extraction.report.accepts(), "{}, {template}: {:#?}", image.name, extraction.report.checks());
            assert!(output == image.bytes, "{}, {template}", image.name);
        }
    }
}

#[test]
fn the_same_image_makes_the_same_package_again() {
    for image in images() {
        let recipe = recipe(&component(""));
        assert!(Lab::new(&recipe, &image.bytes).package == Lab::new(&recipe, &image.bytes).package, "{}", image.name);
    }
}

#[test]
fn somebody_elses_verifier_accepts_what_we_make_and_refuses_what_we_refuse() {
    let Some(verifier) = second_verifier() else { return };
    for image in images() {
        for (template, extra) in TEMPLATES {
            let lab = Lab::new(&recipe(&component(extra)), &image.bytes);
            assert!(verifier(&lab, &lab.package), "{}, {template}", image.name);
            let mut forged = lab.package.clone();
            let last = forged.len() - 1;
            forged[last] ^= 1;
            assert!(!verifier(&lab, &forged), "{}, {template}: a flipped last bit", image.name);
        }
    }
}

#[test]
fn somebody_elses_verifier_takes_both_algorithms_and_several_signatures() {
    let Some(verifier) = second_verifier() else { return };
    let p256 = suitpack_crypto::SigningKey::generate(suitpack_core::registry::algorithm::ESP256, &[7; 32]).unwrap();
    let ed25519 = key(1);
    for keys in [vec![&p256], vec![&p256, &ed25519], vec![&ed25519, &p256]] {
        let lab = Lab::signed_by(&recipe(&component("")), b"an image of a few bytes", &keys);
        assert!(verifier(&lab, &lab.package));
    }
}

type Verifier = Box<dyn Fn(&Lab, &[u8]) -> bool>;

/// A verifier in another language that shares no code with ours.
fn second_verifier() -> Option<Verifier> {
    let Some(python) = std::env::var_os("SUITPACK_SECOND_VERIFIER_PYTHON").map(PathBuf::from) else {
        eprintln!("skipped: the second verifier's Python is not set up; `tests/run` does that");
        return None;
    };
    let script = root().join("tests/second-verifier/verify.py");
    Some(Box::new(move |lab, package| {
        let folder = lab.folder.path();
        let (file, public) = (folder.join("package.suit"), folder.join("key.pub.pem"));
        fs::write(&file, package).unwrap();
        fs::write(&public, keyfile::to_spki_pem(&lab.key).unwrap()).unwrap();
        run(&python, &script, &file, &public, folder)
    }))
}

fn run(python: &Path, script: &Path, file: &Path, public: &Path, payloads: &Path) -> bool {
    let output = Command::new(python).arg(script).arg(file).arg(public).arg("--payload-dir").arg(payloads).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    match output.status.code() {
        Some(0) => true,
        Some(1) => false,
        other => panic!("{other:?}: {text}{}", String::from_utf8_lossy(&output.stderr)),
    }
}
