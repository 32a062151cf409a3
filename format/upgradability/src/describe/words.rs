//! Single values in plain words.

use core::fmt::{self, Write};

use suitpack_core::Digest;
use suitpack_core::cbor::{Kind as Item, Reader, diagnostic};
use suitpack_core::registry::algorithm;

use crate::date::Date;
use crate::schema::{Codes, Field, Kind};
use crate::statement::{date_or_unknown, find};

/// The entries of a map, except those already said.
pub(super) fn pairs(fields: &'static [Field], map: Reader<'_>, said: &[u64], out: &mut impl Write) -> fmt::Result {
    let mut first = true;
    for field in fields.iter().filter(|field| !said.contains(&field.key)) {
        let Some(mut value) = find(map, field.key) else { continue };
        if !first {
            out.write_str("; ")?;
        }
        first = false;
        spaced(field.name, out)?;
        out.write_str(": ")?;
        words(field, &mut value, out)?;
    }
    Ok(())
}

/// The value of a field.
pub(super) fn words(field: &Field, reader: &mut Reader<'_>, out: &mut impl Write) -> fmt::Result {
    value(&field.kind, field.name, reader, out)
}

fn value(kind: &Kind, name: &str, reader: &mut Reader<'_>, out: &mut impl Write) -> fmt::Result {
    let next = reader.peek().map_err(|_| fmt::Error)?;
    match kind {
        Kind::DateOrUnknown => {
            let date = date_or_unknown(*reader);
            reader.skip().map_err(|_| fmt::Error)?;
            until(date, out)
        }
        Kind::UintOrNull if next == Item::Null => {
            reader.null().map_err(|_| fmt::Error)?;
            out.write_str("as long as wished")
        }
        Kind::Uint | Kind::UintOrNull => number(name, reader.uint().map_err(|_| fmt::Error)?, out),
        Kind::Int => cose(reader.int().map_err(|_| fmt::Error)?, out),
        Kind::Date => write!(out, "{}", Date::read(reader).map_err(|_| fmt::Error)?),
        Kind::Bool => out.write_str(if reader.bool().map_err(|_| fmt::Error)? { "yes" } else { "no" }),
        Kind::Text(..) | Kind::Uri => quoted(reader.text().map_err(|_| fmt::Error)?, out),
        Kind::Vulnerability | Kind::UintOrText | Kind::ExtensionKey if next == Item::Text => {
            quoted(reader.text().map_err(|_| fmt::Error)?, out)
        }
        Kind::Vulnerability => {
            reader.array().map_err(|_| fmt::Error)?;
            let (year, serial) = (reader.uint().map_err(|_| fmt::Error)?, reader.uint().map_err(|_| fmt::Error)?);
            write!(out, "CVE-{year}-{serial:04}")
        }
        Kind::UintOrText | Kind::ExtensionKey => write!(out, "{}", reader.int().map_err(|_| fmt::Error)?),
        Kind::CodeOrMap(_, fields) | Kind::Map(fields) if next == Item::Map => {
            let map = *reader;
            reader.skip().map_err(|_| fmt::Error)?;
            pairs(fields, map, &[], out)
        }
        Kind::Code(codes) | Kind::CodeOrMap(codes, _) => code(codes, reader.uint().map_err(|_| fmt::Error)?, out),
        Kind::Map(_) => Err(fmt::Error),
        Kind::Bits(names) => bits(names, reader.uint().map_err(|_| fmt::Error)?, out),
        Kind::List(of, _) => list(of, name, reader, out),
        Kind::IntsOrFalse if next == Item::Bool => {
            reader.skip().map_err(|_| fmt::Error)?;
            out.write_str("none")
        }
        Kind::IntsOrFalse => list(&Kind::Int, name, reader, out),
        Kind::Tuple(fields) => tuple(fields, reader, out),
        Kind::Digest => {
            let digest = Digest::read(reader).map_err(|_| fmt::Error)?;
            cose(digest.algorithm(), out)?;
            out.write_char(' ')?;
            diagnostic::hex(digest.bytes(), out)
        }
        Kind::Bytes(_) => diagnostic::hex(reader.bytes().map_err(|_| fmt::Error)?, out),
        Kind::ComponentId => diagnostic::write(reader.item().map_err(|_| fmt::Error)?, out),
    }
}

fn list(of: &Kind, name: &str, reader: &mut Reader<'_>, out: &mut impl Write) -> fmt::Result {
    let count = reader.array().map_err(|_| fmt::Error)?;
    (0..count).try_for_each(|at| {
        if at > 0 {
            out.write_str(", ")?;
        }
        value(of, name, reader, out)
    })
}

/// Codes in front stand for themselves, the others have their names: `full until 2030-03-31`, `critical 14 days`.
fn tuple(fields: &[Field], reader: &mut Reader<'_>, out: &mut impl Write) -> fmt::Result {
    let count = usize::try_from(reader.array().map_err(|_| fmt::Error)?).map_err(|_| fmt::Error)?;
    fields.iter().take(count).enumerate().try_for_each(|(at, field)| {
        if at > 0 {
            out.write_char(' ')?;
        }
        match (at, field.kind, field.name) {
            (0, Kind::Code(_), _) => words(field, reader, out),
            (_, _, "days") => words(field, reader, out).and_then(|()| out.write_str(" days")),
            _ => write!(out, "{} ", field.name).and_then(|()| words(field, reader, out)),
        }
    })
}

/// A day, or why there is none.
pub(super) fn until(date: Option<Option<Date>>, out: &mut impl Write) -> fmt::Result {
    match date {
        None => out.write_str(super::NOT_STATED),
        Some(None) => out.write_str("not decided yet"),
        Some(Some(date)) => write!(out, "{date}"),
    }
}

/// A number with the unit that its name implies, if any.
fn number(name: &str, value: u64, out: &mut impl Write) -> fmt::Result {
    match name {
        "max-deferral" | "check-interval" | "downtime" => duration(value, out),
        "minimum-period" | "expected-use" => write!(out, "{value} months"),
        _ => write!(out, "{value}"),
    }
}

/// Seconds in the largest unit that needs no fraction.
fn duration(seconds: u64, out: &mut impl Write) -> fmt::Result {
    let units = [(86_400, "day"), (3600, "hour"), (60, "minute")];
    let (size, unit) = units.into_iter().find(|(size, _)| seconds > 0 && seconds.is_multiple_of(*size)).unwrap_or((1, "second"));
    let count = seconds.checked_div(size).unwrap_or(seconds);
    write!(out, "{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// A COSE algorithm, with its name where it is one of ours.
fn cose(code: i64, out: &mut impl Write) -> fmt::Result {
    match code {
        algorithm::ED25519 => out.write_str("Ed25519"),
        algorithm::ESP256 => out.write_str("ESP256"),
        algorithm::SHA_256 => out.write_str("SHA-256"),
        algorithm::SHA_384 => out.write_str("SHA-384"),
        algorithm::SHA_512 => out.write_str("SHA-512"),
        _ => write!(out, "COSE algorithm {code}"),
    }
}

fn code(codes: &Codes, code: u64, out: &mut impl Write) -> fmt::Result {
    match codes.name(code) {
        Some(name) => out.write_str(name),
        None => write!(out, "other (code {code})"),
    }
}

fn bits(names: &[&str], value: u64, out: &mut impl Write) -> fmt::Result {
    let mut first = true;
    for bit in (0..u64::BITS).filter(|bit| value.checked_shr(*bit).is_some_and(|rest| rest & 1 == 1)) {
        if !first {
            out.write_str(", ")?;
        }
        first = false;
        match usize::try_from(bit).ok().and_then(|at| names.get(at)) {
            Some(name) => out.write_str(name)?,
            None => write!(out, "other (bit {bit})")?,
        }
    }
    if first { out.write_str("none") } else { Ok(()) }
}

/// A name of the model as words.
fn spaced(name: &str, out: &mut impl Write) -> fmt::Result {
    name.chars().try_for_each(|char| out.write_char(if char == '-' { ' ' } else { char }))
}

/// The maker's own words: as they are if they are plain, else in quotes. They cannot leave their quotes, their line, or the
/// direction of the text around them.
pub(super) fn quoted(text: &str, out: &mut impl Write) -> fmt::Result {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./:@+%?=&#~*".contains(&byte)) {
        return out.write_str(text);
    }
    out.write_char('"')?;
    for char in text.chars() {
        match char {
            '"' | '\\' => write!(out, "\\{char}")?,
            _ if is_hidden(char) => write!(out, "\\u{{{:x}}}", u32::from(char))?,
            _ => out.write_char(char)?,
        }
    }
    out.write_char('"')
}

/// Control characters, and what moves, hides or turns around its neighbours.
fn is_hidden(char: char) -> bool {
    char.is_control()
        || matches!(char,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}
