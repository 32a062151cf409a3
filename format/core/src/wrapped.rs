//! Byte strings that hold encoded items.

use crate::cbor::Reader;
use crate::error::Error;

/// A byte string as it stands in its map: digests of SUIT cover its header too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wrapped<'a> {
    encoded: &'a [u8],
    content: Reader<'a>,
}

impl<'a> Wrapped<'a> {
    #[cfg_attr(target_os = "none", inline(never))]
    pub(crate) fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let start = *reader;
        let content = reader.nested()?;
        Ok(Self { encoded: start.up_to(reader), content })
    }

    /// The byte string with its header.
    #[must_use]
    pub const fn encoded(&self) -> &'a [u8] {
        self.encoded
    }

    /// What the byte string holds.
    #[must_use]
    pub const fn content(&self) -> &'a [u8] {
        self.content.rest()
    }

    /// A reader of the content whose errors count from the start of the envelope.
    #[must_use]
    pub const fn reader(&self) -> Reader<'a> {
        self.content
    }
}
