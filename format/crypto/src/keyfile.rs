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

use crate::{PublicKey, SigningKey};

pub use cose_key::to_cose_key;
pub use error::KeyError;
pub use write::{to_encrypted_pkcs8_pem, to_pkcs8_pem, to_spki_pem};

/// Reads a public key from the content of a file: SubjectPublicKeyInfo as PEM or DER, or a COSE_Key.
///
/// The `kid` of a COSE_Key becomes the alias of the key.
///
/// # Errors
/// See [`KeyError`]; a private key is refused with [`KeyError::PrivateKey`].
pub fn public_key(file: &[u8]) -> Result<PublicKey, KeyError> {
    match read(file)? {
        Found::Public(key) => Ok(key),
        Found::Private(_) | Found::Encrypted(_) => Err(KeyError::PrivateKey),
    }
}

/// Reads a private key from the content of a file: PKCS#8 or SEC1 as PEM or DER, or a COSE_Key.
///
/// The passphrase is used only if the key is encrypted. A file that also holds the public part is held against it.
///
/// # Errors
/// See [`KeyError`]; [`KeyError::PassphraseNeeded`] if the key is encrypted and there is no passphrase.
pub fn signing_key(file: &[u8], passphrase: Option<&[u8]>) -> Result<SigningKey, KeyError> {
    match read(file)? {
        Found::Private(key) => Ok(key),
        Found::Public(_) => Err(KeyError::PublicKey),
        Found::Encrypted(der) => encrypted::open(&der, passphrase.ok_or(KeyError::PassphraseNeeded)?),
    }
}

/// What a file turned out to hold.
#[expect(clippy::large_enum_variant, reason = "there is one at a time, and boxes would leave copies of secrets on the heap")]
enum Found {
    Public(PublicKey),
    Private(SigningKey),
    /// The DER of an EncryptedPrivateKeyInfo.
    Encrypted(Zeroizing<Vec<u8>>),
}

fn read(file: &[u8]) -> Result<Found, KeyError> {
    if file.len() > FILE {
        return Err(KeyError::NotAKeyFile);
    }
    if let Some(block) = pem::block(file)? {
        return asn1::labelled(block);
    }
    match file {
        [SEQUENCE, ..] => asn1::guess(file),
        [first, ..] if CBOR_MAP.contains(first) => cose_key::read(file),
        _ => Err(KeyError::NotAKeyFile),
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
