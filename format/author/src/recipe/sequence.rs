//! The table `[sequence]`: command sequences in full.

mod metadata;
mod parameter;
mod wait;

use std::collections::BTreeMap;

use suitpack_core::limits;
use suitpack_core::registry::{Label, command as key, parameter as parameter_key};

use super::error::RecipeError;
use super::fields::{Fields, nearest};
use super::files::Files;
use super::tree::{Entry, Node, Value};
use crate::program::{Command, Indices, Origin, Parameters, Section, Sequence, Step};

pub(crate) use self::parameter::comparison;
pub(super) use self::wait::read as wait_info;

/// Sequences that a recipe writes out.
pub(crate) type Written = Vec<(Section, Sequence)>;

/// What a sequence may speak of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope {
    /// Components of the manifest, those that templates add included.
    pub(crate) components: usize,
    /// Whether the manifest depends on others.
    pub(crate) dependencies: bool,
    pub(crate) shared: bool,
    /// Sequences around this one.
    pub(crate) depth: usize,
}

/// Reads all sequences.
pub(crate) fn read_all(node: &Node, components: usize, dependencies: bool, files: &mut Files<'_>) -> Result<Written, RecipeError> {
    let mut fields = Fields::of(node)?;
    let mut written = Written::new();
    for section in Section::ALL {
        let Some(node) = fields.get(section.name()) else { continue };
        let scope = Scope { components, dependencies, shared: section == Section::Shared, depth: 0 };
        let sequence = read(node, scope, files)?;
        // draft-ietf-suit-manifest §6.2: with more than one component each sequence says first which it means.
        let begins =
            matches!(sequence.0.first(), Some(Step { command: Command::SetComponentIndex(_) | Command::OverrideMultiple(_), .. }));
        if components > 1 && !begins {
            let first = node.array()?.first().unwrap_or(node);
            return Err(first.error("does not set the component index; with more than one component each sequence begins with suit-directive-set-component-index"));
        }
        written.push((section, sequence));
    }
    fields.finish()?;
    Ok(written)
}

fn read(node: &Node, scope: Scope, files: &mut Files<'_>) -> Result<Sequence, RecipeError> {
    if scope.depth > limits::SEQUENCE_NESTING {
        return Err(node.error(&format!("is nested in more than {} sequences", limits::SEQUENCE_NESTING)));
    }
    let commands = node.array()?;
    if u64::try_from(commands.len()).is_ok_and(|count| count > limits::COMMANDS) {
        return Err(node.error(&format!("has more than {} commands", limits::COMMANDS)));
    }
    let steps =
        commands.iter().map(|node| Ok(Step { command: command(node, scope, files)?, origin: Some(Origin::Written(node.place)) }));
    Ok(Sequence(steps.collect::<Result<_, RecipeError>>()?))
}

fn command(node: &Node, scope: Scope, files: &mut Files<'_>) -> Result<Command, RecipeError> {
    let [Entry { key: name, place, node: argument }] = node.table()? else {
        return Err(node.error("must be a table with one key, the name of a command"));
    };
    let code = label(key::LABELS, name).ok_or_else(|| unknown(name, *place, key::LABELS, "command"))?;
    let nested = Scope { depth: scope.depth.saturating_add(1), ..scope };
    if scope.shared && SIDE_EFFECTS.contains(&code) {
        // draft-ietf-suit-manifest §5.3.2, draft-ietf-suit-trust-domains §5.6.2.
        return Err(RecipeError::new(*place, format!("`{name}` has side effects, so it cannot stand in suit-shared-sequence")));
    }
    Ok(match code {
        key::DIRECTIVE_SET_COMPONENT_INDEX => Command::SetComponentIndex(indices(argument, scope.components)?),
        key::DIRECTIVE_SET_PARAMETERS | key::DIRECTIVE_OVERRIDE_PARAMETERS => {
            Command::Parameters(code, parameters(argument, scope, files)?)
        }
        key::DIRECTIVE_TRY_EACH => try_each(argument, nested, files)?,
        key::DIRECTIVE_RUN_SEQUENCE => Command::RunSequence(read(argument, nested, files)?),
        key::DIRECTIVE_OVERRIDE_MULTIPLE => {
            let read = |entry: &Entry| Ok((component_key(entry, scope.components)?, parameters(&entry.node, scope, files)?));
            Command::OverrideMultiple(entries(argument)?.iter().map(read).collect::<Result<_, RecipeError>>()?)
        }
        key::DIRECTIVE_COPY_PARAMS => {
            let read = |entry: &Entry| Ok((component_key(entry, scope.components)?, labels(&entry.node, scope)?));
            Command::CopyParams(entries(argument)?.iter().map(read).collect::<Result<_, RecipeError>>()?)
        }
        key::DIRECTIVE_PROCESS_DEPENDENCY if !scope.dependencies => {
            return Err(RecipeError::new(*place, format!("`{name}` stands in a manifest without dependencies"))
                .suggest("name the component that holds one in `[[dependency]]`"));
        }
        _ => match argument.uint()? {
            policy @ 0..=15 => Command::Reported(code, policy),
            _ => return Err(argument.error("is not a reporting policy; it must be from 0 to 15")),
        },
    })
}

fn try_each(node: &Node, scope: Scope, files: &mut Files<'_>) -> Result<Command, RecipeError> {
    let nodes = node.array()?;
    let empty = |node: &Node| matches!(&node.value, Value::Array(nodes) if nodes.is_empty());
    let (arms, otherwise) = match nodes.split_last() {
        Some((last, arms)) if empty(last) => (arms, true),
        _ => (nodes, false),
    };
    if arms.len() < 2 {
        return Err(node
            .error("needs at least two sequences")
            .suggest("a last empty array is no sequence: with it, the command succeeds when no sequence does"));
    }
    if u64::try_from(nodes.len()).is_ok_and(|count| count > limits::TRY_EACH_ARMS) {
        return Err(node.error(&format!("has more than {} sequences", limits::TRY_EACH_ARMS)));
    }
    Ok(Command::TryEach(arms.iter().map(|arm| read(arm, scope, files)).collect::<Result<_, _>>()?, otherwise))
}

fn parameters(node: &Node, scope: Scope, files: &mut Files<'_>) -> Result<Parameters, RecipeError> {
    let mut parameters = BTreeMap::new();
    for entry in entries(node)? {
        let code = parameter_label(&entry.key, entry, scope)?;
        parameters.insert(code, parameter::read(code, &entry.node, scope, files)?);
    }
    Ok(parameters)
}

/// A parameter's label, if it may stand here.
fn parameter_label(name: &str, entry: &Entry, scope: Scope) -> Result<i64, RecipeError> {
    let code = label(parameter_key::LABELS, name).ok_or_else(|| unknown(name, entry.place, parameter_key::LABELS, "parameter"))?;
    let refused = |why: &str| Err(RecipeError::new(entry.place, format!("`{name}` {why}")));
    match code {
        // draft-ietf-suit-manifest §8.4.8.15
        parameter_key::SOFT_FAILURE if scope.depth == 0 => {
            refused("can only be set inside suit-directive-try-each or suit-directive-run-sequence")
        }
        // §8.4.8.16, spec/transform.md
        parameter_key::TRANSFORM if scope.shared => refused("cannot stand in suit-shared-sequence"),
        _ => Ok(code),
    }
}

fn labels(node: &Node, scope: Scope) -> Result<Vec<i64>, RecipeError> {
    let read = |node: &Node| {
        let entry = Entry { key: node.text()?.to_owned(), place: node.place, node: node.clone() };
        parameter_label(&entry.key, &entry, scope)
    };
    node.array()?.iter().map(read).collect()
}

fn indices(node: &Node, components: usize) -> Result<Indices, RecipeError> {
    match &node.value {
        Value::Boolean(true) => Ok(Indices::All),
        Value::Integer(_) => index(node, components).map(Indices::One),
        Value::Array(_) => {
            let nodes = node.array()?;
            let mut found: Vec<u64> = Vec::new();
            for node in nodes {
                let index = index(node, components)?;
                if found.contains(&index) {
                    return Err(node.error(&format!("is {index}, which stands in the array already")));
                }
                found.push(index);
            }
            Ok(Indices::Many(found))
        }
        _ => Err(node.wrong("an index, `true` or an array of indices")),
    }
}

/// The index of a component.
pub(super) fn index(node: &Node, components: usize) -> Result<u64, RecipeError> {
    let index = node.uint()?;
    in_range(index, components).ok_or_else(|| node.error(&out_of_range(index, components)))
}

fn component_key(entry: &Entry, components: usize) -> Result<u64, RecipeError> {
    let fault = |what: String| RecipeError::new(entry.place, format!("`{}` {what}", entry.key));
    let plain = (entry.key == "0" || !entry.key.starts_with(['0', '+'])).then(|| entry.key.parse().ok()).flatten();
    let index = plain.ok_or_else(|| fault("is not the index of a component".to_owned()))?;
    in_range(index, components).ok_or_else(|| fault(out_of_range(index, components)))
}

fn in_range(index: u64, components: usize) -> Option<u64> {
    usize::try_from(index).is_ok_and(|index| index < components).then_some(index)
}

fn out_of_range(index: u64, components: usize) -> String {
    let last = components.saturating_sub(1);
    format!("is {index}, but the last component has index {last}")
}

/// The entries of a table that has some.
fn entries(node: &Node) -> Result<&[Entry], RecipeError> {
    match node.table()? {
        [] => Err(node.error("is empty; it needs at least one entry")),
        entries => Ok(entries),
    }
}

fn label(labels: &'static [Label], name: &str) -> Option<i64> {
    labels.iter().find(|label| label.name == name).map(|label| label.code)
}

fn unknown(name: &str, place: super::Place, labels: &'static [Label], what: &str) -> RecipeError {
    let names: Vec<_> = labels.iter().map(|label| label.name).collect();
    let error = RecipeError::new(place, format!("unknown {what} `{name}`"));
    match nearest(name, &names) {
        Some(name) => error.suggest(format!("did you mean `{name}`?")),
        None => error.suggest(format!("the {what}s are listed in spec/recipe.md")),
    }
}

/// What changes something, or runs something that does.
const SIDE_EFFECTS: [i64; 9] = [
    key::DIRECTIVE_PROCESS_DEPENDENCY,
    key::DIRECTIVE_WRITE,
    key::DIRECTIVE_FETCH,
    key::DIRECTIVE_COPY,
    key::DIRECTIVE_INVOKE,
    key::DIRECTIVE_WAIT,
    key::DIRECTIVE_SWAP,
    key::DIRECTIVE_UNLINK,
    key::DIRECTIVE_TRANSFORM,
];
