//! Manifests that depend on others, and that are given up.

use suitpack_core::report::Reason;
use suitpack_device::{Done, Place};
use suitpack_package::Cause;
use suitpack_processor::Procedure;

use crate::support::{Bench, Lamp, Told, image};

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
    assert_eq!((state.manifests["root"].sequence, state.manifests["radio.suit"].sequence), (1, 4));
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

#[test]
fn an_older_dependency_is_refused() {
    let (bench, app, radio, lamp) = (Bench::new(), image(90_000, 1), image(50_000, 2), lamp());
    dependency(&bench, 4, &radio, "");
    lamp.update(&root(&bench, 1, &app)).unwrap();
    dependency(&bench, 3, &image(40_000, 7), "");
    let failed = lamp.update(&root(&bench, 2, &app)).unwrap_err();
    assert_eq!((failed.reason, failed.cause), (Reason::Unauthorised, Cause::Policy), "{failed}");
    assert_eq!(lamp.content("radio").unwrap(), radio);
    assert_eq!(lamp.state().manifests["radio.suit"].sequence, 4);
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
