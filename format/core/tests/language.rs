//! The structures of update management, trust domains and MUD are read as their drafts write them, and nothing else is.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use suitpack_core::ErrorKind;
use suitpack_core::cbor::{Reader, SliceSink, Writer};
use suitpack_core::manifest::metadata::{Actor, ComponentMetadata, FileType};
use suitpack_core::manifest::parameter::Parameter;
use suitpack_core::manifest::{Comparison, Coswid, Mud, TagId, Version, VersionMatch, WaitEvent, WaitInfo};

fn bytes(hex: &str) -> Vec<u8> {
    let digits: String = hex.chars().filter(|c| !c.is_whitespace()).collect();
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(digits.get(at..at + 2).unwrap(), 16).unwrap()).collect()
}

fn version(hex: &str) -> Result<Vec<i64>, ErrorKind> {
    let bytes = bytes(hex);
    Version::read(&mut Reader::new(&bytes)).map(Iterator::collect).map_err(|error| error.kind())
}

#[test]
fn a_version_begins_with_a_release_and_knows_three_kinds_before_it() {
    assert_eq!(version("83010203"), Ok(vec![1, 2, 3]));
    assert_eq!(version("8401022001"), Ok(vec![1, 2, -1, 1]));
    assert_eq!(version("820122"), Ok(vec![1, -3]));
    assert_eq!(version("8100"), Ok(vec![0]));
    assert_eq!(version("80"), Err(ErrorKind::EmptyArray));
    assert_eq!(version("8120"), Err(ErrorKind::ValueOutOfRange), "a release candidate of nothing");
    assert_eq!(version("820123"), Err(ErrorKind::ValueOutOfRange), "-4 has no meaning");
    assert_eq!(version("91 0000000000000000000000000000000000"), Err(ErrorKind::LimitExceeded));
    assert!(version("816131").is_err(), "text is no number");
}

/// §4.4 of the update management draft compares number by number until those of the manifest end.
// SUIT-60
#[test]
fn versions_are_compared_as_far_as_the_manifest_goes() {
    let admits = |comparison: &str, wanted: &str, found: &[i64]| {
        let bytes = bytes(&format!("82{comparison}{wanted}"));
        VersionMatch::read(&mut Reader::new(&bytes)).unwrap().admits(found)
    };
    let (greater, greater_equal, equal, lesser_equal, lesser) = ("01", "02", "03", "04", "05");
    assert!(admits(equal, "8101", &[1, 7, 2]), "equal [1] finds every 1.x");
    assert!(!admits(equal, "8101", &[2]));
    assert!(admits(greater_equal, "820100", &[1, 0, 5]) && admits(lesser, "82010a", &[1, 0, 5]), "1.0.x up to 1.10");
    assert!(!admits(lesser, "82010a", &[1, 10]));
    assert!(admits(lesser, "83020000", &[2, 0, -1, 1]), "2.0-rc.1 is before 2.0.0");
    assert!(admits(greater, "83020020", &[2, 0, 0]), "2.0.0 is after 2.0-rc");
    assert!(admits(greater, "820121", &[1, -1]) && admits(greater, "820122", &[1, -2]), "alpha, beta, candidate");
    assert!(!admits(greater, "8101", &[1]) && !admits(lesser, "8101", &[1]));
    assert!(admits(lesser_equal, "8101", &[1, 9]) && admits(greater_equal, "8101", &[1]));
    assert!(admits(equal, "820100", &[1]), "a number that is missing is 0");
}

#[test]
fn a_comparison_is_one_of_five() {
    let read = |hex: &str| {
        let bytes = bytes(hex);
        VersionMatch::read(&mut Reader::new(&bytes)).map(|wanted| wanted.comparison).map_err(|error| error.kind())
    };
    assert_eq!(read("82018101"), Ok(Comparison::Greater));
    assert_eq!(read("82058101"), Ok(Comparison::Lesser));
    assert_eq!(read("82008101"), Err(ErrorKind::ValueOutOfRange));
    assert_eq!(read("82068101"), Err(ErrorKind::ValueOutOfRange));
    assert_eq!(read("820180"), Err(ErrorKind::EmptyArray));
    assert_eq!(read("8101"), Err(ErrorKind::ValueOutOfRange));
}

fn events(hex: &str) -> Result<usize, ErrorKind> {
    let bytes = bytes(hex);
    WaitInfo::parse(Reader::new(&bytes)).map(Iterator::count).map_err(|error| error.kind())
}

#[test]
fn all_nine_events_can_be_waited_for() {
    let all = bytes("a9 0101 0202 0320 04824141 8182018101 051a65000000 06190e10 0706 081a0001517f 0900");
    let found: Vec<_> = WaitInfo::parse(Reader::new(&all)).unwrap().collect();
    assert_eq!(found.len(), 9);
    assert_eq!(found.first(), Some(&WaitEvent::Authorization(1)));
    let Some(WaitEvent::OtherDeviceVersion(other)) = found.get(3) else { panic!("no other device") };
    assert_eq!((other.name(), other.versions().count()), (&b"A"[..], 1));
    assert_eq!(found.get(7), Some(&WaitEvent::TimeOfDayUtc(86_399)));
}

#[test]
fn an_event_that_does_not_exist_is_not_waited_for() {
    assert_eq!(events("a0"), Err(ErrorKind::EmptyArray));
    assert_eq!(events("a10a01"), Err(ErrorKind::UnknownKey), "event 10");
    assert_eq!(events("a1390100 01"), Err(ErrorKind::UnknownKey), "a private event");
    assert_eq!(events("a10001"), Err(ErrorKind::LabelZero));
    assert_eq!(events("a10707"), Err(ErrorKind::ValueOutOfRange), "an eighth day");
    assert_eq!(events("a10907"), Err(ErrorKind::ValueOutOfRange));
    assert_eq!(events("a1061a00015180"), Err(ErrorKind::ValueOutOfRange), "86400 is tomorrow");
    assert_eq!(events("a1081a00015180"), Err(ErrorKind::ValueOutOfRange));
    assert!(events("a10520").is_err(), "before 1970");
    assert_eq!(events("a1048241 4180"), Err(ErrorKind::EmptyArray), "no version of the other device");
    assert_eq!(events("a1010100"), Err(ErrorKind::TrailingBytes));
}

fn metadata(hex: &str) -> Result<(), ErrorKind> {
    let bytes = bytes(hex);
    ComponentMetadata::parse(Reader::new(&bytes)).map(|_| ()).map_err(|error| error.kind())
}

#[test]
fn metadata_of_a_file_is_read() {
    let all = bytes(
        "a8 01 193fff 02 a2 00 07 646a6f686e 05 03 a1 4101 02 04 a1 d825 50 11111111111111111111111111111111 04 05 03 06 c1 1a65000000 07 c1 00 08 20",
    );
    let fields = ComponentMetadata::parse(Reader::new(&all)).unwrap().fields();
    assert_eq!(fields.default_permissions, Some(0x3fff));
    let users: Vec<_> = fields.user_permissions.unwrap().collect();
    assert_eq!(users, [(Actor::Number(0), 7), (Actor::Name("john"), 5)]);
    assert_eq!(fields.group_permissions.unwrap().next(), Some((Actor::Bytes(&[1]), 2)));
    assert_eq!(fields.role_permissions.unwrap().next(), Some((Actor::Uuid(&[0x11; 16]), 4)));
    assert_eq!(
        (fields.file_type, fields.modification_time, fields.creation_time),
        (Some(FileType::Symlink), Some(0x6500_0000), Some(0))
    );
    assert_eq!(fields.creator, Some(Actor::Number(-1)));
}

#[test]
fn metadata_gives_no_right_that_nobody_knows() {
    assert_eq!(metadata("a0"), Ok(()));
    assert_eq!(metadata("a101194000"), Err(ErrorKind::ValueOutOfRange), "bit 14");
    assert_eq!(metadata("a102a1001a80000000"), Err(ErrorKind::ValueOutOfRange));
    assert_eq!(metadata("a102a0"), Err(ErrorKind::EmptyArray));
    assert_eq!(metadata("a10500"), Err(ErrorKind::ValueOutOfRange));
    assert_eq!(metadata("a10504"), Err(ErrorKind::ValueOutOfRange));
    assert!(metadata("a1061a65000000").is_err(), "a time without its tag");
    assert_eq!(metadata("a106c01a65000000"), Err(ErrorKind::UnexpectedType), "tag 0");
    assert!(metadata("a106c120").is_err(), "before 1970");
    assert_eq!(metadata("a10862 0a41"), Err(ErrorKind::ValueOutOfRange), "a line break in a name");
    assert_eq!(metadata("a108d82541 01"), Err(ErrorKind::ValueOutOfRange), "a short UUID");
    assert_eq!(metadata("a10901"), Err(ErrorKind::UnknownKey));
    assert_eq!(metadata("a139010001"), Err(ErrorKind::UnknownKey), "an extension");
}

#[test]
fn a_software_identification_tag_is_known_by_its_names() {
    // 1398229316({0: "example.com/lamp", 1: "lamp", 2: [], 12: 3, 13: "1.2"})
    let tag = bytes("da53574944 a5 00 70 6578616d706c652e636f6d2f6c616d70 01 64 6c616d70 0280 0c03 0d63312e32");
    let coswid = Coswid::parse(Reader::new(&tag)).unwrap();
    assert_eq!((coswid.tag_id, coswid.tag_version), (TagId::Text("example.com/lamp"), 3));
    assert_eq!((coswid.software_name, coswid.software_version), ("lamp", Some("1.2")));
    assert_eq!(coswid.bytes, tag);
    let refused = |hex: &str| Coswid::parse(Reader::new(&bytes(hex))).map(|_| ()).unwrap_err().kind();
    assert_eq!(refused("a2 006161 016161"), ErrorKind::MissingField, "no tag-version");
    assert_eq!(refused("da53574945 a3 006161 016161 0c00"), ErrorKind::UnexpectedType, "another tag");
    assert_eq!(refused("a3 0041aa 016161 0c00"), ErrorKind::ValueOutOfRange, "a short UUID");
}

#[test]
fn a_usage_description_has_a_place_and_a_key() {
    let digest = format!("822f5820{}", "22".repeat(32));
    let mud = bytes(&format!("a2 01 d820 6a 68747470733a2f2f6d2f 02 {digest}"));
    let mud = Mud::parse(Reader::new(&mud)).unwrap();
    assert_eq!((mud.url, mud.ski.bytes()), ("https://m/", &[0x22; 32][..]));
    let refused = |hex: &str| Mud::parse(Reader::new(&bytes(hex))).map(|_| ()).unwrap_err().kind();
    assert_eq!(refused(&format!("a1 02 {digest}")), ErrorKind::MissingField);
    assert_eq!(refused(&format!("a2 01 c0 6161 02 {digest}")), ErrorKind::UnexpectedType);
    assert_eq!(refused(&format!("a3 01 d820 6161 02 {digest} 03 00")), ErrorKind::UnknownKey);
}

/// What is written is what was read, for values of every shape.
#[test]
fn parameters_are_written_as_they_are_read() {
    let wait = bytes("a20101 0706");
    let parameters = [
        (Parameter::VendorIdentifier(&[0x33; 16]), "5033333333333333333333333333333333"),
        (Parameter::VendorIdentifier(&[0x83, 0x01]), "d870428301"),
        (Parameter::UseBefore(u64::MAX), "1bffffffffffffffff"),
        (Parameter::UpdatePriority(-1), "20"),
        (Parameter::SoftFailure(true), "f5"),
        (Parameter::WaitInfo(WaitInfo::parse(Reader::new(&wait)).unwrap()), "45a201010706"),
    ];
    for (parameter, expected) in parameters {
        let mut buffer = [0; 64];
        let mut writer = Writer::new(SliceSink::new(&mut buffer));
        parameter.write(&mut writer).unwrap();
        assert_eq!(writer.into_inner().written(), bytes(expected), "{parameter:?}");
    }
    let wanted = bytes("8202820120");
    let wanted = Parameter::Version(VersionMatch::read(&mut Reader::new(&wanted)).unwrap());
    let mut buffer = [0; 64];
    let mut writer = Writer::new(SliceSink::new(&mut buffer));
    wanted.write(&mut writer).unwrap();
    assert_eq!(writer.into_inner().written(), bytes("458202820120"));
}
