mod edn;
mod recipe;
mod words;

pub(super) use words::{field, heading};

use suitpack_core::Fault;
use suitpack_package::{ReadError, Request, Start, skew};

use super::checks;
use super::verify::older_drafts;
use crate::args::InspectArgs;
use crate::failure::{Code, Failure};
use crate::files::{Input, anchors};
use crate::terminal::{Counted, Terminal, json};

pub(super) fn run(args: &InspectArgs, terminal: &mut Terminal) -> Result<(), Failure> {
    let mut request = Request::default();
    checks::believe(&mut request, anchors(&args.anchor, true)?);
    request.profile = checks::profile(args.profile);
    let input = Input::open(&args.package)?;
    let reader = Counted::new(input.reader, terminal.progress("reading", input.size));
    if args.edn {
        return edn::print(reader, &input.name, terminal);
    }
    if args.recipe {
        return recipe::print(reader, &input.name, request.profile, terminal);
    }
    let mut start = Start::new(reader);
    let inspection = suitpack_package::inspect(&mut start, &request);
    let inspection = inspection.map_err(|error| older_drafts(unreadable(&input.name, &error), &skew(start.kept())))?;
    if !args.json {
        return words::print(&inspection, !args.anchor.is_empty(), terminal);
    }
    let text = serde_json::to_string_pretty(&inspection);
    let text = text.map_err(|error| Failure::new(Code::BUG, "the inspection cannot be written").caused_by(&error))?;
    terminal.raw(&format!("{}\n", json(&text)))
}

fn unreadable(name: &str, error: &ReadError) -> Failure {
    match error {
        // The file ends where the package does not: the disk is not at fault.
        ReadError::Io(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            Failure::new(Code::UNREADABLE, format!("`{name}` cannot be read as a package: {error}"))
        }
        ReadError::Io(error) => Failure::io(format!("cannot read `{name}`"), error),
        ReadError::Malformed(error) => {
            let code = match error.kind().fault() {
                Fault::Malformed => Code::UNREADABLE,
                Fault::Limit | Fault::Refused => Code::POLICY,
            };
            Failure::new(code, format!("`{name}` cannot be read as a package: {error}"))
                .hint(format!("`suitpack inspect --edn {name}` shows it as far as it can be read"))
        }
    }
}
