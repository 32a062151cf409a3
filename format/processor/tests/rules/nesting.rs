//! Arms and sequences within a sequence: which run, and what ends with them (MAN §6.5, §8.4.10.2).

use suitpack_core::registry::manifest as section;
use suitpack_processor::Failure;

use crate::support::{ABORT, Draft, FETCH, STRICT_ORDER, bool, digest, every_index, index, plain, replace, run, try_each, uri};

fn fetch(name: &str) -> Vec<(i64, Vec<u8>)> {
    vec![replace(&[uri(name)]), plain(FETCH)]
}

#[test]
fn the_arms_behind_the_one_that_succeeds_do_not_run() {
    let log = Draft::install(1, &[try_each(&[&[plain(ABORT)], &fetch("second"), &fetch("third")])]).update();
    assert_eq!(log.done(), ["Fetch 0 second"]);
}

// SUIT-35
#[test]
fn a_try_each_of_which_no_arm_succeeds_aborts() {
    let none = try_each(&[&[plain(ABORT)], &[replace(&[digest(1)]), plain(3)]]);
    let log = Draft::install(1, &[&[none][..], &fetch("behind")].concat()).update_failing(&["ImageMatch 0"]);
    assert_eq!(log.failure(), Failure::NoArmSucceeded);
    assert_eq!(log.asked, ["ImageMatch 0"]);
}

#[test]
fn the_index_that_an_arm_sets_ends_with_it() {
    let set = [index(0), replace(&[uri("a")]), index(1), replace(&[uri("b")])];
    let away = [index(1), plain(ABORT)];
    let log = Draft::install(2, &[&set[..], &[index(0), try_each(&[&away, &[plain(FETCH)]])]].concat()).update();
    assert_eq!(log.done(), ["Fetch 0 a"], "the next arm begins where the try-each stands");
    let stays = [index(1), plain(FETCH)];
    let log = Draft::install(2, &[&set[..], &[index(0), try_each(&[&stays, &away]), plain(FETCH)]].concat()).update();
    assert_eq!(log.done(), ["Fetch 1 b", "Fetch 0 a"], "and so does what follows it");
}

#[test]
fn the_index_that_a_run_sequence_sets_ends_with_it() {
    let set = [index(0), replace(&[uri("a")]), index(1), replace(&[uri("b")]), index(0)];
    let log = Draft::install(2, &[&set[..], &[run(&[index(1), plain(FETCH)]), plain(FETCH)]].concat()).update();
    assert_eq!(log.done(), ["Fetch 1 b", "Fetch 0 a"]);
}

#[test]
fn a_section_begins_with_the_first_component() {
    // With several components a section has to say which it means; with one it shows in what has to keep to itself (§6.7): an index
    // of true, which the section before has set, would let the sequence do without one.
    let behind = [replace(&[(STRICT_ORDER, bool(false))]), run(&[plain(FETCH)])];
    let draft = |last: &[(i64, Vec<u8>)]| Draft {
        components: 1,
        sections: vec![
            (section::PAYLOAD_FETCH, [&[every_index()][..], &fetch("first")].concat()),
            (section::INSTALL, last.to_vec()),
        ],
        ..Draft::default()
    };
    assert_eq!(draft(&[plain(FETCH)]).update().done(), ["Fetch 0 first", "Fetch 0 first"]);
    assert_eq!(draft(&behind).update().failure(), Failure::SequenceNotIsolated);
}

#[test]
fn a_million_steps_are_too_many() {
    // Sixteen components, and a run-sequence for each of them, four within one another.
    let mut commands = vec![every_index(), replace(&[digest(1)])];
    for _ in 0..4 {
        commands = vec![every_index(), run(&commands)];
    }
    assert_eq!(Draft::install(16, &commands).update().failure(), Failure::TooMuchWork);
}
