//! What can be wrong with bytes, and where.

use core::fmt;
use core::num::NonZeroUsize;

/// A fault in the bytes that were read: what it is and the offset where it was seen.
///
/// It is one word that is never zero, so that a result without a value fits a register: reading is full of them, and on a device
/// their coming and going was a third of its code. Of an offset this keeps all bits but eight: 16 MiB on a machine of 32 bits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Error(NonZeroUsize);

impl Error {
    /// Makes an error of `kind` seen `offset` bytes into the input.
    #[must_use]
    #[expect(clippy::as_conversions, reason = "the number of a kind, which is its own")]
    pub const fn new(kind: ErrorKind, offset: usize) -> Self {
        let offset = if cfg!(feature = "places") { offset } else { 0 };
        match NonZeroUsize::new(offset << KIND_BITS | kind as usize) {
            Some(word) => Self(word),
            // No kind has the number zero.
            None => Self(NonZeroUsize::MIN),
        }
    }

    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        ErrorKind::of(self.0.get() & KIND_MASK)
    }

    /// Where it was seen: bytes from the start of the outermost input.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.0.get() >> KIND_BITS
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error").field("kind", &self.kind()).field("offset", &self.offset()).finish()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {:#x}", self.kind(), self.offset())
    }
}

impl core::error::Error for Error {}

/// Who is at fault, and so what a caller can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The bytes are not SUIT: no reader can give them a meaning.
    Malformed,
    /// The bytes may be SUIT, but a stated limit of this reader is exceeded.
    Limit,
    /// The bytes are SUIT, and use something the text tells a reader to refuse or this one does not know.
    Refused,
}

/// One fault, one variant.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ErrorKind {
    /// A COSE header carries its algorithm outside the protected bucket (RFC 9052 §3.1).
    AlgorithmNotProtected = 1,
    /// A COSE payload is not nil (draft-ietf-suit-manifest §8.3).
    AttachedPayload,
    /// An index is not below the number of components.
    ComponentIndexOutOfRange,
    /// `crit` lists a label this reader does not process (RFC 9052 §3.1).
    CriticalHeader,
    /// A SUIT_Digest names an algorithm outside draft-ietf-suit-manifest §10.
    DigestAlgorithmUnknown,
    /// The digest bytes do not fit the algorithm.
    DigestLength,
    /// Two authentication blocks by the same key and algorithm (draft-ietf-suit-manifest §8.3).
    DuplicateBlock,
    /// RFC 8949 §5.6.
    DuplicateKey,
    /// The CDDL says one or more.
    EmptyArray,
    /// RFC 8949 §4.2.1.
    IndefiniteLength,
    /// A label beyond 64 bits, or a value outside its type.
    IntegerOutOfRange,
    /// RFC 8949 §4.2.1, bytewise order of the encoded keys.
    KeysOutOfOrder,
    /// draft-ietf-suit-manifest §8.1: it is kept free to find fields that were never set.
    LabelZero,
    /// See [`crate::limits`].
    LimitExceeded,
    /// draft-ietf-suit-manifest §8.4.1.
    ManifestVersion,
    /// A REQUIRED element of the CDDL is not there.
    MissingField,
    /// See [`crate::limits::NESTING`].
    NestingTooDeep,
    /// For one: a directive with side effects in the shared sequence (§5.3.2).
    NotAllowedHere,
    /// RFC 8949 §4.2.1.
    NotShortest,
    /// draft-ietf-suit-manifest §8.6.
    NotSeverable,
    /// A label of the drafts that this version reads past or refuses, and always names.
    NotUnderstood,
    /// A protected header that nothing protects has content (RFC 9459 §3, draft-ietf-suit-firmware-encryption §6).
    ProtectedNotEmpty,
    /// Additional information 28 to 30, or a simple value this format has no use for.
    ReservedNumber,
    /// draft-ietf-suit-manifest §6.2, with more than one component.
    SetComponentIndexMissing,
    /// Nothing may follow an item in its container.
    TrailingBytes,
    /// More bytes were announced than there are.
    Truncated,
    /// The CDDL wants another type here.
    UnexpectedType,
    /// draft-ietf-suit-manifest §6.1.
    UnknownCommand,
    /// Neither registered nor private where private keys are allowed.
    UnknownKey,
    /// draft-ietf-suit-manifest §6.1.
    UnknownParameter,
    /// draft-ietf-suit-manifest §8.3.
    UntaggedCose,
    /// RFC 8949 §3.1.
    Utf8,
    /// For one: a UUID that is not 16 bytes.
    ValueOutOfRange,
}

impl ErrorKind {
    /// The kind with a number.
    #[expect(clippy::as_conversions, reason = "the number of a kind, which is its own")]
    const fn of(number: usize) -> Self {
        let mut all = ALL.as_slice();
        while let [kind, rest @ ..] = all {
            if *kind as usize == number {
                return *kind;
            }
            all = rest;
        }
        Self::ValueOutOfRange
    }

    /// Who is at fault.
    #[must_use]
    pub const fn fault(self) -> Fault {
        match self {
            Self::LimitExceeded | Self::NestingTooDeep => Fault::Limit,
            Self::CriticalHeader
            | Self::DigestAlgorithmUnknown
            | Self::NotUnderstood
            | Self::UnknownCommand
            | Self::UnknownKey
            | Self::UnknownParameter => Fault::Refused,
            _ => Fault::Malformed,
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::AlgorithmNotProtected => "the algorithm is not in the protected header",
            Self::AttachedPayload => "the COSE payload is attached; SUIT detaches it",
            Self::ComponentIndexOutOfRange => "a component index names no component",
            Self::CriticalHeader => "a critical COSE header is not understood",
            Self::DigestAlgorithmUnknown => "the digest algorithm is not known",
            Self::DigestLength => "the digest has the wrong length for its algorithm",
            Self::DuplicateBlock => "two authentication blocks are by the same key and algorithm",
            Self::DuplicateKey => "a map key appears twice",
            Self::EmptyArray => "an array that needs an element is empty",
            Self::IndefiniteLength => "an indefinite length is used",
            Self::IntegerOutOfRange => "an integer is outside the range its field allows",
            Self::KeysOutOfOrder => "map keys are out of order",
            Self::LabelZero => "label 0 is used",
            Self::LimitExceeded => "a limit of this reader is exceeded",
            Self::ManifestVersion => "the manifest version is not 1",
            Self::MissingField => "a required field is missing",
            Self::NestingTooDeep => "items are nested too deeply",
            Self::NotAllowedHere => "a command or parameter is not allowed in this place",
            Self::NotShortest => "an integer or length is not in its shortest form",
            Self::NotSeverable => "a member that may not be severed is given as a digest",
            Self::NotUnderstood => "an element is known but not processed by this version",
            Self::ProtectedNotEmpty => "a protected header that has to be empty is not",
            Self::ReservedNumber => "a reserved encoding is used",
            Self::SetComponentIndexMissing => "a command sequence does not begin with set-component-index",
            Self::TrailingBytes => "bytes follow where the item should end",
            Self::Truncated => "the input ends early",
            Self::UnexpectedType => "an item has the wrong type",
            Self::UnknownCommand => "a command is unknown",
            Self::UnknownKey => "a map key is unknown",
            Self::UnknownParameter => "a parameter is unknown",
            Self::UntaggedCose => "a COSE object is not tagged",
            Self::Utf8 => "a text string is not UTF-8",
            Self::ValueOutOfRange => "a value is outside what its field allows",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// Bits that a kind takes of the word of an error.
const KIND_BITS: u32 = 8;
const KIND_MASK: usize = (1 << KIND_BITS) - 1;

const ALL: [ErrorKind; 33] = {
    use ErrorKind as E;
    [
        E::AlgorithmNotProtected,
        E::AttachedPayload,
        E::ComponentIndexOutOfRange,
        E::CriticalHeader,
        E::DigestAlgorithmUnknown,
        E::DigestLength,
        E::DuplicateBlock,
        E::DuplicateKey,
        E::EmptyArray,
        E::IndefiniteLength,
        E::IntegerOutOfRange,
        E::KeysOutOfOrder,
        E::LabelZero,
        E::LimitExceeded,
        E::ManifestVersion,
        E::MissingField,
        E::NestingTooDeep,
        E::NotAllowedHere,
        E::NotShortest,
        E::NotSeverable,
        E::NotUnderstood,
        E::ProtectedNotEmpty,
        E::ReservedNumber,
        E::SetComponentIndexMissing,
        E::TrailingBytes,
        E::Truncated,
        E::UnexpectedType,
        E::UnknownCommand,
        E::UnknownKey,
        E::UnknownParameter,
        E::UntaggedCose,
        E::Utf8,
        E::ValueOutOfRange,
    ]
};
