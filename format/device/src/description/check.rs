//! Where bytes are: no two things in one place.

use std::path::{Component, Path, PathBuf};

use toml::Spanned;

use super::Location;
use super::error::{Fault, line};
use super::shape::{Area, Slot};

/// The places that are given away.
#[derive(Debug)]
pub(super) struct Taken<'t> {
    text: &'t str,
    folder: &'t Path,
    places: Vec<(usize, PathBuf, Location)>,
}

impl<'t> Taken<'t> {
    pub(super) const fn new(text: &'t str, folder: &'t Path) -> Self {
        Self { text, folder, places: Vec::new() }
    }

    /// A range that may have content.
    pub(super) fn slot(&mut self, slot: Spanned<Slot>) -> Result<Location, Fault> {
        let at = slot.span().start;
        self.take(at, slot.into_inner(), None, 1)
    }

    /// A range without content, of `size` bytes if it does not say.
    pub(super) fn area(&mut self, area: Spanned<Area>, size: Option<u64>, least: u64) -> Result<Location, Fault> {
        let at = area.span().start;
        self.take(at, area.into_inner().into(), size, least)
    }

    fn take(&mut self, at: usize, slot: Slot, otherwise: Option<u64>, least: u64) -> Result<Location, Fault> {
        let (device, path) = match (slot.file, slot.device) {
            (Some(file), None) => (false, file),
            (None, Some(device)) => (true, device),
            (Some(_), Some(device)) => {
                return Err(Fault::new(device.span().start, "`device` stands beside `file`").suggest("keep one of the two"));
            }
            (None, None) => {
                return Err(Fault::new(at, "`file` is missing").suggest("write `file = \"slot.bin\"`, or `device = \"/dev/…\"`"));
            }
        };
        if path.get_ref().as_os_str().is_empty() {
            return Err(Fault::of(path.span().start, "is empty; it is to name a file"));
        }
        let (size, size_at) = match (slot.size, otherwise) {
            (Some(size), _) => (*size.get_ref(), size.span().start),
            (None, Some(size)) => (size, at),
            (None, None) => return Err(Fault::new(at, "`size` is missing").suggest("write how many bytes there is room for")),
        };
        if size < least {
            let unit = if least == 1 { "byte" } else { "bytes" };
            return Err(Fault::of(size_at, format!("is too small; {least} {unit} is the least")));
        }
        if slot.offset.checked_add(size).is_none_or(|end| i64::try_from(end).is_err()) {
            return Err(Fault::of(size_at, "ends behind the largest file there can be"));
        }
        if let Some(content) = slot.content.as_ref().filter(|content| *content.get_ref() > size) {
            return Err(Fault::of(content.span().start, format!("is more than there is room for, {size} bytes")));
        }
        let content = slot.content.map(Spanned::into_inner);
        let path = self.folder.join(path.into_inner());
        let location = Location { path, device, offset: slot.offset, size, content };
        let plain = plain(&location.path);
        let end = |location: &Location| location.offset.saturating_add(location.size);
        let overlaps = |other: &Location| location.offset < end(other) && other.offset < end(&location);
        let other = self.places.iter().find(|(_, path, other)| *path == plain && overlaps(other));
        if let Some((other_at, ..)) = other {
            let there = line(self.text, *other_at);
            return Err(Fault::of(at, format!("overlaps the place that line {there} has in `{}`", location.path.display()))
                .suggest("move it with `offset`, or to another file"));
        }
        self.places.push((at, plain, location.clone()));
        Ok(location)
    }
}

/// The path without detours, as far as its letters tell.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(plain.components().next_back(), Some(Component::Normal(_))) => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}
