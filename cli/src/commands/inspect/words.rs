//! What a package says, in lines for people.

use suitpack_package::{CommandView, Inspection, ManifestView, Promise, SignatureView};

use crate::failure::Failure;
use crate::terminal::{Terminal, Tone, cut};

pub(super) fn print(inspection: &Inspection, anchored: bool, terminal: &mut Terminal) -> Result<(), Failure> {
    authentication(inspection, anchored, terminal)?;
    heading("package", terminal)?;
    field("digest", &format!("{} {}", inspection.digest.algorithm, inspection.digest.bytes), terminal)?;
    for signature in &inspection.signatures {
        field("signature", &format!("{}: {}", who(signature), judgement(signature.judgement, anchored)), terminal)?;
    }
    for name in &inspection.unbound_members {
        field("unbound", &format!("{name}: carried, and no digest in the manifest binds it"), terminal)?;
    }
    for payload in &inspection.payloads {
        field("payload", &format!("{}, {} bytes as carried", cut(&payload.name), payload.size), terminal)?;
    }
    field("head", &format!("{} bytes before the first payload", inspection.head_size), terminal)?;
    if !inspection.older_drafts.is_empty() {
        heading("older drafts", terminal)?;
    }
    for skew in &inspection.older_drafts {
        field(&format!("byte {:#x}", skew.offset), &format!("{}: {}", skew.found, skew.drafts), terminal)?;
    }
    if let Some(error) = &inspection.manifest_error {
        heading("manifest", terminal)?;
        field("unreadable", error, terminal)?;
    }
    if let Some(manifest) = &inspection.manifest {
        self::manifest(manifest, terminal)?;
    }
    if let Some(promise) = &inspection.upgradability {
        self::promise(promise, terminal)?;
    }
    match &inspection.manifest {
        Some(manifest) => sequences(manifest, terminal),
        None => Ok(()),
    }
}

/// The first line says whether and by whom the package is authenticated.
fn authentication(inspection: &Inspection, anchored: bool, terminal: &mut Terminal) -> Result<(), Failure> {
    let by = |wanted: &dyn Fn(&SignatureView) -> bool| {
        let names: Vec<_> = inspection.signatures.iter().filter(|signature| wanted(signature)).map(who).collect();
        names.join(" and ")
    };
    if inspection.authenticated {
        return terminal.labelled(
            Tone::Good,
            "authenticated",
            &format!(" by {}; payloads are not checked here", by(&|signature| signature.judgement == "verified")),
        );
    }
    let rest = match (inspection.signatures.is_empty(), anchored, &inspection.refusal) {
        (true, ..) => String::from(": nobody signed it"),
        (false, true, Some(refusal)) => format!(": {refusal}; it says it is signed by {}", by(&|_| true)),
        _ => format!(": no anchor was given; it says it is signed by {}", by(&|_| true)),
    };
    terminal.labelled(Tone::Bad, "not authenticated", &rest)
}

fn who(signature: &SignatureView) -> String {
    match &signature.kid {
        Some(kid) => format!("key {} ({})", cut(kid), signature.algorithm),
        None => format!("a key without id ({})", signature.algorithm),
    }
}

fn judgement(word: &str, anchored: bool) -> &str {
    match word {
        "verified" => "verified",
        "wrong" => "wrong, although it names an anchor",
        "not-admitted" => "by an algorithm that the strict profile does not admit",
        "not-understood" => "not understood",
        _ if anchored => "not by an anchor, so not checked",
        _ => "not checked",
    }
}

fn manifest(manifest: &ManifestView, terminal: &mut Terminal) -> Result<(), Failure> {
    heading("manifest", terminal)?;
    field("sequence number", &manifest.sequence_number.to_string(), terminal)?;
    if let Some(version) = &manifest.version {
        field("version", version, terminal)?;
    }
    if let Some(uri) = &manifest.reference_uri {
        field("reference URI", uri, terminal)?;
    }
    if let Some(id) = &manifest.component_id {
        field("kept as", &cut(&id.name), terminal)?;
    }
    for (index, name) in manifest.components.iter().enumerate() {
        field("component", &format!("{index}: {}", cut(name)), terminal)?;
    }
    for dependency in &manifest.dependencies {
        let prefix = dependency.prefix.as_ref().map_or_else(String::new, |id| format!(", its components under {}", cut(&id.name)));
        field("dependency", &format!("component {}{prefix}", dependency.index), terminal)?;
    }
    for allowance in &manifest.allowances {
        field("let pass", allowance, terminal)?;
    }
    for member in &manifest.members {
        let state = match member.state {
            // It is shown where it belongs.
            "inline" => continue,
            "severed-present" => "severable; carried, and the one that was signed",
            "severed-mismatch" => "severable; carried, but NOT the one that was signed",
            _ => "severable; withheld",
        };
        field("member", &format!("{}: {state}", member.name), terminal)?;
    }
    for member in &manifest.private_members {
        field("private", &format!("{}: {}", member.key, cut(&member.value)), terminal)?;
    }
    if let Some(tag) = &manifest.coswid {
        let version = tag.software_version.as_ref().map_or_else(String::new, |version| format!(" {}", cut(version)));
        let name = format!("{}{version}, tag {} version {}", cut(&tag.software_name), cut(&tag.tag_id), tag.tag_version);
        field("software", &name, terminal)?;
    }
    if let Some(mud) = &manifest.mud {
        field("usage", &format!("described at {}, signed by {} {}", cut(&mud.url), mud.ski.algorithm, mud.ski.bytes), terminal)?;
    }
    if !manifest.text.is_empty() {
        heading("text", terminal)?;
    }
    for text in &manifest.text {
        let component = text.component.as_ref().map_or_else(String::new, |component| format!(", {}", cut(component)));
        field(&format!("{}{component}", cut(&text.language)), &format!("{}: {}", text.element, cut(&text.value)), terminal)?;
    }
    Ok(())
}

/// What the maker promises about updates.
fn promise(promise: &Promise, terminal: &mut Terminal) -> Result<(), Failure> {
    heading("upgradability", terminal)?;
    let state = match promise.state {
        "present" => "present",
        "withheld" => "severed, and not in the envelope; the floor below still holds",
        "mismatch" => "carried, but NOT the one the manifest binds",
        _ => "none: the package promises nothing about updates",
    };
    field("statement", state, terminal)?;
    if let Some(floor) = &promise.floor {
        let until = floor.guaranteed_until.as_deref().unwrap_or("no single day");
        field(
            "floor",
            &format!("security updates: {}; guaranteed until: {until}; statement no. {}", floor.capability, floor.seq),
            terminal,
        )?;
    }
    if let Some(problem) = &promise.problem {
        field("problem", problem, terminal)?;
    }
    // A statement is bounded and its texts are escaped, so that its lines need no cut.
    promise.words.iter().try_for_each(|line| terminal.line(&format!("  {line}")))
}

fn sequences(manifest: &ManifestView, terminal: &mut Terminal) -> Result<(), Failure> {
    if !manifest.shared.is_empty() {
        heading("suit-shared-sequence", terminal)?;
        commands(&manifest.shared, 1, terminal)?;
    }
    for section in &manifest.sections {
        heading(&section.name, terminal)?;
        if let Some(problem) = &section.problem {
            field("unreadable", problem, terminal)?;
        }
        commands(&section.commands, 1, terminal)?;
    }
    Ok(())
}

fn commands(commands: &[CommandView], depth: usize, terminal: &mut Terminal) -> Result<(), Failure> {
    let indent = "  ".repeat(depth);
    for command in commands {
        let name = command.name.strip_prefix("suit-").unwrap_or(&command.name);
        // Most commands report everything; others say what.
        let policy = command.reporting_policy.filter(|policy| *policy != EVERYTHING);
        let name = policy.map_or_else(|| name.to_owned(), |policy| format!("{name}, reporting policy {policy}"));
        match command.argument.as_slice() {
            [] => terminal.line(&format!("{indent}{name}"))?,
            [one] => terminal.line(&format!("{indent}{name} {}", cut(one)))?,
            many => {
                terminal.line(&format!("{indent}{name}"))?;
                many.iter().try_for_each(|argument| terminal.line(&format!("{indent}  {}", cut(argument))))?;
            }
        }
        for (number, arm) in command.arms.iter().enumerate() {
            terminal.line(&format!("{indent}  arm {}", number.saturating_add(1)))?;
            self::commands(arm, depth.saturating_add(2), terminal)?;
        }
    }
    Ok(())
}

pub(in crate::commands) fn heading(name: &str, terminal: &mut Terminal) -> Result<(), Failure> {
    terminal.labelled(Tone::Strong, name, "")
}

pub(in crate::commands) fn field(name: &str, value: &str, terminal: &mut Terminal) -> Result<(), Failure> {
    terminal.line(&format!("  {name:<16} {}", cut(value)))
}

/// All bits of a reporting policy (draft-ietf-suit-manifest §8.4.7).
const EVERYTHING: u8 = 15;
