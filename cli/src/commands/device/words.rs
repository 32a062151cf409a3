//! A device in lines for people.

use super::view::{ComponentView, Lock, View};
use crate::commands::inspect::{field, heading};
use crate::failure::Failure;
use crate::terminal::{Terminal, Tone};

pub(super) fn print(view: &View, terminal: &mut Terminal) -> Result<(), Failure> {
    let (tone, label, rest) = match view.lock {
        Lock::Shared => (Tone::Good, "locked", ": nobody changes the device while it is looked at"),
        Lock::Busy => (Tone::Open, "not locked", ": another process has the device, and what follows may be changing"),
        Lock::None => (Tone::Plain, "not locked", ": there is no state yet"),
    };
    terminal.labelled(tone, label, rest)?;
    if !view.begun {
        terminal.labelled(Tone::Plain, "new", ": nothing was installed; what follows is what the description says")?;
    }
    view.components.iter().try_for_each(|component| self::component(component, terminal))?;
    if !view.manifests.is_empty() {
        heading("manifests", terminal)?;
    }
    for manifest in &view.manifests {
        let digest = manifest.digest.as_ref().map_or_else(|| String::from("uninstalled"), |digest| format!("digest {digest}"));
        field(&manifest.name, &format!("sequence number {}, {digest}", manifest.sequence_number), terminal)?;
    }
    if !view.numbers.is_empty() {
        heading("numbers that count beside them", terminal)?;
    }
    for number in &view.numbers {
        field(&number.name, &format!("nothing below {}", number.sequence_number), terminal)?;
    }
    if !view.dependencies.is_empty() {
        heading("dependencies", terminal)?;
    }
    for dependency in &view.dependencies {
        field(&dependency.component, &format!("run by {}", dependency.users.join(", ")), terminal)?;
    }
    if !view.unfinished.is_empty() {
        terminal.labelled(Tone::Open, "decided, not finished", "")?;
    }
    for (number, step) in view.unfinished.iter().enumerate() {
        let so_far = if step.done > 0 { format!(", of which {} are done", step.done) } else { String::new() };
        field(&format!("step {}", number.saturating_add(1)), &format!("{}{so_far}", step.words), terminal)?;
    }
    Ok(())
}

fn component(view: &ComponentView, terminal: &mut Terminal) -> Result<(), Failure> {
    heading(&view.name, terminal)?;
    field("layout", view.layout, terminal)?;
    for place in &view.places {
        let is_active = place.place == view.place && place.length.is_some() && view.layout != "working";
        let active = if is_active { "active: " } else { "" };
        let holds = place.length.map_or_else(|| String::from("nothing that is known"), |length| format!("{length} bytes"));
        let from = if place.offset > 0 { format!(" from byte {} on", place.offset) } else { String::new() };
        let room = format!("room for {} in `{}`{from}", place.size, place.path);
        field(&place.place, &format!("{active}{holds}, {room}"), terminal)?;
    }
    if let Some(version) = &view.version {
        field("version", version, terminal)?;
    }
    if let Some(digest) = &view.sha256 {
        field("SHA-256", digest, terminal)?;
    }
    if let Some(problem) = &view.problem {
        field("unreadable", problem, terminal)?;
    }
    if view.finished { Ok(()) } else { field("not finished", "what was decided is not all there yet", terminal) }
}
