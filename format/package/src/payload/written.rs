//! Payloads that were just written, held against what their manifest says of them.

use std::io::Read;

use suitpack_core::registry::algorithm;
use suitpack_core::{Digest, Profile};
use suitpack_crypto::Sha2;
use suitpack_processor::Program;

use super::judge::{Plan, Refused};
use crate::believe::{believed, unquestioned};
use crate::bindings::{Use, bindings};
use crate::explore::Facts;
use crate::reader::{Package, ReadError};
use crate::report::{Cause, Outcome};
use crate::request::Request;

/// A payload, in the package or beside it, as whoever wrote it knows it.
#[derive(Clone, Copy, Debug)]
pub struct Written<'w> {
    /// The value of suit-parameter-uri.
    pub uri: &'w str,
    /// Bytes as carried.
    pub size: u64,
    /// Their SHA-256.
    pub sha_256: [u8; 32],
}

/// A payload that is another one than its manifest says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The value of suit-parameter-uri.
    pub uri: String,
    /// In what they differ.
    pub detail: String,
}

/// Finds the first payload of a package that its manifest would refuse, whoever vouches for that.
///
/// What is known of `written` is not read again: the bytes are looked at only where another digest or what they decode to is asked
/// for. What no digest binds, and what cannot be told without a key or a severed member, is left to [`verify`](crate::verify()).
///
/// # Errors
/// If the package cannot be read.
pub fn mismatch<R: Read + Send>(input: R, written: &[Written<'_>]) -> Result<Option<Mismatch>, ReadError> {
    let mut package = Package::open(input)?;
    let (envelope, payloads) = package.parts()?;
    let Ok(manifest) = envelope.manifest_unauthenticated(Profile::Strict) else { return Ok(None) };
    let bytes = unquestioned(manifest.bytes());
    let Some(manifest) = believed(&bytes) else { return Ok(None) };
    let program = Program::new(&manifest, |section| manifest.get().sequence(section, envelope.member(section.key())));
    let Some(found) = program.ok().and_then(|program| bindings(&program, &Facts::default()).ok()) else { return Ok(None) };
    let mut open = Vec::new();
    for payload in written {
        let uses: Vec<&Use> = found.uses.iter().filter(|used| used.uri == payload.uri).collect();
        if uses.is_empty() || !uses.iter().all(|used| used.is_bound()) {
            continue;
        }
        match known(&uses, payload) {
            Ok(plan) if plan.asks_for_more() => open.push((payload, plan)),
            Err((Outcome::Failed(Cause::NotBound), detail)) => {
                return Ok(Some(Mismatch { uri: payload.uri.to_owned(), detail }));
            }
            _ => {}
        }
    }
    if open.is_empty() {
        return Ok(None);
    }
    while let Some((name, size)) = payloads.next_payload()? {
        let Some((_, plan)) = open.iter().find(|(payload, _)| payload.uri == name) else { continue };
        let result = if plan.manifest.is_empty() {
            plan.check(&mut *payloads, size, &Request::default(), None).map(drop)
        } else {
            depended_on(plan, &mut *payloads)
        };
        if let Err((Outcome::Failed(Cause::NotBound), detail)) = result {
            return Ok(Some(Mismatch { uri: name, detail }));
        }
    }
    Ok(None)
}

/// What can be judged without the bytes.
fn known(uses: &[&Use], payload: &Written<'_>) -> Result<Plan, Refused> {
    let plan = Plan::of(uses, payload.size)?;
    let differs = |algorithm: i64, digest: &[u8]| algorithm == algorithm::SHA_256 && digest != payload.sha_256;
    if plan.carried.iter().any(|expected| differs(expected.algorithm, &expected.digest)) {
        return Err((Outcome::Failed(Cause::NotBound), String::from("does not match its signed digest")));
    }
    Ok(plan)
}

/// Whether a package is the one that a digest of its manifest names.
fn depended_on(plan: &Plan, input: impl Read) -> Result<(), Refused> {
    let not_bound = |detail: &str| (Outcome::Failed(Cause::NotBound), detail.to_owned());
    let package = Package::open(input).map_err(|_| not_bound("is no package that could be a dependency"));
    let mut package = package?;
    let (envelope, _) = package.parts().map_err(|_| not_bound("is no package that could be a dependency"))?;
    let manifest = envelope.manifest_bytes();
    let differs = plan.manifest.iter().any(|expected| {
        let digest = Digest::new(expected.algorithm, &expected.digest);
        digest.and_then(|digest| digest.matches(&Sha2, &[manifest.encoded()])) == Some(false)
    });
    if differs { Err(not_bound("holds another manifest than the signed digest names")) } else { Ok(()) }
}
