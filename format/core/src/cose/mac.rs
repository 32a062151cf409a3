use super::{Header, structure};
use crate::cbor::{Overflow, Reader, Sink};
use crate::error::Error;
#[cfg(feature = "cose-mac")]
use crate::error::ErrorKind;
use crate::limits::RECIPIENTS;
#[cfg(feature = "cose-mac")]
use crate::wrapped::Wrapped;

/// A tag over a detached payload by whoever shares a key with the reader.
///
/// ```cddl
/// COSE_Mac0 = [ protected : bstr, unprotected : header_map, payload : nil, tag : bstr ]
/// ```
/// RFC 9052 §6.2; draft-ietf-suit-manifest §8.3 detaches the payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mac0<'a> {
    header: Header<'a>,
    protected: &'a [u8],
    tag: &'a [u8],
}

impl<'a> Mac0<'a> {
    /// Reads the array behind the tag.
    ///
    /// # Errors
    /// If the structure is another, the payload is attached, or a header cannot be accepted.
    pub fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        Self::members(reader, 4)
    }

    /// Reads the array behind the tag, if there is one, with the payload in it, which stands beside.
    #[cfg(feature = "cose-mac")]
    pub(crate) fn read_attached(reader: &mut Reader<'a>) -> Result<(Self, Wrapped<'a>), Error> {
        if reader.array()? != 4 {
            return Err(reader.error(ErrorKind::ValueOutOfRange));
        }
        let (header, protected) = Header::read(reader)?;
        let payload = Wrapped::read(reader)?;
        Ok((Self { header, protected, tag: reader.bytes()? }, payload))
    }

    /// The four members that a COSE_Mac has too, out of so many.
    fn members(reader: &mut Reader<'a>, count: u64) -> Result<Self, Error> {
        let (header, protected, tag) = Header::read_detached(reader, count)?;
        Ok(Self { header, protected, tag })
    }

    /// What the headers say.
    #[must_use]
    pub const fn header(&self) -> Header<'a> {
        self.header
    }

    /// The authentication tag.
    #[must_use]
    pub const fn tag(&self) -> &'a [u8] {
        self.tag
    }

    /// Writes the bytes the tag was made of for `payload` into `buffer`.
    ///
    /// # Errors
    /// If the buffer is too small for header and payload.
    pub fn authenticated_bytes<'b>(&self, payload: &[u8], buffer: &'b mut [u8]) -> Result<&'b [u8], Overflow> {
        structure::within("MAC0", &[self.protected, &[], payload], buffer)
    }
}

/// A tag whose key is carried for several recipients. It is read and named; SUIT has no profile that uses it.
///
/// ```cddl
/// COSE_Mac = [ protected : bstr, unprotected : header_map, payload : nil, tag : bstr, recipients : [ + COSE_recipient ] ]
/// ```
/// RFC 9052 §6.1
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mac<'a> {
    body: Mac0<'a>,
    recipients: usize,
}

impl<'a> Mac<'a> {
    /// Reads the array behind the tag. The recipients are read past.
    ///
    /// # Errors
    /// If the structure is another, the payload is attached, a header cannot be accepted, or there is no recipient.
    pub fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let body = Mac0::members(reader, 5)?;
        let recipients = reader.array_within(RECIPIENTS)?;
        for _ in 0..recipients {
            reader.skip()?;
        }
        Ok(Self { body, recipients })
    }

    /// What the headers say.
    #[must_use]
    pub const fn header(&self) -> Header<'a> {
        self.body.header
    }

    /// The number of recipients, at least one.
    #[must_use]
    pub const fn recipients(&self) -> usize {
        self.recipients
    }
}

/// Writes the MAC_structure of a COSE_Mac0 without external data.
///
/// ```cddl
/// MAC_structure = [ "MAC0", protected : bstr, external_aad : h'', payload : bstr ]
/// ```
/// RFC 9052 §6.3
///
/// # Errors
/// Those of the sink.
pub fn mac_structure<S: Sink>(protected: &[u8], payload: &[u8], sink: S) -> Result<(), S::Error> {
    structure::write("MAC0", &[protected, &[], payload], sink)
}
