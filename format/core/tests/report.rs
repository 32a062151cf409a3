//! Reports are read as draft-ietf-suit-report §3 to §6 write them.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, missing_docs)]

use suitpack_core::manifest::parameter::Parameter;
use suitpack_core::report::{Capability, Container, Entry, Reason, Report, ReportResult};
use suitpack_core::{ErrorKind, Profile};

/// [-16, 32 bytes of 0x11], the digest of every report here.
const DIGEST: &str = "822f58201111111111111111111111111111111111111111111111111111111111111111";

fn bytes(hex: &str) -> Vec<u8> {
    let digits: String = hex.replace("DIGEST", DIGEST).chars().filter(|c| !c.is_whitespace()).collect();
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(digits.get(at..at + 2).unwrap(), 16).unwrap()).collect()
}

fn refused(hex: &str) -> ErrorKind {
    Report::parse(&bytes(hex), Profile::Strict).map(|_| ()).unwrap_err().kind()
}

// SUIT-71
#[test]
fn a_success_with_claims_is_read() {
    // {2: h'aa', 3: [{0: [h'00'], 14: 34768}], 4: true, 99: ["", DIGEST]}
    let report = bytes("a4 0241aa 0381a20081410 00e1987d0 04f5 1863 82 60 DIGEST");
    let report = Report::parse(&report, Profile::Strict).unwrap();
    assert_eq!(report.nonce(), Some(&[0xaa][..]));
    assert!(matches!(report.result(), ReportResult::Success));
    assert_eq!(report.manifest_uri(), "");
    assert_eq!(report.manifest_digest().bytes(), [0x11; 32]);
    let mut entries = report.entries();
    let Some(Entry::Claims(claims)) = entries.next() else { panic!("no claims") };
    assert_eq!(claims.component.segments().collect::<Vec<_>>(), [[0]]);
    assert_eq!(claims.properties.collect::<Vec<_>>(), [Parameter::ImageSize(34768)]);
    assert!(entries.next().is_none());
}

#[test]
fn a_failure_tells_code_record_and_reason() {
    // {3: [], 4: {5: -7, 6: [[1], 20, 5, 0, {21: "#a"}], 7: 10}, 99: ["u", DIGEST]}
    let report = bytes("a3 0380 04a3 0526 06 85 8101 14 05 00 a115622361 070a 1863 82 6175 DIGEST");
    let report = Report::parse(&report, Profile::Strict).unwrap();
    let ReportResult::Failure { code, record, reason } = report.result() else { panic!("no failure") };
    assert_eq!((*code, *reason), (-7, Reason::ConditionFailed));
    assert_eq!((record.section, record.offset, record.component), (20, 5, 0));
    assert_eq!(record.manifest.collect::<Vec<_>>(), [1]);
    assert_eq!(record.properties.collect::<Vec<_>>(), [Parameter::Uri("#a")]);
}

#[test]
fn capabilities_are_read_with_their_paths() {
    // {1: [[h'00', true], [h'01']], 2: [1, 3], 3: [3], 4: [-16], 5: [2, 3], [5, 1]: [9]}
    let report =
        bytes("a4 0380 04f5 08 a6 01 82 824100f5 814101 02 820103 03 8103 04 812f 05 820203 820501 8109 1863 82 60 DIGEST");
    let report = Report::parse(&report, Profile::Strict).unwrap();
    let capabilities = report.capabilities().unwrap();
    let components: Vec<_> = capabilities.components().map(|c| (c.segments().collect::<Vec<_>>(), c.is_open())).collect();
    assert_eq!(components, [(vec![&[0_u8][..]], true), (vec![&[1_u8][..]], false)]);
    let all: Vec<_> = capabilities.capabilities().collect();
    assert_eq!(all.len(), 5);
    let Some(Capability::Path(path, labels)) = all.last() else { panic!("no path") };
    assert_eq!((path.collect::<Vec<_>>(), labels.collect::<Vec<_>>()), (vec![5, 1], vec![9]));
}

// SUIT-71
#[test]
fn what_breaks_the_cddl_is_refused() {
    assert_eq!(refused("a3 0380 04f4 1863 82 60 DIGEST"), ErrorKind::ValueOutOfRange, "false is no result");
    assert_eq!(refused("a3 0380 04a2 0500 070a 1863 82 60 DIGEST"), ErrorKind::MissingField, "a failure without record");
    assert_eq!(refused("a3 0380 04a3 0500 06 85 80 14 00 00 a0 070d 1863 82 60 DIGEST"), ErrorKind::NotUnderstood, "reason 13");
    assert_eq!(refused("a2 0380 04f5"), ErrorKind::MissingField, "no reference");
    assert_eq!(refused("a2 04f5 1863 82 60 DIGEST"), ErrorKind::MissingField, "no records");
    assert_eq!(refused("a3 0381 84 80 14 00 00 04f5 1863 82 60 DIGEST"), ErrorKind::ValueOutOfRange, "a record of four");
    assert_eq!(refused("a3 0381 a1008141 00 04f5 1863 82 60 DIGEST"), ErrorKind::MissingField, "claims of nothing");
    assert_eq!(refused("a4 00f5 0380 04f5 1863 82 60 DIGEST"), ErrorKind::LabelZero, "label 0");
    assert_eq!(refused("a4 0380 04f5 04f5 1863 82 60 DIGEST"), ErrorKind::DuplicateKey, "two results");
    assert_eq!(refused("a4 0380 04f5 09f5 1863 82 60 DIGEST"), ErrorKind::UnknownKey, "key 9");
    assert_eq!(refused("a3 0380 04f5 1863 82 60 DIGEST 00"), ErrorKind::TrailingBytes, "something behind it");
    assert_eq!(
        refused("a4 0380 04f5 08 a3 01 818100 02 8101 03 8103 1863 82 60 DIGEST"),
        ErrorKind::UnexpectedType,
        "a segment that is a number"
    );
    assert_eq!(refused("a4 0380 04f5 08 a3 01 8180 02 8101 03 8103 1863 82 60 DIGEST"), ErrorKind::MissingField, "no algorithms");
}

#[test]
fn the_order_of_the_cddl_is_let_pass_by_the_lenient_profile_only() {
    let report = bytes("a3 1863 82 60 DIGEST 0380 04f5");
    assert_eq!(Report::parse(&report, Profile::Strict).map(|_| ()).unwrap_err().kind(), ErrorKind::KeysOutOfOrder);
    Report::parse(&report, Profile::Lenient).unwrap();
}

#[test]
fn every_truncation_is_refused() {
    let report = bytes("a4 0241aa 0380 04a3 0526 06 85 8101 14 05 00 a115622361 070a 1863 82 6175 DIGEST");
    Report::parse(&report, Profile::Strict).unwrap();
    for length in 0..report.len() {
        Report::parse(report.get(..length).unwrap(), Profile::Strict).map(|_| ()).unwrap_err();
    }
}

#[test]
fn the_report_of_another_implementer_is_read() {
    let file =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/peer-vectors/ietf/report/attestam-report-ok.cbor");
    let Ok(report) = std::fs::read(&file) else {
        eprintln!("skipped: the report of another implementer is not beside the project");
        return;
    };
    // Its keys stand in the order of the CDDL.
    assert_eq!(Report::parse(&report, Profile::Strict).map(|_| ()).unwrap_err().kind(), ErrorKind::KeysOutOfOrder);
    let report = Report::parse(&report, Profile::Lenient).unwrap();
    assert!(matches!(report.result(), ReportResult::Success));
    assert_eq!(report.entries().count(), 1);
}

/// {3: [], 4: true, 99: ["", DIGEST]}, 44 bytes.
const BARE: &str = "a3 0380 04f5 1863 82 60 DIGEST";

// SUIT-69
#[test]
fn a_report_stands_bare_or_in_one_of_two_cose_objects() {
    let bare = bytes(BARE);
    let bare = Container::parse(&bare).unwrap();
    assert!(matches!(bare, Container::Bare(_)));
    bare.open(Profile::Strict).unwrap();
    for (object, sign) in [
        ("d2 84 43a10132 a0 58 2d REPORT 41aa", true),
        ("84 43a10132 a0 58 2d REPORT 41aa", true),
        ("d1 84 43a10105 a0 58 2d REPORT 41aa", false),
        ("84 43a10105 a0 58 2d REPORT 41aa", false),
    ] {
        let sealed = bytes(&object.replace("REPORT", BARE));
        let sealed = Container::parse(&sealed).unwrap();
        let Container::Sealed { block, .. } = sealed else { panic!("{object}") };
        assert_eq!(matches!(block, suitpack_core::Block::Sign1(_)), sign, "{object}");
        assert!(!sealed.is_encrypted());
        assert_eq!(sealed.report(), bytes(BARE));
        sealed.open(Profile::Strict).unwrap();
    }
}

#[test]
fn other_containers_are_refused() {
    let refused = |hex: &str| Container::parse(&bytes(&hex.replace("REPORT", BARE))).map(|_| ()).unwrap_err().kind();
    assert_eq!(refused("d8 62 84 43a10132 a0 58 2d REPORT 41aa"), ErrorKind::UnexpectedType, "COSE_Sign");
    assert_eq!(refused("d2 84 43a10132 a0 f6 41aa"), ErrorKind::UnexpectedType, "a detached payload");
    assert_eq!(refused("d2 84 40 a0 58 2d REPORT 41aa"), ErrorKind::AlgorithmNotProtected, "no algorithm");
    assert_eq!(refused("d2 84 43a10132 a0 58 2d REPORT 41aa 00"), ErrorKind::TrailingBytes, "something behind it");
    assert_eq!(refused("d2 83 43a10132 a0 58 2d REPORT"), ErrorKind::ValueOutOfRange, "three items");
    let encrypted = bytes("d2 84 43a10132 a0 47 d0 83 40 a0 42 0102 41aa");
    assert!(Container::parse(&encrypted).unwrap().is_encrypted());
}
