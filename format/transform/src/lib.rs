//! How bytes are squeezed and restored: streaming, in bounded memory, hashed on the way (spec/transform.md).

mod lane;
mod measure;
pub mod zstd;

pub use measure::{Carried, EncodeError, Measured, measure, store};
pub use zstd::{Bounds, DecodeError, Decoded, Level, Settings, WINDOW_LOG_MAX, compress, decode};
