use std::io::{BufWriter, Write};

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
    let mut writer = BufWriter::with_capacity(CHUNK, output.file()?);
    let extraction = suitpack_package::extract(reader, &request, &args.name, args.raw, &mut writer);
    let flushed = writer.flush();
    drop(writer);
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
