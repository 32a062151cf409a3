//! Zstandard frames (RFC 8878): one frame, no dictionary, nothing behind it.

mod decode;
mod encode;
mod frame;

pub use decode::{Bounds, DecodeError, Decoded, decode};
pub use encode::{Level, Settings, compress};

/// The largest window, as its logarithm, that is written, and that is read unless more is allowed: 8 MiB.
pub const WINDOW_LOG_MAX: u8 = 23;
