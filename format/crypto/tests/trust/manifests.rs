//! What of an authentic manifest is refused before any of it runs, and what is not (MAN §6.1, §8.4).

use suitpack_core::{Envelope, ErrorKind, Profile};

use crate::support::{accepted, opened, unreadable};

#[test]
fn only_version_1_is_read() {
    for id in ["man.version.two", "man.version.zero", "man.version.true"] {
        assert_eq!(unreadable(id), ErrorKind::ManifestVersion, "{id}");
    }
    assert_eq!(unreadable("man.version.missing"), ErrorKind::MissingField);
}

#[test]
fn every_sequence_number_is_read_up_to_the_last() {
    assert_eq!(opened("man.sequence-number.max"), Ok(u64::MAX));
    assert_eq!(opened("man.sequence-number.zero"), Ok(0));
}

#[test]
fn a_member_that_nobody_knows_is_refused_unless_it_is_private() {
    for id in ["man.unknown-key", "man.unknown-key.17", "man.unknown-key.reserved-negative", "man.common.unknown-key"] {
        assert_eq!(unreadable(id), ErrorKind::UnknownKey, "{id}");
    }
    accepted("man.unknown-key.private");
    accepted("man.common.unknown-key.private");
}

#[test]
fn an_unknown_command_is_refused_wherever_it_stands() {
    let ids = ["proc.command.unknown", "proc.command.unknown-private", "proc.command.unknown.arm", "proc.command.unknown.validate"];
    for id in ids {
        assert_eq!(unreadable(id), ErrorKind::UnknownCommand, "{id}");
    }
}

#[test]
fn an_unknown_parameter_is_refused() {
    for id in ["proc.parameter.unknown", "proc.parameter.unknown.20", "proc.parameter.unknown.minus-300"] {
        assert_eq!(unreadable(id), ErrorKind::UnknownParameter, "{id}");
    }
}

#[test]
fn the_shared_sequence_does_nothing() {
    for id in ["proc.shared.fetch", "proc.shared.copy", "proc.shared.invoke", "proc.shared.swap", "proc.transform.shared.directive"]
    {
        assert_eq!(unreadable(id), ErrorKind::NotAllowedHere, "{id}");
    }
}

#[test]
fn the_shared_sequence_does_nothing_in_an_arm_either() {
    assert_eq!(unreadable("proc.shared.nested-fetch"), ErrorKind::NotAllowedHere);
}

#[test]
fn a_private_parameter_does_not_stand_in_the_shared_sequence() {
    assert_eq!(unreadable("proc.transform.shared.parameter"), ErrorKind::NotAllowedHere);
}

#[test]
fn an_index_names_a_component() {
    for id in ["proc.index.out-of-range", "proc.index.array-out-of-range", "proc.index.range-64"] {
        assert_eq!(unreadable(id), ErrorKind::ComponentIndexOutOfRange, "{id}");
    }
    for id in ["proc.index.single", "proc.index.array", "proc.index.true"] {
        accepted(id);
    }
}

#[test]
fn with_several_components_a_sequence_says_which_it_means() {
    assert_eq!(unreadable("proc.index.missing"), ErrorKind::SetComponentIndexMissing);
    assert_eq!(unreadable("proc.index.missing.shared"), ErrorKind::SetComponentIndexMissing);
}

#[test]
fn a_try_each_has_arms_to_try() {
    for id in ["proc.try-each.empty", "proc.try-each.one-arm", "proc.try-each.nil-alone"] {
        assert_eq!(unreadable(id), ErrorKind::EmptyArray, "{id}");
    }
}

#[test]
fn sequences_nest_as_deeply_as_allowed_and_no_deeper() {
    accepted("proc.run-sequence.nested.4");
    assert_eq!(unreadable("proc.run-sequence.nested.5"), ErrorKind::NestingTooDeep);
}

#[test]
fn what_is_at_its_limit_is_read_and_what_is_beyond_is_not() {
    for id in ["man.components.most", "proc.command.most", "proc.try-each.most", "man.components.segments"] {
        accepted(id);
    }
    let ids = ["man.components.too-many", "proc.command.too-many", "proc.try-each.too-many", "man.components.segments.too-many"];
    for id in ids {
        assert_eq!(unreadable(id), ErrorKind::LimitExceeded, "{id}");
    }
}

#[test]
fn a_dependency_is_one_of_the_components() {
    assert_eq!(unreadable("dep.index.behind"), ErrorKind::ComponentIndexOutOfRange);
    assert_eq!(unreadable("dep.index.far"), ErrorKind::ComponentIndexOutOfRange);
    // {1: 1, 2: 0, 3: << {1: {index: {}}, 2: [[h'00']]} >>}, where no command names the index.
    let manifest = |index: u8| {
        let bytes = [
            &[0xa2, 2, 0x41, 0x80, 3, 0x51, 0xa3, 1, 1, 2, 0, 3, 0x4a, 0xa2, 1, 0xa1][..],
            &[index],
            &[0xa0, 2, 0x81, 0x81, 0x41, 0],
        ];
        Envelope::parse(&bytes.concat())
            .unwrap()
            .manifest_unauthenticated(Profile::Strict)
            .map(|_| ())
            .map_err(|error| error.kind())
    };
    assert_eq!(manifest(0), Ok(()));
    assert_eq!(manifest(1), Err(ErrorKind::ComponentIndexOutOfRange));
}

#[test]
fn an_identifier_of_a_vendor_or_class_has_sixteen_bytes() {
    assert_eq!(unreadable("proc.parameter.uuid-length"), ErrorKind::ValueOutOfRange);
}
