//! What has to hold before anything is fetched or installed: the template of `[update]`.

use suitpack_core::registry::{command, manifest as section, parameter};

use crate::encode;
use crate::program::{Argument, Sequence, Sequences};
use crate::recipe::{Spot, Update};

/// Puts the checks before what the sections that fetch and install have so far.
pub(super) fn add(update: &Update, sequences: &mut Sequences) {
    for (key, asks) in [(section::PAYLOAD_FETCH, false), (section::INSTALL, true)] {
        if let Some(sequence) = sequences.sections.get_mut(&key) {
            *sequence = checks(update, asks).then(core::mem::take(sequence));
        }
    }
}

/// Who waits or asks does so before the checks, which then hold when something is done.
fn checks(update: &Update, asks: bool) -> Sequence {
    let mut sequence = Sequence::default();
    let mut add = |label: i64, value: Argument, code: i64, spot: &Spot| {
        // Every component would do; the first is always there.
        let start = if sequence.is_empty() { Sequence::default().component(0) } else { Sequence::default() };
        sequence.append(start.overriding([(label, value)]).reported(code).by(UPDATE, spot));
    };
    if let Some((encoded, shown, spot)) = update.wait.as_ref().filter(|_| asks) {
        let events = Argument::Known { encoded: encode::bytes(encoded), shown: shown.clone() };
        add(parameter::WAIT_INFO, events, command::DIRECTIVE_WAIT, spot);
    }
    if let Some((priority, spot)) = update.authorized.as_ref().filter(|_| asks) {
        let priority = Argument::Known { encoded: encode::int(*priority), shown: priority.to_string() };
        add(parameter::UPDATE_PRIORITY, priority, command::CONDITION_UPDATE_AUTHORIZED, spot);
    }
    if let Some((seconds, spot)) = &update.use_before {
        add(parameter::USE_BEFORE, Argument::uint(*seconds), command::CONDITION_USE_BEFORE, spot);
    }
    if let Some((energy, spot)) = &update.minimum_battery {
        add(parameter::MINIMUM_BATTERY, Argument::uint(*energy), command::CONDITION_MINIMUM_BATTERY, spot);
    }
    sequence
}

/// The requirement of spec/recipe.md.
const UPDATE: u16 = 48;
