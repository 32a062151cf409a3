//! The digest that is signed, against the manifest that is carried (MAN §8.3, §10).

use suitpack_core::{Digest, ErrorKind, Refusal};
use suitpack_crypto::Sha2;

use crate::support::{accepted, opened, unreadable};

#[test]
fn a_manifest_that_is_not_the_signed_one_is_refused() {
    assert_eq!(opened("auth.digest.manifest-changed"), Err(Refusal::DigestMismatch));
    assert_eq!(opened("auth.digest.flipped"), Err(Refusal::DigestMismatch));
}

#[test]
fn the_digest_of_another_manifest_is_none_that_was_signed() {
    assert_eq!(opened("auth.digest.replaced"), Err(Refusal::WrongSignature));
}

#[test]
fn the_digest_covers_the_byte_string_with_its_header() {
    assert_eq!(opened("auth.digest.over-content"), Err(Refusal::DigestMismatch));
    accepted("auth.sign1.ed25519");
}

#[test]
fn every_bit_of_a_digest_counts() {
    // SHA-256 of "abc" (FIPS 180-4).
    let right = [
        0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3,
        0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad,
    ];
    assert_eq!(Digest::new(-16, &right).unwrap().matches(&Sha2, &[b"a", b"bc"]), Some(true));
    for bit in 0..256 {
        let mut wrong = right;
        wrong[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(Digest::new(-16, &wrong).unwrap().matches(&Sha2, &[b"abc"]), Some(false), "bit {bit}");
    }
}

#[test]
fn a_digest_has_the_length_of_its_algorithm() {
    for id in ["auth.digest.short", "auth.digest.long", "auth.digest.sha-512.short"] {
        assert_eq!(unreadable(id), ErrorKind::DigestLength, "{id}");
    }
    accepted("auth.digest.sha-384");
    accepted("auth.digest.sha-512");
}

#[test]
fn an_algorithm_that_is_none_of_the_drafts_is_refused() {
    for id in ["auth.digest.sha-1", "auth.digest.sha-256-64", "auth.digest.unknown"] {
        assert_eq!(unreadable(id), ErrorKind::DigestAlgorithmUnknown, "{id}");
    }
    assert_eq!(unreadable("auth.digest.extension"), ErrorKind::ValueOutOfRange);
}

#[test]
fn nothing_is_looked_into_before_somebody_vouches_for_it() {
    assert_eq!(opened("auth.order.manifest-not-looked-into"), Err(Refusal::Untrusted));
}
