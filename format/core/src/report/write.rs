//! Reports as they are written: piece by piece into a sink, in the deterministic order, without an allocator.

mod capability;
mod record;

pub use capability::{Capabilities, Component, Labels};
pub use record::{Claims, Properties, Record};

use crate::cbor::{Sink, Writer};
use crate::digest::Digest;
use crate::registry::report as key;
use crate::report::Reason;

/// SUIT_Report (draft-ietf-suit-report §4). It vouches for nothing until a channel or a COSE object around it does (§8).
#[derive(Clone, Copy, Debug)]
pub struct Report<'r> {
    /// The manifest's suit-reference-uri; empty where it has none.
    // SUIT-69
    pub manifest_uri: &'r str,
    /// The digest in the first element of the root's SUIT_Authentication.
    pub manifest_digest: Digest<'r>,
    /// What the one who asked for the report sent, so that it is known to be new.
    // SUIT-70
    pub nonce: Option<&'r [u8]>,
    /// The number of records and claims.
    pub count: u64,
    /// The records and claims, one behind the other, as [`Record::write`] and [`Claims::write`] wrote them.
    pub entries: &'r [u8],
    /// How it ended.
    pub result: Outcome<'r>,
    /// What the device can do.
    pub capabilities: Option<Capabilities<'r>>,
}

/// suit-report-result.
#[derive(Clone, Copy, Debug)]
pub enum Outcome<'r> {
    /// Everything was done.
    Success,
    /// Something was not.
    Failure {
        /// A number of the implementation's own, for finding faults.
        code: i64,
        /// What failed.
        record: Record<'r>,
        /// Why.
        reason: Reason,
    },
}

impl Report<'_> {
    /// Writes the map.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn write<S: Sink>(&self, writer: &mut Writer<S>) -> Result<(), S::Error> {
        let optional = u64::from(self.nonce.is_some()).saturating_add(u64::from(self.capabilities.is_some()));
        writer.map(optional.saturating_add(3))?;
        if let Some(nonce) = self.nonce {
            writer.int(key::NONCE)?;
            writer.bytes(nonce)?;
        }
        writer.int(key::RECORDS)?;
        writer.array(self.count)?;
        writer.raw(self.entries)?;
        writer.int(key::RESULT)?;
        self.result.write(writer)?;
        if let Some(capabilities) = &self.capabilities {
            writer.int(key::CAPABILITY_REPORT)?;
            capabilities.write(writer)?;
        }
        writer.int(key::REFERENCE)?;
        writer.array(2)?;
        writer.text(self.manifest_uri)?;
        self.manifest_digest.write(writer)
    }
}

impl Outcome<'_> {
    fn write<S: Sink>(&self, writer: &mut Writer<S>) -> Result<(), S::Error> {
        match self {
            // SUIT-71
            Self::Success => writer.bool(true),
            Self::Failure { code, record, reason } => {
                writer.map(3)?;
                writer.int(key::RESULT_CODE)?;
                writer.int(*code)?;
                writer.int(key::RESULT_RECORD)?;
                record.write(writer)?;
                writer.int(key::RESULT_REASON)?;
                writer.int(reason.code())
            }
        }
    }
}
