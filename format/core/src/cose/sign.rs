use super::Header;
use crate::cbor::{Overflow, Reader, Sink, SliceSink, Writer};
use crate::error::{Error, ErrorKind};
use crate::limits::PROTECTED_HEADER;

/// A signature by one party over a detached payload.
///
/// ```cddl
/// COSE_Sign1 = [ protected : bstr, unprotected : header_map, payload : nil, signature : bstr ]
/// ```
/// RFC 9052 §4.2; draft-ietf-suit-manifest §8.3 detaches the payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sign1<'a> {
    header: Header<'a>,
    protected: &'a [u8],
    signature: &'a [u8],
}

impl<'a> Sign1<'a> {
    /// Reads the array behind the tag.
    ///
    /// # Errors
    /// If the structure is another, the payload is attached, or a header cannot be accepted.
    pub fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        if reader.array()? != 4 {
            return Err(reader.error(ErrorKind::ValueOutOfRange));
        }
        let start = *reader;
        let header = Header::read(reader)?;
        let protected = start.clone().bytes()?;
        if protected.len() > PROTECTED_HEADER {
            return Err(start.error(ErrorKind::LimitExceeded));
        }
        reader.null().map_err(|error| Error::new(ErrorKind::AttachedPayload, error.offset()))?;
        Ok(Self { header, protected, signature: reader.bytes()? })
    }

    /// What the headers say.
    #[must_use]
    pub const fn header(&self) -> Header<'a> {
        self.header
    }

    /// The signature, in the form of its algorithm.
    #[must_use]
    pub const fn signature(&self) -> &'a [u8] {
        self.signature
    }

    /// Writes the bytes that were signed over `payload` into `buffer`.
    ///
    /// # Errors
    /// If the buffer is too small for header and payload.
    pub fn signed_bytes<'b>(&self, payload: &[u8], buffer: &'b mut [u8]) -> Result<&'b [u8], Overflow> {
        let mut sink = SliceSink::new(buffer);
        sig_structure(self.protected, payload, &mut sink)?;
        let length = sink.len();
        buffer.get(..length).ok_or(Overflow)
    }
}

/// Writes the Sig_structure of a COSE_Sign1 without external data.
///
/// ```cddl
/// Sig_structure = [ "Signature1", body_protected : bstr, external_aad : h'', payload : bstr ]
/// ```
/// RFC 9052 §4.4
///
/// # Errors
/// Those of the sink.
pub fn sig_structure<S: Sink>(protected: &[u8], payload: &[u8], sink: S) -> Result<(), S::Error> {
    let mut writer = Writer::new(sink);
    writer.array(4)?;
    writer.text("Signature1")?;
    writer.bytes(protected)?;
    writer.bytes(&[])?;
    writer.bytes(payload)
}
