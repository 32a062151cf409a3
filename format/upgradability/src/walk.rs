//! Holds encoded values against the table. The depth is that of the table, whatever the input says.

use suitpack_core::cbor::{Key, Kind as Item, Reader};
use suitpack_core::{Digest, Error, ErrorKind};

use crate::date::Date;
use crate::limits::{BITS, ITEMS, NESTING, TEXT, URI};
use crate::schema::{Codes, Field, Kind};

/// Passes over a value of `kind` and refuses any other.
pub(crate) fn check(kind: &Kind, reader: &mut Reader<'_>) -> Result<(), Error> {
    match kind {
        Kind::Uint => reader.uint().map(drop),
        Kind::UintOrNull if reader.peek()? == Item::Null => reader.null(),
        Kind::UintOrNull => reader.uint().map(drop),
        Kind::Int => reader.int().map(drop),
        Kind::Bool => reader.bool().map(drop),
        Kind::Date => Date::read(reader).map(drop),
        Kind::DateOrUnknown if reader.peek()? == Item::Null => reader.null(),
        Kind::DateOrUnknown => Date::read(reader).map(drop),
        Kind::Text(least, most) => text(reader, *least, *most),
        Kind::Uri => text(reader, 0, URI),
        Kind::Digest => Digest::read(reader).map(drop),
        Kind::Bytes(length) => {
            let start = *reader;
            if reader.bytes()?.len() == *length { Ok(()) } else { Err(start.error(ErrorKind::ValueOutOfRange)) }
        }
        Kind::Code(codes) => code(reader, codes),
        Kind::Bits(_) => {
            let start = *reader;
            if reader.uint()?.checked_shr(BITS) == Some(0) { Ok(()) } else { Err(start.error(ErrorKind::ValueOutOfRange)) }
        }
        Kind::List(of, most) => list(reader, *most, |reader| check(of, reader)),
        Kind::Map(fields) => map(fields, reader),
        Kind::Tuple(fields) => tuple(fields, reader),
        Kind::CodeOrMap(_, fields) if reader.peek()? == Item::Map => map(fields, reader),
        Kind::CodeOrMap(codes, _) => code(reader, codes),
        Kind::IntsOrFalse if reader.peek()? == Item::Bool => {
            let start = *reader;
            if reader.bool()? { Err(start.error(ErrorKind::ValueOutOfRange)) } else { Ok(()) }
        }
        Kind::IntsOrFalse => list(reader, ITEMS, |reader| reader.int().map(drop)),
        Kind::Vulnerability if reader.peek()? == Item::Text => text(reader, 0, TEXT),
        Kind::Vulnerability => {
            let start = *reader;
            if reader.array()? != 2 {
                return Err(start.error(ErrorKind::ValueOutOfRange));
            }
            reader.uint()?;
            reader.uint().map(drop)
        }
        Kind::UintOrText if reader.peek()? == Item::Text => text(reader, 0, TEXT),
        Kind::UintOrText => reader.uint().map(drop),
        Kind::ComponentId => suitpack_core::manifest::ComponentId::read(reader).map(drop),
        Kind::ExtensionKey => match reader.peek()? {
            Item::Text => text(reader, 0, URI),
            _ => {
                let start = *reader;
                let key = reader.int()?;
                let extension = key <= PRIVATE || key > LAST_KEY;
                if extension { Ok(()) } else { Err(start.error(ErrorKind::ValueOutOfRange)) }
            }
        },
    }
}

/// Passes over the value of an extension, which may be anything that does not nest too deeply.
pub(crate) fn extension(reader: &mut Reader<'_>) -> Result<(), Error> {
    // It is itself inside the map of the statement.
    nested(reader, NESTING.saturating_sub(1))
}

fn nested(reader: &mut Reader<'_>, levels: usize) -> Result<(), Error> {
    let start = *reader;
    let inner = || levels.checked_sub(1).ok_or(start.error(ErrorKind::NestingTooDeep));
    match reader.peek()? {
        Item::Array => {
            let inner = inner()?;
            let count = reader.array()?;
            (0..count).try_for_each(|_| nested(reader, inner))
        }
        Item::Map => {
            let inner = inner()?;
            let mut map = reader.map()?;
            while map.next_key(reader)?.is_some() {
                nested(reader, inner)?;
            }
            Ok(())
        }
        Item::Tag => {
            let inner = inner()?;
            reader.tag()?;
            nested(reader, inner)
        }
        _ => reader.skip(),
    }
}

/// A map with exactly these fields.
fn map(fields: &[Field], reader: &mut Reader<'_>) -> Result<(), Error> {
    let start = *reader;
    let mut seen = 0_u64;
    let mut map = reader.map()?;
    loop {
        let at = *reader;
        let Some(key) = map.next_key(reader)? else { break };
        let field = fields.iter().find(|field| key == Key::Int(i64::try_from(field.key).unwrap_or(i64::MAX)));
        let field = field.ok_or(at.error(ErrorKind::UnknownKey))?;
        check(&field.kind, reader)?;
        seen |= bit(field);
    }
    if has_required(fields, seen) { Ok(()) } else { Err(start.error(ErrorKind::MissingField)) }
}

fn tuple(fields: &[Field], reader: &mut Reader<'_>) -> Result<(), Error> {
    let start = *reader;
    let count = usize::try_from(reader.array()?).unwrap_or(usize::MAX);
    let required = fields.iter().filter(|field| field.required).count();
    if count < required || count > fields.len() {
        return Err(start.error(ErrorKind::ValueOutOfRange));
    }
    fields.iter().take(count).try_for_each(|field| check(&field.kind, reader))
}

/// Whether every required field has its bit.
pub(crate) fn has_required(fields: &[Field], seen: u64) -> bool {
    fields.iter().all(|field| !field.required || seen & bit(field) != 0)
}

/// The bit that stands for a field in a set.
pub(crate) fn bit(field: &Field) -> u64 {
    u32::try_from(field.key).ok().and_then(|key| 1_u64.checked_shl(key)).unwrap_or(0)
}

fn list<'a>(reader: &mut Reader<'a>, most: u64, mut each: impl FnMut(&mut Reader<'a>) -> Result<(), Error>) -> Result<(), Error> {
    let start = *reader;
    match reader.array()? {
        0 => Err(start.error(ErrorKind::EmptyArray)),
        count if count > most => Err(start.error(ErrorKind::LimitExceeded)),
        count => (0..count).try_for_each(|_| each(reader)),
    }
}

fn text(reader: &mut Reader<'_>, least: u64, most: u64) -> Result<(), Error> {
    let start = *reader;
    let length = u64::try_from(reader.text()?.len()).unwrap_or(u64::MAX);
    match length {
        _ if (least..=most).contains(&length) => Ok(()),
        // The model bounds the small ones, this reader the rest.
        _ if length > most && most >= URI => Err(start.error(ErrorKind::LimitExceeded)),
        _ => Err(start.error(ErrorKind::ValueOutOfRange)),
    }
}

fn code(reader: &mut Reader<'_>, codes: &Codes) -> Result<(), Error> {
    let start = *reader;
    let code = reader.uint()?;
    if codes.closed && codes.name(code).is_none() { Err(start.error(ErrorKind::ValueOutOfRange)) } else { Ok(()) }
}

/// Private extensions have this key or a smaller one.
pub(crate) const PRIVATE: i64 = -257;

/// The last key of this version; larger ones are for those that come.
pub(crate) const LAST_KEY: i64 = 20;
