//! Project Wycheproof: signatures that must pass and signatures that must not.

use serde_json::Value;
use suitpack_core::crypto::VerifySignature as _;
use suitpack_crypto::PublicKey;

use crate::support::{hex, peer_vectors};

#[test]
fn ed25519_verdicts_are_those_of_wycheproof() {
    verdicts("wycheproof/ed25519_test.json", |group| {
        let bytes: [u8; 32] = hex(group["publicKey"]["pk"].as_str().unwrap()).try_into().unwrap();
        PublicKey::Ed25519(suitpack_crypto::Ed25519PublicKey::from_bytes(&bytes).unwrap())
    });
}

#[test]
fn p256_verdicts_are_those_of_wycheproof() {
    verdicts("wycheproof/ecdsa_secp256r1_sha256_p1363_test.json", |group| {
        let point = hex(group["publicKey"]["uncompressed"].as_str().unwrap());
        PublicKey::P256(suitpack_crypto::P256PublicKey::from_sec1(&point).unwrap())
    });
}

#[test]
fn the_key_files_of_wycheproof_give_the_keys_they_state() {
    for (file, member) in [("ed25519_test", "pk"), ("ecdsa_secp256r1_sha256_p1363_test", "uncompressed")] {
        let Some(vectors) = peer_vectors(&format!("wycheproof/{file}.json")) else { return };
        for group in vectors["testGroups"].as_array().unwrap() {
            let stated = hex(group["publicKey"][member].as_str().unwrap());
            let pem = suitpack_crypto::keyfile::public_key(group["publicKeyPem"].as_str().unwrap().as_bytes()).unwrap();
            let der = suitpack_crypto::keyfile::public_key(&hex(group["publicKeyDer"].as_str().unwrap())).unwrap();
            assert_eq!(pem, der);
            match pem {
                PublicKey::Ed25519(key) => assert_eq!(key.as_bytes()[..], stated),
                PublicKey::P256(key) => assert_eq!(key.as_sec1()[..], stated),
                _ => panic!("a key of another algorithm"),
            }
        }
    }
}

fn verdicts(file: &str, key: impl Fn(&Value) -> PublicKey) {
    let Some(vectors) = peer_vectors(file) else { return };
    let mut judged = 0;
    for group in vectors["testGroups"].as_array().unwrap() {
        let key = key(group);
        for case in group["tests"].as_array().unwrap() {
            let field = |name: &str| hex(case[name].as_str().unwrap());
            let expected = match case["result"].as_str().unwrap() {
                "valid" => true,
                "invalid" => false,
                other => panic!("a verdict of another kind: {other}"),
            };
            assert_eq!(key.verify(&field("msg"), &field("sig")), expected, "{file} {case}");
            judged += 1;
        }
    }
    assert_eq!(judged, vectors["numberOfTests"].as_u64().unwrap());
}
