//! Packages, and all other CBOR, in extended diagnostic notation (spec/edn.md).

mod literal;
mod printer;
mod shape;
mod source;

use core::fmt;
use std::io::{self, Read, Write};

use crate::reader::ReadError;
use printer::Printer;
use shape::Shape;

/// Why the notation ends early.
#[derive(Debug)]
pub enum EdnError {
    /// The input fails, or cannot be read further: up to there it is written.
    Read(ReadError),
    /// The notation could not be written.
    Write(io::Error),
}

impl fmt::Display for EdnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(error) => error.fmt(f),
            Self::Write(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for EdnError {}

/// Writes everything in `input` in extended diagnostic notation (RFC 8949 §8, RFC 8610 appendix G), so that the same bytes can be
/// made of it again. What stands where SUIT has encoded items in a byte string is shown as `<< .. >>`, keys and commands have the
/// names of the CDDL beside them. Memory does not grow with payloads.
///
/// # Errors
/// If something is not well-formed CBOR or nested too deeply: what stands before it is written.
pub fn edn<R: Read, W: Write>(input: R, output: W) -> Result<(), EdnError> {
    Printer::new(input, output, Shape::Package).run()
}
