//! Who vouches for a report, and which manifest it says it is of.

use suitpack_core::cose::Header;
use suitpack_core::crypto::VerifySignature;
use suitpack_core::report::{Container, Report as Told};
use suitpack_core::{Block, Envelope, Judgement, Manifest, Trust};
use suitpack_crypto::Sha2;

use super::ReportRequest;
use crate::report::{Cause, Outcome, Report};
use crate::verify::{algorithm_name, fault, short_hex};

/// Reads a report and says of it who vouches for it, and whether it is fresh.
pub(super) fn open<'a>(bytes: &'a [u8], request: &ReportRequest, checks: &mut Report) -> Option<Told<'a>> {
    let profile = request.package.profile;
    let container = match Container::parse(bytes) {
        Ok(container) => container,
        Err(error) => {
            checks.failed("report: read", fault(&error), error.to_string());
            return None;
        }
    };
    if container.is_encrypted() {
        checks.add("report: read", Outcome::NotPossible, "it is encrypted, which this version does not open");
        authenticity(&container, request, checks);
        return None;
    }
    let told = match container.open(profile) {
        Ok(told) => told,
        Err(error) => {
            checks.failed("report: read", fault(&error), error.to_string());
            return None;
        }
    };
    checks.passed("report: read", "the report follows its CDDL");
    authenticity(&container, request, checks);
    nonce(&told, request, checks);
    Some(told)
}

// SUIT-69
fn authenticity(container: &Container<'_>, request: &ReportRequest, checks: &mut Report) {
    let Container::Sealed { block, payload } = container else {
        match request.bare {
            true => checks.add(SIGNATURE, Outcome::NotAsked, "it is not signed, and the channel it came through is believed"),
            false => checks.failed(SIGNATURE, Cause::NotAuthentic, "nobody signed it"),
        }
        return checks.add(super::TRUST, Outcome::NotAsked, "nobody vouches for it");
    };
    let public = request.anchors.iter().map(|key| key as &dyn VerifySignature);
    let anchors: Vec<&dyn VerifySignature> = public.chain(request.shared.iter().map(|key| key as _)).collect();
    let trust = Trust { digester: &Sha2, anchors: &anchors, profile: request.package.profile };
    let mut buffer = vec![0; payload.content().len().saturating_add(FRAME)];
    let said = header(block).map(words).unwrap_or_default();
    match trust.judge_in(block, payload.content(), &mut buffer) {
        Judgement::Verified { anchor, .. } => {
            let id = anchors.get(anchor).map(|anchor| short_hex(anchor.key_id())).unwrap_or_default();
            checks.passed(SIGNATURE, "checked");
            checks.passed(super::TRUST, format!("signed by {id} ({said})"));
        }
        Judgement::Wrong { .. } => {
            checks.failed(SIGNATURE, Cause::NotAuthentic, format!("the signature that names a trusted key is wrong: {said}"));
            checks.add(super::TRUST, Outcome::NotPossible, "there is no right signature");
        }
        Judgement::NotAdmitted { algorithm } => {
            checks.add(SIGNATURE, Outcome::NotPossible, "");
            let detail = format!("{} is deprecated and not admitted by the strict profile", algorithm_name(algorithm));
            checks.failed(super::TRUST, Cause::Policy, detail);
        }
        _ => {
            checks.add(SIGNATURE, Outcome::NotPossible, "no key to check it with");
            let detail = match anchors.len() {
                0 => format!("no anchor for reports was given; signed by {said}"),
                1 => format!("not signed by the anchor given; signed by {said}"),
                count => format!("not signed by any of the {count} anchors given; signed by {said}"),
            };
            checks.failed(super::TRUST, Cause::NotTrusted, detail);
        }
    }
}

/// A report that holds what was asked of it is not an old one.
// SUIT-70
fn nonce(told: &Told<'_>, request: &ReportRequest, checks: &mut Report) {
    match (&request.nonce, told.nonce()) {
        (None, Some(_)) => checks.add(NONCE, Outcome::NotAsked, "there is one"),
        (None, None) => checks.add(NONCE, Outcome::NotAsked, "there is none"),
        (Some(wanted), Some(found)) if wanted == found => checks.passed(NONCE, "is the one that was asked for"),
        (Some(_), Some(_)) => {
            checks.failed(NONCE, Cause::Disagrees, "is another than was asked for: an old report, or of another request")
        }
        (Some(_), None) => checks.failed(NONCE, Cause::Disagrees, "there is none, so nothing shows that the report is new"),
    }
}

/// REP §4: the URI is exactly that of the manifest, and the digest that of its authentication wrapper.
pub(super) fn reference(envelope: &Envelope<'_>, manifest: &Manifest<'_>, told: &Told<'_>) -> Result<(), &'static str> {
    let signed = envelope.authentication().map(|authentication| authentication.digest());
    if signed != Ok(told.manifest_digest()) {
        return Err("the digest is that of another manifest");
    }
    if manifest.reference_uri().unwrap_or_default() != told.manifest_uri() {
        return Err("the URI is not the suit-reference-uri of the manifest");
    }
    Ok(())
}

/// The header of what stands around a report.
pub(super) const fn header<'a>(block: &Block<'a>) -> Option<Header<'a>> {
    match block {
        Block::Sign1(sign) => Some(sign.header()),
        Block::Mac0(mac) => Some(mac.header()),
        _ => None,
    }
}

fn words(header: Header<'_>) -> String {
    let kid = header.kid().map_or_else(|| String::from("no key id"), |kid| format!("kid {}", short_hex(kid)));
    format!("{kid}, {}", algorithm_name(header.algorithm()))
}

pub(super) const SIGNATURE: &str = "report: signature";
const NONCE: &str = "report: nonce";

/// The protected header, and what stands around header and payload in the bytes that are signed.
const FRAME: usize = suitpack_core::limits::PROTECTED_HEADER + 128;
