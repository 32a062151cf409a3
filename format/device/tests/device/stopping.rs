//! Procedures that somebody ends, and what is left of what was written over.

use std::io;

use suitpack_core::report::Reason;
use suitpack_device::{Done, Event, Place, Watch};
use suitpack_package::Cause;
use suitpack_processor::Procedure;

use crate::support::{Bench, Lamp, Told, image};

const SIZE: usize = 4 << 20;
const LENGTH: usize = 3 << 20;

/// Stops at the first event that begins like this; counts what it is told afterwards.
struct Stopper {
    when: &'static str,
    stopped: bool,
    reports: usize,
}

impl Watch for Stopper {
    fn event(&mut self, event: &Event<'_>) {
        self.stopped |= event.to_string().starts_with(self.when);
        self.reports += usize::from(matches!(event, Event::Report(_)));
    }

    fn stops(&self) -> bool {
        self.stopped
    }
}

fn stopped_at(when: &'static str) -> Stopper {
    Stopper { when, stopped: false, reports: 0 }
}

// DEV-41, DEV-44
#[test]
fn a_procedure_that_is_stopped_before_it_decides_leaves_what_was_there_and_a_report() {
    let (bench, old, new) = (Bench::new(), image(90_000, 1), image(LENGTH, 2));
    bench.file("app.bin", &new);
    let package = bench.package(7, "[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\n");
    for when in
        ["manifest: suit-payload-fetch", "app.staging: suit-directive-fetch", "1048576 of", "app: suit-condition-image-match"]
    {
        let lamp = Lamp::new().two_slots("app", SIZE, &old).working("app.staging", SIZE);
        let mut stopper = stopped_at(when);
        let failed = lamp.run_watched(&package, Procedure::Update, &mut stopper).unwrap_err();
        assert_eq!((failed.cause, failed.reason, failed.decided), (Cause::Interrupted, Reason::OperationFailed, false), "{when}");
        assert_eq!((stopper.reports, failed.changed), (1, !when.starts_with("manifest")), "{when}");
        assert!(lamp.content("app").unwrap() == old && lamp.state().manifests.is_empty(), "{when}");
        assert_eq!(lamp.update(&package), Ok(Done::Installed), "{when}");
        assert!(lamp.content("app").unwrap() == new, "{when}");
    }
    // Once it is decided nothing stops it.
    let lamp = Lamp::new().two_slots("app", SIZE, &old).working("app.staging", SIZE);
    assert_eq!(lamp.run_watched(&package, Procedure::Update, &mut stopped_at("decided")), Ok(Done::Installed));
}

// DEV-29
#[test]
fn nothing_is_given_up_for_an_image_that_has_no_room() {
    let (bench, old) = (Bench::new(), image(90_000, 1));
    bench.file("app.bin", &image(LENGTH, 2));
    for (install, key) in [("streamed", ""), ("staged", ""), ("streamed", "compression = \"none\"\n")] {
        let package =
            bench.package(1, &format!("[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\ninstall = \"{install}\"\n{key}"));
        for lamp in [
            Lamp::new().fallback("app", LENGTH - 1, &old, &[9]),
            Lamp::new().two_slots("app", LENGTH - 1, &old),
            Lamp::new().single("app", LENGTH - 1, &old),
            Lamp::new().swap("app", LENGTH - 1, &old),
        ] {
            let lamp = lamp.working("app.staging", SIZE);
            let failed = lamp.update(&package).unwrap_err();
            assert_eq!((failed.cause, failed.fell_back), (Cause::Io, false), "{failed}");
            assert!(failed.detail.contains("there is room for 3145727 bytes only, and 3145728 are to be written"), "{failed}");
            assert!(lamp.content("app").unwrap() == old);
            let written: u64 =
                lamp.chips.iter().filter(|(place, _)| place.0.starts_with("app:")).map(|(_, chip)| chip.writes()).sum();
            assert_eq!(written, 0, "{install}");
        }
    }
}

// DEV-21
#[test]
fn the_fallback_has_the_version_that_the_device_came_with() {
    let (bench, safe, lost) = (Bench::new(), image(30_000, 9), image(60_000, 3));
    bench.file("app.bin", &image(90_000, 1));
    let body = "[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\ninstall = \"streamed\"\nfrom-versions = \">=0.9\"\n";
    let first = bench.package(1, body);
    let mut lamp = Lamp::new().fallback("app", SIZE, &[], &safe);
    lamp.description.components[0].version = Some(vec![0, 9, 0]);
    assert_eq!(lamp.update(&first), Ok(Done::Installed));
    assert_eq!(lamp.state().components["app"].version, None);
    bench.file("app.bin", &lost);
    let second = bench.package(2, "[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\ninstall = \"streamed\"\n");
    lamp.at("app:0").fails_after(1, io::ErrorKind::Other);
    let failed = lamp.update(&second).unwrap_err();
    lamp.at("app:0").mended();
    assert!(failed.fell_back && failed.changed, "{failed}");
    assert_eq!(lamp.content("app").unwrap(), safe);
    let state = lamp.state();
    assert_eq!((state.components["app"].active, state.components["app"].version.clone()), (1, Some(vec![0, 9, 0])));
    // So what is for this version is still taken.
    assert_eq!(lamp.update(&first), Ok(Done::Installed));
}

// DEV-21
#[test]
fn what_is_written_over_has_no_version_any_more() {
    let (bench, lamp) = (Bench::new(), Lamp::new().working("app", SIZE));
    bench.file("app.bin", &image(90_000, 1));
    let body = "[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\ninstall = \"streamed\"\n";
    let version = |number| bench.package(number, &format!("set-version = [1, 0]\n{body}"));
    assert_eq!(lamp.update(&version(1)), Ok(Done::Installed));
    assert_eq!(lamp.state().components["app"].version, Some(vec![1, 0]));
    bench.file("app.bin", &image(90_000, 2));
    lamp.at("app:0").fails_after(1, io::ErrorKind::Other);
    lamp.update(&version(2)).unwrap_err();
    lamp.at("app:0").mended();
    let state = lamp.state();
    assert_eq!((state.components["app"].version.clone(), state.lengths.get(&Place("app:0".into()))), (None, None));
}

// What is told of directives is told of all.
#[test]
fn giving_up_and_running_a_dependency_are_told() {
    let (bench, lamp) = (Bench::new(), Lamp::new().two_slots("app", SIZE, &image(10, 1)));
    bench.file("app.bin", &image(90_000, 1));
    let uninstall = "[sequence]\nsuit-uninstall = [ { suit-directive-set-component-index = 0 }, { suit-directive-unlink = 15 } ]\n";
    let body = format!("[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\ninstall = \"streamed\"\n{uninstall}");
    let package = bench.package(1, &body);
    assert_eq!(lamp.update(&package), Ok(Done::Installed));
    let mut told = Told::default();
    assert_eq!(lamp.run_watched(&package, Procedure::Uninstall, &mut told), Ok(Done::Completed));
    assert!(told.0.contains(&String::from("app: suit-directive-unlink")), "{:?}", told.0);
}
