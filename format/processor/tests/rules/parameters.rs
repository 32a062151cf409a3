//! Parameters (MAN §8.4.10.3; TD §5.6.1; UM §5.7, §5.8).

use suitpack_processor::Failure;

use crate::support::{
    Draft, FETCH, IMAGE_MATCH, array, digest, every_index, index, indices, int, map, plain, replace, set, uint, uri,
};

fn copy_params(from: &[(i64, &[i64])]) -> (i64, Vec<u8>) {
    let labels = |labels: &[i64]| array(&labels.iter().copied().map(int).collect::<Vec<_>>());
    (35, map(&from.iter().map(|(source, list)| (*source, labels(list))).collect::<Vec<_>>()))
}

#[test]
fn set_parameters_sets_what_is_unset_and_nothing_else() {
    let log = Draft::install(1, &[set(&[uri("first")]), set(&[uri("second")]), plain(FETCH)]).update();
    assert_eq!(log.done(), ["Fetch 0 first"]);
    let log =
        Draft::install(1, &[replace(&[uri("first")]), set(&[digest(1), uri("second")]), plain(FETCH), plain(IMAGE_MATCH)]).update();
    assert_eq!(log.done(), ["Fetch 0 first", "ImageMatch 0 first"], "each parameter by itself");
}

#[test]
fn override_parameters_replaces() {
    let log = Draft::install(1, &[set(&[uri("first")]), replace(&[uri("second")]), plain(FETCH)]).update();
    assert_eq!(log.done(), ["Fetch 0 second"]);
}

// SUIT-14, SUIT-25
#[test]
fn parameters_belong_to_their_component() {
    let log = Draft::install(2, &[index(0), set(&[uri("zero")]), every_index(), set(&[uri("any")]), plain(FETCH)]).update();
    assert_eq!(log.done(), ["Fetch 0 zero", "Fetch 1 any"]);
}

// SUIT-24
#[test]
fn an_index_array_counts_in_its_own_order() {
    let log = Draft::install(3, &[every_index(), replace(&[uri("u")]), indices(&[2, 0]), plain(FETCH)]).update();
    assert_eq!(log.done(), ["Fetch 2 u", "Fetch 0 u"]);
}

// SUIT-62
#[test]
fn override_multiple_sets_each_and_leaves_the_last_component_current() {
    let multiple = (34, map(&[(0, map(&[uri("zero")])), (2, map(&[uri("two")]))]));
    let log = Draft::install(3, &[index(1), replace(&[uri("one")]), multiple, plain(FETCH), every_index(), plain(FETCH)]).update();
    assert_eq!(log.done(), ["Fetch 2 two", "Fetch 0 zero", "Fetch 1 one", "Fetch 2 two"]);
}

#[test]
fn override_multiple_replaces() {
    let multiple = (34, map(&[(0, map(&[uri("new")]))]));
    let log = Draft::install(1, &[replace(&[uri("old")]), multiple, plain(FETCH)]).update();
    assert_eq!(log.done(), ["Fetch 0 new"]);
}

#[test]
fn copy_params_takes_each_parameter_from_the_same_one_of_the_source() {
    let commands = [
        index(0),
        replace(&[digest(1), uri("zero")]),
        indices(&[1, 2]),
        replace(&[uri("old")]),
        copy_params(&[(0, &[3, 21])]),
        plain(FETCH),
        plain(IMAGE_MATCH),
    ];
    let log = Draft::install(3, &commands).update();
    assert_eq!(log.done(), ["Fetch 1 zero", "Fetch 2 zero", "ImageMatch 1 zero", "ImageMatch 2 zero"]);
}

#[test]
fn copy_params_takes_only_what_is_listed_and_leaves_the_index() {
    let commands =
        [index(0), replace(&[digest(1), uri("zero")]), index(1), copy_params(&[(0, &[21])]), plain(FETCH), plain(IMAGE_MATCH)];
    let log = Draft::install(2, &commands).update();
    assert_eq!(log.asked, ["Fetch 1 zero"]);
    assert!(matches!(log.failure(), Failure::ConditionFailed(_)), "the digest was not copied");
}

#[test]
fn copy_params_of_what_is_not_set_aborts() {
    let commands = [index(1), replace(&[uri("old")]), copy_params(&[(0, &[21])]), plain(FETCH)];
    assert_eq!(Draft::install(2, &commands).update().failure(), Failure::ParameterNotSet(21));
}

// SUIT-12
#[test]
fn parameters_outlive_their_section_and_not_their_procedure() {
    use suitpack_core::registry::manifest as key;
    let draft = Draft {
        components: 1,
        sections: vec![(key::INSTALL, vec![replace(&[uri("u")])]), (key::VALIDATE, vec![plain(FETCH)])],
        ..Draft::default()
    };
    assert_eq!(draft.update().done(), ["Fetch 0 u"]);
    let invoked = draft.answered(suitpack_processor::Procedure::Invocation, |_| suitpack_processor::Outcome::Success);
    assert!(matches!(invoked.failure(), Failure::ParameterMissing(_)));
}

#[test]
fn work_that_multiplies_through_nested_indices_is_bounded() {
    // Each run-sequence under an index of true runs once for each component.
    let mut commands = vec![every_index(), replace(&[(14, uint(1))])];
    for _ in 0..4 {
        commands = vec![every_index(), crate::support::run(&commands)];
    }
    assert_eq!(Draft::install(64, &commands).update().failure(), Failure::TooMuchWork);
}
