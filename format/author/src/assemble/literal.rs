//! Strings of all kinds, written down while they are read.

use std::io::Read;

use super::error::AssembleError;
use super::input::{Input, Place};
use super::rope::Assembled;

/// How the bytes between quotes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notation {
    Hex,
    Base64,
    /// Characters, up to this quote.
    Text(u8),
}

/// Reads what stands between quotes, the first of which was read, and adds it to `output`; gives its length.
pub(super) fn read<R: Read>(
    input: &mut Input<R>,
    notation: Notation,
    begin: Place,
    output: &mut Assembled,
) -> Result<u64, AssembleError> {
    let (start, before) = output.mark();
    match notation {
        Notation::Hex => hex(input, begin, output, start)?,
        Notation::Base64 => base64(input, begin, output, start)?,
        Notation::Text(quote) => text(input, quote, begin, output, start)?,
    }
    Ok(output.mark().1.saturating_sub(before))
}

fn hex<R: Read>(input: &mut Input<R>, begin: Place, output: &mut Assembled, start: usize) -> Result<(), AssembleError> {
    let mut high = None;
    loop {
        let place = input.place();
        let Some(byte) = input.next()? else { return Err(open(input, begin)) };
        let digit = match byte {
            b'\'' if high.is_some() => {
                return Err(input.error(place, "hex ends in the middle of a byte").advise("write two digits for each byte"));
            }
            b'\'' => return Ok(()),
            b' ' | b'\t' | b'\r' | b'\n' => continue,
            b'0'..=b'9' => byte.wrapping_sub(b'0'),
            b'a'..=b'f' => byte.wrapping_sub(b'a').wrapping_add(10),
            b'A'..=b'F' => byte.wrapping_sub(b'A').wrapping_add(10),
            b'.' => return Err(input.error(place, "bytes were left out here").advise("put all bytes in place of `...`")),
            _ => return Err(input.error(place, "a digit of hex is expected")),
        };
        match high.take() {
            None => high = Some(digit),
            Some(high) => {
                output.push(&[high << 4 | digit]);
                spill(input, output, start)?;
            }
        }
    }
}

/// Both alphabets of RFC 4648, with or without padding.
fn base64<R: Read>(input: &mut Input<R>, begin: Place, output: &mut Assembled, start: usize) -> Result<(), AssembleError> {
    let (mut bits, mut held, mut padded) = (0_u32, 0_u32, 0_u32);
    loop {
        let place = input.place();
        let Some(byte) = input.next()? else { return Err(open(input, begin)) };
        let value = match byte {
            b' ' | b'\t' | b'\r' | b'\n' => continue,
            b'A'..=b'Z' => byte.wrapping_sub(b'A'),
            b'a'..=b'z' => byte.wrapping_sub(b'a').wrapping_add(26),
            b'0'..=b'9' => byte.wrapping_sub(b'0').wrapping_add(52),
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' if padded < 2 => {
                padded = padded.saturating_add(1);
                continue;
            }
            b'\'' => {
                // What is left over are zeros, and padding fills four digits.
                let whole =
                    held < 6 && bits & (1_u32 << held).wrapping_sub(1) == 0 && (padded == 0 || padded.wrapping_mul(2) == held);
                return if whole { Ok(()) } else { Err(input.error(place, "base64 ends in the middle of a byte")) };
            }
            _ => return Err(input.error(place, "a digit of base64 is expected")),
        };
        if padded > 0 {
            return Err(input.error(place, "nothing may follow the padding of base64"));
        }
        bits = bits << 6 | u32::from(value);
        held = held.saturating_add(6);
        if held >= 8 {
            held = held.saturating_sub(8);
            let [.., byte] = (bits >> held).to_be_bytes();
            output.push(&[byte]);
            spill(input, output, start)?;
        }
    }
}

fn text<R: Read>(input: &mut Input<R>, quote: u8, begin: Place, output: &mut Assembled, start: usize) -> Result<(), AssembleError> {
    loop {
        let place = input.place();
        match input.next()? {
            None => return Err(open(input, begin)),
            Some(byte) if byte == quote => break,
            Some(b'\\') => {
                let char = escaped(input, place)?;
                output.push(char.encode_utf8(&mut [0; 4]).as_bytes());
            }
            Some(byte) => output.push(&[byte]),
        }
        if output.mark().0.saturating_sub(start) > TEXT {
            return Err(input.error(begin, "a text is too long"));
        }
    }
    if output.since(start).is_some_and(|bytes| core::str::from_utf8(bytes).is_ok()) {
        return Ok(());
    }
    Err(input.error(begin, "a text is not UTF-8").advise("write a string that is not UTF-8 with its head as raw'..'"))
}

/// What a backslash stands for: as in JSON, and `\u{..}`.
fn escaped<R: Read>(input: &mut Input<R>, place: Place) -> Result<char, AssembleError> {
    let unknown =
        |input: &Input<R>| input.error(place, "no character is escaped like this").advise("`\\\\` stands for a backslash");
    Ok(match input.next()? {
        Some(byte @ (b'"' | b'\'' | b'\\' | b'/')) => char::from(byte),
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => {
            let found = if input.peek()? == Some(b'{') {
                input.next()?;
                let mut digits = String::new();
                while let Some(byte) = input.next()?.filter(|byte| *byte != b'}') {
                    digits.push(char::from(byte));
                    if digits.len() > 8 {
                        return Err(unknown(input));
                    }
                }
                u32::from_str_radix(&digits, 16).ok().filter(|_| !digits.starts_with('+')).and_then(char::from_u32)
            } else {
                let first = unit(input)?;
                let second = match first {
                    Some(0xd800..=0xdbff) if input.accept(b"\\u")? => unit(input)?,
                    _ => None,
                };
                char::decode_utf16(first.into_iter().chain(second)).next().and_then(Result::ok)
            };
            match found {
                Some(char) => char,
                None => return Err(unknown(input)),
            }
        }
        _ => return Err(unknown(input)),
    })
}

/// Four digits of hex.
fn unit<R: Read>(input: &mut Input<R>) -> Result<Option<u16>, AssembleError> {
    let mut unit = Some(0_u16);
    for _ in 0..4 {
        let digit = input.next()?.and_then(|byte| char::from(byte).to_digit(16)).and_then(|digit| u16::try_from(digit).ok());
        unit = unit.zip(digit).map(|(unit, digit)| unit << 4 | digit);
    }
    Ok(unit)
}

fn open<R: Read>(input: &Input<R>, begin: Place) -> AssembleError {
    input.error(begin, "a string does not end").advise("end it with the quote it begins with")
}

/// Long strings go to a file.
fn spill<R: Read>(input: &Input<R>, output: &mut Assembled, start: usize) -> Result<(), AssembleError> {
    if output.mark().0.saturating_sub(start) < PIECE {
        return Ok(());
    }
    output
        .spill(start)
        .map_err(|cause| AssembleError { cause: Some(cause), ..input.error(input.place(), "a temporary file cannot be written") })
}

/// Bytes of a string that are held in memory.
const PIECE: usize = 256 * 1024;

/// No text of a package comes near it.
const TEXT: usize = 16 * 1024 * 1024;
