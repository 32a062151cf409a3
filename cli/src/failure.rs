//! Why a command did not do what was asked: exit codes, and the words that go with them.

use core::error::Error;

/// The exit code of the program, stable; `suitpack help exit-codes` lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Code(u8);

impl Code {
    pub(crate) const DONE: Self = Self(0);
    pub(crate) const NO: Self = Self(1);
    pub(crate) const USAGE: Self = Self(2);
    pub(crate) const UNREADABLE: Self = Self(3);
    pub(crate) const IO: Self = Self(4);
    pub(crate) const NOT_AUTHENTIC: Self = Self(10);
    pub(crate) const NOT_BOUND: Self = Self(12);
    pub(crate) const POLICY: Self = Self(13);
    pub(crate) const CANNOT_TELL: Self = Self(17);
    pub(crate) const BUG: Self = Self(70);
    pub(crate) const INTERRUPTED: Self = Self(130);

    /// The code of what `verify` found.
    pub(crate) const fn of(cause: suitpack_package::Cause) -> Self {
        Self(cause.code())
    }

    pub(crate) const fn number(self) -> u8 {
        self.0
    }
}

/// Each code in words, in the order of the numbers.
pub(crate) const MEANINGS: [(u8, &str); 15] = [
    (0, "done, and the answer is yes"),
    (1, "the answer is no, for a cause without a code of its own"),
    (2, "the command line, recipe or description is wrong; you can mend it"),
    (3, "the input cannot be read as SUIT"),
    (4, "a file, pipe, disk or key could not be used"),
    (10, "not authentic: no signature, or one that is wrong"),
    (11, "not trusted: no signer is among the anchors, or no anchor was given"),
    (12, "a payload or severed member does not match its signed digest, or is bound by none"),
    (13, "refused by policy: rollback, limits, strictness"),
    (14, "security support has ended (only where asked)"),
    (15, "wrong channel (only where asked)"),
    (16, "wrong hardware (`verify` only where asked)"),
    (17, "could not tell: a required check was not possible"),
    (70, "a bug in suitpack; the message says where to report it"),
    (130, "interrupted; no output was left behind (but the report of `install`), and no device half changed"),
];

/// A failure in words for people, with the code for scripts.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: Code,
    /// What happened, with the value in backticks.
    pub(crate) message: String,
    /// Where, and between what; one line each.
    pub(crate) details: Vec<String>,
    /// What caused it, outermost first.
    pub(crate) causes: Vec<String>,
    /// What to do.
    pub(crate) hint: Option<String>,
}

impl Failure {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), details: Vec::new(), causes: Vec::new(), hint: None }
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Code::USAGE, message)
    }

    /// Something that the system refused.
    pub(crate) fn io(message: impl Into<String>, error: &(dyn Error + 'static)) -> Self {
        Self::new(Code::IO, message).caused_by(error)
    }

    /// Adds an error and what is behind it.
    pub(crate) fn caused_by(mut self, error: &(dyn Error + 'static)) -> Self {
        let mut next = Some(error);
        while let Some(error) = next {
            self.causes.push(error.to_string());
            next = error.source();
        }
        self
    }

    pub(crate) fn detail(mut self, line: impl Into<String>) -> Self {
        self.details.push(line.into());
        self
    }

    /// Shows a line of a text with a mark under a column; both count from 1.
    pub(crate) fn at_line(mut self, name: &str, text: &str, (line, column): (usize, usize)) -> Self {
        let number = line.to_string();
        // A tab would be escaped and move the mark.
        let source = text.lines().nth(line.saturating_sub(1)).unwrap_or_default().replace('\t', " ");
        self.details.push(format!("{name}, line {line}, column {column}"));
        if source.chars().count() <= LINE {
            self.details.push(format!("{number} | {source}"));
            self.details.push(format!("{} | {}^", " ".repeat(number.len()), " ".repeat(column.saturating_sub(1))));
        }
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Longer lines would fill the screen.
const LINE: usize = 120;
