//! From text to a description.

use std::path::Path;

use toml::Spanned;

use super::check::Taken;
use super::error::{DescriptionError, Fault};
use super::shape::{self, Document};
use super::{Anchor, Clock, Component, Description, Facts, Layout, Location, place, value};

impl Description {
    /// Reads a description (spec/device.md). Relative paths in it are relative to `folder`.
    ///
    /// ```
    /// use suitpack_device::Description;
    ///
    /// let lamp = Description::parse(Description::TEMPLATE, "lamp".as_ref())?;
    /// assert_eq!(lamp.components.len(), 2);
    /// # Ok::<(), suitpack_device::DescriptionError>(())
    /// ```
    ///
    /// # Errors
    /// The first thing that is not as spec/device.md wants it.
    pub fn parse(text: &str, folder: &Path) -> Result<Self, DescriptionError> {
        let document: Document = toml::from_str(text).map_err(|error| refused(text, &error).in_text(text))?;
        read(document, text, folder).map_err(|fault| fault.in_text(text))
    }
}

fn read(document: Document, text: &str, folder: &Path) -> Result<Description, Fault> {
    let Document { device, component } = document;
    let identity = value::identity(&device)?;
    let mut taken = Taken::new(text, folder);
    let state = taken.area(device.state, Some(STATE), LEAST_STATE)?;
    let scratch = device.scratch.map(|area| taken.area(area, Some(SCRATCH), LEAST_SCRATCH)).transpose()?;
    if component.is_empty() {
        return Err(Fault::new(0, "nothing can be installed on it").suggest("add a table `[[component]]`"));
    }
    let mut components: Vec<Component> = Vec::new();
    for table in component {
        let id = table.get_ref().id.span().start;
        let swap = (table.get_ref().layout.get_ref() == &shape::Layout::Swap).then(|| table.get_ref().layout.span().start);
        let component = one(table, &mut taken)?;
        let name = place::name(&component.id);
        if components.iter().any(|other| place::name(&other.id) == name) {
            return Err(Fault::new(id, format!("there is a second component with the id `{name}`")));
        }
        if let (Some(at), None) = (swap, &scratch) {
            return Err(Fault::new(at, "two slots are swapped by way of a scratch area, and the device has none")
                .suggest("add `scratch = { file = \"scratch.bin\" }` to `[device]`"));
        }
        components.push(component);
    }
    let facts = Facts {
        clock: device.clock.map_or(Ok(Clock::None), value::clock)?,
        battery: device.battery,
        authorized: device.authorized_priority,
        power: device.power,
        network: device.network,
    };
    let anchors = device.anchors.into_iter().map(|given| anchor(given, folder)).collect::<Result<_, _>>()?;
    let decryption_keys = device.decryption_keys.into_iter().map(|path| folder.join(path)).collect();
    Ok(Description { identity, components, state, scratch, facts, anchors, decryption_keys })
}

fn anchor(given: Spanned<shape::Anchor>, folder: &Path) -> Result<Anchor, Fault> {
    let span = given.span();
    match given.into_inner() {
        shape::Anchor::Path(path) => Ok(Anchor { path: folder.join(path), components: None }),
        shape::Anchor::Limited(shape::Limited { file, components }) => {
            let ids = components.into_iter().map(|id| value::id(&Spanned::new(span.clone(), id)));
            Ok(Anchor { path: folder.join(file), components: Some(ids.collect::<Result<_, _>>()?) })
        }
    }
}

fn one(table: Spanned<shape::Component>, taken: &mut Taken<'_>) -> Result<Component, Fault> {
    let at = table.span().start;
    let shape::Component { id, layout, version, slot, slots, staging, fallback } = table.into_inner();
    let word = value::word(*layout.get_ref());
    let (id, version) = (value::id(&id)?, version.as_ref().map(value::version).transpose()?);
    let missing = |key: &str| Fault::new(at, format!("`{key}` is missing; layout `{word}` needs it"));
    let (one, several, waits, falls) = match layout.get_ref() {
        shape::Layout::Alternate | shape::Layout::Swap => (false, true, false, false),
        shape::Layout::Single => (true, false, true, false),
        shape::Layout::Fallback => (true, false, false, true),
        shape::Layout::Working => (true, false, false, false),
    };
    let place = |key: &str, wanted: bool, given: Option<usize>| match given {
        Some(at) if !wanted => Err(Fault::new(at, format!("layout `{word}` has no `{key}`"))),
        None if wanted => Err(missing(key)),
        _ => Ok(()),
    };
    place("slots", several, slots.as_ref().map(|slots| slots.span().start))?;
    place("slot", one, slot.as_ref().map(|slot| slot.span().start))?;
    place("staging", waits, staging.as_ref().map(|staging| staging.span().start))?;
    place("fallback", falls, fallback.as_ref().map(|fallback| fallback.span().start))?;
    let layout = match (layout.into_inner(), slot, slots, staging, fallback) {
        (shape::Layout::Alternate, _, Some(slots), ..) => Layout::Alternate(several_slots(slots, taken, false)?),
        (shape::Layout::Swap, _, Some(slots), ..) => match <[Location; 2]>::try_from(several_slots(slots, taken, true)?) {
            Ok([primary, secondary]) => Layout::Swap { primary, secondary },
            Err(_) => return Err(missing("slots")),
        },
        (shape::Layout::Single, Some(slot), _, Some(staging), _) => {
            let (slot, at) = (taken.slot(slot)?, staging.span().start);
            let staging = taken.area(staging, None, 1)?;
            if staging.size < slot.size {
                return Err(Fault::of(at, "is smaller than the slot, so an image that fills the slot could not wait there"));
            }
            Layout::Single { slot, staging }
        }
        (shape::Layout::Fallback, Some(slot), _, _, Some(fallback)) => {
            Layout::Fallback { slot: taken.slot(slot)?, fallback: taken.slot(fallback)? }
        }
        (_, Some(slot), ..) => Layout::Working(taken.slot(slot)?),
        _ => return Err(missing("slot")),
    };
    Ok(Component { id, layout, version })
}

fn several_slots(slots: Spanned<Vec<Spanned<shape::Slot>>>, taken: &mut Taken<'_>, swap: bool) -> Result<Vec<Location>, Fault> {
    let at = slots.span().start;
    let slots: Vec<_> = slots.into_inner().into_iter().map(|slot| taken.slot(slot)).collect::<Result<_, _>>()?;
    match slots.as_slice() {
        [first, second] if swap && first.size != second.size => {
            Err(Fault::new(at, "the two slots differ in size, so what fits one might not fit the other"))
        }
        [_, _] => Ok(slots),
        [_, _, ..] if !swap => Ok(slots),
        slots => {
            let wanted = if swap { "two slots" } else { "at least two slots" };
            Err(Fault::of(at, format!("has {}; this layout needs {wanted}", slots.len())))
        }
    }
}

/// What the parser says, in the words of our other errors.
fn refused(text: &str, error: &toml::de::Error) -> Fault {
    let at = error.span().map_or(text.len(), |span| span.start);
    let message = error.message();
    let quoted = |message: &str| message.split('`').nth(1).unwrap_or_default().to_owned();
    if message == "duplicate key" {
        let key = error.span().and_then(|span| text.get(span)).unwrap_or_default();
        return Fault::new(at, format!("key `{}` appears twice", key.trim_matches(['"', '\''])));
    }
    if message.starts_with("missing field") {
        return Fault::new(at, format!("`{}` is missing", quoted(message)));
    }
    for (beginning, what) in [("unknown field", "unknown key"), ("unknown variant", "unknown word")] {
        if message.starts_with(beginning) {
            let word = quoted(message);
            let known: Vec<&str> = message.split('`').skip(3).step_by(2).collect();
            let suggestion = value::nearest(&word, &known)
                .map_or_else(|| format!("known: {}", known.join(", ")), |name| format!("did you mean `{name}`?"));
            return Fault::new(at, format!("{what} `{word}`")).suggest(suggestion);
        }
    }
    let wrong = message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: "));
    match wrong.and_then(|wrong| wrong.split_once(", expected ")) {
        Some((found, wanted)) => Fault::of(at, format!("must be {}, not {}", plain(wanted), plain(found))),
        None if message.starts_with("must be") => Fault::of(at, message),
        None => Fault::new(at, message.replace('\n', "; ")),
    }
}

/// The kinds of values as TOML calls them.
fn plain(kind: &str) -> String {
    match kind {
        "u64" => String::from("an integer that is not negative"),
        "i64" => String::from("an integer"),
        "path string" => String::from("a string"),
        "map" => String::from("a table"),
        "a sequence" | "sequence" => String::from("an array"),
        kind if kind.starts_with("struct ") => String::from("a table"),
        kind => kind.to_owned(),
    }
}

/// Room for the record of a device with many components, twice.
const STATE: u64 = 64 * 1024;
/// The smallest halves that hold the record of a device with one.
const LEAST_STATE: u64 = 8 * 1024;
/// A block that is written at once by most media.
const SCRATCH: u64 = 64 * 1024;
/// The smallest block of media that have blocks.
const LEAST_SCRATCH: u64 = 512;
