//! What two packages say, side by side.

use std::collections::BTreeMap;

use super::Difference;
use super::lines::{Line, align};
use crate::commands::CommandView;
use crate::inspect::{Inspection, ManifestView, SectionView};

pub(super) fn compare(a: &Inspection, b: &Inspection) -> Vec<Difference> {
    let mut found = Found(Vec::new());
    found.value("package", "tag 107", Some(a.tagged), Some(b.tagged));
    let signers = |view: &Inspection| {
        let who = view.signatures.iter().map(|signature| {
            let kid = signature.kid.as_ref().map_or_else(|| String::from("without key id"), |kid| format!("key {kid}"));
            format!("signed by {} with {}", kid, signature.algorithm)
        });
        who.collect::<Vec<_>>()
    };
    found.list("package", &signers(a), &signers(b));
    let payloads = |view: &Inspection| view.payloads.iter().map(|payload| payload.name.clone()).collect::<Vec<_>>();
    found.list("payload", &payloads(a), &payloads(b));
    found.value("manifest", "unreadable", a.manifest_error.as_ref(), b.manifest_error.as_ref());
    if let (Some(a), Some(b)) = (&a.manifest, &b.manifest) {
        manifests(a, b, &mut found);
    }
    promises(a, b, &mut found);
    found.0
}

fn manifests(a: &ManifestView, b: &ManifestView, found: &mut Found) {
    let area = "manifest";
    found.value(area, "sequence number", Some(a.sequence_number), Some(b.sequence_number));
    found.value(area, "version", a.version.as_ref(), b.version.as_ref());
    found.value(area, "reference URI", a.reference_uri.as_ref(), b.reference_uri.as_ref());
    found.value(area, "kept as", a.component_id.as_ref().map(|id| &id.name), b.component_id.as_ref().map(|id| &id.name));
    let components = |view: &ManifestView| view.components.iter().map(|name| format!("component {name}")).collect::<Vec<_>>();
    found.list(area, &components(a), &components(b));
    let dependencies = |view: &ManifestView| {
        let each = view.dependencies.iter().map(|one| {
            let prefix = one.prefix.as_ref().map_or_else(String::new, |id| format!(" under {}", id.name));
            format!("dependency in component {}{prefix}", one.index)
        });
        each.collect::<Vec<_>>()
    };
    found.list(area, &dependencies(a), &dependencies(b));
    let members = |view: &ManifestView| {
        view.members.iter().map(|member| format!("{} {}", member.name, state(member.state))).collect::<Vec<_>>()
    };
    found.list(area, &members(a), &members(b));
    // What is withheld says nothing here, which is not that it says nothing.
    let withheld =
        |name: &str| [a, b].iter().any(|view| view.members.iter().any(|member| member.name == name && member.state == "withheld"));
    if !withheld("suit-coswid") {
        found.value(area, "CoSWID", a.coswid.as_ref().map(|tag| &tag.bytes), b.coswid.as_ref().map(|tag| &tag.bytes));
    }
    let mud = |view: &ManifestView| view.mud.as_ref().map(|mud| format!("{} signed by {}", mud.url, mud.ski.bytes));
    found.value(area, "usage described at", mud(a), mud(b));
    let private = |view: &ManifestView| {
        view.private_members.iter().map(|member| format!("{} {}", member.key, member.value)).collect::<Vec<_>>()
    };
    found.list(area, &private(a), &private(b));
    found.lines("suit-shared-sequence", &commands(&a.shared), &commands(&b.shared));
    let section = |view: &ManifestView, name: &str| {
        let section = view.sections.iter().find(|section| section.name == name);
        section.map(|section: &SectionView| commands(&section.commands)).unwrap_or_default()
    };
    let mut names: Vec<&str> = a.sections.iter().chain(&b.sections).map(|section| section.name.as_str()).collect();
    let order = |name: &str| [a, b].iter().find_map(|view| view.sections.iter().position(|section| section.name == name));
    names.sort_by_key(|name| order(name));
    names.dedup();
    for name in names.into_iter().filter(|name| !withheld(name)) {
        found.lines(name, &section(a, name), &section(b, name));
    }
    if withheld("suit-text") {
        return;
    }
    let texts = |view: &ManifestView| {
        let each = view.text.iter().map(|text| {
            let component = text.component.as_ref().map_or_else(String::new, |name| format!(" of {name}"));
            (format!("{}{component}, {}", text.element, text.language), text.value.clone())
        });
        each.collect::<BTreeMap<_, _>>()
    };
    let (texts_a, texts_b) = (texts(a), texts(b));
    let mut names: Vec<_> = texts_a.keys().chain(texts_b.keys()).collect();
    names.sort();
    names.dedup();
    for name in names {
        found.value("text", name, texts_a.get(name), texts_b.get(name));
    }
}

/// Where the body of a severable member is, in words.
fn state(state: &str) -> &str {
    match state {
        "inline" => "in the manifest",
        "severed-present" => "carried beside the manifest",
        "severed-mismatch" => "carried, but not the one that was signed",
        state => state,
    }
}

fn promises(a: &Inspection, b: &Inspection, found: &mut Found) {
    let area = "upgradability";
    let (a, b) = (a.upgradability.as_ref(), b.upgradability.as_ref());
    found.value(area, "statement", a.map(|promise| promise.state), b.map(|promise| promise.state));
    let floor = |promise: Option<&crate::promise::Promise>| {
        promise.and_then(|promise| promise.floor.as_ref()).map(|floor| {
            let until = floor.guaranteed_until.as_deref().unwrap_or("no single day");
            format!("no. {}, security updates {}, guaranteed until {until}", floor.seq, floor.capability)
        })
    };
    found.value(area, "floor", floor(a), floor(b));
    let words = |promise: Option<&crate::promise::Promise>| {
        let words = promise.map(|promise| promise.words.as_slice()).unwrap_or_default();
        words.iter().map(|text| Line { path: String::new(), text: text.clone() }).collect::<Vec<_>>()
    };
    // A statement that is withheld says nothing, which is not that it was taken back.
    if [a, b].iter().all(|promise| promise.is_some_and(|promise| promise.state == "present")) {
        found.lines(area, &words(a), &words(b));
    }
}

/// A sequence as lines: commands, what they set, and what stands in their arms.
fn commands(commands: &[CommandView]) -> Vec<Line> {
    let mut lines = Vec::new();
    flatten(commands, "", &mut lines);
    lines
}

fn flatten(commands: &[CommandView], path: &str, lines: &mut Vec<Line>) {
    for command in commands {
        let name = command.name.strip_prefix("suit-").unwrap_or(&command.name);
        let policy = command.reporting_policy.map_or_else(String::new, |policy| format!(" with reporting policy {policy}"));
        let mut line = |text: String| lines.push(Line { path: path.to_owned(), text });
        match command.argument.as_slice() {
            [one] if command.parameters.is_empty() => line(format!("{name} {one}{policy}")),
            many => {
                line(format!("{name}{policy}"));
                many.iter().for_each(|argument| line(argument.clone()));
            }
        }
        for (number, arm) in command.arms.iter().enumerate() {
            let within =
                if command.arms.len() > 1 { format!("{path}arm {}: ", number.saturating_add(1)) } else { format!("{path}run: ") };
            flatten(arm, &within, lines);
        }
    }
}

struct Found(Vec<Difference>);

impl Found {
    fn value<T: ToString + PartialEq>(&mut self, area: &str, name: &str, from: Option<T>, to: Option<T>) {
        if from != to {
            let shown = |value: Option<T>| value.map(|value| format!("{name} {}", value.to_string()));
            self.0.push(Difference::new(area, shown(from), shown(to)));
        }
    }

    fn list(&mut self, area: &str, from: &[String], to: &[String]) {
        let lines = |list: &[String]| list.iter().map(|text| Line { path: String::new(), text: text.clone() }).collect::<Vec<_>>();
        // Whole entries: one that is gone has not become another.
        for (from, to) in align(&lines(from), &lines(to)) {
            match (from, to) {
                (Some(from), Some(to)) if area != "manifest" || !from.starts_with("suit-") => {
                    self.0.push(Difference::new(area, Some(from), None));
                    self.0.push(Difference::new(area, None, Some(to)));
                }
                (from, to) => self.0.push(Difference::new(area, from, to)),
            }
        }
    }

    fn lines(&mut self, area: &str, from: &[Line], to: &[Line]) {
        self.0.extend(align(from, to).into_iter().map(|(from, to)| Difference::new(area, from, to)));
    }
}
