//! The JSON projection of a statement. It is for reading; the signature covers the CBOR.

use core::fmt::{self, Write};

use suitpack_core::Digest;
use suitpack_core::cbor::{Key, Kind as Item, Reader, diagnostic};
use suitpack_core::registry::algorithm;

use crate::date::Date;
use crate::schema::{Codes, Field, Kind, STATEMENT};
use crate::statement::Statement;

/// Writes a statement as JSON: names in lowerCamelCase, codes by name, days as full-date, bytes in hex. `digest`, the SHA-256 of
/// the statement where the caller has it, stands as `statementDigest`. Extensions stand apart in `extensions`, in diagnostic notation.
///
/// # Errors
/// Those of `out`.
pub fn write_json(statement: &Statement<'_>, digest: Option<&[u8; 32]>, out: &mut impl Write) -> fmt::Result {
    out.write_char('{')?;
    let mut first = true;
    if let Some(digest) = digest {
        out.write_str("\"statementDigest\":\"sha-256:")?;
        diagnostic::hex(digest, out)?;
        out.write_char('"')?;
        first = false;
    }
    entries(STATEMENT, &mut Reader::new(statement.bytes()), first, out)?;
    out.write_char('}')
}

/// Writes the entries of a map without its braces.
fn entries(fields: &[Field], reader: &mut Reader<'_>, first: bool, out: &mut impl Write) -> fmt::Result {
    let mut map = reader.map().map_err(|_| fmt::Error)?;
    let (mut first, mut extended) = (first, false);
    while let Some(key) = map.next_key(reader).map_err(|_| fmt::Error)? {
        if !first {
            out.write_char(',')?;
        }
        first = false;
        if let Some(field) = fields.iter().find(|field| key == Key::Int(i64::try_from(field.key).unwrap_or(i64::MAX))) {
            name(field.name, out)?;
            value(&field.kind, reader, out)?;
            continue;
        }
        // All extensions come after all fields, for so are their keys ordered. Apart from them, no name of theirs can pass for ours.
        if !extended {
            out.write_str("\"extensions\":{")?;
        }
        extended = true;
        match key {
            Key::Text(extension) => string(extension, out)?,
            Key::Int(code) => write!(out, "\"{code}\"")?,
            Key::Other(_) => return Err(fmt::Error),
        }
        out.write_char(':')?;
        other(reader, out)?;
    }
    if extended { out.write_char('}') } else { Ok(()) }
}

fn value(kind: &Kind, reader: &mut Reader<'_>, out: &mut impl Write) -> fmt::Result {
    let next = reader.peek().map_err(|_| fmt::Error)?;
    match kind {
        Kind::UintOrNull | Kind::DateOrUnknown if next == Item::Null => {
            reader.null().map_err(|_| fmt::Error)?;
            out.write_str("null")
        }
        Kind::Uint | Kind::UintOrNull => write!(out, "{}", reader.uint().map_err(|_| fmt::Error)?),
        Kind::Int => write!(out, "{}", reader.int().map_err(|_| fmt::Error)?),
        Kind::Bool => write!(out, "{}", reader.bool().map_err(|_| fmt::Error)?),
        Kind::Date | Kind::DateOrUnknown => write!(out, "\"{}\"", Date::read(reader).map_err(|_| fmt::Error)?),
        Kind::Text(..) | Kind::Uri => string(reader.text().map_err(|_| fmt::Error)?, out),
        Kind::Digest => digest(reader, out),
        Kind::Bytes(_) => hex(reader.bytes().map_err(|_| fmt::Error)?, out),
        Kind::CodeOrMap(_, fields) if next == Item::Map => object(fields, reader, out),
        Kind::Code(codes) | Kind::CodeOrMap(codes, _) => code(codes, reader.uint().map_err(|_| fmt::Error)?, out),
        Kind::Bits(names) => bits(names, reader.uint().map_err(|_| fmt::Error)?, out),
        Kind::List(of, _) => list(reader, out, |reader, out| value(of, reader, out)),
        Kind::Map(fields) => object(fields, reader, out),
        Kind::Tuple(fields) => tuple(fields, reader, out),
        Kind::IntsOrFalse if next == Item::Bool => write!(out, "{}", reader.bool().map_err(|_| fmt::Error)?),
        Kind::IntsOrFalse => list(reader, out, |reader, out| value(&Kind::Int, reader, out)),
        Kind::Vulnerability if next == Item::Array => {
            reader.array().map_err(|_| fmt::Error)?;
            let (year, serial) = (reader.uint().map_err(|_| fmt::Error)?, reader.uint().map_err(|_| fmt::Error)?);
            write!(out, "\"CVE-{year}-{serial:04}\"")
        }
        Kind::Vulnerability | Kind::UintOrText | Kind::ExtensionKey => match next {
            Item::Text => string(reader.text().map_err(|_| fmt::Error)?, out),
            _ => write!(out, "{}", reader.int().map_err(|_| fmt::Error)?),
        },
        Kind::ComponentId => list(reader, out, |reader, out| hex(reader.bytes().map_err(|_| fmt::Error)?, out)),
    }
}

fn object(fields: &[Field], reader: &mut Reader<'_>, out: &mut impl Write) -> fmt::Result {
    out.write_char('{')?;
    entries(fields, reader, true, out)?;
    out.write_char('}')
}

fn tuple(fields: &[Field], reader: &mut Reader<'_>, out: &mut impl Write) -> fmt::Result {
    let count = usize::try_from(reader.array().map_err(|_| fmt::Error)?).map_err(|_| fmt::Error)?;
    out.write_char('{')?;
    for (at, field) in fields.iter().take(count).enumerate() {
        if at > 0 {
            out.write_char(',')?;
        }
        name(field.name, out)?;
        value(&field.kind, reader, out)?;
    }
    out.write_char('}')
}

fn list<'a, W: Write>(
    reader: &mut Reader<'a>,
    out: &mut W,
    mut each: impl FnMut(&mut Reader<'a>, &mut W) -> fmt::Result,
) -> fmt::Result {
    let count = reader.array().map_err(|_| fmt::Error)?;
    out.write_char('[')?;
    for at in 0..count {
        if at > 0 {
            out.write_char(',')?;
        }
        each(reader, out)?;
    }
    out.write_char(']')
}

fn code(codes: &Codes, code: u64, out: &mut impl Write) -> fmt::Result {
    match codes.name(code) {
        Some(name) => write!(out, "\"{name}\""),
        None => write!(out, "\"code-{code}\""),
    }
}

fn bits(names: &[&str], value: u64, out: &mut impl Write) -> fmt::Result {
    out.write_char('[')?;
    let mut first = true;
    for bit in (0..64_u32).filter(|bit| value & 1_u64.checked_shl(*bit).unwrap_or(0) != 0) {
        if !first {
            out.write_char(',')?;
        }
        first = false;
        match usize::try_from(bit).ok().and_then(|at| names.get(at)) {
            Some(name) => write!(out, "\"{name}\"")?,
            None => write!(out, "\"bit-{bit}\"")?,
        }
    }
    out.write_char(']')
}

fn digest(reader: &mut Reader<'_>, out: &mut impl Write) -> fmt::Result {
    let digest = Digest::read(reader).map_err(|_| fmt::Error)?;
    out.write_char('"')?;
    match digest.algorithm() {
        algorithm::SHA_256 => out.write_str("sha-256")?,
        algorithm::SHA_384 => out.write_str("sha-384")?,
        algorithm::SHA_512 => out.write_str("sha-512")?,
        code => write!(out, "{code}")?,
    }
    out.write_char(':')?;
    diagnostic::hex(digest.bytes(), out)?;
    out.write_char('"')
}

fn hex(bytes: &[u8], out: &mut impl Write) -> fmt::Result {
    out.write_char('"')?;
    diagnostic::hex(bytes, out)?;
    out.write_char('"')
}

/// The value of an extension: diagnostic notation in a string.
fn other(reader: &mut Reader<'_>, out: &mut impl Write) -> fmt::Result {
    let item = reader.item().map_err(|_| fmt::Error)?;
    out.write_char('"')?;
    diagnostic::write(item, &mut Escaped(out))?;
    out.write_char('"')
}

/// A name in lowerCamelCase, and the colon behind it.
fn name(kebab: &str, out: &mut impl Write) -> fmt::Result {
    out.write_char('"')?;
    let mut upper = false;
    for char in kebab.chars() {
        match char {
            '-' => upper = true,
            _ if upper => {
                out.write_char(char.to_ascii_uppercase())?;
                upper = false;
            }
            _ => out.write_char(char)?,
        }
    }
    out.write_str("\":")
}

fn string(text: &str, out: &mut impl Write) -> fmt::Result {
    out.write_char('"')?;
    Escaped(out).write_str(text)?;
    out.write_char('"')
}

/// Escapes what JSON does not take in a string, and control characters beyond.
struct Escaped<'o, W>(&'o mut W);

impl<W: Write> Write for Escaped<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|char| match char {
            '"' | '\\' => write!(self.0, "\\{char}"),
            '\0'..='\x1f' | '\x7f'..='\u{9f}' => write!(self.0, "\\u{:04x}", u32::from(char)),
            _ => self.0.write_char(char),
        })
    }
}
