//! The examples of the manifest draft, and those of implementers, get the verdict their index gives them.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::print_stderr, missing_docs)]

use std::fs;

use suitpack_core::Profile;
use suitpack_crypto::keyfile;
use suitpack_package::{Cause, Request, verify};
use suitpack_tests::{root, unhex};

struct Vector {
    id: String,
    bytes: Vec<u8>,
    key: Option<Vec<u8>>,
    accept: bool,
    algorithm: Option<i64>,
}

fn vectors() -> Vec<Vector> {
    let folder = root().join("../shared/peer-vectors/ietf/manifest");
    let Ok(index) = fs::read(folder.join("index.json")) else {
        eprintln!("skipped: the IETF examples are not beside the project");
        return vec![];
    };
    let index: serde_json::Value = serde_json::from_slice(&index).unwrap();
    let vectors: Vec<Vector> = index["vectors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|vector| Vector {
            id: vector["id"].as_str().unwrap().to_owned(),
            bytes: fs::read(folder.join(vector["file"].as_str().unwrap())).unwrap(),
            key: vector["public_keys"][0]["cose_key_hex"].as_str().map(unhex),
            accept: vector["expected_verification"] == "pass",
            algorithm: vector["signing"][0]["alg_id"].as_i64(),
        })
        .collect();
    assert_eq!(vectors.len(), 22);
    vectors
}

fn cause(vector: &Vector, key: &[u8], profile: Profile) -> Option<Cause> {
    let mut request = Request::default();
    request.anchors = vec![keyfile::public_key(key).unwrap()];
    request.profile = profile;
    request.manifest_only = true;
    verify(vector.bytes.as_slice(), &request).cause()
}

#[test]
fn all_examples_of_the_manifest_draft_get_their_verdict_from_the_lenient_profile() {
    let vectors = vectors();
    // The unsigned ones are judged with the key of the signed ones.
    let key = vectors.iter().find_map(|vector| vector.key.clone());
    for vector in &vectors {
        let key = vector.key.as_ref().or(key.as_ref()).unwrap();
        let expected = if vector.accept { None } else { Some(Cause::NotAuthentic) };
        assert_eq!(cause(vector, key, Profile::Lenient), expected, "{}", vector.id);
    }
}

#[test]
fn the_strict_profile_accepts_the_examples_signed_with_esp256_and_no_others() {
    for vector in vectors().iter().filter(|vector| vector.accept) {
        let expected = if vector.algorithm == Some(-9) { None } else { Some(Cause::Policy) };
        assert_eq!(cause(vector, vector.key.as_ref().unwrap(), Profile::Strict), expected, "{}", vector.id);
    }
}

#[test]
fn what_the_lenient_profile_lets_pass_is_said() {
    for vector in vectors().iter().filter(|vector| vector.algorithm == Some(-7)) {
        let mut request = Request::default();
        request.anchors = vec![keyfile::public_key(vector.key.as_ref().unwrap()).unwrap()];
        request.profile = Profile::Lenient;
        request.manifest_only = true;
        let report = verify(vector.bytes.as_slice(), &request);
        let said = report.checks().iter().any(|check| check.name == "profile" && check.detail.contains("ES256"));
        assert!(said, "{}", vector.id);
    }
}

#[test]
fn payloads_that_are_not_at_hand_are_never_passed() {
    for vector in vectors().iter().filter(|vector| vector.algorithm == Some(-9)) {
        let mut request = Request::default();
        request.anchors = vec![keyfile::public_key(vector.key.as_ref().unwrap()).unwrap()];
        let report = verify(vector.bytes.as_slice(), &request);
        // Example 0 fetches nothing, and the two of another implementer carry their payload.
        let fetches = !vector.id.contains("ex0") && !vector.id.contains("attestam");
        assert_eq!(report.cause(), fetches.then_some(Cause::CouldNotTell), "{}: {:?}", vector.id, report.checks());
    }
}
