//! HMAC 256/256: vectors of others, key files, and what must not pass for a shared key.

use suitpack_core::crypto::{Sign as _, VerifySignature as _};
use suitpack_crypto::keyfile::{self, KeyError};
use suitpack_crypto::{Anchor, HmacKey, Signer};

use crate::support::{hex, keys, peer_vectors};

/// The shared key of the examples in draft-ietf-suit-firmware-encryption §9.
const SHARED: &str = "a201042058206161616161616161616161616161616161616161616161616161616161616161";

#[test]
fn hmac_verdicts_are_those_of_wycheproof() {
    let Some(vectors) = peer_vectors("wycheproof/hmac_sha256_test.json") else { return };
    let mut judged = 0;
    for group in vectors["testGroups"].as_array().unwrap() {
        for case in group["tests"].as_array().unwrap() {
            let field = |name: &str| hex(case[name].as_str().unwrap());
            // Other key lengths are no keys here, and a truncated tag is none.
            let Some(key) = HmacKey::from_bytes(&field("key")) else { continue };
            let expected = case["result"] == "valid" && group["tagSize"] == 256;
            assert_eq!(key.verify(&field("msg"), &field("tag")), expected, "{case}");
            judged += 1;
        }
    }
    assert!(judged > 50, "{judged}");
}

#[test]
fn the_tags_of_the_cose_working_group_are_made_and_checked() {
    for file in
        ["hmac-examples/HMac-01.json", "mac-tests/mac-pass-01.json", "mac0-tests/mac-pass-02.json", "mac0-tests/mac-pass-03.json"]
    {
        let Some(vector) = peer_vectors(&format!("cose-wg/{file}")) else { return };
        let inside = &vector["intermediates"];
        let key = HmacKey::from_bytes(&hex(inside["CEK_hex"].as_str().unwrap())).unwrap();
        let message = hex(inside["ToMac_hex"].as_str().unwrap());
        let mut tag = [0; 64];
        let length = key.sign(&message, &mut tag).unwrap();
        let object = vector["output"]["cbor"].as_str().unwrap().to_lowercase();
        let made: String = tag[..length].iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(object.contains(&made), "{file}");
        assert!(key.verify(&message, &tag[..length]) && !key.verify(&message, &tag[..16]), "{file}");
    }
}

#[test]
fn a_shared_key_in_a_file_is_an_anchor_and_a_signer() {
    let file = hex(SHARED);
    let anchor = keyfile::anchor(&file).unwrap();
    let signer = keyfile::signer(&file, None).unwrap();
    assert!(matches!((&anchor, &signer), (Anchor::Shared(_), Signer::Shared(_))));
    assert_eq!((anchor.algorithm(), signer.algorithm()), (5, 5));
    let mut tag = [0; 64];
    let length = signer.sign(b"message", &mut tag).unwrap();
    assert_eq!(length, 32);
    assert!(anchor.verify(b"message", &tag[..32]) && !anchor.verify(b"massage", &tag[..32]));
    assert!(!anchor.verify(b"message", &tag[..31]) && !anchor.verify(b"message", &tag) && !anchor.verify(b"message", &[]));
    // RFC 9679: the thumbprint of a secret is no name to publish.
    assert_eq!(signer.kid(), None);
    assert_eq!(keyfile::public_key(&file).unwrap_err(), KeyError::Symmetric);
    assert_eq!(keyfile::signing_key(&file, None).unwrap_err(), KeyError::Symmetric);
    let debug = format!("{anchor:?} {signer:?}");
    assert!(!debug.contains("61") && !debug.contains("97"), "{debug}");
}

#[test]
fn the_name_of_a_shared_key_is_the_one_it_was_given() {
    let mut file = hex(SHARED);
    file[0] = 0xa3;
    file.splice(3..3, *b"\x02\x43dev");
    assert_eq!(keyfile::signer(&file, None).unwrap().kid(), Some(b"dev".as_slice()));
    assert_eq!(keyfile::anchor(&file).unwrap().alias(), Some(b"dev".as_slice()));
}

#[test]
fn a_shared_key_is_refused_where_its_file_says_so() {
    let with = |entry: &str| {
        let mut file = hex(SHARED);
        file[0] = 0xa3;
        file.splice(3..3, hex(entry));
        keyfile::anchor(&file).map(|_| ()).map_err(|error| error.to_string())
    };
    assert_eq!(with("0305"), Ok(()));
    for other in ["0304", "0306", "0324", "0328"] {
        assert_eq!(with(other), Err(KeyError::AlgorithmMismatch.to_string()), "{other}");
    }
    assert_eq!(with("0482090a"), Ok(()));
    assert_eq!(with("04820506"), Err(KeyError::UseNotAllowed.to_string()));
    for length in [0, 16, 31, 65] {
        let file = [&[0xa2, 1, 4, 0x20, 0x58, length][..], &vec![0x61; usize::from(length)]].concat();
        let refused = keyfile::anchor(&file).unwrap_err();
        // Lengths below 24 are not in their shortest form above.
        assert!(refused == KeyError::Length(usize::from(length)) || length < 24, "{length}: {refused}");
    }
    assert_eq!(keyfile::anchor(&[0xa2, 1, 4, 0x20, 1]).unwrap_err(), KeyError::Malformed("COSE_Key"));
    assert_eq!(keyfile::anchor(&[0xa1, 1, 4]).unwrap_err(), KeyError::Malformed("COSE_Key"));
}

#[test]
fn a_pair_of_keys_is_an_anchor_and_a_signer_as_before() {
    for key in keys() {
        let file = keyfile::to_cose_key(&key.public_key());
        assert!(matches!(keyfile::anchor(&file), Ok(Anchor::Public(read)) if read == key.public_key()));
        assert_eq!(keyfile::signer(&file, None).unwrap_err(), KeyError::PublicKey);
        let pem = keyfile::to_pkcs8_pem(&key).unwrap();
        let signer = keyfile::signer(pem.as_bytes(), None).unwrap();
        assert_eq!((signer.kid(), signer.anchor().key_id()), (Some(key.thumbprint().as_slice()), key.thumbprint().as_slice()));
        assert_eq!(keyfile::anchor(pem.as_bytes()).unwrap_err(), KeyError::PrivateKey);
    }
}
