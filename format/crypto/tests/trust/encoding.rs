//! One encoding for one thing (RFC 8949 §4.2.1; MAN §8.1).

use suitpack_core::ErrorKind;

use crate::support::{accepted, unreadable};

#[test]
fn a_longer_form_than_the_shortest_is_refused() {
    for id in ["cbor.envelope.not-shortest.length", "cbor.manifest.not-shortest.sequence-number", "cbor.sequence.not-shortest"] {
        assert_eq!(unreadable(id), ErrorKind::NotShortest, "{id}");
    }
}

#[test]
fn keys_out_of_order_are_refused() {
    for id in ["cbor.envelope.key-order", "cbor.manifest.key-order", "cbor.common.key-order", "cbor.parameters.key-order"] {
        assert_eq!(unreadable(id), ErrorKind::KeysOutOfOrder, "{id}");
    }
}

#[test]
fn a_key_that_stands_twice_is_refused() {
    for id in ["cbor.envelope.duplicate-key", "cbor.envelope.duplicate-key.payload", "cbor.manifest.duplicate-key"] {
        assert_eq!(unreadable(id), ErrorKind::DuplicateKey, "{id}");
    }
}

#[test]
fn an_indefinite_length_is_refused() {
    for id in ["cbor.envelope.indefinite.map", "cbor.envelope.indefinite.bytes", "cbor.manifest.indefinite.map"] {
        assert_eq!(unreadable(id), ErrorKind::IndefiniteLength, "{id}");
    }
}

#[test]
fn bytes_behind_the_end_are_refused() {
    let ids =
        ["cbor.envelope.trailing-byte", "cbor.manifest.trailing-byte", "cbor.sequence.trailing-byte", "cbor.digest.trailing-byte"];
    for id in ids {
        assert_eq!(unreadable(id), ErrorKind::TrailingBytes, "{id}");
    }
}

#[test]
fn text_is_utf_8() {
    assert_eq!(unreadable("cbor.manifest.utf8"), ErrorKind::Utf8);
    assert_eq!(unreadable("cbor.envelope.utf8"), ErrorKind::Utf8);
}

#[test]
fn what_nests_too_deeply_is_refused_even_where_it_is_passed_over() {
    assert_eq!(unreadable("cbor.manifest.nesting"), ErrorKind::NestingTooDeep);
    assert_eq!(unreadable("cbor.header.nesting"), ErrorKind::NestingTooDeep);
}

#[test]
fn a_length_that_nothing_follows_is_cut_short_and_takes_no_memory() {
    for id in ["cbor.envelope.truncated.huge-length", "cbor.envelope.truncated.manifest", "cbor.envelope.truncated.length"] {
        assert_eq!(unreadable(id), ErrorKind::Truncated, "{id}");
    }
    assert_eq!(unreadable("cbor.components.huge"), ErrorKind::LimitExceeded);
}

#[test]
fn a_sequence_number_is_an_unsigned_integer() {
    for id in ["cbor.manifest.bignum", "man.sequence-number.negative", "man.sequence-number.null", "cbor.manifest.float"] {
        assert_eq!(unreadable(id), ErrorKind::UnexpectedType, "{id}");
    }
}

#[test]
fn the_tag_of_an_envelope_is_optional() {
    accepted("man.envelope.untagged");
    assert_eq!(unreadable("man.envelope.tag.wrong"), ErrorKind::UnexpectedType);
}
