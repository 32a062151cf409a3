//! `build --explain`: every command, and the line or the template it comes from.

use suitpack_author::{BuildError, Line, Reason, Recipe};

use crate::failure::Failure;
use crate::terminal::Terminal;

/// Why nothing could be explained.
pub(super) enum Fault {
    Recipe(Box<BuildError>),
    Terminal(Failure),
}

impl Fault {
    /// The failure, made of a fault in the recipe by `failed`.
    pub(super) fn or(self, failed: &dyn Fn(&BuildError) -> Failure) -> Failure {
        match self {
            Self::Recipe(error) => failed(&error),
            Self::Terminal(failure) => failure,
        }
    }
}

/// Prints the sequences of a recipe whose file is called `name`.
pub(super) fn print(recipe: &Recipe, name: &str, terminal: &mut Terminal) -> Result<(), Fault> {
    let lines = suitpack_author::explain(recipe).map_err(|error| Fault::Recipe(Box::new(error)))?;
    let rows: Vec<_> =
        lines.iter().map(|line| (format!("{}{}", "  ".repeat(line.depth), line.text), because(line, name))).collect();
    // One long value does not push every reason out of sight.
    let width =
        rows.iter().filter(|(_, reason)| !reason.is_empty()).map(|(text, _)| text.chars().count()).max().unwrap_or(0).min(WIDTH);
    for (text, reason) in rows {
        let row = if reason.is_empty() { text } else { format!("{text:width$}  {reason}") };
        terminal.line(&row).map_err(Fault::Terminal)?;
    }
    Ok(())
}

fn because(line: &Line, name: &str) -> String {
    let at = |line: &Option<usize>| line.map_or_else(|| String::from("--set"), |line| format!("{name}:{line}"));
    match &line.reason {
        Some(Reason::Written { line }) => at(line),
        Some(Reason::Template { rule, key, line }) => format!("REC-{rule} for {key} ({})", at(line)),
        _ => String::new(),
    }
}

/// Columns of a command before its reason.
const WIDTH: usize = 72;
