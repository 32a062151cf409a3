use std::io::{BufWriter, Write};

use suitpack_author::{Part, SeverError, restore, sever};
use suitpack_core::Fault;

use crate::args::SeverArgs;
use crate::failure::{Code, Failure};
use crate::files::{Input, Output, is_standard};
use crate::terminal::{Counted, Terminal, cut};

pub(super) fn run(args: &SeverArgs, terminal: &mut Terminal) -> Result<(), Failure> {
    let parts = args.members.iter().map(|name| named(name)).collect::<Result<Vec<_>, _>>()?;
    if args.from.as_deref().is_some_and(is_standard) && is_standard(&args.package) {
        return Err(Failure::usage("both packages are to come from standard input").hint("name a file for one of them"));
    }
    let input = Input::open(&args.package)?;
    let mut full = args.from.as_deref().map(Input::open).transpose()?;
    let mut output = Output::open(&args.output, terminal)?;
    let mut reader = Counted::new(input.reader, terminal.progress("copying", input.size));
    let mut writer = BufWriter::new(output.file()?);
    let done = match &mut full {
        Some(full) => restore(&mut reader, &mut full.reader, &mut writer, &parts),
        None => sever(&mut reader, &mut writer, &parts),
    };
    drop(reader);
    let other = full.as_ref().map_or("", |full| &full.name);
    let done = done.and_then(|done| writer.flush().map(|()| done).map_err(SeverError::Write));
    let done = done.map_err(|error| failed(&error, &input.name, other))?;
    drop(writer);
    output.commit(terminal)?;
    if !is_standard(&args.output.output) {
        terminal.note(&format!("wrote `{}`", args.output.output.display()));
    }
    let verb = if full.is_some() { "put back" } else { "took out" };
    for (part, size) in &done {
        terminal.note(&format!("{verb} {}, {size} bytes", cut(&part.to_string())));
    }
    Ok(())
}

fn named(name: &str) -> Result<Part, Failure> {
    Part::named(name).ok_or_else(|| {
        let names: Vec<_> = Part::names().collect();
        Failure::usage(format!("`{name}` is no severable member"))
            .hint(format!("there are {}; a payload's name begins with `#`", names.join(", ")))
    })
}

fn failed(error: &SeverError, name: &str, other: &str) -> Failure {
    if let SeverError::Full(error) = error {
        return failed(error, other, other);
    }
    let code = match error {
        SeverError::AnotherBody(_) => Code::NOT_BOUND,
        SeverError::DigestUnsupported(_) | SeverError::HeadTooLong { .. } => Code::POLICY,
        SeverError::PayloadBack(_) => Code::USAGE,
        SeverError::Unreadable(error) => match error.kind().fault() {
            Fault::Malformed => Code::UNREADABLE,
            Fault::Limit | Fault::Refused => Code::POLICY,
        },
        SeverError::Absent(_)
        | SeverError::Inline(_)
        | SeverError::NotInFull(_)
        | SeverError::NotThere(_)
        | SeverError::There(_) => Code::NO,
        _ => Code::IO,
    };
    let mut failure = match error {
        SeverError::Unreadable(error) => Failure::new(code, format!("`{name}` cannot be read as a package: {error}")),
        _ => Failure::new(code, error.to_string()).detail(format!("package: {name}")),
    };
    if matches!(error, SeverError::AnotherBody(_) | SeverError::NotInFull(_)) {
        failure = failure.detail(format!("other package: {other}"));
    }
    if let Some(source) = core::error::Error::source(error) {
        failure = failure.caused_by(source);
    }
    match error {
        SeverError::AnotherBody(_) => {
            failure.hint("the other package holds another manifest; only a copy of this one has the right member")
        }
        SeverError::NotThere(_) | SeverError::NotInFull(_) | SeverError::Absent(_) => {
            failure.hint("`suitpack inspect` shows what a package carries and what was severed")
        }
        SeverError::Inline(_) => {
            failure.hint("its author decides that when the package is built; the manifest is signed and does not move")
        }
        SeverError::PayloadBack(_) => failure.hint("`verify` and `extract` take payloads from a folder: `--payload-dir`"),
        SeverError::Unreadable(_) => failure.hint(format!("`suitpack inspect --edn {name}` shows it as far as it can be read")),
        _ => failure,
    }
}
