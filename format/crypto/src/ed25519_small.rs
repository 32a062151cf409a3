use core::fmt;

use suitpack_core::crypto::VerifySignature;
use suitpack_core::registry::algorithm;

use crate::identity::{Identity, Required, label};

/// An Ed25519 public key (COSE algorithm -19) for devices with little flash: a third of the code of `Ed25519PublicKey` and of its
/// stack, for twice the time. It takes and refuses the same keys and signatures.
///
/// RFC 8032 §5.1; RFC 9864 §2.2
#[derive(Clone)]
pub struct Ed25519SmallPublicKey {
    key: salty::PublicKey,
    identity: Identity,
}

impl Ed25519SmallPublicKey {
    /// Takes the 32 bytes of RFC 8032; `None` if they are no point, not its one encoding, or a point of small order, under which
    /// anybody can sign.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        if !below(&without_sign(bytes), &PRIME) || has_small_order(bytes) {
            return None;
        }
        let key = salty::PublicKey::try_from(bytes).ok()?;
        let required = Required { kty: label::KTY_OKP, crv: label::CRV_ED25519, x: bytes, y: None };
        Some(Self { key, identity: Identity::of(required) })
    }

    /// The 32 bytes of RFC 8032.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// The COSE Key Thumbprint with SHA-256 (RFC 9679).
    #[must_use]
    pub const fn thumbprint(&self) -> &[u8; 32] {
        self.identity.thumbprint()
    }

    /// The same key with a name of its own; `None` if it is longer than [`crate::ALIAS_MAX`].
    #[must_use]
    pub fn with_alias(mut self, alias: &[u8]) -> Option<Self> {
        self.identity = self.identity.named(alias)?;
        Some(self)
    }
}

impl VerifySignature for Ed25519SmallPublicKey {
    fn algorithm(&self) -> i64 {
        algorithm::ED25519
    }

    fn key_id(&self) -> &[u8] {
        self.thumbprint()
    }

    fn alias(&self) -> Option<&[u8]> {
        self.identity.alias()
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        let Ok(signature) = <&[u8; 64]>::try_from(signature) else { return false };
        let Some((r, s)) = signature.split_first_chunk::<32>() else { return false };
        let Ok(s) = <&[u8; 32]>::try_from(s) else { return false };
        // RFC 8032 §5.1.7 wants S below the order, which salty leaves to its caller; a signature would have a second form. R of
        // small order is refused by the strict rule of ed25519-dalek. That R is in its one form salty sees by comparing bytes.
        below(s, &ORDER) && !has_small_order(r) && self.key.verify(message, &signature.into()).is_ok()
    }
}

impl fmt::Debug for Ed25519SmallPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ed25519SmallPublicKey({:?})", self.identity)
    }
}

/// Holds two numbers, little-endian, against one another. Nothing here is secret.
fn below(number: &[u8; 32], bound: &[u8; 32]) -> bool {
    number.iter().rev().lt(bound.iter().rev())
}

/// The y-coordinate of a point; the highest bit is the sign of x.
const fn without_sign(point: &[u8; 32]) -> [u8; 32] {
    let mut y = *point;
    let [.., last] = &mut y;
    *last &= 0x7f;
    y
}

fn has_small_order(point: &[u8; 32]) -> bool {
    SMALL_ORDER.contains(&without_sign(point))
}

/// 2^255 - 19
const PRIME: [u8; 32] = ends(0xed, 0xff, 0x7f);

/// 2^252 + 27742317777372353535851937790883648493
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0x10,
];

/// The y-coordinates of the eight points whose order divides eight: 1, -1, 0, and two of order eight.
const SMALL_ORDER: [[u8; 32]; 5] = [
    ends(1, 0, 0),
    ends(0xec, 0xff, 0x7f),
    [0; 32],
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05,
        0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa,
        0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
];

/// A number of 32 bytes all of which but the first and the last are the same.
const fn ends(first: u8, others: u8, last: u8) -> [u8; 32] {
    let mut number = [others; 32];
    let [least, .., most] = &mut number;
    (*least, *most) = (first, last);
    number
}

#[cfg(all(test, feature = "ed25519"))]
mod tests {
    use suitpack_core::crypto::Sign as _;

    use super::*;
    use crate::{Ed25519PublicKey, Ed25519SigningKey};

    /// What both say of a key, a message and a signature.
    fn both(key: &[u8; 32], message: &[u8], signature: &[u8]) -> Option<bool> {
        let (large, small) = (Ed25519PublicKey::from_bytes(key), Ed25519SmallPublicKey::from_bytes(key));
        assert_eq!(large.is_some(), small.is_some(), "{key:02x?}");
        let (large, small) = (large?, small?);
        assert_eq!(large.key_id(), small.key_id());
        let verdict = large.verify(message, signature);
        assert_eq!(verdict, small.verify(message, signature), "{key:02x?} {signature:02x?}");
        Some(verdict)
    }

    fn signed(seed: u8, message: &[u8]) -> ([u8; 32], [u8; 64]) {
        let key = Ed25519SigningKey::from_bytes(&[seed; 32]);
        let mut signature = [0; 64];
        assert_eq!(key.sign(message, &mut signature), Ok(64));
        (*key.public_key().as_bytes(), signature)
    }

    #[test]
    fn a_signature_holds_over_its_message_and_its_key_only() {
        for seed in 0..16 {
            let (key, signature) = signed(seed, b"a message");
            assert_eq!(both(&key, b"a message", &signature), Some(true));
            assert_eq!(both(&key, b"another", &signature), Some(false));
            assert_eq!(both(&signed(seed + 1, b"").0, b"a message", &signature), Some(false));
            assert_eq!(both(&key, b"a message", &signature[..63]), Some(false));
        }
    }

    #[test]
    fn no_bit_of_a_signature_may_flip() {
        let (key, signature) = signed(7, b"bits");
        for bit in 0..512 {
            let mut flipped = signature;
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(both(&key, b"bits", &flipped), Some(false), "{bit}");
        }
    }

    #[test]
    fn a_signature_has_no_second_form() {
        let (key, mut signature) = signed(9, b"form");
        // S + order, with the carry.
        let mut carry = 0_u16;
        for (byte, more) in signature[32..].iter_mut().zip(ORDER) {
            carry += u16::from(*byte) + u16::from(more);
            *byte = carry.to_le_bytes()[0];
            carry >>= 8;
        }
        assert_eq!(both(&key, b"form", &signature), Some(false));
    }

    #[test]
    fn points_of_small_order_are_neither_keys_nor_commitments() {
        let (key, _) = signed(5, b"");
        for y in SMALL_ORDER {
            for sign in [0, 0x80] {
                let mut point = y;
                point[31] |= sign;
                assert!(both(&point, b"", &[0; 64]).is_none());
                let mut signature = [0; 64];
                signature[..32].copy_from_slice(&point);
                assert_eq!(both(&key, b"", &signature), Some(false));
            }
        }
    }

    #[test]
    fn a_key_has_one_encoding() {
        // y + p for the y that leave room in 255 bits, with either sign.
        for more in 0..19 {
            for sign in [0, 0x80] {
                let mut key = ends(0xed + more, 0xff, 0x7f);
                key[31] |= sign;
                assert!(both(&key, b"", &[0; 64]).is_none(), "{more}");
            }
        }
    }

    #[test]
    fn what_is_a_point_is_one_for_both() {
        for first in 0..=255 {
            both(&ends(first, 0x5a, 0x13), b"", &[3; 64]);
        }
    }
}
