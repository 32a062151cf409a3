//! Dependencies that several manifests run.

use suitpack_core::report::Reason;
use suitpack_device::Done;
use suitpack_package::Cause;
use suitpack_processor::Procedure;

use crate::support::{Bench, CLASS, Lamp, Told, VENDOR, image};

const SIZE: usize = 256 * 1024;

fn lamp() -> Lamp {
    ["app", "tool", "lib"].iter().fold(Lamp::new().working("lib.suit", SIZE), |lamp, name| {
        lamp.two_slots(name, SIZE, &[1]).working(&format!("{name}.staging"), SIZE)
    })
}

/// A package of its own that several others bring.
fn lib(bench: &Bench, sequence: u64, image: &[u8]) {
    bench.file("lib.bin", image);
    let package = bench.package(sequence, "[[component]]\nid = [\"lib\"]\nimage = \"lib.bin\"\n");
    bench.file("lib.suit", &package);
}

/// A root manifest that brings the library.
fn root(bench: &Bench, name: &str, sequence: u64, image: &[u8]) -> Vec<u8> {
    bench.file("image.bin", image);
    bench.build(&format!(
        "[manifest]\nsequence-number = {sequence}\nvendor-id = \"{VENDOR}\"\nclass-id = \"{CLASS}\"\ncomponent-id = [\"root\", \"{name}\"]\n\
         [[component]]\nid = [\"{name}\"]\nimage = \"image.bin\"\n[[depends-on]]\nid = [\"lib\", \"suit\"]\npackage = \"lib.suit\"\n"
    ))
}

#[test]
fn two_manifests_bring_the_same_dependency_in_either_order() {
    let (bench, app, tool, shared) = (Bench::new(), image(9000, 1), image(7000, 2), image(50_000, 3));
    lib(&bench, 4, &shared);
    let (first, second) = (root(&bench, "app", 1, &app), root(&bench, "tool", 1, &tool));
    for order in [[&first, &second], [&second, &first]] {
        let lamp = lamp();
        assert_eq!(lamp.update(order[0]), Ok(Done::Installed));
        let written = lamp.at("lib.suit:0").writes();
        assert_eq!(lamp.update(order[1]), Ok(Done::Installed));
        assert_eq!(lamp.at("lib.suit:0").writes(), written, "what another manifest runs was written");
        let content = ["app", "tool", "lib"].map(|name| lamp.content(name).unwrap());
        assert_eq!(content, [app.clone(), tool.clone(), shared.clone()]);
        assert_eq!(lamp.state().users["lib.suit"].iter().collect::<Vec<_>>(), ["root.app", "root.tool"]);
        assert_eq!(order.map(|package| lamp.update(package)), [Ok(Done::AlreadyInstalled), Ok(Done::AlreadyInstalled)]);
    }
}

#[test]
fn a_manifest_is_updated_while_another_runs_the_same_dependency() {
    let (bench, app, tool, shared) = (Bench::new(), image(9000, 1), image(7000, 2), image(50_000, 3));
    lib(&bench, 4, &shared);
    let lamp = lamp();
    lamp.update(&root(&bench, "app", 1, &app)).unwrap();
    lamp.update(&root(&bench, "tool", 1, &tool)).unwrap();
    let newer = image(8000, 5);
    assert_eq!(lamp.update(&root(&bench, "app", 2, &newer)), Ok(Done::Installed));
    assert_eq!(lamp.content("app").unwrap(), newer);
}

/// TD §5.6.5: what is counted is not altered.
#[test]
fn a_newer_dependency_is_refused_while_another_manifest_runs_the_old_one() {
    let (bench, app, tool, shared) = (Bench::new(), image(9000, 1), image(7000, 2), image(50_000, 3));
    lib(&bench, 4, &shared);
    let lamp = lamp();
    lamp.update(&root(&bench, "app", 1, &app)).unwrap();
    // Nobody else runs it yet.
    let newer = image(40_000, 6);
    lib(&bench, 5, &newer);
    assert_eq!(lamp.update(&root(&bench, "app", 2, &app)), Ok(Done::Installed));
    assert_eq!((lamp.content("lib").unwrap(), lamp.state().manifests["in:lib.suit"].sequence), (newer.clone(), 5));
    assert_eq!(lamp.update(&root(&bench, "tool", 1, &tool)), Ok(Done::Installed));
    lib(&bench, 6, &image(30_000, 7));
    let failed = lamp.update(&root(&bench, "app", 3, &app)).unwrap_err();
    assert_eq!((failed.reason, failed.cause), (Reason::OperationFailed, Cause::Policy));
    assert_eq!((failed.detail.as_str(), failed.changed), ("lib.suit: others depend on what it holds", false));
    assert_eq!((lamp.content("lib").unwrap(), lamp.state().manifests["root.app"].sequence), (newer, 2));
}

#[test]
fn a_dependency_of_which_something_rotted_is_fetched_again() {
    let (bench, app, shared) = (Bench::new(), image(9000, 1), image(50_000, 3));
    lib(&bench, 4, &shared);
    let envelope = std::fs::read(bench.path("lib.suit")).unwrap().len();
    // In the wrapper, in the manifest, in the payload.
    for at in [10, 150, envelope - 100] {
        let lamp = lamp();
        lamp.update(&root(&bench, "app", 1, &app)).unwrap();
        lamp.at("lib.suit:0").flip(at);
        assert_eq!(lamp.update(&root(&bench, "app", 2, &app)), Ok(Done::Installed), "byte {at}");
        assert_eq!(lamp.at("lib.suit:0").bytes(envelope), std::fs::read(bench.path("lib.suit")).unwrap());
    }
}

#[test]
fn a_dependency_that_would_write_what_holds_its_own_manifest_is_refused() {
    let (bench, app) = (Bench::new(), image(9000, 1));
    let itself = r##"
        [[component]]
        id = ["lib", "suit"]
        [[payload]]
        uri = "#other.bin"
        file = "other.bin"
        [sequence]
        suit-shared-sequence = [
          { suit-directive-set-component-index = 0 },
          { suit-directive-override-parameters = { suit-parameter-image-digest = { payload = "#other.bin" } } },
        ]
        suit-install = [
          { suit-directive-override-parameters = { suit-parameter-uri = "#other.bin" } },
          { suit-directive-fetch = 15 },
          { suit-condition-image-match = 15 },
        ]
    "##;
    bench.file("other.bin", &image(500, 8));
    let package = bench.build(&format!("[manifest]\nsequence-number = 4\n{itself}"));
    bench.file("lib.suit", &package);
    let lamp = lamp();
    let mut told = Told::default();
    let failed = lamp.run_watched(&root(&bench, "app", 1, &app), Procedure::Update, &mut told).unwrap_err();
    assert_eq!((failed.cause, failed.detail.as_str()), (Cause::Policy, "lib.suit: others depend on what it holds"), "{:?}", told.0);
    assert_eq!(lamp.content("app").unwrap(), [1]);
    assert!(lamp.state().manifests.is_empty());
}

/// What others depend on is mended by any of them, if the same comes back; and by nothing else.
// DEV-38, DEV-49
#[test]
fn a_shared_dependency_that_rots_is_mended_by_any_of_its_dependents() {
    let (bench, app, tool, shared) = (Bench::new(), image(9000, 1), image(7000, 2), image(50_000, 3));
    lib(&bench, 4, &shared);
    let envelope = std::fs::read(bench.path("lib.suit")).unwrap();
    let (first, second) = (root(&bench, "app", 1, &app), root(&bench, "tool", 1, &tool));
    lib(&bench, 5, &image(40_000, 6));
    let newer = root(&bench, "tool", 2, &tool);
    for at in [10, 150] {
        for package in [&first, &second] {
            let lamp = lamp();
            assert_eq!((lamp.update(&first), lamp.update(&second)), (Ok(Done::Installed), Ok(Done::Installed)));
            lamp.at("lib.suit:0").flip(at);
            let failed = lamp.update(&newer).unwrap_err();
            assert_eq!((failed.cause, failed.decided), (Cause::Policy, false), "{failed}");
            assert_eq!(lamp.update(package), Ok(Done::Installed), "byte {at}");
            assert!(lamp.at("lib.suit:0").bytes(envelope.len()) == envelope);
            assert_eq!((lamp.update(&first), lamp.update(&second)), (Ok(Done::AlreadyInstalled), Ok(Done::AlreadyInstalled)));
        }
    }
}
