//! One party's word for a manifest: `COSE_Sign1` with a detached payload (RFC 9052 §4.2, draft-ietf-suit-manifest §8.3).

use suitpack_core::cose::sig_structure;
use suitpack_core::crypto::Sign;
use suitpack_core::registry::{header, tag};

use crate::encode::{self, Items, Map, VecSink};

/// Signs `payload`, the encoded digest of a manifest; the result is the content of an authentication block.
/// `None` if the key cannot be used or makes signatures of another length.
pub(crate) fn signed(signer: &dyn Sign, payload: &[u8]) -> Option<Vec<u8>> {
    let mut message = VecSink::default();
    let Ok(()) = sig_structure(&protected(signer), payload, &mut message);
    let mut signature = [0; 64];
    match signer.sign(message.bytes(), &mut signature) {
        Ok(64) => Some(assemble(signer, &signature)),
        _ => None,
    }
}

/// A block of the length that [`signed`] gives, without a signature.
pub(crate) fn unsigned(signer: &dyn Sign) -> Vec<u8> {
    assemble(signer, &[0; 64])
}

fn assemble(signer: &dyn Sign, signature: &[u8; 64]) -> Vec<u8> {
    Items::new().tag(tag::SIGN1).array(4).bytes(&protected(signer)).map(0).null().bytes(signature).done()
}

/// The protected header. The key id is protected too, so that no bit of a package can change unnoticed.
fn protected(signer: &dyn Sign) -> Vec<u8> {
    Map::default().with(header::ALG, encode::int(signer.algorithm())).with(header::KID, encode::bytes(signer.key_id())).done()
}
