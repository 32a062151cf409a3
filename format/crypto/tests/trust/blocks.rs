//! Several blocks, several anchors, and none (MAN §8.3).

use suitpack_core::{ErrorKind, Refusal};

use crate::support::{accepted, opened, unreadable};

#[test]
fn a_package_that_nobody_signed_is_refused() {
    assert_eq!(opened("auth.blocks.none"), Err(Refusal::Unsigned));
}

#[test]
fn without_an_anchor_nobody_is_believed() {
    assert_eq!(opened("auth.sign1.no-anchor"), Err(Refusal::NoAnchor));
}

#[test]
fn a_stranger_is_not_believed() {
    for id in ["auth.sign1.stranger", "auth.sign.stranger", "auth.mac0.stranger", "auth.sign1.x5chain.stranger"] {
        assert_eq!(opened(id), Err(Refusal::Untrusted), "{id}");
    }
}

#[test]
fn a_stranger_beside_a_right_signature_does_no_harm() {
    accepted("auth.blocks.second-stranger");
    accepted("auth.sign.stranger-too");
}

#[test]
fn a_right_block_does_not_excuse_a_forged_one() {
    assert_eq!(opened("auth.blocks.second-forged"), Err(Refusal::WrongSignature));
    assert_eq!(opened("auth.blocks.second-other-digest"), Err(Refusal::WrongSignature));
}

#[test]
fn a_right_signature_does_not_excuse_a_forged_one_in_the_same_block() {
    assert_eq!(opened("auth.sign.second-forged"), Err(Refusal::WrongSignature));
}

#[test]
fn a_signature_under_another_anchors_name_is_wrong() {
    assert_eq!(opened("auth.sign1.kid-of-anchor"), Err(Refusal::WrongSignature));
}

#[test]
fn one_party_counts_once() {
    assert_eq!(unreadable("auth.blocks.same-twice"), ErrorKind::DuplicateBlock);
}

#[test]
fn as_many_blocks_as_allowed_are_read_and_not_one_more() {
    accepted("auth.blocks.sixteen");
    assert_eq!(unreadable("auth.blocks.too-many"), ErrorKind::LimitExceeded);
}

#[test]
fn a_tag_whose_key_is_carried_along_vouches_for_nothing() {
    assert_eq!(opened("auth.mac.named"), Err(Refusal::Untrusted));
}
