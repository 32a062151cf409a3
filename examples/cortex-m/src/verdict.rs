use suitpack_core::{Fault, Refusal};

/// What became of a package; the numbers are the exit codes of `suitpack verify`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is active.
    Installed = 0,
    /// A condition failed, or a directive could not be carried out.
    Failed = 1,
    /// It cannot be read as SUIT.
    Unreadable = 3,
    /// A signature or the manifest's digest is wrong, or nobody signed.
    NotAuthentic = 10,
    /// Someone signed whom this device does not know.
    NotTrusted = 11,
    /// A payload or a severed member has another digest than the signed one.
    OtherBytes = 12,
    /// It is older than what is installed.
    Rollback = 13,
    /// It is for another vendor, another class, or other components.
    OtherHardware = 16,
    /// It asks for more than this device has.
    Limit = 17,
}

impl From<Refusal> for Verdict {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Unreadable(error) if error.kind().fault() == Fault::Malformed => Self::Unreadable,
            Refusal::Unreadable(_) | Refusal::DigestUnsupported(_) | Refusal::NotAdmitted(_) => Self::Limit,
            Refusal::DigestMismatch | Refusal::Unsigned | Refusal::WrongSignature => Self::NotAuthentic,
            Refusal::NoAnchor | Refusal::Untrusted => Self::NotTrusted,
        }
    }
}
