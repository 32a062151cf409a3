use std::io::{self, BufWriter, Write};

use super::{checks, verify};
use crate::args::ExtractArgs;
use crate::failure::Failure;
use crate::files::{Input, Output, apart, is_standard};
use crate::terminal::{Counted, Terminal, cut};

pub(super) fn run(args: &ExtractArgs, terminal: &mut Terminal) -> Result<(), Failure> {
    let request = checks::request(&args.trust, &args.checks, terminal)?;
    let input = Input::open(&args.package)?;
    apart(&[&args.output.output], args.trust.anchor.iter().map(std::path::PathBuf::as_path))?;
    let mut output = Output::open(&args.output, terminal)?;
    let reader = Counted::new(input.reader, terminal.progress("verifying", input.size));
    let mut failed = None;
    let mut writer = BufWriter::with_capacity(CHUNK, Watched { inner: output.file()?, failed: &mut failed });
    let extraction = suitpack_package::extract(reader, &request, &args.name, args.raw, &mut writer);
    let flushed = writer.flush();
    drop(writer);
    // What could not be written says nothing of the package.
    if let Some(error) = failed {
        return Err(Failure::io(format!("cannot write `{}`", args.output.output.display()), &error).detail("nothing was written"));
    }
    if let Some(failure) = verify::refusal(&input.name, &extraction.report, false) {
        return Err(failure.detail("nothing was written"));
    }
    flushed.map_err(|error| Failure::io(format!("cannot write `{}`", args.output.output.display()), &error))?;
    if !extraction.written {
        return Err(no_such(&args.name, &extraction.candidates));
    }
    output.commit(terminal)?;
    if !is_standard(&args.output.output) {
        terminal.note(&format!("wrote `{}`; everything in `{}` verified", args.output.output.display(), input.name));
    }
    Ok(())
}

/// A file that remembers why it could not be written.
struct Watched<'w, W> {
    inner: W,
    failed: &'w mut Option<io::Error>,
}

impl<W: Write> Write for Watched<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes);
        if let Err(error) = &written
            && error.kind() != io::ErrorKind::Interrupted
        {
            *self.failed = Some(io::Error::new(error.kind(), error.to_string()));
        }
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

fn no_such(name: &str, candidates: &[String]) -> Failure {
    let failure = Failure::usage(format!("there is no single payload for `{name}` in the package"));
    let names: Vec<_> = candidates.iter().map(|name| format!("`{}`", cut(name))).collect();
    if names.is_empty() {
        failure.hint("the package installs nothing")
    } else {
        failure.hint(format!("it has {}", names.join(", ")))
    }
}

/// Large enough that the system calls do not count.
const CHUNK: usize = 128 * 1024;
