//! All checks of a package, in the order in which they count.

pub(crate) mod dependency;
mod sequences;

use std::io::{Read, Write};

use suitpack_core::crypto::VerifySignature;
use suitpack_core::manifest::text::Text;
use suitpack_core::manifest::{Coswid, Member, MemberError, Section};
use suitpack_core::registry::{self, algorithm, manifest as key};
use suitpack_core::{Allowance, Authenticated, Authentication, Envelope, Fault, Judgement, Manifest, Profile, Refusal, Trust};
use suitpack_crypto::Sha2;
use suitpack_processor::Program;
use suitpack_processor::rollback::admits;

use crate::claims::claims;
use crate::payload::{Tap, check_payloads};
use crate::promise;
use crate::reader::{Package, ReadError, Start};
use crate::report::{Cause, Outcome, Report};
use crate::request::Request;
use crate::skew::skew;
use dependency::Nest;
use sequences::{Run, hardware, sequences};

/// Checks a package from a file or a pipe in one pass and constant memory.
///
/// Every check is listed, those not made as well. Only [`Report::accepts`] says that the package may be used.
pub fn verify<R: Read + Send>(input: R, request: &Request) -> Report {
    check(input, request, &mut None)
}

/// What came of an extraction.
#[derive(Debug)]
#[non_exhaustive]
pub struct Extraction {
    /// All checks of the package. What was written is worth nothing unless it accepts.
    pub report: Report,
    /// Whether the wanted payload was there and was written.
    pub written: bool,
    /// The payloads that could have been wanted, by name.
    pub candidates: Vec<String>,
}

/// Checks a package as [`verify`] does and writes the wanted payload to `output` on the way: the installed image, or with `raw`
/// the bytes as carried. `wanted` is a payload's name without its leading `#`, or the name of the component it ends up in.
pub fn extract<R: Read + Send>(
    input: R,
    request: &Request,
    wanted: &str,
    raw: bool,
    output: &mut (dyn Write + Send),
) -> Extraction {
    let mut tap = Some(Tap::new(wanted, raw, output));
    let report = check(input, request, &mut tap);
    let (written, candidates) = tap.map(|tap| (tap.written, tap.candidates)).unwrap_or_default();
    Extraction { report, written, candidates }
}

fn check<R: Read + Send>(input: R, request: &Request, tap: &mut Option<Tap<'_>>) -> Report {
    let mut report = Report::default();
    let mut input = Start::new(input);
    let outcome = Package::open(&mut input).and_then(|mut package| {
        let (envelope, payloads) = package.parts()?;
        let Some(manifest) = authenticate(&envelope, request, &mut report) else {
            remaining(&mut report, request);
            return Ok(());
        };
        rollback(&manifest, request, &mut report);
        let program = members(&envelope, &manifest, request, &mut report);
        let found = program.as_ref().and_then(|program| sequences(program, &[Run::alone()], false, request, &mut report));
        check_payloads(payloads, found.as_ref(), &manifest, request, &mut Nest::default(), tap, &mut report);
        hardware(program.as_ref(), request, &mut report);
        promise::check(&envelope, &manifest, request, &mut report);
        Ok(())
    });
    if let Err(error) = outcome {
        unreadable(&mut report, &error);
        remaining(&mut report, request);
    }
    if !report.accepts() {
        report.explain(skew(input.kept()));
    }
    report
}

pub(crate) fn unreadable(report: &mut Report, error: &ReadError) {
    let (cause, detail) = told(error);
    report.failed("read", cause, detail);
}

fn told(error: &ReadError) -> (Cause, String) {
    match error {
        ReadError::Io(error) => (Cause::Io, error.to_string()),
        ReadError::Malformed(error) => (fault(error), error.to_string()),
    }
}

pub(crate) fn fault(error: &suitpack_core::Error) -> Cause {
    match error.kind().fault() {
        Fault::Malformed => Cause::Unreadable,
        Fault::Limit | Fault::Refused => Cause::Policy,
    }
}

/// Read, digest, signature, trust: opens the manifest if all four hold.
pub(crate) fn authenticate<'a>(
    envelope: &Envelope<'a>,
    request: &Request,
    report: &mut Report,
) -> Option<Authenticated<Manifest<'a>>> {
    let authentication = match envelope.authentication() {
        Ok(authentication) => authentication,
        Err(error) => {
            report.failed("read", fault(&error), error.to_string());
            return None;
        }
    };
    let anchors = request.believed();
    let trust = Trust { digester: &Sha2, anchors: &anchors, profile: request.profile };
    let opened = envelope.authenticate(&trust);
    match &opened {
        Err(Refusal::Unreadable(error)) => report.failed("read", fault(error), format!("the manifest: {error}")),
        _ => report.passed("read", "the envelope is deterministic CBOR and follows its CDDL"),
    }
    let digest = authentication.digest();
    match trust.digest(&authentication, envelope.manifest_bytes()) {
        Ok(()) => report.passed("digest", format!("{} of the manifest", algorithm_name(digest.algorithm()))),
        Err(Refusal::DigestUnsupported(code)) => {
            report.failed("digest", Cause::Policy, format!("{} is not supported", algorithm_name(code)));
        }
        Err(_) => report.failed("digest", Cause::NotAuthentic, "the manifest is not the one that was signed"),
    }
    signatures(&trust, &authentication, &anchors, report);
    let manifest = opened.ok()?;
    let severed = envelope.member(key::COSWID).and_then(|body| Coswid::admit(body.reader(), request.profile).ok().flatten());
    for allowance in manifest.get().allowances().chain(severed) {
        report.passed("profile", format!("let pass: {}", let_pass(allowance)));
    }
    Some(manifest)
}

/// What the lenient profile let pass, in words.
const fn let_pass(allowance: Allowance) -> &'static str {
    match allowance {
        Allowance::IndexBeyondComponents => "a dependency whose index is behind the components",
        Allowance::CoswidOrder => "a CoSWID whose keys are in no order, of which nothing was read",
        _ => "something of the drafts' own examples",
    }
}

fn signatures(trust: &Trust<'_>, authentication: &Authentication<'_>, anchors: &[&dyn VerifySignature], report: &mut Report) {
    let (mut wrong, mut verified, mut others, mut let_pass, mut not_admitted) = (None, vec![], vec![], vec![], None);
    let claims = claims(authentication, trust);
    for claim in &claims {
        let said = claim.words();
        match claim.judgement {
            Judgement::Verified { anchor, deprecated } => {
                let id = anchors.get(anchor).map(|anchor| short_hex(anchor.key_id())).unwrap_or_default();
                verified.push(format!("{id} ({said})"));
                if deprecated {
                    let_pass.push(format!("the deprecated algorithm of {said}"));
                }
            }
            Judgement::Wrong { .. } => wrong = Some(said),
            Judgement::NotAdmitted { algorithm } => {
                not_admitted = Some(algorithm);
                others.push(said);
            }
            _ => others.push(said),
        }
    }
    match &wrong {
        _ if authentication.is_empty() => report.failed("signature", Cause::NotAuthentic, "nobody signed this package"),
        Some(said) => {
            report.failed("signature", Cause::NotAuthentic, format!("the signature that names a trusted key is wrong: {said}"));
        }
        None if verified.is_empty() => report.add("signature", Outcome::NotPossible, "no key to check it with"),
        None => report.passed("signature", format!("{} of {} signatures checked", verified.len(), claims.len())),
    }
    let signed_by = if others.is_empty() { String::from("nobody else") } else { others.join(", ") };
    if !verified.is_empty() {
        report.passed("trust", format!("signed by {}", verified.join(", ")));
    } else if anchors.is_empty() {
        report.failed("trust", Cause::NotTrusted, format!("no anchor was given; signed by {signed_by}"));
    } else if let Some(code) = not_admitted {
        let detail = format!("{} ({code}) is deprecated and not admitted by the strict profile", algorithm_name(code));
        report.failed("trust", Cause::Policy, detail);
    } else if authentication.is_empty() || wrong.is_some() {
        report.add("trust", Outcome::NotPossible, "there is no right signature");
    } else {
        let count = anchors.len();
        let anchor = if count == 1 { String::from("the anchor given") } else { format!("any of the {count} anchors given") };
        report.failed("trust", Cause::NotTrusted, format!("not signed by {anchor}; signed by {signed_by}"));
    }
    if trust.profile == Profile::Lenient {
        let detail =
            if let_pass.is_empty() { String::from("nothing was let pass") } else { format!("let pass: {}", let_pass.join(", ")) };
        report.passed("profile", detail);
    }
}

// SUIT-9
fn rollback(manifest: &Authenticated<Manifest<'_>>, request: &Request, report: &mut Report) {
    let number = manifest.get().sequence_number();
    match request.min_sequence {
        None => report.add("rollback", Outcome::NotAsked, format!("sequence number {number}")),
        Some(least) if !admits(least, number) => {
            report.failed("rollback", Cause::Policy, format!("sequence number {number} is lower than {least}"));
        }
        Some(least) => report.passed("rollback", format!("sequence number {number} is not lower than {least}")),
    }
}

/// Severed members against their digests; gives the program if every sequence is at hand.
// SUIT-44
fn members<'a>(
    envelope: &Envelope<'a>,
    manifest: &Authenticated<Manifest<'a>>,
    request: &Request,
    report: &mut Report,
) -> Option<Program<'a>> {
    let view = manifest.get();
    let mut sound = true;
    for (code, body) in envelope.members() {
        let name = format!("member {}", member_name(code));
        match view.member(code) {
            Member::Severed(digest) => match digest.matches(&Sha2, &[body.encoded()]) {
                Some(true) => match readable(code, body, view, request.profile) {
                    Ok(()) => report.passed(name, "is the one that was signed"),
                    Err((cause, detail)) => {
                        sound = false;
                        report.failed(name, cause, detail);
                    }
                },
                Some(false) => {
                    sound = false;
                    report.failed(name, Cause::NotBound, "does not match its signed digest");
                }
                None => {
                    sound = false;
                    report.failed(name, Cause::Policy, format!("{} is not supported", algorithm_name(digest.algorithm())));
                }
            },
            _ => {
                sound = false;
                let known = registry::find(registry::envelope::LABELS, code).is_some();
                let cause = if known || registry::is_private(code) { Cause::NotBound } else { Cause::Unreadable };
                report.failed(name, cause, "stands in the envelope and no digest in the manifest binds it");
            }
        }
    }
    // Sequences are reported together below; nobody may take one of these for absent.
    for code in [key::COSWID, key::TEXT, key::UPGRADABILITY] {
        if matches!(view.member(code), Member::Severed(_)) && envelope.member(code).is_none() {
            report.add(format!("member {}", member_name(code)), Outcome::NotAsked, "withheld: severed, and not in the envelope");
        }
    }
    if let Member::Inline(body) = view.member(key::TEXT)
        && let Err((cause, detail)) = readable(key::TEXT, body, view, request.profile)
    {
        sound = false;
        report.failed("member suit-text", cause, detail);
    }
    let mut withheld = vec![];
    let program = Program::new(manifest, |section| match view.sequence(section, envelope.member(section.key())) {
        Ok(sequence) => Ok(sequence),
        Err(MemberError::Withheld) => {
            withheld.push(member_name(section.key()));
            Ok(None)
        }
        Err(MemberError::Unreadable(error)) => Err((section, error)),
    });
    match program {
        Err((section, error)) => {
            report.failed(format!("member {}", member_name(section.key())), fault(&error), error.to_string());
            None
        }
        Ok(_) if !withheld.is_empty() => {
            let outcome = if request.manifest_only { Outcome::NotAsked } else { Outcome::NotPossible };
            report.add("sequences", outcome, format!("severed and not in the envelope: {}", withheld.join(", ")));
            None
        }
        Ok(program) => sound.then_some(program),
    }
}

/// Whether the body of a member that this version reads can be read.
fn readable<'a>(
    code: i64,
    body: suitpack_core::Wrapped<'a>,
    manifest: &Manifest<'a>,
    profile: Profile,
) -> Result<(), (Cause, String)> {
    let said = |error: suitpack_core::Error| (fault(&error), error.to_string());
    if let Some(section) = Section::ALL.into_iter().find(|section| section.key() == code) {
        return match manifest.sequence(section, Some(body)) {
            Err(MemberError::Unreadable(error)) => Err(said(error)),
            _ => Ok(()),
        };
    }
    if code == key::COSWID {
        return Coswid::admit(body.reader(), profile).map(|_| ()).map_err(said);
    }
    if code != key::TEXT {
        return Ok(());
    }
    let text = Text::parse(body.reader()).map_err(said)?;
    // SUIT-48, §8.4.4: a text speaks of components of this manifest only.
    let mut foreign = false;
    text.for_each(|entry| {
        foreign |= entry.component.is_some_and(|id| !manifest.common().components().any(|known| known == id));
    });
    let detail = "speaks of a component that the manifest does not have";
    if foreign { Err((Cause::Unreadable, String::from(detail))) } else { Ok(()) }
}

/// Lists what an earlier refusal left undone, as not asked or not possible.
fn remaining(report: &mut Report, request: &Request) {
    let asked = |yes| if yes { Outcome::NotPossible } else { Outcome::NotAsked };
    let list = [
        ("digest", Outcome::NotPossible),
        ("signature", Outcome::NotPossible),
        ("trust", Outcome::NotPossible),
        ("rollback", asked(request.min_sequence.is_some())),
        ("members", Outcome::NotPossible),
        ("sequences", asked(!request.manifest_only)),
        ("payloads", asked(!request.manifest_only)),
        ("hardware", asked(request.vendor_id.is_some() || request.class_id.is_some())),
        ("channel", asked(request.channel.is_some())),
        ("support", asked(request.supported_on.is_some())),
    ];
    for (name, outcome) in list {
        if !report.checks().iter().any(|check| check.name == name) {
            report.add(name, outcome, "");
        }
    }
}

/// The name of a manifest or envelope member.
pub(crate) fn member_name(code: i64) -> String {
    let label = registry::find(registry::manifest::LABELS, code).or_else(|| registry::find(registry::envelope::LABELS, code));
    label.map_or_else(|| code.to_string(), |label| label.name.to_owned())
}

/// The name of an algorithm, or its number.
pub(crate) fn algorithm_name(code: i64) -> String {
    algorithm::name(code).map_or_else(|| format!("algorithm {code}"), str::to_owned)
}

/// The first eight bytes of an identifier.
pub(crate) fn short_hex(bytes: &[u8]) -> String {
    bytes.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
