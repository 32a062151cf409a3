//! What a manifest will hold, before anything is measured: components, dependencies, sequences.

use std::collections::BTreeMap;

use suitpack_core::registry::{manifest as key, parameter};

use super::component::Placed;
use super::dependency::Head;
use super::update;
use crate::encode::{self, wide};
use crate::error::BuildError;
use crate::payload::Image;
use crate::program::{Argument, Command, Section, Sequence, Sequences};
use crate::recipe::{Carriage, Id, Recipe, RecipeError, Spot, name};

/// The plan of a manifest.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// `suit-components`: those of the recipe, for staging, for rollback, with the envelopes of dependencies.
    pub(crate) components: Vec<Id>,
    /// Prefixes by index.
    pub(crate) dependencies: BTreeMap<u64, Option<Id>>,
    pub(crate) sequences: Sequences,
    /// What a careful author would not leave so.
    pub(crate) warnings: Vec<String>,
}

impl Plan {
    /// Lays out the manifest of a recipe; `image` opens a payload, of which the heads of dependencies are read.
    pub(crate) fn of(
        recipe: &Recipe,
        image: &mut dyn FnMut(usize) -> Result<Option<Head>, BuildError>,
    ) -> Result<Self, BuildError> {
        let (components, placed) = place(recipe);
        let mut plan =
            Self { components, dependencies: recipe.dependencies.clone(), sequences: Sequences::default(), warnings: Vec::new() };
        for depends_on in &recipe.depends_on {
            let index = wide(plan.components.len());
            plan.components.push(depends_on.id.clone());
            plan.dependencies.insert(index, depends_on.prefix.clone());
            if let Some(head) = image(depends_on.payload)? {
                if !head.is_signed() {
                    let path = &depends_on.spot.path;
                    plan.warnings.push(format!(
                        "the package of `{path}` is not signed; a device that checks signatures of dependencies refuses it"
                    ));
                }
                head.add(recipe, depends_on, index, &mut plan.sequences);
            }
        }
        placed.into_iter().for_each(|placed| placed.add(recipe, &mut plan.sequences));
        if let Some(update) = &recipe.update {
            update::add(update, &mut plan.sequences);
        }
        for (section, sequence) in &recipe.written {
            match section {
                Section::Shared => plan.sequences.shared = sequence.clone(),
                Section::Manifest(key) => drop(plan.sequences.sections.insert(*key, sequence.clone())),
            }
        }
        plan.check(recipe).map_err(BuildError::Recipe)?;
        Ok(plan)
    }

    /// The same, with the packages of dependencies opened for it.
    pub(crate) fn read(recipe: &Recipe) -> Result<Self, BuildError> {
        let mut open = |index: usize| match recipe.payloads.get(index) {
            Some(payload) => Head::read(&Image::open(recipe.base.join(&payload.image))?).map(Some),
            None => Ok(None),
        };
        Self::of(recipe, &mut open)
    }

    /// The name of a component, segments joined by points.
    pub(crate) fn name(&self, index: u64) -> Option<String> {
        self.components.get(usize::try_from(index).ok()?).map(name)
    }

    /// Whether the templates make suit-install.
    fn installs(&self, recipe: &Recipe) -> bool {
        let section = Section::Manifest(key::INSTALL);
        self.sequences.of(section).is_some() && !recipe.written.iter().any(|(written, _)| *written == section)
    }

    /// Refuses what a reader would refuse and what can be seen before anything is measured.
    fn check(&self, recipe: &Recipe) -> Result<(), RecipeError> {
        // RDG-14: a payload in the envelope that nothing fetches is not covered by any signature.
        for (payload, place) in recipe.payloads.iter().filter_map(|payload| Some((payload, payload.written?))) {
            let uri = encode::text(&payload.carriage.uri());
            if matches!(payload.carriage, Carriage::Integrated(_))
                && !Section::ALL.iter().any(|section| self.sequences.of(*section).is_some_and(|sequence| names(sequence, &uri)))
            {
                return Err(RecipeError::new(place, format!("no sequence fetches the payload `{}`", payload.carriage.uri()))
                    .suggest("name it by suit-parameter-uri in `[sequence]`, or leave it out"));
            }
        }
        // What would go unheard is a mistake.
        if let Some(spot) = wants_install(recipe).filter(|_| !self.installs(recipe)) {
            let what = format!("`{}` has no effect, since no template makes suit-install", spot.path);
            return Err(RecipeError::new(spot.place, what).suggest("leave it out, and write what it would do into `[sequence]`"));
        }
        let has = |label: &i64| self.sequences.sections.contains_key(label) || other_member(recipe, *label);
        if let Some((label, (_, place))) = recipe.envelope.withheld.iter().find(|(label, _)| has(label)) {
            return Err(RecipeError::new(
                *place,
                format!("`{}` is withheld, but the recipe has its body", Section::Manifest(*label).name()),
            ));
        }
        let absent = recipe.envelope.severed.iter().flatten().find(|(label, _)| !has(label));
        absent.map_or(Ok(()), |(label, place)| {
            Err(RecipeError::new(*place, format!("there is no `{}` to be severed", Section::Manifest(*label).name())))
        })
    }
}

/// The first key that asks something of suit-install.
fn wants_install(recipe: &Recipe) -> Option<&Spot> {
    let intents = recipe.components.iter().filter_map(|component| component.intent.as_ref());
    let spots = intents
        .flat_map(|intent| [intent.rollback.as_ref().map(|(_, spot)| spot), intent.from_versions.as_ref().map(|(_, spot)| spot)]);
    spots.flatten().next().or(recipe.update.as_ref().map(|update| &update.spot))
}

/// The components of the recipe with the indices of those that stand behind them: first all for staging, then all for rollback.
fn place(recipe: &Recipe) -> (Vec<Id>, Vec<Placed<'_>>) {
    let mut ids: Vec<Id> = recipe.components.iter().map(|component| component.id.clone()).collect();
    let with_intent =
        recipe.components.iter().enumerate().filter_map(|(index, component)| Some((index, component, component.intent.as_ref()?)));
    let mut placed: Vec<_> = with_intent
        .map(|(index, component, intent)| Placed { component, intent, index: wide(index), staging: None, rollback: None })
        .collect();
    let mut behind = |id: &Id| {
        ids.push(id.clone());
        wide(ids.len().saturating_sub(1))
    };
    for placed in &mut placed {
        placed.staging = placed.intent.staging.as_ref().map(&mut behind);
    }
    for placed in &mut placed {
        placed.rollback = placed.intent.rollback.as_ref().map(|(id, _)| behind(id));
    }
    (ids, placed)
}

/// Whether the recipe has a member that is no sequence.
fn other_member(recipe: &Recipe, label: i64) -> bool {
    match label {
        key::TEXT => super::text::map(recipe).is_some(),
        key::COSWID => recipe.coswid.is_some(),
        key::UPGRADABILITY => recipe.promise.is_some() || recipe.manifest.private.contains_key(&label),
        _ => false,
    }
}

/// Whether a sequence sets an encoded URI.
fn names(sequence: &Sequence, uri: &[u8]) -> bool {
    let in_values = |values: &crate::program::Parameters| matches!(values.get(&parameter::URI), Some(Argument::Known { encoded, .. }) if encoded == uri);
    sequence.0.iter().any(|step| match &step.command {
        Command::Parameters(_, values) => in_values(values),
        Command::OverrideMultiple(components) => components.values().any(in_values),
        Command::TryEach(arms, _) => arms.iter().any(|arm| names(arm, uri)),
        Command::RunSequence(sequence) => names(sequence, uri),
        _ => false,
    })
}
