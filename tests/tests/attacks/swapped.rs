//! Time of check, time of use: what is checked is what is used, whatever becomes of its name meanwhile.

use std::fs;
use std::io::{self, Read};

use suitpack_package::{Cause, PayloadDir, extract};
use suitpack_tests::{Lab, STORED, ZSTD, recipe};

use crate::bench::{cause, image};

#[test]
fn toctou_a_package_is_read_once() {
    // A second look could see another file: there is none.
    for component in [ZSTD, STORED] {
        let lab = Lab::new(&recipe(component), &image(1, 50_000));
        let (mut counted, mut output) = (Counted { input: &lab.package, read: 0 }, vec![]);
        let extraction = extract(&mut counted, &lab.request(), "app", false, &mut output);
        assert!(extraction.report.accepts() && output == image(1, 50_000));
        assert_eq!(counted.read, lab.package.len(), "each byte is read once");
    }
}

struct Counted<'a> {
    input: &'a [u8],
    read: usize,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.input.read(buffer)?;
        self.read += got;
        Ok(got)
    }
}

#[test]
fn toctou_another_package_behind_any_byte_is_noticed() {
    let (good, evil) = (Lab::new(&recipe(STORED), &image(1, 600)), Lab::new(&recipe(STORED), &image(2, 600)));
    assert_eq!(good.package.len(), evil.package.len());
    let first = good.package.iter().zip(&evil.package).position(|(good, evil)| good != evil).unwrap();
    let last = good.package.iter().zip(&evil.package).rposition(|(good, evil)| good != evil).unwrap();
    for at in first + 1..=last {
        let mixed = [&good.package[..at], &evil.package[at..]].concat();
        assert!(cause(&mixed, &good.request()).is_some(), "swapped at byte {at}");
    }
}

#[test]
fn toctou_a_payload_that_takes_the_place_of_an_opened_one_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app");
    fs::write(&path, b"signed").unwrap();
    let (mut file, size) = PayloadDir::new(folder.path().to_owned()).open("#app").unwrap();
    let other = folder.path().join("other");
    fs::write(&other, b"forged").unwrap();
    fs::rename(&other, &path).unwrap();
    let mut read = vec![];
    file.read_to_end(&mut read).unwrap();
    assert_eq!((read.as_slice(), size), (&b"signed"[..], 6));
}

#[test]
fn toctou_a_detached_payload_that_grows_while_it_is_read_is_refused() {
    let lab = Lab::new(&recipe(&format!("{STORED}uri = \"https://example.com/app.img\"\n")), &image(1, 5000));
    let mut request = lab.request();
    request.payload_dir = Some(PayloadDir::new(lab.folder.path().to_owned()));
    assert_eq!(cause(&lab.package, &request), None);
    let file = lab.folder.path().join("app.img");
    let longer = [fs::read(&file).unwrap(), vec![0]].concat();
    fs::write(&file, longer).unwrap();
    assert_eq!(cause(&lab.package, &request), Some(Cause::NotBound));
}

#[test]
fn toctou_what_was_written_before_the_verdict_is_said_to_be_worth_nothing() {
    let lab = Lab::new(&recipe(STORED), &image(1, 5000));
    let mut changed = lab.package.clone();
    *changed.last_mut().unwrap() ^= 1;
    let mut output = vec![];
    let extraction = extract(changed.as_slice(), &lab.request(), "app", false, &mut output);
    assert!(!extraction.written && !extraction.report.accepts());
    assert_eq!(extraction.report.cause(), Some(Cause::NotBound));
}
