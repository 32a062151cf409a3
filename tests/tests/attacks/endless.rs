//! Endless data, slow retrieval, dropped requests: more bytes than signed, fewer, or none.

use std::io::{self, Read};

use suitpack_package::{Cause, extract, verify};
use suitpack_tests::{Lab, STORED, ZSTD, recipe};

use crate::bench::{Endless, Parts, cause, image};

/// The package with this length in front of its payload's bytes, which are left out.
fn announcing(lab: &Lab, length: u64) -> Vec<u8> {
    let mut parts = Parts::of(&lab.package);
    let content = core::mem::take(&mut parts.payloads[0].1);
    let package = parts.package();
    // An empty byte string stands at the end: 0x40.
    let announced = [&package[..package.len() - 1], &[0x5b], &length.to_be_bytes()].concat();
    assert!(content.len() > 100);
    announced
}

#[test]
fn endless_data_in_a_payload_is_refused_by_its_length() {
    let lab = Lab::new(&recipe(STORED), &image(1, 5000));
    for length in [1 << 32, 1 << 62, u64::MAX] {
        let package = announcing(&lab, length);
        let mut input = Endless::behind(&package);
        let (cause, read) = (verify(&mut input, &lab.request()).cause(), input.read);
        assert_eq!(cause, Some(Cause::NotBound), "{length}");
        assert!(read <= 32 << 10, "{length}: {read} bytes were read");
    }
}

#[test]
fn endless_data_in_a_dependency_is_not_read() {
    let inner = Lab::new(&recipe(STORED), &image(1, 5000));
    let outer = recipe(&format!("{STORED}[[depends-on]]\nid = [\"sub\"]\npackage = \"inner.suit\"\n"));
    let outer = Lab::with(&outer, &image(2, 50), &[("inner.suit", &inner.package)]);
    assert_eq!(cause(&outer.package, &outer.request()), None);
    let mut parts = Parts::of(&outer.package);
    let sub = parts.payloads.pop().unwrap();
    assert_eq!(sub.0, "#sub");
    parts.payloads.push((sub.0, vec![]));
    let package = parts.package();
    // The dependency stands last; its length is announced as 2^62, and behind its own end zeros follow for ever.
    let package = [&package[..package.len() - 1], &[0x5b, 0x40, 0, 0, 0, 0, 0, 0, 0], &sub.1].concat();
    let mut input = Endless::behind(&package);
    assert!(verify(&mut input, &outer.request()).cause().is_some());
    assert!(input.read <= 64 << 10, "{} bytes were read", input.read);
}

#[test]
fn endless_data_behind_a_package_is_refused_at_its_first_byte() {
    let lab = Lab::new(&recipe(ZSTD), &image(1, 5000));
    let mut input = Endless::behind(&lab.package);
    let mut output = vec![];
    let extraction = extract(&mut input, &lab.request(), "app", false, &mut output);
    assert_eq!(extraction.report.cause(), Some(Cause::Unreadable));
    assert!(input.read <= lab.package.len() as u64 + (32 << 10), "{}", input.read);
}

#[test]
fn endless_data_before_the_manifest_is_refused_at_the_limit() {
    let lab = Lab::new(&recipe(ZSTD), &image(1, 5000));
    // 107({2: a wrapper of 2^40 bytes
    let start = [0xd8, 0x6b, 0xa2, 0x02, 0x5b, 0, 0, 1, 0, 0, 0, 0, 0];
    let mut input = Endless::behind(&start);
    assert_eq!(verify(&mut input, &lab.request()).cause(), Some(Cause::Policy));
    assert!(input.read <= 2 << 20, "{}", input.read);
}

#[test]
fn endless_data_made_of_few_bytes_is_stopped_at_the_signed_size() {
    let lab = Lab::new(&recipe(ZSTD), &[0; 5000]);
    let bomb = Lab::new(&recipe(ZSTD), &vec![0; 32 << 20]);
    let payloads = Parts::of(&bomb.package).payloads;
    assert!(payloads[0].1.len() < 8192, "{} bytes that become 32 MiB", payloads[0].1.len());
    let parts = Parts { payloads, ..Parts::of(&lab.package) };
    let mut output = vec![];
    let extraction = extract(parts.package().as_slice(), &lab.request(), "app", false, &mut output);
    assert_eq!(extraction.report.cause(), Some(Cause::NotBound));
    assert!(output.len() <= 5000, "{} bytes came out", output.len());
}

/// Gives one byte at a time and then nothing more, as a server that wants to keep somebody waiting.
struct Trickle<'a>(&'a [u8]);

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(1);
        self.0.read(&mut buffer[..most])
    }
}

#[test]
fn slow_retrieval_changes_nothing_of_the_verdict() {
    let lab = Lab::new(&recipe(ZSTD), &image(1, 5000));
    assert!(verify(Trickle(&lab.package), &lab.request()).accepts());
}

#[test]
fn a_dropped_request_leaves_a_package_that_is_refused_wherever_it_ends() {
    let lab = Lab::new(&recipe(STORED), &image(1, 5000));
    for end in (0..lab.package.len()).step_by(97).chain([lab.package.len() - 1]) {
        let mut output = vec![];
        let extraction = extract(&lab.package[..end], &lab.request(), "app", false, &mut output);
        assert_eq!((extraction.report.cause(), extraction.written), (Some(Cause::Unreadable), false), "cut at {end}");
    }
}

#[test]
fn a_dropped_request_for_a_detached_payload_is_no_acceptance() {
    let recipe = recipe(&format!("{STORED}uri = \"https://example.com/app.img\"\n"));
    let lab = Lab::new(&recipe, &image(1, 5000));
    let mut request = lab.request();
    request.payload_dir = Some(suitpack_package::PayloadDir::new(lab.folder.path().to_owned()));
    assert_eq!(cause(&lab.package, &request), None);
    let file = lab.folder.path().join("app.img");
    let whole = std::fs::read(&file).unwrap();
    for length in [0, 1, 4999] {
        std::fs::write(&file, &whole[..length]).unwrap();
        assert_eq!(cause(&lab.package, &request), Some(Cause::NotBound), "{length}");
    }
    std::fs::remove_file(&file).unwrap();
    assert_eq!(cause(&lab.package, &request), Some(Cause::CouldNotTell));
}

#[test]
fn an_input_that_fails_is_no_acceptance() {
    struct Fails;
    impl Read for Fails {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the line is dead"))
        }
    }
    let lab = Lab::new(&recipe(STORED), &image(1, 50_000));
    let cut = &lab.package[..lab.package.len() - 20_000];
    assert_eq!(verify(cut.chain(Fails), &lab.request()).cause(), Some(Cause::Io));
}
