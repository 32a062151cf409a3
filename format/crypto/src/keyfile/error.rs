use core::fmt;
use std::string::String;

/// Why the content of a file gave no key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// The `alg` of a COSE_Key does not fit its key type and curve.
    AlgorithmMismatch,
    /// The `kid` of a COSE_Key is longer than [`crate::ALIAS_MAX`].
    AliasTooLong,
    /// A symmetric key of so many bytes, which no algorithm for it has.
    Length(usize),
    /// The form was recognised, its content was not.
    Malformed(&'static str),
    /// The key is of a kind that can only sign.
    NotForEncryption,
    /// Nothing in the file is a key.
    NotAKeyFile,
    /// The key is encrypted and no passphrase was given.
    PassphraseNeeded,
    /// The passphrase does not open the key, or the file is damaged: encryption of this kind cannot tell one from the other.
    PassphraseWrong,
    /// A private key where a public one is needed.
    PrivateKey,
    /// A public key where a private one is needed.
    PublicKey,
    /// The public part belongs to another private key.
    PublicPartMismatch,
    /// A PEM file with more than one key.
    SeveralKeys,
    /// A symmetric key where one of a pair is needed.
    Symmetric,
    /// Deriving the key from the passphrase is made to cost more than any honest file asks.
    TooCostly,
    /// An algorithm or curve without support, by name and object identifier where it has one.
    UnsupportedAlgorithm(String),
    /// A key in a form that is not read here, or encrypted in a way that is not.
    UnsupportedForm(String),
    /// The `key_ops` of a COSE_Key do not allow what the key is wanted for.
    UseNotAllowed,
    /// A public key under which anybody can sign.
    WeakKey,
    /// The key could not be written.
    Write,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlgorithmMismatch => f.write_str("the algorithm named in the key does not fit its type, its curve or this use"),
            Self::AliasTooLong => write!(f, "the `kid` in the key is longer than {} bytes", crate::ALIAS_MAX),
            Self::Length(bytes) => write!(f, "the symmetric key has {bytes} bytes, which fits no algorithm it could be used with"),
            Self::Malformed(form) => write!(f, "the {form} key is damaged"),
            Self::NotForEncryption => f.write_str("an Ed25519 key can only sign; encryption needs P-256 or a symmetric key"),
            Self::NotAKeyFile => f.write_str("not a key file: no PEM, DER or COSE_Key found"),
            Self::PassphraseNeeded => f.write_str("the key is encrypted and needs a passphrase"),
            Self::PassphraseWrong => f.write_str("the passphrase is wrong, or the key file is damaged"),
            Self::PrivateKey => f.write_str("a private key is given where a public key is needed"),
            Self::PublicKey => f.write_str("a public key is given where a private key is needed"),
            Self::PublicPartMismatch => f.write_str("the public part of the key does not belong to its private part"),
            Self::SeveralKeys => f.write_str("the file holds more than one key"),
            Self::Symmetric => f.write_str("a symmetric key is given where a public or private key is needed"),
            Self::TooCostly => f.write_str("opening the encrypted key would cost more time or memory than allowed"),
            Self::UnsupportedAlgorithm(name) => write!(f, "the key is for `{name}`; only Ed25519 and P-256 are supported"),
            Self::UnsupportedForm(name) => {
                write!(f, "`{name}` is not supported; convert the key to PKCS#8 or SubjectPublicKeyInfo")
            }
            Self::UseNotAllowed => f.write_str("the `key_ops` in the key do not allow this use"),
            Self::WeakKey => f.write_str("the public key is of small order: anybody can sign for it"),
            Self::Write => f.write_str("the key could not be written"),
        }
    }
}

impl core::error::Error for KeyError {}
