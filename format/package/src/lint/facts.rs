//! What of a package has to stand beside the next one.

use std::collections::BTreeSet;

use suitpack_core::manifest::command::Command;
use suitpack_core::manifest::parameter::Parameter;
use suitpack_core::manifest::{Manifest, Member, Section, Sequence};
use suitpack_core::registry::manifest::UPGRADABILITY;
use suitpack_core::{Envelope, Profile, Trust};
use suitpack_crypto::Sha2;
use suitpack_upgradability::{Carrier, Floor, Statement, carried};

use crate::claims::{Claim, claims};
use crate::name::component_name;

#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) sequence_number: u64,
    pub(super) version: Option<Vec<i64>>,
    pub(super) components: Vec<String>,
    pub(super) vendors: BTreeSet<Vec<u8>>,
    pub(super) classes: BTreeSet<Vec<u8>>,
    pub(super) signers: BTreeSet<String>,
    pub(super) floor: Option<Floor>,
    /// The statement's bytes, if they are at hand and those the manifest binds.
    pub(super) statement: Option<Vec<u8>>,
    /// Whether the manifest makes a promise at all.
    pub(super) promises: bool,
}

impl Facts {
    pub(super) fn of(envelope: &Envelope<'_>, manifest: &Manifest<'_>) -> Self {
        let mut facts = Self {
            sequence_number: manifest.sequence_number(),
            version: manifest.version().map(Iterator::collect),
            components: manifest.common().components().map(|id| component_name(&id)).collect(),
            floor: manifest.upgradability_floor().and_then(|floor| Floor::parse(floor).ok()),
            ..Self::default()
        };
        let bound = |body: suitpack_core::Wrapped<'_>| match manifest.member(UPGRADABILITY) {
            Member::Severed(digest) => digest.matches(&Sha2, &[body.encoded()]) == Some(true),
            _ => true,
        };
        let carrier = carried(manifest, envelope.member(UPGRADABILITY));
        facts.promises = facts.floor.is_some() || !matches!(carrier, Carrier::Absent);
        if let Carrier::Present(body) = carrier
            && bound(body)
            && Statement::parse(body.content()).is_ok_and(|statement| statement.is_understood())
        {
            facts.statement = Some(body.content().to_vec());
        }
        if let Ok(authentication) = envelope.authentication() {
            // Who they are is asked, not whether they are believed.
            let trust = Trust { digester: &Sha2, anchors: &[], profile: Profile::Lenient };
            facts.signers = claims(&authentication, &trust).iter().map(Claim::words).collect();
        }
        let sections = Section::ALL
            .into_iter()
            .filter_map(|section| manifest.sequence(section, envelope.member(section.key())).ok().flatten());
        for sequence in manifest.common().shared_sequence().into_iter().chain(sections) {
            facts.identifiers(sequence);
        }
        facts
    }

    fn identifiers(&mut self, sequence: Sequence<'_>) {
        for command in sequence {
            match command {
                Command::SetParameters(parameters) | Command::OverrideParameters(parameters) => {
                    parameters.for_each(|parameter| self.identifier(&parameter))
                }
                Command::OverrideMultiple(multiple) => {
                    multiple.for_each(|(_, parameters)| parameters.for_each(|parameter| self.identifier(&parameter)));
                }
                Command::TryEach(arms) => arms.for_each(|arm| self.identifiers(arm)),
                Command::RunSequence(inner) => self.identifiers(inner),
                _ => {}
            }
        }
    }

    fn identifier(&mut self, parameter: &Parameter<'_>) {
        match parameter {
            Parameter::VendorIdentifier(id) => self.vendors.insert(id.to_vec()),
            Parameter::ClassIdentifier(id) => self.classes.insert(id.to_vec()),
            _ => false,
        };
    }
}
