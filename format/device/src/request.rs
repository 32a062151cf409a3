//! What is asked of a device.

use core::fmt;
use std::io::{Read, Seek};
use std::sync::Arc;

use suitpack_core::Trust;
use suitpack_crypto::DecryptionKey;
use suitpack_package::PayloadDir;
use suitpack_processor::Procedure;

/// A package that can be read again.
pub trait Source: Read + Seek + Send {}

impl<T: Read + Seek + Send> Source for T {}

/// What is to be done with a package, and what the device believes and knows beside its description.
#[derive(Clone, Copy)]
pub struct Request<'r> {
    /// Whom it believes.
    pub trust: Trust<'r>,
    /// What is run.
    pub procedure: Procedure,
    /// Keys that open what is encrypted for it.
    pub decryption: &'r [Arc<DecryptionKey>],
    /// Where payloads are that the package does not carry.
    pub payloads: Option<&'r PayloadDir>,
    /// The largest zstd window accepted, as its logarithm; [`suitpack_transform::WINDOW_LOG_MAX`] without.
    pub max_window_log: Option<u8>,
    /// What anchors may not speak for everything.
    pub access: &'r [Access<'r>],
    /// What whoever wants a report sent, so that it is known to be new.
    pub nonce: Option<&'r [u8]>,
}

/// An anchor that may speak for some components only (draft-ietf-suit-manifest §5.4, draft-ietf-suit-trust-domains §10).
#[derive(Clone, Copy, Debug)]
pub struct Access<'r> {
    /// Its key id.
    pub key: &'r [u8],
    /// Identifiers of the components, and of all below them.
    pub components: &'r [Vec<Vec<u8>>],
}

impl<'r> Request<'r> {
    /// A request that needs no keys, no payloads beside the package and no report.
    #[must_use]
    pub const fn new(trust: Trust<'r>, procedure: Procedure) -> Self {
        Self { trust, procedure, decryption: &[], payloads: None, max_window_log: None, access: &[], nonce: None }
    }
}

impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("trust", &self.trust).field("procedure", &self.procedure).finish_non_exhaustive()
    }
}

/// How a procedure ended well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// The manifest was installed.
    Installed,
    /// It was there already, and is whole; nothing was done.
    AlreadyInstalled,
    /// Another procedure than an update ended well.
    Completed,
}
