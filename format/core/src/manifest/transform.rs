use crate::cbor::{Kind, Reader, Sink, Writer};
use crate::digest::Digest;
use crate::error::{Error, ErrorKind};

/// The argument of suit-parameter-transform: where the bytes come from and what they are.
///
/// ```cddl
/// SUIT_Transform = [ source: 0 / 1, algorithm: uint, input-size: uint, input-digest: SUIT_Digest,
///                    ? reference: [ component-index: uint, SUIT_Digest ] ]
/// ```
/// spec/transform.md
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transform<'a> {
    /// Where the input is taken from.
    pub source: Source,
    /// What is done to it.
    pub algorithm: Algorithm,
    /// Bytes of the input as carried.
    pub input_size: u64,
    /// Digest of the input as carried.
    pub input_digest: Digest<'a>,
}

/// Where a transform takes its input from. The parameter that is not named is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// suit-parameter-uri.
    Uri,
    /// suit-parameter-source-component.
    Component,
}

/// What a transform does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Algorithm {
    /// Decompresses one Zstandard frame (RFC 8878) without dictionary.
    Zstd,
}

impl<'a> Transform<'a> {
    /// Reads the content of the parameter's byte string.
    ///
    /// # Errors
    /// If it breaks the CDDL or names an algorithm that is not known.
    pub fn parse(mut reader: Reader<'a>) -> Result<Self, Error> {
        let start = reader;
        match reader.array()? {
            4 => {}
            // A reference belongs to the delta algorithms.
            5 => return Err(start.error(ErrorKind::NotUnderstood)),
            _ => return Err(start.error(ErrorKind::ValueOutOfRange)),
        }
        let at = reader;
        let source = match reader.count(Kind::Uint)? {
            0 => Source::Uri,
            1 => Source::Component,
            _ => return Err(at.error(ErrorKind::ValueOutOfRange)),
        };
        let at = reader;
        let algorithm = match reader.count(Kind::Uint)? {
            1 => Algorithm::Zstd,
            _ => return Err(at.error(ErrorKind::NotUnderstood)),
        };
        let input_size = reader.uint()?;
        let input_digest = Digest::read(&mut reader)?;
        reader.end()?;
        Ok(Self { source, algorithm, input_size, input_digest })
    }

    /// Writes the content of the parameter's byte string.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn write<S: Sink>(&self, writer: &mut Writer<S>) -> Result<(), S::Error> {
        writer.array(4)?;
        writer.uint(match self.source {
            Source::Uri => 0,
            Source::Component => 1,
        })?;
        writer.uint(match self.algorithm {
            Algorithm::Zstd => 1,
        })?;
        writer.uint(self.input_size)?;
        self.input_digest.write(writer)
    }
}
