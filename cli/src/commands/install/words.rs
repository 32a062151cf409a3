//! Effects in words, one to a line.

use suitpack_core::manifest::Section;
use suitpack_core::registry;
use suitpack_device::{Event, Step};

use crate::terminal::{Tone, cut};

/// The word that begins the line, and the rest; nothing if the event is not worth a line.
pub(super) fn line(event: &Event<'_>) -> Option<(Tone, &'static str, String)> {
    Some(match event {
        Event::Opened { path, sequence, digest } => {
            (Tone::Good, "opened  ", format!("{}sequence number {sequence}, digest {}", whose(path), short(digest)))
        }
        Event::Section { path, section: of } => (Tone::Strong, "begins  ", format!("{}{}", whose(path), section(*of))),
        Event::Checked { path, condition, component, failed: None, .. } => {
            (Tone::Good, "holds   ", format!("{}{component}: {}", whose(path), command(condition.code())))
        }
        Event::Checked { path, condition, component, failed: Some(why), .. } => {
            (Tone::Open, "fails   ", format!("{}{component}: {}: {}", whose(path), command(condition.code()), cut(why)))
        }
        Event::Performs { path, directive, component, .. } => {
            (Tone::Plain, "performs", format!("{}{component}: {}", whose(path), command(directive.code())))
        }
        Event::Invoked { component, place, length, .. } => {
            (Tone::Good, "invokes ", format!("{component} at {}, {length} bytes; a host only says so", place.0))
        }
        Event::Decided => (Tone::Good, "decided ", String::from("from here on the new state counts, come what may")),
        Event::Redo(step) => (Tone::Plain, "finishes", done(step)),
        Event::Replaces { component, by } => {
            (Tone::Open, "replaces", format!("{component}: what {by} brought, which is installed still"))
        }
        Event::Left { component } => (Tone::Plain, "stays   ", format!("{component}: it is not for this manifest to give up")),
        Event::Changed(_) => (Tone::Open, "changed ", event.to_string()),
        _ => return None,
    })
}

/// What a step does, for which it was decided.
pub(in crate::commands) fn done(step: &Step) -> String {
    match step {
        Step::Copy { from, to, content } => format!("{} bytes go from {} to {}", content.length, from.0, to.0),
        Step::Exchange { a, b, length, .. } => format!("{} and {} exchange {length} bytes", a.0, b.0),
        Step::Cut { place, length } => format!("{} ends behind {length} bytes", place.0),
    }
}

/// Which manifest it is, if not the root.
fn whose(path: &[u32]) -> String {
    if path.is_empty() {
        return String::new();
    }
    let indices: Vec<_> = path.iter().map(u32::to_string).collect();
    format!("dependency {}: ", indices.join("/"))
}

/// As much of a digest as one tells apart.
fn short(digest: &str) -> &str {
    digest.get(..16).unwrap_or(digest)
}

pub(super) fn section(section: Section) -> &'static str {
    registry::find(registry::manifest::LABELS, section.key()).map_or("a section", |label| label.name)
}

pub(super) fn command(code: i64) -> &'static str {
    registry::find(registry::command::LABELS, code).map_or("a command", |label| label.name)
}
