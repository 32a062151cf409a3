//! SUIT_Report: what became of a manifest, as the device that ran it says.

mod capability;
mod container;
mod reason;
mod record;
pub mod write;

pub use capability::{Capability, CapabilityReport, ComponentCapability, Labels};
pub use container::Container;
pub use reason::Reason;
pub use record::{Entries, Entry, Path, Record, SystemClaims};

use crate::cbor::{Kind, Reader};
use crate::digest::Digest;
use crate::error::{Error, ErrorKind};
use crate::limits;
use crate::profile::Profile;
use crate::registry::report as key;

/// A report as its map says it. It is worth what the channel or the COSE object around it is (draft-ietf-suit-report §8).
///
/// ```cddl
/// SUIT_Report = { suit-reference => SUIT_Reference, ? suit-report-nonce => bstr,
///                 suit-report-records => [ * SUIT_Record / system-property-claims ],
///                 suit-report-result => true / { code, record, reason },
///                 ? suit-report-capability-report => SUIT_Capability_Report }
/// ```
/// draft-ietf-suit-report §4. Under the lenient profile the keys may be in any order: the CDDL lists 99 first, and so do reports of
/// others.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    nonce: Option<&'a [u8]>,
    entries: Entries<'a>,
    outcome: ReportResult<'a>,
    capabilities: Option<CapabilityReport<'a>>,
    uri: &'a str,
    digest: Digest<'a>,
}

/// How the procedure ended.
#[derive(Clone, Copy, Debug)]
pub enum ReportResult<'a> {
    /// Everything was done.
    Success,
    /// Something was not.
    Failure {
        /// A number of the implementation's own, for finding faults.
        code: i64,
        /// What failed.
        record: Record<'a>,
        /// Why.
        reason: Reason,
    },
}

impl<'a> Report<'a> {
    /// Reads a report with nothing behind it.
    ///
    /// # Errors
    /// If it breaks the CDDL.
    pub fn parse(bytes: &'a [u8], profile: Profile) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes);
        let report = Self::read(&mut reader, profile)?;
        reader.end()?;
        Ok(report)
    }

    /// Reads a report.
    ///
    /// # Errors
    /// As [`Report::parse`].
    pub fn read(reader: &mut Reader<'a>, profile: Profile) -> Result<Self, Error> {
        let start = *reader;
        let (mut nonce, mut entries, mut outcome, mut capabilities, mut reference) = (None, None, None, None, None);
        let mut keys = Keys::open(reader, profile)?;
        while let Some(key) = keys.next(reader)? {
            let at = *reader;
            match key {
                key::NONCE => nonce = Some(reader.bytes()?),
                key::RECORDS => entries = Some(Entries::read(reader)?),
                key::RESULT => outcome = Some(ReportResult::read(reader, profile)?),
                key::CAPABILITY_REPORT => capabilities = Some(CapabilityReport::read(reader)?),
                key::REFERENCE => reference = Some(read_reference(reader)?),
                _ => return Err(at.error(ErrorKind::UnknownKey)),
            }
        }
        let missing = start.error(ErrorKind::MissingField);
        let (uri, digest) = reference.ok_or(missing)?;
        Ok(Self { nonce, entries: entries.ok_or(missing)?, outcome: outcome.ok_or(missing)?, capabilities, uri, digest })
    }

    /// suit-report-nonce.
    #[must_use]
    pub const fn nonce(&self) -> Option<&'a [u8]> {
        self.nonce
    }

    /// suit-report-records, in order.
    #[must_use]
    pub const fn entries(&self) -> Entries<'a> {
        self.entries
    }

    /// suit-report-result.
    #[must_use]
    pub const fn result(&self) -> &ReportResult<'a> {
        &self.outcome
    }

    /// suit-report-capability-report.
    #[must_use]
    pub const fn capabilities(&self) -> Option<CapabilityReport<'a>> {
        self.capabilities
    }

    /// The URI of suit-reference: the manifest's suit-reference-uri, or empty where it has none.
    #[must_use]
    pub const fn manifest_uri(&self) -> &'a str {
        self.uri
    }

    /// The digest of suit-reference: that of the manifest's authentication wrapper.
    #[must_use]
    pub const fn manifest_digest(&self) -> Digest<'a> {
        self.digest
    }
}

impl<'a> ReportResult<'a> {
    fn read(reader: &mut Reader<'a>, profile: Profile) -> Result<Self, Error> {
        let start = *reader;
        // SUIT-71
        if reader.peek()? == Kind::Bool {
            // §4: the value is true, and there is no other way to say success.
            return if reader.bool()? { Ok(Self::Success) } else { Err(start.error(ErrorKind::ValueOutOfRange)) };
        }
        let (mut code, mut record, mut reason) = (None, None, None);
        let mut keys = Keys::open(reader, profile)?;
        while let Some(key) = keys.next(reader)? {
            let at = *reader;
            match key {
                key::RESULT_CODE => code = Some(reader.int()?),
                key::RESULT_RECORD => record = Some(Record::read(reader)?),
                key::RESULT_REASON => reason = Some(Reason::read(reader)?),
                _ => return Err(at.error(ErrorKind::UnknownKey)),
            }
        }
        let missing = start.error(ErrorKind::MissingField);
        Ok(Self::Failure { code: code.ok_or(missing)?, record: record.ok_or(missing)?, reason: reason.ok_or(missing)? })
    }
}

fn read_reference<'a>(reader: &mut Reader<'a>) -> Result<(&'a str, Digest<'a>), Error> {
    let start = *reader;
    if reader.array()? != 2 {
        return Err(start.error(ErrorKind::ValueOutOfRange));
    }
    let at = *reader;
    let uri = reader.text()?;
    if uri.len() > limits::URI {
        return Err(at.error(ErrorKind::LimitExceeded));
    }
    Ok((uri, Digest::read(reader)?))
}

/// The keys of a map of the report, which are integers up to 99.
struct Keys {
    left: u64,
    seen: u128,
    previous: Option<i64>,
    profile: Profile,
}

impl Keys {
    fn open(reader: &mut Reader<'_>, profile: Profile) -> Result<Self, Error> {
        let left = reader.header(Kind::Map)?;
        Ok(Self { left, seen: 0, previous: None, profile })
    }

    fn next(&mut self, reader: &mut Reader<'_>) -> Result<Option<i64>, Error> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        let at = *reader;
        let key = reader.int()?;
        if key == 0 {
            return Err(at.error(ErrorKind::LabelZero));
        }
        let bit = u32::try_from(key).ok().and_then(|key| 1_u128.checked_shl(key)).ok_or(at.error(ErrorKind::UnknownKey))?;
        if self.seen & bit != 0 {
            return Err(at.error(ErrorKind::DuplicateKey));
        }
        if self.profile == Profile::Strict && self.previous.is_some_and(|previous| previous > key) {
            return Err(at.error(ErrorKind::KeysOutOfOrder));
        }
        (self.seen, self.previous) = (self.seen | bit, Some(key));
        Ok(Some(key))
    }
}
