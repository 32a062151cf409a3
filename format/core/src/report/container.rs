//! What stands around a report.

use crate::authentication::Block;
use crate::cbor::{Kind, Reader};
#[cfg(feature = "cose-mac")]
use crate::cose::Mac0;
use crate::cose::Sign1;
use crate::error::{Error, ErrorKind};
use crate::profile::Profile;
#[cfg(feature = "cose-mac")]
use crate::registry::algorithm;
use crate::registry::tag;
use crate::report::Report;
use crate::wrapped::Wrapped;

/// A report as it comes: bare, or in a COSE object with the report as its payload.
///
/// ```cddl
/// SUIT_Report_Protected /= #6.18([ bstr, {}, bstr .cbor SUIT_Report, bstr ]) / [ bstr, {}, bstr .cbor SUIT_Report, bstr ]
/// SUIT_Report_Protected /= #6.17([ bstr, {}, bstr .cbor SUIT_Report, bstr ])
/// ```
/// draft-ietf-suit-report §8. Without a tag the algorithm says which of the two it is.
#[derive(Clone, Copy, Debug)]
pub enum Container<'a> {
    /// Nothing is around it: it is worth what the channel is that it came through.
    Bare(&'a [u8]),
    /// Somebody vouches for it.
    Sealed {
        /// A COSE_Sign1 or a COSE_Mac0.
        block: Block<'a>,
        /// The report, as the byte string that is signed.
        payload: Wrapped<'a>,
    },
}

impl<'a> Container<'a> {
    /// Reads what is around a report, and not yet the report.
    ///
    /// # Errors
    /// If it is neither a map nor one of the two COSE objects, or something stands behind it.
    // SUIT-69
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes);
        let start = reader;
        let tag = match reader.peek()? {
            Kind::Map => return Ok(Self::Bare(bytes)),
            Kind::Tag => Some(reader.tag()?),
            _ => None,
        };
        let (block, payload) = match tag {
            Some(tag::SIGN1) => signed(&mut reader)?,
            #[cfg(feature = "cose-mac")]
            Some(tag::MAC0) => authenticated(&mut reader)?,
            #[cfg(feature = "cose-mac")]
            None if Sign1::read_attached(&mut reader.clone())?.0.header().algorithm() == algorithm::HMAC_256 => {
                authenticated(&mut reader)?
            }
            None => signed(&mut reader)?,
            Some(_) => return Err(start.error(ErrorKind::UnexpectedType)),
        };
        reader.end()?;
        Ok(Self::Sealed { block, payload })
    }

    /// Reads the report in it. The offsets of errors count from the start of the container.
    ///
    /// # Errors
    /// As [`Report::parse`].
    pub fn open(&self, profile: Profile) -> Result<Report<'a>, Error> {
        let mut reader = match self {
            Self::Bare(bytes) => Reader::new(bytes),
            Self::Sealed { payload, .. } => payload.reader(),
        };
        let report = Report::read(&mut reader, profile)?;
        reader.end()?;
        Ok(report)
    }

    /// The bytes of the report.
    #[must_use]
    pub const fn report(&self) -> &'a [u8] {
        match self {
            Self::Bare(bytes) => bytes,
            Self::Sealed { payload, .. } => payload.content(),
        }
    }

    /// Whether the payload is a COSE_Encrypt0 and not a report (§8): an array, or one behind a tag.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        let mut reader = Reader::new(self.report());
        let _ = reader.peek() == Ok(Kind::Tag) && reader.tag().is_ok();
        matches!(self, Self::Sealed { .. }) && reader.peek() == Ok(Kind::Array)
    }
}

fn signed<'a>(reader: &mut Reader<'a>) -> Result<(Block<'a>, Wrapped<'a>), Error> {
    Sign1::read_attached(reader).map(|(sign, payload)| (Block::Sign1(sign), payload))
}

#[cfg(feature = "cose-mac")]
fn authenticated<'a>(reader: &mut Reader<'a>) -> Result<(Block<'a>, Wrapped<'a>), Error> {
    Mac0::read_attached(reader).map(|(mac, payload)| (Block::Mac0(mac), payload))
}
