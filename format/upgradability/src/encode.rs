//! Writes a statement from words: a recipe's table, for instance.

use suitpack_core::Digest;
use suitpack_core::cbor::{Counter, Sink, Writer};
use suitpack_core::limits::COMPONENT_SEGMENTS;
use suitpack_core::registry::algorithm;

use crate::date::Date;
use crate::limits::{BITS, ITEMS, TEXT, URI};
use crate::schema::{Codes, Field, Kind, STATEMENT};
use crate::walk::{LAST_KEY, PRIVATE};

/// What a value in words is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape<'s> {
    /// A yes or no.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A text, or a date in the form of a text.
    Text(&'s str),
    /// A list of so many items.
    List(usize),
    /// A table of so many entries.
    Table(usize),
    /// Anything else.
    Other,
}

/// A value in words. The model is written from it, wherever it comes from.
pub trait Source: Copy {
    /// What it is.
    fn shape(&self) -> Shape<'_>;

    /// An item of a list.
    fn item(&self, index: usize) -> Option<Self>;

    /// The value of a table's entry.
    fn entry(&self, name: &str) -> Option<Self>;

    /// The name of a table's entry by its position.
    fn name(&self, index: usize) -> Option<&str>;
}

/// What is wrong with a value in words, and with which.
#[derive(Clone, Copy, Debug)]
pub struct Fault<V> {
    /// The value.
    pub at: V,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a value in words.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Problem {
    /// A table lacks an entry.
    Missing(&'static str),
    /// A table has an entry, at this position, that the model does not know; these are the ones it knows.
    Unknown(usize, &'static [Field]),
    /// It should be what the text says.
    Expected(&'static str),
    /// It is none of these names.
    NotOneOf(&'static Codes),
    /// It is none of these names.
    NotABit(&'static [&'static str]),
    /// A list is empty.
    Empty,
    /// A list or text has more than this.
    TooMany(u64),
    /// A text has less than this.
    TooFew(u64),
}

/// Writes a statement in deterministic form. `version` is 1 unless the source says so itself.
///
/// # Errors
/// In the inner result, what is wrong with the words; in the outer, what is wrong with the sink. What was written by then is
/// worth nothing.
pub fn encode<V: Source, S: Sink>(source: V, writer: &mut Writer<S>) -> Result<Result<(), Fault<V>>, S::Error> {
    let mut state = State { writer };
    match state.map(source, STATEMENT, true) {
        Ok(()) => Ok(Ok(())),
        Err(Stop::Fault(fault)) => Ok(Err(fault)),
        Err(Stop::Sink(error)) => Err(error),
    }
}

/// Why writing stopped.
enum Stop<V, E> {
    Fault(Fault<V>),
    Sink(E),
}

struct State<'w, S> {
    writer: &'w mut Writer<S>,
}

type Step<V, E> = Result<(), Stop<V, E>>;

fn fault<V, E>(at: V, problem: Problem) -> Stop<V, E> {
    Stop::Fault(Fault { at, problem })
}

impl<S: Sink> State<'_, S> {
    fn map<V: Source>(&mut self, source: V, fields: &'static [Field], versioned: bool) -> Step<V, S::Error> {
        let Shape::Table(entries) = source.shape() else { return Err(fault(source, Problem::Expected("a table"))) };
        for index in 0..entries {
            let known = |name: &str| fields.iter().any(|field| field.name == name);
            if source.name(index).is_some_and(|name| !known(name)) {
                return Err(fault(source, Problem::Unknown(index, fields)));
            }
        }
        let defaulted = |field: &Field| versioned && field.key == 0;
        let present = |field: &&Field| defaulted(field) || source.entry(field.name).is_some();
        let count = fields.iter().filter(present).count();
        self.sink(|writer| writer.map(u64::try_from(count).unwrap_or(u64::MAX)))?;
        for field in fields {
            let Some(value) = source.entry(field.name) else {
                if defaulted(field) {
                    self.sink(|writer| writer.uint(0).and_then(|()| writer.uint(1)))?;
                } else if field.required {
                    return Err(fault(source, Problem::Missing(field.name)));
                }
                continue;
            };
            self.sink(|writer| writer.uint(field.key))?;
            if defaulted(field) && value.shape() != Shape::Int(1) {
                return Err(fault(value, Problem::Expected("1")));
            }
            self.value(value, &field.kind)?;
        }
        Ok(())
    }

    fn value<V: Source>(&mut self, source: V, kind: &Kind) -> Step<V, S::Error> {
        let shape = source.shape();
        let expected = |what| Err(fault(source, Problem::Expected(what)));
        match (kind, shape) {
            (Kind::UintOrNull, Shape::Text("unlimited")) | (Kind::DateOrUnknown, Shape::Text("not-decided")) => {
                self.sink(Writer::null)
            }
            (Kind::Uint | Kind::UintOrNull | Kind::UintOrText, Shape::Int(value)) => match u64::try_from(value) {
                Ok(value) => self.sink(|writer| writer.uint(value)),
                Err(_) => expected("an integer that is not negative"),
            },
            (Kind::Int, Shape::Int(value)) => self.sink(|writer| writer.int(value)),
            (Kind::Bool, Shape::Bool(value)) => self.sink(|writer| writer.bool(value)),
            (Kind::Date | Kind::DateOrUnknown, Shape::Text(text)) => match Date::parse(text) {
                Some(date) => self.sink(|writer| date.write(writer)),
                None => expected("a date such as 2032-03-31"),
            },
            (Kind::Text(least, most), Shape::Text(text)) => self.text(source, text, *least, *most),
            (Kind::Uri | Kind::ExtensionKey, Shape::Text(text)) => self.text(source, text, 0, URI),
            (Kind::UintOrText, Shape::Text(text)) => self.text(source, text, 0, TEXT),
            (Kind::Digest, Shape::Text(text)) => self.digest(source, text),
            (Kind::Bytes(length), Shape::Text(text)) => match unhex::<64>(text) {
                Some((bytes, found)) if found == *length => {
                    self.sink(|writer| writer.bytes(bytes.get(..found).unwrap_or_default()))
                }
                _ => expected("bytes in hex, 16 of them"),
            },
            (Kind::CodeOrMap(_, fields), Shape::Table(_)) => self.map(source, fields, false),
            (Kind::Code(codes) | Kind::CodeOrMap(codes, _), Shape::Text(name)) => match codes.code(name) {
                Some(code) => self.sink(|writer| writer.uint(code)),
                None => Err(fault(source, Problem::NotOneOf(codes))),
            },
            (Kind::Bits(names), Shape::List(count)) => self.bits(source, names, count),
            (Kind::List(of, most), Shape::List(count)) => self.list(source, count, *most, of),
            (Kind::Map(fields), Shape::Table(_)) => self.map(source, fields, false),
            (Kind::Tuple(fields), Shape::Table(_)) => self.tuple(source, fields),
            (Kind::IntsOrFalse, Shape::Bool(false)) => self.sink(|writer| writer.bool(false)),
            (Kind::IntsOrFalse, Shape::List(count)) => self.list(source, count, ITEMS, &Kind::Int),
            (Kind::Vulnerability, Shape::Text(text)) => self.vulnerability(source, text),
            (Kind::ComponentId, Shape::List(count)) if count <= COMPONENT_SEGMENTS => {
                self.sink(|writer| writer.array(u64::try_from(count).unwrap_or(u64::MAX)))?;
                (0..count).try_for_each(|index| self.segment(source, index))
            }
            (Kind::ExtensionKey, Shape::Int(key)) if key <= PRIVATE || key > LAST_KEY => self.sink(|writer| writer.int(key)),
            _ => expected(wanted(kind)),
        }
    }

    fn list<V: Source>(&mut self, source: V, count: usize, most: u64, of: &Kind) -> Step<V, S::Error> {
        let length = u64::try_from(count).unwrap_or(u64::MAX);
        if length == 0 {
            return Err(fault(source, Problem::Empty));
        }
        if length > most {
            return Err(fault(source, Problem::TooMany(most)));
        }
        self.sink(|writer| writer.array(length))?;
        (0..count).try_for_each(|index| match source.item(index) {
            Some(item) => self.value(item, of),
            None => Err(fault(source, Problem::Expected("a list"))),
        })
    }

    fn tuple<V: Source>(&mut self, source: V, fields: &'static [Field]) -> Step<V, S::Error> {
        // As a map it would be written in the same words; only the wire differs.
        let mut dry = Writer::new(Counter::default());
        if let Err(Stop::Fault(fault)) = (State { writer: &mut dry }).map(source, fields, false) {
            return Err(Stop::Fault(fault));
        }
        let count = fields.iter().take_while(|field| source.entry(field.name).is_some()).count();
        self.sink(|writer| writer.array(u64::try_from(count).unwrap_or(u64::MAX)))?;
        for field in fields.iter().take(count) {
            if let Some(value) = source.entry(field.name) {
                self.value(value, &field.kind)?;
            }
        }
        Ok(())
    }

    fn bits<V: Source>(&mut self, source: V, names: &'static [&'static str], count: usize) -> Step<V, S::Error> {
        let mut bits = 0_u64;
        for index in 0..count {
            let Some(item) = source.item(index) else { continue };
            let Shape::Text(name) = item.shape() else { return Err(fault(item, Problem::NotABit(names))) };
            let named = names.iter().position(|known| *known == name).and_then(|at| u32::try_from(at).ok());
            // As the projection writes those without a name.
            let bit = named.or_else(|| name.strip_prefix("bit-")?.parse().ok().filter(|bit| *bit < BITS));
            bits |= bit.and_then(|bit| 1_u64.checked_shl(bit)).ok_or(fault(item, Problem::NotABit(names)))?;
        }
        if bits == 0 {
            return Err(fault(source, Problem::Empty));
        }
        self.sink(|writer| writer.uint(bits))
    }

    fn text<V: Source>(&mut self, source: V, text: &str, least: u64, most: u64) -> Step<V, S::Error> {
        let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
        if length > most {
            return Err(fault(source, Problem::TooMany(most)));
        }
        if length < least {
            return Err(fault(source, Problem::TooFew(least)));
        }
        self.sink(|writer| writer.text(text))
    }

    fn digest<V: Source>(&mut self, source: V, text: &str) -> Step<V, S::Error> {
        let wrong = || fault(source, Problem::Expected("a digest such as sha-256:0011…"));
        let (name, hex) = text.split_once(':').ok_or_else(wrong)?;
        let code = match name {
            "sha-256" => algorithm::SHA_256,
            "sha-384" => algorithm::SHA_384,
            "sha-512" => algorithm::SHA_512,
            _ => return Err(wrong()),
        };
        let (bytes, length) = unhex::<64>(hex).ok_or_else(wrong)?;
        let digest = Digest::new(code, bytes.get(..length).unwrap_or_default()).ok_or_else(wrong)?;
        self.sink(|writer| digest.write(writer))
    }

    fn vulnerability<V: Source>(&mut self, source: V, text: &str) -> Step<V, S::Error> {
        let cve = text.strip_prefix("CVE-").and_then(|rest| rest.split_once('-'));
        let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
        let numbers = cve.and_then(|(year, serial)| Some((number(year)?, number(serial)?)));
        match numbers {
            Some((year, serial)) => self.sink(|writer| {
                writer.array(2)?;
                writer.uint(year)?;
                writer.uint(serial)
            }),
            None => self.text(source, text, 1, TEXT),
        }
    }

    fn segment<V: Source>(&mut self, source: V, index: usize) -> Step<V, S::Error> {
        let item = source.item(index).ok_or(fault(source, Problem::Expected("a list")))?;
        match item.shape() {
            Shape::Text(text) => match text.strip_prefix("hex:").map(unhex::<64>) {
                None => self.sink(|writer| writer.bytes(text.as_bytes())),
                Some(Some((bytes, length))) => self.sink(|writer| writer.bytes(bytes.get(..length).unwrap_or_default())),
                Some(None) => Err(fault(item, Problem::Expected("bytes in hex"))),
            },
            _ => Err(fault(item, Problem::Expected("a text"))),
        }
    }

    fn sink<V>(&mut self, write: impl FnOnce(&mut Writer<S>) -> Result<(), S::Error>) -> Step<V, S::Error> {
        write(self.writer).map_err(Stop::Sink)
    }
}

const fn wanted(kind: &Kind) -> &'static str {
    match kind {
        Kind::Uint => "an integer that is not negative",
        Kind::UintOrNull => "an integer that is not negative, or \"unlimited\"",
        Kind::Int => "an integer",
        Kind::Bool => "true or false",
        Kind::Date => "a date such as 2032-03-31",
        Kind::DateOrUnknown => "a date such as 2032-03-31, or \"not-decided\"",
        Kind::Text(..) | Kind::Code(_) | Kind::Vulnerability => "a text",
        Kind::Uri => "a URI",
        Kind::Digest => "a digest such as sha-256:0011…",
        Kind::Bytes(_) => "bytes in hex",
        Kind::Bits(_) | Kind::List(..) | Kind::ComponentId => "a list",
        Kind::Map(_) | Kind::Tuple(_) => "a table",
        Kind::CodeOrMap(..) => "a text or a table",
        Kind::IntsOrFalse => "a list of integers, or false",
        Kind::UintOrText => "an integer or a text",
        Kind::ExtensionKey => "the key of an extension",
    }
}

/// Bytes from hex, with or without the hyphens of a UUID.
fn unhex<const MOST: usize>(text: &str) -> Option<([u8; MOST], usize)> {
    let mut bytes = [0; MOST];
    let mut digits = text.chars().filter(|char| *char != '-').map(|char| char.to_digit(16));
    let mut length = 0_usize;
    while let Some(high) = digits.next() {
        let byte = high?.checked_mul(16)?.checked_add(digits.next()??)?;
        *bytes.get_mut(length)? = u8::try_from(byte).ok()?;
        length = length.checked_add(1)?;
    }
    Some((bytes, length))
}
