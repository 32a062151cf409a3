//! Strings of all kinds, and what only its own encoding can say.

use std::io::{self, Read, Write};

use suitpack_core::limits;

use super::{Container, Printer};
use crate::edn::EdnError;
use crate::edn::literal::{hex, quoted};
use crate::edn::shape::{Before, Place, Shape};
use crate::edn::source::{CHUNK, Head};
use crate::reader::ReadError;

impl<R: Read, W: Write> Printer<R, W> {
    pub(super) fn bytes(&mut self, head: Head, shape: Shape, place: Place) -> Result<(), EdnError> {
        let levels = self.levels.saturating_sub(self.open.len()).saturating_sub(1);
        if let Some(shape) = shape.content(place).filter(|_| head.argument > 0)
            && let Some(content) = self.whole(head)?
            && levels > 0
            && (Printer { levels, ..Printer::new(content, io::sink(), Shape::Any) }).run().is_ok()
        {
            self.source.pass(head.length);
            let length = usize::try_from(head.argument).unwrap_or(usize::MAX);
            let end = self.source.position().saturating_add(length);
            self.out.write_all(b"<< ")?;
            self.push(Container::Content(end), None, shape, false);
            if let Some(frame) = self.open.last_mut() {
                frame.indicator = head.indicator();
            }
            return Ok(());
        }
        if matches!(shape, Shape::ComponentId)
            && let Some(content) = self.whole(head)?
            && let Some(name) = plain(content)
        {
            self.comment(Some(&name))?;
        }
        self.out.write_all(b"h'")?;
        self.source.pass(head.length);
        let result = self.hex(head.argument);
        write!(self.out, "'{}", head.indicator())?;
        result?;
        self.counted(Before::Other);
        Ok(())
    }

    pub(super) fn text(&mut self, head: Head) -> Result<(), EdnError> {
        let text = self.whole(head)?.and_then(|content| core::str::from_utf8(content).ok()).map(str::to_owned);
        if let Some(text) = text {
            self.source.pass(head.length.saturating_add(text.len()));
            quoted(&text, &mut self.out)?;
            self.out.write_all(head.indicator().as_bytes())?;
        } else {
            // Not UTF-8, cut short, or longer than anybody reads: the encoding itself says it exactly.
            self.raw(head, head.argument)?;
        }
        self.counted(Before::Other);
        Ok(())
    }

    /// A string's content, if it is all there and not too long to hold.
    fn whole(&mut self, head: Head) -> Result<Option<&[u8]>, ReadError> {
        let Some(length) = usize::try_from(head.argument).ok().filter(|length| *length <= limits::HEAD) else { return Ok(None) };
        let ahead = self.source.ahead(head.length.saturating_add(length))?;
        Ok(ahead.get(head.length..).filter(|content| content.len() == length))
    }

    pub(super) fn chunks(&mut self, head: Head) -> Result<(), EdnError> {
        self.source.pass(head.length);
        if self.source.head()?.is_some_and(Head::is_break) {
            self.source.pass(1);
            self.out.write_all(if head.major == 2 { b"''_" } else { b"\"\"_" })?;
            self.counted(Before::Other);
            return Ok(());
        }
        self.out.write_all(b"(_ ")?;
        self.push(Container::Chunks(head.major), None, Shape::Any, false);
        Ok(())
    }

    /// The encoding as it is, for what the notation cannot say.
    pub(super) fn raw(&mut self, head: Head, content: u64) -> Result<(), EdnError> {
        self.out.write_all(b"raw'")?;
        let out = &mut self.out;
        self.source.each(head.length as u64, |piece| Ok::<_, EdnError>(hex(piece, out)?))?;
        let result = self.hex(content);
        self.out.write_all(b"'")?;
        result
    }

    /// The next bytes in hex, many of them in lines.
    pub(super) fn hex(&mut self, length: u64) -> Result<(), EdnError> {
        let many = length > LINE as u64;
        let indent = "  ".repeat(self.depth().saturating_add(1));
        let out = &mut self.out;
        let result = self.source.each(length, |piece| {
            if !many {
                return Ok::<_, EdnError>(hex(piece, out)?);
            }
            // Pieces are whole lines but for the last.
            piece.chunks(LINE).try_for_each(|line| {
                write!(out, "\n{indent}")?;
                Ok(hex(line, out)?)
            })
        });
        if many {
            write!(self.out, "\n{}", "  ".repeat(self.depth()))?;
        }
        result
    }
}

/// A segment of a component identifier that is text and cannot end a comment.
fn plain(content: &[u8]) -> Option<String> {
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-+@ ".contains(byte);
    let text = core::str::from_utf8(content).ok()?;
    ((1..=64).contains(&content.len()) && content.iter().all(fits)).then(|| text.to_owned())
}

/// Bytes on a line of hex.
const LINE: usize = 64;

const _: () = assert!(CHUNK.is_multiple_of(LINE));
