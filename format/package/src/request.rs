//! What is asked of a package.

use std::sync::Arc;

use suitpack_core::Profile;
use suitpack_core::crypto::VerifySignature;
use suitpack_crypto::{DecryptionKey, HmacKey, PublicKey};
use suitpack_upgradability::Date;

use crate::lookup::PayloadDir;

/// What is asked of a package beyond being readable, authentic and whole.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Request {
    /// The public keys believed in. With none, and no shared one, nothing is accepted.
    pub anchors: Vec<PublicKey>,
    /// The keys shared with whoever authenticates.
    pub shared: Vec<HmacKey>,
    /// What is let pass of what the drafts' examples do against the text.
    pub profile: Profile,
    /// Only the manifest is asked about: payloads are not looked at.
    pub manifest_only: bool,
    /// The sequence number must not be lower.
    pub min_sequence: Option<u64>,
    /// The package must be for this vendor.
    pub vendor_id: Option<[u8; 16]>,
    /// The package must be for this class.
    pub class_id: Option<[u8; 16]>,
    /// A channel of the authenticated statement must have this name.
    pub channel: Option<String>,
    /// Security support must be guaranteed on this day.
    pub supported_on: Option<Date>,
    /// The region in which the support is asked about; the minimum over regions without.
    pub region: Option<String>,
    /// Where payloads are that the package does not carry.
    pub payload_dir: Option<PayloadDir>,
    /// Keys that open encrypted payloads; without the right one, what they decrypt to cannot be checked.
    pub decryption: Vec<Arc<DecryptionKey>>,
    /// The largest zstd window accepted, as its logarithm.
    pub max_window_log: Option<u8>,
}

impl Request {
    /// Whoever is believed in: the public keys first.
    pub(crate) fn believed(&self) -> Vec<&dyn VerifySignature> {
        let public = self.anchors.iter().map(|key| key as &dyn VerifySignature);
        public.chain(self.shared.iter().map(|key| key as &dyn VerifySignature)).collect()
    }
}
