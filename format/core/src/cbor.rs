//! A strict deterministic layer over the cbor4ii codec: definite lengths, shortest forms, bytewise key order, no duplicates,
//! nothing trailing, bounded nesting, no recursion (RFC 8949 §4.2.1).

pub mod diagnostic;
mod place;
mod reader;
mod skip;
mod writer;

pub use reader::{Key, Kind, MapReader, Reader};
pub(crate) use reader::{Label, wide};
pub use writer::{Counter, Overflow, Sink, SliceSink, Writer};
