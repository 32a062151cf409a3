//! One party's word for a manifest: `COSE_Sign1` (RFC 9052 §4.2), or `COSE_Mac0` if the key is shared (§6.2), with a detached payload
//! (draft-ietf-suit-manifest §8.3).

use suitpack_core::cose::{mac_structure, sig_structure};
use suitpack_core::crypto::Sign;
use suitpack_core::registry::{algorithm, header, tag};

use crate::encode::{self, Items, Map, VecSink};

/// Signs `payload`, the encoded digest of a manifest; the result is the content of an authentication block.
/// `None` if the key cannot be used or makes signatures of another length.
pub(crate) fn signed(signer: &dyn Sign, payload: &[u8]) -> Option<Vec<u8>> {
    let signature = signature(signer, payload)?;
    Some(assemble(signer, None, &signature))
}

/// Signs a SUIT_Report and puts it in the COSE object: a COSE_Sign1, or a COSE_Mac0 if the key is shared (draft-ietf-suit-report §8).
/// `None` if the key cannot be used.
pub fn seal(report: &[u8], signer: &dyn Sign) -> Option<Vec<u8>> {
    let signature = signature(signer, report)?;
    Some(assemble(signer, Some(report), &signature))
}

fn signature(signer: &dyn Sign, payload: &[u8]) -> Option<Vec<u8>> {
    let mut message = VecSink::default();
    let write = if is_shared(signer) { mac_structure } else { sig_structure };
    let Ok(()) = write(&protected(signer), payload, &mut message);
    let mut signature = [0; 64];
    let length = signer.sign(message.bytes(), &mut signature).ok().filter(|made| *made == length(signer))?;
    signature.get(..length).map(<[u8]>::to_vec)
}

/// A block of the length that [`signed`] gives, without a signature.
pub(crate) fn unsigned(signer: &dyn Sign) -> Vec<u8> {
    assemble(signer, None, [0; 64].get(..length(signer)).unwrap_or_default())
}

fn assemble(signer: &dyn Sign, payload: Option<&[u8]>, signature: &[u8]) -> Vec<u8> {
    let tag = if is_shared(signer) { tag::MAC0 } else { tag::SIGN1 };
    let items = Items::new().tag(tag).array(4).bytes(&protected(signer)).map(0);
    let items = match payload {
        Some(payload) => items.bytes(payload),
        None => items.null(),
    };
    items.bytes(signature).done()
}

/// The protected header. The key id is protected too, so that no bit of a package can change unnoticed.
fn protected(signer: &dyn Sign) -> Vec<u8> {
    let map = Map::default().with(header::ALG, encode::int(signer.algorithm()));
    signer.kid().map_or(map.clone(), |kid| map.with(header::KID, encode::bytes(kid))).done()
}

fn is_shared(signer: &dyn Sign) -> bool {
    signer.algorithm() == algorithm::HMAC_256
}

/// Bytes of a signature or tag.
fn length(signer: &dyn Sign) -> usize {
    if is_shared(signer) { 32 } else { 64 }
}
