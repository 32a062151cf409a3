//! Everything a package says, whether anybody vouches for it or not.

use std::io::Read;

use serde::Serialize;
use suitpack_core::manifest::text::Text as Texts;
use suitpack_core::manifest::{Member, Section};
use suitpack_core::registry::{self, manifest as key};
use suitpack_core::{Digest, Envelope, Judgement, Manifest, Trust};
use suitpack_crypto::Sha2;

use crate::claims::{Claim, claims};
use crate::commands::{CommandView, commands};
use crate::name::component_name;
use crate::promise::{Promise, promise};
use crate::reader::{Package, ReadError};
use crate::request::Request;
use crate::skew::{Skew, skew};
use crate::verify::{algorithm_name, member_name};

/// What a package says. All text comes from the package and is hostile until it is sanitised.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct Inspection {
    /// `suitpack-inspect/1`
    pub schema: &'static str,
    /// Whether an anchor vouches for the manifest.
    pub authenticated: bool,
    /// Why not, where anchors were given.
    pub refusal: Option<String>,
    /// Whether tag 107 stands first.
    pub tagged: bool,
    /// Bytes before the first payload.
    pub head_size: u64,
    /// The digest that is signed.
    pub digest: DigestView,
    /// The blocks that vouch for it.
    pub signatures: Vec<SignatureView>,
    /// The manifest, unless it cannot be read.
    pub manifest: Option<ManifestView>,
    /// Why the manifest cannot be read.
    pub manifest_error: Option<String>,
    /// What the maker promises about updates.
    pub upgradability: Option<Promise>,
    /// The payloads carried.
    pub payloads: Vec<PayloadView>,
    /// Traces of older drafts. They explain what is refused; nothing is read in the old way.
    pub older_drafts: Vec<Skew>,
}

/// A digest.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct DigestView {
    /// Name of the algorithm.
    pub algorithm: String,
    /// The bytes in hex.
    pub bytes: String,
}

/// An authentication block.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct SignatureView {
    /// Name of the algorithm.
    pub algorithm: String,
    /// The key id in hex.
    pub kid: Option<String>,
    /// `verified`, `wrong`, `unknown-signer`, `not-admitted` or `not-understood`.
    pub judgement: &'static str,
}

/// A manifest.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct ManifestView {
    /// suit-manifest-sequence-number
    pub sequence_number: u64,
    /// suit-set-version in dotted form.
    pub version: Option<String>,
    /// suit-reference-uri
    pub reference_uri: Option<String>,
    /// Names of the components by index.
    pub components: Vec<String>,
    /// The shared sequence.
    pub shared: Vec<CommandView>,
    /// The sections in the order they run.
    pub sections: Vec<SectionView>,
    /// suit-text.
    pub text: Vec<TextView>,
    /// Severable members and where their bodies are.
    pub members: Vec<MemberView>,
}

/// A section.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct SectionView {
    /// Its name in the CDDL.
    pub name: String,
    /// Its commands; empty if the body is withheld.
    pub commands: Vec<CommandView>,
}

/// One text.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct TextView {
    /// BCP 47 tag.
    pub language: String,
    /// The component it speaks of.
    pub component: Option<String>,
    /// Name of the element.
    pub element: String,
    /// The text.
    pub value: String,
}

/// A severable member.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct MemberView {
    /// Its name in the CDDL.
    pub name: String,
    /// `inline`, `severed-present`, `severed-mismatch` or `withheld`.
    pub state: &'static str,
}

/// An integrated payload.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct PayloadView {
    /// Its key in the envelope.
    pub name: String,
    /// Bytes as carried.
    pub size: u64,
}

/// Reads a whole package and tells what it says; payloads are passed over, not checked.
///
/// # Errors
/// If the envelope cannot be read.
pub fn inspect<R: Read>(input: R, request: &Request) -> Result<Inspection, ReadError> {
    let mut package = Package::open(input)?;
    let head_size = package.head().len() as u64;
    let older_drafts = skew(package.head());
    let (envelope, payloads) = package.parts()?;
    let mut inspection = head(&envelope, head_size, request)?;
    inspection.older_drafts = older_drafts;
    while let Some((name, size)) = payloads.next_payload()? {
        inspection.payloads.push(PayloadView { name, size });
    }
    Ok(inspection)
}

fn head(envelope: &Envelope<'_>, head_size: u64, request: &Request) -> Result<Inspection, ReadError> {
    let authentication = envelope.authentication().map_err(ReadError::Malformed)?;
    let anchors = request.believed();
    let trust = Trust { digester: &Sha2, anchors: &anchors, profile: request.profile };
    let opened = envelope.authenticate(&trust);
    let signatures = claims(&authentication, &trust).into_iter().map(signature).collect();
    let manifest = envelope.manifest_unauthenticated(request.profile);
    Ok(Inspection {
        schema: "suitpack-inspect/1",
        authenticated: opened.is_ok(),
        refusal: opened.err().filter(|_| !anchors.is_empty()).map(|refusal| refusal.to_string()),
        tagged: envelope.is_tagged(),
        head_size,
        digest: digest_view(authentication.digest()),
        signatures,
        upgradability: manifest.as_ref().ok().map(|manifest| promise(envelope, manifest)),
        manifest_error: manifest.as_ref().err().map(ToString::to_string),
        manifest: manifest.ok().map(|manifest| manifest_view(envelope, &manifest)),
        payloads: Vec::new(),
        older_drafts: Vec::new(),
    })
}

fn signature(claim: Claim) -> SignatureView {
    let judgement = match claim.judgement {
        Judgement::Verified { .. } => "verified",
        Judgement::Wrong { .. } => "wrong",
        Judgement::Untrusted => "unknown-signer",
        Judgement::NotAdmitted { .. } => "not-admitted",
        Judgement::NotUnderstood => "not-understood",
    };
    SignatureView { algorithm: claim.algorithm, kid: claim.kid.as_deref().map(hex), judgement }
}

fn manifest_view<'a>(envelope: &Envelope<'a>, manifest: &Manifest<'a>) -> ManifestView {
    let components: Vec<String> = manifest.common().components().map(|id| component_name(&id)).collect();
    let sections = Section::ALL.into_iter().filter_map(|section| {
        let body = manifest.sequence(section, envelope.member(section.key()));
        match manifest.member(section.key()) {
            Member::Absent => None,
            _ => Some(SectionView {
                name: member_name(section.key()),
                commands: body.ok().flatten().map(|sequence| commands(sequence, &components)).unwrap_or_default(),
            }),
        }
    });
    let severable = [14, 15, 16, 18, 20, 23, key::UPGRADABILITY];
    let members = severable.into_iter().filter_map(|code| {
        let state = match (manifest.member(code), envelope.member(code)) {
            (Member::Absent, _) => return None,
            (Member::Inline(_), _) => "inline",
            (Member::Severed(_), None) => "withheld",
            (Member::Severed(digest), Some(body)) => match digest.matches(&Sha2, &[body.encoded()]) {
                Some(true) => "severed-present",
                _ => "severed-mismatch",
            },
        };
        Some(MemberView { name: member_name(code), state })
    });
    ManifestView {
        sequence_number: manifest.sequence_number(),
        version: manifest.version().map(version_text),
        reference_uri: manifest.reference_uri().map(str::to_owned),
        shared: manifest.common().shared_sequence().map(|sequence| commands(sequence, &components)).unwrap_or_default(),
        sections: sections.collect(),
        text: texts(envelope, manifest),
        members: members.collect(),
        components,
    }
}

fn texts(envelope: &Envelope<'_>, manifest: &Manifest<'_>) -> Vec<TextView> {
    let body = match manifest.member(key::TEXT) {
        Member::Inline(body) => Some(body),
        Member::Severed(_) => envelope.member(key::TEXT),
        Member::Absent => None,
    };
    let mut found = Vec::new();
    if let Some(text) = body.and_then(|body| Texts::parse(body.reader()).ok()) {
        text.for_each(|entry| {
            let labels = if entry.component.is_some() { registry::text_component::LABELS } else { registry::text::LABELS };
            found.push(TextView {
                language: entry.language.to_owned(),
                component: entry.component.map(|id| component_name(&id)),
                element: registry::find(labels, entry.label).map_or_else(|| entry.label.to_string(), |label| label.name.to_owned()),
                value: entry.value.to_owned(),
            });
        });
    }
    found
}

/// suit-set-version in the form people write: negative numbers are pre-releases (update-management §4.4.1).
fn version_text(numbers: impl Iterator<Item = i64>) -> String {
    let mut text = String::new();
    for number in numbers {
        let (separator, part) = match number {
            -1 => ("-", String::from("rc")),
            -2 => ("-", String::from("beta")),
            -3 => ("-", String::from("alpha")),
            number => (".", number.to_string()),
        };
        if !text.is_empty() {
            text.push_str(separator);
        }
        text.push_str(&part);
    }
    text
}

fn digest_view(digest: Digest<'_>) -> DigestView {
    DigestView { algorithm: algorithm_name(digest.algorithm()), bytes: hex(digest.bytes()) }
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
