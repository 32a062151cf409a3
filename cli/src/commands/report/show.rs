use suitpack_core::report::Container;
use suitpack_core::{ErrorKind, Fault};
use suitpack_package::{Cause, EntryView, RecordView, ReportRequest, ReportView, ResultView, show_report};

use crate::args::ReportShowArgs;
use crate::commands::checks;
use crate::commands::inspect::{field, heading};
use crate::failure::{Code, Failure};
use crate::terminal::{Terminal, Tone, cut, json};

pub(super) fn run(args: &ReportShowArgs, terminal: &mut Terminal) -> Result<(), Failure> {
    let mut request = ReportRequest::default();
    super::believe(&mut request, &args.report_anchor)?;
    request.package.profile = checks::profile(args.profile);
    let (bytes, name) = super::read(&args.report)?;
    if Container::parse(&bytes).is_ok_and(|container| container.is_encrypted()) {
        let code = Code::of(Cause::CouldNotTell);
        return Err(Failure::new(code, format!("`{name}` is encrypted, which this version does not open")));
    }
    let view = show_report(&bytes, &request).map_err(|error| {
        let code = match error.kind().fault() {
            Fault::Malformed => Code::UNREADABLE,
            Fault::Limit | Fault::Refused => Code::POLICY,
        };
        let failure = Failure::new(code, format!("`{name}` cannot be read as a report: {error}"));
        match error.kind() {
            ErrorKind::KeysOutOfOrder => failure.hint("`--profile lenient` reads maps in the order of the draft's CDDL"),
            _ => failure,
        }
    })?;
    if !args.json {
        return print(&view, terminal);
    }
    let text = serde_json::to_string_pretty(&view);
    let text = text.map_err(|error| Failure::new(Code::BUG, "the report cannot be written").caused_by(&error))?;
    terminal.raw(&format!("{}\n", json(&text)))
}

fn print(view: &ReportView, terminal: &mut Terminal) -> Result<(), Failure> {
    let signer = view.signer.as_ref().map(|signer| {
        let kid = signer.kid.as_ref().map_or_else(|| String::from("a key without id"), |kid| format!("key {}", cut(kid)));
        format!("{kid} ({}, {})", signer.algorithm, view.container)
    });
    match (&signer, view.authenticated) {
        (Some(signer), true) => terminal.labelled(Tone::Good, "authenticated", &format!(" by {signer}"))?,
        (Some(signer), false) => {
            terminal.labelled(Tone::Bad, "not authenticated", &format!(": it says it is signed by {signer}"))?;
        }
        (None, _) => terminal.labelled(Tone::Bad, "not authenticated", ": nobody signed it")?,
    }
    heading("report", terminal)?;
    field("manifest", &format!("{} {}", view.manifest_digest.algorithm, view.manifest_digest.bytes), terminal)?;
    let uri = if view.manifest_uri.is_empty() { "none" } else { &view.manifest_uri };
    field("reference URI", uri, terminal)?;
    field("nonce", view.nonce.as_deref().unwrap_or("none"), terminal)?;
    match &view.result {
        ResultView::Success => field("result", "success", terminal)?,
        ResultView::Failure { code, reason, reason_code, record } => {
            field("result", &format!("failure: {reason} ({reason_code}), code {code}"), terminal)?;
            self::record("at", record, terminal)?;
        }
    }
    for (number, entry) in view.entries.iter().enumerate() {
        match entry {
            EntryView::Record(record) => self::record(&format!("record {}", number.saturating_add(1)), record, terminal)?,
            EntryView::Claims { component, properties } => {
                field(&format!("claims {}", number.saturating_add(1)), &format!("component {}", cut(component)), terminal)?;
                properties.iter().try_for_each(|property| terminal.line(&format!("    {}", cut(&property.words))))?;
            }
        }
    }
    let Some(capabilities) = &view.capabilities else { return Ok(()) };
    heading("capabilities", terminal)?;
    for component in &capabilities.components {
        field("component", &cut(component), terminal)?;
    }
    for list in &capabilities.lists {
        let name = list.of.strip_prefix("suit-").unwrap_or(&list.of);
        terminal.line(&format!("  {name}: {}", cut(&list.names.join(", "))))?;
    }
    Ok(())
}

fn record(name: &str, record: &RecordView, terminal: &mut Terminal) -> Result<(), Failure> {
    let of = match record.manifest.as_slice() {
        [] => String::new(),
        path => format!(" of dependency {path:?}"),
    };
    // Section 0 is no key of a manifest: nothing ran, or what failed is no command.
    let place = match record.section {
        0 => format!("{}{of}", record.section_name),
        _ => format!("{}{of}, offset {}, component {}", record.section_name, record.offset, record.component),
    };
    field(name, &place, terminal)?;
    record.properties.iter().try_for_each(|property| terminal.line(&format!("    {}", cut(&property.words))))
}
