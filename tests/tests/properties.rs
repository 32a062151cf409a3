//! Encoding what was decoded gives the same bytes, and what is accepted is in deterministic form: for whatever is made here from a
//! seed, for all test vectors, and for every recipe.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::fs;

use suitpack_core::cbor::{Reader, Writer};
use suitpack_core::{Envelope, Profile};
use suitpack_tests::rewrite::{self, Bytes, written};
use suitpack_tests::{properties, root};

/// Numbers that are the same on every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// Of any size, small ones and those around a change of length more often.
    fn number(&mut self) -> u64 {
        let edges = [0, 23, 24, 0xff, 0x100, 0xffff, 0x1_0000, 0xffff_ffff, 0x1_0000_0000, u64::MAX];
        match self.below(3) {
            0 => self.below(30),
            1 => edges[usize::try_from(self.below(10)).unwrap()],
            _ => {
                let bits = self.below(64);
                self.next() >> bits
            }
        }
    }
}

/// Writes an item; maps have their keys in order.
fn item(random: &mut Random, depth: u32, out: &mut Writer<Bytes>) {
    let Ok(()) = match random.below(if depth == 0 { 6 } else { 9 }) {
        0 => out.uint(random.number()),
        1 => out.int(!i64::try_from(random.number() >> 1).unwrap()),
        2 => out.bytes(&vec![7; usize::try_from(random.below(300)).unwrap()]),
        3 => out.text(&"ä".repeat(usize::try_from(random.below(40)).unwrap())),
        4 => out.bool(random.below(2) == 0),
        5 => out.null(),
        6 => {
            let count = random.below(5);
            let Ok(()) = out.array(count);
            (0..count).for_each(|_| item(random, depth - 1, out));
            Ok(())
        }
        7 => out.tag(random.number()).map(|()| item(random, depth - 1, out)),
        _ => {
            let count = random.below(5);
            let mut keys: Vec<Vec<u8>> = (0..count)
                .map(|_| {
                    let mut key = Writer::new(Bytes::default());
                    item(random, 0, &mut key);
                    key.into_inner().0
                })
                .collect();
            keys.sort();
            keys.dedup();
            let Ok(()) = out.map(keys.len() as u64);
            for key in keys {
                let Ok(()) = out.raw(&key);
                item(random, depth - 1, out);
            }
            Ok(())
        }
    };
}

#[test]
fn what_the_writer_writes_the_reader_accepts_and_copies() {
    let mut random = Random(42);
    for _ in 0..20_000 {
        let mut out = Writer::new(Bytes::default());
        item(&mut random, 5, &mut out);
        let bytes = out.into_inner().0;
        let mut reader = Reader::new(&bytes);
        reader.skip().and_then(|()| reader.end()).unwrap_or_else(|error| panic!("{error}: {bytes:02x?}"));
        properties::cbor(&bytes);
    }
}

#[test]
fn any_other_spelling_of_a_head_is_refused() {
    let mut random = Random(7);
    for _ in 0..10_000 {
        let argument = random.number();
        let major = u8::try_from(random.below(7)).unwrap();
        let spellings = [(24_u8, 1_usize), (25, 2), (26, 4), (27, 8)];
        for (short, size) in spellings {
            let bytes = argument.to_be_bytes();
            if size < 8 && argument >> (8 * size) != 0 {
                continue;
            }
            let head = [&[major << 5 | short], &bytes[8 - size..]].concat();
            let shortest = written(|out| out.uint(argument)).len() == head.len();
            let accepted = match major {
                0 => Reader::new(&head).uint().is_ok(),
                4 => Reader::new(&head).array().is_ok(),
                5 => Reader::new(&head).map().is_ok(),
                6 => Reader::new(&head).tag().is_ok(),
                _ => continue,
            };
            assert_eq!(accepted, shortest, "{head:02x?}");
        }
    }
}

#[test]
fn every_vector_that_is_accepted_is_written_again_as_it_is() {
    let (mut envelopes, mut manifests) = (0, 0);
    for case in fs::read_dir(root().join("test-vectors/cases")).unwrap() {
        let Ok(bytes) = fs::read(case.unwrap().path().join("envelope.suit")) else { continue };
        properties::envelope(&bytes);
        let Ok(envelope) = Envelope::parse(&bytes) else { continue };
        assert_eq!(rewrite::envelope(&envelope), bytes);
        envelopes += 1;
        manifests += usize::from(envelope.manifest_unauthenticated(Profile::Strict).is_ok());
    }
    assert!(envelopes >= 100 && manifests >= 80, "{envelopes} envelopes, {manifests} manifests");
}
