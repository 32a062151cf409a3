use std::string::String;

use pkcs8::der::asn1::{BitStringRef, OctetStringRef};
use pkcs8::der::{Encode as _, EncodePem as _, pem::LineEnding};
use pkcs8::spki::SubjectPublicKeyInfoRef;
use pkcs8::{AlgorithmIdentifierRef, PrivateKeyInfoRef, SecretDocument};
use sec1::EcPrivateKey;
use zeroize::Zeroizing;

use super::encrypted;
use super::error::KeyError;
use super::oid;
use crate::{PublicKey, SigningKey};

/// Writes a private key as PKCS#8 PEM in the first version of the format (RFC 5208), which every tool reads.
///
/// # Errors
/// [`KeyError::Write`] if the key cannot be encoded.
pub fn to_pkcs8_pem(key: &SigningKey) -> Result<Zeroizing<String>, KeyError> {
    pkcs8(key)?.to_pem("PRIVATE KEY", LineEnding::LF).map_err(|_| KeyError::Write)
}

/// Writes a private key as PKCS#8 PEM under a passphrase: PBES2 with PBKDF2-HMAC-SHA-256 and AES-256-CBC (RFC 8018).
///
/// `entropy` is salt and initialisation vector: fresh random bytes for each file, secret or not.
///
/// # Errors
/// [`KeyError::Write`] if the key cannot be encoded.
pub fn to_encrypted_pkcs8_pem(key: &SigningKey, passphrase: &[u8], entropy: &[u8; 32]) -> Result<Zeroizing<String>, KeyError> {
    encrypted::seal(pkcs8(key)?.as_bytes(), passphrase, entropy, ITERATIONS)
}

/// Writes a public key as SubjectPublicKeyInfo PEM (RFC 5280 §4.1, RFC 8410 §4, RFC 5480 §2).
///
/// # Errors
/// [`KeyError::Write`] if the key cannot be encoded.
pub fn to_spki_pem(key: &PublicKey) -> Result<String, KeyError> {
    let (algorithm, point) = match key {
        PublicKey::Ed25519(key) => (ED25519, key.as_bytes().as_slice()),
        PublicKey::P256(key) => (p256(), key.as_sec1().as_slice()),
    };
    let subject_public_key = BitStringRef::from_bytes(point).map_err(|_| KeyError::Write)?;
    SubjectPublicKeyInfoRef { algorithm, subject_public_key }.to_pem(LineEnding::LF).map_err(|_| KeyError::Write)
}

/// RFC 8410 §7 for Ed25519, RFC 5915 §3 for P-256. The latter carries the public part, the former has no place for it before
/// RFC 5958, whose version tools in wide use refuse.
fn pkcs8(key: &SigningKey) -> Result<SecretDocument, KeyError> {
    let (algorithm, private) = match key {
        SigningKey::Ed25519(key) => (ED25519, OctetStringRef::new(key.secret()).and_then(|secret| secret.to_der())),
        SigningKey::P256(key) => {
            let point = key.public_key().as_sec1();
            (p256(), EcPrivateKey { private_key: &*key.secret(), parameters: None, public_key: Some(point) }.to_der())
        }
    };
    let private = Zeroizing::new(private.map_err(|_| KeyError::Write)?);
    let private = OctetStringRef::new(&private).map_err(|_| KeyError::Write)?;
    SecretDocument::encode_msg(&PrivateKeyInfoRef::new(algorithm, private)).map_err(|_| KeyError::Write)
}

fn p256() -> AlgorithmIdentifierRef<'static> {
    AlgorithmIdentifierRef { oid: oid::EC, parameters: Some((&oid::P256).into()) }
}

const ED25519: AlgorithmIdentifierRef<'_> = AlgorithmIdentifierRef { oid: oid::ED25519, parameters: None };

/// What OWASP advises for PBKDF2 with HMAC-SHA-256 (2023): about a tenth of a second.
const ITERATIONS: u32 = 600_000;
