//! What is known of the device on one path: what conditions found out, and what components hold.

use std::collections::BTreeMap;

use suitpack_core::Digest;
use suitpack_core::manifest::Source;
use suitpack_core::manifest::command::{Condition, Directive};
use suitpack_processor::{Outcome, Parameters};

use super::content::{Basis, Content, Origin, Slot, hash, written};

/// What is known of the device.
#[derive(Clone, Debug, Default)]
pub(super) struct Device<'a> {
    contents: BTreeMap<Slot, Content>,
    answers: Vec<(Condition, Slot, Answer<'a>, Outcome)>,
    pub(super) invoked: Vec<Slot>,
}

/// A question whose answer stays the same while nothing is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer<'a> {
    Identifier(&'a [u8]),
    Slot(u64),
}

impl<'a> Device<'a> {
    pub(super) fn content(&self, slot: Slot) -> Content {
        self.contents.get(&slot).cloned().unwrap_or_default()
    }

    /// The components that something is known of.
    pub(super) fn slots(&self) -> impl Iterator<Item = Slot> {
        self.contents.keys().copied()
    }

    fn content_mut(&mut self, slot: Slot) -> &mut Content {
        self.contents.entry(slot).or_default()
    }

    /// The outcome of a condition, where what was found out before leaves no other. Digests of dependencies are those of manifests.
    pub(super) fn decide(&self, condition: Condition, at: Slot, set: &Parameters<'a>, dependency: bool) -> Option<Outcome> {
        let content = self.contents.get(&at);
        match condition {
            Condition::Abort => Some(Outcome::Failure),
            Condition::ImageMatch if !dependency => content?.matches(set.image_digest?, set.image_size),
            Condition::ImageNotMatch if !dependency => content?.matches(set.image_digest?, None).map(|outcome| match outcome {
                Outcome::Success => Outcome::Failure,
                Outcome::Failure => Outcome::Success,
            }),
            _ => {
                let asked = answer(condition, set)?;
                self.answers.iter().find_map(|(of, slot, known, outcome)| match (*known, asked) {
                    _ if *of != condition || *slot != at => None,
                    (known, asked) if known == asked => Some(*outcome),
                    // A component is in one slot only.
                    (Answer::Slot(_), Answer::Slot(_)) => (*outcome == Outcome::Success).then_some(Outcome::Failure),
                    _ => None,
                })
            }
        }
    }

    /// Takes an outcome in, with what the record says was measured.
    pub(super) fn learn(
        &mut self,
        condition: Condition,
        at: Slot,
        set: &Parameters<'a>,
        outcome: Outcome,
        dependency: bool,
        measured: (Option<Digest<'a>>, Option<u64>),
    ) {
        if let Some(asked) = answer(condition, set)
            && self.answers.len() < ANSWERS
            && !self.answers.contains(&(condition, at, asked, outcome))
        {
            self.answers.push((condition, at, asked, outcome));
        }
        let content = self.content_mut(at);
        match (condition, outcome) {
            (Condition::DependencyIntegrity, Outcome::Success) => content.manifest = set.image_digest.map(hash),
            (Condition::ImageMatch, Outcome::Success) if dependency => content.manifest = set.image_digest.map(hash),
            (Condition::ImageMatch, Outcome::Success) => {
                content.digest = set.image_digest.map(hash);
                content.size = set.image_size.or(measured.1).or(content.size);
                content.basis = Basis::Judged;
            }
            (Condition::ImageNotMatch, Outcome::Failure) if !dependency => {
                content.digest = set.image_digest.map(hash);
                content.basis = Basis::Judged;
            }
            (Condition::ImageMatch, Outcome::Failure) | (Condition::ImageNotMatch, Outcome::Success) if !dependency => {
                if measured.0.is_some() || measured.1.is_some() {
                    content.digest = measured.0.map(hash);
                    content.size = measured.1;
                    content.basis = Basis::Measured;
                } else if let Some(digest) = set.image_digest
                    && set.image_size.is_none()
                    && content.not.len() < REFUTED
                {
                    content.not.push(hash(digest));
                }
            }
            (Condition::ComponentSlot, Outcome::Success) => content.slot = set.component_slot,
            _ => {}
        }
    }

    /// Does what a directive does, as far as the manifest says it. `records` is how many were there by then.
    pub(super) fn perform(
        &mut self,
        directive: Directive,
        at: Slot,
        source: Option<Slot>,
        set: &Parameters<'a>,
        measured: (Option<Digest<'a>>, Option<u64>),
        records: usize,
    ) {
        let slot = self.content(at).slot;
        let mut content = match directive {
            Directive::Fetch => Content::from(Origin::Fetched(set.uri.unwrap_or_default().to_owned())),
            Directive::Write => written(set),
            Directive::Copy => self.copied(source, set),
            Directive::Transform => Content::from(match (set.transform.map(|it| it.source), source) {
                (Some(Source::Component), Some(source)) => Origin::DecodedFrom(source),
                _ => Origin::Decoded(set.uri.unwrap_or_default().to_owned()),
            }),
            Directive::Swap => {
                let Some(source) = source else { return };
                let own = Content { origin: Origin::Exchanged(at), written: Some(records), ..self.content(at) };
                let other = Content { origin: Origin::Exchanged(source), ..self.content(source) };
                let kept = self.content(source).slot;
                *self.content_mut(source) = Content { slot: kept, ..own };
                self.forget(source);
                other
            }
            Directive::Unlink => Content::from(Origin::Unlinked),
            Directive::Invoke => return self.invoked.push(at),
            _ => return,
        };
        if measured.0.is_some() || measured.1.is_some() {
            (content.digest, content.size, content.basis) = (measured.0.map(hash), measured.1, Basis::Measured);
        }
        *self.content_mut(at) = Content { slot, written: Some(records), ..content };
        self.forget(at);
    }

    /// Something failed while it was written.
    pub(super) fn spoil(&mut self, at: Slot) {
        let slot = self.content(at).slot;
        *self.content_mut(at) = Content { slot, ..Content::from(Origin::Spoilt) };
    }

    /// Whether a claim can be true of what a component holds.
    pub(super) fn admits(&self, at: Slot, found: (Option<Digest<'a>>, Option<u64>), records: usize) -> bool {
        let content = self.content(at);
        // Something may have been written behind the claim, unrecorded.
        if content.basis == Basis::Unknown && content.written == Some(records) {
            return true;
        }
        let other = |digest: Digest<'_>| {
            let digest = hash(digest);
            content.digest.as_ref().is_some_and(|known| known.0 == digest.0 && *known != digest)
        };
        let size = found.1.zip(content.size).is_none_or(|(found, known)| found == known);
        size && !found.0.is_some_and(other)
    }

    /// Takes a claim for what is not known.
    pub(super) fn claim(&mut self, at: Slot, found: (Option<Digest<'a>>, Option<u64>), records: usize) {
        let content = self.content_mut(at);
        if content.basis == Basis::Unknown && content.written != Some(records) {
            (content.digest, content.size, content.basis) = (found.0.map(hash), found.1, Basis::Measured);
        }
    }

    /// A copy decrypts where encryption-info is set (draft-ietf-suit-firmware-encryption §4).
    fn copied(&self, source: Option<Slot>, set: &Parameters<'a>) -> Content {
        let Some(source) = source else { return Content::default() };
        let from = self.content(source);
        let mut content = Content::from(Origin::Copied(source));
        if set.encryption_info.is_none() && from.basis != Basis::Unknown {
            (content.digest, content.size, content.basis) = (from.digest, from.size, Basis::Derived);
        }
        if set.encryption_info.is_none() {
            content.manifest = from.manifest;
        }
        content
    }

    /// What was answered about a component counts no more.
    fn forget(&mut self, at: Slot) {
        self.answers.retain(|(condition, slot, ..)| *slot != at || *condition != Condition::ComponentSlot);
    }
}

fn answer<'a>(condition: Condition, set: &Parameters<'a>) -> Option<Answer<'a>> {
    match condition {
        Condition::VendorIdentifier => set.vendor_identifier.map(Answer::Identifier),
        Condition::ClassIdentifier => set.class_identifier.map(Answer::Identifier),
        Condition::DeviceIdentifier => set.device_identifier.map(Answer::Identifier),
        Condition::ComponentSlot => set.component_slot.map(Answer::Slot),
        _ => None,
    }
}

/// As many digests as are remembered for not having been found; each arm of a try-each may ask for another.
const REFUTED: usize = 64;

/// As many answers as are remembered; a manifest of sensible size asks a few questions of each component.
const ANSWERS: usize = 512;
