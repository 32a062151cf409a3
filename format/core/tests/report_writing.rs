//! Reports as they are written.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use suitpack_core::cbor::{Reader, SliceSink, Writer};
use suitpack_core::manifest::ComponentId;
use suitpack_core::manifest::parameter::Parameter;
use suitpack_core::registry::{algorithm, command};
use suitpack_core::report::write::{Capabilities, Claims, Component, Labels, Outcome, Properties, Record, Report};
use suitpack_core::report::{self, Capability, Entry, Reason, ReportResult};
use suitpack_core::{Digest, Error, ErrorKind, Profile, Refusal, manifest::MemberError};

fn written(item: impl FnOnce(&mut Writer<SliceSink<'_>>) -> Result<(), suitpack_core::cbor::Overflow>) -> Vec<u8> {
    let mut buffer = [0; 2048];
    let mut writer = Writer::new(SliceSink::new(&mut buffer));
    item(&mut writer).unwrap();
    writer.into_inner().written().to_vec()
}

fn digest() -> Digest<'static> {
    Digest::new(algorithm::SHA_256, &[7; 32]).unwrap()
}

fn plain() -> Report<'static> {
    Report {
        manifest_uri: "",
        manifest_digest: digest(),
        nonce: None,
        count: 0,
        entries: &[],
        result: Outcome::Success,
        capabilities: None,
    }
}

// SUIT-71
#[test]
fn the_shortest_report_has_records_a_result_and_its_manifest() {
    let expected = [&[0xa3, 0x03, 0x80, 0x04, 0xf5, 0x18, 0x63, 0x82, 0x60, 0x82, 0x2f, 0x58, 0x20][..], &[7; 32]].concat();
    assert_eq!(written(|writer| plain().write(writer)), expected);
}

#[test]
fn a_record_is_an_array_of_five_whose_parameters_are_in_order() {
    let properties = [Parameter::Uri("#a"), Parameter::ImageSize(500), Parameter::ImageSize(501)];
    let record = Record { manifest: &[1, 24], section: 20, offset: 9, component: 2, properties: Properties::Each(&properties) };
    let map = [0xa2, 0x0e, 0x19, 0x01, 0xf4, 0x15, 0x62, 0x23, 0x61];
    let expected = [&[0x85, 0x82, 0x01, 0x18, 0x18, 0x14, 0x09, 0x02][..], &map].concat();
    assert_eq!(written(|writer| record.write(writer)), expected);
    let again = Record { properties: Properties::Encoded(&map), ..record };
    assert_eq!(written(|writer| again.write(writer)), expected);
}

#[test]
fn claims_begin_with_the_component() {
    let id = ComponentId::read(&mut Reader::new(&[0x81, 0x41, 0x61])).unwrap();
    let claims = Claims { component: id, properties: &[Parameter::ImageSize(1)] };
    assert_eq!(written(|writer| claims.write(writer)), [0xa2, 0x00, 0x81, 0x41, 0x61, 0x0e, 0x01]);
}

#[test]
fn what_is_written_is_read_as_it_was_meant() {
    let id = ComponentId::read(&mut Reader::new(&[0x81, 0x41, 0x61])).unwrap();
    let properties = [Parameter::Uri("#app"), Parameter::ImageSize(34_768)];
    let record = Record { manifest: &[1], section: 20, offset: 9, component: 0, properties: Properties::Each(&properties) };
    let claims = Claims { component: id, properties: &properties };
    let entries = [written(|writer| claims.write(writer)), written(|writer| record.write(writer))].concat();
    let components = [Component { segments: &[b"app"], open: true }, Component { segments: &[], open: false }];
    let capabilities = Capabilities {
        components: &components,
        commands: Labels::All(command::LABELS),
        parameters: Labels::These(&[3, 14]),
        algorithms: Labels::These(&[-16, -19]),
        others: &[(5, Labels::These(&[2, 3]))],
        nested: &[(&[5, 1], Labels::These(&[9]))],
    };
    let report = Report {
        manifest_uri: "https://example.com/lamp.suit",
        nonce: Some(&[1, 2, 3]),
        count: 2,
        entries: &entries,
        result: Outcome::Failure { code: -3, record, reason: Reason::OperationFailed },
        capabilities: Some(capabilities),
        ..plain()
    };
    let bytes = written(|writer| report.write(writer));
    let read = report::Report::parse(&bytes, Profile::Strict).unwrap();
    assert_eq!((read.manifest_uri(), read.nonce()), ("https://example.com/lamp.suit", Some(&[1, 2, 3][..])));
    assert_eq!(read.manifest_digest().bytes(), [7; 32]);
    let told: Vec<_> = read.entries().collect();
    let [Entry::Claims(claims), Entry::Record(record)] = told.as_slice() else { panic!("other entries") };
    let expected = [Parameter::ImageSize(34_768), Parameter::Uri("#app")];
    assert_eq!(claims.properties.collect::<Vec<_>>(), expected);
    assert_eq!((record.section, record.offset, record.manifest.collect::<Vec<_>>()), (20, 9, vec![1]));
    assert_eq!(record.properties.collect::<Vec<_>>(), expected);
    let ReportResult::Failure { code: -3, reason: Reason::OperationFailed, record } = read.result() else { panic!("no failure") };
    assert_eq!(record.properties.collect::<Vec<_>>(), expected);
    let capabilities = read.capabilities().unwrap();
    assert_eq!(capabilities.components().map(|component| component.is_open()).collect::<Vec<_>>(), [true, false]);
    let elements: Vec<_> = capabilities.capabilities().collect();
    assert_eq!(elements.len(), 5);
    let Capability::Element(2, commands) = elements[0] else { panic!("no commands") };
    assert!(commands.eq(command::LABELS.iter().map(|label| label.code)));
}

#[test]
fn a_sink_that_is_full_says_so() {
    let length = written(|writer| plain().write(writer)).len();
    for room in 0..length {
        let mut buffer = vec![0; room];
        plain().write(&mut Writer::new(SliceSink::new(&mut buffer))).unwrap_err();
    }
}

/// REP §4.2: what each reason stands for, and what of core means that.
#[test]
fn reasons_are_those_of_the_draft() {
    let of = |kind: ErrorKind| Reason::from(Error::new(kind, 0));
    for kind in [ErrorKind::Truncated, ErrorKind::NotShortest, ErrorKind::KeysOutOfOrder, ErrorKind::MissingField] {
        assert_eq!(of(kind), Reason::CborParse);
    }
    for kind in [ErrorKind::UntaggedCose, ErrorKind::CriticalHeader, ErrorKind::AttachedPayload] {
        assert_eq!(of(kind), Reason::CoseUnsupported);
    }
    assert_eq!(of(ErrorKind::DigestAlgorithmUnknown), Reason::AlgUnsupported);
    assert_eq!(of(ErrorKind::UnknownCommand), Reason::CommandUnsupported);
    assert_eq!(of(ErrorKind::UnknownParameter), Reason::ParameterUnsupported);
    assert_eq!(of(ErrorKind::ComponentIndexOutOfRange), Reason::ComponentUnsupported);
    assert_eq!(of(ErrorKind::NotSeverable), Reason::SeveringUnsupported);
    for refusal in [Refusal::DigestMismatch, Refusal::Unsigned, Refusal::WrongSignature, Refusal::NoAnchor, Refusal::Untrusted] {
        assert_eq!(Reason::from(refusal), Reason::Unauthorised);
    }
    assert_eq!(Reason::from(Refusal::NotAdmitted(-7)), Reason::AlgUnsupported);
    assert_eq!(Reason::from(Refusal::DigestUnsupported(-14)), Reason::AlgUnsupported);
    assert_eq!(Reason::from(Refusal::Unreadable(Error::new(ErrorKind::UntaggedCose, 3))), Reason::CoseUnsupported);
    assert_eq!(Reason::from(MemberError::Withheld), Reason::SeveringUnsupported);
    assert_eq!(Reason::from(MemberError::Unreadable(Error::new(ErrorKind::UnknownCommand, 3))), Reason::CommandUnsupported);
}
