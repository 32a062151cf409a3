use std::fs;
use std::sync::OnceLock;

use suitpack_core::report::{Container, ReportResult};
use suitpack_core::{Envelope, Profile};
use suitpack_crypto::{Anchor, keyfile};
use suitpack_package::{ReportRequest, check_report, show_report};

use crate::root;

/// A report about one of a few packages, which the first byte chooses: no bytes make the replay panic or run for long, what is shown
/// is what can be read, and a yes is about the right manifest and the same each time.
pub fn report(data: &[u8]) {
    let Some((chosen, report)) = data.split_first() else { return };
    let packages = PACKAGES.get_or_init(packages);
    let (package, request) = &packages[usize::from(*chosen) % packages.len()];
    let read = Container::parse(report).and_then(|container| container.open(Profile::Strict));
    assert_eq!(show_report(report, request).is_ok(), read.is_ok());
    let check = check_report(package.as_slice(), report, request);
    assert!(check.manifest_authenticated && !check.report_authenticated);
    let sealed = Container::parse(report).is_ok_and(|container| matches!(container, Container::Sealed { .. }));
    if !check.checks.accepts() {
        return;
    }
    // Nobody is trusted with reports here, only the channel.
    assert!(!sealed);
    let told = read.unwrap();
    let digest = Envelope::parse(package).unwrap().authentication().unwrap().digest();
    assert_eq!(told.manifest_digest(), digest);
    assert!(!check.readings.is_empty());
    for reading in &check.readings {
        assert!(reading.ways > 0);
        let good = matches!(told.result(), ReportResult::Success);
        assert_eq!(matches!(reading.end, "finished" | "handed-off"), good, "{}", reading.end);
    }
    assert_eq!(check_report(package.as_slice(), report, request).readings, check.readings);
}

static PACKAGES: OnceLock<Vec<(Vec<u8>, ReportRequest)>> = OnceLock::new();

fn packages() -> Vec<(Vec<u8>, ReportRequest)> {
    let cases = ["rep.success.update", "rep.success.second-slot", "rep.success.invocation", "rep.success.dependency"];
    let opened = cases.map(|id| {
        let case = root().join("test-vectors/reports").join(id);
        let key = fs::read(case.join("anchors/ed25519-a.cosekey")).unwrap();
        let Anchor::Public(key) = keyfile::anchor(&key).unwrap() else { panic!("a shared key") };
        let mut request = ReportRequest::default();
        request.package.anchors.push(key);
        request.bare = true;
        (fs::read(case.join("envelope.suit")).unwrap(), request)
    });
    opened.into()
}
