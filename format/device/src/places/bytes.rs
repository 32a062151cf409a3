//! Bytes of a place as a stream.

use core::cmp::Ordering;
use std::io::{self, Read, Write};

use crate::medium::Medium;

/// The content of a place, from its beginning.
pub(crate) struct Extent<'m> {
    medium: &'m mut dyn Medium,
    at: u64,
    end: u64,
}

impl<'m> Extent<'m> {
    pub(crate) fn new(medium: &'m mut dyn Medium, length: u64) -> Self {
        Self { medium, at: 0, end: length }
    }

    /// The part of `length` bytes from `start` on.
    pub(crate) fn part(self, start: u64, length: u64) -> Self {
        let at = start.min(self.end);
        Self { at, end: at.saturating_add(length).min(self.end), ..self }
    }

    /// Bytes that are still to be read.
    pub(crate) const fn left(&self) -> u64 {
        self.end.saturating_sub(self.at)
    }
}

impl Read for Extent<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left()).unwrap_or(usize::MAX).min(buffer.len());
        let part = buffer.get_mut(..most).unwrap_or_default();
        if !part.is_empty() {
            self.medium.read(self.at, part)?;
        }
        self.at = self.at.saturating_add(u64::try_from(most).unwrap_or(u64::MAX));
        Ok(most)
    }
}

/// A place that is written from its beginning, block by block. What is there already is not written again, so that an interrupted
/// install repeats cheaply.
pub(crate) struct Target<'m> {
    medium: &'m mut dyn Medium,
    /// Bytes that may be written.
    cap: u64,
    /// Bytes before the block that is being filled.
    at: u64,
    block: Vec<u8>,
    there: Vec<u8>,
    /// Whether more was to be written than may be.
    pub(crate) overflowed: bool,
}

impl<'m> Target<'m> {
    pub(crate) fn new(medium: &'m mut dyn Medium, cap: u64) -> Self {
        Self { medium, cap, at: 0, block: Vec::with_capacity(BLOCK), there: vec![0; BLOCK], overflowed: false }
    }

    /// Writes what is left and gives the number of bytes.
    pub(crate) fn finish(&mut self) -> io::Result<u64> {
        self.put()?;
        Ok(self.at)
    }

    fn put(&mut self) -> io::Result<()> {
        if self.block.is_empty() {
            return Ok(());
        }
        let there = self.there.get_mut(..self.block.len()).unwrap_or_default();
        // What cannot be read, written anew may be read again.
        let same = self.medium.read(self.at, there).is_ok() && there == self.block.as_slice();
        if !same {
            self.medium.write(self.at, &self.block)?;
        }
        self.at = self.at.saturating_add(length(&self.block));
        self.block.clear();
        Ok(())
    }
}

impl Write for Target<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let so_far = self.at.saturating_add(length(&self.block));
        if so_far.saturating_add(length(bytes)).cmp(&self.cap) == Ordering::Greater {
            self.overflowed = true;
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is longer than it may be"));
        }
        let room = BLOCK.saturating_sub(self.block.len()).min(bytes.len());
        self.block.extend_from_slice(bytes.get(..room).unwrap_or_default());
        if self.block.len() == BLOCK {
            self.put()?;
        }
        Ok(room)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// Bytes that are compared and written at once.
const BLOCK: usize = 64 * 1024;
