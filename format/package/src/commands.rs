//! Command sequences in words.

use serde::Serialize;
use suitpack_core::manifest::command::Command;
use suitpack_core::manifest::parameter::Parameter;
use suitpack_core::manifest::{Algorithm, ComponentIndex, Sequence, Source};
use suitpack_core::registry;

use crate::inspect::hex;
use crate::verify::algorithm_name;

/// A command: its name in the CDDL, its argument in words, and the sequences within it.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct CommandView {
    /// The name.
    pub name: String,
    /// The argument; a reporting policy is left out.
    pub argument: Vec<String>,
    /// The arms of a try-each, or the sequence run.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub arms: Vec<Vec<Self>>,
}

/// Tells the commands of a sequence that was read before.
pub(crate) fn commands(sequence: Sequence<'_>, components: &[String]) -> Vec<CommandView> {
    sequence.map(|command| view(command, components)).collect()
}

fn view(command: Command<'_>, components: &[String]) -> CommandView {
    let name =
        |code| registry::find(registry::command::LABELS, code).map_or_else(|| code.to_string(), |label| label.name.to_owned());
    let plain = |code| CommandView { name: name(code), argument: vec![], arms: vec![] };
    use registry::command as code;
    match command {
        Command::Condition(condition, _) => plain(condition.code()),
        Command::Directive(directive, _) => plain(directive.code()),
        Command::SetComponentIndex(index) => {
            let called =
                |index: u32| components.get(index as usize).map_or_else(|| format!("{index}"), |name| format!("{index} ({name})"));
            let argument = match index {
                ComponentIndex::All => vec![String::from("all")],
                ComponentIndex::One(index) => vec![called(index)],
                ComponentIndex::Many(indices) => indices.map(called).collect(),
            };
            CommandView { argument, ..plain(code::DIRECTIVE_SET_COMPONENT_INDEX) }
        }
        Command::OverrideParameters(parameters) => {
            CommandView { argument: parameters.map(parameter).collect(), ..plain(code::DIRECTIVE_OVERRIDE_PARAMETERS) }
        }
        Command::TryEach(arms) => {
            let argument = if arms.otherwise_succeed() { vec![String::from("or succeed")] } else { vec![] };
            CommandView { argument, arms: arms.map(|arm| commands(arm, components)).collect(), ..plain(code::DIRECTIVE_TRY_EACH) }
        }
        Command::RunSequence(sequence) => {
            CommandView { arms: vec![commands(sequence, components)], ..plain(code::DIRECTIVE_RUN_SEQUENCE) }
        }
        Command::SetParameters(parameters) => {
            CommandView { argument: parameters.map(parameter).collect(), ..plain(code::DIRECTIVE_SET_PARAMETERS) }
        }
        Command::OverrideMultiple(multiple) => {
            let each =
                multiple.flat_map(|(index, parameters)| parameters.map(move |value| format!("{index}: {}", parameter(value))));
            CommandView { argument: each.collect(), ..plain(code::DIRECTIVE_OVERRIDE_MULTIPLE) }
        }
        Command::CopyParams(copies) => {
            let each = copies.flat_map(|(index, labels)| labels.map(move |label| format!("{index}: {}", parameter_name(label))));
            CommandView { argument: each.collect(), ..plain(code::DIRECTIVE_COPY_PARAMS) }
        }
        _ => plain(0),
    }
}

fn parameter(parameter: Parameter<'_>) -> String {
    match parameter {
        Parameter::VendorIdentifier(id) => format!("vendor-identifier {}", uuid(id)),
        Parameter::ClassIdentifier(id) => format!("class-identifier {}", uuid(id)),
        Parameter::DeviceIdentifier(id) => format!("device-identifier {}", uuid(id)),
        Parameter::ImageDigest(digest) => format!("image-digest {} {}", algorithm_name(digest.algorithm()), hex(digest.bytes())),
        Parameter::ImageSize(size) => format!("image-size {size}"),
        Parameter::ComponentSlot(slot) => format!("component-slot {slot}"),
        Parameter::StrictOrder(value) => format!("strict-order {value}"),
        Parameter::SoftFailure(value) => format!("soft-failure {value}"),
        Parameter::Content(bytes) => format!("content {}", cut(bytes)),
        Parameter::Uri(uri) => format!("uri {uri}"),
        Parameter::SourceComponent(index) => format!("source-component {index}"),
        Parameter::InvokeArgs(bytes) => format!("invoke-args {}", cut(bytes)),
        Parameter::FetchArguments(bytes) => format!("fetch-arguments {}", cut(bytes)),
        Parameter::Transform(transform) => {
            let algorithm = match transform.algorithm {
                Algorithm::Zstd => "zstd",
                _ => "unknown",
            };
            let source = match transform.source {
                Source::Uri => "uri",
                Source::Component => "source-component",
            };
            let digest = transform.input_digest;
            let (name, bytes) = (algorithm_name(digest.algorithm()), hex(digest.bytes()));
            format!("transform {algorithm} from {source}, input {} bytes, {name} {bytes}", transform.input_size)
        }
        other => parameter_name(other.code()),
    }
}

fn parameter_name(code: i64) -> String {
    registry::find(registry::parameter::LABELS, code).map_or_else(|| code.to_string(), |label| label.name.to_owned())
}

/// A UUID in its usual form, anything else in hex.
fn uuid(bytes: &[u8]) -> String {
    let text = hex(bytes);
    let parts = [text.get(..8), text.get(8..12), text.get(12..16), text.get(16..20), text.get(20..)];
    match (bytes.len(), parts) {
        (16, [Some(a), Some(b), Some(c), Some(d), Some(e)]) => format!("{a}-{b}-{c}-{d}-{e}"),
        _ => text,
    }
}

/// Bytes in hex, long ones cut with a count.
fn cut(bytes: &[u8]) -> String {
    match bytes.get(..32) {
        Some(start) if bytes.len() > 32 => format!("{}... ({} bytes)", hex(start), bytes.len()),
        _ => hex(bytes),
    }
}
