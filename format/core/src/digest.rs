//! SUIT_Digest.

use subtle::ConstantTimeEq;

use crate::cbor::{Reader, Sink, Writer};
use crate::crypto::{DIGEST_MAX, Digester};
use crate::error::{Error, ErrorKind};
use crate::registry::algorithm;

/// A digest and the algorithm it was made with.
///
/// ```cddl
/// SUIT_Digest = [ suit-digest-algorithm-id : int, suit-digest-bytes : bstr ]
/// ```
/// draft-ietf-suit-manifest §10. Extension items are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest<'a> {
    algorithm: i64,
    bytes: &'a [u8],
}

impl<'a> Digest<'a> {
    /// Makes a digest of a known algorithm; `None` if the length does not fit it.
    #[must_use]
    pub fn new(algorithm: i64, bytes: &'a [u8]) -> Option<Self> {
        (length(algorithm)? == bytes.len()).then_some(Self { algorithm, bytes })
    }

    /// Reads a digest.
    ///
    /// # Errors
    /// If it is not the array of the CDDL, of an unknown algorithm, or of the wrong length.
    pub fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let start = *reader;
        reader.array_of(2)?;
        let algorithm = reader.label()?;
        let bytes = reader.bytes()?;
        // SUIT-8
        let length = length(algorithm).ok_or(start.error(ErrorKind::DigestAlgorithmUnknown))?;
        if length == bytes.len() { Ok(Self { algorithm, bytes }) } else { Err(start.error(ErrorKind::DigestLength)) }
    }

    /// Writes the array.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn write<S: Sink>(&self, writer: &mut Writer<S>) -> Result<(), S::Error> {
        writer.array(2)?;
        writer.int(self.algorithm)?;
        writer.bytes(self.bytes)
    }

    /// The COSE algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> i64 {
        self.algorithm
    }

    /// The digest bytes.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Whether the concatenation of `parts` has this digest; `None` if `digester` does not know the algorithm.
    #[must_use]
    pub fn matches(&self, digester: &dyn Digester, parts: &[&[u8]]) -> Option<bool> {
        let mut computed = [0; DIGEST_MAX];
        let length = digester.digest(self.algorithm, parts, &mut computed)?;
        Some(computed.get(..length)?.ct_eq(self.bytes).into())
    }
}

/// Bytes of a digest of a known algorithm.
const fn length(code: i64) -> Option<usize> {
    match code {
        algorithm::SHA_256 | algorithm::SHAKE128 => Some(32),
        algorithm::SHA_384 => Some(48),
        algorithm::SHA_512 | algorithm::SHAKE256 => Some(64),
        _ => None,
    }
}
