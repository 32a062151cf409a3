//! What a manifest says.

use serde::Serialize;
use suitpack_core::cbor::{Key, Reader};
use suitpack_core::manifest::text::Text as Texts;
use suitpack_core::manifest::{ComponentId, Coswid, Member, MemberError, Section, TagId};
use suitpack_core::registry::{self, manifest as key};
use suitpack_core::{Allowance, Envelope, Manifest};
use suitpack_crypto::Sha2;

use super::{DigestView, hex};
use crate::commands::parameter::uuid;
use crate::commands::{CommandView, commands};
use crate::name::component_name;
use crate::verify::member_name;

/// A manifest.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct ManifestView {
    /// suit-manifest-sequence-number
    pub sequence_number: u64,
    /// suit-set-version in dotted form.
    pub version: Option<String>,
    /// suit-set-version as it stands.
    pub set_version: Option<Vec<i64>>,
    /// suit-reference-uri
    pub reference_uri: Option<String>,
    /// suit-manifest-component-id
    pub component_id: Option<IdView>,
    /// Names of the components by index.
    pub components: Vec<String>,
    /// The segments of their identifiers in hex.
    pub component_ids: Vec<Vec<String>>,
    /// suit-dependencies
    pub dependencies: Vec<DependencyView>,
    /// The shared sequence.
    pub shared: Vec<CommandView>,
    /// The sections in the order they run.
    pub sections: Vec<SectionView>,
    /// suit-text.
    pub text: Vec<TextView>,
    /// suit-coswid, if its body is there.
    pub coswid: Option<CoswidView>,
    /// suit-manifest-mud
    pub mud: Option<MudView>,
    /// Severable members and where their bodies are.
    pub members: Vec<MemberView>,
    /// Members of private use that nothing is known of.
    pub private_members: Vec<PrivateView>,
    /// What only the lenient profile lets pass.
    pub allowances: Vec<&'static str>,
}

/// A component identifier.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct IdView {
    /// As people call it.
    pub name: String,
    /// Its segments in hex.
    pub segments: Vec<String>,
}

/// A manifest that is depended upon.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct DependencyView {
    /// The index of the component that holds it.
    pub index: u32,
    /// suit-dependency-prefix
    pub prefix: Option<IdView>,
}

/// A section.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct SectionView {
    /// Its name in the CDDL.
    pub name: String,
    /// Its commands; empty if the body is withheld or cannot be read.
    pub commands: Vec<CommandView>,
    /// Why a body that is there cannot be read.
    pub problem: Option<String>,
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

/// A concise software identification tag.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct CoswidView {
    /// tag-id: text, or a UUID in its usual form.
    pub tag_id: String,
    /// tag-version
    pub tag_version: i64,
    /// software-name
    pub software_name: String,
    /// software-version
    pub software_version: Option<String>,
    /// The whole tag in hex.
    pub bytes: String,
}

/// Where a manufacturer usage description is.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct MudView {
    /// suit-mud-url
    pub url: String,
    /// suit-mud-ski
    pub ski: DigestView,
}

/// A severable member.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct MemberView {
    /// Its name in the CDDL.
    pub name: String,
    /// `inline`, `severed-present`, `severed-mismatch` or `withheld`.
    pub state: &'static str,
    /// The digest in the manifest, if it is severed.
    pub digest: Option<DigestView>,
}

/// A member of private use.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct PrivateView {
    /// Its key.
    pub key: i64,
    /// Its encoded value in hex.
    pub value: String,
}

impl IdView {
    fn of(id: &ComponentId<'_>) -> Self {
        Self { name: component_name(id), segments: id.segments().map(hex).collect() }
    }
}

impl ManifestView {
    pub(super) fn of<'a>(envelope: &Envelope<'a>, manifest: &Manifest<'a>) -> Self {
        let common = manifest.common();
        let components: Vec<String> = common.components().map(|id| component_name(&id)).collect();
        let depends = common.dependencies().into_iter().flatten();
        let body = |code| match manifest.member(code) {
            Member::Inline(body) => Some(body),
            Member::Severed(_) => envelope.member(code),
            Member::Absent => None,
        };
        Self {
            sequence_number: manifest.sequence_number(),
            version: manifest.version().map(version_text),
            set_version: manifest.version().map(Iterator::collect),
            reference_uri: manifest.reference_uri().map(str::to_owned),
            component_id: manifest.component_id().map(|id| IdView::of(&id)),
            component_ids: common.components().map(|id| IdView::of(&id).segments).collect(),
            dependencies: depends
                .map(|dependency| DependencyView { index: dependency.index, prefix: dependency.prefix.map(|id| IdView::of(&id)) })
                .collect(),
            shared: common.shared_sequence().map(|sequence| commands(sequence, &components)).unwrap_or_default(),
            sections: Section::ALL
                .into_iter()
                .filter_map(|section| self::section(section, envelope, manifest, &components))
                .collect(),
            text: body(key::TEXT).map(|body| texts(body.reader())).unwrap_or_default(),
            coswid: body(key::COSWID).and_then(|body| Coswid::parse(body.reader()).ok()).map(|tag| coswid(&tag)),
            mud: manifest.mud().map(|mud| MudView { url: mud.url.to_owned(), ski: DigestView::of(mud.ski) }),
            members: SEVERABLE.into_iter().filter_map(|code| member(code, envelope, manifest)).collect(),
            private_members: private(manifest.bytes().reader()),
            allowances: manifest.allowances().map(allowance_name).collect(),
            components,
        }
    }
}

fn section(section: Section, envelope: &Envelope<'_>, manifest: &Manifest<'_>, components: &[String]) -> Option<SectionView> {
    let (commands, problem) = match manifest.sequence(section, envelope.member(section.key())) {
        Ok(None) => return None,
        Ok(Some(sequence)) => (commands(sequence, components), None),
        Err(MemberError::Withheld) => (Vec::new(), None),
        Err(MemberError::Unreadable(error)) => (Vec::new(), Some(error.to_string())),
    };
    Some(SectionView { name: member_name(section.key()), commands, problem })
}

fn member(code: i64, envelope: &Envelope<'_>, manifest: &Manifest<'_>) -> Option<MemberView> {
    let (state, digest) = match (manifest.member(code), envelope.member(code)) {
        (Member::Absent, _) => return None,
        (Member::Inline(_), _) => ("inline", None),
        (Member::Severed(digest), None) => ("withheld", Some(digest)),
        (Member::Severed(digest), Some(body)) => match digest.matches(&Sha2, &[body.encoded()]) {
            Some(true) => ("severed-present", Some(digest)),
            _ => ("severed-mismatch", Some(digest)),
        },
    };
    Some(MemberView { name: member_name(code), state, digest: digest.map(DigestView::of) })
}

fn texts(reader: Reader<'_>) -> Vec<TextView> {
    let mut found = Vec::new();
    if let Ok(text) = Texts::parse(reader) {
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

fn coswid(tag: &Coswid<'_>) -> CoswidView {
    CoswidView {
        tag_id: match tag.tag_id {
            TagId::Text(text) => text.to_owned(),
            TagId::Uuid(bytes) => uuid(bytes),
        },
        tag_version: tag.tag_version,
        software_name: tag.software_name.to_owned(),
        software_version: tag.software_version.map(str::to_owned),
        bytes: hex(tag.bytes),
    }
}

fn private(mut reader: Reader<'_>) -> Vec<PrivateView> {
    let mut found = Vec::new();
    let Ok(mut map) = reader.map() else { return found };
    while let Ok(Some(entry)) = map.next_key(&mut reader) {
        let Ok(value) = reader.item() else { break };
        match entry {
            Key::Int(code) if registry::is_private(code) && registry::find(key::LABELS, code).is_none() => {
                found.push(PrivateView { key: code, value: hex(value) });
            }
            _ => {}
        }
    }
    found
}

const fn allowance_name(allowance: Allowance) -> &'static str {
    match allowance {
        Allowance::IndexBeyondComponents => "index-beyond-components",
        Allowance::CoswidOrder => "coswid-order",
        _ => "unknown",
    }
}

/// suit-set-version in the form people write: negative numbers are pre-releases (update-management §4.4.1).
#[must_use]
pub fn version_text(numbers: impl Iterator<Item = i64>) -> String {
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

/// draft-ietf-suit-manifest §8.6, the drafts that add to it, and spec/upgradability.md.
pub(super) const SEVERABLE: [i64; 7] = [
    key::COSWID,
    key::DEPENDENCY_RESOLUTION,
    key::PAYLOAD_FETCH,
    key::CANDIDATE_VERIFICATION,
    key::INSTALL,
    key::TEXT,
    key::UPGRADABILITY,
];
