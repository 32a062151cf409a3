//! Why a procedure ended.

use crate::cbor::Reader;
use crate::error::{Error, ErrorKind};
use crate::manifest::MemberError;
use crate::registry::reason as code;
use crate::trust::Refusal;

/// Why a procedure ended (draft-ietf-suit-report §4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// Nothing is wrong.
    Ok,
    /// Some CBOR could not be read.
    CborParse,
    /// A COSE object or header is not supported.
    CoseUnsupported,
    /// An algorithm is not supported.
    AlgUnsupported,
    /// Nobody with the right to vouched for it.
    Unauthorised,
    /// A command is not supported.
    CommandUnsupported,
    /// A component is not supported.
    ComponentUnsupported,
    /// The signer has no right to a component.
    ComponentUnauthorised,
    /// A parameter is not supported.
    ParameterUnsupported,
    /// A severed member is needed and not there.
    SeveringUnsupported,
    /// A condition did not hold.
    ConditionFailed,
    /// A directive could not be carried out.
    OperationFailed,
    /// The component is about to be invoked.
    InvokePending,
}

impl Reason {
    /// All of them, in order of their numbers.
    pub const ALL: [Self; 13] = [
        Self::Ok,
        Self::CborParse,
        Self::CoseUnsupported,
        Self::AlgUnsupported,
        Self::Unauthorised,
        Self::CommandUnsupported,
        Self::ComponentUnsupported,
        Self::ComponentUnauthorised,
        Self::ParameterUnsupported,
        Self::SeveringUnsupported,
        Self::ConditionFailed,
        Self::OperationFailed,
        Self::InvokePending,
    ];

    /// The number on the wire.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            Self::Ok => code::OK,
            Self::CborParse => code::CBOR_PARSE,
            Self::CoseUnsupported => code::COSE_UNSUPPORTED,
            Self::AlgUnsupported => code::ALG_UNSUPPORTED,
            Self::Unauthorised => code::UNAUTHORISED,
            Self::CommandUnsupported => code::COMMAND_UNSUPPORTED,
            Self::ComponentUnsupported => code::COMPONENT_UNSUPPORTED,
            Self::ComponentUnauthorised => code::COMPONENT_UNAUTHORISED,
            Self::ParameterUnsupported => code::PARAMETER_UNSUPPORTED,
            Self::SeveringUnsupported => code::SEVERING_UNSUPPORTED,
            Self::ConditionFailed => code::CONDITION_FAILED,
            Self::OperationFailed => code::OPERATION_FAILED,
            Self::InvokePending => code::INVOKE_PENDING,
        }
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let start = *reader;
        let number = reader.int()?;
        Self::ALL.into_iter().find(|reason| reason.code() == number).ok_or(start.error(ErrorKind::NotUnderstood))
    }
}

/// What is wrong with bytes, in the words of a report.
impl From<ErrorKind> for Reason {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::AlgorithmNotProtected
            | ErrorKind::AttachedPayload
            | ErrorKind::CriticalHeader
            | ErrorKind::DuplicateBlock
            | ErrorKind::ProtectedNotEmpty
            | ErrorKind::UntaggedCose => Self::CoseUnsupported,
            // What is known of the drafts and not processed where commands run are algorithms.
            ErrorKind::DigestAlgorithmUnknown | ErrorKind::NotUnderstood => Self::AlgUnsupported,
            ErrorKind::UnknownCommand => Self::CommandUnsupported,
            ErrorKind::ComponentIndexOutOfRange => Self::ComponentUnsupported,
            ErrorKind::UnknownParameter => Self::ParameterUnsupported,
            ErrorKind::NotSeverable => Self::SeveringUnsupported,
            _ => Self::CborParse,
        }
    }
}

impl From<Error> for Reason {
    fn from(error: Error) -> Self {
        error.kind().into()
    }
}

/// Why a manifest was not opened, in the words of a report.
impl From<Refusal> for Reason {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Unreadable(error) => error.into(),
            Refusal::DigestUnsupported(_) | Refusal::NotAdmitted(_) => Self::AlgUnsupported,
            Refusal::DigestMismatch | Refusal::Unsigned | Refusal::WrongSignature | Refusal::NoAnchor | Refusal::Untrusted => {
                Self::Unauthorised
            }
        }
    }
}

/// Why a severed member is not at hand, in the words of a report.
impl From<MemberError> for Reason {
    fn from(error: MemberError) -> Self {
        match error {
            MemberError::Withheld => Self::SeveringUnsupported,
            MemberError::Unreadable(error) => error.into(),
        }
    }
}
