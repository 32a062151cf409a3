//! Items that hold no others.

use std::io::Read;

use super::{Bracket, Level, Parser};
use crate::assemble::error::AssembleError;
use crate::assemble::input::Place;
use crate::assemble::literal::{Notation, read};
use crate::assemble::number::{Head, Indicator, Number};

impl<R: Read> Parser<R> {
    pub(super) fn number(&mut self, place: Place) -> Result<bool, AssembleError> {
        let word = self.input.word()?;
        let Some(number) = Number::parse(&word) else {
            let error = self.input.error(place, format!("`{word}` is not a number that fits 64 bits"));
            return Err(error.advise("longer integers are tag 2 or 3 around bytes, such as 2(h'010000000000000000')"));
        };
        let indicator = self.indicator(false)?;
        match number {
            Number::Integer(0, argument) if self.input.accept(b"(")? => {
                let head = self.head(6, argument, indicator, place)?;
                self.output.push(head.bytes());
                self.begin(Bracket::Tag, Indicator::None, place)?;
                return Ok(true);
            }
            Number::Integer(major, argument) => {
                let head = self.head(major, argument, indicator, place)?;
                self.output.push(head.bytes());
            }
            Number::Float(value) => self.float(value, indicator, place)?,
        }
        Ok(false)
    }

    pub(super) fn float(&mut self, value: f64, indicator: Indicator, place: Place) -> Result<(), AssembleError> {
        let Some(head) = Head::float(value, indicator) else {
            return Err(self.input.error(place, "the number does not fit the width of its encoding indicator exactly"));
        };
        self.output.push(head.bytes());
        Ok(())
    }

    /// Words, and strings that begin with one.
    pub(super) fn named(&mut self, place: Place) -> Result<(), AssembleError> {
        let word = self.input.word()?;
        if self.input.accept(b"'")? {
            return match word.as_str() {
                "h" => self.string(2, Notation::Hex, place),
                "b64" => self.string(2, Notation::Base64, place),
                "raw" => {
                    // The first digit holds the major type.
                    if let Some(digit) = self.input.peek()?.and_then(|byte| char::from(byte).to_digit(16)) {
                        self.chunk(u8::try_from(digit >> 1).unwrap_or_default(), place)?;
                    }
                    read(&mut self.input, Notation::Hex, place, &mut self.output).map(drop)
                }
                _ => Err(self
                    .input
                    .error(place, format!("strings that begin with `{word}'` are not known"))
                    .advise("h'..' and b64'..' are bytes, raw'..' is an encoding in hex as it is")),
            };
        }
        if let Some(Level { bracket: Bracket::Chunks(_), .. }) = self.open.last() {
            return Err(self.input.error(place, "only strings may be chunks of a string"));
        }
        let byte = match word.as_str() {
            "false" => 0xf4,
            "true" => 0xf5,
            "null" => 0xf6,
            "undefined" => 0xf7,
            "NaN" | "Infinity" => {
                let indicator = self.indicator(false)?;
                return self.float(if word == "NaN" { f64::NAN } else { f64::INFINITY }, indicator, place);
            }
            "simple" if self.input.accept(b"(")? => return self.simple(place),
            _ => {
                let error = self.input.error(place, format!("`{word}` is not known"));
                return Err(
                    error.advise("texts stand in double quotes; words are true, false, null, undefined, NaN, Infinity, simple(..)")
                );
            }
        };
        self.output.push(&[byte]);
        Ok(())
    }

    pub(super) fn simple(&mut self, place: Place) -> Result<(), AssembleError> {
        self.input.space()?;
        let word = self.input.word()?;
        self.input.space()?;
        if !self.input.accept(b")")? {
            return Err(self.expected("`)`"));
        }
        match Number::parse(&word) {
            Some(Number::Integer(0, number @ (0..=23 | 32..=255))) => {
                let head = self.head(7, number, Indicator::None, place)?;
                self.output.push(head.bytes());
                Ok(())
            }
            _ => Err(self
                .input
                .error(place, "simple values are 0 to 23 and 32 to 255")
                .advise("raw'..' writes what no reader should accept")),
        }
    }

    pub(super) fn string(&mut self, major: u8, notation: Notation, place: Place) -> Result<(), AssembleError> {
        self.chunk(major, place)?;
        let slot = self.output.reserve();
        let length = read(&mut self.input, notation, place, &mut self.output)?;
        let indicator = self.indicator(true)?;
        if indicator == Indicator::Indefinite {
            if length > 0 || matches!(self.open.last(), Some(Level { bracket: Bracket::Chunks(_), .. })) {
                return Err(self
                    .input
                    .error(place, "only an empty string can be indefinite like this")
                    .advise("write `(_ \"..\", \"..\")` for a string in chunks"));
            }
            self.output.fill(slot, &[major << 5 | 31, 0xff]);
            return Ok(());
        }
        let head = self.head(major, length, indicator, place)?;
        self.output.fill(slot, head.bytes());
        Ok(())
    }

    /// Holds a string against the chunks it stands among.
    pub(super) fn chunk(&mut self, major: u8, place: Place) -> Result<(), AssembleError> {
        if let Some(Level { bracket: Bracket::Chunks(known), .. }) = self.open.last_mut() {
            if known.is_some_and(|known| known != major) {
                return Err(self.input.error(place, "bytes and text are mixed in one string"));
            }
            *known = Some(major);
        }
        Ok(())
    }
}
