//! A device that is only looked at.

use std::fs;
use std::io::Cursor;

use suitpack_core::crypto::VerifySignature;
use suitpack_core::{Profile, Trust};
use suitpack_crypto::Sha2;
use suitpack_device::store::Store;
use suitpack_device::{Description, Device, Done, Event, Overview, Phase, Place, Request, State, Step, Summed, Watch, redo};
use suitpack_processor::Procedure;

use crate::support::{Bench, CLASS, Lamp, VENDOR, hex, image, public, sha_256};

fn described(bench: &Bench) -> Description {
    let text = format!(
        "[device]\nvendor-id = \"{VENDOR}\"\nclass-id = \"{CLASS}\"\nstate = {{ file = \"state\" }}\n\
         [[component]]\nid = [\"app\"]\nlayout = \"a-b\"\nversion = \"1.0\"\n\
         slots = [{{ file = \"a\", size = 400000 }}, {{ file = \"b\", size = 400000 }}]\n"
    );
    Description::parse(&text, &bench.path("")).unwrap()
}

fn names(bench: &Bench) -> Vec<String> {
    let entries = fs::read_dir(bench.path("")).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn look(description: &Description) -> Overview {
    Overview::read(description.clone(), description.look().unwrap()).unwrap()
}

#[test]
fn a_device_on_which_nothing_was_installed_is_shown_and_not_begun() {
    let bench = Bench::new();
    bench.file("a", b"old");
    let description = described(&bench);
    let mut overview = look(&description);
    let held = overview.components().next().unwrap();
    assert_eq!((held.slot, held.length, held.version, held.finished), (0, Some(3), Some(&[1, 0][..]), true));
    assert!(!overview.is_begun() && overview.state().manifests.is_empty());
    assert_eq!(overview.digest(&Place("app:0".into()), 3, &mut ()).unwrap(), hex(&sha_256(b"old")));
    assert!(overview.digest(&Place("app:1".into()), 3, &mut ()).is_err(), "a file that is not there was read");
    assert_eq!(names(&bench), ["a"]);
}

#[test]
fn what_was_installed_is_shown_as_it_is_on_the_medium() {
    let bench = Bench::new();
    let new = image(300_000, 1);
    bench.file("new.bin", &new);
    let package = bench.package(7, "[[component]]\nid = [\"app\"]\nimage = \"new.bin\"\ninstall = \"streamed\"\n");
    let description = described(&bench);
    let key = public();
    let anchors: [&dyn VerifySignature; 1] = [&key];
    let trust = Trust { digester: &Sha2, anchors: &anchors, profile: Profile::Strict };
    let request = Request::new(trust, Procedure::Update);
    let mut device = Device::start(description.clone(), description.open().unwrap()).unwrap();
    device.run(&mut Cursor::new(&package), &request, &mut ()).unwrap();
    // Whoever looks is not kept out by who has it, and says so.
    assert!(description.look().unwrap().busy);
    drop(device);
    let looked = description.look().unwrap();
    assert!(!looked.busy && description.open().is_err(), "somebody can change what is looked at");
    drop(looked);
    let mut overview = look(&description);
    let held = overview.components().next().unwrap();
    assert_eq!((held.slot, held.length, held.version), (1, Some(300_000), None));
    let place = held.place.clone();
    assert!(overview.is_begun() && overview.state().manifests["root"].sequence == 7);
    assert_eq!(overview.digest(&place, 300_000, &mut ()).unwrap(), hex(&sha_256(&new)));
    // What is active is as long as it is: what somebody put behind it is not run, and not asked about.
    let longer = [new.as_slice(), b"more"].concat();
    bench.file("b", &longer);
    assert_eq!(look(&description).digest(&place, 300_000, &mut ()).unwrap(), hex(&sha_256(&new)));
    let mut device = Device::start(description.clone(), description.open().unwrap()).unwrap();
    assert_eq!(device.run(&mut Cursor::new(&package), &request, &mut ()), Ok(Done::AlreadyInstalled));
    drop(device);
    bench.file("b", &[&new[..1], b"x", &new[2..]].concat());
    assert_ne!(look(&description).digest(&place, 300_000, &mut ()).unwrap(), hex(&sha_256(&new)));
}

/// How far each step was.
#[derive(Default)]
struct Steps(Vec<Far>);

type Far = Vec<(u64, Option<u64>)>;

impl Watch for Steps {
    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Redo(_) => self.0.push(Far::new()),
            Event::Progress { done, total } => self.0.last_mut().unwrap().push((*done, *total)),
            _ => {}
        }
    }
}

#[test]
fn what_is_finished_says_how_far_it_is() {
    let lamp = Lamp::new().swap("app", 200_000, &image(150_000, 1)).working("old", 200_000);
    let place = |name: &str| Place(name.to_owned());
    let (a, b) = (place("app:0"), place("app:1"));
    let (phase, holds) = (Phase::Untouched, [None, None]);
    let exchange = Step::Exchange { a: a.clone(), b, length: 10_000, holds, block: 4096, done: 4096, phase };
    // By then 5,904 bytes of it have come from the other slot.
    let (first, other) = (lamp.at("app:0").bytes(150_000), lamp.at("app:1").bytes(10_000));
    let digest = hex(&sha_256(&[&first[..4096], &other[4096..], &first[10_000..]].concat()));
    let content = Summed { length: 150_000, digest };
    let steps = [exchange, Step::Copy { from: a, to: place("old:0"), content }, Step::Cut { place: place("old:0"), length: 1 }];
    let mut state = State { redo: steps.to_vec(), ..State::default() };
    let mut media: suitpack_device::Media = lamp
        .chips
        .iter()
        .map(|(place, chip)| (place.clone(), Box::new(chip.clone()) as Box<dyn suitpack_device::Medium>))
        .collect();
    let mut store = Store::open(media.remove(&place("state")).unwrap());
    let mut told = Steps::default();
    redo::finish(&mut state, &mut media, &mut store, &mut told).unwrap();
    // The scratch area has room for 4,096 bytes, and 64 KiB are copied at once.
    let of = |total: u64, done: &[u64]| done.iter().map(|done| (*done, Some(total))).collect::<Vec<_>>();
    assert_eq!(told.0, [of(10_000, &[8192, 10_000]), of(150_000, &[65_536, 131_072, 150_000]), vec![]]);
}
