//! The judge: it reads the bytes of a device that is off, with a reader of its own, and shares no code with the device.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use suitpack_crypto::Sha256Stream;

use super::snapshot::Snapshot;

/// SHA-256 of the content of a component, or that it has none.
pub type Content = Option<[u8; 32]>;

/// One of the two ways a device may be.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// The sequence numbers of all manifests that are installed, in their order.
    pub sequences: Vec<u64>,
    /// What may be in each component that can be active.
    pub contents: BTreeMap<String, BTreeSet<Content>>,
}

/// What a device may be.
#[derive(Clone, Debug, Default)]
pub struct Law {
    /// Before the package.
    pub old: World,
    /// After it.
    pub new: World,
    /// What was there before anything was installed: the length in each place.
    pub factory: BTreeMap<String, usize>,
    /// What has to be in other places when it is the new one: bytes, by place.
    pub kept: BTreeMap<String, Vec<u8>>,
    /// Bytes that must not be anywhere.
    pub secrets: Vec<Vec<u8>>,
}

/// Which of the two a device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// As before.
    Old,
    /// As the package wants it.
    New,
}

/// Judges a device that has finished what it had decided.
///
/// # Errors
/// What is wrong with it.
pub fn judge(law: &Law, parts: &Snapshot) -> Result<Side, String> {
    for secret in &law.secrets {
        if let Some((name, _)) = parts.all().find(|(_, bytes)| bytes.windows(secret.len()).any(|window| window == secret)) {
            return Err(format!("a content key is in `{name}`"));
        }
    }
    let record = record(parts.bytes("state").ok_or("there is no state")?)?;
    let left = record.pointer("/state/redo").and_then(Value::as_array).map_or(0, Vec::len);
    if left > 0 {
        return Err(format!("{left} steps were decided and not done"));
    }
    let sequences = sequences(&record);
    let mut found = BTreeMap::new();
    for name in law.new.contents.keys() {
        found.insert(name.clone(), content(law, parts, &record, name)?);
    }
    let fits = |world: &World| {
        let contents =
            found.iter().all(|(name, content)| world.contents.get(name).is_some_and(|allowed| allowed.contains(content)));
        world.sequences == sequences && contents
    };
    if fits(&law.new) {
        match law.kept.iter().find(|(name, kept)| !parts.bytes(name).is_some_and(|bytes| bytes.starts_with(kept))) {
            Some((name, _)) => Err(format!("`{name}` does not hold what was to be kept")),
            None => Ok(Side::New),
        }
    } else if fits(&law.old) {
        Ok(Side::Old)
    } else {
        let short: Vec<String> = found.iter().map(|(name, content)| format!("{name} {}", said(law, name, *content))).collect();
        Err(format!("neither the old device nor the new one: sequences {sequences:?}, {}", short.join(", ")))
    }
}

/// The newest whole record; an empty one on a device that never saved any.
///
/// # Errors
/// If there is none though something was written.
pub fn record(bytes: &[u8]) -> Result<Value, String> {
    let (first, second) = bytes.split_at(bytes.len() / 2);
    let newest = [first, second].into_iter().filter_map(copy).max_by_key(|(generation, _)| *generation);
    let blank = |half: &[u8]| half.iter().all(|byte| *byte == half[0]);
    match newest {
        Some((_, record)) => Ok(record),
        None if blank(second) => Ok(Value::Null),
        None => Err(String::from("the record is gone")),
    }
}

fn copy(half: &[u8]) -> Option<(u64, Value)> {
    let number = |at: usize| half.get(at..at + 8)?.try_into().ok().map(u64::from_be_bytes);
    let body = half.get(56..)?.get(..usize::try_from(number(16)?).ok()?)?;
    let mut digest = Sha256Stream::new();
    digest.update(half.get(..24)?);
    digest.update(body);
    let whole = half.starts_with(b"suitdev1") && digest.finish() == half.get(24..56)?;
    whole.then(|| Some((number(8)?, serde_json::from_slice(body).ok()?)))?
}

fn sequences(record: &Value) -> Vec<u64> {
    let manifests = record.pointer("/state/manifests").and_then(Value::as_object);
    let mut sequences: Vec<u64> =
        manifests.into_iter().flatten().filter_map(|(_, manifest)| manifest["sequence"].as_u64()).collect();
    sequences.sort_unstable();
    sequences
}

/// The digest of what would be run.
fn content(law: &Law, parts: &Snapshot, record: &Value, name: &str) -> Result<Content, String> {
    let active = record["state"]["components"][name]["active"].as_u64().unwrap_or(0);
    let place = format!("{name}:{active}");
    let length = match record {
        Value::Null => law.factory.get(&place).copied(),
        record => record["state"]["lengths"][&place].as_u64().and_then(|length| usize::try_from(length).ok()),
    };
    let Some(length) = length else { return Ok(None) };
    let bytes = parts.bytes(&place).ok_or_else(|| format!("there is no place `{place}`"))?;
    let bytes = bytes.get(..length).ok_or_else(|| format!("`{place}` is shorter than {length}"))?;
    Ok(Some(digest(bytes)))
}

/// SHA-256.
#[must_use]
pub fn digest(bytes: &[u8]) -> [u8; 32] {
    let mut digest = Sha256Stream::new();
    digest.update(bytes);
    digest.finish()
}

fn said(law: &Law, name: &str, content: Content) -> &'static str {
    let among = |world: &World| world.contents.get(name).is_some_and(|allowed| allowed.contains(&content));
    match (among(&law.old), among(&law.new)) {
        (true, true) => "is as always",
        (true, false) => "is the old one",
        (false, true) => "is the new one",
        (false, false) if content.is_none() => "is empty",
        (false, false) => "is no image anybody approved",
    }
}
