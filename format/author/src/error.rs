use core::fmt;
use std::io;
use std::path::PathBuf;

use crate::sever::Part;

/// Why a package could not be built.
#[derive(Debug)]
#[non_exhaustive]
pub enum BuildError {
    /// A file for a detached payload cannot be made or written.
    Detached {
        /// Its name.
        name: String,
        /// What the system says.
        error: io::Error,
    },
    /// Everything but the payloads is more than a reader keeps in memory.
    HeadTooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// An image cannot be used.
    Image {
        /// Its path.
        path: PathBuf,
        /// What is wrong with it.
        fault: ImageFault,
    },
    /// No secrets for an encrypted payload are to be had.
    Entropy(io::Error),
    /// A key cannot be used to sign.
    Key {
        /// Its key id.
        key_id: Vec<u8>,
    },
    /// A key of `encrypt-for` cannot be used.
    Recipient {
        /// The path of the key.
        path: PathBuf,
        /// What is wrong with it.
        fault: RecipientFault,
    },
    /// The recipe asks for something that no reader takes.
    Recipe(crate::recipe::RecipeError),
    /// Our own reader does not take what was built, so the recipe asks for something that a reader refuses.
    Refused {
        /// What is wrong.
        kind: suitpack_core::ErrorKind,
        /// The member of the manifest it is in, and the line of the recipe it came from, as far as they can be told.
        member: Option<&'static str>,
        /// The line.
        line: Option<usize>,
    },
    /// A key is given twice.
    SameKey {
        /// Its key id.
        key_id: Vec<u8>,
    },
    /// A payload is larger than its algorithm can encrypt under one key.
    TooLargeToEncrypt {
        /// The path of the image.
        path: PathBuf,
        /// Its size as packed.
        size: u64,
        /// The most.
        most: u64,
    },
    /// More keys are given than a reader accepts signatures.
    TooManyKeys,
    /// The package cannot be written.
    Write(io::Error),
}

/// What is wrong with the key of a recipient.
#[derive(Debug)]
#[non_exhaustive]
pub enum RecipientFault {
    /// It is not a key that can be encrypted for.
    Key(suitpack_crypto::keyfile::KeyError),
    /// Another key of the same payload has the same key id.
    SameName,
    /// It is not there or cannot be read.
    Unreadable(io::Error),
}

/// What is wrong with an image.
#[derive(Debug)]
#[non_exhaustive]
pub enum ImageFault {
    /// It changed while it was read.
    Changed,
    /// As a dependency, it states another digest than its manifest has.
    DigestMismatch,
    /// As a dependency, it states a digest of an algorithm that is not supported.
    DigestUnsupported(i64),
    /// It has no bytes.
    Empty,
    /// It is a directory, a pipe, or anything else without a size.
    NotAFile,
    /// It is no CoSWID tag.
    NotACoswid(suitpack_core::Error),
    /// As a dependency, it is not a package.
    NotAPackage(suitpack_core::Error),
    /// It is not there or cannot be read.
    Unreadable(io::Error),
}

/// Who can mend it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The author of the recipe or of the command line.
    Recipe,
    /// Files, disks, pipes.
    Storage,
    /// The keeper of the key.
    Key,
}

impl BuildError {
    /// Who can mend it.
    #[must_use]
    pub const fn cause(&self) -> Cause {
        match self {
            Self::Recipient { .. } | Self::TooLargeToEncrypt { .. } => Cause::Recipe,
            Self::HeadTooLong { .. }
            | Self::Image { .. }
            | Self::Recipe(_)
            | Self::Refused { .. }
            | Self::SameKey { .. }
            | Self::TooManyKeys => Cause::Recipe,
            Self::Key { .. } => Cause::Key,
            Self::Detached { .. } | Self::Entropy(_) | Self::Write(_) => Cause::Storage,
        }
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Detached { name, .. } => write!(f, "cannot write the detached payload `{name}`"),
            Self::HeadTooLong { length } => {
                write!(f, "the package has {length} bytes beside its payloads; readers keep {}", suitpack_core::limits::HEAD)
            }
            Self::Image { path, fault } => match fault {
                ImageFault::Changed => write!(f, "image `{}` changed during the build", path.display()),
                ImageFault::DigestMismatch => write!(f, "dependency `{}` does not have the digest it states", path.display()),
                ImageFault::DigestUnsupported(algorithm) => {
                    write!(f, "dependency `{}` uses the digest algorithm {algorithm}, which is not supported", path.display())
                }
                ImageFault::NotACoswid(_) => write!(f, "`{}` is no CoSWID tag", path.display()),
                ImageFault::NotAPackage(_) => write!(f, "dependency `{}` is not a package", path.display()),
                ImageFault::Empty => write!(f, "image `{}` is empty", path.display()),
                ImageFault::NotAFile => write!(f, "image `{}` is not a regular file", path.display()),
                ImageFault::Unreadable(error) if error.kind() == io::ErrorKind::NotFound => {
                    write!(f, "image `{}` does not exist", path.display())
                }
                ImageFault::Unreadable(_) => write!(f, "cannot read image `{}`", path.display()),
            },
            Self::Entropy(_) => f.write_str("there are no random numbers to make the key of a payload of"),
            Self::Recipient { path, fault } => match fault {
                RecipientFault::Key(_) => write!(f, "cannot encrypt for the key `{}`", path.display()),
                RecipientFault::SameName => {
                    write!(f, "the key `{}` has the key id of another one in `encrypt-for`", path.display())
                }
                RecipientFault::Unreadable(error) if error.kind() == io::ErrorKind::NotFound => {
                    write!(f, "key `{}` does not exist", path.display())
                }
                RecipientFault::Unreadable(_) => write!(f, "cannot read key `{}`", path.display()),
            },
            Self::TooLargeToEncrypt { path, size, most } => write!(
                f,
                "image `{}` has {size} bytes as packed; more than {most} cannot be encrypted by its algorithm",
                path.display()
            ),
            Self::Key { key_id } => write!(f, "key {} could not be used to sign", Hex(key_id)),
            Self::Recipe(error) => f.write_str(error.message()),
            Self::Refused { kind, member, .. } => {
                f.write_str("no strict reader would take the package")?;
                member.map_or(Ok(()), |member| write!(f, "; in {member}"))?;
                write!(f, ": {kind}")
            }
            Self::SameKey { key_id } => write!(f, "key {} is given twice", Hex(key_id)),
            Self::TooManyKeys => {
                write!(
                    f,
                    "more than {} keys are given; no reader accepts so many signatures",
                    suitpack_core::limits::AUTHENTICATION_BLOCKS
                )
            }
            Self::Write(_) => f.write_str("cannot write the package"),
        }
    }
}

impl core::error::Error for BuildError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Image { fault: ImageFault::NotACoswid(error) | ImageFault::NotAPackage(error), .. } => Some(error),
            Self::Recipient { fault: RecipientFault::Key(error), .. } => Some(error),
            Self::Entropy(error) | Self::Recipient { fault: RecipientFault::Unreadable(error), .. } => Some(error),
            Self::Detached { error, .. } | Self::Write(error) | Self::Image { fault: ImageFault::Unreadable(error), .. } => {
                Some(error)
            }
            _ => None,
        }
    }
}

/// Why a package could not be signed.
#[derive(Debug)]
#[non_exhaustive]
pub enum SigningError {
    /// It carries a signature by this key already.
    AlreadySigned {
        /// The key's id.
        key_id: Vec<u8>,
    },
    /// The manifest is not the one the package's digest was made of.
    DigestMismatch,
    /// The digest is of an algorithm that is not supported.
    DigestUnsupported(i64),
    /// The key could not be used, or its signature does not verify.
    Key {
        /// The key's id.
        key_id: Vec<u8>,
    },
    /// The package cannot be read from its file or pipe.
    Read(io::Error),
    /// No reader accepts another signature.
    TooManyBlocks,
    /// The package is not SUIT.
    Unreadable(suitpack_core::Error),
    /// The signed package cannot be written.
    Write(io::Error),
}

impl fmt::Display for SigningError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlreadySigned { key_id } => write!(f, "the package is already signed by key {}", Hex(key_id)),
            Self::DigestMismatch => f.write_str("the manifest does not have the digest that its package states"),
            Self::DigestUnsupported(algorithm) => {
                write!(f, "the package uses the digest algorithm {algorithm}, which is not supported")
            }
            Self::Key { key_id } => write!(f, "key {} could not be used to sign", Hex(key_id)),
            Self::Read(_) => f.write_str("cannot read the package"),
            Self::TooManyBlocks => {
                write!(f, "the package has {} signatures, the most a reader accepts", suitpack_core::limits::AUTHENTICATION_BLOCKS)
            }
            Self::Unreadable(error) => fmt::Display::fmt(error, f),
            Self::Write(_) => f.write_str("cannot write the signed package"),
        }
    }
}

impl core::error::Error for SigningError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Read(error) | Self::Write(error) => Some(error),
            _ => None,
        }
    }
}

/// Why parts could not be taken out of a package, or put back.
#[derive(Debug)]
#[non_exhaustive]
pub enum SeverError {
    /// The manifest does not have the member.
    Absent(Part),
    /// The member of the other package does not have the digest of this manifest.
    AnotherBody(Part),
    /// The digest is of an algorithm that is not supported.
    DigestUnsupported(i64),
    /// It lies with the package that the parts were to come from.
    Full(Box<Self>),
    /// Everything but the payloads would be more than a reader keeps in memory.
    HeadTooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// The manifest holds the member itself.
    Inline(Part),
    /// The other package does not carry the part either.
    NotInFull(Part),
    /// The package does not carry the part.
    NotThere(Part),
    /// No single digest says whether a payload is the right one.
    PayloadBack(Part),
    /// The package cannot be read from its file or pipe.
    Read(io::Error),
    /// The package carries the part already.
    There(Part),
    /// The package is not SUIT.
    Unreadable(suitpack_core::Error),
    /// The package cannot be written.
    Write(io::Error),
}

impl fmt::Display for SeverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent(part) => write!(f, "the manifest has no `{part}`"),
            Self::AnotherBody(part) => write!(f, "`{part}` of the other package does not match the digest in this manifest"),
            Self::DigestUnsupported(algorithm) => {
                write!(f, "the manifest uses the digest algorithm {algorithm}, which is not supported")
            }
            Self::Full(error) => fmt::Display::fmt(error, f),
            Self::HeadTooLong { length } => {
                write!(f, "the package would have {length} bytes beside its payloads; readers keep {}", suitpack_core::limits::HEAD)
            }
            Self::Inline(part) => write!(f, "the manifest holds `{part}` itself, not its digest, so it cannot be severed"),
            Self::NotInFull(part) => write!(f, "the other package does not carry `{part}` either"),
            Self::NotThere(part) => write!(f, "the package does not carry `{part}`"),
            Self::PayloadBack(part) => write!(f, "payload `{part}` cannot be put back"),
            Self::Read(_) => f.write_str("cannot read the package"),
            Self::There(part) => write!(f, "the package carries `{part}` already"),
            Self::Unreadable(error) => fmt::Display::fmt(error, f),
            Self::Write(_) => f.write_str("cannot write the package"),
        }
    }
}

impl core::error::Error for SeverError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Read(error) | Self::Write(error) => Some(error),
            Self::Full(error) => error.source(),
            _ => None,
        }
    }
}

/// Bytes in lower-case hex.
struct Hex<'b>(&'b [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
