//! What a device reports agrees with the manifest it ran, and nothing else does.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::print_stderr, missing_docs)]

use suitpack_author::{Options, Output, Recipe, build};
use suitpack_core::manifest::parameter::Parameter;
use suitpack_core::report::Reason;
use suitpack_core::{Digest, Envelope, Profile};
use suitpack_package::{Cause, ReportCheck, ReportRequest, check_report, explicit_recipe};
use suitpack_processor::Procedure;
use suitpack_tests::reporting::{TellRecord, Told};
use suitpack_tests::simulated::{simulate, simulated};
use suitpack_tests::{Lab, Random, STORED, ZSTD, key, recipe, root};

fn check(lab: &Lab, package: &[u8], report: &Told, procedure: Option<Procedure>) -> ReportCheck {
    held(lab, package, &report.encode(), procedure)
}

fn held(lab: &Lab, package: &[u8], report: &[u8], procedure: Option<Procedure>) -> ReportCheck {
    let mut request = ReportRequest::default();
    request.package = lab.request();
    request.bare = true;
    request.procedure = procedure;
    check_report(package, report, &request)
}

fn words(check: &ReportCheck) -> String {
    check.checks.decisive().map_or_else(|| String::from("agrees"), |check| format!("{}: {}", check.name, check.detail))
}

const PROCEDURES: [Procedure; 2] = [Procedure::Update, Procedure::Invocation];

fn packages() -> Vec<Lab> {
    let image: Vec<u8> = (0..600_u32).flat_map(|n| (n * n / 7).to_le_bytes()).collect();
    let wait = "[update.wait]\nauthorization = 1\n";
    let components = [
        ZSTD.to_owned(),
        STORED.to_owned(),
        format!("{STORED}invoke = true\ninstall = \"streamed\"\n"),
        format!("{STORED}rollback = [\"old\"]\nfrom-versions = \">=1.2, <2\"\n"),
        "[[component]]\nid = [\"app\", \"hex:00ff\"]\nslots = [{ slot = 0, image = \"app.bin\", name = \"a\" }, { slot = 1, image = \"b.bin\", name = \"b\" }]\n".to_owned(),
        "[[component]]\nid = [\"app\"]\na-b = [\"app.bin\", \"b.bin\"]\ncompression = \"none\"\ninvoke = true\n".to_owned(),
        format!("{STORED}[update]\nuse-before = 2030-01-01T00:00:00Z\nminimum-battery = 300\nauthorized = true\npriority = -2\n{wait}"),
        format!("{STORED}[[component]]\nid = [\"hex:\", \"\u{e9}\", \"hex:686578\"]\n[envelope]\nsevered = [\"suit-install\"]\n"),
    ];
    components.iter().map(|component| Lab::with(&recipe(component), &image, &[("b.bin", b"another image")])).collect()
}

// SUIT-43
#[test]
fn what_a_device_reports_agrees_with_what_it_ran() {
    let (mut failures, mut seed) = (0, 0);
    for (at, lab) in packages().iter().enumerate() {
        for procedure in PROCEDURES {
            for luck in [1000, 12, 4] {
                for _ in 0..20 {
                    seed += 1;
                    let report = simulate(lab, &lab.package, &[], procedure, seed, luck);
                    failures += usize::from(report.failure.is_some());
                    let check = check(lab, &lab.package, &report, Some(procedure));
                    assert!(check.checks.accepts(), "package {at}, {procedure:?}, seed {seed}: {}\n{report:?}", words(&check));
                    assert_eq!(check.readings.len(), 1);
                }
            }
        }
    }
    assert!(failures > 200, "only {failures} failures were simulated");
}

// SUIT-43
#[test]
fn a_record_with_another_field_does_not_agree() {
    let mut tried = 0;
    for (at, lab) in packages().iter().enumerate() {
        for (procedure, luck) in PROCEDURES.into_iter().flat_map(|procedure| [(procedure, 1000), (procedure, 5)]) {
            for seed in 0..6 {
                let report = simulate(lab, &lab.package, &[], procedure, seed, luck);
                for (what, forged) in forgeries(&report) {
                    let check = check(lab, &lab.package, &forged, Some(procedure));
                    let cause = check.checks.cause();
                    assert!(
                        matches!(cause, Some(Cause::Disagrees | Cause::CouldNotTell)),
                        "package {at}, {procedure:?}, seed {seed}: {what}: {cause:?}\n{report:?}"
                    );
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 3000, "only {tried} forgeries");
}

type Change<'c> = &'c dyn Fn(&mut TellRecord);

/// The report with one thing changed, in words.
fn forgeries(report: &Told) -> Vec<(String, Told)> {
    let mut found = vec![];
    let mut forge = |what: String, change: &dyn Fn(&mut Told)| {
        let mut forged = report.clone();
        change(&mut forged);
        found.push((what, forged));
    };
    let changes: [(&str, Change<'_>); 9] = [
        ("another section", &|record| record.section = if record.section == 7 { 20 } else { 7 }),
        ("an unknown section", &|record| record.section = 99),
        ("an offset before", &|record| record.offset -= 1),
        ("an offset behind", &|record| record.offset += 1),
        ("an offset far behind", &|record| record.offset = u64::MAX),
        ("another component", &|record| record.component += 1),
        ("a component far behind", &|record| record.component = u32::MAX),
        ("another manifest", &|record| record.manifest.push(0)),
        ("another URI", &|record| record.set(&Parameter::Uri("#other"))),
    ];
    for (at, record) in report.records.iter().enumerate() {
        for (what, change) in changes {
            forge(format!("record {at}: {what}"), &|forged| change(&mut forged.records[at]));
        }
        let digest = Digest::new(-16, &[9; 32]).unwrap();
        // One that was not found is as good as another.
        if record.properties.get(&3).is_some_and(|digest| !digest.ends_with(&[0xee; 32])) {
            forge(format!("record {at}: another digest"), &|forged| forged.records[at].set(&Parameter::ImageDigest(digest)));
        }
        // A report may be made before something is invoked (draft-ietf-suit-report §4.2), and what failed last is in the result.
        let in_result = report.failure.as_ref().is_some_and(|(failed, _)| failed.is_of(record));
        if at + 1 < report.records.len() && !in_result {
            forge(format!("without record {at}"), &|forged| drop(forged.records.remove(at)));
        }
        forge(format!("record {at} twice"), &|forged| forged.records.insert(at, record.clone()));
    }
    match (&report.failure, report.records.first()) {
        (None, None) => {}
        (None, Some(first)) => {
            forge(String::from("a failure"), &|forged| forged.failure = Some((first.clone(), Reason::ConditionFailed)));
        }
        (Some((record, reason)), _) => {
            // The record of a directive does not say whether it succeeded; where it is the last one, nothing does.
            if record.section != 9 {
                forge(String::from("a success"), &|forged| forged.failure = None);
            }
            for (what, change) in changes.into_iter().filter(|(what, _)| !what.ends_with("URI")) {
                let mut record = record.clone();
                change(&mut record);
                forge(format!("the result: {what}"), &|forged| forged.failure = Some((record.clone(), *reason)));
            }
            for reason in [Reason::Ok, Reason::SeveringUnsupported, Reason::InvokePending] {
                forge(format!("reason {reason:?}"), &|forged| forged.failure = Some((record.clone(), reason)));
            }
        }
    }
    forge(String::from("of another manifest"), &|forged| forged.digest.1 = vec![5; 32]);
    forge(String::from("of another algorithm"), &|forged| forged.digest.0 = -18);
    forge(String::from("another URI"), &|forged| forged.uri = String::from("https://example.com/x"));
    found
}

#[test]
fn reports_of_any_policy_agree() {
    let mut random = Random::new(77);
    for (at, lab) in packages().iter().enumerate().filter(|(at, _)| *at != 7) {
        let package = with_policies(lab, &mut random);
        for seed in 0..60 {
            let procedure = PROCEDURES[seed as usize % 2];
            let report = simulate(lab, &package, &[], procedure, seed, 6);
            let check = check(lab, &package, &report, Some(procedure));
            assert!(check.checks.accepts(), "package {at}, {procedure:?}, seed {seed}: {}\n{report:?}", words(&check));
        }
    }
}

/// The same package, with policies by chance.
fn with_policies(lab: &Lab, random: &mut Random) -> Vec<u8> {
    let explicit = explicit_recipe(lab.package.as_slice(), Profile::Strict).ok().unwrap();
    let text: Vec<String> = explicit
        .text
        .split_inclusive("= 15 }")
        .map(|part| part.strip_suffix("= 15 }").map_or_else(|| part.to_owned(), |part| format!("{part}= {} }}", random.below(16))))
        .collect();
    assert!(text.len() > 3, "{}", explicit.text);
    let folder = tempfile::tempdir().unwrap();
    let envelope = Envelope::parse(&lab.package).unwrap();
    for ((_, file, _), (_, content)) in explicit.payloads.iter().zip(envelope.payloads()) {
        std::fs::write(folder.path().join(file), content).unwrap();
    }
    let recipe = Recipe::parse(&text.concat(), &folder.path().join("suitpack.toml"), &[]).unwrap();
    let mut built = vec![];
    let mut detached = |_: &str| Err(std::io::ErrorKind::NotFound.into());
    build(&recipe, Output::Stream(&mut built), &[&key(1)], &mut detached, Options::default()).unwrap();
    built
}

#[test]
fn reports_of_dependencies_agree_too() {
    let inner = Lab::new(&recipe(STORED), b"inner");
    let outer = format!("{STORED}[[depends-on]]\nid = [\"sub\"]\npackage = \"inner.suit\"\nprefix = [\"in\"]\n");
    let lab = Lab::with(&recipe(&outer), b"outer", &[("inner.suit", &inner.package)]);
    let (mut within, mut refused) = (0, 0);
    for seed in 0..60 {
        let procedure = PROCEDURES[seed as usize % 2];
        let report = simulate(&lab, &lab.package, &[&inner.package], procedure, seed, 30);
        within += usize::from(report.records.iter().any(|record| !record.manifest.is_empty()));
        let check = check(&lab, &lab.package, &report, Some(procedure));
        assert!(check.checks.accepts(), "{procedure:?}, seed {seed}: {}\n{report:?}", words(&check));
        for (what, forged) in forgeries(&report) {
            let check = self::check(&lab, &lab.package, &forged, Some(procedure));
            assert!(!check.checks.accepts(), "{procedure:?}, seed {seed}: {what}\n{report:?}");
            refused += 1;
        }
    }
    assert!(within > 10 && refused > 500, "{within} reports of a dependency, {refused} forgeries");
}

// SUIT-43
#[test]
fn what_the_recorder_of_the_processor_keeps_agrees() {
    let inner = Lab::new(&recipe(STORED), b"inner");
    let outer = format!("{STORED}[[depends-on]]\nid = [\"sub\"]\npackage = \"inner.suit\"\nprefix = [\"in\"]\n");
    let mut labs = packages();
    labs.push(Lab::with(&recipe(&outer), b"outer", &[("inner.suit", &inner.package)]));
    let mut failed = 0;
    for (at, lab) in labs.iter().enumerate() {
        for seed in 0..40 {
            let procedure = PROCEDURES[seed as usize % 2];
            let luck = [1000, 25, 6][seed as usize % 3];
            let (told, recorded) = simulated(lab, &lab.package, &[&inner.package], procedure, seed, luck);
            let check = held(lab, &lab.package, &recorded, Some(procedure));
            assert!(check.checks.accepts(), "package {at}, {procedure:?}, seed {seed}: {}\n{told:?}", words(&check));
            failed += usize::from(told.failure.is_some());
        }
    }
    assert!(failed > 100, "only {failed} failures");
}

#[test]
fn the_report_of_another_implementer_agrees_where_records_may_be_missing() {
    let folder = root().join("../shared/peer-vectors/ietf");
    let (Ok(report), Ok(package)) = (
        std::fs::read(folder.join("report/attestam-report-ok.cbor")),
        std::fs::read(folder.join("manifest/manifest-ex0-signed.suit")),
    ) else {
        eprintln!("skipped: the report of another implementer is not beside the project");
        return;
    };
    let mut request = ReportRequest::default();
    request.package.profile = Profile::Lenient;
    request.bare = true;
    let check = check_report(package.as_slice(), &report, &request);
    assert_eq!(check.readings.iter().map(|reading| reading.procedure).collect::<Vec<_>>(), ["update", "invocation"]);
    // The size that it claims is the one the manifest sets.
    assert_eq!(check.readings[0].components[0].holds[0].size, Some(34_768));
    assert!(!check.manifest_authenticated && !check.checks.accepts());
}
