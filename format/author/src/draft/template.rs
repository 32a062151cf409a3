//! The sequences of a manifest: the staged and the streamed template.

use suitpack_core::registry::{command, parameter};

use super::Facts;
use super::sequence::Sequence;
use crate::encode::{self, Items, Map, wide};
use crate::recipe::{Component, Compression, Images, Recipe};

/// The sequences of one manifest.
#[derive(Debug, Default)]
pub(crate) struct Sequences {
    pub(crate) shared: Sequence,
    pub(crate) payload_fetch: Sequence,
    pub(crate) install: Sequence,
    pub(crate) validate: Sequence,
    pub(crate) invoke: Sequence,
}

impl Sequences {
    pub(crate) fn of(recipe: &Recipe, facts: &[Facts]) -> Self {
        let mut sequences = Self::default();
        let mut staging = wide(recipe.components.len());
        for (index, component) in (0..).zip(&recipe.components) {
            let staged = component.staging.is_some().then_some(staging);
            staging += u64::from(staged.is_some());
            sequences.add(recipe, component, index, staged, facts);
        }
        sequences
    }

    /// Adds what one component needs to each sequence.
    fn add(&mut self, recipe: &Recipe, component: &Component, index: u64, staged: Option<u64>, facts: &[Facts]) {
        let on = |sequence: &mut Sequence, commands: Sequence| {
            *sequence = core::mem::take(sequence).component(index).then(commands);
        };
        let each = |commands: &dyn Fn(usize) -> Sequence| match &component.images {
            Images::One(payload) => commands(*payload),
            Images::Slots(slots) => Sequence::default().each(slots.iter().map(|(slot, payload)| (*slot, commands(*payload))).collect()),
        };
        on(&mut self.shared, shared(recipe, component, facts));
        if let Some(staging) = staged {
            let commands = each(&|payload| fetch(recipe, payload, facts, staging));
            match component.images {
                Images::One(_) => self.payload_fetch = core::mem::take(&mut self.payload_fetch).then(commands),
                // Which slot it is, is asked of the component itself.
                Images::Slots(_) => on(&mut self.payload_fetch, commands),
            }
        }
        on(&mut self.install, each(&|payload| install(recipe, payload, facts, staged)));
        on(&mut self.validate, Sequence::default().reported(command::CONDITION_IMAGE_MATCH));
        if component.invoke {
            on(&mut self.invoke, Sequence::default().reported(command::DIRECTIVE_INVOKE));
        }
    }
}

/// What holds for a component in every sequence: whose it is, and what its image is.
fn shared(recipe: &Recipe, component: &Component, facts: &[Facts]) -> Sequence {
    let identity = Map::default()
        .with(parameter::VENDOR_IDENTIFIER, encode::bytes(&recipe.manifest.vendor_id))
        .with(parameter::CLASS_IDENTIFIER, encode::bytes(&recipe.manifest.class_id));
    let image = |map: Map, payload: usize| match facts.get(payload) {
        Some(facts) => measured(map, &facts.image),
        None => map,
    };
    let checked = |parameters: &Map| {
        Sequence::default()
            .parameters(parameters)
            .reported(command::CONDITION_VENDOR_IDENTIFIER)
            .reported(command::CONDITION_CLASS_IDENTIFIER)
    };
    match &component.images {
        Images::One(payload) => checked(&image(identity, *payload)),
        Images::Slots(slots) => {
            checked(&identity).each(slots.iter().map(|(slot, payload)| (*slot, Sequence::default().parameters(&image(Map::default(), *payload)))).collect())
        }
    }
}

/// Staged: the payload is fetched as carried into the staging component and checked there.
fn fetch(recipe: &Recipe, payload: usize, facts: &[Facts], staging: u64) -> Sequence {
    let (Some(plan), Some(facts)) = (recipe.payloads.get(payload), facts.get(payload)) else { return Sequence::default() };
    Sequence::default()
        .component(staging)
        .parameters(&measured(Map::default(), &facts.carried).with(parameter::URI, encode::text(&plan.carriage.uri())))
        .reported(command::DIRECTIVE_FETCH)
        .reported(command::CONDITION_IMAGE_MATCH)
}

/// Brings the payload into place, from its staging component or straight from its URI, and checks the image.
fn install(recipe: &Recipe, payload: usize, facts: &[Facts], staged: Option<u64>) -> Sequence {
    let (Some(plan), Some(facts)) = (recipe.payloads.get(payload), facts.get(payload)) else { return Sequence::default() };
    let (source, from, plain) = match staged {
        Some(staging) => (TRANSFORM_FROM_COMPONENT, Map::default().with(parameter::SOURCE_COMPONENT, encode::uint(staging)), command::DIRECTIVE_COPY),
        None => (TRANSFORM_FROM_URI, Map::default().with(parameter::URI, encode::text(&plan.carriage.uri())), command::DIRECTIVE_FETCH),
    };
    let (parameters, directive) = match plan.compression {
        Compression::None => (from, plain),
        Compression::Zstd { .. } => {
            let carried = &facts.carried;
            let transform = Items::new().array(4).uint(source).uint(TRANSFORM_ZSTD).uint(carried.size).raw(&encode::digest(&carried.digest)).done();
            (from.with(parameter::TRANSFORM, encode::bytes(&transform)), command::DIRECTIVE_TRANSFORM)
        }
    };
    Sequence::default().parameters(&parameters).reported(directive).reported(command::CONDITION_IMAGE_MATCH)
}

/// Digest and size as parameters.
fn measured(map: Map, measure: &super::Measure) -> Map {
    map.with(parameter::IMAGE_DIGEST, encode::bytes(&encode::digest(&measure.digest))).with(parameter::IMAGE_SIZE, encode::uint(measure.size))
}

/// The sources of `suit-parameter-transform` (spec/transform.md).
const TRANSFORM_FROM_URI: u64 = 0;
const TRANSFORM_FROM_COMPONENT: u64 = 1;

/// The algorithm zstd of `suit-parameter-transform` (spec/transform.md).
const TRANSFORM_ZSTD: u64 = 1;
