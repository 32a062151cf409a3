//! The record of a device is the old one or the new one, whatever happens.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod simulated;

use simulated::{Bytes, CUTS, Power, Simulated, bytes};
use suitpack_crypto::Sha256Stream;
use suitpack_device::store::{Store, StoreError};
use suitpack_device::{Installed, State};

const HALF: usize = 1024;

fn state(sequence: u64) -> State {
    let mut state = State::default();
    state.manifests.insert("root".to_owned(), Installed { sequence, digest: None });
    state
}

fn open(medium: &Bytes) -> Store {
    Store::open(Simulated::new(medium, &Power::steady()))
}

fn loaded(medium: &Bytes) -> Option<State> {
    open(medium).load().unwrap()
}

/// A medium on which these were saved, one after the other.
fn holding(sequences: &[u64]) -> Bytes {
    let medium = bytes(&[0; 2 * HALF]);
    let mut store = open(&medium);
    for sequence in sequences {
        store.save(&state(*sequence)).unwrap();
    }
    medium
}

#[test]
fn a_blank_medium_holds_no_state() {
    for erased in [0, 0xff] {
        assert_eq!(loaded(&bytes(&[erased; 2 * HALF])), None);
    }
}

#[test]
fn what_was_saved_last_is_loaded() {
    for count in 1..5 {
        let sequences: Vec<u64> = (1..=count).collect();
        assert_eq!(loaded(&holding(&sequences)), Some(state(count)));
    }
}

#[test]
fn either_copy_says_the_newest_when_the_other_rots() {
    let medium = holding(&[1, 2]);
    let sound = medium.lock().unwrap().clone();
    let written = |half: usize| half * HALF..half * HALF + 56;
    for at in written(0).chain(written(1)) {
        for bit in 0..8 {
            let rotten = bytes(&sound);
            rotten.lock().unwrap()[at] ^= 1 << bit;
            assert_eq!(loaded(&rotten), Some(state(2)), "bit {bit} of {at}");
        }
    }
    for half in 0..2 {
        let rotten = bytes(&sound);
        rotten.lock().unwrap()[half * HALF..(half + 1) * HALF].fill(0xff);
        assert_eq!(loaded(&rotten), Some(state(2)));
        open(&rotten).save(&state(3)).unwrap();
        rotten.lock().unwrap()[(1 - half) * HALF..(2 - half) * HALF].fill(0);
        assert_eq!(loaded(&rotten), Some(state(3)), "saving mended the half that was lost");
    }
}

#[test]
fn a_state_that_cannot_be_read_is_not_a_new_device() {
    let medium = holding(&[1]);
    for at in [60, HALF + 60] {
        medium.lock().unwrap()[at] ^= 1;
    }
    assert!(matches!(open(&medium).load(), Err(StoreError::Damaged)));
    assert!(matches!(open(&medium).save(&state(2)), Err(StoreError::Damaged)));

    // Only the first half is ever written first.
    let medium = bytes(&[0; 2 * HALF]);
    medium.lock().unwrap()[HALF + 1] = 7;
    assert!(matches!(open(&medium).load(), Err(StoreError::Damaged)));
}

#[test]
fn a_record_of_another_version_is_not_passed_over() {
    for body in [r#"{"format":"suitpack-device-state/2","state":{}}"#, "[]"] {
        let mut record = b"suitdev1".to_vec();
        record.extend(9_u64.to_be_bytes());
        record.extend((body.len() as u64).to_be_bytes());
        let mut digest = Sha256Stream::new();
        digest.update(&record);
        digest.update(body.as_bytes());
        record.extend(digest.finish());
        record.extend(body.as_bytes());
        let medium = holding(&[1, 2]);
        medium.lock().unwrap()[..record.len()].copy_from_slice(&record);
        assert!(matches!(open(&medium).load(), Err(StoreError::Foreign)), "{body}");
    }
}

#[test]
fn a_state_that_is_too_large_is_refused_before_anything_is_written() {
    let medium = holding(&[1]);
    let before = medium.lock().unwrap().clone();
    let mut large = state(2);
    large.manifests.insert("x".repeat(HALF), Installed { sequence: 1, digest: None });
    assert!(matches!(open(&medium).save(&large), Err(StoreError::TooLarge { room: 968, .. })));
    assert_eq!(*medium.lock().unwrap(), before);
    assert!(matches!(open(&bytes(&[0; 40])).save(&state(1)), Err(StoreError::TooLarge { room: 0, .. })));
}

#[test]
fn a_cut_leaves_the_old_record_or_the_new_one() {
    for sequences in [&[][..], &[1], &[1, 2]] {
        for how in CUTS {
            for at in 0.. {
                let medium = holding(sequences);
                let power = Power::ends(at, how);
                let saved = Store::open(Simulated::new(&medium, &power)).save(&state(9));
                let last = sequences.last().map(|last| state(*last));
                let found = loaded(&medium);
                assert!(found == last || found == Some(state(9)), "{sequences:?} {how:?} {at}");
                assert!(saved.is_err() || found == Some(state(9)));
                open(&medium).save(&state(10)).unwrap();
                assert_eq!(loaded(&medium), Some(state(10)));
                if saved.is_ok() {
                    assert_eq!(at, 5, "a sync before reading, and two writes and two syncs");
                    break;
                }
            }
        }
    }
}

/// A write that failed may be read as whole, out of a cache. The half that is known to be durable is not touched before it.
#[test]
fn after_an_error_the_half_in_doubt_is_written_first() {
    for fails in 1..5 {
        for how in CUTS {
            for cut in 0..12 {
                let medium = holding(&[1]);
                let mut store = Store::open(Simulated::new(&medium, &Power::fails(fails)));
                assert!(matches!(store.save(&state(2)), Err(StoreError::Io(_))));
                store.save(&state(3)).unwrap();
                assert_eq!(loaded(&medium), Some(state(3)));

                let medium = holding(&[1]);
                let mut store = Store::open(Simulated::new(&medium, &Power::new(Some(fails), Some((fails + 1 + cut, how)))));
                assert!(store.save(&state(2)).is_err());
                let saved = store.save(&state(3));
                let found = loaded(&medium).unwrap();
                assert!(found == state(3) || saved.is_err(), "{fails} {how:?} {cut}");
                assert!([state(1), state(2), state(3)].contains(&found));
            }
        }
    }
}

/// What could not be made durable may be read all the same, out of a cache.
#[test]
fn a_record_in_doubt_says_nothing() {
    for fails in 0..4 {
        let medium = holding(&[1]);
        let mut store = Store::open(Simulated::new(&medium, &Power::fails(fails + 1)));
        assert_eq!(store.load().unwrap(), Some(state(1)));
        assert!(store.says(&state(1)) && !store.says(&state(2)));
        store.save(&state(2)).unwrap_err();
        let found = store.load().unwrap().unwrap();
        assert!(!store.says(&found), "operation {fails} failed");
        store.save(&state(2)).unwrap();
        assert!(store.says(&state(2)));
    }
}
