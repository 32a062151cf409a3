//! A strict deterministic layer over the cbor4ii codec: definite lengths, shortest forms, bytewise key order, no duplicates,
//! nothing trailing, bounded nesting, no recursion (RFC 8949 §4.2.1).

pub mod diagnostic;
mod map;
mod place;
mod reader;
mod skip;
mod writer;

pub(crate) use map::Label;
pub use map::{Key, MapReader};
pub(crate) use reader::wide;
pub use reader::{Kind, Reader};
pub use writer::{Counter, Overflow, Sink, SliceSink, Writer};
