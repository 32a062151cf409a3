//! Commands before they are bytes: what an author writes or a template makes, and where each comes from.

use std::collections::BTreeMap;

use suitpack_core::registry::{common, manifest, parameter};

use crate::recipe::{Place, Spot};

/// Commands in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sequence(pub(crate) Vec<Step>);

/// One command and its origin.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) command: Command,
    pub(crate) origin: Option<Origin>,
}

/// Why a command is there.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    /// The recipe writes it.
    Written(Place),
    /// A template of spec/recipe.md makes it of a key of the recipe.
    Template {
        /// The number of the requirement.
        rule: u16,
        /// The key of the recipe.
        key: Spot,
    },
}

impl Origin {
    /// The line of the recipe, counted from 1; none if an override says it.
    pub(crate) const fn line(&self) -> Option<usize> {
        match self {
            Self::Written(Place::File { line, .. }) | Self::Template { key: Spot { place: Place::File { line, .. }, .. }, .. } => {
                Some(*line)
            }
            _ => None,
        }
    }
}

/// A command of draft-ietf-suit-manifest §8.4.9 and §8.4.10, or of the drafts that add to it.
#[derive(Clone, Debug)]
pub(crate) enum Command {
    /// A condition, or a directive, and its reporting policy.
    Reported(i64, u64),
    SetComponentIndex(Indices),
    /// suit-directive-set-parameters or suit-directive-override-parameters.
    Parameters(i64, Parameters),
    /// The arms, and whether nil stands behind them.
    TryEach(Vec<Sequence>, bool),
    RunSequence(Sequence),
    OverrideMultiple(BTreeMap<u64, Parameters>),
    /// Labels by the component they are copied from.
    CopyParams(BTreeMap<u64, Vec<i64>>),
}

/// The argument of suit-directive-set-component-index.
#[derive(Clone, Debug)]
pub(crate) enum Indices {
    All,
    One(u64),
    Many(Vec<u64>),
}

/// Parameters by label.
pub(crate) type Parameters = BTreeMap<i64, Argument>;

/// The value of a parameter.
#[derive(Clone, Debug)]
pub(crate) enum Argument {
    /// Known already: encoded, and as people read it.
    Known {
        encoded: Vec<u8>,
        shown: String,
    },
    Digest(Digest),
    Size(Size),
    Transform {
        source: u64,
        algorithm: u64,
        size: Size,
        digest: Digest,
    },
    /// How a payload, by its index, was encrypted and for whom.
    EncryptionInfo(usize),
}

/// A digest that is given, or made while the package is built.
#[derive(Clone, Debug)]
pub(crate) enum Digest {
    Given { algorithm: i64, bytes: Vec<u8> },
    Of(Thing),
}

/// A size that is given, or taken while the package is built.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Size {
    Given(u64),
    Of(Thing),
}

/// Bytes that are measured while the package is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Thing {
    /// The image of a payload, as installed.
    Image(usize),
    /// A payload as carried.
    Carried(usize),
    /// A file that only has its digest or size in the manifest.
    File(usize),
}

/// The command sequences of a manifest.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sequences {
    pub(crate) shared: Sequence,
    /// By their keys in the manifest.
    pub(crate) sections: BTreeMap<i64, Sequence>,
}

impl Sequences {
    /// The sequence under a name of the CDDL.
    pub(crate) fn of(&self, section: Section) -> Option<&Sequence> {
        match section {
            Section::Shared => Some(&self.shared),
            Section::Manifest(key) => self.sections.get(&key),
        }
    }

    /// Adds commands to a section.
    pub(crate) fn append(&mut self, key: i64, sequence: Sequence) {
        if !sequence.is_empty() {
            self.sections.entry(key).or_default().append(sequence);
        }
    }
}

/// Where a sequence stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    /// In suit-common.
    Shared,
    /// In the manifest, under a key.
    Manifest(i64),
}

impl Section {
    /// All, in the order in which they run, and the one that removes what the others installed.
    pub(crate) const ALL: [Self; 9] = [
        Self::Shared,
        Self::Manifest(manifest::DEPENDENCY_RESOLUTION),
        Self::Manifest(manifest::PAYLOAD_FETCH),
        Self::Manifest(manifest::CANDIDATE_VERIFICATION),
        Self::Manifest(manifest::INSTALL),
        Self::Manifest(manifest::VALIDATE),
        Self::Manifest(manifest::LOAD),
        Self::Manifest(manifest::INVOKE),
        Self::Manifest(manifest::UNINSTALL),
    ];

    /// The name in the CDDL.
    pub(crate) fn name(self) -> &'static str {
        let (labels, code) = match self {
            Self::Shared => (common::LABELS, common::SHARED_SEQUENCE),
            Self::Manifest(key) => (manifest::LABELS, key),
        };
        suitpack_core::registry::find(labels, code).map_or("", |label| label.name)
    }
}

impl Sequence {
    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn component(self, index: u64) -> Self {
        self.command(Command::SetComponentIndex(Indices::One(index)))
    }

    /// A condition, or a directive, that takes a reporting policy.
    pub(crate) fn reported(self, code: i64) -> Self {
        self.command(Command::Reported(code, REPORT_EVERYTHING))
    }

    /// The first of the alternatives whose slot is the recipient's; one alternative needs no choice.
    pub(crate) fn each(self, mut arms: Vec<(u64, Self)>) -> Self {
        match arms.pop() {
            Some((slot, arm)) if arms.is_empty() => self.in_slot(slot).then(arm),
            Some(last) => {
                arms.push(last);
                self.command(Command::TryEach(
                    arms.into_iter().map(|(slot, arm)| Self::default().in_slot(slot).then(arm)).collect(),
                    false,
                ))
            }
            None => self,
        }
    }

    pub(crate) fn then(mut self, other: Self) -> Self {
        self.append(other);
        self
    }

    pub(crate) fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub(crate) fn command(mut self, command: Command) -> Self {
        self.0.push(Step { command, origin: None });
        self
    }

    /// Says which template made the commands that do not say so yet, those within them too.
    pub(crate) fn by(mut self, rule: u16, key: &Spot) -> Self {
        self.mark(&Origin::Template { rule, key: key.clone() });
        self
    }

    fn mark(&mut self, origin: &Origin) {
        for step in &mut self.0 {
            step.origin.get_or_insert_with(|| origin.clone());
            match &mut step.command {
                Command::TryEach(arms, _) => arms.iter_mut().for_each(|arm| arm.mark(origin)),
                Command::RunSequence(sequence) => sequence.mark(origin),
                _ => {}
            }
        }
    }

    fn in_slot(self, slot: u64) -> Self {
        use suitpack_core::registry::command;
        self.overriding([(parameter::COMPONENT_SLOT, Argument::uint(slot))]).reported(command::CONDITION_COMPONENT_SLOT)
    }

    /// suit-directive-override-parameters
    pub(crate) fn overriding(self, parameters: impl IntoIterator<Item = (i64, Argument)>) -> Self {
        use suitpack_core::registry::command;
        self.command(Command::Parameters(command::DIRECTIVE_OVERRIDE_PARAMETERS, parameters.into_iter().collect()))
    }
}

impl Argument {
    pub(crate) fn uint(value: u64) -> Self {
        Self::Known { encoded: crate::encode::uint(value), shown: value.to_string() }
    }

    pub(crate) fn text(value: &str) -> Self {
        Self::Known { encoded: crate::encode::text(value), shown: format!("{value:?}") }
    }
}

/// Record and system information, on success and on failure (draft-ietf-suit-manifest §8.4.7): who looks for a fault wants all of it.
const REPORT_EVERYTHING: u64 = 15;
