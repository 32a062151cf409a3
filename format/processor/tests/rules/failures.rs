//! What fails, and how far that goes (MAN §6.4, §8.4.8.15, §8.4.9, §8.4.10).

use suitpack_processor::Failure;

use crate::support::{
    ABORT, COMPONENT_SLOT, Draft, FETCH, IMAGE_MATCH, SOFT_FAILURE, WAIT, bool, bytes, digest, index, map, plain, replace, run,
    set, try_each, uint, uri,
};

/// Every condition that needs a parameter, and one that gives it.
fn needing() -> Vec<(i64, (i64, Vec<u8>))> {
    let version = bytes(&crate::support::array(&[uint(3), crate::support::array(&[uint(1)])]));
    vec![
        (1, (1, bytes(&[1; 16]))),
        (2, (2, bytes(&[2; 16]))),
        (3, digest(3)),
        (4, (4, uint(u64::MAX))),
        (5, (5, uint(1))),
        (6, (18, bytes(b"content"))),
        (24, (24, bytes(&[4; 16]))),
        (25, digest(5)),
        (26, (26, uint(10))),
        (27, (27, crate::support::int(-1))),
        (28, (28, version)),
    ]
}

#[test]
fn a_condition_that_lacks_its_parameter_fails_without_being_asked() {
    for (condition, _) in needing() {
        let log = Draft::install(1, &[try_each(&[&[plain(condition)], &[replace(&[uri("next")]), plain(FETCH)]])]).update();
        assert_eq!(log.done(), ["Fetch 0 next"], "{condition}");
        let log = Draft::install(1, &[plain(condition)]).update();
        assert!(matches!(log.failure(), Failure::ConditionFailed(_)), "{condition}");
        assert!(log.asked.is_empty());
    }
}

#[test]
fn a_condition_that_has_its_parameter_is_asked_and_its_failure_aborts() {
    for (condition, parameter) in needing() {
        let draft = Draft::install(1, &[replace(&[parameter]), plain(condition)]);
        assert_eq!(draft.update().done().len(), 1, "{condition}");
        let asked = draft.update().asked[0].clone();
        assert!(matches!(draft.update_failing(&[&asked]).failure(), Failure::ConditionFailed(_)), "{condition}");
    }
}

// SUIT-41
#[test]
fn abort_fails_always() {
    assert!(matches!(Draft::install(1, &[plain(ABORT)]).update().failure(), Failure::ConditionFailed(_)));
}

#[test]
fn a_directive_that_lacks_its_parameter_fails() {
    for directive in [18, 21, 22, 29, 31] {
        let draft = Draft::install(2, &[index(0), try_each(&[&[plain(directive)], &[replace(&[uri("next")]), plain(FETCH)]])]);
        assert!(matches!(draft.update().failure(), Failure::ParameterMissing(_)), "{directive}");
    }
}

// SUIT-34
#[test]
fn a_directive_that_fails_in_an_arm_aborts_whatever_soft_failure_says() {
    let wait = replace(&[(SOFT_FAILURE, bool(true)), (29, bytes(&map(&[(2, uint(1))])))]);
    let draft = Draft::install(1, &[try_each(&[&[wait, plain(WAIT)], &[replace(&[uri("next")]), plain(FETCH)]])]);
    assert!(matches!(draft.update_failing(&["Wait 0"]).failure(), Failure::DirectiveFailed(_)));
}

#[test]
fn soft_failure_set_outside_try_each_and_run_sequence_aborts() {
    for soft in [true, false] {
        for command in [replace(&[(SOFT_FAILURE, bool(soft))]), set(&[(SOFT_FAILURE, bool(soft))])] {
            let log = Draft::install(1, &[command.clone(), replace(&[uri("a")]), plain(FETCH)]);
            assert_eq!(log.update().failure(), Failure::SoftFailureMisplaced);
        }
    }
}

#[test]
fn an_arm_fails_softly_unless_it_says_otherwise() {
    let slot = |soft: Option<bool>| {
        let mut parameters = vec![(COMPONENT_SLOT, uint(1))];
        parameters.extend(soft.map(|soft| (SOFT_FAILURE, bool(soft))));
        [replace(&parameters), plain(COMPONENT_SLOT)]
    };
    let next = [replace(&[uri("next")]), plain(FETCH)];
    for soft in [None, Some(true)] {
        let log = Draft::install(1, &[try_each(&[&slot(soft), &next])]).update_failing(&["ComponentSlot 0"]);
        assert_eq!(log.done(), ["ComponentSlot 0", "Fetch 0 next"]);
    }
    let log = Draft::install(1, &[try_each(&[&slot(Some(false)), &next])]).update_failing(&["ComponentSlot 0"]);
    assert!(matches!(log.failure(), Failure::ConditionFailed(_)));
}

#[test]
fn a_run_sequence_fails_hard_unless_it_says_otherwise() {
    let body = |soft: Option<bool>| {
        let mut parameters = vec![digest(1)];
        parameters.extend(soft.map(|soft| (SOFT_FAILURE, bool(soft))));
        [run(&[replace(&parameters), plain(IMAGE_MATCH)]), replace(&[uri("behind")]), plain(FETCH)]
    };
    let log = Draft::install(1, &body(Some(true))).update_failing(&["ImageMatch 0"]);
    assert_eq!(log.done(), ["ImageMatch 0", "Fetch 0 behind"]);
    for soft in [None, Some(false)] {
        let log = Draft::install(1, &body(soft)).update_failing(&["ImageMatch 0"]);
        assert!(matches!(log.failure(), Failure::ConditionFailed(_)));
    }
}

#[test]
fn soft_failure_is_not_inherited_by_sequences_within() {
    let inner = run(&[replace(&[digest(1)]), plain(IMAGE_MATCH)]);
    let outer = run(&[replace(&[(SOFT_FAILURE, bool(true))]), inner.clone()]);
    let log = Draft::install(1, &[outer]).update_failing(&["ImageMatch 0"]);
    assert!(matches!(log.failure(), Failure::ConditionFailed(_)), "out of a run-sequence");
    let log = Draft::install(1, &[try_each(&[&[inner], &[plain(ABORT)]])]).update_failing(&["ImageMatch 0"]);
    assert!(matches!(log.failure(), Failure::ConditionFailed(_)), "out of an arm");
}

#[test]
fn soft_failure_ends_with_its_sequence() {
    let soft = run(&[replace(&[(SOFT_FAILURE, bool(true)), digest(1)]), plain(IMAGE_MATCH)]);
    let hard = run(&[plain(IMAGE_MATCH)]);
    let log = Draft::install(1, &[soft, hard]).update_failing(&["ImageMatch 0"]);
    assert_eq!(log.asked, ["ImageMatch 0", "ImageMatch 0"]);
    assert!(matches!(log.failure(), Failure::ConditionFailed(_)));
}

#[test]
fn soft_failure_of_one_arm_does_not_reach_the_next() {
    let hard = [replace(&[(SOFT_FAILURE, bool(true)), digest(1)]), plain(IMAGE_MATCH)];
    let next = [plain(IMAGE_MATCH)];
    let last = [replace(&[uri("last")]), plain(FETCH)];
    let log = Draft::install(1, &[try_each(&[&hard, &next, &last])]).update_failing(&["ImageMatch 0"]);
    assert_eq!(log.done(), ["ImageMatch 0", "ImageMatch 0", "Fetch 0 last"]);
}

#[test]
fn set_parameters_leaves_soft_failure_as_its_sequence_has_set_it() {
    let body = [replace(&[(SOFT_FAILURE, bool(false)), digest(1)]), set(&[(SOFT_FAILURE, bool(true))]), plain(IMAGE_MATCH)];
    let log = Draft::install(1, &[run(&body)]).update_failing(&["ImageMatch 0"]);
    assert!(matches!(log.failure(), Failure::ConditionFailed(_)));
    let body = [set(&[digest(1), (SOFT_FAILURE, bool(true))]), plain(IMAGE_MATCH)];
    assert_eq!(Draft::install(1, &[run(&body)]).update_failing(&["ImageMatch 0"]).done(), ["ImageMatch 0"]);
}

// SUIT-38
#[test]
fn what_an_arm_has_set_stays_set_when_it_fails() {
    let first = [replace(&[uri("first"), digest(1)]), plain(IMAGE_MATCH)];
    let second = [plain(FETCH)];
    let log = Draft::install(1, &[try_each(&[&first, &second])]).update_failing(&["ImageMatch 0 first"]);
    assert_eq!(log.done(), ["ImageMatch 0 first", "Fetch 0 first"]);
}
