use std::format;

use pkcs8::{AlgorithmIdentifierRef, ObjectIdentifier};

use super::error::KeyError;

/// `id-Ed25519` (RFC 8410 §3).
pub(super) const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
/// `id-ecPublicKey` (RFC 5480 §2.1.1); the parameters name the curve.
pub(super) const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
/// `secp256r1` (RFC 5480 §2.1.1.1).
pub(super) const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");

/// The algorithms this crate has keys for.
#[derive(Clone, Copy)]
pub(super) enum Algorithm {
    Ed25519,
    P256,
}

/// Tells what an AlgorithmIdentifier asks for.
pub(super) fn algorithm(identifier: &AlgorithmIdentifierRef<'_>, form: &'static str) -> Result<Algorithm, KeyError> {
    match identifier.oid {
        // RFC 8410 §3: the parameters are absent.
        ED25519 if identifier.parameters.is_none() => Ok(Algorithm::Ed25519),
        ED25519 => Err(KeyError::Malformed(form)),
        EC => match identifier.parameters_oid() {
            Ok(curve) => p256(curve).map(|()| Algorithm::P256),
            Err(_) => Err(unnamed_curve()),
        },
        other => Err(unsupported(other)),
    }
}

/// Refuses every curve but P-256.
pub(super) fn p256(curve: ObjectIdentifier) -> Result<(), KeyError> {
    if curve == P256 { Ok(()) } else { Err(unsupported(curve)) }
}

/// The error for a key whose curve is spelt out or left out.
pub(super) fn unnamed_curve() -> KeyError {
    KeyError::UnsupportedAlgorithm("EC without a named curve".into())
}

/// Names an algorithm or curve as people know it.
pub(super) fn unsupported(oid: ObjectIdentifier) -> KeyError {
    let text = format!("{oid}");
    KeyError::UnsupportedAlgorithm(match NAMES.iter().find(|(known, _)| *known == text) {
        Some((_, name)) => format!("{name} ({text})"),
        None => text,
    })
}

const NAMES: &[(&str, &str)] = &[
    ("1.2.840.10040.4.1", "DSA"),
    ("1.2.840.113549.1.1.1", "RSA"),
    ("1.2.840.113549.1.1.10", "RSA-PSS"),
    ("1.3.101.110", "X25519"),
    ("1.3.101.111", "X448"),
    ("1.3.101.113", "Ed448"),
    ("1.3.132.0.10", "secp256k1"),
    ("1.3.132.0.34", "P-384"),
    ("1.3.132.0.35", "P-521"),
    ("2.16.840.1.101.3.4.3.17", "ML-DSA-44"),
    ("2.16.840.1.101.3.4.3.18", "ML-DSA-65"),
    ("2.16.840.1.101.3.4.3.19", "ML-DSA-87"),
];
