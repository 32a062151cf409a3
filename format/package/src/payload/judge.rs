//! One payload against everything that is signed about it.

use std::io::{self, Read, Write};

use suitpack_core::registry::algorithm;
use suitpack_transform::{Bounds, DecodeError, Decoded, Measured, WINDOW_LOG_MAX, decode, measure};

use super::decrypt::Locked;
use super::tap::Tap;
use super::watch::{Summed, Sums, Watch};
use crate::bindings::{Decoding, Expected, Making, Use};
use crate::report::{Cause, Outcome};
use crate::request::Request;

/// What is wrong with a payload for which a digest is missing.
pub(super) const UNBOUND: &str = "some path of the commands uses it although no digest judges it there";

pub(super) type Refused = (Outcome, String);

/// What one payload has to be on all paths together.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// What the bytes as carried have to be.
    pub(super) carried: Vec<Expected>,
    /// What is made of them.
    image: Option<(Making, Expected)>,
    /// For the envelope of a dependency: what its manifest has to be.
    pub(super) manifest: Vec<Expected>,
}

impl Plan {
    pub(super) fn of(uses: &[&Use], size: u64) -> Result<Self, Refused> {
        let not_bound = |detail: &str| (Outcome::Failed(Cause::NotBound), detail.to_owned());
        if !uses.iter().all(|used| used.is_bound()) {
            return Err(not_bound(UNBOUND));
        }
        let mut plan = Self::default();
        let mut images: Vec<&(Making, Expected)> = vec![];
        for used in uses {
            insert(&mut plan.carried, &used.carried);
            insert(&mut plan.manifest, &used.manifest);
            for image in &used.image {
                if !images.contains(&image) {
                    images.push(image);
                }
            }
        }
        if images.len() > 1 {
            return Err(not_bound("the commands want two different images from it"));
        }
        if let Some(expected) = plan.carried.iter().find_map(|expected| expected.size.filter(|expected| *expected != size)) {
            return Err(not_bound(&format!("has {size} bytes where {expected} are signed")));
        }
        if uses.iter().any(|used| used.made_dependency) {
            let detail = "is made into the envelope of a dependency, which this version opens only as it is carried";
            return Err((Outcome::NotPossible, detail.to_owned()));
        }
        plan.image = images.first().map(|image| (*image).clone());
        Ok(plan)
    }

    /// Whether size and SHA-256 of the bytes as carried leave something open that the bytes tell without a key.
    pub(super) fn asks_for_more(&self) -> bool {
        let decodes = matches!(&self.image, Some((Making { encryption: None, decoding: Some(_) }, _)));
        decodes || !self.manifest.is_empty() || self.carried.iter().any(|expected| expected.algorithm != algorithm::SHA_256)
    }

    /// Reads a payload whole and judges it.
    pub(super) fn check(
        &self,
        input: &mut (impl Read + Send),
        size: u64,
        request: &Request,
        tap: Option<&mut Tap<'_>>,
    ) -> Result<String, Refused> {
        if let Some((Making { encryption: Some(info), decoding }, image)) = &self.image
            && let Some(locked) = Locked::open(info, &request.decryption, *decoding, &self.carried, image)
        {
            return locked.check(input, size, request, tap);
        }
        let checked = self.run(input, size, request, tap)?;
        self.judge(&checked, request)
    }

    fn run(
        &self,
        input: &mut (impl Read + Send),
        size: u64,
        request: &Request,
        tap: Option<&mut Tap<'_>>,
    ) -> Result<Checked, Refused> {
        let mut nowhere = io::sink();
        let (raw, output): (bool, &mut (dyn Write + Send)) = match tap {
            Some(tap) => (tap.raw, &mut *tap.output),
            None => (false, &mut nowhere),
        };
        let sums = Sums::of(&self.carried).map_err(unsupported)?.beside_sha256();
        let Some((Making { encryption: None, decoding: Some(Decoding::Zstd) }, expected)) = &self.image else {
            let mut watch = Watch { input, sums, copy: None };
            let found = Found::Plain(measure(&mut watch, output).map_err(|error| broken(&error))?);
            return Ok(Checked { found, carried: watch.sums, image: Sums::default() });
        };
        let image_size =
            expected.size.ok_or_else(|| (Outcome::Failed(Cause::NotBound), String::from("no image size is signed")))?;
        let window_log_max = request.max_window_log.unwrap_or(WINDOW_LOG_MAX);
        let bounds = Bounds { input_size: size, image_size, window_log_max };
        let image_sums = Sums::of([expected]).map_err(unsupported)?.beside_sha256();
        let (copy, output): (_, &mut (dyn Write + Send)) = if raw { (Some(output), &mut io::sink()) } else { (None, output) };
        let mut watch = Watch { input, sums, copy };
        let mut image = Summed { output, sums: image_sums };
        let decoded = decode(&mut watch, bounds, &mut image).map_err(|error| broken(&error))?;
        Ok(Checked { found: Found::Decoded(decoded), carried: watch.sums, image: image.sums })
    }

    /// The cause that counts is the one nearest to the signature: the bytes as carried, then what the decoder says, then the image.
    fn judge(&self, checked: &Checked, request: &Request) -> Result<String, Refused> {
        let not_bound = |detail: String| Err((Outcome::Failed(Cause::NotBound), detail));
        let input = match &checked.found {
            Found::Plain(measured) => measured,
            Found::Decoded(decoded) => &decoded.input,
        };
        if !self.carried.iter().all(|expected| holds(expected, input, &checked.carried)) {
            return not_bound(String::from("does not match its signed digest"));
        }
        let size = input.size;
        let Found::Decoded(decoded) = &checked.found else {
            return match (&self.image, self.carried.is_empty()) {
                (None, _) => Ok(format!("{size} bytes match the signed digest")),
                (Some(_), bare) => {
                    let keys = if request.decryption.is_empty() { "without a key" } else { "with the key given: it is for others" };
                    let matched = if bare { String::from("is encrypted") } else { format!("{size} bytes match the signed digest") };
                    Err((Outcome::NotPossible, format!("{matched}; what it decrypts to cannot be checked {keys}")))
                }
            };
        };
        match (&decoded.image, &self.image) {
            (Ok(found), Some((_, expected))) if expected.size == Some(found.size) && holds(expected, found, &checked.image) => {
                Ok(format!("{size} bytes, decoded to {} bytes, match the signed digests", found.size))
            }
            (Err(error @ DecodeError::WindowTooLarge { .. }), _) => Err((Outcome::Failed(Cause::Policy), error.to_string())),
            (Err(error), _) => not_bound(format!("does not decode to the signed image: {error}")),
            (Ok(_), _) => not_bound(String::from("decodes to another image than the signed one")),
        }
    }
}

/// What was found of one payload.
struct Checked {
    found: Found,
    /// Digests other than SHA-256 of the bytes as carried.
    carried: Sums,
    /// The same of the image.
    image: Sums,
}

enum Found {
    Plain(Measured),
    Decoded(Decoded),
}

pub(super) fn holds(expected: &Expected, measured: &Measured, sums: &Sums) -> bool {
    match expected.algorithm {
        algorithm::SHA_256 => expected.digest == measured.digest,
        _ => sums.matches(expected),
    }
}

pub(super) fn unsupported(code: i64) -> Refused {
    (Outcome::NotPossible, format!("{} over payloads is not supported", crate::verify::algorithm_name(code)))
}

pub(super) fn broken(error: &io::Error) -> Refused {
    let cause = if error.kind() == io::ErrorKind::UnexpectedEof { Cause::Unreadable } else { Cause::Io };
    (Outcome::Failed(cause), error.to_string())
}

fn insert(into: &mut Vec<Expected>, values: &[Expected]) {
    for value in values {
        if !into.contains(value) {
            into.push(value.clone());
        }
    }
}
