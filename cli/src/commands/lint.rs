mod sarif;

use serde::Serialize;
use suitpack_core::Fault;
use suitpack_package::{Finding, ReadError, Severity, Start, skew};

use super::verify::older_drafts;
use crate::args::LintArgs;
use crate::failure::{Code, Failure};
use crate::files::{Input, is_standard};
use crate::terminal::{Counted, Terminal, Tone, cut, json};

pub(super) fn run(args: &LintArgs, terminal: &mut Terminal) -> Result<(), Failure> {
    if args.against.as_deref().is_some_and(is_standard) && is_standard(&args.package) {
        return Err(Failure::usage("both packages are to come from standard input").hint("name a file for one of them"));
    }
    let input = Input::open(&args.package)?;
    let previous = args.against.as_deref().map(Input::open).transpose()?;
    let mut reader = Start::new(Counted::new(input.reader, terminal.progress("reading", input.size)));
    let findings = match previous {
        None => suitpack_package::lint(&mut reader)
            .map_err(|error| older_drafts(unreadable(&input.name, &error), &skew(reader.kept())))?,
        Some(previous) => {
            let mut before = Start::new(previous.reader);
            suitpack_package::lint_against(&mut reader, &mut before).map_err(|(error, in_previous)| match in_previous {
                true => older_drafts(unreadable(&previous.name, &error), &skew(before.kept())),
                false => older_drafts(unreadable(&input.name, &error), &skew(reader.kept())),
            })?
        }
    };
    let bad = findings.iter().filter(|finding| finding.severity > Severity::Note).count();
    if args.sarif {
        print(&sarif::log(&input.name, &findings), terminal)?;
    } else if args.json {
        let against = args.against.as_ref().map(|path| path.display().to_string());
        print(&Report { schema: "suitpack-lint/1", package: &input.name, against, findings: &findings }, terminal)?;
    } else {
        list(&findings, terminal)?;
        if bad == 0 {
            return terminal.labelled(Tone::Good, "nothing found", &format!("  {}", input.name));
        }
    }
    match bad {
        0 => Ok(()),
        1 => Err(Failure::new(Code::NO, format!("`{}` has 1 finding", input.name))),
        bad => Err(Failure::new(Code::NO, format!("`{}` has {bad} findings", input.name))),
    }
}

#[derive(Serialize)]
struct Report<'r> {
    schema: &'static str,
    package: &'r str,
    against: Option<String>,
    findings: &'r [Finding],
}

fn list(findings: &[Finding], terminal: &mut Terminal) -> Result<(), Failure> {
    for finding in findings {
        let (tone, padding) = match finding.severity {
            Severity::Error => (Tone::Bad, "  "),
            Severity::Warning => (Tone::Open, ""),
            Severity::Note => (Tone::Plain, "   "),
        };
        let rest = format!("{padding}  {:<6}  {}", finding.rule, sentence(finding));
        terminal.labelled(tone, finding.severity.word(), &rest)?;
    }
    Ok(())
}

/// Where it is and what is wrong.
pub(super) fn sentence(finding: &Finding) -> String {
    let place = place(finding);
    let separator = if place.is_empty() { "" } else { ": " };
    format!("{}{separator}{}", cut(&place), cut(&finding.message))
}

/// Section, command and component, as far as there are any.
fn place(finding: &Finding) -> String {
    let mut parts = Vec::new();
    if let Some(section) = finding.section {
        parts.push(section.to_owned());
    }
    if let Some(offset) = finding.offset {
        parts.push(format!("byte {offset:#x}"));
    }
    if let Some(component) = finding.component {
        let name = finding.component_name.as_ref().map_or_else(String::new, |name| format!(" ({name})"));
        parts.push(format!("component {component}{name}"));
    }
    parts.join(", ")
}

fn print(value: &impl Serialize, terminal: &mut Terminal) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::new(Code::BUG, "the findings cannot be written").caused_by(&error))?;
    terminal.raw(&format!("{}\n", json(&text)))
}

pub(super) fn unreadable(name: &str, error: &ReadError) -> Failure {
    match error {
        // The file ends where the package does not: the disk is not at fault.
        ReadError::Io(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            Failure::new(Code::UNREADABLE, format!("`{name}` cannot be read as a package: {error}"))
        }
        ReadError::Io(error) => Failure::io(format!("cannot read `{name}`"), error),
        ReadError::Malformed(error) => {
            let code = match error.kind().fault() {
                // What is SUIT and not read by this version cannot be looked at either.
                Fault::Malformed | Fault::Refused => Code::UNREADABLE,
                Fault::Limit => Code::POLICY,
            };
            Failure::new(code, format!("`{name}` cannot be read as a package: {error}"))
                .hint(format!("`suitpack inspect --edn {name}` shows it as far as it can be read"))
        }
    }
}
