//! What is decided is done in the end, however often it is interrupted.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod simulated;

use std::collections::BTreeMap;

use simulated::{Bytes, CUTS, Cut, Power, Simulated, bytes};
use suitpack_device::store::{Store, StoreError};
use suitpack_device::{Media, Phase, Place, State, Step, redo};

/// The bytes of a device: places, and the store under `state`.
type World = BTreeMap<&'static str, Bytes>;

fn place(name: &str) -> Place {
    Place(name.to_owned())
}

/// A device that has decided on these steps.
fn world(steps: &[Step]) -> World {
    let filled = |value: u8| (0..40_u8).map(|at| value ^ (at / 8)).collect::<Vec<u8>>();
    let places =
        [("a", filled(0x10)), ("b", filled(0x20)), ("c", filled(0x30)), ("scratch", vec![0xff; 8]), ("state", vec![0; 4096])];
    let world: World = places.iter().map(|(name, content)| (*name, bytes(content))).collect();
    let state = State { redo: steps.to_vec(), ..State::default() };
    store(&world, &Power::steady()).save(&state).unwrap();
    world
}

fn store(world: &World, power: &Power) -> Store {
    Store::open(Simulated::new(&world["state"], power))
}

/// What happens when the device starts.
fn start(world: &World, power: &Power) -> Result<State, StoreError> {
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

fn exchange(length: u64) -> Step {
    Step::Exchange { a: place("a"), b: place("b"), length, done: 0, phase: Phase::Untouched }
}

fn copy(from: &str, to: &str, length: u64) -> Step {
    Step::Copy { from: place(from), to: place(to), length }
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
    survives(&[exchange(16), copy("a", "c", 16)], &[("a", [&b[..16], &a[16..]].concat()), ("c", [&b[..16], &c[16..]].concat())]);
}

#[test]
fn what_is_right_already_is_not_written_again() {
    let mut world = world(&[copy("a", "a2", 40)]);
    let twin = bytes(&content(&world, "a"));
    world.insert("a2", twin);
    let power = Power::steady();
    start(&world, &power).unwrap();
    // The load, a sync of the place, the record twice with a sync each, and the load of `start`.
    assert_eq!(power.operations(), 1 + 1 + 4 + 1);
}

#[test]
fn what_cannot_be_done_is_an_error_and_nothing_is_forgotten() {
    let cases = [
        copy("a", "nowhere", 1),
        copy("a", "b", 41),
        Step::Exchange { a: place("a"), b: place("a"), length: 8, done: 0, phase: Phase::Untouched },
        Step::Cut { place: place("nowhere"), length: 0 },
    ];
    for step in cases {
        let world = world(core::slice::from_ref(&step));
        assert!(matches!(start(&world, &Power::steady()), Err(StoreError::Io(_))), "{step:?}");
        assert_eq!(store(&world, &Power::steady()).load().unwrap().unwrap().redo, [step]);
    }
}
