use std::fs::File;
use std::io::{BufReader, BufWriter, Seek, Write};

use suitpack_author::{AssembleError, assemble};
use suitpack_core::Profile;
use suitpack_package::{Package, ReadError};

use crate::args::AssembleArgs;
use crate::failure::{Code, Failure};
use crate::files::{Input, Output, is_standard};
use crate::terminal::{Counted, Terminal};

pub(super) fn run(args: &AssembleArgs, terminal: &mut Terminal) -> Result<(), Failure> {
    let input = Input::open(&args.text)?;
    let mut output = Output::open(&args.output, terminal)?;
    let reader = Counted::new(input.reader, terminal.progress("reading", input.size));
    let mut assembled = assemble(reader).map_err(|error| wrong(&error, &input.name))?;
    let file = output.file()?;
    let mut writer = BufWriter::new(&mut *file);
    let written = assembled.write_to(&mut writer).and_then(|()| writer.flush());
    drop(writer);
    written.map_err(|error| Failure::io("cannot write the output", &error))?;
    // Laboratories make bad files on purpose, so that this is said and no more.
    if let Err(error) = read_back(file) {
        terminal.warn(&format!("what was assembled cannot be read as a package: {error}"));
    }
    output.commit(terminal)?;
    if !is_standard(&args.output.output) {
        terminal.note(&format!("wrote `{}`, {} bytes", args.output.output.display(), assembled.len()));
    }
    Ok(())
}

/// Reads everything that stands in a package by itself; who signed it is another question.
fn read_back(file: &mut File) -> Result<(), ReadError> {
    file.rewind().map_err(ReadError::Io)?;
    let mut package = Package::open(BufReader::new(file))?;
    let (envelope, payloads) = package.parts()?;
    envelope.authentication().map_err(ReadError::Malformed)?;
    envelope.manifest_unauthenticated(Profile::Strict).map_err(ReadError::Malformed)?;
    while payloads.next_payload()?.is_some() {}
    Ok(())
}

/// A fault in the text with its line.
fn wrong(error: &AssembleError, name: &str) -> Failure {
    let mut failure = if error.is_io() { Failure::new(Code::IO, error.message()) } else { Failure::usage(error.message()) };
    failure = failure.detail(format!("{name}, line {}, column {}", error.line(), error.column()));
    if let Some(source) = error.source_line() {
        let number = error.line().to_string();
        let before = usize::try_from(error.column().saturating_sub(1)).unwrap_or_default();
        // A tab would be escaped and move the marker.
        failure = failure.detail(format!("{number} | {}", source.replace('\t', " ")));
        failure = failure.detail(format!("{} | {}^", " ".repeat(number.len()), " ".repeat(before)));
    }
    if let Some(cause) = core::error::Error::source(error) {
        failure = failure.caused_by(cause);
    }
    match error.hint() {
        Some(hint) => failure.hint(hint),
        None if error.is_io() => failure,
        None => failure.hint("the notation is described in spec/edn.md"),
    }
}
