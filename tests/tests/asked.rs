//! What a caller asks beyond authenticity: channel, support, hardware, rollback, several slots. A check that could not be made is never
//! passed.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use suitpack_core::Envelope;
use suitpack_core::cbor::{Reader, Sink, Writer};
use suitpack_package::{Cause, Outcome, Request, verify};
use suitpack_tests::{Lab, ZSTD, recipe};
use suitpack_upgradability::Date;

const VENDOR: &str = "example.com";
const CLASS: &str = "thermostat";

fn lab() -> Lab {
    Lab::new(&recipe(ZSTD), b"an image")
}

fn cause(lab: &Lab, package: &[u8], ask: impl FnOnce(&mut Request)) -> Option<Cause> {
    let mut request = lab.request();
    ask(&mut request);
    verify(package, &request).cause()
}

/// The UUID a name makes, computed here from RFC 9562 and not by the code under test.
fn uuid5(namespace: [u8; 16], name: &str) -> [u8; 16] {
    let output = std::process::Command::new("python3")
        .arg("-c")
        .arg("import sys,uuid; print(uuid.uuid5(uuid.UUID(sys.argv[1]), sys.argv[2]).hex)")
        .arg(namespace.map(|byte| format!("{byte:02x}")).concat())
        .arg(name)
        .output()
        .unwrap();
    suitpack_tests::unhex(String::from_utf8(output.stdout).unwrap().trim()).try_into().unwrap()
}

const DNS: [u8; 16] = [0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8];

#[test]
fn the_right_hardware_passes_and_any_other_is_wrong() {
    let lab = lab();
    let vendor = uuid5(DNS, VENDOR);
    let class = uuid5(vendor, CLASS);
    assert_eq!(cause(&lab, &lab.package, |ask| (ask.vendor_id, ask.class_id) = (Some(vendor), Some(class))), None);
    assert_eq!(cause(&lab, &lab.package, |ask| ask.vendor_id = Some(class)), Some(Cause::WrongHardware));
    assert_eq!(cause(&lab, &lab.package, |ask| ask.class_id = Some(vendor)), Some(Cause::WrongHardware));
}

#[test]
fn an_equal_sequence_number_passes_and_a_lower_one_is_rollback() {
    let lab = lab();
    assert_eq!(cause(&lab, &lab.package, |ask| ask.min_sequence = Some(7)), None);
    assert_eq!(cause(&lab, &lab.package, |ask| ask.min_sequence = Some(8)), Some(Cause::Policy));
}

#[test]
fn a_channel_passes_by_its_exact_name_only() {
    let lab = lab();
    assert_eq!(cause(&lab, &lab.package, |ask| ask.channel = Some("stable".into())), None);
    for name in ["Stable", "stabl", "stable ", "", "beta"] {
        assert_eq!(cause(&lab, &lab.package, |ask| ask.channel = Some(name.into())), Some(Cause::WrongChannel), "{name}");
    }
}

#[test]
fn a_channel_without_a_name_cannot_be_told() {
    let nameless = recipe(ZSTD).replace("name = \"stable\"\n", "");
    let lab = Lab::new(&nameless, b"an image");
    assert_eq!(cause(&lab, &lab.package, |ask| ask.channel = Some("stable".into())), Some(Cause::CouldNotTell));
}

#[test]
fn support_lasts_through_the_last_day_and_no_longer() {
    let lab = lab();
    let on = |day: &str| cause(&lab, &lab.package, |ask| ask.supported_on = Date::parse(day));
    assert_eq!(on("2026-11-24"), None);
    assert_eq!(on("2032-03-31"), None);
    assert_eq!(on("2032-04-01"), Some(Cause::SupportEnded));
}

#[test]
fn what_the_promise_leaves_open_cannot_be_told() {
    let open = [
        "[[upgradability.horizons]]\nguaranteed-until = \"not-decided\"\n",
        "[[upgradability.horizons]]\nminimum-period = 60\nstart-basis = \"purchase\"\n",
        "[[upgradability.horizons]]\nanticipated-end = \"2040-01-01\"\n",
        "",
    ];
    for horizons in open {
        let text = recipe(ZSTD).replace("[[upgradability.horizons]]\nguaranteed-until = \"2032-03-31\"\n", horizons);
        let lab = Lab::new(&text, b"an image");
        let cause = cause(&lab, &lab.package, |ask| ask.supported_on = Date::parse("2027-01-01"));
        assert_eq!(cause, Some(Cause::CouldNotTell), "{horizons}");
    }
}

#[test]
fn a_region_needs_the_statement() {
    let text = recipe(ZSTD).replace("2032-03-31\"\n", "2032-03-31\"\nregions = [\"EU\"]\n");
    let lab = Lab::new(&text, b"an image");
    let on = |package: &[u8], region: &str| {
        cause(&lab, package, |ask| (ask.supported_on, ask.region) = (Date::parse("2030-01-01"), Some(region.into())))
    };
    assert_eq!(on(&lab.package, "DE"), None);
    assert_eq!(on(&lab.package, "US"), Some(Cause::CouldNotTell));
    assert_eq!(on(&without_statement(&lab.package), "DE"), Some(Cause::CouldNotTell));
}

#[test]
fn a_withheld_statement_leaves_the_floor_and_no_channel() {
    // Longer than 36 bytes, so it stands in the envelope.
    let text =
        recipe(ZSTD).replace("capability = \"yes\"", "capability = \"yes\"\nstatement-uri = \"https://example.com/promise\"");
    let lab = Lab::new(&text, b"an image");
    let severed = without_statement(&lab.package);
    assert!(severed.len() < lab.package.len());
    assert_eq!(cause(&lab, &severed, |_| ()), None, "signatures stay valid");
    assert_eq!(cause(&lab, &severed, |ask| ask.supported_on = Date::parse("2032-03-31")), None);
    assert_eq!(cause(&lab, &severed, |ask| ask.supported_on = Date::parse("2032-04-01")), Some(Cause::SupportEnded));
    assert_eq!(cause(&lab, &severed, |ask| ask.channel = Some("stable".into())), Some(Cause::CouldNotTell));
}

#[test]
fn a_package_without_a_promise_passes_no_question_about_it() {
    let text = recipe(ZSTD);
    let lab = Lab::new(text.split("[upgradability]").next().unwrap(), b"an image");
    assert_eq!(cause(&lab, &lab.package, |_| ()), None);
    assert_eq!(cause(&lab, &lab.package, |ask| ask.channel = Some("stable".into())), Some(Cause::CouldNotTell));
    assert_eq!(cause(&lab, &lab.package, |ask| ask.supported_on = Date::parse("2027-01-01")), Some(Cause::CouldNotTell));
}

#[test]
fn a_short_promise_stands_in_the_manifest_itself() {
    let lab = lab();
    let envelope = Envelope::parse(&lab.package).unwrap();
    assert!(envelope.member(-258).is_none());
    assert_eq!(cause(&lab, &lab.package, |ask| ask.supported_on = Date::parse("2032-03-31")), None);
}

#[test]
fn each_slot_has_its_image_and_both_are_checked() {
    let slots = "[[component]]\nid = [\"app\"]\nslots = [{ slot = 0, image = \"app.bin\" }, { slot = 1, image = \"other.bin\" }]\n";
    let lab = {
        // The second image stands beside the first before the recipe is built.
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("other.bin"), b"the image of the other slot").unwrap();
        let text = recipe(slots).replace("other.bin", folder.path().join("other.bin").to_str().unwrap());
        Lab::new(&text, b"the image of the first slot")
    };
    let report = lab.judge(&lab.package);
    assert!(report.accepts(), "{:#?}", report.checks());
    let payloads = report.checks().iter().filter(|check| check.name.starts_with("payload ")).count();
    assert_eq!(payloads, 2);
    assert!(report.checks().iter().any(|check| check.name == "sequences" && check.detail.starts_with("2 paths")), "{report:?}");
}

#[test]
fn with_the_manifest_only_payloads_are_listed_as_not_asked_about() {
    let lab =
        Lab::new(&recipe("[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\nuri = \"https://example.com/app.zst\"\n"), b"image");
    assert_eq!(cause(&lab, &lab.package, |_| ()), Some(Cause::CouldNotTell));
    let mut request = lab.request();
    request.manifest_only = true;
    let report = verify(lab.package.as_slice(), &request);
    assert!(report.accepts());
    assert!(report.checks().iter().any(|check| check.name == "payloads" && check.outcome == Outcome::NotAsked));
}

struct Grow(Vec<u8>);

impl Sink for Grow {
    type Error = core::convert::Infallible;

    fn push(&mut self, bytes: &[u8]) -> Result<(), Self::Error> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}

/// The package without the member under -258, all else as it was.
fn without_statement(package: &[u8]) -> Vec<u8> {
    let mut reader = Reader::new(package);
    reader.tag().unwrap();
    let mut map = reader.map().unwrap();
    let mut writer = Writer::new(Grow(vec![]));
    writer.tag(107).unwrap();
    writer.map(map.remaining() - 1).unwrap();
    loop {
        let start = reader;
        let Some(key) = map.next_key(&mut reader).unwrap() else { break };
        let key_length = reader.position() - start.position();
        let value = reader.item().unwrap();
        if key != suitpack_core::cbor::Key::Int(-258) {
            writer.raw(&start.rest()[..key_length]).unwrap();
            writer.raw(value).unwrap();
        }
    }
    writer.into_inner().0
}
