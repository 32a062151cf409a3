use std::string::ToString as _;

use pkcs8::PrivateKeyInfoRef;
use pkcs8::der::asn1::OctetStringRef;
use pkcs8::der::{Decode as _, ErrorKind, Tag};
use pkcs8::spki::SubjectPublicKeyInfoRef;
use sec1::EcPrivateKey;
use zeroize::Zeroizing;

use super::encrypted;
use super::error::KeyError;
use super::oid::{self, Algorithm};
use super::pem::Block;
use super::{Found, matching};
use crate::{Ed25519PublicKey, Ed25519SigningKey, P256PublicKey, P256SigningKey, PublicKey, SigningKey};

/// Reads the content of a PEM block as its label says.
pub(super) fn labelled(block: Block<'_>) -> Result<Found, KeyError> {
    match block.label {
        "PRIVATE KEY" => pkcs8(&block.der).map(Found::Private),
        "EC PRIVATE KEY" => sec1(&ec_private_key(&block.der)?, None).map(Found::Private),
        "PUBLIC KEY" => spki(&block.der).map(Found::Public),
        "ENCRYPTED PRIVATE KEY" => Ok(Found::Encrypted(block.der)),
        "RSA PRIVATE KEY" | "RSA PUBLIC KEY" => Err(KeyError::UnsupportedAlgorithm("RSA".to_string())),
        "DSA PRIVATE KEY" => Err(KeyError::UnsupportedAlgorithm("DSA".to_string())),
        other => Err(KeyError::UnsupportedForm(other.chars().take(LABEL).collect())),
    }
}

/// Reads DER that does not say what it is; no two forms can be taken for each other.
pub(super) fn guess(der: &[u8]) -> Result<Found, KeyError> {
    if PrivateKeyInfoRef::from_der(der).is_ok() {
        pkcs8(der).map(Found::Private)
    } else if let Ok(key) = EcPrivateKey::from_der(der) {
        sec1(&key, None).map(Found::Private)
    } else if SubjectPublicKeyInfoRef::from_der(der).is_ok() {
        spki(der).map(Found::Public)
    } else {
        match encrypted::parse(der) {
            Ok(_) => Ok(Found::Encrypted(Zeroizing::new(der.to_vec()))),
            Err(KeyError::Malformed(_)) => Err(KeyError::NotAKeyFile),
            Err(unsupported) => Err(unsupported),
        }
    }
}

/// Reads a PrivateKeyInfo (RFC 5208 §5) or OneAsymmetricKey (RFC 5958 §2).
pub(super) fn pkcs8(der: &[u8]) -> Result<SigningKey, KeyError> {
    let info = PrivateKeyInfoRef::from_der(der).map_err(|_| PKCS8)?;
    let private = info.private_key.as_bytes();
    let public = info.public_key.map(|bits| bits.as_bytes().ok_or(PKCS8)).transpose()?;
    match oid::algorithm(&info.algorithm, PKCS8_FORM)? {
        Algorithm::Ed25519 => {
            // RFC 8410 §7: the 32 bytes are an OCTET STRING within the OCTET STRING.
            let secret = <&OctetStringRef>::from_der(private).map_err(|_| PKCS8)?.as_bytes();
            let key = Ed25519SigningKey::from_bytes(secret.try_into().map_err(|_| PKCS8)?);
            matching(SigningKey::Ed25519(key), public.map(|point| ed25519(point, PKCS8)).transpose()?.as_ref())
        }
        Algorithm::P256 => {
            // RFC 5958 §2 allows the public part outside, RFC 5915 §3 inside; where it stands twice, both are held against the key.
            let outer = public.map(|point| p256(point, PKCS8)).transpose()?;
            let key = sec1(&ec_private_key(private)?, Some(()))?;
            matching(key, outer.as_ref())
        }
    }
}

fn ec_private_key(der: &[u8]) -> Result<EcPrivateKey<'_>, KeyError> {
    EcPrivateKey::from_der(der).map_err(|error| match error.kind() {
        // A curve spelt out number by number is a SEQUENCE, and forbidden (RFC 5480 §2.1.1).
        ErrorKind::TagUnexpected { actual: Tag::Sequence, .. } => oid::unnamed_curve(),
        _ => SEC1,
    })
}

/// Takes an ECPrivateKey (RFC 5915 §3); `curve_known` if what is around it has named the curve.
fn sec1(key: &EcPrivateKey<'_>, curve_known: Option<()>) -> Result<SigningKey, KeyError> {
    match (key.parameters.and_then(|parameters| parameters.named_curve()), curve_known) {
        (Some(curve), _) => oid::p256(curve)?,
        (None, Some(())) => {}
        (None, None) => return Err(oid::unnamed_curve()),
    }
    let secret = key.private_key.try_into().map_err(|_| SEC1)?;
    let signing = P256SigningKey::from_bytes(secret).ok_or(SEC1)?;
    matching(SigningKey::P256(signing), key.public_key.map(|point| p256(point, SEC1)).transpose()?.as_ref())
}

/// Reads a SubjectPublicKeyInfo (RFC 5280 §4.1).
fn spki(der: &[u8]) -> Result<PublicKey, KeyError> {
    let info = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| SPKI)?;
    let point = info.subject_public_key.as_bytes().ok_or(SPKI)?;
    match oid::algorithm(&info.algorithm, SPKI_FORM)? {
        Algorithm::Ed25519 => ed25519(point, SPKI),
        Algorithm::P256 => p256(point, SPKI),
    }
}

/// Makes an Ed25519 public key; `malformed` is the error of the form it stands in.
pub(super) fn ed25519(point: &[u8], malformed: KeyError) -> Result<PublicKey, KeyError> {
    let Ok(point) = point.try_into() else { return Err(malformed) };
    match Ed25519PublicKey::from_bytes(point) {
        Some(key) => Ok(PublicKey::Ed25519(key)),
        None if Ed25519PublicKey::is_weak(point) => Err(KeyError::WeakKey),
        None => Err(malformed),
    }
}

/// Makes a P-256 public key; `malformed` is the error of the form it stands in.
pub(super) fn p256(point: &[u8], malformed: KeyError) -> Result<PublicKey, KeyError> {
    P256PublicKey::from_sec1(point).map(PublicKey::P256).ok_or(malformed)
}

const PKCS8_FORM: &str = "PKCS#8";
const SPKI_FORM: &str = "SubjectPublicKeyInfo";
const PKCS8: KeyError = KeyError::Malformed(PKCS8_FORM);
const SEC1: KeyError = KeyError::Malformed("SEC1");
const SPKI: KeyError = KeyError::Malformed(SPKI_FORM);

/// Enough of an unknown label to recognise it.
const LABEL: usize = 40;
