//! Frames are the same everywhere, and hostile ones are refused in bounds.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use suitpack_crypto::Sha256Stream;
use suitpack_transform::{
    Bounds, DecodeError, Decoded, EncodeError, Level, Measured, Settings, WINDOW_LOG_MAX, compress, decode, measure, store,
};

/// Bytes that repeat themselves near and far with news in between, as firmware does; the same on every machine.
fn image(size: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap() % below
    };
    let mut bytes = Vec::with_capacity(size + 4096);
    while bytes.len() < size {
        let news = 1 + random(64);
        bytes.extend((0..news).map(|_| u8::try_from(random(256) & random(256)).unwrap()));
        let far = if random(8) == 0 { bytes.len() } else { bytes.len().min(1 << 16) };
        let start = bytes.len() - 1 - random(far);
        let end = (start + 4 + random(400)).min(bytes.len());
        bytes.extend_from_within(start..end);
    }
    bytes.truncate(size);
    bytes
}

fn packed(image: &[u8], level: i64, workers: u8) -> Vec<u8> {
    let mut output = vec![];
    let carried =
        compress(image, image.len() as u64, Settings { level: Level::new(level).unwrap(), workers }, &mut output).unwrap();
    assert_eq!(carried.image, measured(image));
    assert_eq!(carried.carried, measured(&output));
    output
}

fn measured(bytes: &[u8]) -> Measured {
    let mut digest = Sha256Stream::new();
    digest.update(bytes);
    Measured { size: bytes.len() as u64, digest: digest.finish() }
}

fn bounds(frame: &[u8], image_size: u64) -> Bounds {
    Bounds { input_size: frame.len() as u64, image_size, window_log_max: WINDOW_LOG_MAX }
}

fn unpacked(frame: &[u8], image_size: u64) -> (Decoded, Vec<u8>) {
    let mut output = vec![];
    let decoded = decode(frame, bounds(frame, image_size), &mut output).unwrap();
    assert_eq!(decoded.input, measured(frame), "the input is measured whatever the decoder says");
    (decoded, output)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn what_was_compressed_decodes_to_the_same() {
    for size in [0, 1, 100, 256 * 1024, 256 * 1024 + 1, 5_000_000] {
        let image = image(size);
        let frame = packed(&image, 3, 2);
        let (decoded, output) = unpacked(&frame, size as u64);
        assert_eq!(decoded.image, Ok(measured(&image)));
        assert!(output == image);
    }
}

#[test]
fn any_number_of_workers_makes_the_same_bytes() {
    // Larger than one worker's share at each level; of the last there are two shares only, and they take long.
    let cases: [(_, _, &[_]); 4] =
        [(1, 10_000_000, &[2, 4]), (3, 20_000_000, &[2, 4]), (9, 20_000_000, &[2, 4]), (19, 34_000_000, &[2])];
    for (level, size, more) in cases {
        let image = image(size);
        let frame = packed(&image, level, 1);
        for &workers in more {
            assert!(packed(&image, level, workers) == frame, "level {level}, {workers} workers");
        }
    }
}

#[test]
fn the_bytes_of_a_frame_change_only_when_the_library_is_upgraded() {
    let image = image(12_000_000);
    let digests = [1, 3, 9, 19].map(|level| (level, hex(&measured(&packed(&image, level, 2)).digest)));
    assert_eq!(digests, GOLDEN.map(|(level, digest)| (level, String::from(digest))));
}

#[test]
fn the_levels_keep_to_the_window_that_a_verifier_holds() {
    let image = image(9_000_000);
    for level in [1, 3, 9, 19, 20, 21, 22] {
        let frame = packed(&image, level, 2);
        assert_eq!(unpacked(&frame, image.len() as u64).0.image, Ok(measured(&image)), "level {level}");
    }
}

#[test]
fn there_is_no_level_but_1_to_22() {
    for number in [i64::MIN, -1, 0, 23, 257, i64::MAX] {
        assert_eq!(Level::new(number), None);
    }
    assert_eq!(Level::new(22).map(Level::number), Some(22));
}

#[test]
fn an_image_of_another_size_than_announced_is_noticed() {
    let settings = Settings { level: Level::default(), workers: 1 };
    for (announced, read) in [(99, 100), (101, 100)] {
        let image = image(100);
        let results = [compress(&*image, announced, settings, std::io::sink()), store(&*image, announced, std::io::sink())];
        for result in results {
            let Err(EncodeError::Changed { announced: said, read: got }) = result else { panic!("{result:?}") };
            assert_eq!((said, got), (announced, read));
        }
    }
}

#[test]
fn an_image_longer_than_signed_stops_the_decoder_at_once() {
    let image = vec![0; 500_000_000];
    let frame = packed(&image, 3, 2);
    let (decoded, output) = unpacked(&frame, 1000);
    assert_eq!(decoded.image, Err(DecodeError::TooLong));
    assert!(output.len() <= 1000);
}

#[test]
fn an_image_shorter_than_signed_is_refused() {
    let frame = packed(&image(1000), 3, 1);
    assert_eq!(unpacked(&frame, 1001).0.image, Err(DecodeError::TooShort));
}

#[test]
fn an_input_longer_than_announced_is_read_no_further_than_one_byte_beyond() {
    let frame = packed(&image(1000), 3, 1);
    let endless = std::io::Read::chain(&*frame, std::io::repeat(0));
    let decoded = decode(endless, bounds(&frame, 1000), std::io::sink()).unwrap();
    assert_eq!(decoded.input.size, frame.len() as u64 + 1);
    assert_eq!(decoded.image, Err(DecodeError::TrailingBytes));
}

#[test]
fn bytes_behind_the_frame_are_refused() {
    let image = image(1000);
    let mut frame = packed(&image, 3, 1);
    let one_frame = frame.clone();
    frame.push(0);
    assert_eq!(unpacked(&frame, 1000).0.image, Err(DecodeError::TrailingBytes));
    let two = [one_frame.clone(), one_frame.clone()].concat();
    assert_eq!(unpacked(&two, 2000).0.image, Err(DecodeError::TrailingBytes));
    let skippable = [one_frame, vec![0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]].concat();
    assert_eq!(unpacked(&skippable, 1000).0.image, Err(DecodeError::TrailingBytes));
}

#[test]
fn bytes_behind_a_frame_that_fills_the_last_buffer_are_refused_too() {
    // The frame ends exactly where a read does, so the bytes behind come with the next one.
    let image = image(600_000);
    let frame = packed(&image, 3, 1);
    let padded = [frame, vec![0; 300_000]].concat();
    assert_eq!(unpacked(&padded, 600_000).0.image, Err(DecodeError::TrailingBytes));
}

#[test]
fn a_window_larger_than_allowed_is_refused_before_memory_is_taken() {
    // Not a single segment; window byte 0x70: 2^24.
    let frame = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x70, 0x01, 0x00, 0x00];
    let error = unpacked(&frame, 0).0.image;
    assert_eq!(error, Err(DecodeError::WindowTooLarge { wanted: 1 << 24, allowed: 1 << 23 }));
    // A single segment of 2^63 bytes.
    let frame = [0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x01, 0x00, 0x00];
    assert!(matches!(unpacked(&frame, 0).0.image, Err(DecodeError::WindowTooLarge { .. })));
}

#[test]
fn dictionaries_and_other_formats_are_refused() {
    let dictionary = [0x28, 0xb5, 0x2f, 0xfd, 0x21, 7, 0, 0x01, 0x00, 0x00];
    assert_eq!(unpacked(&dictionary, 0).0.image, Err(DecodeError::Dictionary));
    assert_eq!(unpacked(b"\x1f\x8b\x08 not zstd", 0).0.image, Err(DecodeError::NotOneFrame));
    assert_eq!(unpacked(&[], 0).0.image, Err(DecodeError::Truncated));
}

#[test]
fn every_truncation_and_every_flipped_bit_of_a_frame_is_an_error_or_another_image() {
    let image = image(300);
    let frame = packed(&image, 3, 1);
    for end in 0..frame.len() {
        assert!(unpacked(&frame[..end], 300).0.image.is_err(), "cut at {end}");
    }
    for bit in 0..frame.len() * 8 {
        let mut flipped = frame.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        // Some bits of the header mean nothing; what counts is that the digest of the input differs.
        let (decoded, output) = unpacked(&flipped, 300);
        assert!(decoded.input != measured(&frame) && output.len() <= 300);
    }
}

#[test]
fn measuring_copies_and_counts() {
    let image = image(1_000_001);
    let mut output = vec![];
    assert_eq!(measure(&*image, &mut output).unwrap(), measured(&image));
    assert!(output == image);
}

/// Level and SHA-256 of the frame. A change is noted in CHANGELOG.md: packages built anew differ.
const GOLDEN: [(i64, &str); 4] = [
    (1, "3bcef8a1f2d3ea966c23b62202408e4c4f08f1f0fb21191a6f863d58338ce237"),
    (3, "6704ee8751c0fb70ccf889cfeb7ecaa9f8ece47e224d7abd75bca8e11cbeba71"),
    (9, "65fdf090f6deed560035edf17d39963636c573af0ec5363063316311d4577ad2"),
    (19, "200c67aaf2754a748b48a01c0484d7ccb3ea9f7dcce6331b9d425368846ada75"),
];
