//! What a device says of a run, held against the manifest by the reader that knows nothing of devices.

use std::io::Cursor;

use suitpack_core::crypto::VerifySignature;
use suitpack_core::report::{Reason, Report, ReportResult};
use suitpack_core::{Profile, Trust};
use suitpack_crypto::Sha2;
use suitpack_device::{Event, Request, Watch};
use suitpack_package::{ReportRequest, check_report};
use suitpack_processor::Procedure;

use crate::support::{Bench, Lamp, image, public};

const SIZE: usize = 256 * 1024;

/// All reports that were told.
#[derive(Default)]
struct Reports(Vec<Vec<u8>>);

impl Watch for Reports {
    fn event(&mut self, event: &Event<'_>) {
        if let Event::Report(bytes) = event {
            self.0.push(bytes.to_vec());
        }
    }
}

fn reports(lamp: &Lamp, package: &[u8], procedure: Procedure) -> Vec<Vec<u8>> {
    let key = public();
    let anchors: [&dyn VerifySignature; 1] = [&key];
    let trust = Trust { digester: &Sha2, anchors: &anchors, profile: Profile::Strict };
    let request = Request { nonce: Some(b"new"), ..Request::new(trust, procedure) };
    let mut told = Reports::default();
    drop(lamp.start().run(&mut Cursor::new(package), &request, &mut told));
    told.0
}

/// The reason of a report.
fn reason(report: &[u8]) -> Reason {
    let report = Report::parse(report, Profile::Strict).unwrap();
    assert_eq!(report.nonce(), Some(&b"new"[..]));
    match report.result() {
        ReportResult::Success => Reason::Ok,
        ReportResult::Failure { reason, .. } => *reason,
    }
}

/// Holds a report against its package under the strict profile.
fn agrees(package: &[u8], report: &[u8], procedure: Procedure) {
    let mut request = ReportRequest::default();
    request.package.anchors.push(public());
    request.bare = true;
    request.nonce = Some(b"new".to_vec());
    request.procedure = Some(procedure);
    let check = check_report(package, report, &request);
    assert!(check.checks.accepts(), "{:#?}", check.checks);
}

fn lamp() -> Lamp {
    Lamp::new()
        .two_slots("app", SIZE, &[1])
        .two_slots("radio", SIZE, &[2])
        .working("app.staging", SIZE)
        .working("radio.staging", SIZE)
        .working("radio.suit", SIZE)
}

#[test]
fn reports_of_what_went_well_agree_with_the_manifest() {
    let (bench, lamp) = (Bench::new(), lamp());
    bench.file("app.bin", &image(90_000, 1)).file("radio.bin", &image(50_000, 2));
    let radio = bench.package(4, "[[component]]\nid = [\"radio\"]\nimage = \"radio.bin\"\ninvoke = true\n");
    bench.file("radio.suit", &radio);
    let body = "[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\n[[depends-on]]\nid = [\"radio\", \"suit\"]\npackage = \"radio.suit\"\n";
    let package = bench.package(1, body);
    let told = reports(&lamp, &package, Procedure::Update);
    assert_eq!(told.iter().map(|report| reason(report)).collect::<Vec<_>>(), [Reason::Ok]);
    agrees(&package, &told[0], Procedure::Update);
    let told = reports(&lamp, &package, Procedure::Invocation);
    assert_eq!(told.iter().map(|report| reason(report)).collect::<Vec<_>>(), [Reason::InvokePending, Reason::Ok]);
    told.iter().for_each(|report| agrees(&package, report, Procedure::Invocation));
}

#[test]
fn reports_of_failures_agree_with_the_manifest_and_say_why() {
    let bench = Bench::new();
    bench.file("app.bin", &image(90_000, 1));
    let package = bench.package(1, "[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\n");
    // For another class; with no room; and with nothing installed.
    let mut other = lamp();
    other.description.identity.class = Some(vec![7; 16]);
    let small = Lamp::new().two_slots("app", 64 * 1024, &[1]).working("app.staging", SIZE);
    let cases = [
        (other, Procedure::Update, Reason::ConditionFailed),
        (small, Procedure::Update, Reason::OperationFailed),
        (lamp(), Procedure::Invocation, Reason::ConditionFailed),
    ];
    for (lamp, procedure, expected) in cases {
        let told = reports(&lamp, &package, procedure);
        assert_eq!(told.iter().map(|report| reason(report)).collect::<Vec<_>>(), [expected]);
        agrees(&package, &told[0], procedure);
    }
}

#[test]
fn what_is_not_run_is_reported_too() {
    let (bench, lamp) = (Bench::new(), Lamp::new().working("else", 9));
    bench.file("app.bin", &image(90_000, 1));
    let package = bench.package(1, "[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\n");
    let report = &reports(&lamp, &package, Procedure::Update)[0];
    assert_eq!(reason(report), Reason::ComponentUnsupported);
    // Who asks for more than there is is told what there is.
    assert!(Report::parse(report, Profile::Strict).unwrap().capabilities().is_some());
    let mut forged = package;
    // The last byte of the manifest, which no signature covers any more.
    let at = forged.windows(4).position(|bytes| bytes == b"#app").unwrap();
    forged[at] = b'!';
    assert_eq!(reason(&reports(&lamp, &forged, Procedure::Update)[0]), Reason::Unauthorised);
}

#[test]
fn reports_of_dependencies_and_refusals_agree_too() {
    let (bench, app) = (Bench::new(), image(90_000, 1));
    let root = |sequence: u64, radio: &[u8]| {
        bench.file("app.bin", &app).file("radio.bin", radio);
        bench.file("radio.suit", &bench.package(4, "[[component]]\nid = [\"radio\"]\nimage = \"radio.bin\"\n"));
        bench.package(
            sequence,
            "[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\n[[depends-on]]\nid = [\"radio\", \"suit\"]\npackage = \"radio.suit\"\n",
        )
    };
    let lamp = lamp();
    // What is within the dependency does not fit where it goes.
    let package = root(1, &image(300_000, 2));
    let told = reports(&lamp, &package, Procedure::Update);
    assert_eq!(reason(&told[0]), Reason::OperationFailed);
    agrees(&package, &told[0], Procedure::Update);
    // The dependency changes after it was installed.
    let package = root(1, &image(5000, 2));
    assert_eq!(reason(&reports(&lamp, &package, Procedure::Update)[0]), Reason::Ok);
    lamp.at("radio.suit:0").flip(120);
    let told = reports(&lamp, &package, Procedure::Invocation);
    agrees(&package, &told[0], Procedure::Invocation);
    // What is in it rots.
    assert_eq!(reason(&reports(&lamp, &package, Procedure::Update)[0]), Reason::Ok);
    let (place, _) = lamp.start().active("radio").unwrap();
    lamp.chips[&place].flip(120);
    let told = reports(&lamp, &package, Procedure::Invocation);
    assert_eq!(reason(&told[0]), Reason::ConditionFailed);
    agrees(&package, &told[0], Procedure::Invocation);
    // An older root.
    let older = root(0, &image(5000, 2));
    let told = reports(&lamp, &older, Procedure::Update);
    assert_eq!(reason(&told[0]), Reason::Unauthorised);
    agrees(&older, &told[0], Procedure::Update);
}

#[test]
fn what_nobody_judged_is_reported_so_that_it_agrees() {
    let bench = Bench::new();
    bench.file("app.bin", &image(900, 1));
    let package = bench.build(
        "[manifest]\nsequence-number = 2\n[[component]]\nid = [\"app\"]\n[[payload]]\nuri = \"#app.bin\"\nfile = \"app.bin\"\n[sequence]\n\
         suit-install = [ { suit-directive-override-parameters = { suit-parameter-uri = \"#app.bin\" } }, { suit-directive-fetch = 15 } ]\n",
    );
    let told = reports(&lamp(), &package, Procedure::Update);
    assert_eq!(reason(&told[0]), Reason::OperationFailed);
    agrees(&package, &told[0], Procedure::Update);
}
