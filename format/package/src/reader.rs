//! The head of a package in memory, its payloads as streams behind it.

use core::fmt;
use std::io::{self, Chain, Cursor, Read};

use suitpack_core::cbor::{Kind, Reader as Cbor};
use suitpack_core::{Envelope, Error, ErrorKind, Head, limits};

/// Why a package cannot be read further.
#[derive(Debug)]
pub enum ReadError {
    /// The bytes could not be had.
    Io(io::Error),
    /// The bytes are not a package.
    Malformed(Error),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Malformed(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for ReadError {}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A package of any size from a file or a pipe. Only its head is held in memory, at most [`limits::HEAD`] bytes.
#[derive(Debug)]
pub struct Package<R> {
    /// The head, and what was read behind it: the first payload's key shows where the head ends.
    bytes: Vec<u8>,
    length: usize,
    payloads: Payloads<R>,
}

impl<R: Read> Package<R> {
    /// Reads the head.
    ///
    /// # Errors
    /// If the input fails, ends early, or its head breaks the CDDL or exceeds the limit.
    pub fn open(mut input: R) -> Result<Self, ReadError> {
        let mut bytes = Vec::new();
        let head = loop {
            let wanted = (bytes.len() * 2).clamp(FIRST_READ, limits::HEAD + FIRST_READ) - bytes.len();
            let got = input.by_ref().take(wanted as u64).read_to_end(&mut bytes)?;
            match Envelope::parse_head(&bytes) {
                Ok((_, head)) => break head,
                // More bytes help only if there are any and the limit allows them.
                Err(error) if error.kind() == ErrorKind::Truncated && got > 0 => {
                    if bytes.len() > limits::HEAD {
                        return Err(ReadError::Malformed(Error::new(ErrorKind::LimitExceeded, error.offset())));
                    }
                }
                Err(error) => return Err(ReadError::Malformed(error)),
            }
        };
        let behind = bytes.get(head.length..).unwrap_or_default().to_vec();
        let payloads = Payloads::new(Cursor::new(behind).chain(input), head);
        Ok(Self { bytes, length: head.length, payloads })
    }

    /// The envelope without its payloads, and those as a stream.
    ///
    /// # Errors
    /// None that [`Package::open`] has not reported.
    pub fn parts(&mut self) -> Result<(Envelope<'_>, &mut Payloads<R>), ReadError> {
        let (envelope, _) = Envelope::parse_head(&self.bytes).map_err(ReadError::Malformed)?;
        Ok((envelope, &mut self.payloads))
    }

    /// The head with the first payload's key behind it, where there is one: what [`Envelope::parse_head`] reads again.
    #[must_use]
    pub fn readable(&self) -> &[u8] {
        self.bytes.get(..self.length.saturating_add(limits::PAYLOAD_KEY + 9)).unwrap_or(&self.bytes)
    }

    /// The bytes before the first payload.
    #[must_use]
    pub fn head(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

/// The integrated payloads of a package, one after the other.
#[derive(Debug)]
pub struct Payloads<R> {
    input: Chain<Cursor<Vec<u8>>, R>,
    position: usize,
    left: u64,
    previous: Option<Vec<u8>>,
    unread: u64,
}

impl<R: Read> Payloads<R> {
    fn new(input: Chain<Cursor<Vec<u8>>, R>, head: Head) -> Self {
        Self { input, position: head.length, left: head.payloads, previous: None, unread: 0 }
    }

    /// The payloads not opened yet.
    #[must_use]
    pub const fn left(&self) -> u64 {
        self.left
    }

    /// Opens the next payload: its name and its size in bytes; reading `self` then gives its content. What was left unread of
    /// the payload before is passed over. After the last payload nothing may follow.
    ///
    /// # Errors
    /// If the input fails, ends early, goes on after the last payload, or names are malformed, repeated or out of order.
    pub fn next_payload(&mut self) -> Result<Option<(String, u64)>, ReadError> {
        if self.unread > 0 {
            io::copy(self, &mut io::sink())?;
        }
        if self.left == 0 {
            let mut extra = [0];
            return match self.input.read(&mut extra)? {
                0 => Ok(None),
                _ => Err(self.error(ErrorKind::TrailingBytes)),
            };
        }
        self.left -= 1;
        let start = self.position;
        let (length, mut key) = self.header(Kind::Text)?;
        let length = usize::try_from(length).ok().filter(|length| *length <= limits::PAYLOAD_KEY);
        let length = length.ok_or(Error::new(ErrorKind::LimitExceeded, start)).map_err(ReadError::Malformed)?;
        let mut name = vec![0; length];
        self.exactly(&mut name)?;
        key.extend_from_slice(&name);
        match self.previous.as_ref().map(|previous| previous.cmp(&key)) {
            None | Some(core::cmp::Ordering::Less) => {}
            Some(order) => {
                let kind = if order.is_eq() { ErrorKind::DuplicateKey } else { ErrorKind::KeysOutOfOrder };
                return Err(ReadError::Malformed(Error::new(kind, start)));
            }
        }
        self.previous = Some(key);
        let name = String::from_utf8(name).map_err(|_| ReadError::Malformed(Error::new(ErrorKind::Utf8, start)))?;
        let (size, _) = self.header(Kind::Bytes)?;
        self.unread = size;
        Ok(Some((name, size)))
    }

    /// Bytes of the package that were read so far.
    #[must_use]
    pub const fn position(&self) -> usize {
        self.position
    }

    /// Whether the payload opened last was read to its end.
    #[must_use]
    pub const fn is_read(&self) -> bool {
        self.unread == 0
    }

    /// Reads the head of an item byte by byte, and gives its argument and its bytes.
    fn header(&mut self, kind: Kind) -> Result<(u64, Vec<u8>), ReadError> {
        let start = self.position;
        let mut bytes = vec![0];
        self.exactly(&mut bytes)?;
        loop {
            match Cbor::at(&bytes, start).header(kind) {
                Ok(argument) => return Ok((argument, bytes)),
                Err(error) if error.kind() == ErrorKind::Truncated && bytes.len() < 9 => {
                    let mut next = [0];
                    self.exactly(&mut next)?;
                    bytes.extend_from_slice(&next);
                }
                Err(error) => return Err(ReadError::Malformed(error)),
            }
        }
    }

    fn exactly(&mut self, buffer: &mut [u8]) -> Result<(), ReadError> {
        self.input.read_exact(buffer).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => self.error(ErrorKind::Truncated),
            _ => ReadError::Io(error),
        })?;
        self.position = self.position.saturating_add(buffer.len());
        Ok(())
    }

    const fn error(&self, kind: ErrorKind) -> ReadError {
        ReadError::Malformed(Error::new(kind, self.position))
    }
}

impl<R: Read> Read for Payloads<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.unread).unwrap_or(usize::MAX).min(buffer.len());
        let Some(part) = buffer.get_mut(..most).filter(|part| !part.is_empty()) else { return Ok(0) };
        let got = self.input.read(part)?;
        if got == 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the package ends inside a payload"));
        }
        self.unread = self.unread.saturating_sub(got as u64);
        self.position = self.position.saturating_add(got);
        Ok(got)
    }
}

/// An input of which the beginning is kept, so that it can be looked at again whatever a reader says of it.
#[derive(Debug)]
pub struct Start<R> {
    input: R,
    bytes: Vec<u8>,
}

impl<R> Start<R> {
    /// Keeps as much of `input` as the longest head takes.
    pub const fn new(input: R) -> Self {
        Self { input, bytes: Vec::new() }
    }

    /// What was read so far, cut at the length of the longest head.
    #[must_use]
    pub fn kept(&self) -> &[u8] {
        &self.bytes
    }
}

impl<R: Read> Read for Start<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.input.read(buffer)?;
        let room = limits::HEAD.saturating_sub(self.bytes.len());
        self.bytes.extend_from_slice(buffer.get(..got.min(room)).unwrap_or_default());
        Ok(got)
    }
}

/// Most heads are a few kilobytes.
const FIRST_READ: usize = 16 * 1024;
