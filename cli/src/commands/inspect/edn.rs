//! The bytes of a package in diagnostic notation.

use std::io::{BufWriter, Read};

use suitpack_package::{EdnError, edn};

use super::unreadable;
use crate::failure::Failure;
use crate::terminal::Terminal;

pub(super) fn print(input: impl Read, name: &str, terminal: &mut Terminal) -> Result<(), Failure> {
    match edn(input, BufWriter::with_capacity(BUFFER, terminal.text())) {
        Ok(()) => Ok(()),
        Err(EdnError::Write(error)) => Err(Failure::io("cannot write to standard output", &error)),
        Err(EdnError::Read(error)) => {
            let failure = unreadable(name, &error);
            Err(Failure { message: failure.message.replace("read as a package", "read further"), hint: None, ..failure })
        }
    }
}

/// Written at once.
const BUFFER: usize = 64 * 1024;
