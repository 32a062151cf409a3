use core::fmt;

/// What is wrong with a text in diagnostic notation, and where.
#[derive(Debug)]
pub struct AssembleError {
    pub(super) message: String,
    pub(super) hint: Option<&'static str>,
    pub(super) line: u64,
    pub(super) column: u64,
    pub(super) source_line: Option<String>,
    pub(super) cause: Option<std::io::Error>,
}

impl AssembleError {
    /// What is wrong.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        self.hint
    }

    /// The line, from 1.
    #[must_use]
    pub const fn line(&self) -> u64 {
        self.line
    }

    /// The character in the line, from 1.
    #[must_use]
    pub const fn column(&self) -> u64 {
        self.column
    }

    /// The line as it stands, unless it is too long to show.
    #[must_use]
    pub fn source_line(&self) -> Option<&str> {
        self.source_line.as_deref()
    }

    /// Whether a file could not be read or written, rather than the text being wrong.
    #[must_use]
    pub const fn is_io(&self) -> bool {
        self.cause.is_some()
    }
}

impl fmt::Display for AssembleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl core::error::Error for AssembleError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        self.cause.as_ref().map(|cause| cause as _)
    }
}
