use core::cmp::Ordering;

use super::reader::{Kind, Reader, wide};
use crate::error::{Error, ErrorKind};

/// Hands out the keys of a map and holds them against the deterministic order.
#[derive(Clone, Copy, Debug)]
pub struct MapReader<'a> {
    pub(super) remaining: usize,
    previous: Option<&'a [u8]>,
}

/// The key of a map entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key<'a> {
    /// An integer that fits 64 bits.
    Int(i64),
    /// A text string.
    Text(&'a str),
    /// Anything else, as encoded; a reader at its start is easily made of it.
    Other(&'a [u8]),
}

/// The key of a map whose keys are labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    /// An integer, as [`Reader::label`] reads it.
    Int(i64),
    /// A text string.
    Text,
    /// Anything else.
    Other,
}

/// The same for two registers, which is what a device hands out.
enum Short {
    Int(i32),
    Text,
    Other,
}

impl<'a> MapReader<'a> {
    /// Behind the head of a map of so many entries.
    pub(super) const fn new(entries: usize) -> Self {
        Self { remaining: entries, previous: None }
    }

    /// Entries whose key was not read yet.
    #[must_use]
    pub const fn remaining(&self) -> u64 {
        wide(self.remaining)
    }

    /// Reads the next key; the reader then stands before the value, which the caller reads or skips.
    ///
    /// # Errors
    /// [`ErrorKind::DuplicateKey`] or [`ErrorKind::KeysOutOfOrder`], and whatever is wrong inside the key.
    pub fn next_key(&mut self, reader: &mut Reader<'a>) -> Result<Option<Key<'a>>, Error> {
        let mut start = *reader;
        Ok(match self.next_short(reader)? {
            None => None,
            Some(Short::Int(_)) => Some(Key::Int(start.int()?)),
            Some(Short::Text) => Some(Key::Text(start.text()?)),
            Some(Short::Other) => Some(Key::Other(start.up_to(reader))),
        })
    }

    /// As [`MapReader::next_key`], where only labels mean anything.
    #[inline(always)]
    pub(crate) fn next_label(&mut self, reader: &mut Reader<'a>) -> Result<Option<Label>, Error> {
        Ok(match self.next_short(reader)? {
            None => None,
            Some(Short::Int(label)) => Some(Label::Int(label.into())),
            Some(Short::Text) => Some(Label::Text),
            Some(Short::Other) => Some(Label::Other),
        })
    }

    #[cfg_attr(target_os = "none", inline(never))]
    fn next_short(&mut self, reader: &mut Reader<'a>) -> Result<Option<Short>, Error> {
        let Some(remaining) = self.remaining.checked_sub(1) else { return Ok(None) };
        self.remaining = remaining;
        let start = *reader;
        let key = match start.peek()? {
            Kind::Uint | Kind::Nint => Short::Int(reader.short_label()?),
            kind => {
                reader.skip()?;
                if kind == Kind::Text { Short::Text } else { Short::Other }
            }
        };
        let encoded = start.up_to(reader);
        in_order(self.previous, encoded, &start)?;
        self.previous = Some(encoded);
        Ok(Some(key))
    }
}

/// Holds a key against the one before it. RFC 8949 §4.2.1: bytewise order of the encodings.
pub(super) fn in_order(previous: Option<&[u8]>, key: &[u8], at: &Reader<'_>) -> Result<(), Error> {
    let Some(previous) = previous else { return Ok(()) };
    // Most keys differ in their first byte already.
    match previous.first().cmp(&key.first()).then_with(|| previous.cmp(key)) {
        Ordering::Less => Ok(()),
        // SUIT-7
        Ordering::Equal => Err(at.error(ErrorKind::DuplicateKey)),
        Ordering::Greater => Err(at.error(ErrorKind::KeysOutOfOrder)),
    }
}
