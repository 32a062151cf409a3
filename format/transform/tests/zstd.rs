//! Frames are the same everywhere, and hostile ones are refused in bounds.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use suitpack_crypto::Sha256Stream;
use suitpack_transform::{
    Bounds, DecodeError, Decoded, EncodeError, Level, Measured, Settings, WINDOW_LOG_MAX, compress, decode, measure, store,
};

/// Bytes that compress somewhat, the same on every machine.
fn image(size: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut bytes = Vec::with_capacity(size + 8);
    while bytes.len() < size {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&(state & 0x000f_00ff_0f0f_000f).to_le_bytes());
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
    let image = image(40_000_000);
    let frame = packed(&image, 3, 1);
    for workers in [2, 4, 7] {
        assert!(packed(&image, 3, workers) == frame, "{workers} workers");
    }
}

#[test]
fn the_bytes_of_a_frame_change_only_when_the_library_is_upgraded() {
    let image = image(3_000_000);
    let digests: Vec<String> =
        [1, 3, 9, 19, 22].map(|level| hex(&measured(&packed(&image, level, 2)).digest[..8])).into_iter().collect();
    assert_eq!(digests, GOLDEN);
}

#[test]
fn every_level_keeps_to_the_window_that_a_verifier_holds() {
    let image = image(9_000_000);
    for level in [3, 19, 22] {
        let frame = packed(&image, level, 2);
        assert_eq!(unpacked(&frame, image.len() as u64).0.image, Ok(measured(&image)), "level {level}");
    }
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
    let image = image(2000);
    let frame = packed(&image, 3, 1);
    for end in 0..frame.len() {
        assert!(unpacked(&frame[..end], 2000).0.image.is_err(), "cut at {end}");
    }
    for bit in 0..frame.len() * 8 {
        let mut flipped = frame.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        // Some bits of the header mean nothing; what counts is that the digest of the input differs.
        let (decoded, output) = unpacked(&flipped, 2000);
        assert!(decoded.input != measured(&frame) && output.len() <= 2000);
    }
}

#[test]
fn measuring_copies_and_counts() {
    let image = image(1_000_001);
    let mut output = vec![];
    assert_eq!(measure(&*image, &mut output).unwrap(), measured(&image));
    assert!(output == image);
}

const GOLDEN: [&str; 5] = ["5801317ee93bbd61", "35aacd510178f48f", "5f1777a44172f00b", "364b6fb71f5426a7", "364b6fb71f5426a7"];
