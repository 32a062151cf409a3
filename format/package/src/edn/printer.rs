//! Items become notation in one pass; what is open is on a list, not on the stack.

mod strings;

use std::io::{self, Read, Write};

use suitpack_core::{Error, ErrorKind};

use super::EdnError;
use super::literal::{float, hex};
use super::shape::{Before, Place, Shape, tag_name};
use super::source::{Head, Source};
use crate::reader::ReadError;

/// Writes what it reads.
pub(super) struct Printer<R, W> {
    source: Source<R>,
    out: W,
    shape: Shape,
    open: Vec<Frame>,
    /// Items that stand in no container.
    items: u64,
    /// Containers that may be open at once.
    levels: usize,
}

/// A container that is not closed yet.
struct Frame {
    kind: Container,
    /// Items to come; none where a break or the end of the byte string tells.
    left: Option<u64>,
    read: u64,
    shape: Shape,
    before: Before,
    /// Whether items stand on lines of their own.
    rows: bool,
    /// Behind the closing bracket.
    indicator: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Container {
    Array,
    Map,
    Tag(u64),
    /// An indefinite string.
    Chunks(u8),
    /// A byte string up to this position.
    Content(usize),
}

impl<R: Read, W: Write> Printer<R, W> {
    pub(super) const fn new(input: R, out: W, shape: Shape) -> Self {
        Self { source: Source::new(input), out, shape, open: Vec::new(), items: 0, levels: LEVELS }
    }

    pub(super) fn run(mut self) -> Result<(), EdnError> {
        let result = self.all();
        if let Err(EdnError::Read(ReadError::Malformed(error))) = &result {
            self.rest(*error)?;
        }
        self.out.write_all(b"\n").and_then(|()| self.out.flush())?;
        result
    }

    fn all(&mut self) -> Result<(), EdnError> {
        loop {
            self.close()?;
            match self.source.head()? {
                Some(head) if head.is_break() => self.end(head)?,
                Some(head) => self.item(head)?,
                None if self.open.is_empty() && self.items > 0 => return Ok(()),
                None => return Err(self.source.error(ErrorKind::Truncated).into()),
            }
        }
    }

    /// Says where it could not be read further, and shows the bytes there.
    fn rest(&mut self, error: Error) -> Result<(), EdnError> {
        write!(self.out, " # {error}")?;
        let Ok(ahead) = self.source.ahead(REST) else { return Ok(()) };
        if !ahead.is_empty() {
            self.out.write_all(b": ")?;
            hex(ahead, &mut self.out)?;
        }
        Ok(())
    }

    /// Closes what is full.
    fn close(&mut self) -> Result<(), EdnError> {
        while let Some(frame) = self.open.last() {
            let full = match frame.kind {
                Container::Content(end) => self.source.position() >= end,
                _ => frame.left == Some(0),
            };
            if !full {
                break;
            }
            self.closed()?;
        }
        Ok(())
    }

    fn closed(&mut self) -> Result<(), EdnError> {
        let Some(frame) = self.open.pop() else { return Ok(()) };
        if frame.rows && frame.read > 0 {
            self.line()?;
        }
        self.out.write_all(match frame.kind {
            Container::Array => b"]",
            Container::Map => b"}",
            Container::Tag(_) | Container::Chunks(_) => b")",
            Container::Content(_) => b" >>",
        })?;
        self.out.write_all(frame.indicator.as_bytes())?;
        self.counted(if frame.kind == Container::Array { Before::Array } else { Before::Other });
        Ok(())
    }

    /// A break ends what is indefinite; a map not between a key and its value.
    fn end(&mut self, head: Head) -> Result<(), EdnError> {
        let fits = self.open.last().is_some_and(|frame| match frame.kind {
            Container::Map => frame.left.is_none() && frame.read.is_multiple_of(2),
            Container::Array | Container::Chunks(_) => frame.left.is_none(),
            Container::Tag(_) | Container::Content(_) => false,
        });
        if !fits {
            return Err(self.source.error(ErrorKind::ReservedNumber).into());
        }
        self.source.pass(head.length);
        self.closed()
    }

    fn item(&mut self, head: Head) -> Result<(), EdnError> {
        if let Some(Frame { kind: Container::Chunks(major), .. }) = self.open.last()
            && (head.major != *major || head.is_indefinite())
        {
            return Err(self.source.error(ErrorKind::UnexpectedType).into());
        }
        if matches!(head.major, 4..=6) && self.open.len() >= self.levels {
            return Err(self.source.error(ErrorKind::NestingTooDeep).into());
        }
        self.separator()?;
        let (shape, place) = self.place();
        match head.major {
            0 | 1 => self.integer(head, shape, place),
            2 | 3 if head.is_indefinite() => self.chunks(head),
            2 => self.bytes(head, shape, place),
            3 => self.text(head),
            4 | 5 => self.container(head, shape.inner(place)),
            6 => {
                self.comment(tag_name(head.argument).filter(|_| !matches!(shape, Shape::Any)))?;
                write!(self.out, "{}{}(", head.argument, head.indicator())?;
                self.source.pass(head.length);
                self.push(Container::Tag(head.argument), Some(1), shape.inner(Place::Tag(head.argument)), false);
                Ok(())
            }
            _ => self.simple(head),
        }
    }

    /// What the next item is, seen from its container.
    fn place(&mut self) -> (Shape, Place) {
        let Some(frame) = self.open.last() else { return (self.shape, Place::Content) };
        let place = match frame.kind {
            Container::Map if frame.read.is_multiple_of(2) => Place::Key,
            Container::Map => Place::Value(frame.before),
            Container::Array => Place::Element(frame.read, frame.before),
            Container::Tag(_) | Container::Content(_) | Container::Chunks(_) => Place::Content,
        };
        (frame.shape, place)
    }

    fn integer(&mut self, head: Head, shape: Shape, place: Place) -> Result<(), EdnError> {
        let value = i128::from(head.argument);
        let value = if head.major == 0 { value } else { !value };
        let short = i64::try_from(value).ok();
        self.comment(short.and_then(|value| shape.name(place, value)))?;
        write!(self.out, "{value}{}", head.indicator())?;
        self.source.pass(head.length);
        self.counted(short.map_or(Before::Other, Before::Int));
        Ok(())
    }

    fn container(&mut self, head: Head, shape: Shape) -> Result<(), EdnError> {
        let (kind, bracket, count) = match head.major {
            4 => (Container::Array, "[", head.argument),
            // A map that announces more entries than bytes can follow is cut short long before 2^64 items.
            _ => (Container::Map, "{", head.argument.saturating_mul(2)),
        };
        let indicator = if head.is_indefinite() { "_" } else { head.indicator() };
        let rows = head.major == 5 || shape.has_rows();
        write!(self.out, "{bracket}{indicator}{}", if !indicator.is_empty() && !rows { " " } else { "" })?;
        self.source.pass(head.length);
        let shape = match shape {
            Shape::Package if head.major == 5 && self.looks_like_an_envelope()? => Shape::Envelope,
            Shape::Package => Shape::Any,
            shape => shape,
        };
        self.push(kind, (!head.is_indefinite()).then_some(count), shape, rows);
        Ok(())
    }

    /// Without a tag, what begins with a byte string under the key of the wrapper or the manifest is taken for an envelope.
    fn looks_like_an_envelope(&mut self) -> Result<bool, ReadError> {
        Ok(matches!(self.source.ahead(2)?, [2 | 3, string] if string >> 5 == 2))
    }

    fn simple(&mut self, head: Head) -> Result<(), EdnError> {
        let text = match (head.info, head.argument) {
            (20, _) => Some(String::from("false")),
            (21, _) => Some(String::from("true")),
            (22, _) => Some(String::from("null")),
            (23, _) => Some(String::from("undefined")),
            (25..=27, bits) => float(head.info, bits),
            (_, number) => Some(format!("simple({number})")),
        };
        match text {
            Some(text) => {
                self.out.write_all(text.as_bytes())?;
                self.source.pass(head.length);
            }
            None => self.raw(head, 0)?,
        }
        self.counted(Before::Other);
        Ok(())
    }

    fn push(&mut self, kind: Container, left: Option<u64>, shape: Shape, rows: bool) {
        self.open.push(Frame { kind, left, read: 0, shape, before: Before::Other, rows, indicator: "" });
    }

    /// An item is whole.
    fn counted(&mut self, item: Before) {
        match self.open.last_mut() {
            Some(frame) => {
                frame.read = frame.read.saturating_add(1);
                frame.left = frame.left.map(|left| left.saturating_sub(1));
                frame.before = item;
            }
            None => self.items = self.items.saturating_add(1),
        }
    }

    fn separator(&mut self) -> Result<(), EdnError> {
        let Some(frame) = self.open.last() else {
            return Ok(self.out.write_all(if self.items > 0 { b",\n" } else { b"" })?);
        };
        // A command and its argument stand together.
        let pair = matches!(frame.shape, Shape::Sequence) && !frame.read.is_multiple_of(2);
        let (first, rows, value) =
            (frame.read == 0, frame.rows && !pair, frame.kind == Container::Map && !frame.read.is_multiple_of(2));
        match (first, rows) {
            _ if value => self.out.write_all(b": ")?,
            (true, true) => self.line()?,
            (true, false) => {}
            (false, true) => {
                self.out.write_all(b",")?;
                self.line()?;
            }
            (false, false) => self.out.write_all(b", ")?,
        }
        Ok(())
    }

    fn line(&mut self) -> Result<(), EdnError> {
        let indent = "  ".repeat(self.depth());
        Ok(write!(self.out, "\n{indent}")?)
    }

    fn depth(&self) -> usize {
        self.open.iter().filter(|frame| frame.rows).count()
    }

    fn comment(&mut self, text: Option<&str>) -> Result<(), EdnError> {
        // A slash would end it.
        Ok(text.map_or(Ok(()), |text| write!(self.out, "/ {} / ", text.replace('/', "-")))?)
    }
}

impl From<ReadError> for EdnError {
    fn from(error: ReadError) -> Self {
        Self::Read(error)
    }
}

impl From<io::Error> for EdnError {
    fn from(error: io::Error) -> Self {
        Self::Write(error)
    }
}

/// Arrays, maps, tags and byte strings in one another. Packages need about thirty; deeper ones are not shown.
const LEVELS: usize = 128;

/// Bytes shown where reading ends.
const REST: usize = 64;
