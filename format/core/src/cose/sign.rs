use super::{Header, structure};
use crate::cbor::{Overflow, Reader, Sink};
use crate::error::{Error, ErrorKind};
use crate::limits::SIGNERS;
use crate::wrapped::Wrapped;

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
        let (header, protected, signature) = Header::read_detached(reader, 4)?;
        Ok(Self { header, protected, signature })
    }

    /// Reads the array behind the tag, if there is one, with the payload in it, which stands beside.
    pub(crate) fn read_attached(reader: &mut Reader<'a>) -> Result<(Self, Wrapped<'a>), Error> {
        if reader.array()? != 4 {
            return Err(reader.error(ErrorKind::ValueOutOfRange));
        }
        let (header, protected) = Header::read(reader)?;
        let payload = Wrapped::read(reader)?;
        Ok((Self { header, protected, signature: reader.bytes()? }, payload))
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
        structure::within("Signature1", &[self.protected, &[], payload], buffer)
    }
}

/// Signatures by several parties over one detached payload.
///
/// ```cddl
/// COSE_Sign = [ protected : bstr, unprotected : header_map, payload : nil, signatures : [ + COSE_Signature ] ]
/// ```
/// RFC 9052 §4.1; draft-ietf-suit-manifest §8.3 detaches the payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sign<'a> {
    protected: &'a [u8],
    signatures: &'a [u8],
    count: usize,
}

impl<'a> Sign<'a> {
    /// Reads the array behind the tag.
    ///
    /// # Errors
    /// If the structure is another, the payload is attached, nobody signed, or a header cannot be accepted.
    pub fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        if reader.array()? != 4 {
            return Err(reader.error(ErrorKind::ValueOutOfRange));
        }
        let protected = Header::read_body(reader)?;
        reader.null().map_err(|error| Error::new(ErrorKind::AttachedPayload, error.offset()))?;
        let count = reader.array_within(SIGNERS)?;
        let first = *reader;
        for _ in 0..count {
            Signature::read(reader)?;
        }
        Ok(Self { protected, signatures: first.up_to(reader), count })
    }

    /// The signatures in order, at least one.
    #[must_use]
    pub const fn signatures(&self) -> Signatures<'a> {
        Signatures { body: self.protected, reader: Reader::at(self.signatures, 0), left: self.count }
    }
}

/// One party's signature among several.
///
/// ```cddl
/// COSE_Signature = [ protected : bstr, unprotected : header_map, signature : bstr ]
/// ```
/// RFC 9052 §4.1
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature<'a> {
    header: Header<'a>,
    body: &'a [u8],
    protected: &'a [u8],
    signature: &'a [u8],
}

impl<'a> Signature<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        if reader.array()? != 3 {
            return Err(reader.error(ErrorKind::ValueOutOfRange));
        }
        let (header, protected) = Header::read(reader)?;
        Ok(Self { header, body: &[], protected, signature: reader.bytes()? })
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
    /// ```cddl
    /// Sig_structure = [ "Signature", body_protected : bstr, sign_protected : bstr, external_aad : h'', payload : bstr ]
    /// ```
    /// RFC 9052 §4.4
    ///
    /// # Errors
    /// If the buffer is too small for headers and payload.
    pub fn signed_bytes<'b>(&self, payload: &[u8], buffer: &'b mut [u8]) -> Result<&'b [u8], Overflow> {
        structure::within("Signature", &[self.body, self.protected, &[], payload], buffer)
    }
}

/// See [`Sign::signatures`].
#[derive(Clone, Copy, Debug)]
pub struct Signatures<'a> {
    body: &'a [u8],
    reader: Reader<'a>,
    left: usize,
}

impl<'a> Iterator for Signatures<'a> {
    type Item = Signature<'a>;

    fn next(&mut self) -> Option<Signature<'a>> {
        self.left = self.left.checked_sub(1)?;
        let signature = Signature::read(&mut self.reader).ok()?;
        Some(Signature { body: self.body, ..signature })
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
// SUIT-4
pub fn sig_structure<S: Sink>(protected: &[u8], payload: &[u8], sink: S) -> Result<(), S::Error> {
    structure::write("Signature1", &[protected, &[], payload], sink)
}
