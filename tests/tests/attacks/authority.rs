//! Arbitrary software: nobody who is trusted made it.

use suitpack_package::{Cause, verify};
use suitpack_tests::{Lab, STORED, ZSTD, key, recipe};

use crate::bench::{Endless, Parts, cause, extracted, image};

#[test]
fn arbitrary_software_that_nobody_signed_is_refused() {
    let lab = Lab::signed_by(&recipe(ZSTD), &image(1, 5000), &[]);
    assert_eq!(cause(&lab.package, &lab.request()), Some(Cause::NotAuthentic));
}

#[test]
fn arbitrary_software_of_a_stranger_is_refused() {
    let lab = Lab::signed_by(&recipe(ZSTD), &image(1, 5000), &[&key(2)]);
    let mut request = lab.request();
    request.anchors = vec![key(1).public_key()];
    assert_eq!(cause(&lab.package, &request), Some(Cause::NotTrusted));
}

#[test]
fn arbitrary_software_under_the_signature_of_another_release_is_refused() {
    let (good, evil) = (Lab::new(&recipe(STORED), &image(1, 5000)), Lab::signed_by(&recipe(STORED), &image(2, 5000), &[&key(2)]));
    let wrapper = Parts::of(&good.package).wrapper;
    let parts = Parts { wrapper, ..Parts::of(&evil.package) };
    assert_eq!(cause(&parts.package(), &good.request()), Some(Cause::NotAuthentic));
}

#[test]
fn arbitrary_software_in_place_of_a_signed_payload_is_refused() {
    let lab = Lab::new(&recipe(STORED), &image(1, 5000));
    let mut parts = Parts::of(&lab.package);
    assert_eq!(parts.package(), lab.package, "put together as it was");
    parts.payloads[0].1 = image(2, 5000);
    let (extraction, _) = extracted(&parts.package(), &lab.request(), "app");
    assert_eq!((extraction.report.cause(), extraction.written), (Some(Cause::NotBound), false));
}

#[test]
fn arbitrary_software_is_refused_before_a_byte_of_its_payload_is_read() {
    let evil = Lab::signed_by(&recipe(STORED), &image(2, 1 << 20), &[&key(2)]);
    let mut request = evil.request();
    request.anchors = vec![key(1).public_key()];
    let mut input = Endless::behind(&evil.package);
    assert_eq!(verify(&mut input, &request).cause(), Some(Cause::NotTrusted));
    assert!(input.read <= 32 << 10, "{} bytes were read of a package whose head has less than two kilobytes", input.read);
}
