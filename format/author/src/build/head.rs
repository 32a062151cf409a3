//! Everything of an envelope before its payloads.

use suitpack_core::crypto::Sign;
use suitpack_core::limits;
use suitpack_core::registry::{envelope, tag};

use crate::block;
use crate::digest::sha_256;
use crate::draft::Draft;
use crate::encode::{self, Items};
use crate::error::BuildError;

/// Fails if the keys cannot sign one package together: draft-ietf-suit-manifest §8.3 wants each block of another authority.
pub(super) fn check(signers: &[&dyn Sign]) -> Result<(), BuildError> {
    if signers.len() > limits::AUTHENTICATION_BLOCKS {
        return Err(BuildError::TooManyKeys);
    }
    let twice = signers
        .iter()
        .enumerate()
        .find(|(index, signer)| signers.iter().take(*index).any(|other| other.key_id() == signer.key_id()));
    twice.map_or(Ok(()), |(_, signer)| Err(BuildError::SameKey { key_id: signer.key_id().to_vec() }))
}

/// A head of the right length, unsigned.
pub(super) fn predict(draft: &Draft, tagged: bool, payloads: usize, signers: &[&dyn Sign]) -> Vec<u8> {
    assemble(draft, tagged, payloads, signers.iter().map(|signer| block::unsigned(*signer)).collect())
}

/// The head, signed by all.
pub(super) fn sign(draft: &Draft, tagged: bool, payloads: usize, signers: &[&dyn Sign]) -> Result<Vec<u8>, BuildError> {
    let payload = encode::digest(&manifest_digest(draft));
    let signed =
        |signer: &&dyn Sign| block::signed(*signer, &payload).ok_or_else(|| BuildError::Key { key_id: signer.key_id().to_vec() });
    Ok(assemble(draft, tagged, payloads, signers.iter().map(signed).collect::<Result<_, _>>()?))
}

/// The digest that is signed: of the manifest's byte string, header included.
pub(super) fn manifest_digest(draft: &Draft) -> [u8; 32] {
    sha_256(&[&encode::bytes(&draft.manifest)])
}

fn assemble(draft: &Draft, tagged: bool, payloads: usize, blocks: Vec<Vec<u8>>) -> Vec<u8> {
    let digest = encode::digest(&manifest_digest(draft));
    let wrapper = Items::new().array(blocks.len().saturating_add(1)).bytes(&digest);
    let wrapper = blocks.iter().fold(wrapper, |items, block| items.bytes(block)).done();
    let members = draft.severed.len().saturating_add(payloads).saturating_add(2);
    let start = if tagged { Items::new().tag(tag::ENVELOPE) } else { Items::new() };
    let head =
        start.map(members).int(envelope::AUTHENTICATION_WRAPPER).bytes(&wrapper).int(envelope::MANIFEST).bytes(&draft.manifest);
    draft.severed.iter().fold(head, |items, (key, body)| items.int(*key).raw(body)).done()
}
