//! Strict order (MAN §6.7, §8.4.8.14).

use suitpack_processor::Failure;

use crate::support::{
    COPY, Draft, FETCH, IMAGE_MATCH, STRICT_ORDER, SWAP, bool, digest, every_index, index, indices, map, plain, replace, run, uint,
    uri,
};

fn strict(value: bool) -> (i64, Vec<u8>) {
    replace(&[(STRICT_ORDER, bool(value))])
}

fn fetch(component: u64) -> Vec<(i64, Vec<u8>)> {
    vec![index(component), replace(&[uri("u")]), plain(FETCH)]
}

fn copy(from: u64, to: u64) -> Vec<(i64, Vec<u8>)> {
    vec![index(to), replace(&[(22, uint(from))]), plain(COPY)]
}

fn install(parts: &[&[(i64, Vec<u8>)]]) -> Draft {
    Draft::install(4, &parts.concat())
}

#[test]
fn in_strict_order_a_component_may_be_written_and_then_read() {
    assert_eq!(install(&[&fetch(1), &copy(1, 0)]).update().done(), ["Fetch 1 u", "Copy 0"]);
}

#[test]
fn without_strict_order_a_component_that_is_target_and_source_aborts() {
    let log = install(&[&[index(0), strict(false)], &fetch(1), &copy(1, 0)]).update();
    assert_eq!(log.failure(), Failure::SourceAndTarget(1));
    let log = install(&[&[index(0), strict(false)], &copy(1, 0), &fetch(1)]).update();
    assert_eq!(log.failure(), Failure::SourceAndTarget(1));
    let log = install(&[&[index(0), strict(false)], &copy(1, 0), &[replace(&[(22, uint(2))]), plain(SWAP)], &copy(0, 3)]).update();
    assert_eq!(log.failure(), Failure::SourceAndTarget(0));
}

#[test]
fn what_was_done_in_strict_order_does_not_clash_with_what_comes_behind() {
    assert_eq!(install(&[&fetch(1), &[strict(false)], &copy(1, 0)]).update().done(), ["Fetch 1 u", "Copy 0"]);
    let log = install(&[&[index(0), strict(false)], &fetch(1), &[strict(true)], &copy(1, 0)]).update();
    assert_eq!(log.done(), ["Fetch 1 u", "Copy 0"]);
}

// SUIT-39
#[test]
fn at_the_end_of_a_section_everything_has_completed() {
    let draft = Draft {
        components: 2,
        sections: vec![
            (suitpack_core::registry::manifest::PAYLOAD_FETCH, [vec![index(0), strict(false)], fetch(1)].concat()),
            (suitpack_core::registry::manifest::INSTALL, copy(1, 0)),
        ],
        ..Draft::default()
    };
    assert_eq!(draft.update().done(), ["Fetch 1 u", "Copy 0"]);
}

#[test]
fn without_strict_order_a_run_sequence_with_one_index_has_to_set_its_own() {
    let without = run(&[replace(&[uri("u")]), plain(FETCH)]);
    assert_eq!(install(&[&[index(0), strict(false), without.clone()]]).update().failure(), Failure::SequenceNotIsolated);
    assert_eq!(install(&[&[index(0), without]]).update().done(), ["Fetch 0 u"], "in strict order it need not");
    assert_eq!(install(&[&[index(0), strict(false), run(&fetch(1))]]).update().done(), ["Fetch 1 u"]);
}

#[test]
fn without_strict_order_a_run_sequence_sets_its_index_once() {
    let twice = run(&[fetch(1), fetch(2)].concat());
    let log = install(&[&[index(0), strict(false), twice.clone()]]).update();
    assert_eq!(log.failure(), Failure::SequenceNotIsolated);
    assert_eq!(log.asked, ["Fetch 1 u"]);
    assert_eq!(install(&[&[index(0), twice]]).update().done(), ["Fetch 1 u", "Fetch 2 u"], "in strict order as often as it likes");
    // UM §5.7: override-multiple sets the index as well.
    let multiple = run(&[index(1), (34, map(&[(2, map(&[uri("u")]))])), plain(FETCH)]);
    assert_eq!(install(&[&[index(0), strict(false), multiple]]).update().failure(), Failure::SequenceNotIsolated);
}

#[test]
fn without_strict_order_a_run_sequence_for_several_components_sets_no_index() {
    for several in [every_index(), indices(&[0, 2])] {
        let log = install(&[&[several.clone(), strict(false), run(&fetch(1))]]).update();
        assert_eq!(log.failure(), Failure::SequenceNotIsolated);
        let preset = run(&[replace(&[uri("u")]), plain(FETCH)]);
        let log = install(&[&[several, strict(false), preset]]).update();
        assert_eq!(&log.done()[..2], ["Fetch 0 u", if log.asked.len() == 4 { "Fetch 1 u" } else { "Fetch 2 u" }]);
    }
}

#[test]
fn within_a_run_sequence_order_is_strict_again() {
    let inside = [index(1), replace(&[uri("u"), (22, uint(2))]), plain(COPY), plain(FETCH), plain(IMAGE_MATCH)];
    let body = run(&[&inside[..2], &[plain(FETCH), replace(&[digest(1)]), plain(IMAGE_MATCH)]].concat());
    assert_eq!(install(&[&[index(0), strict(false), body]]).update().done(), ["Fetch 1 u", "ImageMatch 1 u"]);
    // Fetching into 2 and copying from it would clash without order; here they stand in one sequence.
    let body = run(&[indices(&[1, 2]), replace(&[uri("u")]), plain(FETCH), replace(&[(22, uint(3))]), plain(COPY)]);
    assert_eq!(install(&[&[index(0), strict(false), body]]).update().done().len(), 4);
}

#[test]
fn sequences_that_run_beside_one_another_share_no_component_that_one_of_them_writes() {
    let writes = run(&fetch(1));
    let reads = run(&copy(1, 0));
    let log = install(&[&[index(0), strict(false), writes.clone(), reads.clone()]]).update();
    assert_eq!(log.failure(), Failure::SourceAndTarget(1));
    assert_eq!(log.asked, ["Fetch 1 u"]);
    let log = install(&[&[index(0), strict(false), writes.clone(), strict(true), reads.clone()]]).update();
    assert_eq!(log.done(), ["Fetch 1 u", "Copy 0"], "the second waits for the first");
    let log = install(&[&[index(0), strict(false), reads], &fetch(2), &[index(0), run(&copy(2, 3))]]).update();
    assert_eq!(log.failure(), Failure::SourceAndTarget(2), "beside a command outside");
}

#[test]
fn the_order_around_a_run_sequence_comes_back_behind_it() {
    let log = install(&[&[index(0), strict(false), run(&fetch(3))], &fetch(1), &copy(1, 0)]).update();
    assert_eq!(log.failure(), Failure::SourceAndTarget(1));
}
