//! Each rule of spec/lint.md finds what it is about, and nothing in a package that is as it should be.

use std::collections::BTreeSet;

use suitpack_package::{Finding, RULES, Severity, lint, lint_against};

use crate::bench::{NIL, array, bytes, digest, head, int, map, sequence, sign1, tagged, text};

type Commands = Vec<(i64, Vec<u8>)>;

/// A package with parts that can be changed one at a time.
#[derive(Clone)]
pub(crate) struct Package {
    pub(crate) sequence_number: i64,
    pub(crate) components: Vec<&'static str>,
    pub(crate) shared: Commands,
    /// Other members of the manifest by key.
    pub(crate) members: Vec<(i64, Vec<u8>)>,
    pub(crate) severed: Vec<(i64, Vec<u8>)>,
    pub(crate) payloads: Vec<&'static str>,
    pub(crate) algorithm: i64,
}

const VENDOR: [u8; 16] = [1; 16];
const CLASS: [u8; 16] = [2; 16];

fn identifiers() -> Vec<(i64, Vec<u8>)> {
    vec![(1, bytes(&VENDOR)), (2, bytes(&CLASS)), (3, bytes(&digest(-16))), (14, int(5))]
}

/// One component, fetched from the package, matched, validated and invoked.
pub(crate) fn good() -> Package {
    Package {
        sequence_number: 3,
        components: vec!["app"],
        shared: vec![(20, map(&identifiers())), (1, int(15)), (2, int(15))],
        members: vec![
            (7, sequence(&[(3, int(15))])),
            (9, sequence(&[(23, int(2))])),
            (20, sequence(&[(20, map(&[(21, text("#app"))])), (21, int(2)), (3, int(15))])),
        ],
        severed: vec![],
        payloads: vec!["#app"],
        algorithm: -9,
    }
}

/// Two components, of which the shared sequence speaks together.
pub(crate) fn two() -> Package {
    let mut package = good();
    package.components.push("boot");
    package.shared.insert(0, (12, vec![TRUE]));
    let member = |commands: &[(i64, Vec<u8>)]| sequence(&[&[(12, vec![TRUE])], commands].concat());
    package.members = vec![(7, member(&[(3, int(15))]))];
    package.payloads = vec![];
    package
}

const TRUE: u8 = 0xf5;

impl Package {
    pub(crate) fn section(mut self, key: i64, commands: &[(i64, Vec<u8>)]) -> Self {
        self.member(key, sequence(commands))
    }

    pub(crate) fn member(&mut self, key: i64, value: Vec<u8>) -> Self {
        self.members.retain(|(known, _)| *known != key);
        self.members.push((key, value));
        self.members.sort_by_key(|(key, _)| int(*key));
        self.clone()
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let components: Vec<_> = self.components.iter().map(|name| array(&[bytes(name.as_bytes())])).collect();
        let common = bytes(&map(&[(2, array(&components)), (4, sequence(&self.shared))]));
        let mut entries = vec![(1, int(1)), (2, int(self.sequence_number)), (3, common)];
        entries.extend(self.members.iter().cloned());
        let block = bytes(&tagged(sign1(self.algorithm, vec![NIL])));
        let mut parts =
            vec![[int(2), bytes(&array(&[bytes(&digest(-16)), block]))].concat(), [int(3), bytes(&map(&entries))].concat()];
        parts.extend(self.severed.iter().map(|(key, value)| [int(*key), value.clone()].concat()));
        parts.extend(self.payloads.iter().map(|name| [text(name), bytes(b"image")].concat()));
        [vec![0xd8, 107], head(5, parts.len()), parts.concat()].concat()
    }

    fn lint(&self) -> Vec<Finding> {
        lint(&self.bytes()[..]).unwrap()
    }

    /// What is found, without the note about reporting.
    fn ids(&self) -> BTreeSet<&'static str> {
        ids(&self.lint())
    }

    fn against(&self, previous: &Self) -> BTreeSet<&'static str> {
        ids(&lint_against(&self.bytes()[..], &previous.bytes()[..]).unwrap())
    }
}

fn ids(findings: &[Finding]) -> BTreeSet<&'static str> {
    findings.iter().map(|finding| finding.rule).collect()
}

#[track_caller]
fn finds(package: &Package, wanted: &[&'static str]) {
    assert_eq!(package.ids(), wanted.iter().copied().collect(), "{:?}", package.lint());
}

#[test]
fn nothing_is_found_where_everything_is_as_it_should_be() {
    finds(&good(), &[]);
    finds(&two(), &[]);
}

#[test]
fn every_finding_is_of_a_rule_with_its_severity_and_numbers_are_given_once() {
    let numbers: BTreeSet<_> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(numbers.len(), RULES.len());
    let package = good().section(7, &[(14, int(0)), (3, int(15))]);
    for finding in package.lint() {
        let rule = RULES.iter().find(|rule| rule.id == finding.rule).unwrap();
        assert_eq!(rule.severity, finding.severity);
    }
}

#[test]
fn a_component_index_that_names_no_component_is_found() {
    finds(&good().section(7, &[(12, int(1)), (3, int(15))]), &["LNT-1"]);
    let copies = good().section(8, &[(20, map(&[(22, int(7))])), (22, int(2)), (3, int(15))]);
    // The processor does not get past it either.
    assert!(copies.ids().contains("LNT-1"), "{:?}", copies.lint());
}

#[test]
fn a_digest_of_another_length_or_of_no_known_algorithm_is_found() {
    let with = |digest: Vec<u8>| good().section(7, &[(20, map(&[(3, bytes(&digest))])), (3, int(15))]);
    finds(&with(array(&[int(-16), bytes(&[0; 31])])), &["LNT-2"]);
    finds(&with(array(&[int(-999), bytes(&[0; 32])])), &["LNT-2"]);
}

#[test]
fn a_sequence_that_does_not_say_which_component_it_means_is_found() {
    finds(&two().section(7, &[(3, int(15))]), &["LNT-3"]);
}

#[test]
fn what_acts_in_the_shared_sequence_is_found() {
    let mut package = good();
    package.shared.push((21, int(2)));
    finds(&package, &["LNT-4"]);
}

#[test]
fn a_command_without_what_it_works_with_is_found_where_it_stands() {
    let fetch = good().section(20, &[(21, int(2)), (3, int(15))]);
    let findings = fetch.lint();
    let finding = findings.iter().find(|finding| finding.rule == "LNT-5").unwrap();
    assert!(finding.message.contains("suit-parameter-uri"));
    assert_eq!((finding.section, finding.offset, finding.component), (Some("suit-install"), Some(1), Some(0)));
    assert_eq!(finding.component_name.as_deref(), Some("app"));
    for (command, parameter) in
        [(18, "content"), (22, "source-component"), (31, "source-component"), (-257, "transform"), (29, "wait-info")]
    {
        let found = good().section(8, &[(command, int(2)), (3, int(15))]).lint();
        assert!(found.iter().any(|finding| finding.rule == "LNT-5" && finding.message.contains(parameter)), "{command}: {found:?}");
    }
    for (condition, parameter) in
        [(4, "use-before"), (5, "slot"), (6, "content"), (24, "device"), (26, "battery"), (27, "priority"), (28, "version")]
    {
        let found = good().section(8, &[(condition, int(2))]).lint();
        assert!(
            found.iter().any(|finding| finding.rule == "LNT-5" && finding.message.contains(parameter)),
            "{condition}: {found:?}"
        );
    }
}

#[test]
fn image_match_without_a_digest_is_found() {
    let mut package = good();
    package.shared[0] = (20, map(&[identifiers()[0].clone(), identifiers()[1].clone()]));
    let found = package.lint();
    assert!(
        found.iter().any(|finding| finding.rule == "LNT-5" && finding.message.contains("suit-parameter-image-digest")),
        "{found:?}"
    );
}

#[test]
fn what_is_set_in_install_is_not_set_when_the_device_starts() {
    let mut package = good();
    package.shared[0] = (20, map(&identifiers()[..2]));
    let package = package
        .section(20, &[(20, map(&[(3, bytes(&digest(-16))), (14, int(5)), (21, text("#app"))])), (21, int(2)), (3, int(15))]);
    let found = package.lint();
    // Validate runs after install too, where the digest is still set.
    let places: Vec<_> = found.iter().filter(|finding| finding.rule == "LNT-5").map(|finding| finding.section).collect();
    assert_eq!(places, [Some("suit-validate")]);
}

#[test]
fn a_vendor_that_is_set_for_one_of_two_components_is_found() {
    let mut package = two();
    package.shared = vec![
        (12, int(0)),
        (20, map(&identifiers())),
        (12, int(1)),
        (20, map(&identifiers()[2..])),
        (12, vec![TRUE]),
        (1, int(15)),
        (2, int(15)),
    ];
    let found = package.lint();
    let partly: Vec<_> = found.iter().filter(|finding| finding.rule == "LNT-6").collect();
    assert_eq!(partly.len(), 2, "{found:?}");
    assert!(partly.iter().all(|finding| finding.component == Some(1) && finding.component_name.as_deref() == Some("boot")));
}

#[test]
fn a_component_that_is_its_own_source_is_found() {
    assert!(good().section(8, &[(20, map(&[(22, int(0))])), (22, int(2)), (3, int(15))]).ids().contains("LNT-7"));
}

#[test]
fn a_check_of_the_hardware_that_a_path_goes_round_is_found() {
    let mut without = good();
    without.shared.truncate(2);
    let found = without.lint();
    assert!(
        found.iter().any(|finding| finding.rule == "LNT-8" && finding.message == "the shared sequence does not check the class")
    );
    let skipped = [sequence(&[(1, int(15)), (2, int(15))]), sequence(&[(3, int(15))]), vec![NIL]];
    let mut round = good();
    round.shared = vec![round.shared[0].clone(), (15, array(&skipped))];
    let found = round.lint();
    assert!(found.iter().any(|finding| finding.rule == "LNT-8" && finding.message.contains("goes round")), "{found:?}");
    // Each arm checks both, and one of them has to succeed.
    let either = [sequence(&[(1, int(15)), (2, int(15))]), sequence(&[(1, int(15)), (2, int(15)), (3, int(15))])];
    round.shared[1] = (15, array(&either));
    finds(&round, &[]);
}

#[test]
fn an_arm_behind_one_that_cannot_fail_is_found() {
    let arms = |first: &[(i64, Vec<u8>)]| array(&[sequence(first), sequence(&[(20, map(&[(21, text("#app"))]))])]);
    let with = |first: &[(i64, Vec<u8>)]| good().section(20, &[(15, arms(first)), (21, int(2)), (3, int(15))]);
    finds(&with(&[(20, map(&[(21, text("#app"))]))]), &["LNT-9"]);
    finds(&with(&[(20, map(&[(5, int(0)), (21, text("#app"))])), (5, int(15))]), &[]);
}

#[test]
fn what_is_set_for_nothing_is_found() {
    let with = |commands: &[(i64, Vec<u8>)]| good().section(8, commands);
    // Invoke runs later in the same procedure, and takes its arguments with it.
    finds(&with(&[(20, map(&[(23, bytes(b"args"))]))]), &[]);
    finds(&with(&[(20, map(&[(4, int(100))]))]), &["LNT-10"]);
    finds(&with(&[(20, map(&[(4, int(100))])), (20, map(&[(4, int(200))])), (4, int(15))]), &["LNT-11"]);
    // In an arm it may be set for a reason.
    let arms = array(&[sequence(&[(3, int(15)), (20, map(&[(4, int(200))]))]), sequence(&[(3, int(15))])]);
    finds(&with(&[(20, map(&[(4, int(100))])), (15, arms), (4, int(15))]), &[]);
}

#[test]
fn encryption_that_fetch_does_not_undo_is_found() {
    let info =
        [vec![0xd8, 96], array(&[bytes(&map(&[(1, int(1))])), map(&[(5, bytes(&[0; 12]))]), vec![NIL], recipients()])].concat();
    let package = good().section(20, &[(20, map(&[(19, bytes(&info)), (21, text("#app"))])), (21, int(2)), (3, int(15))]);
    let found = package.lint();
    assert!(found.iter().any(|finding| finding.rule == "LNT-10" && finding.message.contains("encryption-info")), "{found:?}");
}

fn recipients() -> Vec<u8> {
    array(&[array(&[bytes(&[]), map(&[(1, int(-3))]), bytes(&[0; 24])])])
}

#[test]
fn what_stands_behind_an_abort_is_found() {
    let arms = array(&[sequence(&[(3, int(15)), (14, int(15)), (3, int(15))]), sequence(&[(3, int(15))])]);
    let package = good().section(8, &[(15, arms)]);
    let findings = package.lint();
    assert_eq!(ids(&findings), BTreeSet::from(["LNT-12"]));
    // The array's head and two items, the try-each's array head, the arm's byte string and array heads, and two commands.
    assert_eq!(findings[0].offset, Some(1 + 1 + 1 + 1 + 1 + 2 + 2));
}

#[test]
fn what_is_invoked_without_a_match_is_found() {
    let mut package = good();
    package.members.retain(|(key, _)| *key != 7);
    finds(&package, &["LNT-13"]);
}

#[test]
fn an_image_that_nothing_judges_is_found() {
    let package = good().section(20, &[(20, map(&[(21, text("#app"))])), (21, int(2))]).section(7, &[(1, int(15))]);
    let found = package.ids();
    assert!(found.is_superset(&BTreeSet::from(["LNT-14", "LNT-18", "LNT-13"])), "{found:?}");
}

#[test]
fn what_is_validated_and_never_written_is_found() {
    let fetch = |index: Vec<u8>| [(12, index), (20, map(&[(21, text("#app"))])), (21, int(2)), (3, int(15))];
    let mut package = two();
    package.payloads = vec!["#app"];
    finds(&package.clone().section(20, &fetch(int(0))), &["LNT-23"]);
    finds(&package.section(20, &fetch(vec![TRUE])), &[]);
}

#[test]
fn a_text_about_somebody_else_s_component_is_found() {
    let about = |name: &str| [head(5, 1), array(&[bytes(name.as_bytes())]), map(&[(5, text("a thing"))])].concat();
    let texts = |name: &str| bytes(&[head(5, 1), text("en"), about(name)].concat());
    finds(&good().member(23, texts("app")), &[]);
    finds(&good().member(23, texts("other")), &["LNT-15"]);
}

#[test]
fn a_condition_whose_failure_nobody_hears_of_is_a_note() {
    let package = good().section(8, &[(3, int(0))]);
    finds(&package, &["LNT-16"]);
    assert!(package.lint().iter().all(|finding| finding.severity == Severity::Note));
}

#[test]
fn a_payload_that_no_path_uses_is_found() {
    let mut package = good();
    package.payloads.push("#more");
    finds(&package, &["LNT-17"]);
}

#[test]
fn commands_that_no_path_gets_through_are_found() {
    let found = good().section(8, &[(14, int(15))]).ids();
    assert!(found.contains("LNT-19"), "{found:?}");
}

#[test]
fn what_is_withheld_is_a_note_and_what_was_exchanged_an_error() {
    let mut package = good();
    package.member(20, digest(-16));
    // The payload cannot be judged without the commands that use it.
    finds(&package, &["LNT-21"]);
    package.severed.push((20, sequence(&[(20, map(&[(21, text("#app"))])), (21, int(2)), (3, int(15))])));
    finds(&package, &["LNT-22"]);
}

#[test]
fn a_sequence_number_that_does_not_rise_is_found() {
    let (old, mut new) = (good(), good());
    assert_eq!(new.against(&old), BTreeSet::from(["LNT-30"]));
    new.sequence_number = 4;
    assert_eq!(new.against(&old), BTreeSet::new());
}

fn later(mut package: Package) -> Package {
    package.sequence_number += 1;
    package
}

#[test]
fn a_version_that_does_not_rise_is_found() {
    let version = |numbers: &[i64]| {
        let numbers: Vec<_> = numbers.iter().map(|number| int(*number)).collect();
        good().member(6, bytes(&array(&numbers)))
    };
    let rises = |new: &[i64], old: &[i64]| later(version(new)).against(&version(old)).is_empty();
    // draft-ietf-suit-update-management §4.4.1: -1 is a release candidate, -3 an alpha.
    for (old, new) in [
        (&[1_i64, 2][..], &[1_i64, 3][..]),
        (&[1, 2], &[1, 2, 1]),
        (&[1, 2, -1, 1], &[1, 2]),
        (&[1, 2, -3, 9], &[1, 2, -1, 1]),
        (&[9], &[10]),
    ] {
        assert!(rises(new, old) && !rises(old, new), "{old:?} {new:?}");
    }
    assert!(!rises(&[1, 2], &[1, 2, 0]), "the same");
    assert_eq!(later(good()).against(&version(&[1])), BTreeSet::from(["LNT-31"]));
    assert_eq!(later(version(&[1])).against(&good()), BTreeSet::new());
}

/// With a floor: number, capability (0 no, 1 yes, 2 partly), day.
fn promising(seq: i64, capability: i64, day: Option<i64>) -> Package {
    let floor = array(&[int(seq), int(capability), day.map_or_else(|| vec![NIL], int)]);
    good().member(-257, bytes(&floor))
}

#[test]
fn a_promise_that_is_taken_back_is_found() {
    let old = promising(2, 1, Some(24_000));
    for (new, wanted) in [
        (promising(2, 1, Some(24_000)), None),
        (promising(3, 1, Some(24_001)), None),
        (promising(3, 1, Some(23_999)), Some("LNT-32")),
        (promising(3, 1, None), Some("LNT-32")),
        (promising(3, 2, Some(24_000)), Some("LNT-33")),
        (good(), Some("LNT-34")),
        (promising(1, 1, Some(24_000)), Some("LNT-38")),
    ] {
        assert_eq!(later(new).against(&old), wanted.into_iter().collect(), "{wanted:?}");
    }
    let never = promising(2, 0, None);
    assert_eq!(later(promising(3, 1, Some(24_000))).against(&never), BTreeSet::new());
}

#[test]
fn other_signers_hardware_and_components_are_found() {
    let mut new = later(good());
    new.algorithm = -19;
    assert_eq!(new.against(&good()), BTreeSet::from(["LNT-35"]));
    let mut new = later(good());
    new.shared[0] = (20, map(&[(1, bytes(&[9; 16])), (2, bytes(&CLASS)), (3, bytes(&digest(-16))), (14, int(5))]));
    assert_eq!(new.against(&good()), BTreeSet::from(["LNT-36"]));
    let mut new = later(good());
    new.components = vec!["other"];
    assert_eq!(new.against(&good()), BTreeSet::from(["LNT-37"]));
    let mut turned = later(two());
    turned.components.reverse();
    assert_eq!(turned.against(&two()), BTreeSet::from(["LNT-37"]));
}

#[test]
fn what_cannot_be_read_says_which_of_the_two_it_is() {
    let good = good().bytes();
    assert!(lint(&good[..40]).is_err());
    assert!(matches!(lint_against(&good[..40], &good[..]), Err((_, false))));
    assert!(matches!(lint_against(&good[..], &good[..40]), Err((_, true))));
}

#[test]
fn no_flipped_bit_makes_it_fall_over() {
    let package = two()
        .section(20, &[(12, int(0)), (15, array(&[sequence(&[(5, int(2))]), sequence(&[(3, int(0))]), vec![NIL]])), (14, int(2))])
        .bytes();
    for bit in 0..package.len() * 8 {
        let mut flipped = package.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let _ = lint(&flipped[..]);
        let _ = lint_against(&flipped[..], &package[..]);
        let _ = lint_against(&package[..], &flipped[..]);
    }
}

#[test]
fn a_package_made_to_take_forever_does_not() {
    let mut package = two();
    package.components = vec!["a"; 64];
    // Sixty-four components, a thousand commands in each of four sequences within one another.
    let mut inner: Commands = vec![(20, map(&[(4, int(1)), (5, int(1)), (21, text("x"))])); 1000];
    inner.push((3, int(15)));
    for _ in 0..3 {
        let whole = sequence(&inner);
        inner = vec![(12, vec![TRUE])];
        inner.extend(core::iter::repeat_n((32, whole), 2));
    }
    package.shared = [vec![(12, vec![TRUE])], inner].concat();
    let started = std::time::Instant::now();
    let found = package.lint();
    assert!(started.elapsed().as_secs() < 60);
    assert!(found.len() < 400 && ids(&found).contains("LNT-20"), "{}", found.len());
}

#[test]
fn the_specification_lists_the_rules_as_they_are() {
    let spec = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../spec/lint.md")).unwrap();
    for rule in &RULES {
        let row = format!("| {} | {} | {} | {} |", rule.id, rule.name, rule.severity.word(), rule.asks);
        assert!(spec.contains(&row), "{row}");
    }
    assert_eq!(spec.matches("\n| LNT-").count(), RULES.len());
}
