//! Mix-and-match, partial bundles, extraneous dependencies, circles, and software for somebody else: all of it signed by the right
//! party, and put together by another.

use suitpack_package::{Cause, Request};
use suitpack_tests::{Lab, STORED, key, recipe};

use crate::bench::{Parts, cause, image};

fn inner(number: u32, seed: u64) -> Lab {
    Lab::new(&recipe(STORED).replace("sequence-number = 7", &format!("sequence-number = {number}")), &image(seed, 3000))
}

/// A package that carries another.
fn outer(inner: &[u8]) -> Lab {
    let recipe = recipe(&format!("{STORED}[[depends-on]]\nid = [\"sub\"]\npackage = \"inner.suit\"\nprefix = [\"in\"]\n"));
    Lab::with(&recipe, &image(9, 4000), &[("inner.suit", inner)])
}

/// The same with another envelope in place of the one it carries.
fn carrying(outer: &Lab, inner: &[u8]) -> Vec<u8> {
    let mut parts = Parts::of(&outer.package);
    let place = parts.payloads.iter_mut().find(|(name, _)| name == "#sub").unwrap();
    place.1 = inner.to_vec();
    parts.package()
}

fn two(first: u64, second: u64) -> Lab {
    let net = "[[component]]\nid = [\"net\"]\nimage = \"net.bin\"\ncompression = \"none\"\n";
    Lab::with(&recipe(&format!("{STORED}{net}")), &image(first, 4000), &[("net.bin", &image(second, 4000))])
}

#[test]
fn mix_and_match_of_two_releases_is_refused() {
    let (first, second) = (two(1, 2), two(3, 4));
    for at in [0, 1] {
        let mut parts = Parts::of(&first.package);
        parts.payloads[at] = Parts::of(&second.package).payloads[at].clone();
        assert_eq!(cause(&parts.package(), &first.request()), Some(Cause::NotBound), "payload {at}");
    }
    // The texts of one release under the manifest of another.
    let texts = |words: &str| Lab::new(&recipe(STORED).replace("Mends a leak.", &words.repeat(4)), &image(5, 3000));
    let (first, second) = (texts("Mends a leak."), texts("Opens a leak."));
    let parts = Parts { members: Parts::of(&second.package).members, ..Parts::of(&first.package) };
    assert!(!parts.members.is_empty());
    assert_eq!(cause(&parts.package(), &first.request()), Some(Cause::NotBound), "a severed member");
}

#[test]
fn mix_and_match_with_an_older_dependency_is_refused() {
    // Both releases of the dependency are whole, authentic and trusted; only one is the one that was named.
    let (old, new) = (inner(6, 1), inner(7, 2));
    let outer = outer(&new.package);
    assert_eq!(cause(&outer.package, &outer.request()), None);
    assert_eq!(cause(&old.package, &outer.request()), None);
    assert_eq!(cause(&carrying(&outer, &old.package), &outer.request()), Some(Cause::NotBound));
}

#[test]
fn mix_and_match_of_a_dependencys_payload_is_refused() {
    let (old, new) = (inner(6, 1), inner(7, 2));
    let outer = outer(&new.package);
    let mixed = Parts { payloads: Parts::of(&old.package).payloads, ..Parts::of(&new.package) };
    assert_eq!(cause(&carrying(&outer, &mixed.package()), &outer.request()), Some(Cause::NotBound));
}

#[test]
fn a_partial_bundle_is_no_acceptance() {
    let lab = two(1, 2);
    for at in [0, 1] {
        let mut parts = Parts::of(&lab.package);
        parts.payloads.remove(at);
        assert_eq!(cause(&parts.package(), &lab.request()), Some(Cause::CouldNotTell), "without payload {at}");
    }
    let outer = outer(&inner(7, 2).package);
    let mut parts = Parts::of(&outer.package);
    parts.payloads.retain(|(name, _)| name != "#sub");
    assert_eq!(cause(&parts.package(), &outer.request()), Some(Cause::CouldNotTell), "without its dependency");
}

#[test]
fn an_extraneous_dependency_is_refused() {
    let (wanted, other) = (inner(7, 2), inner(8, 3));
    let outer = outer(&wanted.package);
    let mut parts = Parts::of(&outer.package);
    parts.payloads.push(("#subs".into(), other.package));
    assert_eq!(cause(&parts.package(), &outer.request()), Some(Cause::NotBound));
}

#[test]
fn an_extraneous_member_is_refused() {
    let lab = inner(7, 1);
    for label in [15, 16, 18, 20, -300] {
        let mut parts = Parts::of(&lab.package);
        parts.members.retain(|(known, _)| *known != label);
        parts.members.push((label, vec![0x82, 0x0c, 0x00]));
        assert!(cause(&parts.package(), &lab.request()).is_some(), "{label}");
    }
}

#[test]
fn a_dependency_that_a_stranger_signed_is_refused_although_its_digest_is_signed() {
    let strange = Lab::signed_by(&recipe(STORED), &image(2, 3000), &[&key(2)]);
    let outer = outer(&strange.package);
    assert_eq!(cause(&outer.package, &outer.request()), Some(Cause::NotTrusted));
}

#[test]
fn a_dependency_cycle_cannot_be_made_and_a_chain_ends() {
    // A package that holds itself would hold its own digest. What is left is a long chain.
    let mut package = inner(7, 2).package;
    let mut verdicts = vec![];
    for _ in 0..6 {
        let next = outer(&package);
        verdicts.push(cause(&next.package, &next.request()));
        assert_eq!(cause(&carrying(&next, &next.package), &next.request()), Some(Cause::NotBound), "a package within itself");
        package = next.package;
    }
    assert_eq!(verdicts, [None, None, None, None, Some(Cause::Policy), Some(Cause::Policy)]);
}

#[test]
fn wrong_hardware_is_refused() {
    let lab = inner(7, 1);
    let ask = |ask: &dyn Fn(&mut Request)| {
        let mut request = lab.request();
        ask(&mut request);
        cause(&lab.package, &request)
    };
    assert_eq!(ask(&|request| request.vendor_id = Some([1; 16])), Some(Cause::WrongHardware));
    assert_eq!(ask(&|request| request.class_id = Some([1; 16])), Some(Cause::WrongHardware));
}

#[test]
fn wrong_software_in_the_place_of_another_component_is_refused() {
    let lab = two(1, 2);
    let mut parts = Parts::of(&lab.package);
    let first = parts.payloads[0].1.clone();
    parts.payloads[0].1 = core::mem::replace(&mut parts.payloads[1].1, first);
    assert_eq!(cause(&parts.package(), &lab.request()), Some(Cause::NotBound));
}
