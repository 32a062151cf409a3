//! What follows from a report that agrees: the state of the device.

use serde::Serialize;
use suitpack_core::manifest::Section;
use suitpack_processor::Procedure;

use super::case::{Case, told};
use super::content::{Basis, Content, Hash, Origin, Slot};
use super::walk::{Close, Walk};
use super::words;
use crate::inspect::{DigestView, version_text};
use crate::verify::{algorithm_name, member_name};

/// What a report says of a device, together with its manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Reading {
    /// `update`, `invocation`, `uninstall`, or `validation` of what is installed already.
    pub procedure: &'static str,
    /// How many ways through the manifest agree with the report. With more than one, some things are open.
    pub ways: usize,
    /// `finished`, `failed`, `invoke-pending`, `handed-off`, `stopped` or `undone`; `open` if the ways differ.
    pub end: &'static str,
    /// Where it ended, if not well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// The reason, if it did not end well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// The number of the manifest that is installed now, if an update ended well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequence_number: Option<u64>,
    /// Its version, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Sections that ended well on every way, those of dependencies included.
    pub completed: Vec<SectionRef>,
    /// The components that were named, in order.
    pub components: Vec<ComponentState>,
}

/// A section of a manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SectionRef {
    /// Component indices from the root manifest to the one meant.
    pub manifest: Vec<u32>,
    /// Its name.
    pub section: String,
}

/// A component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ComponentState {
    /// Its name, hostile until it is sanitised.
    pub name: String,
    /// Whether it was invoked, or is about to be, on every way.
    pub invoked: bool,
    /// What it may hold: one thing for each way, if they differ.
    pub holds: Vec<Holding>,
}

/// What a component holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Holding {
    /// Where it came from, in words.
    pub origin: String,
    /// `judged` (by a condition that the manifest sets the digest for), `measured` (the report says so), `derived` (from what it was
    /// made of) or `unknown`.
    pub basis: &'static str,
    /// Its digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<DigestView>,
    /// For the envelope of a dependency: the digest of its manifest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifest_digest: Option<DigestView>,
    /// Its size in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// The slot it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slot: Option<u64>,
}

impl Reading {
    /// Takes in another way that agrees. What the two have in common stays.
    pub(super) fn merge(&mut self, other: Self) {
        self.ways = self.ways.saturating_add(other.ways);
        self.completed.retain(|section| other.completed.contains(section));
        if (self.end, &self.at) != (other.end, &other.at) {
            self.end = "open";
            (self.sequence_number, self.version) = (None, None);
        }
        for component in &mut self.components {
            let Some(found) = other.components.iter().find(|found| found.name == component.name) else {
                component.invoked = false;
                continue;
            };
            component.invoked &= found.invoked;
            for holding in &found.holds {
                if !component.holds.contains(holding) && component.holds.len() < SHOWN {
                    component.holds.push(holding.clone());
                }
            }
        }
        let known: Vec<String> = self.components.iter().map(|component| component.name.clone()).collect();
        let more = other.components.into_iter().filter(|found| !known.contains(&found.name));
        self.components.extend(more.map(|found| ComponentState { invoked: false, ..found }));
    }
}

/// What is known at the end of a way.
pub(super) fn state(case: &Case<'_, '_>, walk: &Walk<'_, '_>, close: Close) -> Reading {
    let failure = case.ending.failure();
    let installed = close == Close::Finished && case.procedure == Procedure::Update;
    let manifest = &case.root.manifest;
    let pending = (close != Close::Finished)
        .then_some(walk.last.as_ref())
        .flatten()
        .filter(|_| close == Close::Pending || close == Close::HandedOff);
    let invoking = pending.zip(walk.levels.last()).map(|(last, level)| level.slot(last.position.component));
    let own = walk.levels.first().map(|level| level.slots.clone()).unwrap_or_default();
    let slots = own.iter().copied().chain(walk.device.slots().filter(|slot| !own.contains(slot)));
    let component = |slot: Slot| ComponentState {
        name: case.name(slot),
        invoked: walk.device.invoked.contains(&slot) || invoking == Some(slot),
        holds: vec![holding(case, &walk.device.content(slot))],
    };
    Reading {
        procedure: words::procedure_word(case.procedure),
        ways: 1,
        end: match close {
            Close::Finished => "finished",
            Close::Failed => "failed",
            Close::Pending => "invoke-pending",
            Close::HandedOff => "handed-off",
            Close::Stopped => "stopped",
            Close::Undone => "undone",
        },
        at: failure.map(|(record, _)| told(record)),
        reason: failure.map(|(_, reason)| words::reason(reason)),
        sequence_number: installed.then(|| manifest.sequence_number()),
        version: manifest.version().filter(|_| installed).map(version_text),
        completed: walk.completed.iter().map(section).collect(),
        components: slots.map(component).collect(),
    }
}

fn section((manifest, section): &(Vec<u32>, Section)) -> SectionRef {
    SectionRef { manifest: manifest.clone(), section: member_name(section.key()) }
}

fn holding(case: &Case<'_, '_>, content: &Content) -> Holding {
    let origin = match &content.origin {
        Origin::Before => String::from("as before"),
        Origin::Fetched(uri) => format!("fetched from {uri}"),
        Origin::Copied(slot) => format!("copied from {}", case.name(*slot)),
        Origin::Decoded(uri) => format!("decoded from {uri}"),
        Origin::DecodedFrom(slot) => format!("decoded from {}", case.name(*slot)),
        Origin::Exchanged(slot) => format!("exchanged with {}", case.name(*slot)),
        Origin::Written => String::from("written from the manifest"),
        Origin::Spoilt => String::from("unknown: writing it failed"),
        Origin::Unlinked => String::from("given up"),
    };
    let basis = match content.basis {
        Basis::Unknown => "unknown",
        Basis::Derived => "derived",
        Basis::Measured => "measured",
        Basis::Judged => "judged",
    };
    let digest = content.digest.as_ref().map(view);
    Holding { origin, basis, digest, manifest_digest: content.manifest.as_ref().map(view), size: content.size, slot: content.slot }
}

fn view((algorithm, bytes): &Hash) -> DigestView {
    DigestView { algorithm: algorithm_name(*algorithm), bytes: bytes.iter().map(|byte| format!("{byte:02x}")).collect() }
}

/// Different things that one component may hold, as many as are told.
const SHOWN: usize = 8;
