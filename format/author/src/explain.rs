//! What a recipe makes a device do, command by command, and why each command is there.

use suitpack_core::registry::{Label, algorithm, command as command_key, find, parameter as parameter_key};

use crate::draft::Plan;
use crate::error::BuildError;
use crate::program::{Argument, Command, Digest, Indices, Origin, Parameters, Section, Sequence, Size, Step, Thing};
use crate::recipe::{Recipe, algorithm_name};

/// One line of an explanation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Line {
    /// How far it is nested: 0 for the name of a sequence.
    pub depth: usize,
    /// The command or parameter in the words of the CDDL.
    pub text: String,
    /// Why it is there; only the first line of a command says so.
    pub reason: Option<Reason>,
}

/// Why a command is there.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The recipe writes it, in this line; none if an override does.
    Written {
        /// The line, counted from 1.
        line: Option<usize>,
    },
    /// A template of spec/recipe.md makes it of a key of the recipe.
    Template {
        /// The number of the requirement.
        rule: u16,
        /// The dotted path of the key.
        key: String,
        /// The line of the key, counted from 1.
        line: Option<usize>,
    },
}

/// Explains every command sequence that [`build`](crate::build) would write, in the order in which they run. Images are not looked at.
///
/// # Errors
/// If the package of a dependency cannot be read, or the recipe asks for what no reader takes.
pub fn explain(recipe: &Recipe) -> Result<Vec<Line>, BuildError> {
    let plan = Plan::read(recipe)?;
    let mut writer = Writer { recipe, plan: &plan, lines: Vec::new() };
    for section in Section::ALL {
        if let Some(sequence) = plan.sequences.of(section).filter(|sequence| !sequence.is_empty()) {
            writer.line(0, section.name().to_owned(), None);
            writer.sequence(1, sequence);
        }
    }
    Ok(writer.lines)
}

struct Writer<'w> {
    recipe: &'w Recipe,
    plan: &'w Plan,
    lines: Vec<Line>,
}

impl Writer<'_> {
    fn line(&mut self, depth: usize, text: String, reason: Option<Reason>) {
        self.lines.push(Line { depth, text, reason });
    }

    fn sequence(&mut self, depth: usize, sequence: &Sequence) {
        sequence.0.iter().for_each(|step| self.step(depth, step));
    }

    fn step(&mut self, depth: usize, step: &Step) {
        let inner = depth.saturating_add(1);
        let reason = step.origin.as_ref().map(reason);
        let named = |code: i64| name(command_key::LABELS, code).to_owned();
        match &step.command {
            Command::Reported(code, policy) => self.line(depth, format!("{} {policy}", named(*code)), reason),
            Command::SetComponentIndex(indices) => {
                let shown = self.indices(indices);
                self.line(depth, format!("{} {shown}", named(command_key::DIRECTIVE_SET_COMPONENT_INDEX)), reason);
            }
            Command::Parameters(code, parameters) => {
                self.line(depth, named(*code), reason);
                self.parameters(inner, parameters);
            }
            Command::TryEach(arms, otherwise) => {
                self.line(depth, named(command_key::DIRECTIVE_TRY_EACH), reason);
                for (number, arm) in arms.iter().enumerate() {
                    self.line(inner, format!("sequence {number}"), None);
                    self.sequence(inner.saturating_add(1), arm);
                }
                if *otherwise {
                    self.line(inner, "nil: succeeds when no sequence does".to_owned(), None);
                }
            }
            Command::RunSequence(sequence) => {
                self.line(depth, named(command_key::DIRECTIVE_RUN_SEQUENCE), reason);
                self.sequence(inner, sequence);
            }
            Command::OverrideMultiple(components) => {
                self.line(depth, named(command_key::DIRECTIVE_OVERRIDE_MULTIPLE), reason);
                for (index, parameters) in components {
                    let component = self.component(*index);
                    self.line(inner, component, None);
                    self.parameters(inner.saturating_add(1), parameters);
                }
            }
            Command::CopyParams(sources) => {
                self.line(depth, named(command_key::DIRECTIVE_COPY_PARAMS), reason);
                for (index, labels) in sources {
                    let names: Vec<_> = labels.iter().map(|label| name(parameter_key::LABELS, *label)).collect();
                    let line = format!("from {}: {}", self.component(*index), names.join(", "));
                    self.line(inner, line, None);
                }
            }
        }
    }

    fn parameters(&mut self, depth: usize, parameters: &Parameters) {
        // As they stand in the map: private labels are negative and come last.
        let (private, registered): (Vec<_>, Vec<_>) = parameters.iter().partition(|(label, _)| **label < 0);
        for (label, argument) in registered.into_iter().chain(private) {
            let shown = match (*label, argument) {
                (parameter_key::SOURCE_COMPONENT, Argument::Known { shown, .. }) => {
                    shown.parse().map_or_else(|_| shown.clone(), |index| self.component(index))
                }
                _ => self.argument(argument),
            };
            self.line(depth, format!("{} = {shown}", name(parameter_key::LABELS, *label)), None);
        }
    }

    fn argument(&self, argument: &Argument) -> String {
        match argument {
            Argument::Known { shown, .. } => shown.clone(),
            Argument::Digest(digest) => self.digest(digest),
            Argument::Size(size) => self.size(*size),
            Argument::EncryptionInfo(payload) => {
                self.recipe.payloads.get(*payload).and_then(|payload| payload.encryption.as_ref()).map_or_else(
                    String::new,
                    |encryption| {
                        let keys: Vec<_> = encryption.keys.iter().map(|key| format!("`{}`", key.display())).collect();
                        format!("{}, for {}", algorithm::name(encryption.algorithm.code()).unwrap_or_default(), keys.join(", "))
                    },
                )
            }
            Argument::Transform { source, size, digest, .. } => {
                let source = if *source == 0 { "suit-parameter-uri" } else { "suit-parameter-source-component" };
                format!("zstd, from {source}, {}, {}", self.size(*size), self.digest(digest))
            }
        }
    }

    fn digest(&self, digest: &Digest) -> String {
        match digest {
            Digest::Given { algorithm, bytes } => {
                let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                format!("{}:{hex}", algorithm_name(*algorithm))
            }
            Digest::Of(thing) => format!("digest of {}", self.thing(*thing)),
        }
    }

    fn size(&self, size: Size) -> String {
        match size {
            Size::Given(size) => size.to_string(),
            Size::Of(thing) => format!("size of {}", self.thing(thing)),
        }
    }

    fn thing(&self, thing: Thing) -> String {
        let payload = |index: usize| self.recipe.payloads.get(index);
        match thing {
            Thing::Image(index) => {
                payload(index).map_or_else(String::new, |payload| format!("image `{}`", payload.image.display()))
            }
            Thing::Carried(index) => {
                payload(index).map_or_else(String::new, |payload| format!("payload `{}` as carried", payload.carriage.uri()))
            }
            Thing::File(index) => {
                self.recipe.files.get(index).map_or_else(String::new, |path| format!("file `{}`", path.display()))
            }
        }
    }

    fn indices(&self, indices: &Indices) -> String {
        match indices {
            Indices::All => "true: every component".to_owned(),
            Indices::One(index) => self.component(*index),
            Indices::Many(indices) => {
                format!("[{}]", indices.iter().map(|index| self.component(*index)).collect::<Vec<_>>().join(", "))
            }
        }
    }

    fn component(&self, index: u64) -> String {
        self.plan.name(index).map_or_else(|| index.to_string(), |name| format!("{index} ({name})"))
    }
}

fn reason(origin: &Origin) -> Reason {
    let line = origin.line();
    match origin {
        Origin::Written(_) => Reason::Written { line },
        Origin::Template { rule, key } => Reason::Template { rule: *rule, key: key.path.clone(), line },
    }
}

fn name(labels: &'static [Label], code: i64) -> &'static str {
    find(labels, code).map_or("", |label| label.name)
}
