//! Eavesdropping: what whoever listens, or reads what is left behind, gets to see.

use std::fs;
use std::sync::Arc;

use suitpack_author::{Options, Output, Recipe, Secrets, build};
use suitpack_crypto::keyfile::{self, to_symmetric_cose_key};
use suitpack_crypto::{DecryptionKey, Seed};
use suitpack_package::{Cause, Request, verify};
use suitpack_tests::key;

use crate::bench::{Parts, cause, extracted, image};

const SECRET: [u8; 16] = *b"a secret to keep";

fn package(encryption: &str, folder: &std::path::Path) -> Vec<u8> {
    fs::write(folder.join("app.bin"), image(1, 5000)).unwrap();
    fs::write(folder.join("kek.cosekey"), to_symmetric_cose_key(-3, &SECRET)).unwrap();
    let text = format!(
        "[manifest]\nsequence-number = 7\nvendor = \"example.com\"\nclass = \"lamp\"\n\n[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\ncompression = \"none\"\n\
         encrypt-for = [\"kek.cosekey\"]\nencryption = \"{encryption}\"\n"
    );
    let recipe = Recipe::parse(&text, &folder.join("suitpack.toml"), &[]).unwrap_or_else(|error| panic!("{error}"));
    let mut package = vec![];
    let mut detached = |_: &str| panic!("nothing is detached");
    let secrets = Some(Secrets::Derived(Seed::from_bytes(&[9; 32]).unwrap()));
    build(&recipe, Output::Stream(&mut package), &[&key(1)], &mut detached, Options { secrets, ..Options::default() }).unwrap();
    package
}

fn request(keys: &[[u8; 16]]) -> Request {
    let mut request = Request::default();
    request.anchors = vec![key(1).public_key()];
    let open = |secret: &[u8; 16]| keyfile::decryption_key(&to_symmetric_cose_key(-3, secret), None).unwrap();
    request.decryption = keys.iter().map(|secret| Arc::new(open(secret)) as Arc<DecryptionKey>).collect();
    request
}

/// Whether sixteen bytes in a row of one stand in the other.
fn shares(bytes: &[u8], secret: &[u8]) -> bool {
    secret.windows(16).step_by(16).any(|window| bytes.windows(16).any(|at| at == window))
}

#[test]
fn eavesdropping_on_a_package_shows_neither_image_nor_key() {
    let folder = tempfile::tempdir().unwrap();
    for encryption in ["a128gcm", "chacha20-poly1305", "a128ctr"] {
        let package = package(encryption, folder.path());
        assert!(!shares(&package, &image(1, 5000)), "{encryption}: the image");
        assert!(!shares(&package, &SECRET), "{encryption}: the key");
    }
}

#[test]
fn eavesdropping_on_what_is_said_and_left_shows_neither_image_nor_key() {
    let folder = tempfile::tempdir().unwrap();
    for encryption in ["a128gcm", "a128ctr"] {
        let package = package(encryption, folder.path());
        let right = request(&[SECRET]);
        let (extraction, output) = extracted(&package, &right, "app");
        assert!(extraction.written && output == image(1, 5000));
        for said in [format!("{right:?}"), format!("{:?}", extraction.report)] {
            assert!(!said.contains("secret to keep") && !said.contains("97, 32, 115, 101, 99"), "{encryption}: {said}");
        }
        // Without the key, or with another, not a byte of the image comes out.
        for keys in [&[][..], &[[7; 16]]] {
            let (extraction, output) = extracted(&package, &request(keys), "app");
            assert!(!extraction.written && !shares(&output, &image(1, 5000)), "{encryption}");
            assert_eq!(extraction.report.cause(), Some(Cause::CouldNotTell));
        }
    }
}

#[test]
fn a_ciphertext_without_authentication_is_bound_by_its_digests() {
    let folder = tempfile::tempdir().unwrap();
    let package = package("a128ctr", folder.path());
    let mut parts = Parts::of(&package);
    parts.payloads[0].1[100] ^= 1;
    for keys in [&[][..], &[SECRET]] {
        assert_eq!(cause(&parts.package(), &request(keys)), Some(Cause::NotBound));
    }
}

#[test]
fn the_same_image_is_encrypted_otherwise_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let first = Parts::of(&package("a128gcm", folder.path())).payloads;
    assert!(verify(package("a128gcm", folder.path()).as_slice(), &request(&[SECRET])).accepts());
    let other = Parts::of(&package("a128ctr", folder.path())).payloads;
    assert!(!shares(&first[0].1, &other[0].1), "one seed, two ciphers: no key stream is used twice");
}
