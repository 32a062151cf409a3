//! Templates on request (spec/recipe.md §7), and why each command is there.

use ciborium::Value;
use suitpack_author::{BuildError, Options, Reason, explain};

use crate::bench::{Bench, Made, image, key, sha_256, small};
use crate::structure::{
    REPORT, bytes, digest, encoded, entry, envelope, int, keys, manifest, map, seq, sequence, text, unwrap, wrap,
};

/// The sequence under a key of the manifest.
fn section(made: &Made, label: i64) -> Vec<(i64, Value)> {
    sequence(entry(&manifest(made), &int(label)))
}

fn measured(of: &[u8]) -> Vec<(i64, Value)> {
    vec![(3, wrap(&digest(of))), (14, int(of.len() as i64))]
}

fn report(code: i64) -> (i64, Value) {
    (code, int(REPORT))
}

fn arms(arms: Vec<Vec<(i64, Value)>>) -> (i64, Value) {
    (15, Value::Array(arms.into_iter().map(|arm| wrap(&seq(arm))).collect()))
}

#[test]
fn a_and_b_are_short_for_two_slots() {
    let bench = Bench::new();
    bench.image("a.bin", &image(500, 1));
    bench.image("b.bin", &image(600, 2));
    let with = |images: &str| bench.build(&small("").replace("image = \"app.bin\"", images), &[]).package;
    let slots = "slots = [{ slot = 0, image = \"a.bin\" }, { slot = 1, image = \"b.bin\" }]";
    assert_eq!(with("a-b = [\"a.bin\", \"b.bin\"]"), with(slots));
}

#[test]
fn with_rollback_the_image_is_checked_elsewhere_and_then_exchanged() {
    let bench = Bench::new();
    let app = image(1000, 3);
    bench.image("app.bin", &app);
    let exchange = |write: Vec<(i64, Value)>| {
        let swap = vec![report(3), (12, int(0)), (20, map(vec![(22, int(2))])), report(31)];
        vec![(12, int(0)), arms(vec![vec![report(3)], [vec![(12, int(2))], write, swap].concat()]), report(3)]
    };
    let made = bench.build(&small("rollback = [\"old\"]"), &[]);
    let copy = vec![(20, map([measured(&app), vec![(22, int(1))]].concat())), report(22)];
    assert_eq!(section(&made, 20), exchange(copy));
    // Components: app, app.staging, old.
    let ids = entry(&unwrap(entry(&manifest(&made), &int(3))), &int(2)).clone();
    assert_eq!(ids.as_array().unwrap()[2], Value::Array(vec![bytes(b"old")]));
    assert_eq!(section(&made, 7), [(12, int(0)), report(3)]);

    let made = bench.build(&small("rollback = [\"old\"]\ninstall = \"streamed\""), &[]);
    let fetch = vec![(20, map([measured(&app), vec![(21, text("#app"))]].concat())), report(21)];
    // Without staging, the component to go back to is the second.
    let swap = vec![report(3), (12, int(0)), (20, map(vec![(22, int(1))])), report(31)];
    let expected = [(12, int(0)), arms(vec![vec![report(3)], [vec![(12, int(1))], fetch, swap].concat()]), report(3)];
    assert_eq!(section(&made, 20), expected);
}

#[test]
fn versions_are_checked_before_anything_is_fetched_or_written() {
    let bench = Bench::new();
    let made = bench.build(&small("from-versions = \">=1.2, <2.0-rc.1\""), &[]);
    let wanted = |comparison: i64, numbers: &[i64]| {
        let numbers = Value::Array(numbers.iter().map(|number| int(*number)).collect());
        vec![(20, map(vec![(28, wrap(&Value::Array(vec![int(comparison), numbers])))])), report(28)]
    };
    let start = [vec![(12, int(0))], wanted(2, &[1, 2]), wanted(5, &[2, 0, -1, 1])].concat();
    for label in [16, 20] {
        assert_eq!(section(&made, label)[..start.len()], start, "{label}");
    }
    // A streamed payload is fetched by suit-install, so nothing has to be checked before.
    let made = bench.build(&small("from-versions = \"=1\"\ninstall = \"streamed\""), &[]);
    assert_eq!(section(&made, 20)[..3], [vec![(12, int(0))], wanted(3, &[1])].concat());
    assert!(!keys(&manifest(&made)).contains(&int(16)));
}

#[test]
fn an_update_waits_and_asks_before_it_checks_and_does_so_once() {
    let bench = Bench::new();
    let update = "[update]\nuse-before = 1970-01-01T00:01:00Z\nminimum-battery = 500\nauthorized = true\npriority = -2\nwait = { day-of-week = 0 }";
    let made = bench.build(&small(update), &[]);
    let set = |label: i64, value: Value| (20, map(vec![(label, value)]));
    let checks = vec![set(4, int(60)), report(4), set(26, int(500)), report(26)];
    let asks = vec![set(29, wrap(&map(vec![(7, int(0))]))), report(29), set(27, int(-2)), report(27)];
    assert_eq!(section(&made, 16)[..5], [vec![(12, int(0))], checks.clone()].concat());
    assert_eq!(section(&made, 20)[..9], [vec![(12, int(0))], asks, checks].concat());
    let plain = bench.build(&small(""), &[]);
    assert_eq!(section(&made, 7), section(&plain, 7));
    assert_eq!(section(&made, 20)[9..], section(&plain, 20));
}

/// A package with sequences under the names given, which another one can depend on.
fn dependency(sections: &[&str], severed: &str) -> String {
    let written: String = sections.iter().map(|name| format!("{name} = [{{ suit-condition-abort = 0 }}]\n")).collect();
    format!(
        "[envelope]\nsevered = [{severed}]\n[manifest]\nsequence-number = 1\n[[component]]\nid = [\"x\"]\n[sequence]\n{written}"
    )
}

/// REC-45: a try-each (15) that checks the image (3), or else fetches (21) and checks it, all reported in full.
fn fetched_unless_there() -> (i64, Value) {
    (15, Value::Array(vec![bytes(&[0x82, 3, 15]), bytes(&[0x84, 21, 15, 3, 15])]))
}

#[test]
fn a_dependency_is_fetched_checked_and_run_in_every_sequence_it_has() {
    let bench = Bench::new();
    let sections = ["suit-shared-sequence", "suit-payload-fetch", "suit-install", "suit-load", "suit-uninstall"];
    let inner = bench.build(&dependency(&sections, "\"suit-install\""), &[&key(-19)]).package;
    bench.image("inner.suit", &inner);
    let made =
        bench.build(&small("[[depends-on]]\nid = [\"inner\"]\npackage = \"inner.suit\"\nprefix = [\"sub\", \"hex:01\"]"), &[]);
    assert_eq!(entry(&envelope(&made), &text("#inner")), &bytes(&inner));
    let common = unwrap(entry(&manifest(&made), &int(3)));
    assert_eq!(entry(&common, &int(2)).as_array().unwrap()[2], Value::Array(vec![bytes(b"inner")]));
    let prefix = Value::Array(vec![bytes(b"sub"), bytes(&[1])]);
    assert_eq!(entry(&common, &int(1)), &map(vec![(2, map(vec![(1, prefix)]))]));
    // draft-ietf-suit-trust-domains §5.2.2: the digest of the encoded byte string under key 3 of the dependency's envelope.
    let Value::Tag(107, within) = crate::structure::decode(&inner) else { panic!("no envelope") };
    let of_manifest = wrap(&Value::Array(vec![int(-16), bytes(&sha_256(&encoded(entry(&within, &int(3)))))]));
    assert_eq!(sequence(entry(&common, &int(4)))[..2], [(12, int(2)), (20, map(vec![(3, of_manifest)]))]);
    let fetched = [(12, int(2)), (20, map(vec![(21, text("#inner"))])), fetched_unless_there(), report(7)];
    assert_eq!(section(&made, 15), fetched);
    let processed = [(12, int(2)), report(7), report(11)];
    let plain = bench.build(&small(""), &[]);
    for label in [16, 20] {
        assert_eq!(section(&made, label)[..3], processed, "{label}");
        assert_eq!(section(&made, label)[3..], section(&plain, label), "{label}");
    }
    assert_eq!(section(&made, 8), processed);
    // It has no suit-validate, so ours only checks our own; suit-uninstall belongs to no procedure.
    assert_eq!(section(&made, 7), section(&plain, 7));
    assert!(!keys(&manifest(&made)).contains(&int(24)));
}

#[test]
fn a_dependency_that_resolves_dependencies_of_its_own_does_so_when_it_is_fetched() {
    let bench = Bench::new();
    bench.image("inner.suit", &bench.build(&dependency(&["suit-dependency-resolution"], ""), &[&key(-19)]).package);
    let depends = "[[depends-on]]\nid = [\"inner\"]\npackage = \"inner.suit\"\nuri = \"https://example.com/inner.suit\"";
    let made = bench.build(&format!("[manifest]\nsequence-number = 1\n{depends}"), &[]);
    let uri = text("https://example.com/inner.suit");
    assert_eq!(section(&made, 15), [(12, int(0)), (20, map(vec![(21, uri)])), fetched_unless_there(), report(7), report(11)]);
    assert!(made.beside.contains_key("inner.suit"));
    assert_eq!(keys(&manifest(&made)), [1, 2, 3, 15].map(int));
}

#[test]
fn what_no_package_can_depend_on_is_refused() {
    let bench = Bench::new();
    let recipe = small("[[depends-on]]\nid = [\"inner\"]\npackage = \"inner.suit\"");
    let build = || bench.try_build(&bench.recipe(&recipe).unwrap(), &[], Options::default());
    let fault = || build().err().unwrap().to_string().replace(&bench.dir.path().display().to_string(), "DIR");
    assert_eq!(fault(), "image `DIR/inner.suit` does not exist");
    bench.image("inner.suit", b"no package");
    assert_eq!(fault(), "dependency `DIR/inner.suit` is not a package");
    let package = bench.build(&dependency(&["suit-install"], ""), &[]).package;
    bench.image("inner.suit", &package);
    let warnings = build().unwrap().built.warnings;
    assert!(warnings.iter().any(|warning| warning.contains("`depends-on.0` is not signed")), "{warnings:?}");
    // The last byte is within the manifest.
    let mut changed = package;
    *changed.last_mut().unwrap() ^= 1;
    bench.image("inner.suit", &changed);
    assert_eq!(fault(), "dependency `DIR/inner.suit` does not have the digest it states");
}

#[test]
fn a_package_that_no_strict_reader_takes_is_refused_with_its_line() {
    let bench = Bench::new();
    // Well-formed, but no COSE_Encrypt: only the reader knows.
    let info = "[sequence]\nsuit-validate = [\n{ suit-directive-set-component-index = 0 },\n{ suit-directive-override-parameters = { suit-parameter-encryption-info = \"hex:00\" } },\n]";
    let error = bench.try_build(&bench.recipe(&small(info)).unwrap(), &[], Options::default()).err().unwrap();
    let BuildError::Refused { member, line, .. } = error else { panic!("{error}") };
    assert_eq!((member, line), (Some("suit-validate"), Some(14)));
    let fault = bench.recipe(&small("[coswid]\nhex = \"a0\"")).unwrap_err();
    assert_eq!(
        (fault.line(), fault.message()),
        (Some(12), "`coswid.hex` is no CoSWID tag: a required field is missing at byte 0x0")
    );
    bench.image("x.coswid", &[0xa0]);
    let error =
        bench.try_build(&bench.recipe(&small("[coswid]\nfile = \"x.coswid\"")).unwrap(), &[], Options::default()).err().unwrap();
    assert!(error.to_string().ends_with("x.coswid` is no CoSWID tag"), "{error}");
}

#[test]
fn every_command_is_explained_in_the_order_in_which_it_runs() {
    let bench = Bench::new();
    bench.image("inner.suit", &bench.build(&dependency(&["suit-install"], ""), &[]).package);
    let more = "rollback = [\"old\"]\nfrom-versions = \"=1\"\n[update]\nminimum-battery = 1\n[[depends-on]]\nid = [\"inner\"]\npackage = \"inner.suit\"\n\
                [sequence]\nsuit-validate = [\n{ suit-directive-set-component-index = [0, 3] },\n{ suit-directive-try-each = [[{ suit-condition-abort = 1 }], [{ suit-condition-image-match = 2 }], []] },\n]";
    let recipe = bench.recipe(&small(more)).unwrap();
    // No image is looked at.
    std::fs::remove_file(bench.path("app.bin")).unwrap();
    let lines = explain(&recipe).unwrap();
    let sections: Vec<_> = lines.iter().filter(|line| line.depth == 0).map(|line| line.text.as_str()).collect();
    let order = ["suit-shared-sequence", "suit-dependency-resolution", "suit-payload-fetch", "suit-install", "suit-validate"];
    assert_eq!(sections, order);
    let command = |text: &str| text.starts_with("suit-directive-") || text.starts_with("suit-condition-");
    assert!(lines.iter().all(|line| command(&line.text) == line.reason.is_some()));
    let of = |text: &str| lines.iter().find(|line| line.text.starts_with(text)).unwrap();
    let template = |rule, key: &str, line| Some(Reason::Template { rule, key: key.into(), line: Some(line) });
    assert_eq!(of("suit-condition-version").reason, template(47, "component.0.from-versions", 12));
    assert_eq!(of("suit-directive-swap").reason, template(46, "component.0.rollback", 11));
    assert_eq!(of("suit-condition-minimum-battery").reason, template(48, "update.minimum-battery", 14));
    assert_eq!(of("suit-directive-process-dependency").reason, template(45, "depends-on.0", 15));
    assert_eq!(of("suit-directive-set-component-index [").text, "suit-directive-set-component-index [0 (app), 3 (inner)]");
    assert_eq!(of("suit-condition-abort").reason, Some(Reason::Written { line: Some(21) }));
    assert_eq!(lines.last().unwrap().text, "nil: succeeds when no sequence does");
}
