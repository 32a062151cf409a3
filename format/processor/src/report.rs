//! Reports of what became of a manifest (draft-ietf-suit-report).

mod capability;
mod place;
mod reason;
mod recorder;

pub use capability::capabilities;
pub use recorder::Recorder;

use suitpack_core::Digest;
use suitpack_core::report::write::Capabilities;

/// What a report is about, and what was asked for beside it.
#[derive(Clone, Copy, Debug)]
pub struct About<'r> {
    /// The root manifest's suit-reference-uri; empty where it has none.
    pub manifest_uri: &'r str,
    /// The digest in the first element of the root's SUIT_Authentication.
    pub manifest_digest: Digest<'r>,
    /// What the one who asked for the report sent.
    pub nonce: Option<&'r [u8]>,
    /// What the device can do: where somebody asked, or something was not supported (§4.2).
    pub capabilities: Option<Capabilities<'r>>,
}
