//! COSE_Key: what is read, what is refused, and the thumbprint.

use suitpack_core::crypto::VerifySignature as _;
use suitpack_crypto::keyfile::{KeyError, public_key, signing_key, to_cose_key};
use suitpack_crypto::{ALIAS_MAX, PublicKey, SigningKey};

use crate::support::{SECRET, hex, keys, peer_vectors};

/// The trust anchor of the examples in draft-ietf-suit-manifest, whose thumbprint other implementers use as kid.
const ANCHOR: &str = concat!(
    "a4010220012158208496811aae0baaabd26157189eecda26beaa8bf11b6f3fe6e2b5659c85dbc0ad",
    "2258203b1f2a4b6c098131c0a36dacd1d78bd381dcdfb09c052db33991db7338b4a896"
);
const ANCHOR_THUMBPRINT: &str = "ca9e35f23b2b525fb4fc83f512b0dcac4ac29e457e873a5d6a7313f71690b33c";

#[test]
fn the_thumbprint_of_the_example_anchor_is_the_one_implementers_use() {
    let key = public_key(&hex(ANCHOR)).unwrap();
    assert_eq!(key.thumbprint()[..], hex(ANCHOR_THUMBPRINT));
    assert_eq!(key.key_id(), key.thumbprint());
    assert_eq!(key.algorithm(), -9);
}

#[test]
fn the_thumbprint_printed_in_rfc_9679_is_computed() {
    // §6: its key has a kid, which is no part of the thumbprint.
    let x = "65eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d";
    let y = "1e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eecd0084d19c";
    let kid = b"meriadoc.brandybuck@buckland.example";
    let file = [&hex("a50102025824"), kid.as_slice(), &hex(&format!("2001215820{x}225820{y}"))].concat();
    let key = public_key(&file).unwrap();
    assert_eq!(key.thumbprint()[..], hex("496bd8afadf307e5b08c64b0421bf9dc01528a344a43bda88fadd1669da253ec"));
    assert_eq!(key.alias(), Some(kid.as_slice()));
}

#[test]
fn the_kid_in_the_peers_envelopes_is_the_thumbprint_of_their_anchor() {
    let Some(index) = peer_vectors("ietf/manifest/index.json") else { return };
    let mut compared = 0;
    for vector in index["vectors"].as_array().unwrap() {
        for signing in vector["signing"].as_array().into_iter().flatten() {
            let (Some(kid), Some(name)) = (signing["kid"].as_str(), signing["key"].as_str()) else { continue };
            let stated = vector["public_keys"].as_array().unwrap().iter().find(|key| key["name"] == name).unwrap();
            let key = public_key(&hex(stated["cose_key_hex"].as_str().unwrap())).unwrap();
            assert_eq!(key.thumbprint()[..], hex(kid), "{}", vector["id"]);
            compared += 1;
        }
    }
    assert_eq!(compared, 2);
}

#[test]
fn a_public_cose_key_is_written_as_the_bytes_of_its_thumbprint() {
    assert_eq!(to_cose_key(&public_key(&hex(ANCHOR)).unwrap()), hex(ANCHOR));
}

#[test]
fn a_public_cose_key_comes_back_with_its_alias() {
    for key in keys() {
        let plain = key.public_key();
        assert_eq!(public_key(&to_cose_key(&plain)).unwrap().alias(), None);
        for alias in [b"".as_slice(), b"dev", &[7; ALIAS_MAX]] {
            let named = plain.clone().with_alias(alias).unwrap();
            let read = public_key(&to_cose_key(&named)).unwrap();
            assert_eq!(read, plain);
            assert_eq!(read.alias(), Some(alias));
            assert_eq!(read.thumbprint(), plain.thumbprint());
        }
        assert_eq!(plain.with_alias(&[7; ALIAS_MAX + 1]), None);
    }
}

#[test]
fn a_kid_longer_than_an_alias_is_refused() {
    let file = with(&hex(ANCHOR), &[&[0x02, 0x58, 65], [7; 65].as_slice()].concat());
    assert_eq!(public_key(&file), Err(KeyError::AliasTooLong));
}

#[test]
fn members_may_stand_in_any_order_but_only_once() {
    // As the examples in RFC 9052 appendix C.7 print them: curve and coordinates before the type.
    let anchor = hex(ANCHOR);
    let turned = [&[0xa4], &anchor[3..], &anchor[1..3]].concat();
    assert_eq!(public_key(&turned), public_key(&anchor));
    assert_eq!(public_key(&with(&anchor, &[0x01, 0x02])), Err(KeyError::Malformed("COSE_Key")));
    assert_eq!(public_key(&with(&with(&anchor, &[0x18, 0x64, 0]), &[0x18, 0x64, 0])), Err(KeyError::Malformed("COSE_Key")));
    assert_eq!(public_key(&with(&anchor, &[0x18, 0x64, 0])), public_key(&anchor), "a member nobody knows");
}

#[test]
fn an_algorithm_must_fit_the_curve() {
    let [ed25519, p256] = keys().map(|key| to_cose_key(&key.public_key()));
    let alg = |file: &[u8], value: u8| public_key(&with(file, &[0x03, value]));
    // -9 and -7, -19 and -8, as CBOR.
    assert!(alg(&p256, 0x28).is_ok() && alg(&p256, 0x26).is_ok());
    assert!(alg(&ed25519, 0x32).is_ok() && alg(&ed25519, 0x27).is_ok());
    for (file, value) in [(&p256, 0x32), (&p256, 0x27), (&ed25519, 0x28), (&ed25519, 0x26), (&p256, 0x01)] {
        assert_eq!(alg(file, value), Err(KeyError::AlgorithmMismatch));
    }
}

#[test]
fn key_ops_must_allow_the_use() {
    for key in keys() {
        let public = to_cose_key(&key.public_key());
        let private = private(&key, true);
        let sign = [0x04, 0x81, 0x01];
        let verify = [0x04, 0x81, 0x02];
        let both = [0x04, 0x82, 0x01, 0x02];
        assert!(public_key(&with(&public, &verify)).is_ok());
        assert!(public_key(&with(&public, &both)).is_ok());
        assert_eq!(public_key(&with(&public, &sign)), Err(KeyError::UseNotAllowed));
        assert!(signing_key(&with(&private, &sign), None).is_ok());
        assert!(signing_key(&with(&private, &both), None).is_ok());
        assert_eq!(signing_key(&with(&private, &verify), None).unwrap_err(), KeyError::UseNotAllowed);
    }
}

#[test]
fn a_private_cose_key_is_read_with_or_without_its_public_part() {
    for key in keys() {
        for public_part in [true, false] {
            let file = with(&private(&key, public_part), b"\x02\x43dev");
            let read = signing_key(&file, None).unwrap();
            assert_eq!(read.public_key(), key.public_key());
            assert_eq!(read.public_key().alias(), Some(b"dev".as_slice()));
            assert_eq!(public_key(&file), Err(KeyError::PrivateKey));
        }
        assert_eq!(signing_key(&to_cose_key(&key.public_key()), None).unwrap_err(), KeyError::PublicKey);
    }
}

#[test]
fn a_private_cose_key_with_the_public_part_of_another_is_refused() {
    for key in keys() {
        let algorithm = suitpack_core::crypto::Sign::algorithm(&key);
        let other = SigningKey::generate(algorithm, &[9; 32]).unwrap();
        let file = with(&to_cose_key(&other.public_key()), &private(&key, false)[5..]);
        assert_eq!(signing_key(&file, None).unwrap_err(), KeyError::PublicPartMismatch);
    }
}

#[test]
fn a_compressed_point_is_the_same_key() {
    let [_, key] = keys();
    let PublicKey::P256(public) = key.public_key() else { panic!("the second key is P-256") };
    let (x, odd) = (&public.as_sec1()[1..33], public.as_sec1()[64] & 1);
    let compressed = |odd: u8| [&[0xa4, 1, 2, 0x20, 1, 0x21, 0x58, 32], x, &[0x22, 0xf4 | odd]].concat();
    assert_eq!(public_key(&compressed(odd)), Ok(key.public_key()));
    assert_eq!(public_key(&compressed(odd)).unwrap().thumbprint(), key.thumbprint());
    assert_ne!(public_key(&compressed(odd ^ 1)), Ok(key.public_key()));
}

#[test]
fn a_coordinate_without_its_leading_zeroes_is_refused() {
    // RFC 9053 §7.1.1. One key in 256 has such a coordinate; moving a byte from y to x is the fault all others can show.
    let anchor = hex(ANCHOR);
    let mut moved = anchor.clone();
    moved[8] = 33;
    moved[41..44].copy_from_slice(&[anchor[44], 0x22, 0x58]);
    moved[44] = 31;
    assert_eq!(public_key(&moved), Err(KeyError::Malformed("COSE_Key")));
}

#[test]
fn unsupported_types_and_curves_are_named() {
    let x = [&[0x21, 0x58, 32], [5; 32].as_slice()].concat();
    let named = |head: &[u8]| match public_key(&[head, &x].concat()) {
        Err(KeyError::UnsupportedAlgorithm(name)) => name,
        other => panic!("{other:?}"),
    };
    assert_eq!(named(&[0xa3, 1, 2, 0x20, 2]), "P-384 (COSE_Key kty 2, crv 2)");
    assert_eq!(named(&[0xa3, 1, 1, 0x20, 4]), "X25519 (COSE_Key kty 1, crv 4)");
    assert_eq!(named(&[0xa3, 1, 1, 0x20, 1]), "P-256 (COSE_Key kty 1, crv 1)");
    assert_eq!(named(&[0xa2, 1, 3]), "RSA (COSE_Key kty 3)");
    assert_eq!(named(&[0xa2, 1, 0x18, 99]), "unknown (COSE_Key kty 99)");
}

/// A COSE_Key with `d`, and the coordinates if asked.
fn private(key: &SigningKey, public_part: bool) -> Vec<u8> {
    let secret = [&[0x23, 0x58, 32], SECRET.as_slice()].concat();
    let public = to_cose_key(&key.public_key());
    let head = if public_part { public.as_slice() } else { &[&[0xa2], &public[1..5]].concat() };
    with(head, &secret)
}

/// The map with one more member at its end.
fn with(file: &[u8], member: &[u8]) -> Vec<u8> {
    [&[file[0] + 1], &file[1..], member].concat()
}
