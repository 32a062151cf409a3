//! A manifest, written from a recipe and the measures of its payloads: inner structures first, each wrapped in the next.

mod component;
mod dependency;
mod plan;
mod sequence;
mod text;
mod update;

use std::collections::BTreeMap;

use suitpack_core::registry::{common, dependency as dependency_key, manifest};

pub(crate) use self::dependency::Head;
pub(crate) use self::plan::Plan;
pub(crate) use self::sequence::{Measures, command, encoded};

use crate::digest::sha_256;
use crate::encode::{self, Items, Map};
use crate::recipe::Recipe;

/// The size and the SHA-256 of some bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Measure {
    pub(crate) digest: [u8; 32],
    pub(crate) size: u64,
}

/// What is known of a payload once it was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    /// The image as installed.
    pub(crate) image: Measure,
    /// The bytes as carried: the same, or compressed.
    pub(crate) carried: Measure,
}

/// A manifest and the members severed from it.
#[derive(Debug)]
pub(crate) struct Draft {
    /// `SUIT_Manifest`, encoded.
    pub(crate) manifest: Vec<u8>,
    /// The severed members: the envelope's key, and the body as it stands there, a byte string.
    pub(crate) severed: Vec<(i64, Vec<u8>)>,
}

impl Draft {
    /// Writes the manifest; `coswid` is the encoded tag, if there is one.
    pub(crate) fn new(recipe: &Recipe, plan: &Plan, measures: &Measures<'_>, coswid: Option<&[u8]>) -> Self {
        let mut map = Map::default()
            .with(manifest::MANIFEST_VERSION, encode::uint(1))
            .with(manifest::MANIFEST_SEQUENCE_NUMBER, encode::uint(recipe.manifest.sequence_number))
            .with(manifest::COMMON, encode::bytes(&common(plan, measures)));
        if let Some(uri) = &recipe.manifest.reference_uri {
            map = map.with(manifest::REFERENCE_URI, encode::text(uri));
        }
        if let Some(id) = &recipe.manifest.component_id {
            map = map.with(manifest::MANIFEST_COMPONENT_ID, encode::segments(id));
        }
        if let Some(version) = &recipe.manifest.set_version {
            let numbers = version.iter().fold(Items::new().array(version.len()), |items, number| items.int(*number));
            map = map.with(manifest::SET_VERSION, encode::bytes(&numbers.done()));
        }
        if let Some(mud) = &recipe.mud {
            map = map.with(manifest::MANIFEST_MUD, encode::bytes(mud));
        }
        if let Some(promise) = &recipe.promise {
            map = map.with(manifest::UPGRADABILITY_FLOOR, encode::bytes(&promise.floor));
        }
        for (label, (digest, _)) in &recipe.envelope.withheld {
            map = map.with(*label, digest.clone());
        }
        let mut severed = Vec::new();
        for (label, wrapped) in members(recipe, plan, measures, coswid) {
            if severs(recipe, label, wrapped.len()) {
                map = map.with(label, encode::digest(&sha_256(&[&wrapped])));
                severed.push((label, wrapped));
            } else {
                map = map.with(label, wrapped);
            }
        }
        // The labels of the envelope stand in the bytewise order of their encodings.
        severed.sort_by_key(|(label, _)| encode::int(*label));
        Self { manifest: map.done(), severed }
    }
}

/// The members that could be severed, and those under private labels: each as it stands in the manifest or the envelope.
fn members(recipe: &Recipe, plan: &Plan, measures: &Measures<'_>, coswid: Option<&[u8]>) -> BTreeMap<i64, Vec<u8>> {
    let mut members = recipe.manifest.private.clone();
    members.extend(plan.sequences.sections.iter().map(|(key, sequence)| (*key, encode::bytes(&encoded(sequence, measures)))));
    let others = [
        (manifest::COSWID, coswid.map(<[u8]>::to_vec)),
        (manifest::TEXT, text::map(recipe)),
        (manifest::UPGRADABILITY, recipe.promise.as_ref().map(|promise| promise.statement.clone())),
    ];
    members.extend(others.into_iter().filter_map(|(label, body)| Some((label, encode::bytes(&body?)))));
    members
}

/// Whether a member of an encoded length is severed: as the recipe says, or else what people read if it is long.
// SUIT-46
fn severs(recipe: &Recipe, label: i64, length: usize) -> bool {
    match &recipe.envelope.severed {
        Some(severed) => severed.iter().any(|(severed, _)| *severed == label),
        // draft-ietf-suit-manifest §8.6: what is not larger than its digest is not worth severing.
        None => [manifest::TEXT, manifest::UPGRADABILITY].contains(&label) && length > DIGEST_LENGTH,
    }
}

/// `SUIT_Common`
fn common(plan: &Plan, measures: &Measures<'_>) -> Vec<u8> {
    let ids =
        plan.components.iter().fold(Items::new().array(plan.components.len()), |items, id| items.raw(&encode::segments(id))).done();
    let mut map = Map::default().with(common::COMPONENTS, ids);
    if !plan.dependencies.is_empty() {
        let start = Items::new().map(plan.dependencies.len());
        let items = plan.dependencies.iter().fold(start, |items, (index, prefix)| {
            let metadata =
                prefix.iter().fold(Map::default(), |map, prefix| map.with(dependency_key::PREFIX, encode::segments(prefix)));
            items.uint(*index).raw(&metadata.done())
        });
        map = map.with(common::DEPENDENCIES, items.done());
    }
    if !plan.sequences.shared.is_empty() {
        map = map.with(common::SHARED_SEQUENCE, encode::bytes(&encoded(&plan.sequences.shared, measures)));
    }
    map.done()
}

/// Bytes of the byte string around a body that is as long as a `SUIT_Digest` with SHA-256.
const DIGEST_LENGTH: usize = 36 + 2;
