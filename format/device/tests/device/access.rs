//! Keys that may speak for some components only.

use std::io::Cursor;

use suitpack_core::crypto::VerifySignature;
use suitpack_core::report::Reason;
use suitpack_core::{Profile, Trust};
use suitpack_crypto::{Sha2, SigningKey};
use suitpack_device::{Access, Done, Failed, Request};
use suitpack_package::Cause;
use suitpack_processor::Procedure;

use crate::support::{Bench, Lamp, head, image, public};

type Id = Vec<Vec<u8>>;

fn id(segments: &[&str]) -> Id {
    segments.iter().map(|segment| segment.as_bytes().to_vec()).collect()
}

fn run(lamp: &Lamp, package: &[u8], components: &[Id]) -> Result<Done, Failed> {
    let key = public();
    let anchors: [&dyn VerifySignature; 1] = [&key];
    let trust = Trust { digester: &Sha2, anchors: &anchors, profile: Profile::Strict };
    let access = [Access { key: key.key_id(), components }];
    let request = Request { access: &access, ..Request::new(trust, Procedure::Update) };
    lamp.start().run(&mut Cursor::new(package), &request, &mut ())
}

// SUIT-55
#[test]
fn a_key_speaks_for_its_components_and_those_below_and_for_no_others() {
    let bench = Bench::new();
    let lamp = Lamp::new().two_slots("app", 64 * 1024, &[1]).working("app.staging", 64 * 1024);
    bench.file("app.bin", &image(20_000, 1));
    let package =
        bench.package(7, "[[component]]\nid = [\"app\"]\nstaging = [\"app\", \"staging\"]\nimage = \"app.bin\"\ninvoke = true\n");
    let before = (lamp.content("app"), lamp.state());
    // None at all; another; one that only begins with the same letters; one below; its staging component alone.
    for components in [vec![], vec![id(&["net"])], vec![id(&["ap"])], vec![id(&["app", "staging"])], vec![id(&["app", "x"])]] {
        let failed = run(&lamp, &package, &components).unwrap_err();
        assert_eq!((failed.reason, failed.cause, failed.changed), (Reason::ComponentUnauthorised, Cause::NotTrusted, false));
    }
    assert!((lamp.content("app"), lamp.state()) == before, "a refused package left something");
    assert_eq!(run(&lamp, &package, &[id(&["net"]), id(&["app"])]), Ok(Done::Installed));
}

// DEV-26, DEV-43
#[test]
fn a_key_for_some_components_does_not_shut_the_others_out() {
    let (bench, limits) = (Bench::new(), [id(&["radio"])]);
    let lamp = Lamp::new().two_slots("app", 64 * 1024, &[1]).two_slots("radio", 64 * 1024, &[1]);
    bench.file("app.bin", &image(20_000, 1));
    let body = |name: &str| format!("[[component]]\nid = [\"{name}\"]\nimage = \"app.bin\"\ninstall = \"streamed\"\n");
    let high = u64::try_from(i64::MAX).unwrap();
    assert_eq!(run(&lamp, &bench.package(high, &body("radio")), &limits), Ok(Done::Installed));
    assert_eq!(lamp.state().manifests.keys().collect::<Vec<_>>(), ["root of radio"]);
    // Its own older ones stay out, and everybody else is let in.
    let failed = run(&lamp, &bench.package(high - 1, &body("radio")), &limits).unwrap_err();
    assert!(failed.detail.contains("sequence number"), "{failed}");
    assert_eq!(lamp.update(&bench.package(1, &body("app"))), Ok(Done::Installed));
    assert_eq!(lamp.update(&bench.package(2, &body("radio"))), Ok(Done::Installed));
    // Nor does it count under a name that is not below its own.
    let before = lamp.state();
    let named = |name: &str| bench.package(high, &format!("component-id = [\"{name}\"]\n{}", body("radio")));
    let failed = run(&lamp, &named("app"), &limits).unwrap_err();
    assert_eq!((failed.reason, failed.cause, failed.changed), (Reason::ComponentUnauthorised, Cause::NotTrusted, false));
    assert!(lamp.state() == before);
    assert_eq!(run(&lamp, &named("radio"), &limits), Ok(Done::Installed));
}

/// An old release by those who may speak for everything, carried in by somebody who may not.
// DEV-26, DEV-52
#[test]
fn a_key_for_some_components_does_not_bring_back_what_others_signed() {
    let bench = Bench::new();
    let (limited, ids) = (SigningKey::generate(-19, &[0x43; 32]).unwrap(), [id(&["carrier"])]);
    let (whole, part) = (public(), limited.public_key());
    let run = |lamp: &Lamp, package: &[u8]| {
        let anchors: [&dyn VerifySignature; 2] = [&whole, &part];
        let trust = Trust { digester: &Sha2, anchors: &anchors, profile: Profile::Strict };
        let access = [Access { key: part.key_id(), components: &ids }];
        let request = Request { access: &access, ..Request::new(trust, Procedure::Update) };
        lamp.start().run(&mut Cursor::new(package), &request, &mut ())
    };
    let release = |sequence: u64, name: &str| {
        bench.file("app.bin", &image(20_000, sequence));
        let app = "[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\ninstall = \"streamed\"\n";
        bench.package(sequence, &format!("{name}{app}"))
    };
    let carried = |package: &[u8]| {
        let body = "[[depends-on]]\nid = [\"carrier\"]\npackage = \"old.suit\"\n";
        bench.file("old.suit", package).build_signed(&format!("{}{body}", head(1)), &limited)
    };
    let lamp = || Lamp::new().two_slots("app", 64 * 1024, &[1]).working("carrier", 64 * 1024);
    for (name, why) in [("", "has no name of its own"), ("component-id = [\"app\"]\n", "sequence number 5 is lower than 6")] {
        let (older, newer, device) = (release(5, name), release(6, name), lamp());
        run(&device, &newer).unwrap();
        let failed = run(&device, &carried(&older)).unwrap_err();
        assert_eq!((failed.reason, failed.cause, failed.decided), (Reason::Unauthorised, Cause::Policy, false), "{failed}");
        assert!(failed.detail.contains(why), "{failed}");
        assert!(device.content("app").unwrap() == image(20_000, 6) && device.at("app:0").bytes(1) == [1], "{name}");
    }
    // With a name of its own a newer one may come this way.
    let device = lamp();
    run(&device, &release(5, "component-id = [\"app\"]\n")).unwrap();
    assert_eq!(run(&device, &carried(&release(6, "component-id = [\"app\"]\n"))), Ok(Done::Installed));
    assert!(device.content("app").unwrap() == image(20_000, 6));
}
