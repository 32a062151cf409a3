//! Dependencies (TD §5).

use suitpack_core::manifest::Section;
use suitpack_core::registry::manifest as key;
use suitpack_processor::{Failure, Outcome, Procedure, Processor};

use crate::support::{
    COPY, DEPENDENCY_INTEGRITY, Draft, FETCH, IS_DEPENDENCY, PROCESS_DEPENDENCY, SWAP, UNLINK, WAIT, WRITE, bytes, digest,
    every_index, follow, index, indices, map, plain, replace, set, try_each, uint, uri,
};

fn checked() -> [(i64, Vec<u8>); 3] {
    [index(1), replace(&[digest(1)]), plain(DEPENDENCY_INTEGRITY)]
}

#[test]
fn a_dependency_whose_integrity_was_checked_is_processed() {
    let commands = [&checked()[..], &[plain(PROCESS_DEPENDENCY)]].concat();
    let log = Draft::with_dependencies(2, &[1], &commands).update();
    assert_eq!(log.done(), ["DependencyIntegrity 1", "Install of 1"]);
}

#[test]
fn process_dependency_without_an_integrity_check_aborts() {
    let log = Draft::with_dependencies(2, &[1], &[index(1), replace(&[digest(1)]), plain(3), plain(PROCESS_DEPENDENCY)]).update();
    assert_eq!(log.failure(), Failure::DependencyNotChecked(1));
}

#[test]
fn process_dependency_on_what_is_no_dependency_aborts() {
    let log = Draft::with_dependencies(2, &[1], &[index(0), plain(PROCESS_DEPENDENCY)]).update();
    assert_eq!(log.failure(), Failure::NotADependency(0));
    let log =
        Draft::with_dependencies(2, &[1], &[&checked()[..], &[indices(&[1, 0]), plain(PROCESS_DEPENDENCY)]].concat()).update();
    assert_eq!(log.failure(), Failure::NotADependency(0));
    assert_eq!(Draft::install(1, &[plain(PROCESS_DEPENDENCY)]).update().failure(), Failure::NotADependency(0));
}

#[test]
fn with_an_index_of_true_all_dependencies_are_processed_and_nothing_else() {
    let commands = [indices(&[1, 2]), replace(&[digest(1)]), plain(DEPENDENCY_INTEGRITY), every_index(), plain(PROCESS_DEPENDENCY)];
    let log = Draft::with_dependencies(4, &[1, 2], &commands).update();
    assert_eq!(log.done(), ["DependencyIntegrity 1", "DependencyIntegrity 2", "Install of 1", "Install of 2"]);
}

#[test]
fn a_failed_integrity_check_aborts_inside_try_each_too() {
    let integrity = [replace(&[digest(1)]), plain(DEPENDENCY_INTEGRITY)];
    let commands = [index(1), try_each(&[&integrity, &[replace(&[uri("next")]), plain(FETCH)]])];
    let log = Draft::with_dependencies(2, &[1], &commands).update_failing(&["DependencyIntegrity 1"]);
    assert_eq!(log.failure(), Failure::DependencyNotIntact(1));
    assert_eq!(log.asked, ["DependencyIntegrity 1"]);
}

#[test]
fn an_integrity_check_without_a_digest_aborts_inside_try_each_too() {
    let commands = [index(1), try_each(&[&[plain(DEPENDENCY_INTEGRITY)], &[plain(IS_DEPENDENCY)]])];
    let log = Draft::with_dependencies(2, &[1], &commands).update();
    assert_eq!(log.failure(), Failure::DependencyNotIntact(1));
}

#[test]
fn an_integrity_check_of_what_is_no_dependency_aborts() {
    let commands = [index(0), replace(&[digest(1)]), try_each(&[&[plain(DEPENDENCY_INTEGRITY)], &[plain(IS_DEPENDENCY)]])];
    assert_eq!(Draft::with_dependencies(2, &[1], &commands).update().failure(), Failure::NotADependency(0));
}

#[test]
fn the_integrity_check_is_asked_as_one_that_may_not_fail() {
    let arm = [replace(&[digest(1)]), plain(3), plain(DEPENDENCY_INTEGRITY)];
    let draft = Draft::with_dependencies(1, &[0], &[index(0), try_each(&[&arm, &arm])]);
    draft.read(|program| {
        let mut processor = Processor::<4>::new(program, Procedure::Update).unwrap();
        processor.begin();
        assert!(processor.may_fail(), "image-match");
        processor.resume(Outcome::Success);
        assert!(!processor.may_fail(), "dependency-integrity");
    });
}

#[test]
fn a_dependency_that_was_written_since_its_check_is_not_processed() {
    let parameters = replace(&[(18, bytes(b"x")), uri("u"), (22, uint(0))]);
    for directive in [WRITE, FETCH, COPY, SWAP, UNLINK] {
        let again = [parameters.clone(), plain(directive), plain(PROCESS_DEPENDENCY)];
        let log = Draft::with_dependencies(2, &[1], &[&checked()[..], &again].concat()).update();
        assert_eq!(log.failure(), Failure::DependencyNotChecked(1), "{directive}");
    }
    // A swap writes the component it takes from as well.
    let again = [index(0), replace(&[(22, uint(1))]), plain(SWAP), index(1), plain(PROCESS_DEPENDENCY)];
    let log = Draft::with_dependencies(2, &[1], &[&checked()[..], &again].concat()).update();
    assert_eq!(log.failure(), Failure::DependencyNotChecked(1));
}

#[test]
fn writing_another_component_leaves_the_check_as_it_is() {
    let between = [index(0), replace(&[uri("u"), (22, uint(1)), (29, bytes(&map(&[(3, uint(0))])))]), plain(COPY), plain(WAIT)];
    let commands = [&checked()[..], &between, &[index(1), plain(PROCESS_DEPENDENCY)]].concat();
    let log = Draft::with_dependencies(2, &[1], &commands).update();
    assert_eq!(log.done(), ["DependencyIntegrity 1", "Copy 0 u", "Wait 0 u", "Install of 1"]);
}

// SUIT-52
#[test]
fn a_check_holds_for_later_sections_of_the_procedure_and_not_for_the_next_procedure() {
    let draft = Draft {
        components: 2,
        dependencies: vec![1],
        sections: vec![(key::INSTALL, checked().to_vec()), (key::VALIDATE, vec![index(1), plain(PROCESS_DEPENDENCY)])],
        ..Draft::default()
    };
    assert_eq!(draft.update().done(), ["DependencyIntegrity 1", "Validate of 1"]);
    let log = draft.answered(Procedure::Invocation, |_| Outcome::Success);
    assert_eq!(log.failure(), Failure::DependencyNotChecked(1));
}

#[test]
fn is_dependency_holds_for_dependencies_and_for_nothing_else() {
    let arms = try_each(&[&[plain(IS_DEPENDENCY), replace(&[uri("manifest")])], &[replace(&[uri("image")])]]);
    let log = Draft::with_dependencies(3, &[1], &[every_index(), arms, plain(FETCH)]).update();
    assert_eq!(log.done(), ["Fetch 0 image", "Fetch 1 manifest", "Fetch 2 image"]);
}

// SUIT-51
#[test]
fn a_failed_dependency_fails_its_dependent() {
    let arms = try_each(&[&[plain(PROCESS_DEPENDENCY)], &[plain(IS_DEPENDENCY)]]);
    let log = Draft::with_dependencies(2, &[1], &[&checked()[..], &[arms]].concat()).update_failing(&["Install of 1"]);
    assert!(matches!(log.failure(), Failure::DirectiveFailed(_)));
}

// SUIT-53
#[test]
fn parameters_go_into_a_dependency_and_come_back() {
    // TD §5.4, §5.6.1: what the dependent has set stays set, and what the dependency changes persists.
    let dependency = Draft::install(1, &[set(&[uri("default")]), plain(FETCH), replace(&[uri("changed")])]);
    let root = [&checked()[..], &[index(0), set(&[uri("chosen")]), index(1), plain(PROCESS_DEPENDENCY), index(0), plain(FETCH)]];
    let root = Draft::with_dependencies(2, &[1], &root.concat());
    let left = dependency.read(|inner| {
        root.read(|outer| {
            let mut outer = Processor::<4>::new(outer, Procedure::Update).unwrap();
            outer.begin();
            outer.resume(Outcome::Success);
            let mut inner = Processor::<4>::new(inner, Procedure::Dependency(Section::Install)).unwrap();
            inner.set_parameters(0, *outer.parameters(0).unwrap()).unwrap();
            assert_eq!(follow(&mut inner, |_| Outcome::Success).done(), ["Fetch 0 chosen"]);
            outer.set_parameters(0, *inner.parameters(0).unwrap()).unwrap();
            let effect = format!("{:?}", outer.resume(Outcome::Success));
            effect.contains("changed")
        })
    });
    assert!(left);
}
