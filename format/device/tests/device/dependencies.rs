//! Manifests that depend on others, and that are given up.

use suitpack_core::report::Reason;
use suitpack_device::{Done, Place};
use suitpack_package::Cause;
use suitpack_processor::Procedure;

use crate::support::{Bench, CLASS, Lamp, Told, VENDOR, image};

pub(crate) const SIZE: usize = 256 * 1024;

pub(crate) fn lamp() -> Lamp {
    Lamp::new()
        .two_slots("app", SIZE, &[1])
        .two_slots("radio", SIZE, &[2])
        .working("app.staging", SIZE)
        .working("radio.staging", SIZE)
        .working("radio.suit", SIZE)
}

pub(crate) fn dependency(bench: &Bench, sequence: u64, radio: &[u8], more: &str) {
    bench.file("radio.bin", radio);
    let package = bench.package(sequence, &format!("[[component]]\nid = [\"radio\"]\nimage = \"radio.bin\"\n{more}"));
    bench.file("radio.suit", &package);
}

pub(crate) fn root(bench: &Bench, sequence: u64, app: &[u8]) -> Vec<u8> {
    bench.file("app.bin", app);
    let body = "[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\n[[depends-on]]\nid = [\"radio\", \"suit\"]\npackage = \"radio.suit\"\n";
    bench.package(sequence, body)
}

#[test]
fn a_dependency_is_installed_with_its_dependent() {
    let (bench, app, radio, lamp) = (Bench::new(), image(90_000, 1), image(50_000, 2), lamp());
    dependency(&bench, 4, &radio, "invoke = true\n");
    let package = root(&bench, 1, &app);
    let mut told = Told::default();
    assert_eq!(lamp.run_watched(&package, Procedure::Update, &mut told), Ok(Done::Installed));
    assert_eq!((lamp.content("app").unwrap(), lamp.content("radio").unwrap()), (app, radio));
    let state = lamp.state();
    assert_eq!((state.manifests["root"].sequence, state.manifests["in:radio.suit"].sequence), (1, 4));
    assert!(state.users["radio.suit"].contains("root"));
    assert!(told.0.iter().any(|line| line.starts_with("dependency 2 with sequence number 4")), "{:?}", told.0);
    assert_eq!(lamp.update(&package), Ok(Done::AlreadyInstalled));
    let mut told = Told::default();
    assert_eq!(lamp.run_watched(&package, Procedure::Invocation, &mut told), Ok(Done::Completed));
    assert!(told.0.iter().any(|line| line.starts_with("radio: invoked at radio:1")), "{:?}", told.0);
}

#[test]
fn a_dependency_that_rots_is_repaired() {
    let (bench, app, radio, lamp) = (Bench::new(), image(90_000, 1), image(50_000, 2), lamp());
    dependency(&bench, 4, &radio, "");
    let package = root(&bench, 1, &app);
    lamp.update(&package).unwrap();
    for (place, at) in [("radio:1", 40_000), ("radio.suit:0", 100)] {
        lamp.at(place).flip(at);
        assert_eq!(lamp.update(&package), Ok(Done::Installed), "{place}");
        assert_eq!((lamp.content("app").unwrap(), lamp.content("radio").unwrap()), (app.clone(), radio.clone()));
    }
}

// SUIT-57
#[test]
fn a_prefix_stands_before_the_components_of_a_dependency() {
    let (bench, app, radio) = (Bench::new(), image(9000, 1), image(5000, 2));
    dependency(&bench, 4, &radio, "");
    bench.file("app.bin", &app);
    let body = "[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\n[[depends-on]]\nid = [\"radio\", \"suit\"]\npackage = \"radio.suit\"\nprefix = [\"left\"]\n";
    let package = bench.package(1, body);
    let lamp = lamp();
    assert_eq!(lamp.update(&package).unwrap_err().reason, Reason::ComponentUnsupported);
    let lamp = lamp.two_slots("left.radio", SIZE, &[5]).working("left.radio.staging", SIZE);
    assert_eq!(lamp.update(&package), Ok(Done::Installed));
    assert_eq!((lamp.content("left.radio").unwrap(), lamp.content("radio").unwrap()), (radio, vec![2]));
}

#[test]
fn what_a_name_means_does_not_depend_on_who_carries_the_envelope() {
    let (bench, app, radio, lamp) = (Bench::new(), image(9000, 1), image(5000, 2), lamp());
    dependency(&bench, 4, &radio, "name = \"app\"\n");
    assert_eq!(lamp.update(&root(&bench, 1, &app)), Ok(Done::Installed));
    assert_eq!((lamp.content("app").unwrap(), lamp.content("radio").unwrap()), (app, radio));
}

/// A chain of `length` dependencies, the innermost of which has an image.
pub(crate) fn chain(bench: &Bench, length: u64, radio: &[u8]) -> Vec<u8> {
    bench.file("radio.bin", radio);
    let mut package = bench.package(9, "[[component]]\nid = [\"radio\"]\nimage = \"radio.bin\"\n");
    for depth in 0..length {
        bench.file("inner.suit", &package);
        package = bench.package(1, &format!("[[depends-on]]\nid = [\"d{depth}\"]\npackage = \"inner.suit\"\n"));
    }
    package
}

#[test]
fn dependencies_nest_four_deep_and_no_deeper() {
    let (bench, radio) = (Bench::new(), image(5000, 2));
    let deep = || (0..5).fold(lamp(), |lamp, depth| lamp.working(&format!("d{depth}"), SIZE));
    let lamp = deep();
    let package = chain(&bench, 4, &radio);
    assert_eq!(lamp.update(&package), Ok(Done::Installed));
    assert_eq!(lamp.content("radio").unwrap(), radio);
    assert_eq!(lamp.state().manifests.values().map(|manifest| manifest.sequence).collect::<Vec<_>>(), [9, 1, 1, 1, 1]);
    assert_eq!(lamp.update(&package), Ok(Done::AlreadyInstalled));
    let lamp = deep();
    let failed = lamp.update(&chain(&bench, 5, &image(6000, 3))).unwrap_err();
    assert_eq!(
        (failed.reason, failed.cause, failed.detail.contains("deeply")),
        (Reason::OperationFailed, Cause::Policy, true),
        "{failed}"
    );
    assert_eq!(lamp.content("radio").unwrap(), [2]);
}

#[test]
fn an_older_dependency_is_refused() {
    let (bench, app, radio, lamp) = (Bench::new(), image(90_000, 1), image(50_000, 2), lamp());
    dependency(&bench, 4, &radio, "");
    lamp.update(&root(&bench, 1, &app)).unwrap();
    dependency(&bench, 3, &image(40_000, 7), "");
    let failed = lamp.update(&root(&bench, 2, &app)).unwrap_err();
    assert_eq!((failed.reason, failed.cause), (Reason::Unauthorised, Cause::Policy), "{failed}");
    assert_eq!(lamp.content("radio").unwrap(), radio);
    assert_eq!(lamp.state().manifests["in:radio.suit"].sequence, 4);
}

/// A root manifest that depends on the radio, and says how it is uninstalled; the dependency is its component 2.
fn optional(bench: &Bench, name: &str, image: &[u8]) -> Vec<u8> {
    bench.file("optional.bin", image);
    bench.build(&format!(
        r#"
        [manifest]
        sequence-number = 1
        vendor-id = "{VENDOR}"
        class-id = "{CLASS}"
        component-id = ["manifest", "{name}"]
        [[component]]
        id = ["{name}"]
        image = "optional.bin"
        [[depends-on]]
        id = ["radio", "suit"]
        package = "radio.suit"
        [sequence]
        suit-uninstall = [
          {{ suit-directive-set-component-index = 0 }},
          {{ suit-directive-unlink = 15 }},
          {{ suit-directive-set-component-index = 2 }},
          {{ suit-directive-unlink = 15 }},
        ]
        "#
    ))
}

// SUIT-56
#[test]
fn a_dependency_stays_until_the_last_of_its_dependents_goes() {
    let (bench, app, tool, radio) = (Bench::new(), image(9000, 1), image(7000, 3), image(5000, 2));
    let lamp = lamp().two_slots("tool", SIZE, &[3]).working("tool.staging", SIZE);
    let uninstall = "[sequence]\nsuit-uninstall = [ { suit-directive-set-component-index = 0 }, { suit-directive-unlink = 15 } ]\n";
    dependency(&bench, 4, &radio, uninstall);
    let first = optional(&bench, "app", &app);
    let second = optional(&bench, "tool", &tool);
    assert_eq!(lamp.update(&first), Ok(Done::Installed));
    assert_eq!(lamp.update(&second), Ok(Done::Installed));
    let user = String::from("manifest.tool");
    assert_eq!(lamp.run(&first, Procedure::Uninstall), Ok(Done::Completed));
    assert_eq!((lamp.content("app"), lamp.content("radio").unwrap()), (None, radio.clone()));
    let state = lamp.state();
    assert_eq!(state.users["radio.suit"].iter().collect::<Vec<_>>(), [&user]);
    assert!(state.manifests["in:radio.suit"].digest.is_some() && state.manifests["manifest.app"].digest.is_none());
    // Nobody counts twice: without being installed it is not uninstalled again.
    assert_eq!(lamp.run(&first, Procedure::Uninstall).unwrap_err().cause, Cause::Policy);
}

// SUIT-56
#[test]
fn the_last_dependent_uninstalls_its_dependency() {
    let (bench, app, radio, lamp) = (Bench::new(), image(9000, 1), image(5000, 2), lamp());
    let uninstall = "[sequence]\nsuit-uninstall = [ { suit-directive-set-component-index = 0 }, { suit-directive-unlink = 15 } ]\n";
    dependency(&bench, 4, &radio, uninstall);
    let package = optional(&bench, "app", &app);
    lamp.update(&package).unwrap();
    assert_eq!(lamp.content("radio").unwrap(), radio);
    assert_eq!(lamp.run(&package, Procedure::Uninstall), Ok(Done::Completed));
    assert_eq!((lamp.content("app"), lamp.content("radio"), lamp.content("radio.suit")), (None, None, None));
    let state = lamp.state();
    assert!(state.users.is_empty() && state.manifests.values().all(|manifest| manifest.digest.is_none()));
    // And it can be installed again.
    assert_eq!(lamp.update(&package), Ok(Done::Installed));
    assert_eq!((lamp.content("app").unwrap(), lamp.content("radio").unwrap()), (app, radio));
}

#[test]
fn what_is_uninstalled_is_gone_and_older_ones_stay_refused() {
    let (bench, app) = (Bench::new(), image(90_000, 1));
    bench.file("app.bin", &app);
    let body = r##"
        [[component]]
        id = ["app"]
        [[payload]]
        uri = "#app.bin"
        file = "app.bin"
        [sequence]
        suit-shared-sequence = [
          { suit-directive-set-component-index = 0 },
          { suit-directive-override-parameters = { suit-parameter-image-digest = { payload = "#app.bin" } } },
        ]
        suit-install = [
          { suit-directive-override-parameters = { suit-parameter-uri = "#app.bin" } },
          { suit-directive-fetch = 15 },
          { suit-condition-image-match = 15 },
        ]
        suit-validate = [ { suit-condition-image-match = 15 } ]
        suit-uninstall = [ { suit-directive-unlink = 15 } ]
    "##;
    let package = bench.build(&format!("[manifest]\nsequence-number = 5\n{body}"));
    let lamp = Lamp::new().two_slots("app", SIZE, &[1]);
    assert_eq!(lamp.run(&package, Procedure::Uninstall).unwrap_err().cause, Cause::Policy);
    lamp.update(&package).unwrap();
    assert_eq!(lamp.content("app").unwrap(), app);
    assert_eq!(lamp.run(&package, Procedure::Uninstall), Ok(Done::Completed));
    assert_eq!(lamp.content("app"), None);
    let state = lamp.state();
    assert_eq!((state.manifests["root"].sequence, &state.manifests["root"].digest), (5, &None));
    assert!(!state.lengths.contains_key(&Place("app:1".into())));
    let older = bench.build(&format!("[manifest]\nsequence-number = 4\n{body}"));
    assert_eq!(lamp.update(&older).unwrap_err().reason, Reason::Unauthorised);
}

// RDG-14
#[test]
fn a_dependency_carries_nothing_that_nobody_signed() {
    let (bench, lamp) = (Bench::new(), lamp());
    dependency(&bench, 4, &image(50_000, 2), "");
    let whole = std::fs::read(bench.path("radio.suit")).unwrap();
    // One member more, under a name that no command has.
    assert_eq!(whole[..2], [0xd8, 0x6b]);
    let ballast = [&[0xd8, 0x6b, whole[2] + 1], &whole[3..], b"\x78\x18#zzzzzzzzzzzzzzzzzzzzzzz", b"\x44EVIL"].concat();
    bench.file("radio.suit", &ballast);
    let failed = lamp.update(&root(&bench, 1, &image(90_000, 1))).unwrap_err();
    assert_eq!((failed.cause, failed.decided), (Cause::NotBound, false), "{failed}");
    assert!(failed.detail.contains("no command names it"), "{failed}");
    assert!(lamp.state().manifests.is_empty());
}

// DEV-42
#[test]
fn a_condition_that_finds_nothing_to_look_into_does_not_hold() {
    let (bench, lamp) = (Bench::new(), lamp());
    dependency(&bench, 4, &image(50_000, 2), "invoke = true\n");
    let package = root(&bench, 1, &image(90_000, 1));
    let failed = lamp.run(&package, Procedure::Invocation).unwrap_err();
    assert_eq!((failed.reason, failed.cause), (Reason::ConditionFailed, Cause::Policy), "{failed}");
}

// DEV-26
#[test]
fn a_manifest_with_a_name_is_not_let_in_older_by_another_way() {
    let (bench, app) = (Bench::new(), image(90_000, 1));
    let radio = |sequence: u64| {
        bench.file("radio.bin", &image(50_000, sequence));
        bench.package(sequence, "component-id = [\"radio\"]\n[[component]]\nid = [\"radio\"]\nimage = \"radio.bin\"\n")
    };
    let (older, newer) = (radio(50), radio(100));
    // The newer came as a dependency; the older is a root.
    let device = lamp();
    bench.file("radio.suit", &newer);
    assert_eq!(device.update(&root(&bench, 1, &app)), Ok(Done::Installed));
    let before = device.state();
    assert_eq!((before.numbers["radio"], before.manifests["in:radio.suit"].sequence), (100, 100));
    assert!(!before.manifests.contains_key("radio"), "it was not installed under its own name");
    let failed = device.update(&older).unwrap_err();
    assert!(failed.detail.contains("sequence number 50 of radio is lower than 100"), "{failed}");
    assert!(device.state() == before && device.content("radio").unwrap() == image(50_000, 100));
    // The newer was a root; the older comes as a dependency.
    let device = lamp();
    assert_eq!(device.update(&newer), Ok(Done::Installed));
    bench.file("radio.suit", &older);
    let failed = device.update(&root(&bench, 1, &app)).unwrap_err();
    assert!(failed.detail.contains("sequence number 50 of radio is lower than 100"), "{failed}");
    assert_eq!(device.content("radio").unwrap(), image(50_000, 100));
}
