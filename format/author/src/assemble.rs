//! Bytes from extended diagnostic notation (spec/edn.md): the way back from what `inspect --edn` prints.

mod error;
mod input;
mod literal;
mod number;
mod parser;
mod rope;

use std::io::Read;

pub use error::AssembleError;
pub use rope::Assembled;

/// Encodes the items of a text in extended diagnostic notation (RFC 8949 §8, RFC 8610 appendix G), one behind the other. Maps keep
/// the order of the text and encoding indicators are followed, so that bytes that no reader should accept can be made too. Long
/// byte strings wait in a file without a name; memory does not grow with them.
///
/// # Errors
/// If the text cannot be read or is not such notation: what is wrong, where, and what to do.
pub fn assemble(input: impl Read) -> Result<Assembled, AssembleError> {
    parser::Parser::new(input).run()
}
