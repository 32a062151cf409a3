//! Bytes that were changed, cut, blown up or swapped: a clear refusal each time, in bounded memory and time.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::io::{self, Read};

use suitpack_core::cbor::Reader;
use suitpack_core::{Envelope, ErrorKind};
use suitpack_package::{Cause, extract, verify};
use suitpack_tests::{Lab, STORED, ZSTD, key, recipe};

fn image() -> Vec<u8> {
    (0..600_u32).flat_map(|n| (n * n / 7).to_le_bytes()).collect()
}

#[test]
fn a_package_is_accepted_before_it_is_touched() {
    for component in [ZSTD, STORED] {
        let lab = Lab::new(&recipe(component), &image());
        let report = lab.judge(&lab.package);
        assert!(report.accepts(), "{:#?}", report.checks());
    }
}

#[test]
fn a_package_cut_at_any_offset_cannot_be_read() {
    let lab = Lab::new(&recipe(ZSTD), &image());
    for end in 0..lab.package.len() {
        let cause = lab.judge(&lab.package[..end]).cause();
        assert_eq!(cause, Some(Cause::Unreadable), "cut at {end} of {}", lab.package.len());
    }
}

#[test]
fn no_bit_of_a_package_flips_unnoticed() {
    for component in [ZSTD, STORED] {
        let lab = Lab::new(&recipe(component), &image());
        // Only unprotected COSE headers could flip unnoticed: ours are the empty map behind each protected bucket, whose one byte
        // cannot become another map of the same length. The list of bits that may flip is therefore empty.
        let may_flip: [usize; 0] = [];
        for bit in 0..lab.package.len() * 8 {
            let mut flipped = lab.package.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let report = lab.judge(&flipped);
            assert!(
                !report.accepts() || may_flip.contains(&bit),
                "bit {bit} (byte {:#x}) flips unnoticed: {:?}",
                bit / 8,
                report.checks()
            );
        }
    }
}

#[test]
fn bytes_behind_a_package_are_refused() {
    let lab = Lab::new(&recipe(ZSTD), &image());
    let longer = [lab.package.as_slice(), &[0]].concat();
    assert_eq!(lab.judge(&longer).cause(), Some(Cause::Unreadable));
}

#[test]
fn another_key_is_not_trusted_and_no_key_accepts_nothing() {
    let lab = Lab::new(&recipe(ZSTD), &image());
    let mut request = lab.request();
    request.anchors = vec![key(2).public_key()];
    assert_eq!(verify(lab.package.as_slice(), &request).cause(), Some(Cause::NotTrusted));
    request.anchors = vec![];
    assert_eq!(verify(lab.package.as_slice(), &request).cause(), Some(Cause::NotTrusted));
}

#[test]
fn a_package_that_nobody_signed_is_not_authentic() {
    let unsigned = Lab::signed_by(&recipe(ZSTD), &image(), &[]);
    assert_eq!(unsigned.judge(&unsigned.package).cause(), Some(Cause::NotAuthentic));
}

#[test]
fn a_wrong_signature_in_a_trusted_name_is_not_made_good_by_a_right_one() {
    let (first, second) = (key(1), key(2));
    let lab = Lab::signed_by(&recipe(ZSTD), &image(), &[&first, &second]);
    let mut request = lab.request();
    request.anchors = vec![first.public_key(), second.public_key()];
    assert!(verify(lab.package.as_slice(), &request).accepts());
    let Some(suitpack_core::Block::Sign1(signature)) =
        Envelope::parse(&lab.package).unwrap().authentication().unwrap().blocks().nth(1)
    else {
        panic!("there are two signatures")
    };
    let at = find(&lab.package, signature.signature());
    let mut forged = lab.package.clone();
    forged[at] ^= 1;
    assert_eq!(verify(forged.as_slice(), &request).cause(), Some(Cause::NotAuthentic));
}

#[test]
fn payloads_of_the_same_size_cannot_be_exchanged() {
    let two = format!("{STORED}[[component]]\nid = [\"net\"]\nimage = \"app.bin\"\ncompression = \"none\"\n");
    let lab = Lab::new(&recipe(&two), &image());
    let mut other = image();
    other[0] ^= 1;
    let mut swapped = lab.package.clone();
    let at = find(&swapped, &image());
    swapped[at..at + other.len()].copy_from_slice(&other);
    assert_eq!(lab.judge(&swapped).cause(), Some(Cause::NotBound));
}

#[test]
fn a_package_swapped_while_it_is_read_is_refused() {
    let lab = Lab::new(&recipe(STORED), &image());
    let mut other = image();
    other.reverse();
    let other = Lab::new(&recipe(STORED), &other);
    assert_eq!(lab.package.len(), other.package.len());
    assert!(other.judge(&other.package).accepts(), "both are good packages by the same signer");
    // The file is replaced while a reader stands somewhere inside it: in the head, at its end, in the payload.
    for at in [60, lab.package.len() - image().len(), lab.package.len() - 100] {
        let mut output = vec![];
        let input = lab.package[..at].chain(&other.package[at..]);
        let extraction = extract(input, &lab.request(), "app", false, &mut output);
        assert!(!extraction.report.accepts(), "swapped at {at}");
    }
}

#[test]
fn a_payload_that_no_command_names_is_refused() {
    let lab = Lab::new(&recipe(ZSTD), &image());
    let envelope = Envelope::parse(&lab.package).unwrap();
    let entries = 2 + envelope.members().count() + envelope.payloads().count();
    let mut ballast = lab.package.clone();
    // Tag 107 is two bytes; the map's head follows.
    assert_eq!(ballast[2], 0xa0 | u8::try_from(entries).unwrap());
    ballast[2] += 1;
    ballast.extend_from_slice(&[0x65, b'#', b'z', b'z', b'z', b'z', 0x41, 0x00]);
    let report = lab.judge(&ballast);
    assert_eq!(report.cause(), Some(Cause::NotBound), "{:?}", report.checks());
}

#[test]
fn a_declared_length_of_2_to_the_64_is_refused_without_taking_memory() {
    for start in ["d86ba2025bffffffffffffffff", "d86bbbffffffffffffffff", "d86ba3024100034100607bffffffffffffffff"] {
        let report = Lab::new(&recipe(ZSTD), &image()).judge(&suitpack_tests::unhex(start));
        assert_eq!(report.cause(), Some(Cause::Unreadable), "{start}: {:?}", report.checks());
    }
}

#[test]
fn items_nested_ten_thousand_deep_are_refused_on_a_small_stack() {
    let nested = [vec![0x81; 10_000], vec![0x00]].concat();
    let error = std::thread::Builder::new()
        .stack_size(64 * 1024)
        .spawn(move || Reader::new(&nested).skip().unwrap_err())
        .unwrap()
        .join()
        .unwrap();
    assert_eq!(error.kind(), ErrorKind::NestingTooDeep);
}

#[test]
fn a_head_that_never_ends_is_refused_at_the_limit() {
    // A wrapper that announces 2^40 bytes, and goes on for ever.
    let start: &[u8] = &[0xd8, 0x6b, 0xa2, 0x02, 0x5b, 0, 0, 1, 0, 0, 0, 0, 0];
    let lab = Lab::new(&recipe(ZSTD), &image());
    let report = verify(start.chain(io::repeat(0)), &lab.request());
    assert_eq!(report.cause(), Some(Cause::Policy), "{:?}", report.checks());
}

#[test]
fn what_is_extracted_is_the_image_and_raw_is_what_is_carried() {
    let lab = Lab::new(&recipe(ZSTD), &image());
    let (mut installed, mut carried) = (vec![], vec![]);
    let extraction = extract(lab.package.as_slice(), &lab.request(), "app", false, &mut installed);
    assert!(extraction.report.accepts() && extraction.written);
    assert_eq!(installed, image());
    let extraction = extract(lab.package.as_slice(), &lab.request(), "app", true, &mut carried);
    assert!(extraction.report.accepts() && extraction.written);
    assert_eq!(find(&lab.package, &carried) + carried.len(), lab.package.len());
}

#[test]
fn a_name_that_is_not_there_extracts_nothing() {
    let lab = Lab::new(&recipe(ZSTD), &image());
    let mut output = vec![];
    let extraction = extract(lab.package.as_slice(), &lab.request(), "no such", false, &mut output);
    assert!(!extraction.written && output.is_empty());
    assert_eq!(extraction.candidates, ["app"]);
}

fn find(in_bytes: &[u8], wanted: &[u8]) -> usize {
    in_bytes.windows(wanted.len()).position(|window| window == wanted).unwrap()
}
