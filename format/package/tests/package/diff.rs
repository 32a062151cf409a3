//! What is different between two packages is told in words, and nothing else.

use suitpack_package::{Change, Diff, diff};

use crate::bench::{array, bytes, digest, head, int, map, sequence, text};
use crate::lint::{Package, good, two};

fn between(a: &Package, b: &Package) -> Diff {
    diff(&a.bytes()[..], &b.bytes()[..]).unwrap()
}

/// Every difference as area, change, and the last words of both sides.
fn told(a: &Package, b: &Package) -> Vec<(String, Change, Option<String>, Option<String>)> {
    between(a, b).differences.into_iter().map(|one| (one.area, one.change, one.from, one.to)).collect()
}

fn one(area: &str, change: Change, from: Option<&str>, to: Option<&str>) -> (String, Change, Option<String>, Option<String>) {
    (area.to_owned(), change, from.map(str::to_owned), to.map(str::to_owned))
}

#[test]
fn the_same_bytes_are_not_different() {
    for package in [good(), two()] {
        let found = between(&package, &package);
        assert!(found.differences.is_empty() && found.bytes.is_empty());
    }
}

#[test]
fn a_sequence_number_that_changed_is_the_only_difference_and_its_byte_is_named() {
    let mut new = good();
    new.sequence_number = 4;
    assert_eq!(told(&good(), &new), [one("manifest", Change::Changed, Some("sequence number 3"), Some("sequence number 4"))]);
    let found = between(&good(), &new);
    // The wrapper of these packages states the same digest, so the manifest is where they part.
    assert_eq!(found.bytes.len(), 1);
    assert_eq!(found.bytes[0].element, "suit-manifest > suit-manifest-sequence-number");
    let at = usize::try_from(found.bytes[0].offset).unwrap();
    assert_eq!((good().bytes()[at], new.bytes()[at]), (3, 4));
}

#[test]
fn commands_are_aligned() {
    let old = good().section(8, &[(3, int(15)), (20, map(&[(4, int(1))])), (4, int(15))]);
    let new = good().section(8, &[(20, map(&[(4, int(2))])), (4, int(15)), (6, int(15))]);
    let told = told(&old, &new);
    assert_eq!(
        told.iter().map(|(area, change, ..)| (area.as_str(), *change)).collect::<Vec<_>>(),
        [("suit-load", Change::Removed), ("suit-load", Change::Changed), ("suit-load", Change::Added)]
    );
    assert!(told[0].2.as_ref().unwrap().starts_with("condition-image-match"));
    assert!(told[1].2.as_ref().unwrap().starts_with("use-before") && told[1].3.as_ref().unwrap().starts_with("use-before"));
    assert!(told[2].3.as_ref().unwrap().starts_with("condition-check-content"));
    let found = between(&old, &new);
    assert!(found.bytes[0].element.starts_with("suit-manifest > suit-load"), "{:?}", found.bytes);
}

#[test]
fn arms_say_which_one_they_are() {
    let arms = |slot: i64| array(&[sequence(&[(3, int(15))]), sequence(&[(20, map(&[(5, int(slot))])), (5, int(15))])]);
    let told = told(&good().section(8, &[(15, arms(0))]), &good().section(8, &[(15, arms(1))]));
    assert_eq!(told, [one("suit-load", Change::Changed, Some("arm 2: component-slot 0"), Some("arm 2: component-slot 1"))]);
}

#[test]
fn a_component_that_is_gone_has_not_become_another() {
    let mut new = good();
    new.components = vec!["other"];
    let told = told(&good(), &new);
    assert!(told.contains(&one("manifest", Change::Removed, Some("component app"), None)), "{told:?}");
    assert!(told.contains(&one("manifest", Change::Added, None, Some("component other"))), "{told:?}");
}

#[test]
fn payloads_are_compared_byte_by_byte() {
    let mut with = good();
    with.payloads = vec!["#b", "#app"];
    assert_eq!(told(&good(), &with), [one("payload", Change::Added, None, Some("#b"))]);
    let a = good().bytes();
    let mut b = a.clone();
    let last = b.len() - 1;
    b[last] ^= 1;
    let found = diff(&a[..], &b[..]).unwrap();
    assert_eq!((found.bytes[0].offset, found.bytes[0].element.as_str()), (u64::try_from(last).unwrap(), "payload #app"));
    assert_eq!(found.differences.len(), 1);
    // A payload of another size parts in the head of its byte string.
    let content = b.len() - 6;
    b[content] = 0x44;
    b.truncate(last);
    let found = diff(&a[..], &b[..]).unwrap();
    assert_eq!(found.bytes[0].offset, u64::try_from(content).unwrap());
}

#[test]
fn what_is_withheld_is_not_taken_back() {
    let texts = bytes(&[head(5, 1), text("en"), map(&[(1, text("Mends a leak."))])].concat());
    let mut full = good();
    full.member(23, digest(-16));
    full.severed = vec![(23, texts)];
    let mut small = full.clone();
    small.severed.clear();
    let told = told(&full, &small);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].3.as_ref().unwrap().ends_with("withheld"));
}

#[test]
fn what_cannot_be_read_says_which_of_the_two_it_is() {
    let good = good().bytes();
    assert!(matches!(diff(&good[..40], &good[..]), Err((_, false))));
    assert!(matches!(diff(&good[..], &good[..40]), Err((_, true))));
    assert!(matches!(diff(&good[..], &good[..good.len() - 1]), Err((_, true))));
}

#[test]
fn every_flipped_bit_is_seen() {
    let package = good().bytes();
    for bit in 0..package.len() * 8 {
        let mut flipped = package.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        if let Ok(found) = diff(&package[..], &flipped[..]) {
            assert_eq!(found.bytes[0].offset, u64::try_from(bit / 8).unwrap(), "bit {bit}");
        }
    }
}

#[test]
fn long_sequences_are_compared_without_growing_beyond_bounds() {
    let many = |slot: i64| -> Package {
        let mut commands = vec![(5, int(15))];
        (0..1000).for_each(|number| commands.push((20, map(&[(5, int(slot * 1000 + number)), (21, text("x"))]))));
        let arms = array(&[sequence(&commands), sequence(&commands), sequence(&commands)]);
        good().section(8, &[(15, arms)])
    };
    let started = std::time::Instant::now();
    assert!(between(&many(1), &many(3)).differences.len() >= 3000);
    assert!(started.elapsed().as_secs() < 60);
}
