//! Command sequences, with everything they say.

pub(crate) mod parameter;

use serde::Serialize;
use suitpack_core::manifest::command::{Command, ReportingPolicy};
use suitpack_core::manifest::parameter::Parameters;
use suitpack_core::manifest::{ComponentIndex, Sequence};
use suitpack_core::registry;

pub use parameter::ParameterView;

use parameter::parameter_name;

/// A command: its name in the CDDL, its argument, and the sequences within it.
#[derive(Debug, Default, Serialize)]
#[non_exhaustive]
pub struct CommandView {
    /// The name.
    pub name: String,
    /// The number on the wire.
    pub code: i64,
    /// The argument in words, a line each; a reporting policy is left out.
    pub argument: Vec<String>,
    /// The reporting policy, for commands that take one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reporting_policy: Option<u8>,
    /// The components that are chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub components: Option<Chosen>,
    /// The parameters that are set.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<ParameterView>,
    /// The parameters that are set for each component.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub multiple: Vec<MultipleView>,
    /// The parameters that are taken over from each component.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub copies: Vec<CopyView>,
    /// The arms of a try-each, or the sequence run.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub arms: Vec<Vec<Self>>,
    /// Whether a try-each succeeds when no arm does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub otherwise_succeed: Option<bool>,
}

/// What suit-directive-set-component-index chooses.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Chosen {
    /// `all`
    All(&'static str),
    /// One index.
    One(u32),
    /// Several.
    Many(Vec<u32>),
}

/// What suit-directive-override-multiple sets for one component.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct MultipleView {
    /// The index of the component.
    pub component: u32,
    /// The parameters.
    pub parameters: Vec<ParameterView>,
}

/// What suit-directive-copy-params takes over from one component.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct CopyView {
    /// The index of the component.
    pub component: u32,
    /// The names of the parameters.
    pub parameters: Vec<String>,
}

/// Tells the commands of a sequence that was read before.
pub(crate) fn commands(sequence: Sequence<'_>, components: &[String]) -> Vec<CommandView> {
    sequence.map(|command| view(command, components)).collect()
}

/// The name of a command in the CDDL.
pub(crate) fn command_name(code: i64) -> String {
    registry::find(registry::command::LABELS, code).map_or_else(|| code.to_string(), |label| label.name.to_owned())
}

fn view(command: Command<'_>, components: &[String]) -> CommandView {
    use registry::command as code;
    let plain = |code| CommandView { name: command_name(code), code, ..CommandView::default() };
    let reported = |code, policy: ReportingPolicy| CommandView { reporting_policy: Some(policy.0), ..plain(code) };
    let setting = |code, parameters: Parameters<'_>| {
        let parameters: Vec<_> = parameters.map(|parameter| ParameterView::of(&parameter)).collect();
        CommandView { argument: parameters.iter().map(|parameter| parameter.words.clone()).collect(), parameters, ..plain(code) }
    };
    match command {
        Command::Condition(condition, policy) => reported(condition.code(), policy),
        Command::Directive(directive, policy) => reported(directive.code(), policy),
        Command::SetComponentIndex(index) => {
            let called =
                |index: u32| components.get(index as usize).map_or_else(|| format!("{index}"), |name| format!("{index} ({name})"));
            let (argument, chosen) = match index {
                ComponentIndex::All => (vec![String::from("all")], Chosen::All("all")),
                ComponentIndex::One(index) => (vec![called(index)], Chosen::One(index)),
                ComponentIndex::Many(indices) => (indices.map(called).collect(), Chosen::Many(indices.collect())),
            };
            CommandView { argument, components: Some(chosen), ..plain(code::DIRECTIVE_SET_COMPONENT_INDEX) }
        }
        Command::SetParameters(parameters) => setting(code::DIRECTIVE_SET_PARAMETERS, parameters),
        Command::OverrideParameters(parameters) => setting(code::DIRECTIVE_OVERRIDE_PARAMETERS, parameters),
        Command::TryEach(arms) => CommandView {
            argument: if arms.otherwise_succeed() { vec![String::from("or succeed")] } else { vec![] },
            otherwise_succeed: Some(arms.otherwise_succeed()),
            arms: arms.map(|arm| commands(arm, components)).collect(),
            ..plain(code::DIRECTIVE_TRY_EACH)
        },
        Command::RunSequence(sequence) => {
            CommandView { arms: vec![commands(sequence, components)], ..plain(code::DIRECTIVE_RUN_SEQUENCE) }
        }
        Command::OverrideMultiple(multiple) => {
            let each = multiple.map(|(component, parameters)| MultipleView {
                component,
                parameters: parameters.map(|parameter| ParameterView::of(&parameter)).collect(),
            });
            let multiple: Vec<_> = each.collect();
            let words = |view: &MultipleView| {
                let index = view.component;
                view.parameters.iter().map(move |parameter| format!("{index}: {}", parameter.words)).collect::<Vec<_>>()
            };
            CommandView {
                argument: multiple.iter().flat_map(words).collect(),
                multiple,
                ..plain(code::DIRECTIVE_OVERRIDE_MULTIPLE)
            }
        }
        Command::CopyParams(copies) => {
            let each = copies.map(|(component, labels)| CopyView { component, parameters: labels.map(parameter_name).collect() });
            let copies: Vec<_> = each.collect();
            let words = |view: &CopyView| format!("{}: {}", view.component, view.parameters.join(", "));
            CommandView { argument: copies.iter().map(words).collect(), copies, ..plain(code::DIRECTIVE_COPY_PARAMS) }
        }
        // The enum may grow; the reader refuses what it does not know.
        _ => plain(0),
    }
}
