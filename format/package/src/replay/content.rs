//! What a component holds, as far as it is known.

use suitpack_core::Digest;
use suitpack_core::registry::algorithm;
use suitpack_crypto::Sha256Stream;
use suitpack_processor::{Outcome, Parameters};

/// A digest with its algorithm.
pub(super) type Hash = (i64, Vec<u8>);

/// A component of the device, whichever manifests name it. Index into the names of the search.
pub(super) type Slot = usize;

/// What a component holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) digest: Option<Hash>,
    pub(super) size: Option<u64>,
    pub(super) origin: Origin,
    pub(super) basis: Basis,
    /// Digests that were asked for and not found.
    pub(super) not: Vec<Hash>,
    /// For the envelope of a dependency: the digest of its manifest.
    pub(super) manifest: Option<Hash>,
    /// The slot it is in.
    pub(super) slot: Option<u64>,
    /// Records that were there when it was written.
    pub(super) written: Option<usize>,
}

/// Where what a component holds came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// It was there before.
    Before,
    Fetched(String),
    Copied(Slot),
    Decoded(String),
    DecodedFrom(Slot),
    Exchanged(Slot),
    Written,
    /// A command failed that writes it.
    Spoilt,
    /// It was given up.
    Unlinked,
}

/// Why digest and size are believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Basis {
    /// Nothing is known.
    Unknown,
    /// They are those of what it was made of.
    Derived,
    /// The report says so.
    Measured,
    /// A condition that the manifest sets them for held.
    Judged,
}

impl Default for Content {
    fn default() -> Self {
        Self::from(Origin::Before)
    }
}

impl From<Origin> for Content {
    fn from(origin: Origin) -> Self {
        let (not, basis) = (Vec::new(), Basis::Unknown);
        Self { digest: None, size: None, origin, basis, not, manifest: None, slot: None, written: None }
    }
}

impl Content {
    /// What it answers when asked for a digest and a size, if it was looked at since it was written.
    pub(super) fn matches(&self, digest: Digest<'_>, size: Option<u64>) -> Option<Outcome> {
        let observed = matches!(self.basis, Basis::Measured | Basis::Judged);
        let wanted = hash(digest);
        let same = match &self.digest {
            Some(found) if observed && found.0 == wanted.0 => Some(*found == wanted),
            _ => self.not.contains(&wanted).then_some(false),
        }?;
        match (same, size, self.size) {
            (false, ..) => Some(Outcome::Failure),
            (true, Some(wanted), Some(found)) if wanted != found => Some(Outcome::Failure),
            (true, Some(_), None) => None,
            (true, ..) => Some(Outcome::Success),
        }
    }
}

/// What is written stands in the manifest, unless it is decrypted on the way.
pub(super) fn written(set: &Parameters<'_>) -> Content {
    let mut content = Content::from(Origin::Written);
    if let (None, Some(bytes)) = (set.encryption_info, set.content) {
        let mut stream = Sha256Stream::new();
        stream.update(bytes);
        content.digest = Some((algorithm::SHA_256, stream.finish().to_vec()));
        content.size = u64::try_from(bytes.len()).ok();
        content.basis = Basis::Derived;
    }
    content
}

pub(super) fn hash(digest: Digest<'_>) -> Hash {
    (digest.algorithm(), digest.bytes().to_vec())
}
