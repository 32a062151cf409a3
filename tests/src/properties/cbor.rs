use core::fmt;

use ciborium::Value;
use minicbor::decode::{Decoder, Tokenizer};
use suitpack_core::cbor::{Kind, Reader, Writer, diagnostic};
use suitpack_core::{Error, ErrorKind};

use crate::rewrite::Bytes;

/// One item: what the reader takes, its writer writes again, and two codecs by other people read alike.
pub fn cbor(data: &[u8]) {
    assert!(diagnostic::write(data, &mut Nowhere).is_ok(), "the notation is written of any bytes");
    let mut reader = Reader::new(data);
    match reader.skip().and_then(|()| reader.end()) {
        Ok(()) => {
            let tags = assert_copies(data);
            assert_minicbor(data);
            // ciborium makes numbers of tags 2 and 3 and writes them shortest: docs/differences.md, bignum.
            if !tags.iter().any(|tag| matches!(tag, 2 | 3)) {
                assert_ciborium(data);
            }
        }
        Err(error) => {
            assert!(error.offset() <= data.len(), "{error}");
            assert!(!deterministic(data, error), "{error}");
        }
    }
}

/// Asserts that an item is written as it was read; gives the tags in it.
///
/// # Panics
/// If it is not.
pub fn assert_copies(item: &[u8]) -> Vec<u64> {
    let (mut reader, mut writer, mut tags) = (Reader::new(item), Writer::new(Bytes::default()), vec![]);
    while !reader.is_at_end() {
        copy(&mut reader, &mut writer, &mut tags).unwrap_or_else(|error| panic!("accepted, then refused: {error}"));
    }
    assert_eq!(writer.into_inner().0, item, "not what was read");
    tags
}

/// Copies head by head; every item is a head, and strings have bytes behind it.
fn copy(reader: &mut Reader<'_>, writer: &mut Writer<Bytes>, tags: &mut Vec<u64>) -> Result<(), Error> {
    let start = *reader;
    let Ok(()) = match reader.peek()? {
        Kind::Uint => writer.uint(reader.uint()?),
        Kind::Nint => match reader.int() {
            Ok(value) => writer.int(value),
            // Below what 64 bits hold with a sign there is no number to write, only bytes.
            Err(_) => {
                *reader = start;
                writer.raw(reader.item()?)
            }
        },
        Kind::Bytes => writer.bytes(reader.bytes()?),
        Kind::Text => writer.text(reader.text()?),
        Kind::Array => writer.array(reader.array()?),
        Kind::Map => writer.map(reader.header(Kind::Map)?),
        Kind::Tag => {
            let tag = reader.tag()?;
            tags.push(tag);
            writer.tag(tag)
        }
        Kind::Bool => writer.bool(reader.bool()?),
        Kind::Null => {
            reader.null()?;
            writer.null()
        }
        Kind::Other => return Err(reader.error(ErrorKind::UnexpectedType)),
    };
    Ok(())
}

fn assert_minicbor(data: &[u8]) {
    let mut decoder = Decoder::new(data);
    decoder.skip().unwrap_or_else(|error| panic!("minicbor refuses: {error}"));
    assert_eq!(decoder.position(), data.len(), "minicbor reads another length");
    let tokens = Tokenizer::new(data).map(|token| token.unwrap_or_else(|error| panic!("minicbor refuses: {error}")));
    let mut written = minicbor::Encoder::new(vec![]);
    written.tokens(&tokens.collect::<Vec<_>>()).unwrap();
    assert_eq!(written.into_writer(), data, "minicbor reads something else");
}

fn assert_ciborium(data: &[u8]) {
    let value: Value = ciborium::from_reader(data).unwrap_or_else(|error| panic!("ciborium refuses: {error}"));
    let mut written = vec![];
    ciborium::into_writer(&value, &mut written).unwrap();
    assert_eq!(written, data, "ciborium reads something else");
}

/// Whether what was refused is nevertheless one item in deterministic form, of the types that SUIT has and no deeper than is read,
/// in the eyes of another codec.
fn deterministic(data: &[u8], error: Error) -> bool {
    if matches!(error.kind(), ErrorKind::NestingTooDeep | ErrorKind::UnexpectedType) {
        return false;
    }
    let mut decoder = Decoder::new(data);
    if decoder.skip().is_err() || decoder.position() != data.len() {
        return false;
    }
    let Ok(value) = ciborium::from_reader::<Value, _>(data) else { return false };
    let mut written = vec![];
    ciborium::into_writer(&value, &mut written).unwrap();
    written == data && in_order(&value)
}

fn in_order(value: &Value) -> bool {
    let encoded = |value: &Value| {
        let mut bytes = vec![];
        ciborium::into_writer(value, &mut bytes).unwrap();
        bytes
    };
    match value {
        Value::Array(items) => items.iter().all(in_order),
        Value::Map(entries) => {
            let keys: Vec<_> = entries.iter().map(|(key, _)| encoded(key)).collect();
            keys.is_sorted_by(|a, b| a < b) && entries.iter().all(|(key, value)| in_order(key) && in_order(value))
        }
        Value::Tag(_, inner) => in_order(inner),
        _ => true,
    }
}

/// Forgets what is written.
struct Nowhere;

impl fmt::Write for Nowhere {
    fn write_str(&mut self, _: &str) -> fmt::Result {
        Ok(())
    }
}
