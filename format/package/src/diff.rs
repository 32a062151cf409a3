//! What is different between two packages, in words, and where their bytes part.

mod bytes;
mod lines;
mod views;

use std::io::Read;

use serde::Serialize;
use suitpack_core::Profile;

use crate::inspect::{self, PayloadView};
use crate::reader::{Package, Payloads, ReadError};
use crate::request::Request;

pub use bytes::Parted;

/// One thing that is different.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Difference {
    /// Where: `package`, `manifest`, `upgradability`, `text`, `payload`, or a sequence by its name in the CDDL.
    pub area: String,
    /// How: it is `added`, `removed` or `changed`.
    pub change: Change,
    /// What it was. All text comes from the packages and is hostile until it is sanitised.
    pub from: Option<String>,
    /// What it is.
    pub to: Option<String>,
}

/// How something is different.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// Only the second has it.
    Added,
    /// Only the first has it.
    Removed,
    /// Both have it, not the same.
    Changed,
}

/// Two packages side by side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Diff {
    /// What is different in what they say.
    pub differences: Vec<Difference>,
    /// Where their bytes part, and where their manifests do if that is behind it; empty if they are the same.
    pub bytes: Vec<Parted>,
}

impl Difference {
    fn new(area: &str, from: Option<String>, to: Option<String>) -> Self {
        let change = match (&from, &to) {
            (None, _) => Change::Added,
            (_, None) => Change::Removed,
            _ => Change::Changed,
        };
        Self { area: area.to_owned(), change, from, to }
    }
}

/// Reads two packages and says what is different, in constant memory beside their heads.
///
/// # Errors
/// If one of them cannot be read. The second value says whether that is the second one.
pub fn diff<A: Read, B: Read>(a: A, b: B) -> Result<Diff, (ReadError, bool)> {
    let (in_a, in_b) = (|error| (error, false), |error| (error, true));
    // What is read is shown only; the more, the better.
    let request = Request { profile: Profile::Lenient, ..Request::default() };
    let mut a = Package::open(a).map_err(in_a)?;
    let mut b = Package::open(b).map_err(in_b)?;
    let heads = [a.head().to_vec(), b.head().to_vec()];
    let (envelope_a, payloads_a) = a.parts().map_err(in_a)?;
    let (envelope_b, payloads_b) = b.parts().map_err(in_b)?;
    let mut view_a = inspect::head(&envelope_a, 0, &request).map_err(in_a)?;
    let mut view_b = inspect::head(&envelope_b, 0, &request).map_err(in_b)?;
    let pairs = pairs(payloads_a, payloads_b)?;
    let images = [bytes::images(&envelope_a), bytes::images(&envelope_b)];
    for pair in &pairs {
        let view = |size: Option<u64>| size.map(|size| PayloadView { name: pair.name.clone(), size });
        view_a.payloads.extend(view(pair.sizes[0]));
        view_b.payloads.extend(view(pair.sizes[1]));
    }
    let mut differences = views::compare(&view_a, &view_b);
    for pair in pairs.iter().filter(|pair| pair.parted.is_some() && pair.sizes.iter().all(Option::is_some)) {
        let size = |size: Option<u64>| size.map(|size| format!("{}: {size} bytes as carried", pair.name));
        let why = bytes::payload_why(&pair.name, &images);
        differences.push(Difference::new("payload", size(pair.sizes[0]), size(pair.sizes[1]).map(|size| format!("{size}, {why}"))));
    }
    let bytes = bytes::parted([&heads[0], &heads[1]], [&envelope_a, &envelope_b], &pairs, &images);
    Ok(Diff { differences, bytes })
}

/// An integrated payload of one package or of both.
struct Pair {
    name: String,
    /// Bytes as carried in the first and in the second.
    sizes: [Option<u64>; 2],
    /// Where in the first package its bytes begin to be others.
    parted: Option<u64>,
}

/// Goes through the payloads of both side by side.
fn pairs<A: Read, B: Read>(a: &mut Payloads<A>, b: &mut Payloads<B>) -> Result<Vec<Pair>, (ReadError, bool)> {
    let (in_a, in_b) = (|error| (error, false), |error| (error, true));
    let mut next_a = a.next_payload().map_err(in_a)?;
    let mut next_b = b.next_payload().map_err(in_b)?;
    let mut pairs = Vec::new();
    loop {
        // RFC 8949 §4.2.1: bytewise order of the encoded keys, so shorter ones first.
        let key = |next: &Option<(String, u64)>| next.as_ref().map(|(name, _)| (name.len(), name.clone()));
        let (first, second) = match (key(&next_a), key(&next_b)) {
            (None, None) => return Ok(pairs),
            (Some(a), Some(b)) => (a <= b, b <= a),
            (a, _) => (a.is_some(), a.is_none()),
        };
        let (name, sizes) = match (&next_a, &next_b) {
            (Some((name, a)), Some((_, b))) if first && second => (name.clone(), [Some(*a), Some(*b)]),
            (Some((name, a)), _) if first => (name.clone(), [Some(*a), None]),
            (_, Some((name, b))) => (name.clone(), [None, Some(*b)]),
            _ => return Ok(pairs),
        };
        let content = a.position() as u64;
        let parted = match (&next_a, &next_b) {
            (Some(one), Some(other)) if one != other => Some(content.saturating_sub(bytes::entries_part(one, other))),
            (Some(_), Some(_)) => common(a, b)?.map(|same| content.saturating_add(same)),
            _ => None,
        };
        pairs.push(Pair { name, sizes, parted });
        if first {
            next_a = a.next_payload().map_err(in_a)?;
        }
        if second {
            next_b = b.next_payload().map_err(in_b)?;
        }
    }
}

/// How many bytes both have in common before they part; none if they are the same.
fn common<A: Read, B: Read>(a: &mut Payloads<A>, b: &mut Payloads<B>) -> Result<Option<u64>, (ReadError, bool)> {
    let (mut left, mut right) = (vec![0; CHUNK], vec![0; CHUNK]);
    let mut same = 0_u64;
    loop {
        let from_a = fill(a, &mut left).map_err(|error| (error, false))?;
        let from_b = fill(b, &mut right).map_err(|error| (error, true))?;
        let (one, other) = (left.get(..from_a).unwrap_or_default(), right.get(..from_b).unwrap_or_default());
        // Whole chunks are compared much faster than bytes one by one.
        let equal = if one == other { from_a } else { bytes::part(one, other) };
        same = same.saturating_add(equal as u64);
        if equal < from_a || equal < from_b {
            return Ok(Some(same));
        }
        if from_a < CHUNK {
            return Ok(None);
        }
    }
}

fn fill(input: &mut impl Read, buffer: &mut [u8]) -> Result<usize, ReadError> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match input.read(rest) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(ReadError::Io(error)),
        }
    }
    Ok(filled)
}

/// Large enough that the system calls do not count.
const CHUNK: usize = 64 * 1024;
