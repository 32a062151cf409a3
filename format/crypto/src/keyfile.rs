//! Keys in files: PKCS#8 (encrypted too), SEC1 and SubjectPublicKeyInfo, each as PEM or DER, and COSE_Key.
//!
//! ```
//! use suitpack_crypto::{SigningKey, keyfile};
//! # let entropy = [7; 32];
//! let key = SigningKey::generate(-9, &entropy).ok_or("unsupported")?;
//! let pem = keyfile::to_pkcs8_pem(&key)?;
//! assert_eq!(keyfile::signing_key(pem.as_bytes(), None)?.public_key(), key.public_key());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod asn1;
mod cose_key;
mod encrypted;
mod error;
mod oid;
mod pem;
mod write;

use std::vec::Vec;

use zeroize::Zeroizing;

use crate::{Anchor, DecryptionKey, HmacKey, PublicKey, RecipientKey, SharedKey, Signer, SigningKey, WrappingKey};
use cose_key::{Symmetric, Use};

pub use cose_key::{to_cose_key, to_symmetric_cose_key};
pub use error::KeyError;
pub use write::{to_encrypted_pkcs8_pem, to_pkcs8_pem, to_spki_pem};

/// Reads a public key from the content of a file: SubjectPublicKeyInfo as PEM or DER, or a COSE_Key.
///
/// The `kid` of a COSE_Key becomes the alias of the key.
///
/// # Errors
/// See [`KeyError`]; a private key is refused with [`KeyError::PrivateKey`].
pub fn public_key(file: &[u8]) -> Result<PublicKey, KeyError> {
    match read(file, Use::Authenticate)? {
        Found::Public(key) => Ok(key),
        Found::Private(_) | Found::Encrypted(_) => Err(KeyError::PrivateKey),
        Found::Symmetric(_) => Err(KeyError::Symmetric),
    }
}

/// Reads what says who authenticated a package: a public key, or a COSE_Key shared with whoever makes tags.
///
/// # Errors
/// As [`public_key`]; [`KeyError::Length`] if a symmetric key has not 32 to 64 bytes.
pub fn anchor(file: &[u8]) -> Result<Anchor, KeyError> {
    match read(file, Use::Authenticate)? {
        Found::Public(key) => Ok(Anchor::Public(key)),
        Found::Private(_) | Found::Encrypted(_) => Err(KeyError::PrivateKey),
        Found::Symmetric(key) => hmac(&key).map(Anchor::Shared),
    }
}

/// Reads what authenticates a package: a private key, or a COSE_Key shared with whoever checks.
///
/// # Errors
/// As [`signing_key`]; [`KeyError::Length`] if a symmetric key has not 32 to 64 bytes.
pub fn signer(file: &[u8], passphrase: Option<&[u8]>) -> Result<Signer, KeyError> {
    match read(file, Use::Authenticate)? {
        Found::Private(key) => Ok(Signer::Private(key)),
        Found::Public(_) => Err(KeyError::PublicKey),
        Found::Encrypted(der) => encrypted::open(&der, passphrase.ok_or(KeyError::PassphraseNeeded)?).map(Signer::Private),
        Found::Symmetric(key) => hmac(&key).map(Signer::Shared),
    }
}

/// Reads a private key from the content of a file: PKCS#8 or SEC1 as PEM or DER, or a COSE_Key.
///
/// The passphrase is used only if the key is encrypted. A file that also holds the public part is held against it.
///
/// # Errors
/// See [`KeyError`]; [`KeyError::PassphraseNeeded`] if the key is encrypted and there is no passphrase.
pub fn signing_key(file: &[u8], passphrase: Option<&[u8]>) -> Result<SigningKey, KeyError> {
    match read(file, Use::Authenticate)? {
        Found::Private(key) => Ok(key),
        Found::Symmetric(_) => Err(KeyError::Symmetric),
        Found::Public(_) => Err(KeyError::PublicKey),
        Found::Encrypted(der) => encrypted::open(&der, passphrase.ok_or(KeyError::PassphraseNeeded)?),
    }
}

/// Reads a key for which payloads are encrypted: a public key, or a COSE_Key shared with the recipient.
///
/// # Errors
/// As [`public_key`]; [`KeyError::NotForEncryption`] if the key can only sign.
pub fn recipient_key(file: &[u8]) -> Result<RecipientKey, KeyError> {
    match read(file, Use::Encrypt)? {
        Found::Public(PublicKey::P256(key)) => Ok(RecipientKey::P256(key)),
        Found::Public(PublicKey::Ed25519(_)) => Err(KeyError::NotForEncryption),
        Found::Private(_) | Found::Encrypted(_) => Err(KeyError::PrivateKey),
        Found::Symmetric(key) => shared(&key).map(RecipientKey::Shared),
    }
}

/// Reads a key that opens what was encrypted for its holder: a private key, or a COSE_Key shared with the author.
///
/// # Errors
/// As [`signing_key`]; [`KeyError::NotForEncryption`] if the key can only sign.
pub fn decryption_key(file: &[u8], passphrase: Option<&[u8]>) -> Result<DecryptionKey, KeyError> {
    let private = |key| match key {
        SigningKey::P256(key) => Ok(DecryptionKey::P256(key)),
        SigningKey::Ed25519(_) => Err(KeyError::NotForEncryption),
    };
    match read(file, Use::Encrypt)? {
        Found::Private(key) => private(key),
        Found::Public(_) => Err(KeyError::PublicKey),
        Found::Encrypted(der) => encrypted::open(&der, passphrase.ok_or(KeyError::PassphraseNeeded)?).and_then(private),
        Found::Symmetric(key) => shared(&key).map(DecryptionKey::Shared),
    }
}

/// What a file turned out to hold.
#[expect(clippy::large_enum_variant, reason = "there is one at a time, and boxes would leave copies of secrets on the heap")]
enum Found {
    Public(PublicKey),
    Private(SigningKey),
    /// The DER of an EncryptedPrivateKeyInfo.
    Encrypted(Zeroizing<Vec<u8>>),
    Symmetric(Symmetric),
}

fn read(file: &[u8], wanted: Use) -> Result<Found, KeyError> {
    if file.len() > FILE {
        return Err(KeyError::NotAKeyFile);
    }
    if let Some(block) = pem::block(file)? {
        return asn1::labelled(block);
    }
    match file {
        [SEQUENCE, ..] => asn1::guess(file),
        [first, ..] if CBOR_MAP.contains(first) => cose_key::read(file, wanted),
        _ => Err(KeyError::NotAKeyFile),
    }
}

fn hmac(key: &Symmetric) -> Result<HmacKey, KeyError> {
    let made = HmacKey::from_bytes(&key.secret).ok_or(KeyError::Length(key.secret.len()))?;
    match &key.kid {
        Some(kid) => made.with_alias(kid).ok_or(KeyError::AliasTooLong),
        None => Ok(made),
    }
}

fn shared(key: &Symmetric) -> Result<SharedKey, KeyError> {
    let made = SharedKey::new(WrappingKey::from_bytes(&key.secret).ok_or(KeyError::Length(key.secret.len()))?);
    match &key.kid {
        Some(kid) => made.with_alias(kid).ok_or(KeyError::AliasTooLong),
        None => Ok(made),
    }
}

/// Both parts of a key file must be of one key, or one of them was exchanged.
fn matching(key: SigningKey, public: Option<&PublicKey>) -> Result<SigningKey, KeyError> {
    match public {
        Some(public) if *public != key.public_key() => Err(KeyError::PublicPartMismatch),
        _ => Ok(key),
    }
}

/// The largest keys in use, RSA with comments around them, need a quarter of this.
const FILE: usize = 64 * 1024;

/// The first byte of every DER form.
const SEQUENCE: u8 = 0x30;

/// The first byte of a COSE_Key of up to 255 members.
const CBOR_MAP: core::ops::RangeInclusive<u8> = 0xa0..=0xb8;
