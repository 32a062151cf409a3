//! Payloads and packages that are not what was signed, and commands that ask for what may not be.

use std::fs;

use suitpack_core::report::Reason;
use suitpack_device::{Clock, Done, Place};
use suitpack_package::{Cause, PayloadDir};
use suitpack_processor::Procedure;

use crate::support::{Bench, Lamp, image, sha_256, update_from};

const SIZE: usize = 256 * 1024;

/// A manifest with one component and this install section; its payload has the digest of `image`.
fn explicit(bench: &Bench, image: &[u8], install: &str) -> Vec<u8> {
    let digest: String = sha_256(image).iter().map(|byte| format!("{byte:02x}")).collect();
    let size = image.len();
    bench.build(&format!(
        r##"
        [manifest]
        sequence-number = 1
        set-version = [2, 1]
        [[component]]
        id = ["app"]
        [[payload]]
        uri = "#app.bin"
        file = "app.bin"
        [sequence]
        suit-shared-sequence = [
          {{ suit-directive-set-component-index = 0 }},
          {{ suit-directive-override-parameters = {{ suit-parameter-image-digest = "sha-256:{digest}", suit-parameter-image-size = {size}, suit-parameter-uri = "#app.bin" }} }},
        ]
        suit-install = [{install}]
        suit-validate = [ {{ suit-condition-image-match = 15 }} ]
        "##
    ))
}

const FETCH: &str = "{ suit-directive-fetch = 15 },";

#[test]
fn what_nobody_judged_does_not_become_active() {
    let (bench, new) = (Bench::new(), image(90_000, 1));
    bench.file("app.bin", &new);
    let package = explicit(&bench, &new, FETCH);
    // With the validate section it is judged; without, it is not.
    let lamp = Lamp::new().two_slots("app", SIZE, &[1]);
    assert_eq!(lamp.update(&package), Ok(Done::Installed));
    let digest = "suit-parameter-image-size = 90000, suit-parameter-uri = \"#app.bin\"";
    let blind = bench.build(&format!(
        "[manifest]\nsequence-number = 2\n[[component]]\nid = [\"app\"]\n[[payload]]\nuri = \"#app.bin\"\nfile = \"app.bin\"\n[sequence]\n\
         suit-install = [ {{ suit-directive-override-parameters = {{ {digest} }} }}, {{ suit-directive-fetch = 15 }} ]\n"
    ));
    bench.file("app.bin", &image(90_000, 2));
    for lamp in [
        Lamp::new().two_slots("app", SIZE, &[1]),
        Lamp::new().single("app", SIZE, &[1]),
        Lamp::new().swap("app", SIZE, &[1]),
        Lamp::new().fallback("app", SIZE, &[2], &[1]),
    ] {
        let failed = lamp.update(&blind).unwrap_err();
        assert_eq!((failed.reason, failed.cause), (Reason::OperationFailed, Cause::NotBound), "{failed}");
        assert_eq!(lamp.content("app").unwrap(), [1]);
        assert!(lamp.state().manifests.is_empty());
    }
}

#[test]
fn a_payload_of_another_length_is_refused_before_it_is_written() {
    let (bench, new) = (Bench::new(), image(90_000, 1));
    for carried in [&new[..89_999], &[&new[..], &[0]].concat()] {
        bench.file("app.bin", carried);
        let lamp = Lamp::new().two_slots("app", SIZE, &[1]);
        let failed = lamp.update(&explicit(&bench, &new, FETCH)).unwrap_err();
        assert_eq!((failed.reason, failed.cause, failed.changed), (Reason::OperationFailed, Cause::NotBound, false));
    }
}

#[test]
fn a_payload_with_another_bit_is_found_on_the_medium() {
    let (bench, new) = (Bench::new(), image(90_000, 1));
    let mut other = new.clone();
    other[80_000] ^= 4;
    bench.file("app.bin", &other);
    let lamp = Lamp::new().two_slots("app", SIZE, &[1]);
    let failed = lamp.update(&explicit(&bench, &new, FETCH)).unwrap_err();
    assert_eq!((failed.reason, failed.cause, failed.changed), (Reason::ConditionFailed, Cause::NotBound, true));
    assert_eq!(lamp.content("app").unwrap(), [1]);
}

#[test]
fn every_shorter_package_leaves_everything_as_it_is() {
    let (bench, new) = (Bench::new(), image(3000, 1));
    bench.file("app.bin", &new);
    let package = explicit(&bench, &new, FETCH);
    let lamp = Lamp::new().two_slots("app", SIZE, &[1]);
    let state = lamp.state();
    for length in (0..package.len()).step_by(7).chain([package.len() - 1]) {
        let failed = lamp.update(&package[..length]).unwrap_err();
        assert!(!failed.changed && failed.cause == Cause::Unreadable, "{length} {failed}");
    }
    assert_eq!((lamp.state(), lamp.at("app:1").writes()), (state, 0));
}

#[test]
fn what_comes_from_beside_the_package_is_held_against_its_digest() {
    let (bench, new) = (Bench::new(), image(90_000, 1));
    bench.file("app.bin", &new);
    let body = "[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\ncompression = \"none\"\nuri = \"https://example.com/lamp.bin\"\ninstall = \"streamed\"\n";
    let package = bench.package(1, body);
    let folder = PayloadDir::new(bench.path(""));
    let lamp = Lamp::new().two_slots("app", SIZE, &[1]);
    assert_eq!(lamp.update(&package).unwrap_err().cause, Cause::CouldNotTell);
    assert_eq!(update_from(&lamp, &package, Some(&folder), &[]), Ok(Done::Installed));
    assert_eq!(lamp.content("app").unwrap(), new);
    fs::write(bench.path("lamp.bin"), image(90_000, 2)).unwrap();
    let lamp = Lamp::new().two_slots("app", SIZE, &[1]);
    assert_eq!(update_from(&lamp, &package, Some(&folder), &[]).unwrap_err().cause, Cause::NotBound);
}

// SUIT-29, SUIT-59, SUIT-60, SUIT-61
#[test]
fn conditions_on_the_world_hold_or_not() {
    let (bench, new) = (Bench::new(), image(900, 1));
    bench.file("app.bin", &new);
    let with = |parameter: &str, command: &str| {
        let set = format!("{{ suit-directive-override-parameters = {{ {parameter} }} }},");
        explicit(&bench, &new, &format!("{set}{{ {command} = 15 }},{FETCH}"))
    };
    let lamp = || {
        let mut lamp = Lamp::new().two_slots("app", SIZE, &[1]);
        lamp.description.facts.clock = Clock::Fixed(1_000_000);
        lamp.description.facts.battery = Some(500);
        lamp.description.facts.authorized = Some(3);
        lamp.description.facts.power = true;
        lamp.description.components[0].version = Some(vec![1, 4]);
        lamp
    };
    let wait = |event: &str| (format!("suit-parameter-wait-info = {{ {event} }}"), "suit-directive-wait");
    let cases = [
        (("suit-parameter-use-before = 1000001".to_owned(), "suit-condition-use-before"), true),
        (("suit-parameter-use-before = 1000000".to_owned(), "suit-condition-use-before"), false),
        (("suit-parameter-minimum-battery = 500".to_owned(), "suit-condition-minimum-battery"), true),
        (("suit-parameter-minimum-battery = 501".to_owned(), "suit-condition-minimum-battery"), false),
        (("suit-parameter-update-priority = 3".to_owned(), "suit-condition-update-authorized"), true),
        (("suit-parameter-update-priority = 4".to_owned(), "suit-condition-update-authorized"), false),
        (("suit-parameter-component-slot = 1".to_owned(), "suit-condition-component-slot"), true),
        (("suit-parameter-component-slot = 0".to_owned(), "suit-condition-component-slot"), false),
        (
            (r#"suit-parameter-version = { comparison = "greater-equal", version = "1.4" }"#.to_owned(), "suit-condition-version"),
            true,
        ),
        ((r#"suit-parameter-version = { comparison = "greater", version = "1.4" }"#.to_owned(), "suit-condition-version"), false),
        ((r#"suit-parameter-content = "hex:01""#.to_owned(), "suit-condition-check-content"), true),
        ((r#"suit-parameter-content = "hex:0100""#.to_owned(), "suit-condition-check-content"), false),
        ((r#"suit-parameter-content = "hex:02""#.to_owned(), "suit-condition-check-content"), false),
        (("suit-parameter-image-size = 900".to_owned(), "suit-condition-image-not-match"), true),
        (("suit-parameter-image-size = 900".to_owned(), "suit-condition-abort"), false),
        (("suit-parameter-image-size = 900".to_owned(), "suit-condition-is-dependency"), false),
        (("suit-parameter-image-size = 900".to_owned(), "suit-condition-device-identifier"), false),
        (wait("suit-wait-event-power = 1"), true),
        (wait("suit-wait-event-power = 0"), false),
        (wait("suit-wait-event-network = 0"), true),
        (wait("suit-wait-event-network = 1"), false),
        (wait("suit-wait-event-authorization = 3"), true),
        (wait("suit-wait-event-time = 1000000"), true),
        (wait("suit-wait-event-time = 1000001"), false),
        // 1000000 is a Monday, 13:46:40.
        (wait("suit-wait-event-day-of-week-utc = 1"), true),
        (wait("suit-wait-event-day-of-week-utc = 2"), false),
        (wait("suit-wait-event-time-of-day-utc = 49600"), true),
        (wait("suit-wait-event-time-of-day-utc = 49601"), false),
        (wait("suit-wait-event-day-of-week = 1"), false),
    ];
    for ((parameter, command), holds) in cases {
        let lamp = lamp();
        let done = lamp.update(&with(&parameter, command));
        assert_eq!(done.is_ok(), holds, "{parameter} {done:?}");
        let content = lamp.content("app").unwrap();
        assert_eq!(content == new, holds, "{parameter}");
        let version = lamp.state().components["app"].version.clone();
        assert_eq!(version, Some(if holds { vec![2, 1] } else { vec![1, 4] }));
    }
    // Who does not know the time is not before anything.
    let mut blind = lamp();
    blind.description.facts.clock = Clock::None;
    assert!(blind.update(&with("suit-parameter-use-before = 1000001", "suit-condition-use-before")).is_err());
}

#[test]
fn what_cannot_be_kept_is_refused() {
    let (bench, new) = (Bench::new(), image(900, 1));
    bench.file("app.bin", &new);
    let with = |metadata: &str| {
        let set = format!("{{ suit-directive-override-parameters = {{ suit-parameter-component-metadata = {{ {metadata} }} }} }},");
        explicit(&bench, &new, &format!("{set}{FETCH}"))
    };
    let lamp = Lamp::new().two_slots("app", SIZE, &[1]);
    let failed = lamp.update(&with("suit-meta-default-permissions = [\"list_read\"]")).unwrap_err();
    assert_eq!((failed.reason, failed.changed), (Reason::ParameterUnsupported, false));
    assert_eq!(lamp.update(&with("suit-meta-file-type = \"regular\"")), Ok(Done::Installed));
}

#[test]
fn nothing_is_invoked_or_written_out_of_its_turn() {
    let (bench, new) = (Bench::new(), image(900, 1));
    bench.file("app.bin", &new);
    let lamp = Lamp::new().two_slots("app", SIZE, &[1]);
    let failed = lamp.update(&explicit(&bench, &new, "{ suit-directive-invoke = 15 },")).unwrap_err();
    assert_eq!((failed.reason, failed.cause), (Reason::OperationFailed, Cause::Policy));
    // Loading into a slot that is not only for working is no part of an invocation.
    let digest: String = sha_256(&new).iter().map(|byte| format!("{byte:02x}")).collect();
    let load = |invoke: &str| {
        bench.build(&format!(
            "[manifest]\nsequence-number = 1\n[[component]]\nid = [\"app\"]\n[[component]]\nid = [\"ram\"]\n[sequence]\n\
             suit-shared-sequence = [ {{ suit-directive-set-component-index = true }}, {{ suit-directive-override-parameters = {{ suit-parameter-image-digest = \"sha-256:{digest}\" }} }} ]\n\
             suit-validate = [ {{ suit-directive-set-component-index = 0 }}, {{ suit-condition-image-match = 15 }} ]\n\
             suit-load = [ {{ suit-directive-set-component-index = 1 }}, {{ suit-directive-override-parameters = {{ suit-parameter-source-component = 0 }} }}, {{ suit-directive-copy = 15 }}{invoke} ]\n\
             suit-invoke = [ {{ suit-directive-set-component-index = 1 }}, {{ suit-directive-invoke = 15 }} ]\n"
        ))
    };
    let judged = load(", { suit-condition-image-match = 15 }");
    let slots = Lamp::new().two_slots("app", SIZE, &new).two_slots("ram", SIZE, &[]);
    assert_eq!(slots.run(&judged, Procedure::Invocation).unwrap_err().cause, Cause::Policy);
    let ram = Lamp::new().two_slots("app", SIZE, &new).working("ram", SIZE);
    assert_eq!(ram.run(&judged, Procedure::Invocation), Ok(Done::Completed));
    assert_eq!(ram.content("ram").unwrap(), new);
    assert_eq!(ram.run(&load(""), Procedure::Invocation).unwrap_err().detail, "ram: it was not validated in this procedure");
}

#[test]
fn nothing_is_decided_once_a_sync_has_failed_even_if_the_next_succeeds() {
    let (bench, app) = (Bench::new(), image(90_000, 1));
    bench.file("app.bin", &app);
    // The match that finds out is caught; the second one would read what is in a cache only.
    let matches = "{ suit-directive-try-each = [ [ { suit-condition-image-match = 15 } ], [ { suit-condition-component-slot = 15 } ], [] ] }, { suit-condition-image-match = 15 }";
    let package = explicit(&bench, &app, &format!("{FETCH} {matches}"));
    let lamp = Lamp::new().two_slots("app", 128 * 1024, &[7]);
    lamp.at("app:1").forgets();
    let failed = lamp.update(&package).unwrap_err();
    assert_eq!((failed.cause, failed.decided), (Cause::Io, false), "{failed}");
    assert_eq!((lamp.content("app").unwrap(), lamp.state().manifests.len()), (vec![7], 0));
    assert_eq!(lamp.update(&package), Ok(Done::Installed));
    assert_eq!(lamp.content("app").unwrap(), app);
}

// DEV-26
#[test]
fn a_manifest_that_does_not_say_how_it_is_installed_is_not_remembered() {
    let bench = Bench::new();
    // Nothing of it runs, the conditions of the shared sequence neither.
    let body = |sections: &str| {
        format!(
            "[manifest]\nsequence-number = 77\n[[component]]\nid = [\"app\"]\n[sequence]\nsuit-shared-sequence = [\n\
             {{ suit-directive-set-component-index = 0 }},\n\
             {{ suit-directive-override-parameters = {{ suit-parameter-class-identifier = \"{OTHER}\" }} }},\n\
             {{ suit-condition-class-identifier = 15 }} ]\n{sections}"
        )
    };
    let lamp = Lamp::new().two_slots("app", SIZE, &[1]);
    for sections in ["suit-invoke = [ { suit-directive-invoke = 15 } ]\n", "suit-uninstall = [ { suit-directive-unlink = 15 } ]\n"]
    {
        let failed = lamp.update(&bench.build(&body(sections))).unwrap_err();
        assert_eq!((failed.cause, failed.detail.as_str()), (Cause::Policy, "it does not say how it is installed"));
    }
    let failed = lamp.update(&bench.build(&body("suit-validate = [ { suit-condition-image-match = 15 } ]\n"))).unwrap_err();
    assert_eq!(failed.cause, Cause::WrongHardware);
    assert!(lamp.state().manifests.is_empty());
}

/// A class of something else.
const OTHER: &str = "11111111-2222-5333-8444-555555555555";

/// What nobody read back in the procedure is read back before it is decided on.
#[test]
fn what_a_medium_did_not_take_is_not_decided_on() {
    let bench = Bench::new();
    let package = bench.package(
        1,
        "[[component]]\nid = [\"app\"]\n[sequence]\n\
         suit-shared-sequence = [ { suit-directive-set-component-index = 0 } ]\n\
         suit-install = [ { suit-directive-override-parameters = { suit-parameter-content = \"hex:0102\" } },\n\
         { suit-directive-write = 15 } ]\n",
    );
    for lamp in [Lamp::new().single("app", SIZE, &[1]), Lamp::new().swap("app", SIZE, &[1])] {
        let waiting = if lamp.chips.contains_key(&Place("app:staging".into())) { "app:staging" } else { "app:1" };
        let hears = lamp.at(waiting).bytes(SIZE);
        lamp.at(waiting).deaf();
        let failed = lamp.update(&package).unwrap_err();
        assert_eq!((failed.cause, failed.decided), (Cause::NotBound, false), "{failed}");
        assert!(failed.detail.contains("does not hold what was written to it"), "{failed}");
        assert!(lamp.at(waiting).bytes(SIZE) == hears && lamp.content("app") == Some(vec![1]));
    }
    let lamp = Lamp::new().single("app", SIZE, &[1]);
    assert_eq!(lamp.update(&package), Ok(Done::Installed));
    assert_eq!(lamp.content("app"), Some(vec![1, 2]));
}
