//! What a sequence holds, and what no path through it goes round.

use suitpack_core::manifest::Sequence;
use suitpack_core::manifest::command::{Command, Condition};
use suitpack_core::manifest::parameter::Parameter;

/// Whether every path through the sequence comes to the condition, or aborts.
pub(super) fn surely(sequence: Sequence<'_>, condition: Condition) -> bool {
    sequence.into_iter().any(|command| match command {
        Command::TryEach(mut arms) => !arms.otherwise_succeed() && arms.all(|arm| surely(arm, condition)),
        // A soft failure ends it early; that leaves the condition out.
        Command::RunSequence(inner) => surely(inner, condition) && !anywhere(inner, &softens),
        command => is(&command, condition),
    })
}

fn softens(command: &Command<'_>) -> bool {
    match command {
        Command::SetParameters(parameters) | Command::OverrideParameters(parameters) => {
            parameters.into_iter().any(|parameter| matches!(parameter, Parameter::SoftFailure(true)))
        }
        _ => false,
    }
}

pub(super) fn anywhere(sequence: Sequence<'_>, wanted: &dyn Fn(&Command<'_>) -> bool) -> bool {
    sequence.into_iter().any(|command| {
        wanted(&command)
            || match command {
                Command::TryEach(mut arms) => arms.any(|arm| anywhere(arm, wanted)),
                Command::RunSequence(inner) => anywhere(inner, wanted),
                _ => false,
            }
    })
}

pub(super) fn is(command: &Command<'_>, wanted: Condition) -> bool {
    matches!(command, Command::Condition(condition, _) if *condition == wanted)
}
