//! What the sequences do with a component: the staged and the streamed template.

use suitpack_core::registry::{command, manifest as section, parameter};

use crate::program::{Argument, Command, Digest, Parameters, Sequence, Sequences, Size, Thing};
use crate::recipe::{Component, Compression, Identity, Images, Intent, OPERATORS, Recipe, comparison};

/// A component and the indices of those it needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed<'r> {
    pub(super) component: &'r Component,
    pub(super) intent: &'r Intent,
    pub(super) index: u64,
    pub(super) staging: Option<u64>,
    pub(super) rollback: Option<u64>,
}

impl Placed<'_> {
    /// Adds what the component needs to each sequence. With slots, the alternatives only set parameters: a fetch or a check that fails
    /// among them would lead to the next one.
    pub(super) fn add(self, recipe: &Recipe, sequences: &mut Sequences) {
        let here = || Sequence::default().component(self.index);
        let spot = &self.component.spot;
        if let Some(identity) = &recipe.manifest.identity {
            sequences.shared.append(self.shared(identity).by(SHARED, spot));
        }
        if let Some(staging) = self.staging {
            let versions = self.versions(here());
            let fetch = self.fetch(recipe, staging).reported(command::DIRECTIVE_FETCH).reported(command::CONDITION_IMAGE_MATCH);
            sequences.append(section::PAYLOAD_FETCH, versions.then(fetch.by(STAGED, spot)));
        }
        sequences.append(section::INSTALL, self.install(recipe));
        let validate = here().reported(command::CONDITION_IMAGE_MATCH);
        sequences.append(section::VALIDATE, validate.by(VALIDATE, spot));
        if let Some(spot) = &self.intent.invoke {
            sequences.append(section::INVOKE, here().reported(command::DIRECTIVE_INVOKE).by(VALIDATE, spot));
        }
    }

    /// What holds for a component in every sequence: whose it is, and what its image is.
    fn shared(self, identity: &Identity) -> Sequence {
        let id = |bytes: &[u8; 16]| Argument::Known {
            encoded: crate::encode::bytes(bytes),
            shown: uuid::Uuid::from_bytes(*bytes).to_string(),
        };
        let mut known = Parameters::from([
            (parameter::VENDOR_IDENTIFIER, id(&identity.vendor_id)),
            (parameter::CLASS_IDENTIFIER, id(&identity.class_id)),
        ]);
        let checked = |parameters: Parameters| {
            let start = Sequence::default().component(self.index).overriding(parameters);
            start.reported(command::CONDITION_VENDOR_IDENTIFIER).reported(command::CONDITION_CLASS_IDENTIFIER)
        };
        match &self.intent.images {
            Images::One(payload) => {
                known.extend(measured(Thing::Image(*payload)));
                checked(known)
            }
            Images::Slots(slots) => {
                let set = |payload: usize| Sequence::default().overriding(measured(Thing::Image(payload)));
                checked(known).each(slots.iter().map(|(slot, payload)| (*slot, set(*payload))).collect())
            }
        }
    }

    /// Makes the staging component current and says what is to be fetched into it.
    fn fetch(self, recipe: &Recipe, staging: u64) -> Sequence {
        let at_staging = || Sequence::default().component(staging);
        let set = |payload: usize| {
            let mut parameters = Parameters::from(measured(Thing::Carried(payload)));
            parameters.extend(uri(recipe, payload));
            at_staging().overriding(parameters)
        };
        match &self.intent.images {
            Images::One(payload) => set(*payload),
            // Which slot it is, is asked of the component itself.
            Images::Slots(_) => Sequence::default().component(self.index).then(self.each(&set)).then(at_staging()),
        }
    }

    fn install(self, recipe: &Recipe) -> Sequence {
        let spot = &self.component.spot;
        let streamed = if self.staging.is_some() { STAGED } else { STREAMED };
        let here = || Sequence::default().component(self.index);
        let write = |sequence: Sequence| sequence.reported(self.directive()).reported(command::CONDITION_IMAGE_MATCH);
        let (Some(rollback), Images::One(payload), Some((_, spot))) = (self.rollback, &self.intent.images, &self.intent.rollback)
        else {
            let chosen = self.each(&|payload| Sequence::default().overriding(self.source(recipe, payload)));
            return write(here().then(self.versions(Sequence::default())).then(chosen)).by(streamed, spot);
        };
        let mut parameters = self.source(recipe, *payload);
        parameters.extend(measured(Thing::Image(*payload)));
        let written = write(Sequence::default().component(rollback).overriding(parameters));
        let swap = here().overriding([(parameter::SOURCE_COMPONENT, Argument::uint(rollback))]).reported(command::DIRECTIVE_SWAP);
        // An update that is run again must not write over the image to go back to.
        let arms = vec![
            Sequence::default().reported(command::CONDITION_IMAGE_MATCH),
            self.versions(Sequence::default()).then(written).then(swap),
        ];
        here().command(Command::TryEach(arms, false)).reported(command::CONDITION_IMAGE_MATCH).by(ROLLBACK, spot)
    }

    fn directive(self) -> i64 {
        match (self.intent.compression, self.staging) {
            (Compression::Zstd { .. }, _) => command::DIRECTIVE_TRANSFORM,
            (Compression::None, Some(_)) => command::DIRECTIVE_COPY,
            (Compression::None, None) => command::DIRECTIVE_FETCH,
        }
    }

    /// Where the image comes from, and what is to be done to it on the way.
    fn source(self, recipe: &Recipe, payload: usize) -> Parameters {
        let (source, from) = match self.staging {
            Some(staging) => (TRANSFORM_FROM_COMPONENT, Some((parameter::SOURCE_COMPONENT, Argument::uint(staging)))),
            None => (TRANSFORM_FROM_URI, uri(recipe, payload)),
        };
        let mut parameters: Parameters = from.into_iter().collect();
        if recipe.payloads.get(payload).is_some_and(|plan| plan.encryption.is_some()) {
            parameters.insert(parameter::ENCRYPTION_INFO, Argument::EncryptionInfo(payload));
        }
        if let Compression::Zstd { .. } = self.intent.compression {
            let carried = Thing::Carried(payload);
            let transform =
                Argument::Transform { source, algorithm: TRANSFORM_ZSTD, size: Size::Of(carried), digest: Digest::Of(carried) };
            parameters.insert(parameter::TRANSFORM, transform);
        }
        parameters
    }

    /// Checks that the version installed is one the update is made for, if there is something to check.
    fn versions(self, start: Sequence) -> Sequence {
        let Some((bounds, spot)) = &self.intent.from_versions else { return Sequence::default() };
        let checks = bounds.iter().fold(start, |sequence, (code, numbers)| {
            let shown: Vec<_> = numbers.iter().map(i64::to_string).collect();
            let sign = OPERATORS.iter().find(|(_, known)| known == code).map_or("", |(sign, _)| sign);
            let shown = format!("{sign} [{}]", shown.join(", "));
            let wanted = Argument::Known { encoded: crate::encode::bytes(&comparison(*code, numbers)), shown };
            sequence.overriding([(parameter::VERSION, wanted)]).reported(command::CONDITION_VERSION)
        });
        checks.by(VERSIONS, spot)
    }

    /// What depends on the image: as it is, or once for each slot.
    fn each(self, commands: &dyn Fn(usize) -> Sequence) -> Sequence {
        match &self.intent.images {
            Images::One(payload) => commands(*payload),
            Images::Slots(slots) => {
                Sequence::default().each(slots.iter().map(|(slot, payload)| (*slot, commands(*payload))).collect())
            }
        }
    }
}

fn uri(recipe: &Recipe, payload: usize) -> Option<(i64, Argument)> {
    recipe.payloads.get(payload).map(|plan| (parameter::URI, Argument::text(&plan.carriage.uri())))
}

/// Digest and size as parameters.
fn measured(thing: Thing) -> [(i64, Argument); 2] {
    [(parameter::IMAGE_DIGEST, Argument::Digest(Digest::Of(thing))), (parameter::IMAGE_SIZE, Argument::Size(Size::Of(thing)))]
}

/// The sources of `suit-parameter-transform` (spec/transform.md).
const TRANSFORM_FROM_URI: u64 = 0;
const TRANSFORM_FROM_COMPONENT: u64 = 1;

/// The algorithm zstd of `suit-parameter-transform` (spec/transform.md).
const TRANSFORM_ZSTD: u64 = 1;

/// Requirements of spec/recipe.md.
const SHARED: u16 = 23;
const STAGED: u16 = 24;
const STREAMED: u16 = 25;
const VALIDATE: u16 = 27;
const ROLLBACK: u16 = 46;
const VERSIONS: u16 = 47;
