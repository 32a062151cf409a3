//! Records of what happened, and the report made of them (MAN §8.4.7, REP §3, §4).

use suitpack_core::cbor::{Reader, SliceSink, Writer};
use suitpack_core::manifest::command::{Condition, Directive};
use suitpack_core::manifest::parameter::Parameter;
use suitpack_core::manifest::{ComponentId, Section};
use suitpack_core::registry::{algorithm, command, parameter};
use suitpack_core::report::write::{Capabilities, Component};
use suitpack_core::report::{Capability, Entry, Reason, Report, ReportResult};
use suitpack_core::{Digest, Profile};
use suitpack_processor::report::{About, Recorder, capabilities};
use suitpack_processor::{Failure, Outcome, Position};

const DIGEST: [u8; 32] = [7; 32];

fn at(policy: u64, offset: u64) -> Position {
    Position { section: Section::Install, shared: false, offset, component: 2, policy }
}

fn report(recorder: &Recorder<'_>, capabilities: Option<Capabilities<'_>>) -> Vec<u8> {
    let manifest_digest = Digest::new(algorithm::SHA_256, &DIGEST).unwrap();
    let about = About { manifest_uri: "u", manifest_digest, nonce: Some(b"new"), capabilities };
    let mut buffer = [0; 4096];
    let mut writer = Writer::new(SliceSink::new(&mut buffer));
    recorder.write(&about, &mut writer).unwrap();
    writer.into_inner().written().to_vec()
}

/// The entries, a claim as its offset `None`.
fn entries(bytes: &[u8]) -> Vec<Option<u64>> {
    let report = Report::parse(bytes, Profile::Strict).unwrap();
    let entries = report.entries().map(|entry| match entry {
        Entry::Record(record) => Some(record.offset),
        Entry::Claims(_) => None,
    });
    entries.collect()
}

/// Reason, code, path, section, offset and number of properties of a failure.
fn failure(bytes: &[u8]) -> Option<(Reason, i64, Vec<u64>, i64, u64, usize)> {
    match *Report::parse(bytes, Profile::Strict).unwrap().result() {
        ReportResult::Success => None,
        ReportResult::Failure { code, record, reason } => {
            Some((reason, code, record.manifest.collect(), record.section, record.offset, record.properties.count()))
        }
    }
}

fn component() -> ComponentId<'static> {
    ComponentId::read(&mut Reader::new(&[0x81, 0x41, 0x61])).unwrap()
}

// SUIT-43
#[test]
fn the_policy_says_what_is_put_on_record() {
    let measured = [Parameter::ImageSize(1)];
    for policy in 0..=15 {
        for (outcome, record, claim) in [(Outcome::Success, 1, 4), (Outcome::Failure, 2, 8)] {
            let mut buffer = [0; 64];
            let mut recorder = Recorder::new(&mut buffer);
            recorder.record(at(policy, 5), outcome, Some(component()), &measured);
            let record = (policy & record != 0).then_some(Some(5));
            let claim = (policy & claim != 0).then_some(None);
            assert_eq!(entries(&report(&recorder, None)), record.into_iter().chain(claim).collect::<Vec<_>>(), "{policy}");
        }
    }
}

#[test]
fn a_claim_says_something_of_a_component_that_has_a_name() {
    for (component, measured) in [(None, &[Parameter::ImageSize(1)][..]), (Some(component()), &[])] {
        let mut buffer = [0; 64];
        let mut recorder = Recorder::new(&mut buffer);
        recorder.record(at(15, 5), Outcome::Success, component, measured);
        assert_eq!(entries(&report(&recorder, None)), [Some(5)]);
    }
}

// SUIT-69, SUIT-71
#[test]
fn a_procedure_that_ends_well_is_reported_as_true() {
    let mut buffer = [0; 64];
    let mut recorder = Recorder::new(&mut buffer);
    recorder.record(at(1, 8), Outcome::Success, None, &[]);
    // a4, 2: "new", 3: [[[], 20, 8, 2, {}]], 4: true, 99: ["u", [-16, 07…]]
    let head = [0xa4, 2, 0x43, b'n', b'e', b'w', 3, 0x81, 0x85, 0x80, 20, 8, 2, 0xa0, 4, 0xf5, 0x18, 99, 0x82, 0x61, b'u'];
    assert_eq!(report(&recorder, None), [&head[..], &[0x82, 0x2f, 0x58, 0x20], &DIGEST].concat());
    assert_eq!(recorder.reason(), Reason::Ok);
}

// SUIT-41
#[test]
fn a_failure_names_the_command_with_what_was_measured_there() {
    let mut buffer = [0; 128];
    let mut recorder = Recorder::new(&mut buffer);
    let measured = [Parameter::ImageSize(9), Parameter::Content(b"x")];
    recorder.record(at(2, 8), Outcome::Failure, None, &measured[..1]);
    recorder.record(at(2, 9), Outcome::Failure, None, &measured);
    recorder.failed(Some(at(2, 9)), Failure::ConditionFailed(Condition::ImageMatch));
    let bytes = report(&recorder, None);
    assert_eq!(entries(&bytes), [Some(8), Some(9)]);
    assert_eq!(failure(&bytes), Some((Reason::ConditionFailed, 2, vec![], 20, 9, 2)));
}

#[test]
fn a_failure_of_another_command_than_the_last_on_record_has_its_own_place() {
    let mut buffer = [0; 128];
    let mut recorder = Recorder::new(&mut buffer);
    recorder.because(Reason::AlgUnsupported);
    recorder.record(at(2, 8), Outcome::Failure, None, &[Parameter::ImageSize(9)]);
    recorder.failed(Some(at(0, 20)), Failure::ParameterMissing(Directive::Fetch));
    assert_eq!(failure(&report(&recorder, None)), Some((Reason::OperationFailed, 8, vec![], 20, 20, 0)));
}

#[test]
fn the_platform_may_know_better_why() {
    for reason in [Reason::CommandUnsupported, Reason::AlgUnsupported, Reason::ComponentUnauthorised] {
        let mut recorder = Recorder::new(&mut []);
        recorder.because(reason);
        recorder.record(at(0, 8), Outcome::Failure, None, &[]);
        recorder.failed(Some(at(0, 8)), Failure::DirectiveFailed(Directive::Copy));
        assert_eq!(failure(&report(&recorder, None)), Some((reason, 5, vec![], 20, 8, 0)));
    }
    let mut recorder = Recorder::new(&mut []);
    recorder.because(Reason::AlgUnsupported);
    recorder.record(at(0, 8), Outcome::Success, None, &[]);
    recorder.failed(Some(at(0, 8)), Failure::DirectiveFailed(Directive::Copy));
    assert_eq!(recorder.reason(), Reason::OperationFailed, "it went well after all");
}

#[test]
fn a_failure_in_a_dependency_names_the_way_to_it_and_hides_that_of_its_dependents() {
    let mut recorder = Recorder::new(&mut []);
    recorder.enter(3);
    recorder.leave();
    recorder.enter(1);
    recorder.enter(0);
    recorder.failed(Some(at(0, 5)), Failure::NoArmSucceeded);
    recorder.leave();
    recorder.record(at(0, 6), Outcome::Failure, None, &[]);
    recorder.failed(Some(at(0, 6)), Failure::DirectiveFailed(Directive::ProcessDependency));
    recorder.leave();
    recorder.failed(Some(at(0, 7)), Failure::DirectiveFailed(Directive::ProcessDependency));
    assert_eq!(failure(&report(&recorder, None)), Some((Reason::ConditionFailed, 6, vec![1, 0], 20, 5, 0)));
    assert!(!recorder.overflowed());
}

#[test]
fn dependencies_that_nest_too_deep_are_told_from_their_dependents() {
    let mut buffer = [0; 64];
    let mut recorder = Recorder::new(&mut buffer);
    (0..5).for_each(|component| recorder.enter(component));
    recorder.record(at(1, 8), Outcome::Success, None, &[]);
    (0..5).for_each(|_| recorder.leave());
    recorder.record(at(1, 9), Outcome::Success, None, &[]);
    assert!(recorder.overflowed());
    assert_eq!(entries(&report(&recorder, None)), []);
}

#[test]
fn records_that_do_not_fit_are_left_out_without_a_gap() {
    let written = |room: usize| {
        let mut buffer = vec![0; room];
        let mut recorder = Recorder::new(&mut buffer);
        recorder.record(at(1, 1), Outcome::Success, None, &[]);
        recorder.record(at(1, 2), Outcome::Success, None, &[Parameter::Content(&[0; 20])]);
        recorder.record(at(1, 3), Outcome::Success, None, &[]);
        recorder.failed(Some(at(0, 9)), Failure::TooMuchWork);
        let bytes = report(&recorder, None);
        assert_eq!(failure(&bytes).unwrap().4, 9, "the ending needs no room");
        (recorder.overflowed(), entries(&bytes))
    };
    // Six bytes each, and 22 more for the content.
    for room in 0..40 {
        let expected = match room {
            0..6 => vec![],
            6..34 => vec![Some(1)],
            34..40 => vec![Some(1), Some(2)],
            _ => unreachable!(),
        };
        assert_eq!(written(room), (true, expected), "{room}");
    }
    assert_eq!(written(40), (false, vec![Some(1), Some(2), Some(3)]));
}

// SUIT-71
#[test]
fn what_is_about_to_be_invoked_is_reported_as_pending_until_it_comes_back() {
    let mut recorder = Recorder::new(&mut []);
    recorder.invoking(at(0, 5));
    assert_eq!(failure(&report(&recorder, None)), Some((Reason::InvokePending, 0, vec![], 20, 5, 0)));
    recorder.record(at(0, 5), Outcome::Success, None, &[]);
    assert_eq!(failure(&report(&recorder, None)), None);
    recorder.invoking(at(0, 5));
    recorder.record(at(0, 5), Outcome::Failure, None, &[]);
    recorder.failed(Some(at(0, 5)), Failure::DirectiveFailed(Directive::Invoke));
    assert_eq!(recorder.reason(), Reason::OperationFailed);
}

#[test]
fn a_manifest_that_was_not_run_has_a_reason_too() {
    for reason in [Reason::CborParse, Reason::CoseUnsupported, Reason::Unauthorised, Reason::SeveringUnsupported] {
        let mut recorder = Recorder::new(&mut []);
        recorder.refused(reason, 300);
        assert_eq!(failure(&report(&recorder, None)), Some((reason, 0, vec![], 0, 300, 0)));
    }
    let mut recorder = Recorder::new(&mut []);
    recorder.failed(None, Failure::ComponentUnsupported);
    assert_eq!(failure(&report(&recorder, None)), Some((Reason::ComponentUnsupported, 1, vec![], 0, 0, 0)));
}

#[test]
fn every_failure_has_a_reason_and_a_number_of_its_own() {
    let failures = [
        (Failure::ComponentUnsupported, Reason::ComponentUnsupported),
        (Failure::ConditionFailed(Condition::Abort), Reason::ConditionFailed),
        (Failure::DependencyNotChecked(0), Reason::OperationFailed),
        (Failure::DependencyNotIntact(0), Reason::ConditionFailed),
        (Failure::DirectiveFailed(Directive::Copy), Reason::OperationFailed),
        (Failure::NoArmSucceeded, Reason::ConditionFailed),
        (Failure::NotADependency(0), Reason::OperationFailed),
        (Failure::ParameterMissing(Directive::Copy), Reason::OperationFailed),
        (Failure::ParameterNotSet(3), Reason::OperationFailed),
        (Failure::ParameterUnsupported(3), Reason::ParameterUnsupported),
        (Failure::SequenceNotIsolated, Reason::OperationFailed),
        (Failure::SoftFailureMisplaced, Reason::OperationFailed),
        (Failure::SourceAndTarget(0), Reason::OperationFailed),
        (Failure::TooMuchWork, Reason::OperationFailed),
        (Failure::Unreadable, Reason::CborParse),
    ];
    for ((failure, reason), number) in failures.into_iter().zip(1..) {
        assert_eq!((Reason::from(failure), failure.code()), (reason, number));
    }
}

// SUIT-70
#[test]
fn the_capability_report_names_every_extension() {
    let components = [Component { segments: &[b"app"], open: false }];
    let recorder = Recorder::new(&mut []);
    let bytes = report(&recorder, Some(capabilities(&components, &[algorithm::SHA_256, algorithm::ED25519])));
    let capabilities = Report::parse(&bytes, Profile::Strict).unwrap().capabilities().unwrap();
    let element = |wanted: i64| -> Vec<i64> {
        let found = capabilities.capabilities().find_map(|capability| match capability {
            Capability::Element(element, labels) if element == wanted => Some(labels.collect()),
            _ => None,
        });
        found.unwrap()
    };
    // TD, UM and ours.
    for code in [7, 8, 11, 19, 4, 25, 26, 27, 28, 29, 34, 35, 33, -257] {
        assert!(element(2).contains(&code), "command {code}");
    }
    assert_eq!(element(2).len(), command::LABELS.len());
    for code in [4, 19, 26, 27, 28, 29, 30, -257] {
        assert!(element(3).contains(&code), "parameter {code}");
    }
    assert_eq!(element(3).len(), parameter::LABELS.len());
    assert_eq!(element(4), [algorithm::SHA_256, algorithm::ED25519]);
    for code in [5, 6, 14, 15, 18, 24, 25, -257, -258] {
        assert!(element(6).contains(&code), "manifest {code}");
    }
    assert_eq!((element(7).contains(&1), element(10)), (true, vec![1]));
}
