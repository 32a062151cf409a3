//! Values that several tables have: bytes, digests, identifiers, times.

use suitpack_core::registry::algorithm;
use uuid::Uuid;

use super::error::RecipeError;
use super::files::Files;
use super::tree::{Node, Value};
use crate::encode;
use crate::program::{Digest, Size, Thing};

/// Bytes: text, or hex after `hex:`.
pub(crate) fn bytes(node: &Node) -> Result<Vec<u8>, RecipeError> {
    let text = node.text()?;
    match text.strip_prefix("hex:") {
        None => Ok(text.as_bytes().to_vec()),
        Some(digits) => hex(digits).ok_or_else(|| not_hex(node)),
    }
}

/// Bytes that only hex can say.
pub(crate) fn hex_bytes(node: &Node) -> Result<Vec<u8>, RecipeError> {
    node.text()?.strip_prefix("hex:").and_then(hex).ok_or_else(|| not_hex(node))
}

/// One item of CBOR in the deterministic form, in hex.
pub(crate) fn item(node: &Node) -> Result<Vec<u8>, RecipeError> {
    let bytes = hex_bytes(node)?;
    well_formed(&bytes, node)?;
    Ok(bytes)
}

/// Holds bytes against RFC 8949 §4.2.1.
pub(crate) fn well_formed(bytes: &[u8], node: &Node) -> Result<(), RecipeError> {
    let mut reader = suitpack_core::cbor::Reader::new(bytes);
    reader
        .skip()
        .and_then(|()| reader.end())
        .map_err(|error| node.error(&format!("is not one item of deterministic CBOR: {error}")))
}

fn not_hex(node: &Node) -> RecipeError {
    node.error("is not hex").suggest("write two digits for each byte: `hex:00ff`")
}

pub(crate) fn hex(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    pairs
        .map(|pair| {
            (pair.len() == 2 && pair.iter().all(u8::is_ascii_hexdigit))
                .then(|| u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok())?
        })
        .collect()
}

/// A UUID of the versions that draft-ietf-suit-manifest §8.4.8.2 admits.
// SUIT-31
pub(crate) fn uuid(node: &Node) -> Result<Uuid, RecipeError> {
    let uuid = any_uuid(node.text()?)
        .ok_or_else(|| node.error("is not a UUID").suggest("write it like `fa6b4a53-d5ad-5fdf-be9d-e663e4d41ffe`"))?;
    match uuid.get_version_num() {
        3..=5 => Ok(uuid),
        version => Err(node.error(&format!("is a UUID of version {version}; SUIT admits versions 3, 4 and 5"))),
    }
}

/// A UUID of any version.
pub(crate) fn any_uuid(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text).ok()
}

/// The 16 bytes of an identifier: a UUID, or hex that says which bytes it is to be.
pub(crate) fn identifier(node: &Node) -> Result<Vec<u8>, RecipeError> {
    if !node.text()?.starts_with("hex:") {
        return Ok(uuid(node)?.as_bytes().to_vec());
    }
    let bytes = hex_bytes(node)?;
    if bytes.len() == 16 { Ok(bytes) } else { Err(node.error(&format!("has {} bytes; an identifier has 16", bytes.len()))) }
}

/// A digest that stands in the recipe: the algorithm, a colon and hex.
pub(crate) fn given_digest(node: &Node) -> Result<Digest, RecipeError> {
    let (name, digits) = node.text()?.split_once(':').ok_or_else(|| not_a_digest(node))?;
    let (_, code, length) = ALGORITHMS.iter().find(|(known, ..)| *known == name).ok_or_else(|| not_a_digest(node))?;
    let bytes = hex(digits).ok_or_else(|| not_hex(node))?;
    if bytes.len() != *length {
        return Err(node.error(&format!("has {} bytes; {name} has {length}", bytes.len())));
    }
    Ok(Digest::Given { algorithm: *code, bytes })
}

fn not_a_digest(node: &Node) -> RecipeError {
    let names: Vec<_> = ALGORITHMS.iter().map(|(name, ..)| *name).collect();
    node.error("is not a digest").suggest(format!("write `sha-256:` and hex; the algorithms are {}", names.join(", ")))
}

/// The encoding of a digest that stands in the recipe.
pub(crate) fn encoded_digest(node: &Node) -> Result<Vec<u8>, RecipeError> {
    Ok(match given_digest(node)? {
        Digest::Given { algorithm, bytes } => encode::digest_of(algorithm, &bytes),
        Digest::Of(_) => Vec::new(),
    })
}

/// A digest: given, or of a payload or a file.
pub(crate) fn digest(node: &Node, files: &mut Files<'_>) -> Result<Digest, RecipeError> {
    match node.value {
        Value::Table(_) => files.thing(node).map(Digest::Of),
        _ => given_digest(node),
    }
}

/// A size: given, or that of a payload or a file.
pub(crate) fn size(node: &Node, files: &mut Files<'_>) -> Result<Size, RecipeError> {
    let of = |thing: Thing| Size::Of(thing);
    match node.value {
        Value::Table(_) => files.thing(node).map(of),
        _ => node.uint().map(Size::Given),
    }
}

/// Seconds since 1970: a number, or a date with a time and an offset.
pub(crate) fn seconds(node: &Node) -> Result<u64, RecipeError> {
    match node.value {
        Value::Instant(seconds) => u64::try_from(seconds).map_err(|_| node.error("is before 1970")),
        Value::Integer(_) => node.uint(),
        _ => Err(node.wrong("seconds since 1970, or a date with a time and an offset such as 2027-01-31T00:00:00Z")),
    }
}

/// Names, COSE numbers and lengths (draft-ietf-suit-manifest §10, RFC 9054).
const ALGORITHMS: [(&str, i64, usize); 5] = [
    ("sha-256", algorithm::SHA_256, 32),
    ("sha-384", algorithm::SHA_384, 48),
    ("sha-512", algorithm::SHA_512, 64),
    ("shake128", algorithm::SHAKE128, 32),
    ("shake256", algorithm::SHAKE256, 64),
];

/// The name a recipe gives an algorithm.
pub(crate) fn algorithm_name(code: i64) -> &'static str {
    ALGORITHMS.iter().find(|(_, known, _)| *known == code).map_or("", |(name, ..)| name)
}
