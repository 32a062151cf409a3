//! Command sequences (draft-ietf-suit-manifest §8.4.7).

use suitpack_core::registry::{command, parameter};

use crate::encode::{self, Items, Map};

/// `SUIT_Command_Sequence`: commands and their arguments, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Sequence {
    items: usize,
    encoded: Vec<u8>,
}

impl Sequence {
    pub(crate) const fn is_empty(&self) -> bool {
        self.items == 0
    }

    pub(crate) fn component(self, index: u64) -> Self {
        self.command(command::DIRECTIVE_SET_COMPONENT_INDEX, encode::uint(index))
    }

    /// `suit-directive-override-parameters`
    pub(crate) fn parameters(self, parameters: &Map) -> Self {
        self.command(command::DIRECTIVE_OVERRIDE_PARAMETERS, parameters.done())
    }

    /// A condition, or a directive, that takes a reporting policy.
    pub(crate) fn reported(self, code: i64) -> Self {
        self.command(code, encode::uint(REPORT_EVERYTHING))
    }

    /// The first of the alternatives whose slot is the recipient's; one alternative needs no choice.
    pub(crate) fn each(self, mut arms: Vec<(u64, Self)>) -> Self {
        match arms.pop() {
            Some((slot, arm)) if arms.is_empty() => self.in_slot(slot).then(arm),
            Some(last) => {
                arms.push(last);
                let array = Items::new().array(arms.len());
                let arms = arms.into_iter().fold(array, |items, (slot, arm)| items.bytes(&Self::default().in_slot(slot).then(arm).done()));
                self.command(command::DIRECTIVE_TRY_EACH, arms.done())
            }
            None => self,
        }
    }

    pub(crate) fn then(mut self, other: Self) -> Self {
        self.append(other);
        self
    }

    pub(crate) fn append(&mut self, other: Self) {
        self.items += other.items;
        self.encoded.extend(other.encoded);
    }

    pub(crate) fn done(self) -> Vec<u8> {
        Items::new().array(self.items).raw(&self.encoded).done()
    }

    fn in_slot(self, slot: u64) -> Self {
        self.parameters(&Map::default().with(parameter::COMPONENT_SLOT, encode::uint(slot))).reported(command::CONDITION_COMPONENT_SLOT)
    }

    fn command(mut self, code: i64, argument: Vec<u8>) -> Self {
        self.items += 2;
        self.encoded.extend(encode::int(code));
        self.encoded.extend(argument);
        self
    }
}

/// Record and system information, on success and on failure (draft-ietf-suit-manifest §8.4.7): who looks for a fault wants all of it.
const REPORT_EVERYTHING: u64 = 15;
