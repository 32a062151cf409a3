//! The media of a device that is off.

use core::hash::{Hash as _, Hasher as _};
use std::collections::BTreeMap;
use std::hash::DefaultHasher;

use super::disk::Disk;
use super::fault::Kind;
use super::flash::Flash;
use super::scenario::Geometry;
use crate::Random;

/// What is on the media of a device while it is off.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Snapshot(pub(super) BTreeMap<String, Part>, pub(super) Option<Worn>);

/// A byte that no write to its place gets past.
pub(super) type Worn = (String, usize);

/// A medium.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Part {
    Flash(Flash),
    Disk(Disk),
}

impl Snapshot {
    /// Adds a medium with these bytes at its beginning.
    pub fn put(&mut self, name: &str, geometry: Geometry, size: usize, content: &[u8]) {
        let part = match geometry {
            Geometry::Flash { erase, program, erased } => {
                let mut bytes = vec![erased; size.next_multiple_of(erase)];
                bytes[..content.len()].copy_from_slice(content);
                Part::Flash(Flash { erase, program, erased, bytes })
            }
            Geometry::Disk { sector } => {
                let mut bytes = vec![0; size.next_multiple_of(sector)];
                bytes[..content.len()].copy_from_slice(content);
                Part::Disk(Disk::new(sector, bytes))
            }
        };
        self.0.insert(name.to_owned(), part);
    }

    /// The bytes in a place.
    #[must_use]
    pub fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.0.get(name).map(|part| match part {
            Part::Flash(flash) => flash.bytes.as_slice(),
            Part::Disk(disk) => disk.durable.as_slice(),
        })
    }

    /// All of them by name.
    pub fn all(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.keys().filter_map(|name| Some((name.as_str(), self.bytes(name)?)))
    }

    /// Changes a bit.
    pub fn rot(&mut self, name: &str, at: usize) {
        match self.0.get_mut(name).unwrap() {
            Part::Flash(flash) => flash.bytes[at] ^= 0x10,
            Part::Disk(disk) => {
                disk.durable[at] ^= 0x10;
                disk.cached[at] ^= 0x10;
            }
        }
    }

    /// Lets every write fail that touches this byte of a place, from now on.
    pub fn wear(&mut self, name: &str, at: usize) {
        self.1 = Some((name.to_owned(), at));
    }

    /// A number for these bytes.
    #[must_use]
    pub fn number(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        for (name, bytes) in self.all() {
            (name, bytes).hash(&mut hasher);
        }
        hasher.finish()
    }

    pub(super) fn disks(&mut self) -> impl Iterator<Item = &mut Disk> {
        self.0.values_mut().filter_map(|part| if let Part::Disk(disk) = part { Some(disk) } else { None })
    }

    /// The power fails: what becomes of all that was not synced.
    pub(super) fn settle(&mut self, kind: Kind, random: &mut Random) {
        self.disks().for_each(|disk| disk.settle(kind, random));
    }
}
