use std::path::Path;

use serde::Serialize;
use suitpack_package::{Cause, Outcome, Report, Skew};

use super::checks;
use crate::args::VerifyArgs;
use crate::failure::{Code, Failure};
use crate::files::{Input, is_standard};
use crate::terminal::{Counted, Terminal, Tone, cut, json};

pub(super) fn run(args: &VerifyArgs, terminal: &mut Terminal) -> Result<(), Failure> {
    let result = verify(args, terminal);
    if let (true, Err(failure)) = (args.json, &result) {
        // Nothing was checked, and whoever reads the JSON must not take silence for consent.
        let cause = if failure.code == Code::USAGE { "usage" } else { "io" };
        let check = CheckView { check: "read", result: "failed", required: true, detail: &failure.message };
        print(&ReportView::new(&args.package.to_string_lossy(), Some(cause), failure.code, vec![check]), terminal)?;
    }
    let (name, report) = result?;
    if args.json {
        as_json(&name, &report, terminal)?
    } else {
        list(&report, terminal)?
    }
    match refusal(&name, &report, true) {
        Some(failure) => Err(failure),
        None if args.json => Ok(()),
        None => terminal.labelled(Tone::Good, "accepted", &format!("  {name}")),
    }
}

fn verify(args: &VerifyArgs, terminal: &mut Terminal) -> Result<(String, Report), Failure> {
    let mut request = checks::request(&args.trust, &args.checks, terminal)?;
    request.manifest_only = args.manifest_only;
    let input = Input::open(&args.package)?;
    let reader = Counted::new(input.reader, terminal.progress("verifying", input.size));
    Ok((input.name, suitpack_package::verify(reader, &request)))
}

/// Every check with what came of it, one to a line.
pub(super) fn list(report: &Report, terminal: &mut Terminal) -> Result<(), Failure> {
    for check in report.checks() {
        let (tone, word, prefix) = match check.outcome {
            Outcome::Passed => (Tone::Good, "passed  ", ""),
            Outcome::Failed(_) => (Tone::Bad, "failed  ", ""),
            Outcome::NotAsked => (Tone::Plain, "not done", "not asked for"),
            Outcome::NotPossible => (Tone::Open, "not done", "not possible"),
        };
        let separator = if prefix.is_empty() || check.detail.is_empty() { "" } else { "; " };
        let name = cut(&check.name);
        terminal.labelled(tone, word, &format!("  {name}: {prefix}{separator}{}", cut(&check.detail)))?;
    }
    Ok(())
}

/// Why a package is refused, and what can be done about it; `can_skip` says that the command has `--manifest-only`.
pub(super) fn refusal(name: &str, report: &Report, can_skip: bool) -> Option<Failure> {
    let (cause, decisive) = (report.cause()?, report.decisive()?);
    let detail = if decisive.detail.is_empty() { "not possible" } else { &decisive.detail };
    let verdict = if cause == Cause::CouldNotTell { format!("cannot tell about `{name}`") } else { format!("`{name}` is refused") };
    let failure = Failure::new(Code::of(cause), format!("{verdict}: {}: {}", cut(&decisive.name), cut(detail)));
    let is_within = decisive.name.starts_with("dependency");
    let about_payload = decisive.name.starts_with("payload") || (is_within && decisive.name.contains(": payload "));
    let skip = if can_skip { ", or ask about the manifest only with `--manifest-only`" } else { "" };
    // What came through a pipe cannot be read again.
    let piped = is_standard(Path::new(name));
    let name = if piped { "PACKAGE" } else { name };
    let hint = match cause {
        Cause::NotTrusted if is_within => {
            String::from("this is about a package within the package: pass the public key of its signer with `-a` too")
        }
        _ if is_within && cause != Cause::CouldNotTell => {
            String::from("this is about a package within the package: mend that one and build this one again")
        }
        Cause::Unreadable if piped => return Some(older_drafts(failure, report.older_drafts())),
        Cause::Unreadable => format!("`suitpack inspect --edn {name}` shows it as far as it can be read"),
        Cause::NotAuthentic if decisive.detail.starts_with("nobody") => {
            format!("sign it with `suitpack sign {name} -k KEY -o OUT`")
        }
        Cause::NotAuthentic => String::from("it was changed after it was signed; get it again from whoever made it"),
        Cause::NotTrusted => format!("pass the signer's public key with `-a`; `suitpack inspect {name}` shows who signed it"),
        Cause::NotBound
            if decisive.name == "sequences" || decisive.detail.contains("no command") || decisive.detail.contains("no digest") =>
        {
            format!("its commands are at fault, not what it carries; `suitpack lint {name}` says where")
        }
        Cause::NotBound => String::from("this is not what was signed; get it again from whoever made it"),
        Cause::Policy if decisive.detail.contains("lenient") || decisive.detail.contains("strict profile") => {
            String::from("`--profile lenient` lets it pass and says so")
        }
        Cause::Policy if decisive.detail.contains("window") => {
            String::from("`--max-window` accepts larger windows, at the price of memory")
        }
        Cause::CouldNotTell if about_payload && decisive.detail.contains("decrypts") => {
            format!("pass the key of one of its recipients with `--decryption-key`{skip}")
        }
        Cause::CouldNotTell if about_payload => format!("name the folder of the payloads with `--payload-dir`{skip}"),
        _ => return Some(older_drafts(failure, report.older_drafts())),
    };
    Some(older_drafts(failure.hint(hint), report.older_drafts()))
}

/// Adds to a refusal what fits an older draft. The refusal stands.
pub(super) fn older_drafts(mut failure: Failure, found: &[Skew]) -> Failure {
    for skew in found {
        failure = failure.detail(format!("older draft: {} at byte {:#x} ({})", skew.found, skew.offset, skew.drafts));
    }
    // Where something else has a remedy, that is the better hint.
    let about_it = failure.code == Code::UNREADABLE || (failure.code == Code::POLICY && failure.hint.is_none());
    if found.is_empty() || !about_it || failure.message.contains("rollback") {
        failure
    } else {
        failure.hint("nothing is read in the old way; make the package again for draft-ietf-suit-manifest-37")
    }
}

/// The report for programs; fields are only ever added.
#[derive(Serialize)]
struct ReportView<'r> {
    schema: &'static str,
    package: &'r str,
    verdict: &'static str,
    cause: Option<&'static str>,
    code: u8,
    checks: Vec<CheckView<'r>>,
    older_drafts: &'r [Skew],
}

#[derive(Serialize)]
struct CheckView<'r> {
    check: &'r str,
    result: &'static str,
    /// Whether the verdict depends on it.
    required: bool,
    detail: &'r str,
}

impl<'r> ReportView<'r> {
    const fn new(package: &'r str, cause: Option<&'static str>, code: Code, checks: Vec<CheckView<'r>>) -> Self {
        let verdict = if cause.is_none() { "accept" } else { "reject" };
        Self { schema: "suitpack-verify/1", package, verdict, cause, code: code.number(), checks, older_drafts: &[] }
    }
}

fn as_json(name: &str, report: &Report, terminal: &mut Terminal) -> Result<(), Failure> {
    let checks = report.checks().iter().map(|check| CheckView {
        check: &check.name,
        result: match check.outcome {
            Outcome::Passed => "passed",
            Outcome::Failed(_) => "failed",
            Outcome::NotAsked | Outcome::NotPossible => "not-done",
        },
        required: check.outcome != Outcome::NotAsked,
        detail: &check.detail,
    });
    let cause = report.cause();
    let view = ReportView::new(name, cause.map(Cause::word), cause.map_or(Code::DONE, Code::of), checks.collect());
    print(&ReportView { older_drafts: report.older_drafts(), ..view }, terminal)
}

fn print(view: &ReportView<'_>, terminal: &mut Terminal) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(view)
        .map_err(|error| Failure::new(Code::BUG, "the report cannot be written").caused_by(&error))?;
    terminal.raw(&format!("{}\n", json(&text)))
}
