//! Agreement on a key: Diffie-Hellman on P-256 and HKDF with SHA-256 (COSE -29, -30, -31).

use ::sha2::Sha256;
use hkdf::Hkdf;
use p256::PublicKey;
use suitpack_core::cbor::SliceSink;
use suitpack_core::cose::{Distribution, Key, Y, kdf_context};
use suitpack_core::limits::PROTECTED_HEADER;
use suitpack_core::registry::curve;
use zeroize::Zeroizing;

use crate::{P256PublicKey, P256SigningKey};

/// The key that both sides of a key agreement find: the static-static or ephemeral-static Diffie-Hellman on P-256, then HKDF with
/// SHA-256 over the context of draft-ietf-suit-firmware-encryption §5.2.4.
///
/// `protected` is the protected bucket of the recipient. `None` if that is too long, or the algorithm agrees on no key.
///
/// RFC 9053 §5.1, §6.3; RFC 5869
#[must_use]
pub fn agree(
    own: &P256SigningKey,
    other: &P256PublicKey,
    algorithm: Distribution,
    protected: &[u8],
    salt: Option<&[u8]>,
) -> Option<Zeroizing<[u8; 32]>> {
    if !algorithm.agrees() {
        return None;
    }
    let mut context = [0; PROTECTED_HEADER + 64];
    let mut sink = SliceSink::new(&mut context);
    kdf_context(algorithm, protected, &mut sink).ok()?;
    let mut key = Zeroizing::new([0; 32]);
    derive(own, other, salt, sink.written(), key.get_mut(..algorithm.key_length())?)?;
    Some(key)
}

/// Fills `key` from the agreed secret: HKDF-SHA-256 with this salt and this context.
#[must_use]
pub fn derive(own: &P256SigningKey, other: &P256PublicKey, salt: Option<&[u8]>, context: &[u8], key: &mut [u8]) -> Option<()> {
    let other = PublicKey::from_sec1_bytes(other.as_sec1()).ok()?;
    let secret = p256::ecdh::diffie_hellman(own.scalar(), other.as_affine());
    // RFC 9053 §6.3.1: the secret is the x-coordinate with its leading zeroes.
    Hkdf::<Sha256>::new(salt, secret.raw_secret_bytes()).expand(context, key).ok()
}

/// The point of a COSE_Key on P-256; `None` if it is on another curve, or on none.
#[must_use]
pub fn point(key: &Key<'_>) -> Option<P256PublicKey> {
    let Key::Ec2 { curve: curve::P256, x, y } = key else { return None };
    let mut sec1 = [0; 65];
    let (head, rest) = sec1.split_first_mut()?;
    let (to_x, to_y) = rest.split_at_mut(32);
    (x.len() == to_x.len()).then(|| to_x.copy_from_slice(x))?;
    match y {
        Y::Whole(y) => {
            *head = 4;
            (y.len() == to_y.len()).then(|| to_y.copy_from_slice(y))?;
            P256PublicKey::from_sec1(&sec1)
        }
        Y::Sign(odd) => {
            *head = 2 | u8::from(*odd);
            P256PublicKey::from_sec1(sec1.get(..33)?)
        }
    }
}
