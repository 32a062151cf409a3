//! Encoded items out of a stream, with as much ahead in view as a head of a package may have.

use std::io::Read;

use suitpack_core::{Error, ErrorKind};

use crate::reader::ReadError;

/// A stream of encoded items.
pub(super) struct Source<R> {
    input: R,
    buffer: Vec<u8>,
    start: usize,
    position: usize,
}

/// The head of an item in whatever encoding.
#[derive(Clone, Copy)]
pub(super) struct Head {
    pub(super) major: u8,
    pub(super) info: u8,
    /// Zero for indefinite lengths.
    pub(super) argument: u64,
    /// Bytes of the head.
    pub(super) length: usize,
}

impl<R: Read> Source<R> {
    pub(super) const fn new(input: R) -> Self {
        Self { input, buffer: Vec::new(), start: 0, position: 0 }
    }

    /// Bytes read so far.
    pub(super) const fn position(&self) -> usize {
        self.position
    }

    pub(super) const fn error(&self, kind: ErrorKind) -> ReadError {
        ReadError::Malformed(Error::new(kind, self.position))
    }

    /// The next `wanted` bytes, or fewer if there are no more.
    pub(super) fn ahead(&mut self, wanted: usize) -> Result<&[u8], ReadError> {
        let held = self.buffer.len().saturating_sub(self.start);
        if held < wanted {
            self.buffer.drain(..self.start);
            self.start = 0;
            let missing = wanted.saturating_sub(held).max(CHUNK);
            self.input.by_ref().take(missing as u64).read_to_end(&mut self.buffer)?;
        }
        let rest = self.buffer.get(self.start..).unwrap_or_default();
        Ok(rest.get(..wanted).unwrap_or(rest))
    }

    /// Passes over bytes that were [`ahead`](Self::ahead).
    pub(super) fn pass(&mut self, count: usize) {
        self.start = self.start.saturating_add(count).min(self.buffer.len());
        self.position = self.position.saturating_add(count);
    }

    /// The head of the next item, which is not passed over; none at the end of the input.
    pub(super) fn head(&mut self) -> Result<Option<Head>, ReadError> {
        let ahead = self.ahead(9)?;
        if ahead.is_empty() {
            return Ok(None);
        }
        match Head::decode(ahead) {
            Ok(head) => Ok(Some(head)),
            Err(kind) => Err(self.error(kind)),
        }
    }

    /// Hands out the next `length` bytes in pieces.
    pub(super) fn each<E: From<ReadError>>(&mut self, length: u64, mut take: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        let mut left = length;
        while left > 0 {
            let wanted = usize::try_from(left).unwrap_or(usize::MAX).min(CHUNK);
            let piece = self.ahead(wanted)?;
            let got = piece.len();
            take(piece)?;
            self.pass(got);
            if got < wanted {
                return Err(self.error(ErrorKind::Truncated).into());
            }
            left = left.saturating_sub(got as u64);
        }
        Ok(())
    }
}

impl Head {
    /// Reads a head, well-formed by RFC 8949 appendix C.
    fn decode(bytes: &[u8]) -> Result<Self, ErrorKind> {
        let [first, rest @ ..] = bytes else { return Err(ErrorKind::Truncated) };
        let (major, info) = (first >> 5, first & 0x1f);
        let size = match info {
            0..=23 => 0,
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            31 if matches!(major, 2..=5 | 7) => 0,
            _ => return Err(ErrorKind::ReservedNumber),
        };
        let bytes = rest.get(..size).ok_or(ErrorKind::Truncated)?;
        let argument = match info {
            0..=23 => u64::from(info),
            31 => 0,
            _ => bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
        };
        // Simple values below 32 have one encoding only (RFC 8949 §3.3).
        if major == 7 && info == 24 && argument < 32 {
            return Err(ErrorKind::ReservedNumber);
        }
        Ok(Self { major, info, argument, length: size + 1 })
    }

    pub(super) const fn is_break(self) -> bool {
        self.major == 7 && self.info == 31
    }

    pub(super) const fn is_indefinite(self) -> bool {
        self.info == 31
    }

    /// The encoding indicator (RFC 8949 §8.1), empty for the shortest form.
    pub(super) const fn indicator(self) -> &'static str {
        match (self.info, self.argument) {
            (24, 0..=23) => "_0",
            (25, 0..=0xff) => "_1",
            (26, 0..=0xffff) => "_2",
            (27, 0..=0xffff_ffff) => "_3",
            _ => "",
        }
    }
}

/// Read at once.
pub(super) const CHUNK: usize = 16 * 1024;
