//! Manifests that depend on others, and that are given up.

use suitpack_core::report::Reason;
use suitpack_device::{Done, Place};
use suitpack_package::Cause;
use suitpack_processor::Procedure;

use crate::support::{Bench, CLASS, Lamp, Told, VENDOR, image};

const SIZE: usize = 256 * 1024;

fn lamp() -> Lamp {
    Lamp::new()
        .two_slots("app", SIZE, &[1])
        .two_slots("radio", SIZE, &[2])
        .working("app.staging", SIZE)
        .working("radio.staging", SIZE)
        .working("radio.suit", SIZE)
}

fn dependency(bench: &Bench, sequence: u64, radio: &[u8], more: &str) {
    bench.file("radio.bin", radio);
    let package = bench.package(sequence, &format!("[[component]]\nid = [\"radio\"]\nimage = \"radio.bin\"\n{more}"));
    bench.file("radio.suit", &package);
}

fn root(bench: &Bench, sequence: u64, app: &[u8]) -> Vec<u8> {
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
fn chain(bench: &Bench, length: u64, radio: &[u8]) -> Vec<u8> {
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

// DEV-52
#[test]
fn a_dependency_without_a_name_does_not_come_back_older_as_a_root() {
    let (bench, app, lamp) = (Bench::new(), image(90_000, 1), lamp());
    let radio = |sequence: u64| {
        dependency(&bench, sequence, &image(50_000, sequence), "");
        std::fs::read(bench.path("radio.suit")).unwrap()
    };
    // Its numbers are higher than those of the root: by these alone it would be let in.
    let older = radio(50);
    radio(100);
    assert_eq!(lamp.update(&root(&bench, 1, &app)), Ok(Done::Installed));
    let before = lamp.state();
    assert_eq!(before.components["radio"].floors.all.number, 100);
    let failed = lamp.update(&older).unwrap_err();
    assert_eq!((failed.reason, failed.cause), (Reason::Unauthorised, Cause::Policy), "{failed}");
    assert!(failed.detail.contains("sequence number 50 is lower than 100"), "{failed}");
    assert_eq!((lamp.state().manifests, lamp.content("radio").unwrap()), (before.manifests, image(50_000, 100)));
    // Its dependent may go on with it under a higher number of its own, as always with what it names by its digest.
    bench.file("radio.suit", &radio(100));
    assert_eq!(lamp.update(&root(&bench, 2, &app)), Ok(Done::Installed));
}

// DEV-52
#[test]
fn what_has_a_name_is_not_followed_by_what_has_none() {
    let bench = Bench::new();
    let release = |sequence: u64, name: &str| {
        bench.file("app.bin", &image(20_000, sequence));
        bench.package(sequence, &format!("{name}[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\ninstall = \"streamed\"\n"))
    };
    let (last, newer, named) = (release(5, ""), release(6, ""), release(1, "component-id = [\"lamp\"]\n"));
    for before in [Some(&last), None] {
        let lamp = self::lamp();
        before.map(|before| lamp.update(before).unwrap());
        assert_eq!(lamp.update(&named), Ok(Done::Installed));
        for nameless in [&last, &newer] {
            let failed = lamp.update(nameless).unwrap_err();
            assert_eq!((failed.reason, failed.changed), (Reason::Unauthorised, false), "{failed}");
            assert!(failed.detail.contains("a manifest with a name wrote what is there"), "{failed}");
        }
        assert_eq!(lamp.content("app").unwrap(), image(20_000, 1));
        assert_eq!(lamp.update(&named), Ok(Done::AlreadyInstalled));
    }
}

const GIVE_UP_APP: &str =
    "[sequence]\nsuit-uninstall = [\n  { suit-directive-set-component-index = 0 },\n  { suit-directive-unlink = 15 },\n]\n";

// DEV-53
#[test]
fn what_another_manifest_has_written_since_is_not_given_up() {
    let (bench, lamp) = (Bench::new(), lamp());
    let release = |name: &str, seed: u64| {
        bench.file("app.bin", &image(20_000, seed));
        let app = "[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\ninstall = \"streamed\"\n";
        bench.package(1, &format!("component-id = [\"{name}\"]\n{app}{GIVE_UP_APP}"))
    };
    let (one, two) = (release("one", 1), release("two", 2));
    assert_eq!((lamp.update(&one), lamp.update(&two)), (Ok(Done::Installed), Ok(Done::Installed)));
    assert_eq!(lamp.state().components["app"].by.as_deref(), Some("two"));
    assert_eq!(lamp.run(&one, Procedure::Uninstall), Ok(Done::Completed));
    assert_eq!((lamp.content("app"), &lamp.state().manifests["one"].digest), (Some(image(20_000, 2)), &None));
    assert_eq!(lamp.run(&two, Procedure::Uninstall), Ok(Done::Completed));
    assert_eq!((lamp.content("app"), lamp.state().components["app"].by.as_deref()), (None, None));
    // And once its writer is gone, it is nobody's.
    assert_eq!((lamp.update(&two), lamp.update(&one)), (Ok(Done::Installed), Ok(Done::Installed)));
    assert_eq!(lamp.run(&one, Procedure::Uninstall), Ok(Done::Completed));
    assert_eq!(lamp.content("app"), None);
}

/// What a manifest depends on is not changed under it by a newer release of that alone (TD §5.6.5).
// DEV-38, DEV-52
#[test]
fn what_a_dependency_brought_is_replaced_by_its_dependent_only() {
    let (bench, lamp) = (Bench::new(), lamp());
    let radio = |sequence: u64| {
        bench.file("radio.bin", &image(5000, sequence));
        bench.package(
            sequence,
            "component-id = [\"radio\"]\n[[component]]\nid = [\"radio\"]\nimage = \"radio.bin\"\ninvoke = true\n",
        )
    };
    let (first, second) = (radio(4), radio(5));
    bench.file("radio.suit", &first);
    let package = root(&bench, 1, &image(9000, 1));
    assert_eq!(lamp.update(&package), Ok(Done::Installed));
    let failed = lamp.update(&second).unwrap_err();
    assert_eq!(failed.detail, "radio: others depend on what it holds, which in:radio.suit needs");
    assert_eq!((lamp.content("radio").unwrap(), lamp.update(&package)), (image(5000, 4), Ok(Done::AlreadyInstalled)));
    bench.file("radio.suit", &second);
    let newer = root(&bench, 2, &image(9000, 1));
    assert_eq!(lamp.update(&newer), Ok(Done::Installed));
    assert_eq!(lamp.content("radio").unwrap(), image(5000, 5));
}

/// One that came later by another way does not stop what is in already, which brings nothing back either.
// DEV-26, DEV-36
#[test]
fn what_is_in_already_is_run_though_a_newer_one_came_elsewhere() {
    let bench = Bench::new();
    let lamp = ["left", "right"].iter().fold(Lamp::new(), |lamp, side| {
        lamp.two_slots(&format!("{side}.radio"), SIZE, &[1]).working(&format!("{side}.suit"), SIZE)
    });
    let radio = |sequence: u64| {
        bench.file("radio.bin", &image(5000, sequence));
        let body = "component-id = [\"radio\"]\n[[component]]\nid = [\"radio\"]\nimage = \"radio.bin\"\ninstall = \"streamed\"\ninvoke = true\n";
        bench.file("radio.suit", &bench.package(sequence, body));
    };
    let root = |side: &str| {
        let unlink =
            "[sequence]\nsuit-uninstall = [ { suit-directive-set-component-index = 0 }, { suit-directive-unlink = 15 } ]\n";
        let on = format!("[[depends-on]]\nid = [\"{side}\", \"suit\"]\npackage = \"radio.suit\"\nprefix = [\"{side}\"]\n");
        bench.package(1, &format!("component-id = [\"manifest\", \"{side}\"]\n{on}{unlink}"))
    };
    radio(4);
    let left = root("left");
    assert_eq!(lamp.update(&left), Ok(Done::Installed));
    radio(5);
    assert_eq!(lamp.update(&root("right")), Ok(Done::Installed));
    assert_eq!(lamp.state().numbers["radio"], 5);
    assert_eq!(lamp.run(&left, Procedure::Invocation), Ok(Done::Completed));
    assert_eq!(lamp.update(&left), Ok(Done::AlreadyInstalled));
    // What has rotted of it is not brought back by a number that is too low by now.
    lamp.at("left.radio:1").flip(100);
    let failed = lamp.update(&left).unwrap_err();
    assert!(failed.detail.contains("sequence number 4 of radio is lower than 5"), "{failed}");
    assert_eq!(lamp.run(&left, Procedure::Uninstall), Ok(Done::Completed));
    assert_eq!((lamp.content("left.suit"), lamp.content("right.radio").unwrap()), (None, image(5000, 5)));
}

/// Whoever is replaced by another manifest may not hold any more; somebody is told.
#[test]
fn a_component_that_is_taken_over_is_told() {
    let (bench, lamp) = (Bench::new(), lamp());
    let release = |name: &str, seed: u64| {
        bench.file("app.bin", &image(20_000, seed));
        let app = "[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\ninstall = \"streamed\"\n";
        bench.package(1, &format!("component-id = [\"{name}\"]\n{app}"))
    };
    for (package, replaced) in [(release("one", 1), false), (release("one", 1), false), (release("two", 2), true)] {
        let mut told = Told::default();
        lamp.run_watched(&package, Procedure::Update, &mut told).unwrap();
        assert_eq!(told.0.contains(&"app: replaces what one brought".to_owned()), replaced, "{:?}", told.0);
    }
}

// DEV-38
#[test]
fn who_is_uninstalled_depends_on_nothing_any_more() {
    let (bench, lamp) = (Bench::new(), lamp());
    dependency(&bench, 4, &image(5000, 4), "");
    let named = |sequence: u64, body: &str| {
        bench.file("app.bin", &image(9000, sequence));
        let app = "[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\n";
        bench.package(sequence, &format!("component-id = [\"lamp\"]\n{app}{body}"))
    };
    let on = "[[depends-on]]\nid = [\"radio\", \"suit\"]\npackage = \"radio.suit\"\n";
    let (first, second) = (named(1, &format!("{on}{GIVE_UP_APP}")), named(2, ""));
    assert_eq!(lamp.update(&first), Ok(Done::Installed));
    assert_eq!(lamp.run(&first, Procedure::Uninstall), Ok(Done::Completed));
    assert!(lamp.state().users.is_empty(), "{:?}", lamp.state().users);
    // Nor does a newer release that does not name it.
    assert_eq!((lamp.update(&first), lamp.update(&second)), (Ok(Done::Installed), Ok(Done::Installed)));
    assert!(lamp.state().users.is_empty(), "{:?}", lamp.state().users);
    // So another one may have a newer one there.
    dependency(&bench, 5, &image(5000, 5), "");
    assert_eq!(lamp.update(&bench.package(1, &format!("component-id = [\"other\"]\n{on}"))), Ok(Done::Installed));
    assert_eq!(lamp.content("radio").unwrap(), image(5000, 5));
}

/// A maker who gives its manifests names, with a dependency in the same place.
// DEV-38
#[test]
fn a_manifest_with_a_name_takes_the_place_of_one_without() {
    let (bench, lamp) = (Bench::new(), lamp());
    dependency(&bench, 4, &image(5000, 4), "");
    assert_eq!(lamp.update(&root(&bench, 5, &image(9000, 1))), Ok(Done::Installed));
    bench.file("radio.bin", &image(5000, 6)).file("app.bin", &image(9000, 6));
    let radio = "component-id = [\"radio\"]\n[[component]]\nid = [\"radio\"]\nimage = \"radio.bin\"\n";
    bench.file("radio.suit", &bench.package(6, radio));
    let on = "[[depends-on]]\nid = [\"radio\", \"suit\"]\npackage = \"radio.suit\"\n";
    let named = bench.package(6, &format!("component-id = [\"lamp\"]\n[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\n{on}"));
    assert_eq!(lamp.update(&named), Ok(Done::Installed));
    assert_eq!((lamp.content("radio").unwrap(), lamp.content("app").unwrap()), (image(5000, 6), image(9000, 6)));
    assert_eq!(lamp.state().users["radio.suit"].iter().collect::<Vec<_>>(), ["lamp"]);
    assert_eq!(lamp.update(&named), Ok(Done::AlreadyInstalled));
}

/// The name that a dependency has for itself may well be that of the component that holds it.
// DEV-26, DEV-38
#[test]
fn a_dependency_is_not_mistaken_for_a_root_of_the_same_name() {
    let (bench, lamp) = (Bench::new(), lamp());
    let radio = |sequence: u64| {
        bench.file("radio.bin", &image(5000, sequence));
        let body =
            format!("component-id = [\"radio\", \"suit\"]\n[[component]]\nid = [\"radio\"]\nimage = \"radio.bin\"\n{GIVE_UP_APP}");
        bench.package(sequence, &body)
    };
    let (first, second) = (radio(4), radio(5));
    bench.file("radio.suit", &first);
    let package = root(&bench, 1, &image(9000, 1));
    assert_eq!(lamp.update(&package), Ok(Done::Installed));
    let failed = lamp.update(&second).unwrap_err();
    assert!(failed.detail.contains("others depend on what it holds"), "{failed}");
    let failed = lamp.run(&first, Procedure::Uninstall).unwrap_err();
    assert_eq!(failed.detail, "only what is installed can be uninstalled");
    assert_eq!((lamp.content("radio").unwrap(), lamp.update(&package)), (image(5000, 4), Ok(Done::AlreadyInstalled)));
}

/// A dependency that is installed as a root too is depended on all the same.
// DEV-38, DEV-53
#[test]
fn a_dependency_that_is_a_root_too_is_still_depended_on() {
    let bench = Bench::new();
    let radio = |sequence: u64| {
        bench.file("radio.bin", &image(5000, sequence));
        let body = format!("component-id = [\"radio\"]\n[[component]]\nid = [\"radio\"]\nimage = \"radio.bin\"\n{GIVE_UP_APP}");
        bench.package(sequence, &body)
    };
    let (first, second) = (radio(4), radio(5));
    bench.file("radio.suit", &first);
    let package = root(&bench, 1, &image(9000, 1));
    for order in [[&package, &first], [&first, &package]] {
        let lamp = lamp();
        for package in order {
            assert_eq!(lamp.update(package), Ok(Done::Installed));
        }
        let failed = lamp.update(&second).unwrap_err();
        assert!(failed.detail.contains("others depend on what it holds"), "{failed}");
        assert_eq!(lamp.run(&first, Procedure::Uninstall), Ok(Done::Completed));
        assert_eq!((lamp.content("radio").unwrap(), lamp.update(&package)), (image(5000, 4), Ok(Done::AlreadyInstalled)));
    }
}

/// Whoever brought it last may be gone; who needs it is not.
// DEV-53
#[test]
fn what_a_root_needs_stays_though_its_last_writer_is_gone() {
    let (bench, lamp) = (Bench::new(), lamp());
    let release = |name: &str, seed: u64| {
        bench.file("radio.bin", &image(5000, seed));
        bench.package(
            1,
            &format!("component-id = [\"{name}\"]\n[[component]]\nid = [\"radio\"]\nimage = \"radio.bin\"\n{GIVE_UP_APP}"),
        )
    };
    let (one, two) = (release("one", 1), release("two", 2));
    bench.file("radio.suit", &one);
    let on = "component-id = [\"three\"]\n[[depends-on]]\nid = [\"radio\", \"suit\"]\npackage = \"radio.suit\"\n";
    let three = bench.package(1, &format!("{on}{GIVE_UP_APP}"));
    for package in [&one, &two, &three] {
        assert_eq!(lamp.update(package), Ok(Done::Installed));
    }
    assert_eq!(lamp.run(&three, Procedure::Uninstall), Ok(Done::Completed));
    assert_eq!((lamp.content("radio").unwrap(), lamp.state().components["radio"].by.as_deref()), (image(5000, 1), Some("one")));
    assert_eq!(lamp.run(&two, Procedure::Uninstall), Ok(Done::Completed));
    assert_eq!(lamp.content("radio").unwrap(), image(5000, 1));
    assert_eq!(lamp.run(&one, Procedure::Uninstall), Ok(Done::Completed));
    assert_eq!(lamp.content("radio"), None);
}

/// A dependency that was written over runs nothing any more.
// DEV-38
#[test]
fn what_was_written_over_depends_on_nothing_any_more() {
    let bench = Bench::new();
    let lamp = (0..2).fold(lamp(), |lamp, depth| lamp.working(&format!("d{depth}"), SIZE));
    assert_eq!(lamp.update(&chain(&bench, 2, &image(5000, 2))), Ok(Done::Installed));
    assert_eq!(lamp.state().users["d0"].iter().collect::<Vec<_>>(), ["in:d1"]);
    bench.file("app.bin", &image(900, 1));
    let newer = bench.package(2, "[[component]]\nid = [\"d1\"]\nimage = \"app.bin\"\ninstall = \"streamed\"\n");
    assert_eq!(lamp.update(&newer), Ok(Done::Installed));
    let state = lamp.state();
    assert!(state.users.is_empty() && state.manifests["in:d1"].digest.is_none(), "{state:?}");
}

/// A dependency that goes elsewhere by a prefix needs nothing here.
// DEV-38
#[test]
fn a_dependency_behind_a_prefix_needs_what_is_behind_the_prefix() {
    let bench = Bench::new();
    let lamp = lamp().two_slots("left.radio", SIZE, &[5]).working("left.radio.staging", SIZE);
    let radio = |sequence: u64| {
        bench.file("radio.bin", &image(5000, sequence));
        bench.package(sequence, "component-id = [\"radio\"]\n[[component]]\nid = [\"radio\"]\nimage = \"radio.bin\"\n")
    };
    let (first, second) = (radio(4), radio(5));
    bench.file("radio.suit", &first);
    let on =
        "component-id = [\"left\"]\n[[depends-on]]\nid = [\"radio\", \"suit\"]\npackage = \"radio.suit\"\nprefix = [\"left\"]\n";
    for package in [&first, &bench.package(1, on), &second] {
        assert_eq!(lamp.update(package), Ok(Done::Installed));
    }
    assert_eq!((lamp.content("radio").unwrap(), lamp.content("left.radio").unwrap()), (image(5000, 5), image(5000, 4)));
}
