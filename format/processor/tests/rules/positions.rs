//! Where a command stands, for the records of a report (MAN §8.4.7, REP §3).

use suitpack_core::manifest::Section;
use suitpack_core::registry::manifest as key;
use suitpack_processor::{Effect, Outcome, Position, Procedure};

use crate::support::{
    ABORT, DEPENDENCY_INTEGRITY, Draft, FETCH, IMAGE_MATCH, IS_DEPENDENCY, PROCESS_DEPENDENCY, SOFT_FAILURE, bool, digest,
    every_index, index, indices, plain, replace, run, try_each, uint, uri,
};

/// What was handed out or decided, how it went, and where it stands; the last is where the procedure failed.
fn places(draft: &Draft, failing: &[&str]) -> Vec<(String, Option<Position>)> {
    let mut places = vec![];
    draft.follow(Procedure::Update, |processor, effect| {
        let told = match effect {
            Effect::Check { condition, component, .. } => format!("{condition:?} {component}"),
            Effect::Perform { directive, component, .. } => format!("{directive:?} {component}"),
            Effect::Process { component, .. } => format!("Process {component}"),
            Effect::Decided { condition, component, outcome } => format!("{condition:?} {component} {outcome:?}"),
            Effect::Completed(_) | Effect::Finished => "-".to_owned(),
            Effect::Failed(_) => "failed".to_owned(),
            _ => panic!("an effect that nobody knows"),
        };
        let outcome = if failing.contains(&told.as_str()) { Outcome::Failure } else { Outcome::Success };
        places.push((told, processor.position()));
        outcome
    });
    places
}

fn at(offset: u64, component: u32) -> Option<Position> {
    Some(Position { section: Section::Install, shared: false, offset, component, policy: 15 })
}

// SUIT-43
#[test]
fn with_several_components_each_has_a_result_of_its_own() {
    for (several, start) in [(every_index(), 8), (indices(&[0, 1]), 10)] {
        // 86, 0c and f5 or 82 00 01, 14 a1 15 61 75, and then the fetch.
        let draft = Draft::install(2, &[several, replace(&[uri("u")]), plain(FETCH)]);
        let expected = [("Fetch 0", at(start, 0)), ("Fetch 1", at(start, 1)), ("-", None), ("-", None)];
        assert_eq!(places(&draft, &[]), expected.map(|(told, place)| (told.to_owned(), place)));
        assert_eq!(draft.body(key::INSTALL)[usize::try_from(start).unwrap()], 21);
    }
}

// SUIT-43
#[test]
fn the_policy_is_that_of_the_command() {
    for policy in 0..=15 {
        let draft = Draft::install(1, &[replace(&[uri("u")]), (FETCH, uint(policy))]);
        assert_eq!(places(&draft, &[])[0].1, Some(Position { policy, ..at(6, 0).unwrap() }));
    }
}

#[test]
fn offsets_of_commands_within_arms_count_from_the_top_level_sequence() {
    let arm = [plain(IMAGE_MATCH)];
    let inner = try_each(&[&arm, &[run(&arm)]]);
    let draft = Draft::install(1, &[replace(&[digest(1)]), inner]);
    let body = draft.body(key::INSTALL);
    let found: Vec<usize> = body.windows(3).enumerate().filter(|(_, part)| *part == [0x82, 3, 15]).map(|(at, _)| at + 1).collect();
    let [first, second] = found[..] else { panic!("{found:?}") };
    // 84, 14 a1 03, 58 24 before 82 2f 58 20 and the digest, 0f 82 43 82: the first command of the first arm.
    assert_eq!(first, 1 + 3 + 2 + 4 + 32 + 4);
    let told = places(&draft, &["ImageMatch 0"]);
    assert_eq!(told[0], ("ImageMatch 0".to_owned(), at(first as u64, 0)));
    assert_eq!(told[1], ("ImageMatch 0".to_owned(), at(second as u64, 0)));
}

#[test]
fn the_shared_sequence_goes_by_suit_common_and_counts_from_its_own_start() {
    let draft = Draft {
        components: 1,
        shared: vec![replace(&[uri("u")]), (IS_DEPENDENCY, uint(1))],
        sections: vec![(key::PAYLOAD_FETCH, vec![plain(FETCH)]), (key::INSTALL, vec![replace(&[uri("v")]), plain(FETCH)])],
        dependencies: vec![0],
    };
    let told: Vec<Position> = places(&draft, &[]).into_iter().filter_map(|(_, place)| place).collect();
    let shown: Vec<_> = told.iter().map(|place| (place.section, place.key(), place.offset, place.policy)).collect();
    let expected = [
        (Section::PayloadFetch, 3, 6, 1),
        (Section::PayloadFetch, 16, 1, 15),
        (Section::Install, 3, 6, 1),
        (Section::Install, 20, 6, 15),
    ];
    assert_eq!(shown, expected);
    assert!(told[0].shared && !told[1].shared);
}

// SUIT-43
#[test]
fn what_is_known_without_the_platform_is_told_with_its_place() {
    let next = [replace(&[uri("u")]), plain(FETCH)];
    let draft = Draft::install(2, &[every_index(), try_each(&[&[plain(IMAGE_MATCH)], &[plain(IS_DEPENDENCY)], &next])]);
    let told: Vec<_> = places(&draft, &[]).into_iter().map(|(told, _)| told).collect();
    let each = |n: u32| [format!("ImageMatch {n} Failure"), format!("IsDependency {n} Failure"), format!("Fetch {n}")];
    assert_eq!(told, [&each(0)[..], &each(1), &["-".to_owned(), "-".to_owned()]].concat());
}

#[test]
fn a_procedure_fails_at_the_command_that_failed() {
    let failed = |commands: &[(i64, Vec<u8>)], failing: &[&str]| {
        let draft = Draft::with_dependencies(2, &[1], commands);
        let last = places(&draft, failing).pop().unwrap();
        assert_eq!(last.0, "failed");
        last.1.map(|place| (place.offset, place.component, place.policy))
    };
    assert_eq!(failed(&[index(1), plain(FETCH)], &[]), Some((3, 1, 15)), "a parameter is missing");
    assert_eq!(failed(&[index(1), replace(&[uri("u")]), plain(FETCH)], &["Fetch 1"]), Some((8, 1, 15)), "a directive");
    assert_eq!(failed(&[index(0), plain(ABORT)], &["Abort 0"]), Some((3, 0, 15)), "a condition");
    assert_eq!(failed(&[index(1), replace(&[(SOFT_FAILURE, bool(true))])], &[]), Some((3, 1, 0)), "a parameter");
    assert_eq!(failed(&[index(0), plain(DEPENDENCY_INTEGRITY)], &[]), Some((3, 0, 15)), "no dependency");
    assert_eq!(failed(&[index(1), plain(PROCESS_DEPENDENCY)], &[]), Some((3, 1, 15)), "not checked");
    let arms = try_each(&[&[plain(ABORT)], &[plain(ABORT)]]);
    assert_eq!(failed(&[index(1), arms], &[]), Some((11, 1, 15)), "the last arm");
}

#[test]
fn a_section_that_ended_leaves_no_place_behind() {
    let draft = Draft::install(1, &[replace(&[uri("u")]), plain(FETCH)]);
    assert_eq!(places(&draft, &[]).last().unwrap(), &("-".to_owned(), None));
}
