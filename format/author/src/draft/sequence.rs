//! Command sequences as bytes (draft-ietf-suit-manifest §8.4.7).

use suitpack_core::registry::command;

use super::{Facts, Measure};
use crate::encode::{self, Items, Map};
use crate::program::{Argument, Command, Digest, Indices, Parameters, Sequence, Size, Thing};

/// What is known of everything that is measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measures<'m> {
    /// One for each payload of the recipe.
    pub(crate) payloads: &'m [Facts],
    /// One for each file of the recipe.
    pub(crate) files: &'m [Measure],
    /// The encryption info of each payload of the recipe, encoded; empty where there is none.
    pub(crate) infos: &'m [Vec<u8>],
}

impl Measures<'_> {
    fn of(&self, thing: Thing) -> Measure {
        match thing {
            Thing::Image(index) => self.payloads.get(index).map(|facts| facts.image),
            Thing::Carried(index) => self.payloads.get(index).map(|facts| facts.carried),
            Thing::File(index) => self.files.get(index).copied(),
        }
        .unwrap_or_default()
    }
}

/// `SUIT_Command_Sequence`: commands and their arguments, one after the other.
pub(crate) fn encoded(sequence: &Sequence, measures: &Measures<'_>) -> Vec<u8> {
    let start = Items::new().array(sequence.0.len().saturating_mul(2));
    sequence.0.iter().fold(start, |items, step| items.raw(&command(&step.command, measures))).done()
}

/// A command and its argument.
pub(crate) fn command(command: &Command, measures: &Measures<'_>) -> Vec<u8> {
    let with = |code: i64, argument: Vec<u8>| Items::new().int(code).raw(&argument).done();
    match command {
        Command::Reported(code, policy) => with(*code, encode::uint(*policy)),
        Command::SetComponentIndex(indices) => with(command::DIRECTIVE_SET_COMPONENT_INDEX, indices.encode()),
        Command::Parameters(code, values) => with(*code, parameters(values, measures)),
        Command::TryEach(arms, otherwise) => {
            let start = Items::new().array(arms.len().saturating_add(usize::from(*otherwise)));
            let items = arms.iter().fold(start, |items, arm| items.bytes(&encoded(arm, measures)));
            with(command::DIRECTIVE_TRY_EACH, if *otherwise { items.null() } else { items }.done())
        }
        Command::RunSequence(sequence) => with(command::DIRECTIVE_RUN_SEQUENCE, encode::bytes(&encoded(sequence, measures))),
        Command::OverrideMultiple(components) => {
            let start = Items::new().map(components.len());
            // Integers in their own order are in the bytewise order of their encodings.
            let items =
                components.iter().fold(start, |items, (index, values)| items.uint(*index).raw(&parameters(values, measures)));
            with(command::DIRECTIVE_OVERRIDE_MULTIPLE, items.done())
        }
        Command::CopyParams(sources) => {
            let items = sources.iter().fold(Items::new().map(sources.len()), |items, (index, labels)| {
                labels.iter().fold(items.uint(*index).array(labels.len()), |items, label| items.int(*label))
            });
            with(command::DIRECTIVE_COPY_PARAMS, items.done())
        }
    }
}

impl Indices {
    fn encode(&self) -> Vec<u8> {
        match self {
            Self::All => Items::new().bool(true).done(),
            Self::One(index) => encode::uint(*index),
            Self::Many(indices) => indices.iter().fold(Items::new().array(indices.len()), |items, index| items.uint(*index)).done(),
        }
    }
}

fn parameters(values: &Parameters, measures: &Measures<'_>) -> Vec<u8> {
    values.iter().fold(Map::default(), |map, (label, value)| map.with(*label, argument(value, measures))).done()
}

fn argument(argument: &Argument, measures: &Measures<'_>) -> Vec<u8> {
    match argument {
        Argument::Known { encoded, .. } => encoded.clone(),
        Argument::Digest(value) => encode::bytes(&digest(value, measures)),
        Argument::Size(value) => encode::uint(size(*value, measures)),
        Argument::EncryptionInfo(payload) => encode::bytes(measures.infos.get(*payload).map_or(&[], Vec::as_slice)),
        Argument::Transform { source, algorithm, size: bytes, digest: of } => {
            let transform =
                Items::new().array(4).uint(*source).uint(*algorithm).uint(size(*bytes, measures)).raw(&digest(of, measures));
            encode::bytes(&transform.done())
        }
    }
}

fn digest(digest: &Digest, measures: &Measures<'_>) -> Vec<u8> {
    match digest {
        Digest::Given { algorithm, bytes } => encode::digest_of(*algorithm, bytes),
        Digest::Of(thing) => encode::digest(&measures.of(*thing).digest),
    }
}

fn size(size: Size, measures: &Measures<'_>) -> u64 {
    match size {
        Size::Given(size) => size,
        Size::Of(thing) => measures.of(thing).size,
    }
}
