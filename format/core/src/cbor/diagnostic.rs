//! Diagnostic notation (RFC 8949 §8) for people who look at bytes.

use core::fmt;

use super::reader::word;
use super::{Kind, Reader};
use crate::limits::NESTING;

/// Writes the items of `bytes` in diagnostic notation, as far as they can be read; what cannot be read follows as hex
/// behind a comment. Strings are escaped, so the output is safe to print.
///
/// # Errors
/// Those of `out`.
pub fn write(bytes: &[u8], out: &mut impl fmt::Write) -> fmt::Result {
    let mut reader = Reader::new(bytes);
    let mut closers: [(u64, Container); NESTING] = [(0, Container::Tag); NESTING];
    let mut depth = 0_usize;
    while !reader.is_at_end() {
        let start = reader;
        let Ok((kind, argument)) = reader.any_head() else { return unreadable(start.rest(), out) };
        let opened = match kind {
            Kind::Array => Some((argument, Container::Array)),
            Kind::Map => Some((argument.saturating_mul(2), Container::Map)),
            Kind::Tag => Some((1, Container::Tag)),
            _ => None,
        };
        match kind {
            Kind::Uint => write!(out, "{argument}")?,
            Kind::Nint => write!(out, "{}", !i128::from(argument))?,
            Kind::Bool => write!(out, "{}", start.rest().first() == Some(&0xf5))?,
            Kind::Null => out.write_str("null")?,
            Kind::Bytes => match reader.take(word(argument)) {
                Ok(content) => {
                    out.write_str("h'")?;
                    hex(content, out)?;
                    out.write_str("'")?;
                }
                Err(_) => return unreadable(start.rest(), out),
            },
            Kind::Text => match reader.take(word(argument)).ok().and_then(|text| core::str::from_utf8(text).ok()) {
                Some(text) => quoted(text, out)?,
                None => return unreadable(start.rest(), out),
            },
            Kind::Array => out.write_str("[")?,
            Kind::Map => out.write_str("{")?,
            Kind::Tag => write!(out, "{argument}(")?,
            Kind::Other => {}
        }
        if let Some(opened) = opened {
            let Some(level) = closers.get_mut(depth) else { return unreadable(start.rest(), out) };
            *level = opened;
            depth = depth.saturating_add(1);
            if opened.0 > 0 {
                continue;
            }
        }
        // Count this item in its container, and close what it fills.
        let mut closed_empty = opened.is_some();
        while let Some(top) = depth.checked_sub(1) {
            let Some(level) = closers.get_mut(top) else { break };
            if !closed_empty {
                level.0 = level.0.saturating_sub(1);
            }
            closed_empty = false;
            if level.0 > 0 {
                out.write_str(if level.1 == Container::Map && !level.0.is_multiple_of(2) { ": " } else { ", " })?;
                break;
            }
            out.write_str(match level.1 {
                Container::Array => "]",
                Container::Map => "}",
                Container::Tag => ")",
            })?;
            depth = top;
        }
        if depth == 0 && !reader.is_at_end() {
            out.write_str("\n")?;
        }
    }
    Ok(())
}

/// Writes lower-case hex.
///
/// # Errors
/// Those of `out`.
pub fn hex(bytes: &[u8], out: &mut impl fmt::Write) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Container {
    Array,
    Map,
    Tag,
}

fn unreadable(rest: &[u8], out: &mut impl fmt::Write) -> fmt::Result {
    out.write_str(" / cannot be read further: ")?;
    hex(rest.get(..64).unwrap_or(rest), out)?;
    if rest.len() > 64 {
        write!(out, "... {} bytes", rest.len())?;
    }
    out.write_str(" /")
}

fn quoted(text: &str, out: &mut impl fmt::Write) -> fmt::Result {
    out.write_char('"')?;
    for char in text.chars() {
        match char {
            '"' | '\\' => write!(out, "\\{char}")?,
            ' '..='~' => out.write_char(char)?,
            _ => write!(out, "\\u{{{:x}}}", u32::from(char))?,
        }
    }
    out.write_char('"')
}
