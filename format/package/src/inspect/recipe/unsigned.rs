//! What two packages share that differ in their signatures only.

use suitpack_core::{Envelope, Error};

/// Everything in an envelope that is neither a signature nor a payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsigned {
    /// Whether tag 107 stands first.
    pub tagged: bool,
    /// The bytes that are signed: SUIT_Digest.
    pub signed: Vec<u8>,
    /// The byte string under suit-manifest.
    pub manifest: Vec<u8>,
    /// The other members, in order.
    pub members: Vec<(i64, Vec<u8>)>,
}

impl Unsigned {
    /// Copies it out of an envelope.
    ///
    /// # Errors
    /// If the wrapper breaks the CDDL.
    pub fn of(envelope: &Envelope<'_>) -> Result<Self, Error> {
        Ok(Self {
            tagged: envelope.is_tagged(),
            signed: envelope.authentication()?.payload().to_vec(),
            manifest: envelope.manifest_bytes().encoded().to_vec(),
            members: envelope.members().map(|(key, body)| (key, body.encoded().to_vec())).collect(),
        })
    }
}
