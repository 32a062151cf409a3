use std::io::{BufWriter, Write};

use suitpack_author::SigningError;
use suitpack_core::Fault;
use suitpack_core::crypto::Sign as _;

use super::key::hex;
use crate::args::SignArgs;
use crate::failure::{Code, Failure};
use crate::files::{Input, Output, apart, is_standard, signer};
use crate::terminal::{Counted, Terminal};

pub(super) fn run(args: &SignArgs, terminal: &mut Terminal) -> Result<(), Failure> {
    let key = signer(&args.key, &args.access)?;
    let input = Input::open(&args.package)?;
    apart(&[&args.output.output], [args.key.as_path()])?;
    let mut output = Output::open(&args.output, terminal)?;
    let mut reader = Counted::new(input.reader, terminal.progress("signing", input.size));
    let mut writer = BufWriter::new(output.file()?);
    let signed = suitpack_author::sign(&mut reader, &mut writer, &key, &key.anchor());
    drop(reader);
    signed.and_then(|()| writer.flush().map_err(SigningError::Write)).map_err(|error| failed(&error, &input.name))?;
    drop(writer);
    output.commit(terminal)?;
    if !is_standard(&args.output.output) {
        terminal.note(&format!("wrote `{}`", args.output.output.display()));
    }
    terminal.note(&format!("signed by key {}", hex(key.key_id())));
    Ok(())
}

fn failed(error: &SigningError, name: &str) -> Failure {
    let code = match error {
        SigningError::AlreadySigned { .. } => Code::NO,
        SigningError::DigestMismatch => Code::NOT_AUTHENTIC,
        SigningError::DigestUnsupported(_) | SigningError::TooManyBlocks => Code::POLICY,
        SigningError::Unreadable(error) => match error.kind().fault() {
            Fault::Malformed => Code::UNREADABLE,
            Fault::Limit | Fault::Refused => Code::POLICY,
        },
        _ => Code::IO,
    };
    let mut failure = match error {
        SigningError::Unreadable(error) => Failure::new(code, format!("`{name}` cannot be read as a package: {error}")),
        _ => Failure::new(code, error.to_string()).detail(format!("package: {name}")),
    };
    if let Some(source) = core::error::Error::source(error) {
        failure = failure.caused_by(source);
    }
    match error {
        SigningError::AlreadySigned { .. } => failure.hint("`suitpack inspect` shows who signed it"),
        SigningError::DigestMismatch => failure.hint("the manifest was changed after it was made; build the package again"),
        SigningError::Unreadable(_) => failure.hint(format!("`suitpack inspect --edn {name}` shows it as far as it can be read")),
        _ => failure,
    }
}
