//! The text, byte by byte, with the place of each.

use std::io::Read;

use super::error::AssembleError;

/// A text that is read forwards, a few bytes ahead of which can be seen.
pub(super) struct Input<R> {
    reader: R,
    buffer: Vec<u8>,
    start: usize,
    ended: bool,
    /// The line so far, for messages; none once it is too long.
    shown: Option<Vec<u8>>,
    place: Place,
}

/// A place in the text, from 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) line: u64,
    pub(super) column: u64,
}

impl<R: Read> Input<R> {
    pub(super) const fn new(reader: R) -> Self {
        Self { reader, buffer: Vec::new(), start: 0, ended: false, shown: Some(Vec::new()), place: Place { line: 1, column: 1 } }
    }

    pub(super) const fn place(&self) -> Place {
        self.place
    }

    /// The byte `ahead` of the next one; none at the end.
    pub(super) fn peek_at(&mut self, ahead: usize) -> Result<Option<u8>, AssembleError> {
        while !self.ended && self.buffer.len().saturating_sub(self.start) <= ahead {
            self.buffer.drain(..self.start);
            self.start = 0;
            let read = self.reader.by_ref().take(CHUNK).read_to_end(&mut self.buffer);
            let got =
                read.map_err(|cause| AssembleError { cause: Some(cause), ..self.error(self.place, "the text cannot be read") })?;
            self.ended = got == 0;
        }
        Ok(self.buffer.get(self.start.saturating_add(ahead)).copied())
    }

    pub(super) fn peek(&mut self) -> Result<Option<u8>, AssembleError> {
        self.peek_at(0)
    }

    /// The next byte, which is passed over.
    pub(super) fn next(&mut self) -> Result<Option<u8>, AssembleError> {
        let Some(byte) = self.peek()? else { return Ok(None) };
        self.start = self.start.saturating_add(1);
        if byte == b'\n' {
            self.place = Place { line: self.place.line.saturating_add(1), column: 1 };
            self.shown = Some(Vec::new());
        } else {
            // Bytes within a character of UTF-8 are not counted.
            self.place.column = self.place.column.saturating_add(u64::from(byte & 0xc0 != 0x80));
            if self.shown.as_ref().is_some_and(|line| line.len() >= LINE) {
                self.shown = None;
            }
            if let Some(line) = &mut self.shown {
                line.push(byte);
            }
        }
        Ok(Some(byte))
    }

    /// Passes over `text` if it comes next.
    pub(super) fn accept(&mut self, text: &[u8]) -> Result<bool, AssembleError> {
        for (ahead, byte) in text.iter().enumerate() {
            if self.peek_at(ahead)? != Some(*byte) {
                return Ok(false);
            }
        }
        for _ in text {
            self.next()?;
        }
        Ok(true)
    }

    /// Passes over white space and comments.
    pub(super) fn space(&mut self) -> Result<(), AssembleError> {
        loop {
            match (self.peek()?, self.peek_at(1)?) {
                (Some(b' ' | b'\t' | b'\r' | b'\n'), _) => drop(self.next()?),
                (Some(b'#'), _) | (Some(b'/'), Some(b'/')) => {
                    while self.peek()?.is_some_and(|byte| byte != b'\n') {
                        self.next()?;
                    }
                }
                (Some(b'/'), second) => {
                    let place = self.place;
                    self.next()?;
                    let starred = second == Some(b'*');
                    if starred {
                        self.next()?;
                    }
                    loop {
                        match self.next()? {
                            Some(b'/') if !starred => break,
                            Some(b'*') if starred && self.peek()? == Some(b'/') => {
                                self.next()?;
                                break;
                            }
                            Some(_) => {}
                            None => return Err(self.error(place, "a comment does not end").advise("end it with `/`")),
                        }
                    }
                }
                _ => return Ok(()),
            }
        }
    }

    /// Letters, digits and what else names and numbers are made of.
    pub(super) fn word(&mut self) -> Result<String, AssembleError> {
        let place = self.place;
        let mut word = String::new();
        while let Some(byte) = self.peek()?.filter(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte)) {
            word.push(char::from(byte));
            self.next()?;
            if word.len() > WORD {
                return Err(self.error(place, "a number or name is too long"));
            }
        }
        Ok(word)
    }

    pub(super) fn error(&self, place: Place, message: impl Into<String>) -> AssembleError {
        let line = self.shown.as_ref().filter(|_| place.line == self.place.line);
        let rest = self.buffer.get(self.start..).unwrap_or_default();
        let rest = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let whole = line.map(|line| [line.as_slice(), rest].concat()).filter(|line| line.len() <= LINE);
        AssembleError {
            message: message.into(),
            hint: None,
            line: place.line,
            column: place.column,
            source_line: whole.and_then(|line| String::from_utf8(line).ok()),
            cause: None,
        }
    }
}

impl AssembleError {
    pub(super) fn advise(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }
}

/// Read at once.
const CHUNK: u64 = 64 * 1024;

/// Longer lines would fill the screen.
const LINE: usize = 120;

/// No number that fits 64 bits is longer, leading zeros aside.
const WORD: usize = 512;
