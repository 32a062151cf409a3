//! One signature or tag, and what its headers say (RFC 9052 §3, §4.4; MAN §8.3).

use suitpack_core::{ErrorKind, Refusal};

use crate::support::{accepted, opened, unreadable};

#[test]
fn signatures_and_tags_of_others_are_right_over_what_we_build() {
    // Made by another program: a structure that our signer and our reader get wrong alike shows here.
    for id in ["auth.sign1.ed25519", "auth.sign1.esp256", "auth.mac0.hmac", "auth.sign.one", "auth.sign.two"] {
        accepted(id);
    }
}

#[test]
fn a_signature_made_in_another_context_is_wrong() {
    for id in ["auth.sign1.context", "auth.sign.context", "auth.mac0.context", "auth.sign1.external-aad"] {
        assert_eq!(opened(id), Err(Refusal::WrongSignature), "{id}");
    }
}

#[test]
fn a_header_that_came_after_the_signature_makes_it_wrong() {
    assert_eq!(opened("auth.sign1.protected-changed"), Err(Refusal::WrongSignature));
}

#[test]
fn a_flipped_or_cut_signature_is_wrong() {
    for id in ["auth.sign1.flipped", "auth.sign1.signature-short", "auth.mac0.flipped"] {
        assert_eq!(opened(id), Err(Refusal::WrongSignature), "{id}");
    }
}

#[test]
fn a_tag_of_half_the_length_is_wrong() {
    assert_eq!(opened("auth.mac0.short"), Err(Refusal::WrongSignature));
}

#[test]
fn a_signature_in_the_form_of_x_509_is_wrong() {
    assert_eq!(opened("auth.sign1.esp256.der"), Err(Refusal::WrongSignature));
}

#[test]
fn an_s_in_the_upper_half_is_right_and_one_beyond_the_order_wrong() {
    accepted("auth.sign1.esp256.high-s");
    for id in
        ["auth.sign1.esp256.order-s", "auth.sign1.esp256.zero-s", "auth.sign1.esp256.zero-r", "auth.sign1.ed25519.s-plus-order"]
    {
        assert_eq!(opened(id), Err(Refusal::WrongSignature), "{id}");
    }
}

#[test]
fn an_algorithm_counts_only_where_it_is_protected() {
    assert_eq!(unreadable("auth.sign1.alg-only-unprotected"), ErrorKind::AlgorithmNotProtected);
}

#[test]
fn an_algorithm_in_both_headers_is_refused() {
    assert_eq!(unreadable("auth.sign1.alg-in-both"), ErrorKind::DuplicateKey);
    assert_eq!(unreadable("auth.sign1.alg-in-both.different"), ErrorKind::DuplicateKey);
    assert_eq!(unreadable("auth.sign1.kid-in-both"), ErrorKind::DuplicateKey);
}

#[test]
fn a_key_is_for_one_algorithm() {
    assert_eq!(opened("auth.sign1.alg-of-other-key"), Err(Refusal::WrongSignature));
}

#[test]
fn an_empty_list_of_critical_headers_is_refused() {
    assert_eq!(unreadable("auth.sign1.crit-empty"), ErrorKind::CriticalHeader);
}

#[test]
fn a_critical_header_that_nobody_knows_is_refused() {
    assert_eq!(unreadable("auth.sign1.crit-unknown"), ErrorKind::CriticalHeader);
}

#[test]
fn a_critical_header_that_is_absent_is_refused() {
    assert_eq!(unreadable("auth.sign1.crit-absent"), ErrorKind::CriticalHeader);
}

#[test]
fn critical_headers_are_named_where_they_are_protected() {
    assert_eq!(unreadable("auth.sign1.crit-unprotected"), ErrorKind::CriticalHeader);
    accepted("auth.sign1.crit-known");
}

#[test]
fn an_attached_payload_is_refused_even_if_it_is_empty() {
    for id in
        ["auth.sign1.payload-attached", "auth.sign1.payload-empty", "auth.sign.payload-attached", "auth.mac0.payload-attached"]
    {
        assert_eq!(unreadable(id), ErrorKind::AttachedPayload, "{id}");
    }
}

#[test]
fn a_block_without_its_tag_is_refused() {
    assert_eq!(unreadable("auth.sign1.untagged"), ErrorKind::UntaggedCose);
    assert_eq!(unreadable("auth.mac0.untagged"), ErrorKind::UntaggedCose);
}

#[test]
fn a_tag_is_no_signature_and_a_signature_no_tag() {
    for id in ["auth.mac0.as-sign1", "auth.sign1.as-mac0", "auth.sign1.hmac-with-public-key"] {
        assert!(matches!(opened(id), Err(Refusal::WrongSignature | Refusal::Untrusted)), "{id}: {:?}", opened(id));
    }
}

#[test]
fn a_deprecated_algorithm_number_counts_in_the_lenient_profile_only() {
    assert_eq!(opened("auth.sign1.es256.strict"), Err(Refusal::NotAdmitted(-7)));
    assert_eq!(opened("auth.sign1.eddsa.strict"), Err(Refusal::NotAdmitted(-8)));
    assert_eq!(opened("auth.sign.es256.strict"), Err(Refusal::NotAdmitted(-7)));
    for id in ["auth.sign1.es256.lenient", "auth.sign1.eddsa.lenient", "auth.sign.es256.lenient"] {
        accepted(id);
    }
}

#[test]
fn a_header_without_protected_entries_is_signed_as_an_empty_string() {
    accepted("auth.sign.body-empty-map");
}

#[test]
fn headers_that_nobody_needs_do_no_harm() {
    for id in ["auth.sign1.x5chain", "auth.sign1.kid-unprotected", "auth.sign1.no-kid", "auth.mac0.no-kid"] {
        accepted(id);
    }
}
