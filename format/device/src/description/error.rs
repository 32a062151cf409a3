use core::fmt;

/// What is wrong with a description, where, and what was probably meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DescriptionError {
    line: usize,
    column: usize,
    message: String,
    suggestion: Option<String>,
}

impl DescriptionError {
    /// What is wrong, in one line.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The line, counted from 1.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.line
    }

    /// The column in characters, counted from 1.
    #[must_use]
    pub const fn column(&self) -> usize {
        self.column
    }

    /// What was probably meant, or how to mend it.
    #[must_use]
    pub fn suggestion(&self) -> Option<&str> {
        self.suggestion.as_deref()
    }
}

impl fmt::Display for DescriptionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.message)?;
        self.suggestion.as_ref().map_or(Ok(()), |suggestion| write!(f, " ({suggestion})"))
    }
}

impl core::error::Error for DescriptionError {}

/// The same before it is known which line a byte is in.
#[derive(Debug)]
pub(super) struct Fault {
    at: usize,
    /// Whether the message says something of the key whose value is there.
    about: bool,
    message: String,
    suggestion: Option<String>,
}

impl Fault {
    /// A fault in words.
    pub(super) fn new(at: usize, message: impl Into<String>) -> Self {
        Self { at, about: false, message: message.into(), suggestion: None }
    }

    /// A fault of the value that is there: the words that follow its key.
    pub(super) fn of(at: usize, message: impl Into<String>) -> Self {
        Self { about: true, ..Self::new(at, message) }
    }

    pub(super) fn suggest(mut self, suggestion: impl Into<String>) -> Self {
        self.suggestion = Some(suggestion.into());
        self
    }

    /// Finds line and column.
    pub(super) fn in_text(self, text: &str) -> DescriptionError {
        let before = text.get(..self.at).unwrap_or(text);
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let message = if self.about { format!("{} {}", key(before), self.message) } else { self.message };
        DescriptionError {
            line: line(text, self.at),
            column: before.get(start..).unwrap_or_default().chars().count() + 1,
            message,
            suggestion: self.suggestion,
        }
    }
}

/// The line a byte of a text is in, counted from 1.
pub(super) fn line(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or(text).matches('\n').count() + 1
}

/// The key whose value comes next; an element of an array has none.
fn key(before: &str) -> String {
    let key = before.trim_end().strip_suffix('=').map(str::trim_end).map(|before| {
        let end = |char: char| char.is_whitespace() || matches!(char, '{' | ',' | '[');
        before.rsplit(end).next().unwrap_or_default()
    });
    key.map_or_else(|| String::from("it"), |key| format!("`{key}`"))
}
