//! Fallback images, exchanges, stores of old images, encrypted payloads.

use std::io;

use suitpack_core::report::Reason;
use suitpack_device::{Done, Holding, Place};
use suitpack_package::Cause;

use crate::support::{Bench, CLASS, Lamp, image, uuid};

const SIZE: usize = 256 * 1024;

fn staged(bench: &Bench, sequence: u64, new: &[u8], more: &str) -> Vec<u8> {
    bench.file("app.bin", new);
    bench.package(sequence, &format!("[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\n{more}"))
}

#[test]
fn a_fallback_is_active_while_the_slot_is_written() {
    let (bench, old, safe, new) = (Bench::new(), image(90_000, 1), image(30_000, 9), image(150_000, 2));
    let lamp = Lamp::new().fallback("app", SIZE, &old, &safe).working("app.staging", SIZE);
    let package = staged(&bench, 1, &new, "");
    // The slot gives up in the middle of the new image: the old one is lost, and the fallback is run.
    lamp.at("app:0").fails_after(2, io::ErrorKind::StorageFull);
    let failed = lamp.update(&package).unwrap_err();
    assert_eq!((failed.reason, failed.cause, failed.changed, failed.decided), (Reason::OperationFailed, Cause::Io, true, false));
    lamp.at("app:0").mended();
    assert_eq!(lamp.content("app").unwrap(), safe);
    assert_eq!(lamp.state().components["app"], Holding { active: 1, ..Holding::default() });
    assert_eq!(lamp.update(&package), Ok(Done::Installed));
    assert_eq!(lamp.start().active("app"), Some((Place("app:0".into()), 150_000)));
    assert_eq!(lamp.content("app").unwrap(), new);
    assert_eq!(lamp.at("app:1").bytes(safe.len()), safe);
}

#[test]
fn swapped_slots_keep_the_old_image_in_the_second() {
    let (bench, old, new) = (Bench::new(), image(90_000, 1), image(150_000, 2));
    let lamp = Lamp::new().swap("app", SIZE, &old).working("app.staging", SIZE);
    assert_eq!(lamp.update(&staged(&bench, 1, &new, "")), Ok(Done::Installed));
    assert_eq!(lamp.content("app").unwrap(), new);
    assert_eq!(lamp.at("app:1").bytes(old.len()), old);
    let state = lamp.state();
    assert_eq!(state.lengths[&Place("app:1".into())], 90_000);
    assert_eq!(state.redo, []);
}

#[test]
fn a_rollback_store_and_a_component_exchange_what_they_hold() {
    let (bench, old, new) = (Bench::new(), image(90_000, 1), image(150_000, 2));
    let package = staged(&bench, 1, &new, "rollback = [\"old\"]\n");
    for lamp in
        [Lamp::new().single("app", SIZE, &old), Lamp::new().two_slots("app", SIZE, &old), Lamp::new().swap("app", SIZE, &old)]
    {
        let lamp = lamp.working("app.staging", SIZE).working("old", SIZE);
        assert_eq!(lamp.update(&package), Ok(Done::Installed));
        assert_eq!(lamp.content("app").unwrap(), new);
        assert_eq!(lamp.content("old").unwrap(), old);
        // Again: nothing is exchanged back.
        assert_eq!(lamp.update(&package), Ok(Done::AlreadyInstalled));
        lamp.at("app:0").flip(5);
        assert_eq!(lamp.update(&package), Ok(Done::Installed));
        assert_eq!(lamp.content("app").unwrap(), new);
    }
}

#[test]
fn a_component_with_a_fallback_is_not_exchanged() {
    let (bench, old) = (Bench::new(), image(90_000, 1));
    let package = staged(&bench, 1, &image(100_000, 2), "rollback = [\"old\"]\n");
    let lamp = Lamp::new().fallback("app", SIZE, &old, &old).working("app.staging", SIZE).working("old", SIZE);
    let failed = lamp.update(&package).unwrap_err();
    assert_eq!((failed.reason, failed.cause), (Reason::OperationFailed, Cause::Policy));
    assert_eq!(lamp.content("app").unwrap(), old);
}

// SUIT-19
#[test]
fn whatever_operation_fails_the_old_image_stays_or_the_new_one_is_there() {
    let (bench, old, safe, new) = (Bench::new(), image(90_000, 1), image(20_000, 9), image(150_000, 2));
    let plain = staged(&bench, 1, &new, "");
    let exchanged = staged(&bench, 1, &new, "rollback = [\"old\"]\n");
    type Make = fn(&[u8], &[u8]) -> Lamp;
    let layouts: [(&[u8], Make, &[&str]); 5] = [
        (&plain, |old, _| Lamp::new().two_slots("app", SIZE, old), &["app:0", "app:1"]),
        (&plain, |old, _| Lamp::new().single("app", SIZE, old), &["app:0", "app:staging"]),
        (&plain, |old, safe| Lamp::new().fallback("app", SIZE, old, safe), &["app:0"]),
        (&plain, |old, _| Lamp::new().swap("app", SIZE, old), &["app:0", "app:1", "scratch"]),
        (&exchanged, |old, _| Lamp::new().single("app", SIZE, old).working("old", SIZE), &["app:0", "old:0", "scratch"]),
    ];
    let mut failures = 0;
    for (package, make, places) in layouts {
        for place in places.iter().chain(&["app.staging:0", "state"]) {
            for operations in (0..24).chain((24..200).step_by(23)) {
                let kind = if operations % 2 == 0 { io::ErrorKind::Other } else { io::ErrorKind::StorageFull };
                let lamp = make(&old, &safe).working("app.staging", SIZE);
                let mut device = lamp.start();
                lamp.at(place).fails_after(operations, kind);
                let done = crate::support::update(&mut device, package);
                lamp.at(place).mended();
                let told = format!("{place} {operations} {done:?}");
                let content = lamp.content("app").unwrap();
                match done {
                    Ok(_) => assert!(content == new, "{told}"),
                    Err(failed) => {
                        failures += 1;
                        // An image that cannot be read back does not match.
                        let known = [Reason::OperationFailed, Reason::ConditionFailed].contains(&failed.reason);
                        assert!(known && failed.cause == Cause::Io, "{told}");
                        // Of a record that could not be written twice, the first copy may count.
                        let decided = failed.decided || *place == "state";
                        let before = content == old || (content == safe && failed.changed);
                        assert!((before && !failed.decided) || (decided && content == new), "{told}");
                    }
                }
                // And the same device goes on once the medium does.
                assert!(crate::support::update(&mut device, package).is_ok(), "{told}");
                assert!(lamp.content("app").unwrap() == new, "{told}");
            }
        }
    }
    assert!(failures > 200, "{failures}");
}

#[test]
fn an_install_that_was_interrupted_repeats_cheaply() {
    let (bench, new) = (Bench::new(), image(200_000, 2));
    let package = staged(&bench, 1, &new, "compression = \"none\"\n");
    let lamp = Lamp::new().two_slots("app", SIZE, &image(90_000, 1)).working("app.staging", SIZE);
    // Three of four blocks get there.
    lamp.at("app:1").fails_after(7, io::ErrorKind::Other);
    assert!(lamp.update(&package).is_err());
    lamp.at("app:1").mended();
    let written = |place: &str| lamp.at(place).writes();
    let before = (written("app.staging:0"), written("app:1"));
    assert_eq!(before, (4, 3));
    assert_eq!(lamp.update(&package), Ok(Done::Installed));
    assert_eq!((written("app.staging:0"), written("app:1")), (4, 4));
    assert_eq!(lamp.content("app").unwrap(), new);
}

#[test]
fn nothing_is_decided_that_there_is_no_room_for() {
    let (bench, new) = (Bench::new(), image(90_000, 1));
    bench.file("app.bin", &new);
    let package = bench.package(7, "[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\ninstall = \"streamed\"\n");
    for (lamp, full) in [
        (Lamp::new().single("app", SIZE, &[1]), "app:0"),
        (Lamp::new().swap("app", SIZE, &[1]), "app:1"),
        (Lamp::new().swap("app", SIZE, &[1]), "scratch"),
    ] {
        lamp.at(full).full();
        let failed = lamp.update(&package).unwrap_err();
        assert_eq!((failed.cause, failed.decided), (Cause::Io, false), "{failed}");
        assert_eq!((lamp.content("app").unwrap(), lamp.state().manifests.len()), (vec![1], 0));
    }
}

#[test]
fn a_refused_package_does_not_settle_what_the_device_began_with() {
    let (bench, new) = (Bench::new(), image(90_000, 1));
    bench.file("app.bin", &new);
    let body = "[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\ninstall = \"streamed\"\n";
    let package = bench.package(7, body);
    let mut lamp = Lamp::new().swap("app", SIZE, &[1]);
    lamp.description.identity.class = None;
    assert!(!lamp.update(&package).unwrap_err().changed);
    assert_eq!(lamp.at("state").writes(), 0, "the state of a device that did nothing was saved");
    // So a description that is mended counts.
    lamp.description.identity.class = Some(uuid(CLASS));
    lamp.description.components[0].version = Some(vec![1, 0]);
    assert_eq!(lamp.state().components["app"].version, Some(vec![1, 0]));
    assert_eq!(lamp.update(&package), Ok(Done::Installed));
}

// DEV-44
#[test]
fn an_exchange_is_not_decided_if_its_longest_record_has_no_room() {
    let (bench, old, new) = (Bench::new(), image(120_000, 1), image(120_000, 2));
    bench.file("app.bin", &new);
    let package = bench.package(1, "[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\ninstall = \"streamed\"\n");
    let (mut refused, mut installed) = (0, 0);
    for half in 880..1080 {
        let lamp = Lamp::new().swap("app", SIZE, &old).with_state(2 * half);
        match lamp.update(&package) {
            Ok(_) => {
                installed += 1;
                assert!(lamp.content("app").unwrap() == new, "{half}");
            }
            Err(failed) => {
                refused += 1;
                assert!(!failed.decided && failed.detail.contains("the state takes"), "{half}: {failed}");
                assert!(lamp.at("app:0").bytes(old.len()) == old, "{half}");
            }
        }
    }
    assert!(refused > 0 && installed > 0, "{refused} refused, {installed} installed");
}
