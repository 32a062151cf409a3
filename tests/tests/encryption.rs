//! Encrypted packages as their readers see them: with the right key, with another one, with none, and after somebody changed them.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::fs;
use std::sync::Arc;

use suitpack_author::{Options, Output, Recipe, Secrets, build};
use suitpack_core::manifest::Section;
use suitpack_core::manifest::command::Command;
use suitpack_core::manifest::parameter::Parameter;
use suitpack_core::{Envelope, Profile};
use suitpack_crypto::keyfile::{self, to_symmetric_cose_key};
use suitpack_crypto::{DecryptionKey, Seed, Sha256Stream};
use suitpack_package::{Cause, Outcome, Report, Request, extract, verify};
use suitpack_tests::key;

const A128KW: i64 = -3;

struct Lab {
    folder: tempfile::TempDir,
}

impl Lab {
    fn new(image: &[u8]) -> Self {
        let lab = Self { folder: tempfile::tempdir().unwrap() };
        lab.put("app.bin", image);
        lab.put("kek.cosekey", &to_symmetric_cose_key(A128KW, &[1; 16]));
        lab.put("other.cosekey", &to_symmetric_cose_key(A128KW, &[2; 16]));
        lab
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        fs::write(self.folder.path().join(name), bytes).unwrap();
    }

    fn key(&self, name: &str) -> Arc<DecryptionKey> {
        Arc::new(keyfile::decryption_key(&fs::read(self.folder.path().join(name)).unwrap(), None).unwrap())
    }

    fn build(&self, recipe: &str) -> Vec<u8> {
        let recipe =
            Recipe::parse(recipe, &self.folder.path().join("suitpack.toml"), &[]).unwrap_or_else(|error| panic!("{error}"));
        let mut package = vec![];
        let mut detached =
            |name: &str| fs::File::options().read(true).write(true).create_new(true).open(self.folder.path().join(name));
        let secrets = Some(Secrets::Derived(Seed::from_bytes(&[9; 32]).unwrap()));
        let options = Options { secrets, ..Options::default() };
        build(&recipe, Output::Stream(&mut package), &[&key(1)], &mut detached, options).unwrap_or_else(|error| panic!("{error}"));
        package
    }

    fn request(&self, keys: &[&str]) -> Request {
        let mut request = Request::default();
        request.anchors = vec![key(1).public_key()];
        request.decryption = keys.iter().map(|name| self.key(name)).collect();
        request
    }

    fn verify(&self, package: &[u8], keys: &[&str]) -> Report {
        verify(package, &self.request(keys))
    }
}

fn recipe(lines: &str) -> String {
    let head = "[manifest]\nsequence-number = 7\nvendor = \"example.com\"\nclass = \"lamp\"\n\n[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\n";
    format!("{head}encrypt-for = [\"kek.cosekey\"]\n{lines}\n")
}

fn image(length: usize) -> Vec<u8> {
    (0..length).map(|at| u8::try_from(at * at / 7 % 251).unwrap()).collect()
}

fn cause(report: &Report) -> Option<u8> {
    report.cause().map(Cause::code)
}

fn said(report: &Report) -> String {
    report.checks().iter().find(|check| check.name.starts_with("payload")).map(|check| check.detail.clone()).unwrap_or_default()
}

/// The encryption info that the install sets, and the payload as carried.
fn parts(package: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let envelope = Envelope::parse(package).unwrap();
    let manifest = envelope.manifest_unauthenticated(Profile::Strict).unwrap();
    let install = manifest.sequence(Section::Install, envelope.member(20)).unwrap().unwrap();
    let parameters = install.filter_map(|command| if let Command::OverrideParameters(set) = command { Some(set) } else { None });
    let mut infos = parameters
        .flatten()
        .filter_map(|set| if let Parameter::EncryptionInfo(info) = set { Some(info.encoded().to_vec()) } else { None });
    (infos.next().unwrap(), envelope.payloads().next().unwrap().1.to_vec())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn sha_256(bytes: &[u8]) -> [u8; 32] {
    let mut stream = Sha256Stream::new();
    stream.update(bytes);
    stream.finish()
}

const ALGORITHMS: [&str; 7] = ["a128gcm", "a192gcm", "a256gcm", "chacha20-poly1305", "a128ctr", "a192ctr", "a256ctr"];

#[test]
fn with_the_key_everything_is_checked_and_without_it_nobody_can_tell() {
    let image = image(300_000);
    let lab = Lab::new(&image);
    for encryption in ALGORITHMS {
        for compression in ["none", "zstd"] {
            let package = lab.build(&recipe(&format!("encryption = \"{encryption}\"\ncompression = \"{compression}\"")));
            let report = lab.verify(&package, &["other.cosekey", "kek.cosekey"]);
            assert!(report.accepts(), "{encryption} {compression}: {}", said(&report));
            assert!(said(&report).contains("to 300000 bytes"), "{}", said(&report));
            for keys in [&[][..], &["other.cosekey"]] {
                let report = lab.verify(&package, keys);
                assert_eq!(cause(&report), Some(17), "{encryption} {compression}");
                let payload = report.checks().iter().find(|check| check.name.starts_with("payload")).unwrap();
                assert_eq!(payload.outcome, Outcome::NotPossible, "what was not checked never passes");
            }
        }
    }
}

#[test]
fn a_changed_ciphertext_is_refused_as_what_nobody_signed() {
    let lab = Lab::new(&image(5000));
    for encryption in ["a128gcm", "chacha20-poly1305", "a128ctr"] {
        for compression in ["none", "zstd"] {
            let package = lab.build(&recipe(&format!("encryption = \"{encryption}\"\ncompression = \"{compression}\"")));
            let (_, ciphertext) = parts(&package);
            let start = package.len() - ciphertext.len();
            for at in [start, start + ciphertext.len() / 2, package.len() - 1] {
                let mut changed = package.clone();
                changed[at] ^= 1;
                for keys in [&[][..], &["kek.cosekey"]] {
                    let report = lab.verify(&changed, keys);
                    assert_eq!(cause(&report), Some(12), "{encryption} {compression}");
                    assert!(said(&report).contains("does not match its signed digest"), "{}", said(&report));
                }
            }
        }
    }
}

/// A package that copies `ciphertext` with this info to a component that has to hold what has this digest.
fn explicit(lab: &Lab, info: &[u8], ciphertext: &[u8], digest: &[u8; 32], size: usize) -> Vec<u8> {
    lab.put("cipher.bin", ciphertext);
    let text = format!(
        r##"
[manifest]
sequence-number = 7

[[component]]
id = ["app"]

[[component]]
id = ["staging"]

[[payload]]
uri = "#app"
file = "cipher.bin"

[sequence]
suit-payload-fetch = [
  {{ suit-directive-set-component-index = 1 }},
  {{ suit-directive-override-parameters = {{ suit-parameter-uri = "#app", suit-parameter-image-digest = {{ payload = "#app" }} }} }},
  {{ suit-directive-fetch = 15 }},
  {{ suit-condition-image-match = 15 }},
]
suit-install = [
  {{ suit-directive-set-component-index = 0 }},
  {{ suit-directive-override-parameters = {{ suit-parameter-image-digest = "sha-256:{}", suit-parameter-image-size = {size}, suit-parameter-source-component = 1, suit-parameter-encryption-info = "hex:{}" }} }},
  {{ suit-directive-copy = 15 }},
  {{ suit-condition-image-match = 15 }},
]
"##,
        hex(digest),
        hex(info),
    );
    lab.build(&text)
}

#[test]
fn what_decrypts_to_another_image_is_refused() {
    // Negative list 145 and 147: the ciphertext is the signed one, the plaintext is not.
    let image = image(5000);
    let lab = Lab::new(&image);
    for encryption in ALGORITHMS {
        let (info, ciphertext) = parts(&lab.build(&recipe(&format!("encryption = \"{encryption}\"\ncompression = \"none\""))));
        let (right, wrong) = (sha_256(&image), sha_256(b"another image"));
        for (digest, size, accepted) in [(right, 5000, true), (wrong, 5000, false), (right, 4999, false), (right, 5001, false)] {
            let package = explicit(&lab, &info, &ciphertext, &digest, size);
            let report = lab.verify(&package, &["kek.cosekey"]);
            assert_eq!(report.accepts(), accepted, "{encryption} {size}: {}", said(&report));
            assert_eq!(cause(&report), (!accepted).then_some(12));
            assert_eq!(cause(&lab.verify(&package, &[])), Some(17), "without the key nobody can tell");
        }
    }
}

#[test]
fn a_wrong_tag_or_iv_over_the_signed_ciphertext_is_refused() {
    // Negative list 137: whoever signs may still have mixed two payloads up.
    let image = image(5000);
    let lab = Lab::new(&image);
    let (info, ciphertext) = parts(&lab.build(&recipe("compression = \"none\"")));
    let mut other_iv = info.clone();
    let iv = info.windows(2).position(|pair| pair == [0x05, 0x4c]).unwrap() + 2;
    other_iv[iv] ^= 1;
    let mut other_tag = ciphertext.clone();
    *other_tag.last_mut().unwrap() ^= 1;
    let short = b"short".to_vec();
    for (info, ciphertext, wrong) in
        [(&other_iv, &ciphertext, "tag is wrong"), (&info, &other_tag, "tag is wrong"), (&info, &short, "length is wrong")]
    {
        let report = lab.verify(&explicit(&lab, info, ciphertext, &sha_256(&image), 5000), &["kek.cosekey"]);
        assert_eq!(cause(&report), Some(12));
        assert!(said(&report).contains(wrong), "{}", said(&report));
    }
    // In counter mode only the digest of the image notices.
    let (info, ciphertext) = parts(&lab.build(&recipe("compression = \"none\"\nencryption = \"a128ctr\"")));
    let mut other_iv = info.clone();
    let iv = info.windows(2).position(|pair| pair == [0x05, 0x50]).unwrap() + 2;
    other_iv[iv] ^= 1;
    let report = lab.verify(&explicit(&lab, &other_iv, &ciphertext, &sha_256(&image), 5000), &["kek.cosekey"]);
    assert_eq!(cause(&report), Some(12));
    assert!(said(&report).contains("another image"), "{}", said(&report));
}

#[test]
fn nothing_is_extracted_of_a_package_with_a_flipped_bit_or_cut_short() {
    let lab = Lab::new(&image(60));
    for encryption in ALGORITHMS {
        for compression in ["none", "zstd"] {
            let package = lab.build(&recipe(&format!("encryption = \"{encryption}\"\ncompression = \"{compression}\"")));
            let request = lab.request(&["kek.cosekey"]);
            let written = |package: &[u8]| {
                let extraction = extract(package, &request, "app", false, &mut Vec::new());
                (extraction.written && extraction.report.accepts(), cause(&extraction.report))
            };
            assert_eq!(written(&package), (true, None));
            let start = package.len() - parts(&package).1.len();
            for bit in start * 8..package.len() * 8 {
                let mut changed = package.clone();
                changed[bit / 8] ^= 1 << (bit % 8);
                assert_eq!(written(&changed), (false, Some(12)), "{encryption} {compression}: bit {bit}");
            }
            for length in start..package.len() {
                assert_eq!(written(&package[..length]), (false, Some(3)), "{encryption} {compression}: cut to {length}");
            }
        }
    }
}

#[test]
fn nothing_is_extracted_where_the_tag_alone_is_wrong() {
    let image = image(5000);
    let lab = Lab::new(&image);
    for encryption in ["a128gcm", "a192gcm", "a256gcm", "chacha20-poly1305"] {
        let (info, ciphertext) = parts(&lab.build(&recipe(&format!("encryption = \"{encryption}\"\ncompression = \"none\""))));
        for bit in 0..128 {
            let mut changed = ciphertext.clone();
            changed[5000 + bit / 8] ^= 1 << (bit % 8);
            let package = explicit(&lab, &info, &changed, &sha_256(&image), 5000);
            let extraction = extract(package.as_slice(), &lab.request(&["kek.cosekey"]), "app", false, &mut Vec::new());
            assert!(!extraction.written && !extraction.report.accepts(), "{encryption}: bit {bit}");
            assert_eq!(cause(&extraction.report), Some(12), "{encryption}: bit {bit}");
        }
    }
}

#[test]
fn an_image_is_extracted_in_the_clear_and_a_payload_as_carried() {
    let image = image(300_000);
    let lab = Lab::new(&image);
    for encryption in ["a128gcm", "a256ctr"] {
        for compression in ["none", "zstd"] {
            let package = lab.build(&recipe(&format!("encryption = \"{encryption}\"\ncompression = \"{compression}\"")));
            let (_, ciphertext) = parts(&package);
            for (raw, wanted) in [(false, &image), (true, &ciphertext)] {
                let mut output = Vec::new();
                let extraction = extract(package.as_slice(), &lab.request(&["kek.cosekey"]), "app", raw, &mut output);
                assert!(extraction.written && extraction.report.accepts());
                assert!(output == *wanted, "{encryption} {compression} {raw}");
            }
            let mut output = Vec::new();
            let extraction = extract(package.as_slice(), &lab.request(&[]), "app", false, &mut output);
            assert!(!extraction.written && !extraction.report.accepts());
        }
    }
}

#[test]
fn slots_and_rollback_are_decrypted_too() {
    let lab = Lab::new(&image(5000));
    lab.put("b.bin", &image(6000));
    let slots = recipe("").replace("image = \"app.bin\"", "a-b = [\"app.bin\", \"b.bin\"]");
    for text in [slots, recipe("rollback = [\"old\"]")] {
        let package = lab.build(&text);
        let report = lab.verify(&package, &["kek.cosekey"]);
        assert!(report.accepts(), "{}", said(&report));
        assert_eq!(cause(&lab.verify(&package, &[])), Some(17));
    }
}

#[test]
fn a_detached_payload_is_decrypted_where_it_lies() {
    let lab = Lab::new(&image(5000));
    let package = lab.build(&recipe("uri = \"https://example.com/app.enc\""));
    let mut request = lab.request(&["kek.cosekey"]);
    assert_eq!(cause(&verify(package.as_slice(), &request)), Some(17));
    request.payload_dir = Some(suitpack_package::PayloadDir::new(lab.folder.path().to_owned()));
    assert!(verify(package.as_slice(), &request).accepts());
}
