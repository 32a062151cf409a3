//! What is decided is done in the end, however often it is interrupted.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod simulated;

use std::collections::BTreeMap;

use simulated::{Bytes, CUTS, Cut, Power, Simulated, bytes};
use suitpack_crypto::Sha256Stream;
use suitpack_device::store::{Store, StoreError};
use suitpack_device::{Media, Phase, Place, StartError, State, Step, Summed, redo};

/// The bytes of a device: places, and the store under `state`.
type World = BTreeMap<&'static str, Bytes>;

fn place(name: &str) -> Place {
    Place(name.to_owned())
}

/// What is in a place before anything is done.
fn filled(name: &str) -> Vec<u8> {
    let value = name.as_bytes()[0] << 4;
    (0..40_u8).map(|at| value ^ (at / 8)).collect()
}

/// A device that has decided on these steps.
fn world(steps: &[Step]) -> World {
    let places = [("a", filled("a")), ("b", filled("b")), ("c", filled("c")), ("scratch", vec![0xff; 8]), ("state", vec![0; 4096])];
    let world: World = places.iter().map(|(name, content)| (*name, bytes(content))).collect();
    let state = State { redo: steps.to_vec(), ..State::default() };
    store(&world, &Power::steady()).save(&state).unwrap();
    world
}

fn store(world: &World, power: &Power) -> Store {
    Store::open(Simulated::new(&world["state"], power))
}

/// What happens when the device starts.
fn start(world: &World, power: &Power) -> Result<State, StartError> {
    let mut store = store(world, power);
    let mut state = store.load()?.unwrap();
    let places = world.iter().filter(|(name, _)| **name != "state");
    let mut media: Media = places.map(|(name, bytes)| (place(name), Simulated::new(bytes, power) as _)).collect();
    redo::finish(&mut state, &mut media, &mut store, &mut ())?;
    assert_eq!(store.load()?, Some(state.clone()));
    Ok(state)
}

fn content(world: &World, name: &str) -> Vec<u8> {
    world[name].lock().unwrap().clone()
}

fn summed(content: &[u8]) -> Summed {
    let mut digest = Sha256Stream::new();
    digest.update(content);
    let digest = digest.finish().iter().map(|byte| format!("{byte:02x}")).collect();
    Summed { length: content.len() as u64, digest }
}

fn exchange(length: u64) -> Step {
    let bytes = usize::try_from(length).unwrap();
    let holds = ["b", "a"].map(|other| Some(summed(&filled(other)[..bytes])));
    Step::Exchange { a: place("a"), b: place("b"), length, holds, block: 8, done: 0, phase: Phase::Untouched }
}

fn copy(from: &str, to: &str, length: u64) -> Step {
    let bytes = usize::try_from(length).unwrap();
    moved(from, to, &filled(from)[..bytes.min(40)])
}

fn moved(from: &str, to: &str, content: &[u8]) -> Step {
    Step::Copy { from: place(from), to: place(to), content: summed(content) }
}

/// Cuts the power at each operation, and then at each operation of what follows; the end has to be the same.
fn survives(steps: &[Step], wanted: &[(&str, Vec<u8>)]) {
    let finished = |world: &World, case: &str| {
        assert_eq!(start(world, &Power::steady()).unwrap().redo, [], "{case}");
        for (name, wanted) in wanted {
            assert_eq!(content(world, name), *wanted, "{case}: {name}");
        }
    };
    let cut = |world: &World, at: usize, how: Cut| start(world, &Power::ends(at, how)).is_err();
    finished(&world(steps), "undisturbed");
    for first in CUTS {
        for at in 0.. {
            let once = world(steps);
            if !cut(&once, at, first) {
                assert!(at > 4);
                break;
            }
            let copy = |world: &World| world.iter().map(|(name, held)| (*name, bytes(&held.lock().unwrap()))).collect::<World>();
            for again in 0.. {
                let twice = copy(&once);
                if !cut(&twice, again, Cut::Torn) {
                    break;
                }
                finished(&twice, &format!("{first:?} at {at}, then torn at {again}"));
            }
            finished(&once, &format!("{first:?} at {at}"));
        }
    }
}

#[test]
fn a_copy_is_finished() {
    let before = world(&[]);
    let (a, b) = (content(&before, "a"), content(&before, "b"));
    survives(&[copy("a", "b", 20)], &[("a", a.clone()), ("b", [&a[..20], &b[20..]].concat())]);
}

#[test]
fn an_exchange_is_finished() {
    let before = world(&[]);
    let (a, b) = (content(&before, "a"), content(&before, "b"));
    // The last block is a short one.
    let wanted = [("a", [&b[..20], &a[20..]].concat()), ("b", [&a[..20], &b[20..]].concat())];
    survives(&[exchange(20)], &wanted);
}

/// Whoever goes on after an error goes on from the record, not from what it had hoped to record.
#[test]
fn an_error_and_a_cut_are_survived() {
    let wanted = (content(&world(&[]), "b"), content(&world(&[]), "a"));
    for fails in 1.. {
        for at in fails + 1.. {
            let world = world(&[exchange(40)]);
            let power = Power::new(Some(fails), Some((at, Cut::Lost)));
            let mut store = store(&world, &power);
            let mut state = store.load().unwrap().unwrap();
            let places = world.iter().filter(|(name, _)| **name != "state");
            let mut media: Media = places.map(|(name, bytes)| (place(name), Simulated::new(bytes, &power) as _)).collect();
            let ended = [(); 2].map(|()| redo::finish(&mut state, &mut media, &mut store, &mut ()).is_ok());
            start(&world, &Power::steady()).unwrap();
            assert_eq!((content(&world, "a"), content(&world, "b")), wanted, "{fails} fails, cut at {at}");
            match ended {
                [true, _] => return,
                [false, true] => break,
                [false, false] => {}
            }
        }
    }
}

#[test]
fn steps_that_depend_on_each_other_are_done_in_their_order() {
    let before = world(&[]);
    let (a, b, c) = (content(&before, "a"), content(&before, "b"), content(&before, "c"));
    let steps = [copy("a", "b", 40), copy("c", "a", 40), Step::Cut { place: place("c"), length: 0 }];
    survives(&steps, &[("a", c.clone()), ("b", a.clone())]);
    survives(
        &[exchange(16), moved("a", "c", &b[..16])],
        &[("a", [&b[..16], &a[16..]].concat()), ("c", [&b[..16], &c[16..]].concat())],
    );
}

#[test]
fn what_is_right_already_is_not_written_again() {
    let mut world = world(&[copy("a", "a2", 40)]);
    let twin = bytes(&content(&world, "a"));
    world.insert("a2", twin);
    let power = Power::steady();
    start(&world, &power).unwrap();
    // The load, a sync of either place, the record twice with a sync each, and the load of `start`.
    assert_eq!(power.operations(), 1 + 2 + 4 + 1);
}

#[test]
fn what_cannot_be_done_is_an_error_and_nothing_is_forgotten() {
    let holds = [None, None];
    let cases = [
        copy("a", "nowhere", 1),
        moved("a", "b", &[0; 41]),
        Step::Exchange { a: place("a"), b: place("a"), length: 8, holds, block: 8, done: 0, phase: Phase::Untouched },
        Step::Cut { place: place("nowhere"), length: 0 },
    ];
    for step in cases {
        let world = world(core::slice::from_ref(&step));
        assert!(
            matches!(start(&world, &Power::steady()), Err(StartError::Store(StoreError::Io(_)) | StartError::Unreadable(..))),
            "{step:?}"
        );
        assert_eq!(store(&world, &Power::steady()).load().unwrap().unwrap().redo, [step]);
    }
}

fn snapshot(world: &World) -> BTreeMap<&'static str, Vec<u8>> {
    world.keys().map(|name| (*name, content(world, name))).collect()
}

fn again(parts: &BTreeMap<&'static str, Vec<u8>>) -> World {
    parts.iter().map(|(name, held)| (*name, bytes(held))).collect()
}

/// However far a device was, a changed bit is either of no account, or noticed before anything is written.
fn no_changed_bit_is_passed_over(steps: &[Step], wanted: &[(&str, Vec<u8>)]) {
    let mut noticed = 0;
    for at in 0.. {
        let before = world(steps);
        let cut = start(&before, &Power::ends(at, Cut::Lost)).is_err();
        let parts = snapshot(&before);
        for (name, length) in [("a", 40), ("b", 40), ("c", 40), ("scratch", 8)] {
            for offset in 0..length {
                let mut changed = parts.clone();
                changed.get_mut(name).unwrap()[offset] ^= 1;
                let world = again(&changed);
                match start(&world, &Power::steady()) {
                    Ok(_) => {
                        for (wanted_name, wanted) in wanted.iter().filter(|(wanted_name, _)| *wanted_name != name) {
                            assert_eq!(content(&world, wanted_name), *wanted, "{at}: byte {offset} of {name}: {wanted_name}");
                        }
                    }
                    Err(StartError::Changed(_)) => {
                        assert_eq!(snapshot(&world), changed, "{at}: byte {offset} of {name}");
                        noticed += 1;
                    }
                    Err(error) => panic!("{at}: byte {offset} of {name}: {error}"),
                }
            }
        }
        if !cut {
            break;
        }
    }
    assert!(noticed > 20, "{noticed}");
}

#[test]
fn a_copy_of_what_was_changed_is_not_begun() {
    let a = content(&world(&[]), "a");
    no_changed_bit_is_passed_over(&[copy("a", "b", 20)], &[("b", [&a[..20], &filled("b")[20..]].concat())]);
}

#[test]
fn an_exchange_of_what_was_changed_is_not_gone_on_with() {
    let (a, b) = (filled("a"), filled("b"));
    no_changed_bit_is_passed_over(&[exchange(20)], &[("a", [&b[..20], &a[20..]].concat()), ("b", [&a[..20], &b[20..]].concat())]);
}

/// What is exchanged behind the end of the shorter one is of no account.
#[test]
fn an_exchange_knows_both_lengths() {
    let (a, b) = (filled("a"), filled("b"));
    let holds = [Some(summed(&b[..30])), Some(summed(&a[..20]))];
    let step = Step::Exchange { a: place("a"), b: place("b"), length: 30, holds, block: 8, done: 0, phase: Phase::Untouched };
    survives(&[step], &[("a", [&b[..30], &a[30..]].concat()), ("b", [&a[..30], &b[30..]].concat())]);
}

#[test]
fn what_a_medium_did_not_take_is_noticed() {
    // The place is shorter than it says, and what is written behind its end is gone: as on a counterfeit card.
    let world = world(&[copy("a", "b", 40)]);
    let power = Power::steady();
    let mut store = store(&world, &power);
    let mut state = store.load().unwrap().unwrap();
    let mut media: Media = [("a", Simulated::new(&world["a"], &power) as _), ("b", Box::new(Wrapped(vec![0; 20])) as _)]
        .map(|(name, medium)| (place(name), medium))
        .into();
    let ended = redo::finish(&mut state, &mut media, &mut store, &mut ());
    assert!(matches!(ended, Err(StartError::Changed(changed)) if changed == [place("b")]));
    assert_eq!(state.redo.len(), 1);
}

#[test]
fn a_copy_that_only_was_not_recorded_needs_its_source_no_more() {
    let (world, a) = (world(&[copy("a", "b", 40)]), filled("a"));
    world["b"].lock().unwrap().copy_from_slice(&a);
    world["a"].lock().unwrap().fill(0);
    assert_eq!(start(&world, &Power::steady()).unwrap().redo, []);
    assert_eq!(content(&world, "b"), a);
}

/// Whoever makes the scratch area another one between a cut and what follows.
#[test]
fn an_exchange_goes_on_with_the_blocks_it_began_with() {
    let wanted = (filled("b"), filled("a"));
    for at in 5..40 {
        let mut larger = world(&[exchange(40)]);
        start(&larger, &Power::ends(at, Cut::Lost)).unwrap_err();
        let mut scratch = content(&larger, "scratch");
        let (parts, smaller) = (snapshot(&larger), bytes(&scratch[..4]));
        scratch.resize(16, 0xff);
        larger.insert("scratch", bytes(&scratch));
        start(&larger, &Power::steady()).unwrap();
        assert_eq!((content(&larger, "a"), content(&larger, "b")), wanted, "cut at {at}");
        let mut refused = again(&parts);
        refused.insert("scratch", smaller);
        start(&refused, &Power::steady()).unwrap_err();
        assert_eq!((content(&refused, "a"), content(&refused, "b")), (parts["a"].clone(), parts["b"].clone()), "cut at {at}");
    }
}

/// A medium that has less room than it says.
#[derive(Debug)]
struct Wrapped(Vec<u8>);

impl suitpack_device::Medium for Wrapped {
    fn capacity(&self) -> u64 {
        2 * self.0.len() as u64
    }

    fn read(&mut self, at: u64, buffer: &mut [u8]) -> std::io::Result<()> {
        let length = self.0.len();
        (usize::try_from(at).unwrap()..).zip(buffer).for_each(|(at, byte)| *byte = self.0[at % length]);
        Ok(())
    }

    fn write(&mut self, at: u64, bytes: &[u8]) -> std::io::Result<()> {
        let length = self.0.len();
        (usize::try_from(at).unwrap()..).zip(bytes).for_each(|(at, byte)| self.0[at % length] = *byte);
        Ok(())
    }

    fn sync(&mut self) -> std::io::Result<()> {
        Ok(())
    }

    fn cut(&mut self, _: u64) -> std::io::Result<()> {
        Ok(())
    }
}
