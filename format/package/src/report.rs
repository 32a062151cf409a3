//! What was checked, and what came of it.

use crate::skew::Skew;

/// Why a package is refused; scripts branch on the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The bytes cannot be read as SUIT.
    Unreadable,
    /// The bytes could not be had.
    Io,
    /// No signature, or one that is wrong.
    NotAuthentic,
    /// Authentic perhaps, but no signer is trusted.
    NotTrusted,
    /// A payload or severed member is not what was signed, or is bound by nothing.
    NotBound,
    /// Rollback, limits, strictness.
    Policy,
    /// Security support has ended.
    SupportEnded,
    /// The wrong channel.
    WrongChannel,
    /// The wrong hardware.
    WrongHardware,
    /// A report does not agree with its manifest, or is not fresh.
    Disagrees,
    /// A required check was not possible.
    CouldNotTell,
    /// Somebody stopped it.
    Interrupted,
}

impl Cause {
    /// The exit code of the command line, stable.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Disagrees => 1,
            Self::Unreadable => 3,
            Self::Io => 4,
            Self::NotAuthentic => 10,
            Self::NotTrusted => 11,
            Self::NotBound => 12,
            Self::Policy => 13,
            Self::SupportEnded => 14,
            Self::WrongChannel => 15,
            Self::WrongHardware => 16,
            Self::CouldNotTell => 17,
            Self::Interrupted => 130,
        }
    }

    /// The word for it in machine output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Disagrees => "disagrees",
            Self::Unreadable => "unreadable",
            Self::Io => "io",
            Self::NotAuthentic => "not-authentic",
            Self::NotTrusted => "not-trusted",
            Self::NotBound => "not-bound",
            Self::Policy => "policy",
            Self::SupportEnded => "support-ended",
            Self::WrongChannel => "wrong-channel",
            Self::WrongHardware => "wrong-hardware",
            Self::CouldNotTell => "could-not-tell",
            Self::Interrupted => "interrupted",
        }
    }
}

/// What came of one check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It holds.
    Passed,
    /// It does not, and this is why the package is refused.
    Failed(Cause),
    /// Nobody asked for it.
    NotAsked,
    /// It was asked for and could not be made. It never counts as passed.
    NotPossible,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What was checked: `read`, `digest`, `signature`, `trust`, `profile`, `rollback`, `sequences`, `member …`, `payload …`,
    /// `hardware`, `channel`, `support`. Those of a dependency stand behind `dependency …: `.
    pub name: String,
    /// What came of it.
    pub outcome: Outcome,
    /// For people. May hold text from the package: hostile until it is sanitised.
    pub detail: String,
}

/// All checks of one package in the order in which they count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    checks: Vec<Check>,
    older_drafts: Vec<Skew>,
}

impl Report {
    /// The checks.
    #[must_use]
    pub fn checks(&self) -> &[Check] {
        &self.checks
    }

    /// Why the package is refused: the first check that failed, or else a required one that was not possible. `None` accepts.
    #[must_use]
    pub fn cause(&self) -> Option<Cause> {
        let failed = self.checks.iter().find_map(|check| match check.outcome {
            Outcome::Failed(cause) => Some(cause),
            _ => None,
        });
        let open = || self.checks.iter().any(|check| check.outcome == Outcome::NotPossible).then_some(Cause::CouldNotTell);
        failed.or_else(open)
    }

    /// The check that [`Report::cause`] speaks of.
    #[must_use]
    pub fn decisive(&self) -> Option<&Check> {
        let failed = self.checks.iter().find(|check| matches!(check.outcome, Outcome::Failed(_)));
        failed.or_else(|| self.checks.iter().find(|check| check.outcome == Outcome::NotPossible))
    }

    /// Whether the package is accepted.
    #[must_use]
    pub fn accepts(&self) -> bool {
        self.cause().is_none()
    }

    /// Traces of older drafts in a package that is refused. They explain it and decide nothing.
    #[must_use]
    pub fn older_drafts(&self) -> &[Skew] {
        &self.older_drafts
    }

    pub(crate) fn explain(&mut self, older_drafts: Vec<Skew>) {
        self.older_drafts = older_drafts;
    }

    pub(crate) fn add(&mut self, name: impl Into<String>, outcome: Outcome, detail: impl Into<String>) {
        self.checks.push(Check { name: name.into(), outcome, detail: detail.into() });
    }

    /// Takes in the checks of something within, their names behind `prefix`.
    pub(crate) fn append(&mut self, prefix: &str, inner: Self) {
        self.checks.extend(inner.checks.into_iter().map(|check| Check { name: format!("{prefix}{}", check.name), ..check }));
    }

    pub(crate) fn passed(&mut self, name: impl Into<String>, detail: impl Into<String>) {
        self.add(name, Outcome::Passed, detail);
    }

    pub(crate) fn failed(&mut self, name: impl Into<String>, cause: Cause, detail: impl Into<String>) {
        self.add(name, Outcome::Failed(cause), detail);
    }
}
