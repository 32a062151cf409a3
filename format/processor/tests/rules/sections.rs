//! Procedures and their sections (MAN §5.3.3, §8.4.5; TD §3, §6, §7).

use suitpack_core::manifest::Section;
use suitpack_core::registry::manifest as key;
use suitpack_processor::{Outcome, Procedure};

use crate::support::{DEPENDENCY_INTEGRITY, Draft, FETCH, IMAGE_MATCH, PROCESS_DEPENDENCY, UNLINK, digest, plain, replace, uri};

fn every_section() -> Draft {
    let named = |key: i64, name: &str| (key, vec![replace(&[uri(name)]), plain(FETCH)]);
    Draft {
        components: 1,
        sections: vec![
            named(key::VALIDATE, "validate"),
            named(key::LOAD, "load"),
            named(key::INVOKE, "invoke"),
            named(key::DEPENDENCY_RESOLUTION, "resolution"),
            named(key::PAYLOAD_FETCH, "fetch"),
            named(key::CANDIDATE_VERIFICATION, "candidate"),
            named(key::INSTALL, "install"),
            (key::UNINSTALL, vec![plain(UNLINK)]),
        ],
        ..Draft::default()
    }
}

// SUIT-20, SUIT-21
#[test]
fn an_update_resolves_dependencies_fetches_verifies_candidates_installs_and_validates() {
    let log = every_section().update();
    assert_eq!(log.done(), ["Fetch 0 resolution", "Fetch 0 fetch", "Fetch 0 candidate", "Fetch 0 install", "Fetch 0 validate"]);
}

// SUIT-20
#[test]
fn an_invocation_validates_loads_and_invokes() {
    let log = every_section().answered(Procedure::Invocation, |_| Outcome::Success);
    assert_eq!(log.done(), ["Fetch 0 validate", "Fetch 0 load", "Fetch 0 invoke"]);
}

#[test]
fn an_uninstallation_runs_its_own_section_only() {
    let log = every_section().answered(Procedure::Uninstall, |_| Outcome::Success);
    assert_eq!(log.done(), ["Unlink 0"]);
}

#[test]
fn a_dependent_can_run_any_one_section_of_its_dependency() {
    for (section, expected) in [
        (Section::DependencyResolution, "Fetch 0 resolution"),
        (Section::PayloadFetch, "Fetch 0 fetch"),
        (Section::CandidateVerification, "Fetch 0 candidate"),
        (Section::Install, "Fetch 0 install"),
        (Section::Validate, "Fetch 0 validate"),
        (Section::Load, "Fetch 0 load"),
        (Section::Invoke, "Fetch 0 invoke"),
        (Section::Uninstall, "Unlink 0"),
    ] {
        let log = every_section().answered(Procedure::Dependency(section), |_| Outcome::Success);
        assert_eq!(log.done(), [expected]);
    }
}

// SUIT-22
#[test]
fn an_absent_section_is_a_success() {
    let draft = Draft { components: 1, ..Draft::default() };
    for procedure in [Procedure::Update, Procedure::Invocation, Procedure::Uninstall, Procedure::Dependency(Section::Install)] {
        assert!(draft.answered(procedure, |_| Outcome::Failure).done().is_empty());
    }
}

// SUIT-20
#[test]
fn the_shared_sequence_runs_before_each_section_that_is_there() {
    let draft = Draft {
        components: 1,
        shared: vec![replace(&[digest(1)]), plain(IMAGE_MATCH)],
        sections: vec![(key::INSTALL, vec![replace(&[uri("a")]), plain(FETCH)]), (key::VALIDATE, vec![plain(IMAGE_MATCH)])],
        ..Draft::default()
    };
    assert_eq!(draft.update().done(), ["ImageMatch 0", "Fetch 0 a", "ImageMatch 0 a", "ImageMatch 0 a"]);
}

// SUIT-54
#[test]
fn a_dependency_is_run_in_the_section_that_is_running() {
    let commands = || vec![replace(&[digest(1)]), plain(DEPENDENCY_INTEGRITY), plain(PROCESS_DEPENDENCY)];
    let draft = Draft {
        components: 1,
        dependencies: vec![0],
        sections: vec![
            (key::DEPENDENCY_RESOLUTION, commands()),
            (key::CANDIDATE_VERIFICATION, commands()),
            (key::UNINSTALL, commands()),
        ],
        ..Draft::default()
    };
    let asked = ["DependencyIntegrity 0", "DependencyResolution of 0", "DependencyIntegrity 0", "CandidateVerification of 0"];
    assert_eq!(draft.update().done(), asked);
    let log = draft.answered(Procedure::Uninstall, |_| Outcome::Success);
    assert_eq!(log.done(), ["DependencyIntegrity 0", "Uninstall of 0"]);
}
