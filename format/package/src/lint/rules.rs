//! The rules by number (spec/lint.md). A number is given once.

use serde::Serialize;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Probably not what was meant.
    Warning,
    /// It cannot work, or breaks a promise.
    Error,
}

impl Severity {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// Its number: `LNT-n`.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it asks.
    pub asks: &'static str,
    /// How bad a breach is.
    pub severity: Severity,
}

const fn error(id: &'static str, name: &'static str, asks: &'static str) -> Rule {
    Rule { id, name, asks, severity: Severity::Error }
}

const fn warning(id: &'static str, name: &'static str, asks: &'static str) -> Rule {
    Rule { id, name, asks, severity: Severity::Warning }
}

const fn note(id: &'static str, name: &'static str, asks: &'static str) -> Rule {
    Rule { id, name, asks, severity: Severity::Note }
}

pub(super) const INDEX: Rule = error("LNT-1", "index-out-of-range", "Every component index names a component");
pub(super) const DIGEST: Rule = error("LNT-2", "bad-digest", "Every digest is of a known algorithm and has its length");
pub(super) const NO_INDEX: Rule =
    error("LNT-3", "no-component-index", "With several components every sequence begins by saying which it means");
pub(super) const MISPLACED: Rule =
    error("LNT-4", "misplaced-command", "The shared sequence holds nothing that acts, and no parameter of our own");
pub(super) const MISSING: Rule = error("LNT-5", "missing-parameter", "What a command works with is set before it");
pub(super) const PARTIAL: Rule =
    error("LNT-6", "identifier-of-some-components", "An identifier that is checked for several components is set for each of them");
pub(super) const SELF_SOURCE: Rule = error("LNT-7", "source-is-target", "No component is its own source");
pub(super) const UNCHECKED: Rule =
    warning("LNT-8", "hardware-unchecked", "Vendor and class are checked in the shared sequence, on every path");
pub(super) const UNREACHABLE: Rule = warning("LNT-9", "unreachable-arm", "An arm stands only behind arms that can fail");
pub(super) const UNUSED: Rule = warning("LNT-10", "unused-parameter", "What is set is used");
pub(super) const OVERWRITTEN: Rule = warning("LNT-11", "overwritten-parameter", "What is set is used before it is set again");
pub(super) const AFTER_ABORT: Rule = warning("LNT-12", "after-abort", "Nothing stands behind an unconditional abort");
pub(super) const INVOKED: Rule =
    warning("LNT-13", "invoked-unjudged", "What is invoked was matched with its digest in the same procedure");
pub(super) const UNJUDGED: Rule =
    warning("LNT-14", "unjudged-image", "What is fetched, copied, swapped or decoded is matched with its digest");
pub(super) const FOREIGN_TEXT: Rule = error("LNT-15", "foreign-text", "suit-text speaks of components of its manifest only");
pub(super) const SILENT: Rule = note("LNT-16", "silent-condition", "The failure of a condition is reported");
pub(super) const BALLAST: Rule = error("LNT-17", "unused-payload", "Every payload in the package is used by some path");
pub(super) const UNBOUND: Rule =
    error("LNT-18", "unbound-payload", "Every payload is bound by a signed digest on every path that uses it");
pub(super) const DEAD: Rule = error("LNT-19", "no-path", "Some path of the commands runs to its end");
pub(super) const UNFOLLOWED: Rule = warning("LNT-20", "paths-not-followed", "All paths of the commands can be followed");
pub(super) const WITHHELD: Rule = note("LNT-21", "withheld", "Every sequence is at hand");
pub(super) const MEMBER: Rule = error("LNT-22", "wrong-member", "A severed member has the digest of the manifest");
pub(super) const UNWRITTEN: Rule = warning("LNT-23", "validated-unwritten", "What an update validates it also writes");

pub(super) const SEQUENCE: Rule = error("LNT-30", "sequence-number-not-above", "The sequence number is above the previous one");
pub(super) const VERSION: Rule = warning("LNT-31", "version-not-above", "The version is above the previous one");
pub(super) const SHORTENED: Rule = error("LNT-32", "support-shortened", "Support is guaranteed as long as it was promised before");
pub(super) const CAPABILITY: Rule =
    error("LNT-33", "capability-lowered", "The product can be updated as far as was promised before");
pub(super) const WITHDRAWN: Rule = error("LNT-34", "promise-withdrawn", "A promise that was made is not left out");
pub(super) const SIGNERS: Rule = warning("LNT-35", "signers-changed", "The keys that sign are the same");
pub(super) const HARDWARE: Rule =
    warning("LNT-36", "hardware-narrowed", "The vendors and classes of the previous package are still served");
pub(super) const COMPONENTS: Rule = warning("LNT-37", "components-changed", "The components are the same");
pub(super) const PROMISE_NUMBER: Rule = error("LNT-38", "statement-not-above", "A statement that differs has a higher number");

/// All rules in the order of their numbers.
pub const RULES: [Rule; 32] = [
    INDEX,
    DIGEST,
    NO_INDEX,
    MISPLACED,
    MISSING,
    PARTIAL,
    SELF_SOURCE,
    UNCHECKED,
    UNREACHABLE,
    UNUSED,
    OVERWRITTEN,
    AFTER_ABORT,
    INVOKED,
    UNJUDGED,
    FOREIGN_TEXT,
    SILENT,
    BALLAST,
    UNBOUND,
    DEAD,
    UNFOLLOWED,
    WITHHELD,
    MEMBER,
    UNWRITTEN,
    SEQUENCE,
    VERSION,
    SHORTENED,
    CAPABILITY,
    WITHDRAWN,
    SIGNERS,
    HARDWARE,
    COMPONENTS,
    PROMISE_NUMBER,
];
