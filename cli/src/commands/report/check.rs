use serde::Serialize;
use suitpack_package::{Cause, Holding, Outcome, Procedure, Reading, ReportCheck, ReportRequest, check_report};

use crate::args::{ProcedureName, ReportCheckArgs};
use crate::commands::inspect::{field, heading};
use crate::commands::{checks, verify};
use crate::failure::{Code, Failure};
use crate::files::{Input, anchors, is_standard};
use crate::terminal::{Counted, Terminal, Tone, cut, json};

pub(super) fn run(args: &ReportCheckArgs, terminal: &mut Terminal) -> Result<(), Failure> {
    let result = check(args, terminal);
    if let (true, Err(failure)) = (args.json, &result) {
        // Nothing was checked, and whoever reads the JSON must not take silence for consent.
        let cause = if failure.code == Code::USAGE { "usage" } else { "io" };
        print(&CheckView::failed(args, cause, failure), terminal)?;
    }
    let (name, check) = result?;
    if args.json {
        as_json(args, &check, terminal)?
    } else {
        list(&check, args.bare, terminal)?
    }
    match refusal(&name, &check) {
        Some(failure) => Err(failure),
        None if args.json => Ok(()),
        None => terminal.labelled(Tone::Good, "agrees", &format!("    {name}")),
    }
}

fn check(args: &ReportCheckArgs, terminal: &mut Terminal) -> Result<(String, ReportCheck), Failure> {
    let mut request = ReportRequest::default();
    checks::believe(&mut request.package, anchors(&args.anchor, true)?);
    super::believe(&mut request, &args.report_anchor)?;
    request.package.profile = checks::profile(args.profile);
    request.package.manifest_only = true;
    request.package.payload_dir = args.payload_dir.as_deref().map(checks::payload_dir).transpose()?;
    request.bare = args.bare;
    request.nonce = args.nonce.as_deref().map(nonce).transpose()?;
    request.procedure = args.procedure.map(|procedure| match procedure {
        ProcedureName::Update => Procedure::Update,
        ProcedureName::Invocation => Procedure::Invocation,
        ProcedureName::Uninstall => Procedure::Uninstall,
    });
    if is_standard(&args.manifest) && is_standard(&args.report) {
        return Err(Failure::usage("manifest and report cannot both come from standard input"));
    }
    let (report, name) = super::read(&args.report)?;
    let input = Input::open(&args.manifest)?;
    let reader = Counted::new(input.reader, terminal.progress("reading", input.size));
    Ok((name, check_report(reader, &report, &request)))
}

pub(crate) fn nonce(text: &str) -> Result<Vec<u8>, Failure> {
    let digit = |char: u8| char::from(char).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let bytes = text.as_bytes().chunks(2).map(|pair| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    });
    let bytes: Option<Vec<u8>> = bytes.collect();
    bytes.ok_or_else(|| Failure::usage(format!("`{text}` after `--nonce` is not hex")).hint("two digits stand for a byte: `0a1b`"))
}

/// Who vouches for both first, then every check, then what follows.
fn list(check: &ReportCheck, bare: bool, terminal: &mut Terminal) -> Result<(), Failure> {
    let claim = "nothing below is more than it claims";
    if !check.manifest_authenticated {
        terminal.labelled(Tone::Bad, "not authenticated", &format!(": the manifest; {claim}"))?;
    }
    if !check.report_authenticated {
        let worth = if bare { "it is worth what the channel is that it came through" } else { claim };
        terminal.labelled(Tone::Bad, "not authenticated", &format!(": the report; {worth}"))?;
    }
    verify::list(&check.checks, terminal)?;
    check.readings.iter().try_for_each(|reading| told(reading, terminal))
}

/// The state of the device.
fn told(reading: &Reading, terminal: &mut Terminal) -> Result<(), Failure> {
    heading(reading.procedure, terminal)?;
    field("end", &ended(reading), terminal)?;
    if reading.ways > 1 {
        field("ways", &format!("{} agree; what differs between them is open", reading.ways), terminal)?;
    }
    if let Some(number) = reading.sequence_number {
        let version = reading.version.as_ref().map_or_else(String::new, |version| format!(", version {}", cut(version)));
        field("installed", &format!("sequence number {number}{version}"), terminal)?;
    }
    for section in &reading.completed {
        let of = if section.manifest.is_empty() { String::new() } else { format!(" of dependency {:?}", section.manifest) };
        field("completed", &format!("{}{of}", section.section), terminal)?;
    }
    for component in &reading.components {
        let invoked = if component.invoked { ", invoked" } else { "" };
        for (number, holding) in component.holds.iter().enumerate() {
            let or = if number == 0 { "" } else { "or " };
            field("component", &format!("{or}{}{invoked}: {}", cut(&component.name), holds(holding)), terminal)?;
        }
    }
    Ok(())
}

/// How it ended, where and why.
fn ended(reading: &Reading) -> String {
    let reason = reading.reason.map_or_else(String::new, |reason| format!(" ({reason})"));
    let (end, at) = match (reading.end, reading.at.as_deref()) {
        ("finished", at) => ("everything was done", at),
        ("failed", at) => ("failed", at),
        ("invoke-pending", at) => ("about to be invoked; what became of it is not said", at),
        ("handed-off", at) => ("handed over to what was invoked; what became of it is not said", at),
        ("stopped", Some("no command")) if reading.completed.is_empty() => ("refused before its first command", None),
        ("stopped", Some("no command")) => ("stopped between two of its sections", None),
        ("stopped", at) => ("refused or stopped there, and no command of that place ran", at),
        ("undone", at) => ("everything ran well, and the device failed behind it; what it keeps is not said", at),
        (_, at) => ("differs between the ways that agree", at),
    };
    let at = at.map_or_else(String::new, |at| format!(": {at}"));
    format!("{end}{at}{reason}")
}

fn holds(holding: &Holding) -> String {
    let mut parts = vec![cut(&holding.origin).into_owned()];
    if let Some(digest) = &holding.digest {
        parts.push(format!("{} {} ({})", digest.algorithm, digest.bytes, holding.basis));
    }
    if let Some(digest) = &holding.manifest_digest {
        parts.push(format!("manifest {} {}", digest.algorithm, digest.bytes));
    }
    parts.extend(holding.size.map(|size| format!("{size} bytes")));
    parts.extend(holding.slot.map(|slot| format!("slot {slot}")));
    parts.join(", ")
}

fn refusal(name: &str, check: &ReportCheck) -> Option<Failure> {
    let (cause, decisive) = (check.checks.cause()?, check.checks.decisive()?);
    let detail = if decisive.detail.is_empty() { "not possible" } else { &decisive.detail };
    let verdict = match cause {
        Cause::CouldNotTell => format!("cannot tell about `{name}`"),
        Cause::Disagrees => format!("`{name}` does not agree"),
        _ => format!("`{name}` is not believed"),
    };
    let failure = Failure::new(Code::of(cause), format!("{verdict}: {}: {}", cut(&decisive.name), cut(detail)));
    let of_report = decisive.name.starts_with("report");
    let hint = match cause {
        Cause::NotAuthentic if of_report && decisive.detail.starts_with("nobody") => {
            String::from("if the channel it came through vouches for it, say so with `--bare`")
        }
        Cause::NotAuthentic if of_report => String::from("it was changed after it was signed; ask the device again"),
        Cause::NotTrusted if of_report => String::from("pass the device's public key with `-r`"),
        Cause::NotTrusted => String::from("pass the public key of the manifest's signer with `-a`"),
        Cause::Unreadable if of_report && decisive.detail.contains("out of order") => {
            String::from("`--profile lenient` reads maps in the order of the draft's CDDL")
        }
        Cause::Disagrees if decisive.detail.contains("it agrees as") => {
            String::from("it is the report of another procedure than `--procedure` names; left out, all are tried")
        }
        Cause::Disagrees if decisive.detail.contains("asks for a record") => {
            String::from("`--profile lenient` lets records of success be missing, and says so")
        }
        Cause::CouldNotTell if decisive.detail.contains("severed") => String::from("put it back with `suitpack sever --undo`"),
        Cause::CouldNotTell if decisive.detail.contains("dependency") => {
            String::from("pass the public key of its signer with `-a` too, or name the folder it is in with `--payload-dir`")
        }
        _ => return Some(failure),
    };
    Some(failure.hint(hint))
}

/// The answer for programs; fields are only ever added.
#[derive(Serialize)]
struct CheckView<'c> {
    schema: &'static str,
    manifest: &'c str,
    report: &'c str,
    verdict: &'static str,
    cause: Option<&'static str>,
    code: u8,
    manifest_authenticated: bool,
    report_authenticated: bool,
    checks: Vec<OneView<'c>>,
    readings: &'c [Reading],
}

#[derive(Serialize)]
struct OneView<'c> {
    check: &'c str,
    result: &'static str,
    /// Whether the verdict depends on it.
    required: bool,
    detail: &'c str,
}

impl<'c> CheckView<'c> {
    fn failed(args: &'c ReportCheckArgs, cause: &'static str, failure: &'c Failure) -> Self {
        let one = OneView { check: "read", result: "failed", required: true, detail: &failure.message };
        Self::new(args, Some(cause), failure.code, vec![one])
    }

    fn new(args: &'c ReportCheckArgs, cause: Option<&'static str>, code: Code, checks: Vec<OneView<'c>>) -> Self {
        Self {
            schema: "suitpack-report-check/1",
            manifest: args.manifest.to_str().unwrap_or_default(),
            report: args.report.to_str().unwrap_or_default(),
            verdict: match cause {
                None => "agrees",
                Some("disagrees") => "disagrees",
                Some("could-not-tell") => "could-not-tell",
                Some(_) => "not-believed",
            },
            cause,
            code: code.number(),
            manifest_authenticated: false,
            report_authenticated: false,
            checks,
            readings: &[],
        }
    }
}

fn as_json(args: &ReportCheckArgs, check: &ReportCheck, terminal: &mut Terminal) -> Result<(), Failure> {
    let ones = check.checks.checks().iter().map(|one| OneView {
        check: &one.name,
        result: match one.outcome {
            Outcome::Passed => "passed",
            Outcome::Failed(_) => "failed",
            Outcome::NotAsked | Outcome::NotPossible => "not-done",
        },
        required: one.outcome != Outcome::NotAsked,
        detail: &one.detail,
    });
    let cause = check.checks.cause();
    let view = CheckView::new(args, cause.map(Cause::word), cause.map_or(Code::DONE, Code::of), ones.collect());
    let (manifest_authenticated, report_authenticated) = (check.manifest_authenticated, check.report_authenticated);
    print(&CheckView { manifest_authenticated, report_authenticated, readings: &check.readings, ..view }, terminal)
}

fn print(view: &CheckView<'_>, terminal: &mut Terminal) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(view)
        .map_err(|error| Failure::new(Code::BUG, "the answer cannot be written").caused_by(&error))?;
    terminal.raw(&format!("{}\n", json(&text)))
}
