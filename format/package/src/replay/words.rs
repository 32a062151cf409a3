//! Names of reasons and procedures.

use suitpack_core::manifest::Section;
use suitpack_core::registry::{self, reason as code};
use suitpack_core::report::Reason;
use suitpack_processor::Procedure;

/// A reason by its name in the draft, without what all of them begin with.
pub(super) fn reason(reason: Reason) -> &'static str {
    let label = registry::find(code::LABELS, reason.code());
    label.map_or("unknown", |label| label.name.strip_prefix("suit-report-reason-").unwrap_or(label.name))
}

/// A procedure in a sentence.
pub(super) const fn procedure(procedure: Procedure) -> &'static str {
    match procedure {
        Procedure::Update => "the update",
        Procedure::Invocation => "the invocation",
        Procedure::Uninstall => "the uninstallation",
        VALIDATION => "the validation",
        _ => "the procedure",
    }
}

/// A procedure in one word.
pub(super) const fn procedure_word(procedure: Procedure) -> &'static str {
    match procedure {
        Procedure::Update => "update",
        Procedure::Invocation => "invocation",
        Procedure::Uninstall => "uninstall",
        VALIDATION => "validation",
        _ => "section",
    }
}

/// What a device runs of an update that it has installed already.
pub(super) const VALIDATION: Procedure = Procedure::Dependency(Section::Validate);
