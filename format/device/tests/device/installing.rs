//! Images on their way to where they are run.

use suitpack_core::report::Reason;
use suitpack_device::{Done, Place};
use suitpack_package::Cause;
use suitpack_processor::Procedure;

use crate::support::{Bench, Lamp, Told, image};

const SIZE: usize = 256 * 1024;

fn staged(bench: &Bench, sequence: u64, new: &[u8]) -> Vec<u8> {
    bench.file("app.bin", new);
    bench.package(sequence, "[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\ninvoke = true\n")
}

fn plain(bench: &Bench, sequence: u64, new: &[u8]) -> Vec<u8> {
    bench.file("app.bin", new);
    bench.package(sequence, "[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\ncompression = \"none\"\n")
}

fn streamed(bench: &Bench, sequence: u64, new: &[u8]) -> Vec<u8> {
    bench.file("app.bin", new);
    bench.package(sequence, "[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\ninstall = \"streamed\"\n")
}

#[test]
fn slots_take_turns_and_the_old_image_stays_where_it_was() {
    let (bench, old, new, newer) = (Bench::new(), image(100_000, 1), image(150_000, 2), image(70_000, 3));
    let lamp = Lamp::new().two_slots("app", SIZE, &old).working("app.staging", SIZE);
    assert_eq!(lamp.update(&staged(&bench, 1, &new)), Ok(Done::Installed));
    assert_eq!(lamp.content("app").unwrap(), new);
    assert_eq!(lamp.start().active("app"), Some((Place("app:1".into()), 150_000)));
    assert_eq!(lamp.at("app:0").bytes(old.len()), old);
    assert_eq!(lamp.update(&streamed(&bench, 2, &newer)), Ok(Done::Installed));
    assert_eq!(lamp.content("app").unwrap(), newer);
    assert_eq!(lamp.start().active("app"), Some((Place("app:0".into()), 70_000)));
    let state = lamp.state();
    assert_eq!(state.manifests["root"].sequence, 2);
    assert_eq!(state.redo, []);
}

#[test]
fn a_single_slot_is_copied_over_once_it_is_decided() {
    let (bench, old, new) = (Bench::new(), image(100_000, 1), image(150_000, 2));
    for package in [staged(&bench, 1, &new), plain(&bench, 1, &new), streamed(&bench, 1, &new)] {
        let lamp = Lamp::new().single("app", SIZE, &old).working("app.staging", SIZE);
        let mut told = Told::default();
        assert_eq!(lamp.run_watched(&package, Procedure::Update, &mut told), Ok(Done::Installed));
        assert_eq!(lamp.content("app").unwrap(), new);
        let decided = told.0.iter().position(|line| line == "decided").unwrap();
        assert!(told.0[decided..].iter().any(|line| line == "copies 150000 bytes from app:staging to app:0"), "{:?}", told.0);
    }
}

#[test]
fn a_package_that_is_there_is_not_installed_again() {
    let (bench, new) = (Bench::new(), image(150_000, 2));
    let lamp = Lamp::new().two_slots("app", SIZE, &[1]).working("app.staging", SIZE);
    let package = staged(&bench, 1, &new);
    lamp.update(&package).unwrap();
    let before = lamp.chips.values().map(crate::support::Chip::writes).collect::<Vec<_>>();
    assert_eq!(lamp.update(&package), Ok(Done::AlreadyInstalled));
    assert_eq!(lamp.chips.values().map(crate::support::Chip::writes).collect::<Vec<_>>(), before);
}

// SUIT-19
#[test]
fn bits_that_rot_are_repaired_by_the_same_package() {
    let (bench, new) = (Bench::new(), image(150_000, 2));
    let lamp = Lamp::new().two_slots("app", SIZE, &[1]).working("app.staging", SIZE);
    let package = staged(&bench, 1, &new);
    lamp.update(&package).unwrap();
    lamp.at("app:1").flip(77_777);
    assert_eq!(lamp.update(&package), Ok(Done::Installed));
    assert_eq!(lamp.content("app").unwrap(), new);
}

#[test]
fn a_lower_sequence_number_is_refused_before_anything_is_written() {
    let (bench, new, older) = (Bench::new(), image(150_000, 2), image(60_000, 3));
    let lamp = Lamp::new().two_slots("app", SIZE, &[1]).working("app.staging", SIZE);
    lamp.update(&staged(&bench, 7, &new)).unwrap();
    let writes = lamp.at("app.staging:0").writes();
    let failed = lamp.update(&staged(&bench, 6, &older)).unwrap_err();
    assert_eq!((failed.cause, failed.reason, failed.changed), (Cause::Policy, Reason::Unauthorised, false));
    assert_eq!(lamp.at("app.staging:0").writes(), writes);
    assert_eq!(lamp.update(&staged(&bench, 7, &older)), Ok(Done::Installed));
    assert_eq!(lamp.content("app").unwrap(), older);
}

#[test]
fn invocation_runs_what_was_validated() {
    let (bench, new) = (Bench::new(), image(150_000, 2));
    let lamp = Lamp::new().two_slots("app", SIZE, &[1]).working("app.staging", SIZE);
    let package = staged(&bench, 1, &new);
    let failed = lamp.run(&package, Procedure::Invocation).unwrap_err();
    assert_eq!((failed.cause, failed.reason), (Cause::NotBound, Reason::ConditionFailed));
    lamp.update(&package).unwrap();
    let mut told = Told::default();
    assert_eq!(lamp.run_watched(&package, Procedure::Invocation, &mut told), Ok(Done::Completed));
    assert!(told.0.contains(&String::from("app: invoked at app:1, 150000 bytes")), "{:?}", told.0);
}

#[test]
fn a_component_that_is_not_there_is_unsupported() {
    let bench = Bench::new();
    let lamp = Lamp::new().two_slots("app", SIZE, &[1]);
    let failed = lamp.update(&staged(&bench, 1, &image(1000, 1))).unwrap_err();
    assert_eq!((failed.reason, failed.changed), (Reason::ComponentUnsupported, false));
}

#[test]
fn an_image_with_no_room_leaves_the_old_one() {
    let (bench, old) = (Bench::new(), image(1000, 1));
    for lamp in [
        Lamp::new().two_slots("app", 64 * 1024, &old).working("app.staging", SIZE),
        Lamp::new().single("app", 64 * 1024, &old).working("app.staging", SIZE),
    ] {
        let failed = lamp.update(&plain(&bench, 1, &image(100_000, 2))).unwrap_err();
        assert_eq!((failed.reason, failed.cause), (Reason::OperationFailed, Cause::Io), "{failed}");
        assert_eq!(lamp.content("app").unwrap(), old);
        assert!(lamp.state().manifests.is_empty());
    }
}

#[test]
fn what_is_for_other_hardware_touches_nothing() {
    let bench = Bench::new();
    let mut lamp = Lamp::new().two_slots("app", SIZE, &[1]).working("app.staging", SIZE);
    lamp.description.identity.class = Some(vec![7; 16]);
    let failed = lamp.update(&staged(&bench, 1, &image(1000, 1))).unwrap_err();
    assert_eq!((failed.reason, failed.cause, failed.changed), (Reason::ConditionFailed, Cause::WrongHardware, false));
    assert!(failed.at.unwrap().1.shared);
}
