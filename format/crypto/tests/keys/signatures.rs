//! Digests and signatures against the numbers printed in the RFCs.

use suitpack_core::crypto::{DIGEST_MAX, Digester as _, Sign as _, VerifySignature as _};
use suitpack_crypto::{Ed25519PublicKey, Ed25519SigningKey, P256PublicKey, P256SigningKey, Sha2, Sha256Stream, SigningKey};

use crate::support::{hex, keys, signature};

#[test]
fn sha2_gives_the_digests_of_fips_180_in_any_split() {
    let known = [
        (-16, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (-43, "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"),
        (
            -44,
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        ),
    ];
    for (algorithm, digest) in known {
        for parts in [&[b"abc".as_slice()][..], &[b"a", b"", b"bc"]] {
            let mut out = [0; DIGEST_MAX];
            let length = Sha2.digest(algorithm, parts, &mut out).unwrap();
            assert_eq!(out[..length], hex(digest));
        }
    }
}

#[test]
fn an_unknown_digest_algorithm_is_not_supported() {
    assert_eq!(Sha2.digest(-45, &[], &mut [0; DIGEST_MAX]), None);
}

#[test]
fn the_stream_agrees_with_the_whole_at_every_cut() {
    let bytes: Vec<u8> = (0..=255).collect();
    let mut whole = [0; DIGEST_MAX];
    Sha2.digest(-16, &[&bytes], &mut whole).unwrap();
    for cut in 0..=bytes.len() {
        let mut stream = Sha256Stream::new();
        stream.update(&bytes[..cut]);
        stream.update(&bytes[cut..]);
        assert_eq!(stream.finish(), whole[..32]);
    }
}

#[test]
fn ed25519_signs_as_printed_in_rfc_8032() {
    // §7.1, test 2.
    let key =
        Ed25519SigningKey::from_bytes(&hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb").try_into().unwrap());
    assert_eq!(key.public_key().as_bytes()[..], hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"));
    let expected = hex(concat!(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da",
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    ));
    assert_eq!(signature(&SigningKey::Ed25519(key), &[0x72]), expected);
}

#[test]
fn p256_signs_as_printed_in_rfc_6979() {
    // §A.2.5, SHA-256, message "sample"; s is in the upper half, so this also shows that nothing is normalised.
    let secret = hex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
    let key = P256SigningKey::from_bytes(&secret.try_into().unwrap()).unwrap();
    let public = key.public_key().clone();
    let expected = hex(concat!(
        "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
        "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"
    ));
    assert_eq!(signature(&SigningKey::P256(key), b"sample"), expected);
    assert!(public.verify(b"sample", &expected));
}

#[test]
fn a_signature_vouches_for_its_message_and_key_only() {
    for key in keys() {
        let public = key.public_key();
        assert_eq!(key.algorithm(), public.algorithm());
        assert_eq!(key.key_id(), public.key_id());
        let right = signature(&key, b"message");
        assert!(public.verify(b"message", &right));
        assert!(!public.verify(b"massage", &right));
        let other = SigningKey::generate(key.algorithm(), &[1; 32]).unwrap();
        assert!(!other.public_key().verify(b"message", &right));
        for bit in 0..right.len() * 8 {
            let mut flipped = right.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(!public.verify(b"message", &flipped), "bit {bit}");
        }
        for length in 0..right.len() {
            assert!(!public.verify(b"message", &right[..length]), "{length} bytes");
        }
        assert!(!public.verify(b"message", &[right.as_slice(), &[0]].concat()));
    }
}

#[test]
fn a_p256_signature_with_zero_or_too_large_halves_is_refused() {
    let [_, key] = keys();
    let right = signature(&key, b"message");
    let order = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    for half in [vec![0; 32], order, vec![0xff; 32]] {
        assert!(!key.public_key().verify(b"message", &[&half, &right[32..]].concat()));
        assert!(!key.public_key().verify(b"message", &[&right[..32], &half].concat()));
        assert!(!key.public_key().verify(b"message", &[half.as_slice(), &half].concat()));
    }
}

#[test]
fn a_p256_point_off_the_curve_is_no_key() {
    let [_, SigningKey::P256(key)] = keys() else { panic!("the second key is P-256") };
    let mut point = *key.public_key().as_sec1();
    assert!(P256PublicKey::from_sec1(&point).is_some());
    point[64] ^= 1;
    assert_eq!(P256PublicKey::from_sec1(&point), None);
    assert_eq!(P256PublicKey::from_sec1(&[0]), None, "the point at infinity");
}

#[test]
fn an_ed25519_key_of_small_order_or_in_another_encoding_is_no_key() {
    let small_order = "0000000000000000000000000000000000000000000000000000000000000000";
    let identity = "0100000000000000000000000000000000000000000000000000000000000000";
    // The field's prime + 3 stands for y = 3, which is a point of large order with an encoding of its own.
    let second_encoding = "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f";
    let first_encoding = "0300000000000000000000000000000000000000000000000000000000000000";
    let key = |text| Ed25519PublicKey::from_bytes(&hex(text).try_into().unwrap());
    assert_eq!(key(small_order), None);
    assert_eq!(key(identity), None);
    assert_eq!(key(second_encoding), None);
    assert!(key(first_encoding).is_some());
}

#[test]
fn a_secret_number_outside_the_order_is_no_p256_key_but_entropy_for_one() {
    for bytes in [[0; 32], [0xff; 32]] {
        assert!(P256SigningKey::from_bytes(&bytes).is_none());
        assert!(SigningKey::generate(-9, &bytes).is_some());
    }
}

#[test]
fn a_key_of_an_unknown_algorithm_cannot_be_generated() {
    assert!(SigningKey::generate(-51, &[7; 32]).is_none());
}

#[test]
fn debug_output_of_a_private_key_shows_the_thumbprint_only() {
    for key in keys() {
        let thumbprint: String = key.thumbprint().iter().map(|byte| format!("{byte:02x}")).collect();
        let shown = format!("{key:?}");
        let (start, end) = (shown.rfind('(').unwrap(), shown.find(')').unwrap());
        assert!(shown.contains(&thumbprint), "{shown}");
        assert_eq!(end - start, 65, "{shown}");
    }
}
