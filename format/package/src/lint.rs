//! What in a package has no effect, or not the one its author must have meant (spec/lint.md).

mod against;
mod commands;
mod facts;
mod needs;
mod reach;
mod rules;
mod shape;

use std::io::Read;

use serde::Serialize;
use suitpack_core::manifest::text::Text;
use suitpack_core::manifest::{Manifest, Member, MemberError, Section, Sequence};
use suitpack_core::registry::manifest as key;
use suitpack_core::{Envelope, Error, ErrorKind, Profile};
use suitpack_crypto::Sha2;

pub use rules::{RULES, Rule, Severity};

use crate::name::component_name;
use crate::reader::{Package, ReadError};
use commands::Commands;
use facts::Facts;

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The rule that was broken.
    pub rule: &'static str,
    /// How bad that is.
    pub severity: Severity,
    /// What is wrong. May hold text from the package: hostile until it is sanitised.
    pub message: String,
    /// The sequence it stands in, by its name in the CDDL.
    pub section: Option<&'static str>,
    /// Bytes from the start of the sequence to the command, as a SUIT_Record counts them.
    pub offset: Option<usize>,
    /// The index of the component.
    pub component: Option<u32>,
    /// The name of the component.
    pub component_name: Option<String>,
}

impl Finding {
    fn new(rule: &'static Rule, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { rule: rule.id, severity: rule.severity, message, section: None, offset: None, component: None, component_name: None }
    }

    const fn at(mut self, place: Place) -> Self {
        self.section = Some(place.section);
        self.offset = Some(place.offset);
        self
    }

    fn of(mut self, component: u32, names: &[String]) -> Self {
        self.component = Some(component);
        self.component_name = usize::try_from(component).ok().and_then(|at| names.get(at)).cloned();
        self
    }
}

/// Where a command stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    section: &'static str,
    offset: usize,
}

/// Reads a package and says what its author should look at again. Nobody has to vouch for it, and nothing is done with it.
///
/// # Errors
/// If the package cannot be read so far that its commands are understood.
pub fn lint<R: Read>(input: R) -> Result<Vec<Finding>, ReadError> {
    read(input).map(|(findings, _)| findings)
}

/// Reads a package as [`lint`] does, and holds it against the one it is to follow.
///
/// # Errors
/// If one of them cannot be read. The second value says whether that is the previous one.
pub fn lint_against<R: Read, P: Read>(input: R, previous: P) -> Result<Vec<Finding>, (ReadError, bool)> {
    let (mut findings, new) = read(input).map_err(|error| (error, false))?;
    let (_, old) = read(previous).map_err(|error| (error, true))?;
    // Without a manifest that can be read there is nothing to compare; it is a finding already.
    if let (Some(new), Some(old)) = (new, old) {
        findings.extend(against::compare(&new, &old));
    }
    Ok(findings)
}

fn read<R: Read>(input: R) -> Result<(Vec<Finding>, Option<Facts>), ReadError> {
    let mut package = Package::open(input)?;
    let (envelope, payloads) = package.parts()?;
    let mut names = Vec::new();
    while let Some((name, _)) = payloads.next_payload()? {
        names.push(name);
    }
    let mut findings = Vec::new();
    let manifest = match envelope.manifest_unauthenticated(Profile::Strict) {
        Ok(manifest) => manifest,
        Err(error) => {
            findings.push(refused(error).ok_or(ReadError::Malformed(error))?);
            match envelope.manifest_unauthenticated(Profile::Lenient) {
                Ok(manifest) => manifest,
                Err(_) => return Ok((findings, None)),
            }
        }
    };
    check(&envelope, &manifest, &names, &mut findings)?;
    findings.sort_by_key(|finding| (order(finding.section), finding.offset));
    let facts = Facts::of(&envelope, &manifest);
    Ok((findings, Some(facts)))
}

/// What a strict reader refuses although the bytes have a meaning: the linter says which rule that is.
fn refused(error: Error) -> Option<Finding> {
    let rule = match error.kind() {
        ErrorKind::ComponentIndexOutOfRange => &rules::INDEX,
        ErrorKind::DigestAlgorithmUnknown | ErrorKind::DigestLength => &rules::DIGEST,
        ErrorKind::SetComponentIndexMissing => &rules::NO_INDEX,
        ErrorKind::NotAllowedHere => &rules::MISPLACED,
        _ => return None,
    };
    Some(Finding::new(rule, error.to_string()))
}

fn check<'a>(
    envelope: &Envelope<'a>,
    manifest: &Manifest<'a>,
    payloads: &[String],
    findings: &mut Vec<Finding>,
) -> Result<(), ReadError> {
    let mut sections = Vec::new();
    let mut withheld = false;
    for section in Section::ALL {
        let name = sequence_name(section);
        let body = envelope.member(section.key());
        if let (Member::Severed(digest), Some(body)) = (manifest.member(section.key()), body)
            && digest.matches(&Sha2, &[body.encoded()]) == Some(false)
        {
            findings.push(Finding::new(&rules::MEMBER, format!("{name} does not match the digest in the manifest")));
        }
        match manifest.sequence(section, body) {
            Ok(Some(sequence)) => sections.push((section, name, sequence)),
            Ok(None) => {}
            Err(MemberError::Withheld) => {
                withheld = true;
                findings.push(Finding::new(&rules::WITHHELD, format!("{name} is severed and was not looked at")));
            }
            Err(MemberError::Unreadable(error)) => findings.push(refused(error).ok_or(ReadError::Malformed(error))?),
        }
    }
    let names: Vec<String> = manifest.common().components().map(|id| component_name(&id)).collect();
    let mut commands = Commands::new(manifest, names);
    let unread =
        sections.len() < Section::ALL.iter().filter(|section| !matches!(manifest.member(section.key()), Member::Absent)).count();
    commands.procedures(manifest.common().shared_sequence(), &sections, !withheld && !unread);
    findings.extend(commands.findings());
    text(envelope, manifest, findings);
    if !withheld && !unread {
        reach::check(envelope, manifest, payloads, findings);
    }
    Ok(())
}

/// draft-ietf-suit-manifest §8.4.4: a text speaks of components of its manifest only.
fn text(envelope: &Envelope<'_>, manifest: &Manifest<'_>, findings: &mut Vec<Finding>) {
    let body = match manifest.member(key::TEXT) {
        Member::Inline(body) => Some(body),
        Member::Severed(_) => envelope.member(key::TEXT),
        Member::Absent => None,
    };
    let Some(text) = body.and_then(|body| Text::parse(body.reader()).ok()) else { return };
    let mut foreign = Vec::new();
    text.for_each(|entry| {
        if let Some(id) = entry.component
            && !manifest.common().components().any(|known| known == id)
        {
            let name = component_name(&id);
            if !foreign.contains(&name) {
                foreign.push(name);
            }
        }
    });
    for name in foreign {
        findings
            .push(Finding::new(&rules::FOREIGN_TEXT, format!("suit-text speaks of {name}, which is no component of the manifest")));
    }
}

/// The name of a section in the CDDL, which is a constant of ours.
fn sequence_name(section: Section) -> &'static str {
    suitpack_core::registry::find(suitpack_core::registry::manifest::LABELS, section.key()).map_or("", |label| label.name)
}

/// The order in which sequences run, what has no place last.
fn order(section: Option<&'static str>) -> usize {
    match section {
        None => usize::MAX,
        Some(SHARED) => 0,
        Some(name) => {
            Section::ALL.iter().position(|section| sequence_name(*section) == name).map_or(usize::MAX, |at| at.saturating_add(1))
        }
    }
}

const SHARED: &str = "suit-shared-sequence";

/// A section with its name and commands.
type Named<'a> = (Section, &'static str, Sequence<'a>);
