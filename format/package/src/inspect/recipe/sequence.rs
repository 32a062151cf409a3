//! Command sequences as recipes write them in full.

use serde_json::{Map, Value};
use suitpack_core::manifest::command::Command;
use suitpack_core::manifest::parameter::Parameters;
use suitpack_core::manifest::{ComponentIndex, Sequence};
use suitpack_core::registry::command as code;

use super::toml::inline;
use crate::commands::command_name;
use crate::commands::parameter::{Form, parameter_name, value};

/// Writes the commands of a sequence that was read before, one on each line. Readers bound how deep sequences nest.
pub(super) fn write(sequence: Sequence<'_>, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    out.push_str("[\n");
    for command in sequence {
        out.push_str(&format!("{indent}  {{ "));
        self::command(command, depth, out);
        out.push_str(" },\n");
    }
    out.push_str(&format!("{indent}]"));
}

fn command(command: Command<'_>, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth.saturating_add(2));
    let (code, argument): (i64, Value) = match command {
        Command::Condition(condition, policy) => (condition.code(), policy.0.into()),
        Command::Directive(directive, policy) => (directive.code(), policy.0.into()),
        Command::SetComponentIndex(index) => (
            code::DIRECTIVE_SET_COMPONENT_INDEX,
            match index {
                ComponentIndex::All => true.into(),
                ComponentIndex::One(index) => index.into(),
                ComponentIndex::Many(indices) => indices.collect::<Vec<_>>().into(),
            },
        ),
        Command::SetParameters(parameters) => (code::DIRECTIVE_SET_PARAMETERS, table(parameters)),
        Command::OverrideParameters(parameters) => (code::DIRECTIVE_OVERRIDE_PARAMETERS, table(parameters)),
        Command::OverrideMultiple(multiple) => {
            let entries = multiple.map(|(index, parameters)| (index.to_string(), table(parameters)));
            (code::DIRECTIVE_OVERRIDE_MULTIPLE, entries.collect::<Map<_, _>>().into())
        }
        Command::CopyParams(copies) => {
            let entries = copies.map(|(index, labels)| (index.to_string(), labels.map(parameter_name).collect::<Vec<_>>().into()));
            (code::DIRECTIVE_COPY_PARAMS, entries.collect::<Map<_, _>>().into())
        }
        Command::RunSequence(sequence) => {
            out.push_str(&format!("{} = ", command_name(code::DIRECTIVE_RUN_SEQUENCE)));
            return write(sequence, depth.saturating_add(1), out);
        }
        Command::TryEach(arms) => {
            out.push_str(&format!("{} = [\n", command_name(code::DIRECTIVE_TRY_EACH)));
            for arm in arms {
                out.push_str(&indent);
                write(arm, depth.saturating_add(2), out);
                out.push_str(",\n");
            }
            if arms.otherwise_succeed() {
                out.push_str(&format!("{indent}[],\n"));
            }
            return out.push_str(&format!("{}]", "  ".repeat(depth.saturating_add(1))));
        }
        // The enum may grow; the reader refuses what it does not know, and a recipe that is empty here builds nothing.
        _ => return,
    };
    out.push_str(&format!("{} = {}", command_name(code), inline(&argument)));
}

fn table(parameters: Parameters<'_>) -> Value {
    parameters.map(|parameter| (parameter_name(parameter.code()), value(&parameter, Form::Recipe))).collect::<Map<_, _>>().into()
}
