//! What the tests share.

use std::path::PathBuf;

use suitpack_core::crypto::Sign as _;
use suitpack_crypto::SigningKey;

pub(crate) const ED25519: i64 = -19;
pub(crate) const ESP256: i64 = -9;

/// The private half of every test key.
pub(crate) const SECRET: &[u8; 32] = b"thirty-two bytes for a test key!";

/// One key of each algorithm.
pub(crate) fn keys() -> [SigningKey; 2] {
    [ED25519, ESP256].map(|algorithm| SigningKey::generate(algorithm, SECRET).unwrap())
}

pub(crate) fn signature(key: &SigningKey, message: &[u8]) -> Vec<u8> {
    let mut signature = [0; 64];
    let length = key.sign(message, &mut signature).unwrap();
    signature[..length].to_vec()
}

pub(crate) fn hex(text: &str) -> Vec<u8> {
    assert!(text.len().is_multiple_of(2), "odd number of hex digits");
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// A file of the peers' vectors; says so and gives `None` if they are not beside the repository.
pub(crate) fn peer_vectors(path: &str) -> Option<serde_json::Value> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/peer-vectors").join(path);
    match std::fs::read(&file) {
        Ok(bytes) => Some(serde_json::from_slice(&bytes).unwrap()),
        Err(error) => {
            eprintln!("SKIPPED: {path}: the peers' vectors are not beside the repository ({error})");
            None
        }
    }
}

/// What is between the first line and the last of a PEM file, decoded.
pub(crate) fn der(pem: &str) -> Vec<u8> {
    let lines: Vec<&str> = pem.lines().collect();
    let base64 = lines[1..lines.len() - 1].concat();
    let digit = |c: u8| b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".iter().position(|d| *d == c);
    let sextets: Vec<usize> = base64.bytes().filter_map(digit).collect();
    let bits: Vec<usize> = sextets.iter().flat_map(|sextet| (0..6).rev().map(move |bit| sextet >> bit & 1)).collect();
    bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |sum, bit| sum << 1 | *bit as u8)).collect()
}
