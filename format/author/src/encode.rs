//! Small builders over core's writer, which write into memory and cannot fail.

use core::convert::Infallible;
use std::collections::BTreeMap;

use suitpack_core::cbor::{Sink, Writer};
use suitpack_core::registry::algorithm;

/// A growing buffer as a sink.
#[derive(Clone, Debug, Default)]
pub(crate) struct VecSink(Vec<u8>);

impl VecSink {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl Sink for VecSink {
    type Error = Infallible;

    fn push(&mut self, bytes: &[u8]) -> Result<(), Infallible> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}

/// Items written one after the other.
#[derive(Debug)]
pub(crate) struct Items(Writer<VecSink>);

impl Items {
    pub(crate) fn new() -> Self {
        Self(Writer::new(VecSink::default()))
    }

    pub(crate) fn uint(mut self, value: u64) -> Self {
        let Ok(()) = self.0.uint(value);
        self
    }

    pub(crate) fn int(mut self, value: i64) -> Self {
        let Ok(()) = self.0.int(value);
        self
    }

    pub(crate) fn bytes(mut self, value: &[u8]) -> Self {
        let Ok(()) = self.0.bytes(value);
        self
    }

    pub(crate) fn bytes_header(mut self, length: u64) -> Self {
        let Ok(()) = self.0.bytes_header(length);
        self
    }

    pub(crate) fn text(mut self, value: &str) -> Self {
        let Ok(()) = self.0.text(value);
        self
    }

    pub(crate) fn array(mut self, count: usize) -> Self {
        let Ok(()) = self.0.array(wide(count));
        self
    }

    pub(crate) fn map(mut self, count: usize) -> Self {
        let Ok(()) = self.0.map(wide(count));
        self
    }

    pub(crate) fn tag(mut self, tag: u64) -> Self {
        let Ok(()) = self.0.tag(tag);
        self
    }

    pub(crate) fn bool(mut self, value: bool) -> Self {
        let Ok(()) = self.0.bool(value);
        self
    }

    pub(crate) fn null(mut self) -> Self {
        let Ok(()) = self.0.null();
        self
    }

    pub(crate) fn raw(mut self, encoded: &[u8]) -> Self {
        let Ok(()) = self.0.raw(encoded);
        self
    }

    pub(crate) fn done(self) -> Vec<u8> {
        self.0.into_inner().0
    }
}

/// A map that puts its entries in the bytewise order of their encoded keys (RFC 8949 §4.2.1).
#[derive(Clone, Debug, Default)]
pub(crate) struct Map(BTreeMap<Vec<u8>, Vec<u8>>);

impl Map {
    /// Adds an entry under an integer key; the value is encoded already.
    pub(crate) fn with(mut self, key: i64, value: Vec<u8>) -> Self {
        self.insert(int(key), value);
        self
    }

    /// Adds an entry; key and value are encoded already.
    pub(crate) fn insert(&mut self, key: Vec<u8>, value: Vec<u8>) {
        self.0.insert(key, value);
    }

    /// Takes an entry out; the key is encoded already.
    pub(crate) fn remove(&mut self, key: &[u8]) {
        self.0.remove(key);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether there is an entry under an encoded key.
    pub(crate) fn has(&self, key: &[u8]) -> bool {
        self.0.contains_key(key)
    }

    pub(crate) fn done(&self) -> Vec<u8> {
        self.open(Items::new(), 0)
    }

    /// The map behind what is in `items` already, with room for `more` entries that follow by other means.
    pub(crate) fn open(&self, items: Items, more: usize) -> Vec<u8> {
        self.0.iter().fold(items.map(self.0.len().saturating_add(more)), |items, (key, value)| items.raw(key).raw(value)).done()
    }
}

pub(crate) fn uint(value: u64) -> Vec<u8> {
    Items::new().uint(value).done()
}

pub(crate) fn int(value: i64) -> Vec<u8> {
    Items::new().int(value).done()
}

pub(crate) fn text(value: &str) -> Vec<u8> {
    Items::new().text(value).done()
}

/// A byte string; around something encoded it is the `bstr .cbor` of the drafts.
pub(crate) fn bytes(value: &[u8]) -> Vec<u8> {
    Items::new().bytes(value).done()
}

/// `SUIT_Digest` with SHA-256 (draft-ietf-suit-manifest §10).
pub(crate) fn digest(value: &[u8; 32]) -> Vec<u8> {
    Items::new().array(2).int(algorithm::SHA_256).bytes(value).done()
}

/// `SUIT_Digest` with any algorithm.
pub(crate) fn digest_of(algorithm: i64, value: &[u8]) -> Vec<u8> {
    Items::new().array(2).int(algorithm).bytes(value).done()
}

/// A component identifier: an array of byte strings.
pub(crate) fn segments(id: &[Vec<u8>]) -> Vec<u8> {
    id.iter().fold(Items::new().array(id.len()), |items, segment| items.bytes(segment)).done()
}

/// A length in memory as the format's integers are.
pub(crate) fn wide(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
