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

/// A maker who may speak for everything, and somebody who may speak for some components.
struct Parties {
    bench: Bench,
    limited: SigningKey,
    ids: Vec<Id>,
}

impl Parties {
    fn new(ids: &[&str]) -> Self {
        let limited = SigningKey::generate(-19, &[0x43; 32]).unwrap();
        Self { bench: Bench::new(), limited, ids: ids.iter().map(|name| id(&[name])).collect() }
    }

    fn run(&self, lamp: &Lamp, package: &[u8], procedure: Procedure) -> Result<Done, Failed> {
        let (whole, part) = (public(), self.limited.public_key());
        let anchors: [&dyn VerifySignature; 2] = [&whole, &part];
        let trust = Trust { digester: &Sha2, anchors: &anchors, profile: Profile::Strict };
        let access = [Access { key: part.key_id(), components: &self.ids }];
        let request = Request { access: &access, ..Request::new(trust, procedure) };
        lamp.start().run(&mut Cursor::new(package), &request, &mut ())
    }

    fn update(&self, lamp: &Lamp, package: &[u8]) -> Result<Done, Failed> {
        self.run(lamp, package, Procedure::Update)
    }

    /// An image for the component `app`, by number.
    fn release(&self, sequence: u64, more: &str) -> String {
        self.bench.file("app.bin", &image(20_000, sequence));
        format!("{}{more}[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\ninstall = \"streamed\"\n", head(sequence))
    }

    /// A package of the one who may speak for `carrier`, which runs another one.
    fn carried(&self, package: &[u8]) -> Vec<u8> {
        let body = format!("[[depends-on]]\nid = [\"carrier\"]\npackage = \"old.suit\"\n{UNLINK}");
        self.bench.file("old.suit", package).build_signed(&format!("{}{body}", head(1)), &self.limited)
    }
}

fn carrier() -> Lamp {
    Lamp::new().two_slots("app", 64 * 1024, &[1]).working("carrier", 64 * 1024)
}

const UNLINK: &str =
    "[sequence]\nsuit-uninstall = [ { suit-directive-set-component-index = 0 }, { suit-directive-unlink = 15 } ]\n";

/// An old release by those who may speak for everything, carried in by somebody who may not.
// DEV-26, DEV-52
#[test]
fn a_key_for_some_components_does_not_bring_back_what_others_signed() {
    let parties = Parties::new(&["carrier"]);
    let release = |sequence: u64, name: &str| parties.bench.build(&parties.release(sequence, name));
    let named = "component-id = [\"app\"]\n";
    for (name, why) in [("", "has no name of its own"), (named, "sequence number 5 of app is lower than 6")] {
        let (older, newer, device) = (release(5, name), release(6, name), carrier());
        parties.update(&device, &newer).unwrap();
        let failed = parties.update(&device, &parties.carried(&older)).unwrap_err();
        assert_eq!((failed.reason, failed.cause, failed.decided), (Reason::Unauthorised, Cause::Policy, false), "{failed}");
        assert!(failed.detail.contains(why), "{failed}");
        assert!(device.content("app").unwrap() == image(20_000, 6) && device.at("app:0").bytes(1) == [1], "{name}");
    }
    // With a name of its own it may come this way where nobody brought anything yet, and not over what the maker has installed.
    let (device, carried) = (carrier(), parties.carried(&release(6, named)));
    assert_eq!(parties.update(&device, &carried), Ok(Done::Installed));
    assert!(device.content("app").unwrap() == image(20_000, 6));
    // Nor does that keep anybody out who may speak for the component.
    assert_eq!(run(&device, &release(1, ""), &[id(&["app"])]), Ok(Done::Installed));
    let device = carrier();
    parties.update(&device, &release(5, named)).unwrap();
    assert!(parties.update(&device, &carried).unwrap_err().detail.contains("and app wrote what is there"));
}

// DEV-53
#[test]
fn a_key_for_some_components_does_not_empty_those_of_others() {
    let parties = Parties::new(&["carrier"]);
    let release = |name: &str| {
        let text = parties.release(6, &format!("component-id = [\"{name}\"]\n"));
        parties.bench.build(&format!("{text}{UNLINK}"))
    };
    let app = release("app");
    let carried = parties.carried(&app);
    // What another manifest brought is not for somebody to replace who may not speak for it.
    let device = carrier();
    parties.update(&device, &release("lamp")).unwrap();
    let failed = parties.update(&device, &parties.carried(&app)).unwrap_err();
    assert!(failed.detail.contains("nobody who may speak for it runs this dependency, and lamp wrote"), "{failed}");
    // It was installed as a root too; it came with the device.
    for before in [Some(&app), None] {
        let device = carrier();
        before.map(|before| parties.update(&device, before).unwrap());
        assert_eq!(parties.update(&device, &carried), Ok(Done::Installed));
        assert_eq!(parties.run(&device, &carried, Procedure::Uninstall), Ok(Done::Completed));
        assert!(device.content("app").unwrap() == image(20_000, 6), "{:?}", device.state());
        assert_eq!(device.content("carrier"), None);
    }
}

/// What two keys have signed can be presented as if one of them had.
// DEV-26, DEV-52
#[test]
fn a_signature_that_is_taken_off_does_not_begin_a_new_count() {
    let parties = Parties::new(&["app"]);
    let both = |sequence: u64| {
        let text = parties.release(sequence, "");
        let recipe = suitpack_author::Recipe::parse(&text, &parties.bench.path("suitpack.toml"), &[]).unwrap();
        let signers: [&dyn suitpack_core::crypto::Sign; 2] = [&crate::support::signing(), &parties.limited];
        let mut package = Vec::new();
        let mut detached = |_: &str| Err(std::io::ErrorKind::Unsupported.into());
        let output = suitpack_author::Output::Stream(&mut package);
        suitpack_author::build(&recipe, output, &signers, &mut detached, suitpack_author::Options::default()).unwrap();
        package
    };
    let device = carrier();
    let (third, tenth) = (both(3), both(10));
    let alone = |sequence: u64| parties.bench.build_signed(&parties.release(sequence, ""), &parties.limited);
    assert_eq!(parties.update(&device, &tenth), Ok(Done::Installed));
    for older in [third, alone(3), alone(9)] {
        let failed = parties.update(&device, &older).unwrap_err();
        assert_eq!((failed.reason, failed.changed), (Reason::Unauthorised, false), "{failed}");
    }
    assert_eq!(parties.update(&device, &alone(11)), Ok(Done::Installed));
}

/// Nothing is run out of a staging area, and what wrote there says nothing about the next who does.
// DEV-52
#[test]
fn who_shares_a_staging_area_is_not_shut_out_of_it() {
    let bench = Bench::new();
    let lamp =
        ["app", "radio"].iter().fold(Lamp::new().working("buffer", 64 * 1024), |lamp, name| lamp.two_slots(name, 64 * 1024, &[1]));
    bench.file("app.bin", &image(20_000, 1));
    let body = |name: &str| format!("[[component]]\nid = [\"{name}\"]\nstaging = [\"buffer\"]\nimage = \"app.bin\"\n");
    let high = u64::try_from(i64::MAX).unwrap();
    let limits = |name: &str| [id(&[name]), id(&["buffer"])];
    assert_eq!(run(&lamp, &bench.package(high, &body("app")), &limits("app")), Ok(Done::Installed));
    assert_eq!(run(&lamp, &bench.package(1, &body("radio")), &limits("radio")), Ok(Done::Installed));
    // What shares a component that is run is another matter.
    let streamed = |name: &str| format!("[[component]]\nid = [\"{name}\"]\nimage = \"app.bin\"\ninstall = \"streamed\"\n");
    let package = bench.package(2, &format!("{}{}", streamed("radio"), streamed("app")));
    let failed = run(&lamp, &package, &[id(&["app"]), id(&["radio"])]).unwrap_err();
    assert!(failed.detail.contains("app: sequence number 2 is lower than"), "{failed}");
}

/// A name that looks like the count of others.
// DEV-26
#[test]
fn a_name_is_not_mistaken_for_the_count_of_those_without() {
    let bench = Bench::new();
    let lamp = Lamp::new().two_slots("root", 64 * 1024, &[1]).two_slots("app", 64 * 1024, &[1]);
    bench.file("app.bin", &image(20_000, 1));
    let body = |name: &str| format!("[[component]]\nid = [\"{name}\"]\nimage = \"app.bin\"\ninstall = \"streamed\"\n");
    let high = u64::try_from(i64::MAX).unwrap();
    let named = bench.package(high, &format!("component-id = [\"root\"]\n{}", body("root")));
    assert_eq!(run(&lamp, &named, &[id(&["root"])]), Ok(Done::Installed));
    assert_eq!(lamp.update(&bench.package(1, &body("app"))), Ok(Done::Installed));
    assert_eq!(lamp.state().manifests.keys().collect::<Vec<_>>(), ["hex:726f6f74", "root"]);
    // Nor one with a point in it for two.
    for (name, key) in [("[\"a.b\"]", "hex:612e62"), ("[\"a\", \"b\"]", "a.b")] {
        let package = bench.package(1, &format!("component-id = {name}\n{}", body("app")));
        assert_eq!(lamp.update(&package), Ok(Done::Installed));
        assert!(lamp.state().manifests.contains_key(key), "{name}");
    }
}

/// Carried in is not run: its number says nothing yet.
// DEV-26
#[test]
fn a_key_for_some_components_does_not_raise_the_count_of_others() {
    let parties = Parties::new(&["carrier"]);
    let text = |sequence: u64| parties.release(sequence, "component-id = [\"app\"]\n");
    let device = carrier();
    let high = parties.bench.build(&text(900));
    let digest = {
        let (envelope, _) = suitpack_core::Envelope::parse_head(&high).unwrap();
        crate::support::hex(&crate::support::sha_256(envelope.manifest_bytes().encoded()))
    };
    parties.bench.file("high.suit", &high);
    let carried = parties.bench.build_signed(
        &format!(
            "{}[[component]]\nid = [\"carrier\"]\n[[dependency]]\nindex = 0\n[[payload]]\nuri = \"#high\"\nfile = \"high.suit\"\n[sequence]\n\
             suit-payload-fetch = [\n{{ suit-directive-set-component-index = 0 }},\n\
             {{ suit-directive-override-parameters = {{ suit-parameter-image-digest = \"sha-256:{digest}\", suit-parameter-uri = \"#high\" }} }},\n\
             {{ suit-directive-fetch = 15 }},\n{{ suit-condition-dependency-integrity = 15 }},\n{{ suit-directive-process-dependency = 15 }} ]\n",
            head(1)
        ),
        &parties.limited,
    );
    assert_eq!(parties.update(&device, &parties.bench.build(&text(5))), Ok(Done::Installed));
    assert_eq!(parties.update(&device, &carried), Ok(Done::Installed));
    assert!(!device.state().numbers.contains_key("app"), "{:?}", device.state().numbers);
    assert_eq!(parties.update(&device, &parties.bench.build(&text(6))), Ok(Done::Installed));
}

/// Where its author did not say it goes, nobody puts a manifest who may not speak for that.
// DEV-36, DEV-43
#[test]
fn a_prefix_leads_nowhere_that_nobody_who_runs_it_may_speak_for() {
    let parties = Parties::new(&["carrier"]);
    let device = carrier().two_slots("boot.app", 64 * 1024, &[7]);
    parties.bench.file("app.suit", &parties.bench.build(&parties.release(5, "component-id = [\"app\"]\n")));
    let body = "[[depends-on]]\nid = [\"carrier\"]\npackage = \"app.suit\"\nprefix = [\"boot\"]\n";
    let package = parties.bench.build_signed(&format!("{}{body}", head(1)), &parties.limited);
    let failed = parties.update(&device, &package).unwrap_err();
    assert_eq!((failed.reason, failed.cause), (Reason::ComponentUnauthorised, Cause::NotTrusted), "{failed}");
    assert_eq!(device.content("boot.app"), Some(vec![7]));
    // Whoever may speak for everything may.
    assert_eq!(parties.update(&device, &parties.bench.package(1, body)), Ok(Done::Installed));
    assert_eq!(device.content("boot.app"), Some(image(20_000, 5)));
}

/// The state is as small as it is: those with few rights do not fill it for the others.
#[test]
fn a_key_for_some_components_does_not_fill_the_state() {
    let parties = Parties::new(&["carrier"]);
    let device = carrier().with_state(8192);
    let mut refused = None;
    for count in 0..40_u8 {
        let name = format!("component-id = [\"carrier\", \"{}{count}\"]\n", "x".repeat(200));
        let body = "[[component]]\nid = [\"carrier\"]\nimage = \"app.bin\"\ninstall = \"streamed\"\n";
        parties.bench.file("app.bin", &[count]);
        let package = parties.bench.build_signed(&format!("{}{name}{body}", head(1)), &parties.limited);
        if let Err(failed) = parties.update(&device, &package) {
            assert!(failed.detail.contains("the state takes") && !failed.decided, "{failed}");
            refused.get_or_insert(count);
        }
    }
    assert!(refused.is_some_and(|refused| refused > 2), "{refused:?}");
    for name in ["a", "b"] {
        let named = parties.release(5, &format!("component-id = [\"{}\"]\n", name.repeat(200)));
        assert_eq!(parties.update(&device, &parties.bench.build(&named)), Ok(Done::Installed));
    }
}

/// To run what somebody else has installed is not to be in charge of it.
// DEV-38, DEV-52
#[test]
fn a_key_for_some_components_does_not_freeze_those_of_others() {
    let parties = Parties::new(&["carrier"]);
    let release = |sequence: u64| parties.bench.build(&parties.release(sequence, "component-id = [\"app\"]\n"));
    let (first, second) = (release(5), release(6));
    let carried = parties.carried(&first);
    for order in [[&first, &carried], [&carried, &first]] {
        let device = carrier();
        for package in order {
            assert_eq!(parties.update(&device, package), Ok(Done::Installed));
        }
        assert_eq!(parties.update(&device, &second), Ok(Done::Installed));
        assert!(device.content("app").unwrap() == image(20_000, 6));
    }
    // The maker's own dependents are another matter.
    let device = carrier();
    let maker = parties.bench.file("old.suit", &first).package(1, "[[depends-on]]\nid = [\"carrier\"]\npackage = \"old.suit\"\n");
    assert_eq!(parties.update(&device, &maker), Ok(Done::Installed));
    let failed = parties.update(&device, &second).unwrap_err();
    assert!(failed.detail.contains("others depend on what it holds"), "{failed}");
}
