use core::fmt;

/// What is wrong with a recipe, where, and what was probably meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecipeError {
    pub(crate) message: String,
    pub(crate) place: Place,
    pub(crate) suggestion: Option<String>,
}

/// Where a piece of a recipe was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the file: line and column, both counted from 1, columns in characters.
    File { line: usize, column: usize },
    /// In an override given on the command line.
    Override,
}

impl RecipeError {
    pub(crate) fn new(place: Place, message: impl Into<String>) -> Self {
        Self { message: message.into(), place, suggestion: None }
    }

    pub(crate) fn suggest(mut self, suggestion: impl Into<String>) -> Self {
        self.suggestion = Some(suggestion.into());
        self
    }

    /// What is wrong, in one line.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The line, counted from 1; `None` if the fault is in an override.
    #[must_use]
    pub const fn line(&self) -> Option<usize> {
        match self.place {
            Place::File { line, .. } => Some(line),
            Place::Override => None,
        }
    }

    /// The column in characters, counted from 1; `None` if the fault is in an override.
    #[must_use]
    pub const fn column(&self) -> Option<usize> {
        match self.place {
            Place::File { column, .. } => Some(column),
            Place::Override => None,
        }
    }

    /// What was probably meant, or how to mend it.
    #[must_use]
    pub fn suggestion(&self) -> Option<&str> {
        self.suggestion.as_deref()
    }
}

impl fmt::Display for RecipeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Place::File { line, column } => write!(f, "line {line}, column {column}: {}", self.message)?,
            Place::Override => write!(f, "in an override: {}", self.message)?,
        }
        self.suggestion.as_ref().map_or(Ok(()), |suggestion| write!(f, " ({suggestion})"))
    }
}

impl core::error::Error for RecipeError {}
