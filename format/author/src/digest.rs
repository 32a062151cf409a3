//! SHA-256, the digest every recipient has (draft-ietf-suit-manifest §10).

use suitpack_crypto::Sha256Stream;

pub(crate) fn sha_256(parts: &[&[u8]]) -> [u8; 32] {
    let mut stream = Sha256Stream::new();
    parts.iter().for_each(|part| stream.update(part));
    stream.finish()
}
