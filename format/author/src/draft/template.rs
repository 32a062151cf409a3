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

    /// Adds what one component needs to each sequence. With slots, the alternatives only set parameters: a fetch or a check that fails
    /// among them would lead to the next one.
    fn add(&mut self, recipe: &Recipe, component: &Component, index: u64, staged: Option<u64>, facts: &[Facts]) {
        let here = || Sequence::default().component(index);
        let each = |start: Sequence, parameters: &dyn Fn(usize) -> Sequence| match &component.images {
            Images::One(payload) => start.then(parameters(*payload)),
            Images::Slots(slots) => start.each(slots.iter().map(|(slot, payload)| (*slot, parameters(*payload))).collect()),
        };
        self.shared.append(shared(recipe, component, here(), facts));
        if let Some(staging) = staged {
            let at_staging = || Sequence::default().component(staging);
            let set = |payload: usize| match (recipe.payloads.get(payload), facts.get(payload)) {
                (Some(plan), Some(facts)) => measured(Map::default(), &facts.carried).with(parameter::URI, encode::text(&plan.carriage.uri())),
                _ => Map::default(),
            };
            let chosen = match &component.images {
                Images::One(payload) => at_staging().parameters(&set(*payload)),
                // Which slot it is, is asked of the component itself.
                Images::Slots(_) => each(here(), &|payload| at_staging().parameters(&set(payload))).then(at_staging()),
            };
            self.payload_fetch.append(chosen.reported(command::DIRECTIVE_FETCH).reported(command::CONDITION_IMAGE_MATCH));
        }
        let source = |payload: usize| source(recipe, payload, facts, staged);
        let directive = match (component.compression, staged) {
            (Compression::Zstd { .. }, _) => command::DIRECTIVE_TRANSFORM,
            (Compression::None, Some(_)) => command::DIRECTIVE_COPY,
            (Compression::None, None) => command::DIRECTIVE_FETCH,
        };
        let chosen = each(here(), &|payload| Sequence::default().parameters(&source(payload)));
        self.install.append(chosen.reported(directive).reported(command::CONDITION_IMAGE_MATCH));
        self.validate.append(here().reported(command::CONDITION_IMAGE_MATCH));
        if component.invoke {
            self.invoke.append(here().reported(command::DIRECTIVE_INVOKE));
        }
    }
}

/// What holds for a component in every sequence: whose it is, and what its image is.
fn shared(recipe: &Recipe, component: &Component, start: Sequence, facts: &[Facts]) -> Sequence {
    let identity = Map::default()
        .with(parameter::VENDOR_IDENTIFIER, encode::bytes(&recipe.manifest.vendor_id))
        .with(parameter::CLASS_IDENTIFIER, encode::bytes(&recipe.manifest.class_id));
    let image = |map: Map, payload: usize| match facts.get(payload) {
        Some(facts) => measured(map, &facts.image),
        None => map,
    };
    let checked = |parameters: &Map| {
        start.parameters(parameters).reported(command::CONDITION_VENDOR_IDENTIFIER).reported(command::CONDITION_CLASS_IDENTIFIER)
    };
    match &component.images {
        Images::One(payload) => checked(&image(identity, *payload)),
        Images::Slots(slots) => {
            checked(&identity).each(slots.iter().map(|(slot, payload)| (*slot, Sequence::default().parameters(&image(Map::default(), *payload)))).collect())
        }
    }
}

/// Where the image comes from, and what is to be done to it on the way.
fn source(recipe: &Recipe, payload: usize, facts: &[Facts], staged: Option<u64>) -> Map {
    let (Some(plan), Some(facts)) = (recipe.payloads.get(payload), facts.get(payload)) else { return Map::default() };
    let (source, from) = match staged {
        Some(staging) => (TRANSFORM_FROM_COMPONENT, Map::default().with(parameter::SOURCE_COMPONENT, encode::uint(staging))),
        None => (TRANSFORM_FROM_URI, Map::default().with(parameter::URI, encode::text(&plan.carriage.uri()))),
    };
    match plan.compression {
        Compression::None => from,
        Compression::Zstd { .. } => {
            let carried = &facts.carried;
            let transform = Items::new().array(4).uint(source).uint(TRANSFORM_ZSTD).uint(carried.size).raw(&encode::digest(&carried.digest)).done();
            from.with(parameter::TRANSFORM, encode::bytes(&transform))
        }
    }
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
