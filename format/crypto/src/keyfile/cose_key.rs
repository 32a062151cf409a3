use core::convert::Infallible;
use std::collections::BTreeSet;
use std::format;
use std::vec::Vec;

use suitpack_core::cbor::{Kind, Reader, Sink, Writer};
use suitpack_core::registry::algorithm;
use suitpack_core::{Error, ErrorKind};
use zeroize::Zeroizing;

use super::error::KeyError;
use super::{Found, asn1, matching};
use crate::identity::{Required, label};
use crate::{Ed25519SigningKey, P256SigningKey, PublicKey, SigningKey};

/// Writes a public key as COSE_Key in deterministic encoding: the required members, and `kid` if the key has an alias.
///
/// RFC 9052 §7, RFC 9053 §7; without an alias these are the bytes the COSE Key Thumbprint is computed of (RFC 9679 §3).
#[must_use]
pub fn to_cose_key(key: &PublicKey) -> Vec<u8> {
    use suitpack_core::crypto::VerifySignature as _;
    let required: Required<'_> = match key {
        PublicKey::Ed25519(key) => key.required(),
        PublicKey::P256(key) => key.required(),
    };
    let mut writer = Writer::new(VecSink(Vec::new()));
    let Ok(()) = required.write(key.alias(), &mut writer);
    writer.into_inner().0
}

/// Writes a symmetric key as COSE_Key in deterministic encoding, with the algorithm it is for.
///
/// RFC 9052 §7, RFC 9053 §7.3
#[must_use]
pub fn to_symmetric_cose_key(algorithm: i64, secret: &[u8]) -> Zeroizing<Vec<u8>> {
    // No longer than this, so that no copy of the secret is left behind by growth.
    let mut writer = Writer::new(VecSink(Vec::with_capacity(secret.len().saturating_add(32))));
    let Ok(()) = symmetric(algorithm, secret, &mut writer);
    Zeroizing::new(writer.into_inner().0)
}

fn symmetric(algorithm: i64, secret: &[u8], writer: &mut Writer<VecSink>) -> Result<(), Infallible> {
    writer.map(3)?;
    writer.int(label::KTY)?;
    writer.int(label::KTY_SYMMETRIC)?;
    writer.int(label::ALG)?;
    writer.int(algorithm)?;
    writer.int(label::K)?;
    writer.bytes(secret)
}

/// What a key is wanted for: its `alg` and `key_ops` have to allow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// To make or check signatures and tags.
    Authenticate,
    /// To bring content keys to a recipient.
    Encrypt,
}

/// A symmetric COSE_Key.
pub(super) struct Symmetric {
    pub(super) secret: Zeroizing<Vec<u8>>,
    pub(super) kid: Option<Vec<u8>>,
}

/// Reads a COSE_Key: public, private with `d`, or symmetric.
pub(super) fn read(file: &[u8], wanted: Use) -> Result<Found, KeyError> {
    let members = Members::read(file).map_err(|_| MALFORMED)?;
    match (members.kty, members.crv) {
        (Some(label::KTY_OKP), Some(label::CRV_ED25519)) => members.ed25519(),
        (Some(label::KTY_EC2), Some(label::CRV_P256)) => members.p256(wanted),
        (Some(label::KTY_SYMMETRIC), None) => members.symmetric(wanted).map(Found::Symmetric),
        (Some(kty @ (label::KTY_OKP | label::KTY_EC2)), Some(crv)) => {
            let name = CURVES.iter().find(|(known, _)| *known == crv).map_or("unknown", |(_, name)| name);
            Err(KeyError::UnsupportedAlgorithm(format!("{name} (COSE_Key kty {kty}, crv {crv})")))
        }
        (None, _) | (Some(label::KTY_OKP | label::KTY_EC2 | label::KTY_SYMMETRIC), _) => Err(MALFORMED),
        (Some(kty), _) => {
            let name = TYPES.iter().find(|(known, _)| *known == kty).map_or("unknown", |(_, name)| name);
            Err(KeyError::UnsupportedAlgorithm(format!("{name} (COSE_Key kty {kty})")))
        }
    }
}

/// The members of a COSE_Key that matter here.
#[derive(Default)]
struct Members<'f> {
    kty: Option<i64>,
    kid: Option<&'f [u8]>,
    alg: Option<i64>,
    /// The numbers in `key_ops`, as bits.
    key_ops: Option<u16>,
    crv: Option<i64>,
    /// Shares its label with the curve.
    k: Option<&'f [u8]>,
    x: Option<&'f [u8]>,
    y: Option<Ordinate<'f>>,
    d: Option<&'f [u8]>,
}

/// RFC 9053 §7.1.1: the y-coordinate, or only its sign bit.
enum Ordinate<'f> {
    Bytes(&'f [u8]),
    Sign(bool),
}

impl<'f> Members<'f> {
    /// RFC 9052 §7 sets no order of the members, and its own examples are not in the deterministic one; so only duplicates are
    /// refused here.
    fn read(file: &'f [u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(file);
        let count = reader.map()?.remaining();
        let mut members = Self::default();
        let mut seen = BTreeSet::new();
        for _ in 0..count {
            let mut key = reader;
            if !seen.insert(reader.item()?) {
                return Err(key.error(ErrorKind::DuplicateKey));
            }
            match key.peek()? {
                Kind::Uint | Kind::Nint => match key.int()? {
                    label::KTY => members.kty = Some(reader.int()?),
                    label::KID => members.kid = Some(reader.bytes()?),
                    label::ALG => members.alg = Some(reader.int()?),
                    label::KEY_OPS => members.key_ops = Some(key_ops(&mut reader)?),
                    label::CRV => match reader.peek()? {
                        Kind::Bytes => members.k = Some(reader.bytes()?),
                        _ => members.crv = Some(reader.int()?),
                    },
                    label::X => members.x = Some(reader.bytes()?),
                    label::Y => {
                        members.y = Some(match reader.peek()? {
                            Kind::Bool => Ordinate::Sign(reader.bool()?),
                            _ => Ordinate::Bytes(reader.bytes()?),
                        });
                    }
                    label::D => members.d = Some(reader.bytes()?),
                    _ => reader.skip()?,
                },
                _ => reader.skip()?,
            }
        }
        reader.end()?;
        Ok(members)
    }

    fn ed25519(&self) -> Result<Found, KeyError> {
        // RFC 9864 §2.2; -8 is EdDSA of RFC 9053, which the curve completes.
        self.fits(&[algorithm::ED25519, algorithm::EDDSA])?;
        let public = self.x.map(|x| asn1::ed25519(x, MALFORMED)).transpose()?;
        let private = self.secret()?.map(|secret| SigningKey::Ed25519(Ed25519SigningKey::from_bytes(&secret)));
        self.found(public, private, (self.may(&[SIGN]), self.may(&[VERIFY])))
    }

    /// RFC 9053 §6.1: with key wrap a key has one length for each algorithm. §3.1: HMAC 256/256 has one use only.
    fn symmetric(&self, wanted: Use) -> Result<Symmetric, KeyError> {
        let secret = self.k.ok_or(MALFORMED)?;
        let allowed = match wanted {
            Use::Authenticate => {
                self.fits(&[algorithm::HMAC_256])?;
                self.may(&[MAC_CREATE, MAC_VERIFY])
            }
            Use::Encrypt => {
                self.fits(match secret.len() {
                    16 => &[algorithm::A128KW],
                    24 => &[algorithm::A192KW],
                    32 => &[algorithm::A256KW],
                    _ => return Err(KeyError::Length(secret.len())),
                })?;
                self.may(&[WRAP_KEY, UNWRAP_KEY])
            }
        };
        if !allowed {
            return Err(KeyError::UseNotAllowed);
        }
        Ok(Symmetric { secret: Zeroizing::new(secret.to_vec()), kid: self.kid.map(<[u8]>::to_vec) })
    }

    fn p256(&self, wanted: Use) -> Result<Found, KeyError> {
        let may = match wanted {
            Use::Authenticate => {
                // RFC 9864 §2.1; -7 is ES256 of RFC 9053, which the curve completes.
                self.fits(&[algorithm::ESP256, algorithm::ES256])?;
                (self.may(&[SIGN]), self.may(&[VERIFY]))
            }
            Use::Encrypt => {
                self.fits(&[algorithm::ECDH_ES_A128KW, algorithm::ECDH_ES_A192KW, algorithm::ECDH_ES_A256KW])?;
                // RFC 9053 §6.3.1: the public half has no operations.
                let agrees = self.may(&[DERIVE_KEY, DERIVE_BITS]);
                (agrees, agrees || self.key_ops == Some(0))
            }
        };
        let public = match (self.x, &self.y) {
            (Some(x), Some(y)) => Some(asn1::p256(&sec1_point(x, y)?, MALFORMED)?),
            (None, None) => None,
            _ => return Err(MALFORMED),
        };
        let private = self.secret()?.map(|secret| P256SigningKey::from_bytes(&secret).ok_or(MALFORMED)).transpose()?;
        self.found(public, private.map(SigningKey::P256), may)
    }

    fn fits(&self, algorithms: &[i64]) -> Result<(), KeyError> {
        match self.alg {
            Some(alg) if !algorithms.contains(&alg) => Err(KeyError::AlgorithmMismatch),
            _ => Ok(()),
        }
    }

    fn secret(&self) -> Result<Option<Zeroizing<[u8; 32]>>, KeyError> {
        self.d.map(|d| d.try_into().map(Zeroizing::new).map_err(|_| MALFORMED)).transpose()
    }

    /// Whether `key_ops` allows one of these.
    fn may(&self, operations: &[u16]) -> bool {
        self.key_ops.is_none_or(|allowed| operations.iter().any(|operation| allowed & operation != 0))
    }

    /// Puts the halves together; `may` says what each may be used for.
    fn found(&self, public: Option<PublicKey>, private: Option<SigningKey>, may: (bool, bool)) -> Result<Found, KeyError> {
        match (public, private) {
            (public, Some(private)) if may.0 => {
                let private = matching(private, public.as_ref())?;
                self.named(private, SigningKey::with_alias).map(Found::Private)
            }
            (Some(public), None) if may.1 => self.named(public, PublicKey::with_alias).map(Found::Public),
            (None, None) => Err(MALFORMED),
            _ => Err(KeyError::UseNotAllowed),
        }
    }

    fn named<K>(&self, key: K, with_alias: impl FnOnce(K, &[u8]) -> Option<K>) -> Result<K, KeyError> {
        match self.kid {
            Some(kid) => with_alias(key, kid).ok_or(KeyError::AliasTooLong),
            None => Ok(key),
        }
    }
}

/// Reads `key_ops`: an array of integers or texts (RFC 9052 §7.1).
fn key_ops(reader: &mut Reader<'_>) -> Result<u16, Error> {
    let mut allowed = 0;
    for _ in 0..reader.array()? {
        match reader.peek()? {
            Kind::Uint | Kind::Nint => {
                let number = u32::try_from(reader.int()?).unwrap_or(u32::MAX);
                allowed |= 1_u16.checked_shl(number).unwrap_or(0);
            }
            _ => reader.skip()?,
        }
    }
    Ok(allowed)
}

/// Puts coordinates together as in SEC 1 §2.3.3.
fn sec1_point(x: &[u8], y: &Ordinate<'_>) -> Result<Vec<u8>, KeyError> {
    let coordinates = match y {
        Ordinate::Bytes(y) => [&[4], x, y],
        Ordinate::Sign(odd) => [if *odd { &[3] } else { &[2] }, x, &[]],
    };
    // RFC 9053 §7.1.1: leading zeroes are kept, so a coordinate has one length only.
    let whole = x.len() == 32 && !matches!(y, Ordinate::Bytes(y) if y.len() != 32);
    if whole { Ok(coordinates.concat()) } else { Err(MALFORMED) }
}

/// A sink that grows.
struct VecSink(Vec<u8>);

impl Sink for VecSink {
    type Error = Infallible;

    fn push(&mut self, bytes: &[u8]) -> Result<(), Infallible> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}

/// Curves (IANA, COSE Elliptic Curves), also those that stand with the wrong key type.
const CURVES: &[(i64, &str)] =
    &[(1, "P-256"), (2, "P-384"), (3, "P-521"), (4, "X25519"), (5, "X448"), (6, "Ed25519"), (7, "Ed448"), (8, "secp256k1")];

/// Key types without support (IANA, COSE Key Types).
const TYPES: &[(i64, &str)] = &[(3, "RSA"), (5, "HSS-LMS"), (7, "AKP")];

const MALFORMED: KeyError = KeyError::Malformed("COSE_Key");

/// `key_ops` values as bits (RFC 9052 §7.1, table 5).
const SIGN: u16 = 1 << 1;
const VERIFY: u16 = 1 << 2;
const WRAP_KEY: u16 = 1 << 5;
const UNWRAP_KEY: u16 = 1 << 6;
const DERIVE_KEY: u16 = 1 << 7;
const DERIVE_BITS: u16 = 1 << 8;
const MAC_CREATE: u16 = 1 << 9;
const MAC_VERIFY: u16 = 1 << 10;
