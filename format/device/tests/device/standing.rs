//! Who may write over what others have written, or take it away.

use suitpack_core::report::Reason;
use suitpack_device::Done;
use suitpack_package::Cause;
use suitpack_processor::Procedure;

use crate::dependencies::{SIZE, chain, dependency, lamp, root};
use crate::support::{Bench, Lamp, Told, image};

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
