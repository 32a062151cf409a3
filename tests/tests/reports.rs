//! Every report under test-vectors/reports gets the answer that the text of the standards gives it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use suitpack_core::Profile;
use suitpack_core::report::{Container, Reason, ReportResult};
use suitpack_crypto::{Anchor, keyfile};
use suitpack_package::{Cause, PayloadDir, Procedure, ReportCheck, ReportRequest, check_report};
use suitpack_tests::reporting::Told;
use suitpack_tests::{Lab, Random, root, unhex};

fn header(file: &Path) -> BTreeMap<String, String> {
    let text = fs::read_to_string(file).unwrap();
    let entries = text.lines().filter_map(|line| line.split_once(':'));
    entries.map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned())).collect()
}

fn anchors(folder: &Path) -> Vec<Anchor> {
    let keys = fs::read_dir(folder).into_iter().flatten().map(|key| fs::read(key.unwrap().path()).unwrap());
    keys.map(|key| keyfile::anchor(&key).unwrap()).collect()
}

fn request(case: &Path, asked: &BTreeMap<String, String>) -> ReportRequest {
    let mut request = ReportRequest::default();
    for anchor in anchors(&case.join("anchors")) {
        let Anchor::Public(key) = anchor else { panic!("a shared key") };
        request.package.anchors.push(key);
    }
    for anchor in anchors(&case.join("report-anchors")) {
        match anchor {
            Anchor::Public(key) => request.anchors.push(key),
            Anchor::Shared(key) => request.shared.push(key),
            other => panic!("{other:?}"),
        }
    }
    request.package.profile = if asked["profile"] == "lenient" { Profile::Lenient } else { Profile::Strict };
    for (key, value) in asked.iter().filter(|(key, _)| key.starts_with("ask.")) {
        match (key.as_str(), value.as_str()) {
            ("ask.bare", "yes") => request.bare = true,
            ("ask.nonce", hex) => request.nonce = Some(unhex(hex)),
            ("ask.procedure", "update") => request.procedure = Some(Procedure::Update),
            ("ask.procedure", "invocation") => request.procedure = Some(Procedure::Invocation),
            other => panic!("unknown question {other:?}"),
        }
    }
    request
}

/// What is wrong with the state that was found.
fn state(check: &ReportCheck, expected: &BTreeMap<String, String>) -> Option<String> {
    let procedures: Vec<_> = check.readings.iter().map(|reading| reading.procedure).collect();
    if expected.get("procedures").is_some_and(|wanted| *wanted != procedures.join(" ")) {
        return Some(format!("procedures {procedures:?}"));
    }
    for reading in &check.readings {
        if expected.get("end").is_some_and(|end| end != reading.end) {
            return Some(format!("end {}", reading.end));
        }
        if expected.get("ways").is_some_and(|ways| *ways != reading.ways.to_string()) {
            return Some(format!("{} ways", reading.ways));
        }
        for (name, digest) in
            expected.get("holds").into_iter().flat_map(|holds| holds.split(' ')).filter_map(|it| it.split_once('='))
        {
            let component = reading.components.iter().find(|component| component.name == name).unwrap();
            let holds: Vec<_> = component.holds.iter().map(|it| it.digest.as_ref().map_or("?", |it| it.bytes.as_str())).collect();
            if holds != [digest] {
                return Some(format!("{name} holds {holds:?}"));
            }
        }
    }
    None
}

// SUIT-69, SUIT-70, SUIT-71
#[test]
fn every_report_gets_its_answer() {
    let (mut count, mut wrong, mut fitting, mut others) = (0, vec![], BTreeSet::new(), BTreeSet::new());
    for entry in fs::read_dir(root().join("test-vectors/reports")).unwrap() {
        let case = entry.unwrap().path();
        let (asked, expected) = (header(&case.join("case.txt")), header(&case.join("expect/expect.txt")));
        let id = &asked["id"];
        let report = fs::read(case.join("report.cbor")).unwrap();
        let package = fs::read(case.join("envelope.suit")).unwrap();
        let check = check_report(package.as_slice(), &report, &request(&case, &asked));
        let code = check.checks.cause().map_or(0, Cause::code).to_string();
        let said = check.checks.decisive().map(|check| format!("{}: {}", check.name, check.detail));
        if expected["exit"] != code {
            wrong.push(format!("{id}: expected {}, got {code} ({said:?})", expected["exit"]));
        } else if let Some(stage) = expected.get("stage").filter(|stage| !said.as_ref().unwrap().contains(&format!("{stage}:"))) {
            wrong.push(format!("{id}: expected to fail at {stage}, got {said:?}"));
        } else if let Some(other) = state(&check, &expected).filter(|_| code == "0") {
            wrong.push(format!("{id}: {other}"));
        }
        if let Ok(told) = Container::parse(&report).and_then(|container| container.open(Profile::Lenient)) {
            let reason = match told.result() {
                ReportResult::Success => Reason::Ok,
                ReportResult::Failure { reason, .. } => *reason,
            };
            if code == "0" { &mut fitting } else { &mut others }.insert(reason.code());
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count >= 100, "only {count} reports");
    // Each reason at least once where it fits.
    assert_eq!(fitting, (0..=12).collect());
    assert!(others.len() >= 8, "reasons that do not fit: {others:?}");
}

#[test]
fn the_list_names_every_report() {
    let listed = fs::read_to_string(root().join("test-vectors/lists/reports.txt")).unwrap();
    let listed: BTreeSet<&str> = listed.lines().collect();
    let folders = fs::read_dir(root().join("test-vectors/reports")).unwrap();
    let found: BTreeSet<String> = folders.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(found.iter().map(String::as_str).collect::<BTreeSet<_>>(), listed);
}

#[test]
fn changed_reports_and_packages_are_answered_in_bounded_time() {
    let mut random = Random::new(5);
    let (mut agreed, mut tried) = (0, 0);
    let start = std::time::Instant::now();
    for entry in fs::read_dir(root().join("test-vectors/reports")).unwrap() {
        let case = entry.unwrap().path();
        let request = request(&case, &header(&case.join("case.txt")));
        let (package, report) = (fs::read(case.join("envelope.suit")).unwrap(), fs::read(case.join("report.cbor")).unwrap());
        for round in 0..40 {
            let (mut package, mut report) = (package.clone(), report.clone());
            random.change(if round % 4 == 0 { &mut package } else { &mut report });
            let check = check_report(package.as_slice(), &report, &request);
            // What nobody vouches for is never a yes, however well it fits.
            assert!(!check.checks.accepts() || check.manifest_authenticated);
            agreed += usize::from(check.checks.accepts());
            tried += 1;
        }
    }
    assert!(tried > 4000 && agreed < tried / 4, "{agreed} of {tried} changed reports agree");
    assert!(start.elapsed().as_secs() < 120, "{:?}", start.elapsed());
}

/// A manifest that doubles the ways with each command, and a report that leaves all of them open.
#[test]
fn a_manifest_with_too_many_ways_cannot_be_told() {
    let condition = "{ suit-condition-version = 0 }";
    let arms = format!("{{ suit-directive-try-each = [[{condition}], [{condition}], []] }},\n");
    let version =
        "{ suit-directive-override-parameters = { suit-parameter-version = { comparison = \"equal\", version = \"1\" } } },";
    let commands = arms.repeat(400);
    let recipe = format!(
        "[manifest]\nsequence-number = 1\n[[component]]\nid = [\"a\"]\n[sequence]\nsuit-validate = [\n\
         {{ suit-directive-set-component-index = 0 }},\n{version}\n{commands}]\n"
    );
    let lab = Lab::new(&recipe, b"");
    let envelope = suitpack_core::Envelope::parse(&lab.package).unwrap();
    let digest = envelope.authentication().unwrap().digest();
    let told = Told { uri: String::new(), digest: (digest.algorithm(), digest.bytes().to_vec()), records: vec![], failure: None };
    let mut request = ReportRequest::default();
    request.package = lab.request();
    request.bare = true;
    let start = std::time::Instant::now();
    let check = check_report(lab.package.as_slice(), &told.encode(), &request);
    assert_eq!(check.checks.cause(), Some(Cause::CouldNotTell));
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn a_dependency_beside_the_package_is_looked_up() {
    let reports = root().join("test-vectors/reports");
    let whole = fs::read(reports.join("rep.success.dependency/envelope.suit")).unwrap();
    let envelope = suitpack_core::Envelope::parse(&whole).unwrap();
    let (_, dependency) = envelope.payloads().find(|(name, _)| *name == "#lib.suit").unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("lib.suit"), dependency).unwrap();
    let case = reports.join("rep.record.dependency-absent");
    let mut request = request(&case, &header(&case.join("case.txt")));
    let (package, report) = (fs::read(case.join("envelope.suit")).unwrap(), fs::read(case.join("report.cbor")).unwrap());
    assert_eq!(check_report(package.as_slice(), &report, &request).checks.cause(), Some(Cause::CouldNotTell));
    request.package.payload_dir = Some(PayloadDir::new(folder.path().to_owned()));
    let check = check_report(package.as_slice(), &report, &request);
    assert!(check.checks.accepts());
    let sections: Vec<_> = check.readings[0].completed.iter().map(|it| (it.manifest.as_slice(), it.section.as_str())).collect();
    assert!(sections.contains(&(&[1][..], "suit-install")), "{sections:?}");
}
