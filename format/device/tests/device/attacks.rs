//! Attacks on a device that remembers (docs/attacks.md): what is refused leaves everything as it was, and what is refused by its
//! manifest alone is refused before anything is fetched or written.

use std::collections::BTreeMap;
use std::io::{self, Cursor};
use std::sync::{Arc, Mutex};

use suitpack_core::crypto::{Digester, VerifySignature};
use suitpack_core::{Profile, Trust};
use suitpack_crypto::{Sha2, SigningKey};
use suitpack_device::{Clock, Device, Done, Event, Failed, Identity, Medium, Place, Request, StartError, State, Watch};
use suitpack_package::Cause;
use suitpack_processor::Procedure;

use crate::support::{Bench, Chip, Lamp, hex, image};

const SIZE: usize = 64 * 1024;
const LENGTH: usize = 20_000;

fn lamp() -> Lamp {
    Lamp::new().two_slots("app", SIZE, &[1]).two_slots("net", SIZE, &[2]).working("app.staging", SIZE).working("net.staging", SIZE)
}

/// A release of both components, as they are.
fn release(bench: &Bench, sequence: u64, app: u64, net: u64) -> Vec<u8> {
    with(bench, sequence, (app, net), "")
}

fn with(bench: &Bench, sequence: u64, (app, net): (u64, u64), more: &str) -> Vec<u8> {
    bench.file("app.bin", &image(LENGTH, app)).file("net.bin", &image(LENGTH, net));
    let part =
        |name: &str| format!("[[component]]\nid = [\"{name}\"]\nimage = \"{name}.bin\"\ncompression = \"none\"\ninvoke = true\n");
    bench.package(sequence, &format!("{}{}{more}", part("app"), part("net")))
}

/// Everything there is to a device: what it remembers and every byte and write of every medium.
fn all(lamp: &Lamp) -> (State, BTreeMap<String, (u64, Vec<u8>)>) {
    let state = lamp.state();
    let chips = lamp.chips.iter().map(|(place, chip)| (place.0.clone(), (chip.writes(), bytes(chip))));
    (state, chips.collect())
}

fn bytes(chip: &Chip) -> Vec<u8> {
    chip.bytes(usize::try_from(chip.capacity()).unwrap())
}

/// Replaces one run of bytes by another of the same length.
fn exchanged(package: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let at = package.windows(old.len()).position(|window| window == old).unwrap();
    [&package[..at], new, &package[at + old.len()..]].concat()
}

/// It is refused with this cause, and nothing whatever is written.
#[track_caller]
fn untouched(lamp: &Lamp, package: &[u8], cause: Cause) {
    let before = all(lamp);
    let failed = lamp.update(package).unwrap_err();
    assert_eq!((failed.cause, failed.changed, failed.decided), (cause, false, false), "{failed}");
    assert!(all(lamp) == before, "something was written");
}

/// It is refused with this cause; what is active and what is remembered stays, whatever was written elsewhere.
#[track_caller]
fn unmoved(lamp: &Lamp, package: &[u8], cause: Cause) {
    let seen = |lamp: &Lamp| (lamp.content("app"), lamp.content("net"), lamp.state().manifests, lamp.state().components);
    let before = seen(lamp);
    let failed = lamp.update(package).unwrap_err();
    assert_eq!((failed.cause, failed.decided), (cause, false), "{failed}");
    assert!(seen(lamp) == before, "what counts has changed");
}

#[test]
fn arbitrary_software_is_refused_and_nothing_is_written() {
    let (bench, lamp) = (Bench::new(), lamp());
    lamp.update(&release(&bench, 7, 1, 2)).unwrap();
    let package = release(&bench, 8, 3, 4);
    let manifest = package.windows(4).position(|window| window == [0x01, 0x01, 0x02, 0x08]).unwrap();
    let mut changed = package.clone();
    changed[manifest + 3] = 9;
    untouched(&lamp, &changed, Cause::NotAuthentic);
    let before = all(&lamp);
    let stranger = SigningKey::generate(-19, &[9; 32]).unwrap().public_key();
    for anchors in [vec![&stranger as &dyn VerifySignature], vec![]] {
        let trust = Trust { digester: &Sha2, anchors: &anchors, profile: Profile::Strict };
        let failed = lamp.start().run(&mut Cursor::new(&package), &Request::new(trust, Procedure::Update), &mut ()).unwrap_err();
        assert_eq!(failed.cause, Cause::NotTrusted);
    }
    assert!(all(&lamp) == before);
}

#[test]
fn rollback_is_refused_and_nothing_is_written() {
    let (bench, lamp) = (Bench::new(), lamp());
    let (first, second) = (release(&bench, 7, 1, 2), release(&bench, 8, 3, 4));
    lamp.update(&first).unwrap();
    lamp.update(&second).unwrap();
    untouched(&lamp, &first, Cause::Policy);
    assert_eq!(lamp.update(&second), Ok(Done::AlreadyInstalled));
}

#[test]
fn a_refused_package_is_not_remembered() {
    let (bench, lamp) = (Bench::new(), lamp());
    lamp.update(&release(&bench, 7, 1, 2)).unwrap();
    let broken = exchanged(&release(&bench, 100, 3, 4), &image(LENGTH, 4), &image(LENGTH, 5));
    unmoved(&lamp, &broken, Cause::NotBound);
    // Its number would otherwise keep every good release out.
    assert_eq!(lamp.update(&release(&bench, 8, 5, 6)), Ok(Done::Installed));
    assert_eq!(lamp.state().manifests["root"].sequence, 8);
}

#[test]
fn fast_forward_ends_where_the_state_is_made_anew() {
    let (bench, mut lamp) = (Bench::new(), lamp());
    assert_eq!(lamp.update(&release(&bench, u64::MAX, 1, 2)), Ok(Done::Installed));
    untouched(&lamp, &release(&bench, u64::MAX - 1, 3, 4), Cause::Policy);
    untouched(&lamp, &release(&bench, 0, 3, 4), Cause::Policy);
    assert_eq!(lamp.update(&release(&bench, u64::MAX, 3, 4)), Ok(Done::Installed), "the last number, again");
    // Recovery is no business of a manifest: whoever replaces the anchor makes the state anew.
    *lamp.chips.get_mut(&Place("state".into())).unwrap() = Chip::new(32 * 1024, &[]);
    assert_eq!(lamp.update(&release(&bench, 8, 5, 6)), Ok(Done::Installed));
}

#[test]
fn freeze_ends_with_the_manifest_and_nothing_is_written() {
    let (bench, mut lamp) = (Bench::new(), lamp());
    let package = with(&bench, 8, (1, 2), "[update]\nuse-before = 1800000000\n");
    untouched(&lamp, &package, Cause::Policy);
    for now in [1_800_000_000, u64::MAX] {
        lamp.description.facts.clock = Clock::Fixed(now);
        untouched(&lamp, &package, Cause::Policy);
    }
    lamp.description.facts.clock = Clock::Fixed(1_799_999_999);
    assert_eq!(lamp.update(&package), Ok(Done::Installed));
}

#[test]
fn endless_data_is_refused_and_nothing_is_written() {
    let (bench, lamp) = (Bench::new(), lamp());
    let package = release(&bench, 7, 1, 2);
    // The last payload stands at the end, behind 0x59 and its length in two bytes.
    let at = package.len() - LENGTH - 3;
    assert_eq!(package[at..at + 3], [0x59, 0x4e, 0x20]);
    let longer = [&package[..at], &[0x59, 0x4e, 0x21], &package[at + 3..], &[0]].concat();
    let before = all(&lamp);
    let failed = lamp.update(&longer).unwrap_err();
    assert_eq!(failed.cause, Cause::NotBound);
    let (state, chips) = all(&lamp);
    assert_eq!(state.manifests, before.0.manifests);
    // The first component's staging was written by then; of the payload that is too long nothing was.
    assert_eq!(chips["net.staging:0"], before.1["net.staging:0"]);
    let announced = [&package[..at], &[0x5b, 0x40, 0, 0, 0, 0, 0, 0, 0], &package[at + 3..]].concat();
    untouched(&lamp, &announced, Cause::Unreadable);
}

#[test]
fn a_dropped_request_is_refused_and_nothing_is_written() {
    let (bench, lamp) = (Bench::new(), lamp());
    let package = release(&bench, 7, 1, 2);
    for length in [0, 100, package.len() - LENGTH, package.len() - 1] {
        untouched(&lamp, &package[..length], Cause::Unreadable);
    }
}

#[test]
fn mix_and_match_of_two_releases_installs_neither_half() {
    let (bench, lamp) = (Bench::new(), lamp());
    lamp.update(&release(&bench, 7, 1, 2)).unwrap();
    // The first component is the new one, the second an old one: what was right is not kept either.
    let mixed = exchanged(&release(&bench, 8, 3, 4), &image(LENGTH, 4), &image(LENGTH, 2));
    unmoved(&lamp, &mixed, Cause::NotBound);
    let mixed = exchanged(&release(&bench, 8, 3, 4), &image(LENGTH, 3), &image(LENGTH, 1));
    unmoved(&lamp, &mixed, Cause::NotBound);
    assert_eq!((lamp.content("app"), lamp.content("net")), (Some(image(LENGTH, 1)), Some(image(LENGTH, 2))));
}

#[test]
fn wrong_software_for_a_component_is_refused() {
    let (bench, lamp) = (Bench::new(), lamp());
    let package = release(&bench, 7, 1, 2);
    let crossed = exchanged(&package, &image(LENGTH, 1), &image(LENGTH, 9));
    let crossed = exchanged(&crossed, &image(LENGTH, 2), &image(LENGTH, 1));
    unmoved(&lamp, &exchanged(&crossed, &image(LENGTH, 9), &image(LENGTH, 2)), Cause::NotBound);
}

#[test]
fn wrong_hardware_is_refused_and_nothing_is_written() {
    let (bench, mut lamp) = (Bench::new(), lamp());
    let package = release(&bench, 7, 1, 2);
    for (vendor, class) in [(Some(vec![9; 16]), None), (None, Some(vec![9; 16]))] {
        let identity = lamp.description.identity.clone();
        lamp.description.identity.vendor = vendor.or(identity.vendor.clone());
        lamp.description.identity.class = class.or(identity.class.clone());
        untouched(&lamp, &package, Cause::WrongHardware);
        lamp.description.identity = identity;
    }
    assert_eq!(lamp.update(&package), Ok(Done::Installed));
}

#[test]
fn a_component_whose_name_begins_like_another_is_another() {
    let bench = Bench::new();
    bench.file("app.bin", &image(LENGTH, 1));
    for name in ["ap", "app2", "App", "app.x", "net.app"] {
        let id: Vec<String> = name.split('.').map(|segment| format!("\"{segment}\"")).collect();
        let body = format!("[[component]]\nid = [{}]\nimage = \"app.bin\"\ninstall = \"streamed\"\n", id.join(", "));
        untouched(&lamp(), &bench.package(7, &body), Cause::Policy);
    }
}

#[test]
fn a_severed_member_that_was_changed_is_refused_and_nothing_is_written() {
    let (bench, lamp) = (Bench::new(), lamp());
    let words = "Mends a leak in the part that nobody has looked at for years.";
    let package = with(&bench, 7, (1, 2), &format!("[text.en]\nupdate-description = \"{words}\"\n"));
    untouched(&lamp, &exchanged(&package, words.as_bytes(), words.replace("Mends", "Opens").as_bytes()), Cause::NotBound);
    assert_eq!(lamp.update(&package), Ok(Done::Installed));
}

/// A chip, and where it was cut.
#[derive(Debug)]
struct Cut(Chip, Arc<Mutex<Vec<u64>>>);

impl Medium for Cut {
    fn capacity(&self) -> u64 {
        self.0.capacity()
    }

    fn read(&mut self, at: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.0.read(at, buffer)
    }

    fn write(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        self.0.write(at, bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.0.sync()
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.1.lock().unwrap().push(length);
        self.0.cut(length)
    }
}

#[test]
fn a_shorter_image_ends_where_it_ends() {
    // What stands behind it may be the end of the image before: code that nobody signed together with this one.
    let bench = Bench::new();
    bench.file("app.bin", &image(5000, 1));
    let package = bench.package(7, "[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\ninstall = \"streamed\"\n");
    let lamp = Lamp::new().single("app", SIZE, &image(LENGTH, 2));
    let cuts = Arc::default();
    let slot = Place("app:0".into());
    let medium = |(place, chip): (&Place, &Chip)| match *place == slot {
        true => (place.clone(), Box::new(Cut(chip.clone(), Arc::clone(&cuts))) as Box<dyn Medium>),
        false => (place.clone(), Box::new(chip.clone()) as Box<dyn Medium>),
    };
    let mut device = Device::start(lamp.description.clone(), lamp.chips.iter().map(medium).collect()).unwrap();
    assert_eq!(crate::support::update(&mut device, &package), Ok(Done::Installed));
    assert_eq!(device.active("app"), Some((slot, 5000)));
    assert_eq!(*cuts.lock().unwrap(), [5000]);
}

#[test]
fn what_was_decided_is_finished_at_the_next_start() {
    let bench = Bench::new();
    bench.file("app.bin", &image(LENGTH, 1));
    let package = bench.package(7, "[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\ninstall = \"streamed\"\n");
    let lamp = Lamp::new().single("app", SIZE, &image(LENGTH, 2));
    let mut device = lamp.start();
    lamp.at("app:0").fails_after(0, io::ErrorKind::Other);
    let failed = crate::support::update(&mut device, &package).unwrap_err();
    assert!(failed.decided, "{failed}");
    lamp.at("app:0").mended();
    assert_eq!(lamp.content("app"), Some(image(LENGTH, 1)));
}

/// Changes a bit of a chip when somebody is told of something.
struct Meddler<'c> {
    when: &'static str,
    chip: &'c Chip,
    seen: bool,
}

impl Watch for Meddler<'_> {
    fn event(&mut self, event: &Event<'_>) {
        if event.to_string() == self.when && !core::mem::replace(&mut self.seen, true) {
            self.chip.flip(LENGTH / 2);
        }
    }
}

fn meddled(lamp: &Lamp, package: &[u8], place: &str, when: &'static str) -> Result<Done, Failed> {
    let mut meddler = Meddler { when, chip: lamp.at(place), seen: false };
    let done = lamp.run_watched(package, Procedure::Update, &mut meddler);
    assert!(meddler.seen, "nobody was told: {when}");
    done
}

#[test]
fn toctou_a_payload_that_changes_behind_its_check_is_found_where_it_is_installed() {
    let (bench, lamp) = (Bench::new(), lamp());
    let failed = meddled(&lamp, &release(&bench, 7, 1, 2), "app.staging:0", "app: suit-directive-copy").unwrap_err();
    assert_eq!((failed.cause, failed.decided), (Cause::NotBound, false), "{failed}");
    assert_eq!((lamp.content("app"), lamp.state().manifests.len()), (Some(vec![1]), 0));
}

#[test]
fn toctou_a_compressed_payload_that_changes_behind_its_check_reaches_no_decoder() {
    let bench = Bench::new();
    bench.file("app.bin", &image(SIZE, 3));
    let package = bench.package(7, "[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\n");
    let lamp = Lamp::new().two_slots("app", SIZE, &[1]).working("app.staging", SIZE);
    let failed = meddled(&lamp, &package, "app.staging:0", "app: suit-directive-transform").unwrap_err();
    assert_eq!((failed.cause, failed.decided), (Cause::NotBound, false), "{failed}");
    assert_eq!((lamp.content("app"), lamp.at("app:1").writes()), (Some(vec![1]), 0), "nothing was decoded");
}

/// Where an image waits that was decided on, and where it is run.
#[test]
fn toctou_what_was_decided_is_not_moved_if_it_changes() {
    let bench = Bench::new();
    bench.file("app.bin", &image(LENGTH, 1)).file("other.bin", &image(LENGTH, 3));
    let body = |file: &str| format!("[[component]]\nid = [\"app\"]\nimage = \"{file}\"\ninstall = \"streamed\"\n");
    let (package, older) = (bench.package(7, &body("app.bin")), bench.package(6, &body("other.bin")));
    let (old, new) = (image(LENGTH, 2), image(LENGTH, 1));
    for waiting in ["app:staging", "app:1"] {
        let decided = || {
            let lamp = match waiting {
                "app:1" => Lamp::new().swap("app", SIZE, &old),
                _ => Lamp::new().single("app", SIZE, &old),
            };
            let failed = meddled(&lamp, &package, waiting, "decided").unwrap_err();
            assert_eq!((failed.cause, failed.decided), (Cause::NotBound, true), "{waiting}: {failed}");
            assert!(lamp.at("app:0").bytes(LENGTH) == old, "{waiting}: it was moved");
            lamp
        };
        // What was there can be put back, whatever is refused meanwhile.
        let lamp = decided();
        assert!(matches!(lamp.start().unfinished(), Some(StartError::Changed(places)) if *places == [Place(waiting.to_owned())]));
        // Nothing was moved: what ran before counts again.
        assert_eq!(lamp.start().active("app"), Some((Place("app:0".into()), LENGTH as u64)), "{waiting}");
        assert_eq!(lamp.state().manifests["root"].sequence, 7, "{waiting}");
        untouched(&lamp, &older, Cause::Policy);
        lamp.at(waiting).flip(LENGTH / 2);
        assert!(lamp.content("app").as_ref() == Some(&new) && lamp.start().unfinished().is_none(), "{waiting}");
        // Or the package brings it again.
        let lamp = decided();
        let mut told = crate::support::Told::default();
        let key = crate::support::public();
        let anchors: [&dyn VerifySignature; 1] = [&key];
        let trust = Trust { digester: &Sha2, anchors: &anchors, profile: Profile::Strict };
        let media = lamp.chips.iter().map(|(place, chip)| (place.clone(), Box::new(chip.clone()) as Box<dyn Medium>));
        let mut device = Device::start_watched(lamp.description.clone(), media.collect(), &mut told).unwrap();
        assert!(told.0.contains(&format!("{waiting} does not hold what was decided on")), "{:?}", told.0);
        let done = device.run(&mut Cursor::new(&package), &Request::new(trust, Procedure::Update), &mut ());
        assert_eq!(done, Ok(Done::Installed), "{waiting}");
        assert!(lamp.content("app").as_ref() == Some(&new) && lamp.start().unfinished().is_none(), "{waiting}");
    }
}

/// What is moved is what was found right, and not what lies there when it is decided.
#[test]
fn toctou_what_is_decided_on_is_what_was_judged() {
    let bench = Bench::new();
    bench.file("app.bin", &image(LENGTH, 1));
    let mut digest = [0; 64];
    Sha2.digest(-44, &[&image(LENGTH, 1)], &mut digest).unwrap();
    let written_out = |digest: &str| {
        let set = format!("suit-parameter-image-digest = {digest}, suit-parameter-uri = \"#app.bin\"");
        bench.package(
            7,
            &format!(
                "[[component]]\nid = [\"app\"]\n[[payload]]\nuri = \"#app.bin\"\nfile = \"app.bin\"\n[sequence]\n\
                 suit-shared-sequence = [ {{ suit-directive-set-component-index = 0 }} ]\nsuit-install = [\n\
                 {{ suit-directive-override-parameters = {{ {set} }} }},\n\
                 {{ suit-directive-fetch = 15 }},\n{{ suit-condition-image-match = 15 }} ]\n"
            ),
        )
    };
    for digest in ["{ payload = \"#app.bin\" }".to_owned(), format!("\"sha-512:{}\"", hex(&digest))] {
        let package = written_out(&digest);
        let lamp = Lamp::new().single("app", SIZE, &image(LENGTH, 2));
        let failed = meddled(&lamp, &package, "app:staging", "app: suit-condition-image-match holds").unwrap_err();
        assert_eq!((failed.cause, failed.decided), (Cause::NotBound, true), "{digest}: {failed}");
        assert!(lamp.at("app:0").bytes(LENGTH) == image(LENGTH, 2), "{digest}");
        assert_eq!(lamp.update(&package), Ok(Done::Installed), "{digest}");
    }
}

/// A write to a place that waits is one more thing a record has to tell.
#[test]
fn what_cannot_be_finished_is_given_up_in_a_record_before_anything_is_written_over() {
    let bench = Bench::new();
    bench.file("app.bin", &image(LENGTH, 1)).file("next.bin", &image(LENGTH, 3));
    let body = |file: &str| format!("[[component]]\nid = [\"app\"]\nimage = \"{file}\"\ninstall = \"streamed\"\n");
    let (package, next) = (bench.package(7, &body("app.bin")), bench.package(8, &body("next.bin")));
    let lamp = Lamp::new().single("app", SIZE, &image(LENGTH, 2));
    meddled(&lamp, &package, "app:staging", "decided").unwrap_err();
    // The device is switched off while the next one is written.
    lamp.at("app:staging").fails_after(3, io::ErrorKind::Other);
    lamp.update(&next).unwrap_err();
    lamp.at("app:staging").mended();
    let device = lamp.start();
    assert!(device.unfinished().is_none(), "{:?}", device.unfinished());
    assert_eq!(device.active("app"), Some((Place("app:0".into()), LENGTH as u64)));
    drop(device);
    assert_eq!(lamp.update(&next), Ok(Done::Installed));
    assert_eq!(lamp.content("app"), Some(image(LENGTH, 3)));
}

/// What one component waits for does not keep the others.
#[test]
fn what_can_be_finished_is_finished() {
    let bench = Bench::new();
    bench.file("app.bin", &image(LENGTH, 1)).file("net.bin", &image(LENGTH, 2));
    let body = |name: &str| format!("[[component]]\nid = [\"{name}\"]\nimage = \"{name}.bin\"\ninstall = \"streamed\"\n");
    let package = bench.package(7, &format!("{}{}", body("app"), body("net")));
    let lamp = Lamp::new().single("app", SIZE, &image(LENGTH, 3)).single("net", SIZE, &image(LENGTH, 4));
    let failed = meddled(&lamp, &package, "app:staging", "decided").unwrap_err();
    assert!(failed.decided, "{failed}");
    assert_eq!((lamp.content("app"), lamp.content("net")), (Some(image(LENGTH, 3)), Some(image(LENGTH, 2))));
    // One that cannot be read is no other matter, and in a device's memory as in its record nothing is lost.
    lamp.at("app:staging").flip(LENGTH / 2);
    lamp.at("app:staging").fails_after(0, io::ErrorKind::Other);
    assert!(matches!(lamp.start().unfinished(), Some(StartError::Unreadable(..))));
    lamp.at("app:staging").mended();
    assert_eq!((lamp.content("app"), lamp.content("net")), (Some(image(LENGTH, 1)), Some(image(LENGTH, 2))));
}

#[test]
fn the_state_of_another_device_is_not_taken() {
    let bench = Bench::new();
    let mut lamp = lamp();
    lamp.description.identity.device = Some(vec![1; 16]);
    lamp.update(&release(&bench, 7, 1, 2)).unwrap();
    let start = |change: fn(&mut Identity)| {
        let mut description = lamp.description.clone();
        change(&mut description.identity);
        let media = lamp.chips.iter().map(|(place, chip)| (place.clone(), Box::new(chip.clone()) as Box<dyn Medium>));
        Device::start(description, media.collect()).map(drop)
    };
    let differs =
        |which: &str, change| assert!(matches!(start(change), Err(StartError::Another(other)) if other == which), "{which}");
    differs("vendor", |identity| identity.vendor = Some(vec![2; 16]));
    differs("class", |identity| identity.class = Some(vec![2; 16]));
    differs("device", |identity| identity.device = Some(vec![2; 16]));
    // What is not said is no contradiction.
    start(|identity| identity.device = None).unwrap();
    start(|_| ()).unwrap();
}

#[test]
fn toctou_an_image_that_changes_after_it_was_installed_is_not_invoked() {
    let (bench, lamp) = (Bench::new(), lamp());
    let package = release(&bench, 7, 1, 2);
    assert_eq!(lamp.update(&package), Ok(Done::Installed));
    assert_eq!(lamp.run(&package, Procedure::Invocation), Ok(Done::Completed));
    lamp.at("net:1").flip(LENGTH / 2);
    let mut told = crate::support::Told::default();
    let failed = lamp.run_watched(&package, Procedure::Invocation, &mut told).unwrap_err();
    assert_eq!(failed.cause, Cause::NotBound);
    assert!(!told.0.iter().any(|line| line.contains("invoked")), "{:?}", told.0);
    assert_eq!(lamp.update(&package), Ok(Done::Installed), "the same package mends it");
}

#[test]
fn eavesdropping_on_the_media_shows_the_image_where_it_is_run_and_no_key() {
    use suitpack_crypto::keyfile::{decryption_key, to_symmetric_cose_key};
    let secret = *b"a secret to keep";
    let bench = Bench::new();
    let file = to_symmetric_cose_key(-3, &secret);
    let new = image(LENGTH, 3);
    bench.file("app.bin", &new).file("kek.cosekey", &file);
    let body = "[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\ncompression = \"none\"\nencrypt-for = [\"kek.cosekey\"]\n";
    for encryption in ["a128gcm", "a128ctr"] {
        let package = bench.package(7, &format!("{body}encryption = \"{encryption}\"\n"));
        let lamp = Lamp::new().two_slots("app", SIZE, &[1]).working("app.staging", SIZE);
        assert_eq!(lamp.update(&package).unwrap_err().cause, Cause::CouldNotTell, "without the key");
        let key = Arc::new(decryption_key(&file, None).unwrap());
        assert_eq!(crate::support::update_from(&lamp, &package, None, &[key]), Ok(Done::Installed));
        for (place, chip) in &lamp.chips {
            let there = bytes(chip);
            // The content keys of the bench are bytes of one value.
            for key in [&secret[..], &[1; 16], &[2; 16], &[3; 16]] {
                assert!(!there.windows(16).any(|window| window == key), "{encryption}: a key in {}", place.0);
            }
            let plain = there.windows(64).any(|window| window == &new[1000..1064]);
            assert_eq!(plain, place.0 == "app:1", "{encryption}: the image in {}", place.0);
        }
    }
}
