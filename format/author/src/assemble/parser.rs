//! Notation becomes items in one pass; what is open is on a list, not on the stack.

mod leaves;

use std::io::Read;

use super::error::AssembleError;
use super::input::{Input, Place};
use super::literal::Notation;
use super::number::{Head, Indicator};
use super::rope::Assembled;

/// Reads a text to its end.
pub(super) struct Parser<R> {
    input: Input<R>,
    output: Assembled,
    open: Vec<Level>,
    items: u64,
}

/// A bracket that is not closed yet.
struct Level {
    bracket: Bracket,
    items: u64,
    indicator: Indicator,
    /// Where its head goes.
    head: usize,
    /// Bytes before its content.
    before: u64,
    place: Place,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Bracket {
    Array,
    Map,
    Tag,
    /// `(_`: an indefinite string, and its major type once that is known.
    Chunks(Option<u8>),
    /// `<<`
    Content,
}

impl Bracket {
    const fn end(self) -> &'static str {
        match self {
            Self::Array => "]",
            Self::Map => "}",
            Self::Tag | Self::Chunks(_) => ")",
            Self::Content => ">>",
        }
    }
}

impl<R: Read> Parser<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { input: Input::new(reader), output: Assembled::default(), open: Vec::new(), items: 0 }
    }

    pub(super) fn run(mut self) -> Result<Assembled, AssembleError> {
        loop {
            self.input.space()?;
            let Some(byte) = self.input.peek()? else { break };
            let ends = matches!(byte, b']' | b'}' | b')' | b'>');
            if ends {
                self.end()?;
            } else if self.item(byte)? {
                continue;
            }
            self.whole()?;
            if self.output.held() > HELD {
                return Err(self.input.error(self.input.place(), "the text describes too many items"));
            }
        }
        match self.open.last() {
            Some(level) => {
                let message = format!("a `{}` is missing at the end of the text", level.bracket.end());
                Err(self.input.error(level.place, message).advise("what is open begins here"))
            }
            None if self.items == 0 => Err(self.input.error(self.input.place(), "the text holds no item")),
            None => Ok(self.output),
        }
    }

    /// An item is whole: counts it, and closes what it ends.
    fn whole(&mut self) -> Result<(), AssembleError> {
        loop {
            let Some(level) = self.open.last_mut() else {
                self.items = self.items.saturating_add(1);
                self.input.space()?;
                if self.input.peek()?.is_some() && !self.input.accept(b",")? {
                    return Err(self.expected("`,` or the end of the text"));
                }
                return Ok(());
            };
            level.items = level.items.saturating_add(1);
            let (bracket, items) = (level.bracket, level.items);
            self.input.space()?;
            if self.input.peek()?.is_none() {
                return Ok(());
            }
            if bracket == Bracket::Map && items % 2 == 1 {
                if self.input.accept(b":")? {
                    return Ok(());
                }
                return Err(self.expected("`:` behind a key"));
            }
            if bracket != Bracket::Tag && self.input.accept(b",")? {
                return Ok(());
            }
            let end = bracket.end();
            let ended = matches!(self.input.peek()?, Some(byte) if end.as_bytes().first() == Some(&byte));
            if !ended {
                let separator = if bracket == Bracket::Tag { "" } else { "`,` or " };
                return Err(self.expected(&format!("{separator}`{end}`")));
            }
            self.end()?;
        }
    }

    /// A closing bracket: puts the head of what it closes into its place.
    fn end(&mut self) -> Result<(), AssembleError> {
        let place = self.input.place();
        let Some(mut level) = self.open.pop() else { return Err(self.input.error(place, "nothing is open that this could close")) };
        if !self.input.accept(level.bracket.end().as_bytes())? {
            let message = format!("`{}` is expected, which closes what began in line {}", level.bracket.end(), level.place.line);
            return Err(self.input.error(place, message));
        }
        if level.bracket == Bracket::Map && level.items % 2 == 1 {
            return Err(self.input.error(place, "a key has no value"));
        }
        if level.bracket == Bracket::Tag && level.items != 1 {
            return Err(self.input.error(place, "a tag holds one item"));
        }
        let indefinite = level.indicator == Indicator::Indefinite;
        let (major, argument) = match level.bracket {
            Bracket::Tag => return Ok(()),
            Bracket::Array => (4, level.items),
            Bracket::Map => (5, level.items / 2),
            Bracket::Chunks(Some(major)) => (major, 0),
            Bracket::Chunks(None) => {
                return Err(self
                    .input
                    .error(level.place, "it is open whether these are bytes or text")
                    .advise("write `''_` or `\"\"_` for no chunks"));
            }
            Bracket::Content => {
                level.indicator = self.indicator(false)?;
                (2, self.output.mark().1.saturating_sub(level.before))
            }
        };
        if indefinite {
            self.output.fill(level.head, &[major << 5 | 31]);
            self.output.push(&[0xff]);
            return Ok(());
        }
        let head = self.head(major, argument, level.indicator, level.place)?;
        self.output.fill(level.head, head.bytes());
        Ok(())
    }

    /// Reads an item, or the bracket it begins with: then it is not whole yet and this is true.
    fn item(&mut self, byte: u8) -> Result<bool, AssembleError> {
        let place = self.input.place();
        if let Some(Level { bracket: Bracket::Chunks(_), .. }) = self.open.last()
            && !(matches!(byte, b'"' | b'\'' | b'<') || byte.is_ascii_alphabetic())
        {
            return Err(self.input.error(place, "only strings may be chunks of a string"));
        }
        match byte {
            b'[' | b'{' => {
                self.input.next()?;
                let indicator = self.indicator(true)?;
                self.begin(if byte == b'[' { Bracket::Array } else { Bracket::Map }, indicator, place)?;
                Ok(true)
            }
            b'<' if self.input.accept(b"<<")? => {
                self.chunk(2, place)?;
                self.begin(Bracket::Content, Indicator::None, place)?;
                Ok(true)
            }
            b'(' if self.input.accept(b"(_")? => {
                self.begin(Bracket::Chunks(None), Indicator::Indefinite, place)?;
                Ok(true)
            }
            b'"' | b'\'' => {
                self.input.next()?;
                self.string(if byte == b'"' { 3 } else { 2 }, Notation::Text(byte), place)?;
                Ok(false)
            }
            b'0'..=b'9' | b'+' | b'-' => self.number(place),
            byte if byte.is_ascii_alphabetic() => {
                self.named(place)?;
                Ok(false)
            }
            _ => Err(self.expected("an item")),
        }
    }

    fn begin(&mut self, bracket: Bracket, indicator: Indicator, place: Place) -> Result<(), AssembleError> {
        if self.open.len() >= LEVELS {
            return Err(self.input.error(place, format!("more than {LEVELS} brackets are open")));
        }
        let head = self.output.reserve();
        self.open.push(Level { bracket, items: 0, indicator, head, before: self.output.mark().1, place });
        Ok(())
    }

    fn head(&self, major: u8, argument: u64, indicator: Indicator, place: Place) -> Result<Head, AssembleError> {
        Head::new(major, argument, indicator)
            .ok_or_else(|| self.input.error(place, format!("{argument} does not fit the width of its encoding indicator")))
    }

    /// Reads an encoding indicator, if there is one.
    fn indicator(&mut self, indefinite: bool) -> Result<Indicator, AssembleError> {
        let place = self.input.place();
        if !self.input.accept(b"_")? {
            return Ok(Indicator::None);
        }
        match self.input.peek()? {
            Some(digit @ b'0'..=b'3') => {
                self.input.next()?;
                Ok(Indicator::Width(digit.wrapping_sub(b'0')))
            }
            Some(b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z') => Err(self.unknown_indicator(place)),
            _ if indefinite => Ok(Indicator::Indefinite),
            _ => Err(self.unknown_indicator(place)),
        }
    }

    fn unknown_indicator(&self, place: Place) -> AssembleError {
        let error = self.input.error(place, "the encoding indicator is not known here");
        error.advise("`_0` to `_3` stand for 1, 2, 4 or 8 bytes, `_` behind an opening bracket for indefinite length")
    }

    fn expected(&mut self, what: &str) -> AssembleError {
        let place = self.input.place();
        match self.input.peek() {
            Ok(Some(byte @ b' '..=b'~')) => self.input.error(place, format!("{what} is expected, not `{}`", char::from(byte))),
            Ok(Some(_)) => self.input.error(place, format!("{what} is expected")),
            Ok(None) => self.input.error(place, format!("{what} is expected, not the end of the text")),
            Err(error) => error,
        }
    }
}

/// What `inspect --edn` shows nests less deep.
const LEVELS: usize = 256;

/// Bytes held in memory: heads of packages, long before this, are refused by every reader.
const HELD: usize = 64 * 1024 * 1024;
