//! A manifest, written from a recipe and the measures of its payloads: inner structures first, each wrapped in the next.

mod sequence;
mod template;
mod text;

use suitpack_core::registry::{common, manifest};

use self::template::Sequences;
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
    /// Writes the manifest; there is one `Facts` for each payload of the recipe.
    pub(crate) fn new(recipe: &Recipe, facts: &[Facts]) -> Self {
        let sequences = Sequences::of(recipe, facts);
        let common = Map::default()
            .with(common::COMPONENTS, components(recipe))
            .with(common::SHARED_SEQUENCE, encode::bytes(&sequences.shared.done()));
        let mut map = Map::default()
            .with(manifest::MANIFEST_VERSION, encode::uint(1))
            .with(manifest::MANIFEST_SEQUENCE_NUMBER, encode::uint(recipe.manifest.sequence_number))
            .with(manifest::COMMON, encode::bytes(&common.done()))
            .with(manifest::VALIDATE, encode::bytes(&sequences.validate.done()))
            .with(manifest::INSTALL, encode::bytes(&sequences.install.done()));
        if let Some(uri) = &recipe.manifest.reference_uri {
            map = map.with(manifest::REFERENCE_URI, encode::text(uri));
        }
        if let Some(version) = &recipe.manifest.version {
            let numbers = version.numbers.iter().fold(Items::new().array(version.numbers.len()), |items, number| items.int(*number));
            map = map.with(manifest::SET_VERSION, encode::bytes(&numbers.done()));
        }
        for (label, sequence) in [(manifest::INVOKE, sequences.invoke), (manifest::PAYLOAD_FETCH, sequences.payload_fetch)] {
            if !sequence.is_empty() {
                map = map.with(label, encode::bytes(&sequence.done()));
            }
        }
        let mut severed = Vec::new();
        let promise = recipe.promise.as_ref();
        if let Some(promise) = promise {
            map = map.with(manifest::UPGRADABILITY_FLOOR, encode::bytes(&promise.floor));
        }
        for (label, body) in [(manifest::TEXT, text::map(recipe)), (manifest::UPGRADABILITY, promise.map(|promise| promise.statement.clone()))] {
            let Some(body) = body else { continue };
            let wrapped = encode::bytes(&body);
            // draft-ietf-suit-manifest §8.6: what is not larger than its digest is not worth severing.
            if body.len() <= DIGEST_LENGTH {
                map = map.with(label, wrapped);
            } else {
                map = map.with(label, encode::digest(&sha_256(&[&wrapped])));
                severed.push((label, wrapped));
            }
        }
        Self { manifest: map.done(), severed }
    }
}

/// `suit-components`: those to be installed, in the order of the recipe, then the staging components in the same order.
fn components(recipe: &Recipe) -> Vec<u8> {
    let installed = recipe.components.iter().map(|component| &component.id);
    let staging = recipe.components.iter().filter_map(|component| component.staging.as_ref());
    let ids: Vec<_> = installed.chain(staging).collect();
    ids.iter().fold(Items::new().array(ids.len()), |items, id| items.raw(&encode::segments(id))).done()
}

/// Bytes of a `SUIT_Digest` with SHA-256.
const DIGEST_LENGTH: usize = 36;
