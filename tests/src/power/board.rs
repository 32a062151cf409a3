//! All media of a device, on one power supply.

use core::hash::{Hash as _, Hasher as _};
use std::collections::BTreeMap;
use std::hash::DefaultHasher;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

use suitpack_device::{Media, Medium, Place};

use super::disk::Disk;
use super::fault::{Fault, Kind, Operation};
use super::flash::{self, Flash, Step};
use super::scenario::Geometry;
use crate::Random;

/// What is on the media of a device while it is off.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Snapshot(BTreeMap<String, Part>);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Part {
    Flash(Flash),
    Disk(Disk),
}

/// Media that do not keep their promises, to see that this is noticed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sabotage {
    /// They do.
    #[default]
    None,
    /// A sync does nothing.
    DropsSyncs,
    /// The record is durable as soon as it is written, and everything else only at the next sync of the record.
    RecordFirst,
}

/// A device that is switched on.
#[derive(Clone, Debug)]
pub struct Board(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    parts: Snapshot,
    fault: Option<Fault>,
    trace: Vec<Operation>,
    down: bool,
    random: Random,
    sabotage: Sabotage,
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

    /// A number for these bytes.
    #[must_use]
    pub fn number(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        for (name, bytes) in self.all() {
            (name, bytes).hash(&mut hasher);
        }
        hasher.finish()
    }
}

impl Board {
    /// Switches a device on; one operation may be interrupted.
    #[must_use]
    pub fn on(parts: &Snapshot, fault: Option<Fault>, sabotage: Sabotage) -> Self {
        let random = Random::new(fault.map_or(0, Fault::seed));
        Self(Arc::new(Mutex::new(Inner { parts: parts.clone(), fault, trace: vec![], down: false, random, sabotage })))
    }

    /// The media, as a device takes them.
    #[must_use]
    pub fn media(&self) -> Media {
        let names: Vec<String> = self.inner().parts.0.keys().cloned().collect();
        let wire = |name: String| (Place(name.clone()), Box::new(Wire { board: self.clone(), name }) as Box<dyn Medium>);
        names.into_iter().map(wire).collect()
    }

    /// The operations so far.
    #[must_use]
    pub fn trace(&self) -> Vec<Operation> {
        self.inner().trace.clone()
    }

    /// Whether the power failed.
    #[must_use]
    pub fn is_down(&self) -> bool {
        self.inner().down
    }

    /// Switches it off: `kind` says what becomes of what was not synced. After a cut that was decided already.
    #[must_use]
    pub fn off(&self, kind: Kind) -> Snapshot {
        let mut inner = self.inner();
        if !inner.down {
            inner.settle(kind);
        }
        inner.parts.clone()
    }

    /// What would be there if it were switched off now and lost all that is not synced.
    #[must_use]
    pub(super) fn clone_off(&self) -> Snapshot {
        let mut parts = self.inner().parts.clone();
        for part in parts.0.values_mut() {
            if let Part::Disk(disk) = part {
                disk.settle(Kind::Lost, &mut Random::new(0));
            }
        }
        parts
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap()
    }

    pub(super) fn flash<T>(&self, name: &str, ask: impl FnOnce(&Flash) -> T) -> io::Result<T> {
        match self.inner().parts.0.get(name) {
            Some(Part::Flash(flash)) => Ok(ask(flash)),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }

    pub(super) fn on_flash(&self, name: &str, step: &Step) -> io::Result<()> {
        let mut inner = self.inner();
        inner.operation(Operation { writes: true, divisible: true, pending: false }, |inner, kind| {
            let Inner { parts, random, .. } = inner;
            if let Some(Part::Flash(flash)) = parts.0.get_mut(name) {
                flash.apply(step, kind, random);
            }
        })
    }

    fn on_disk(&self, name: &str, writes: bool, act: impl Fn(&mut Disk, Option<Kind>, &mut Random)) -> io::Result<()> {
        self.inner().operation(Operation { writes, divisible: writes, pending: false }, |inner, kind| {
            let Inner { parts, random, .. } = inner;
            if let Some(Part::Disk(disk)) = parts.0.get_mut(name) {
                act(disk, kind, random);
            }
        })
    }

    fn sync(&self, name: &str) -> io::Result<()> {
        let sabotage = self.inner().sabotage;
        self.on_disk(name, false, |disk, kind, _| {
            let late = sabotage == Sabotage::RecordFirst && name != "state";
            if matches!(kind, None | Some(Kind::After)) && sabotage != Sabotage::DropsSyncs && !late {
                disk.sync();
            }
        })?;
        if sabotage == Sabotage::RecordFirst && name == "state" {
            for part in self.inner().parts.0.values_mut() {
                if let Part::Disk(disk) = part {
                    disk.sync();
                }
            }
        }
        Ok(())
    }
}

impl Inner {
    /// Counts an operation and does it, or what the fault leaves of it.
    fn operation(&mut self, mut operation: Operation, act: impl Fn(&mut Self, Option<Kind>)) -> io::Result<()> {
        if self.down {
            return Err(io::Error::other("no power"));
        }
        operation.pending = self.pending();
        let at = self.trace.len();
        self.trace.push(operation);
        let kind = self.fault.filter(|fault| fault.at == at).map(|fault| fault.kind);
        match kind {
            None => act(self, None),
            Some(Kind::Error) => return Err(io::Error::other("the medium failed")),
            Some(Kind::Full) => return Err(io::ErrorKind::StorageFull.into()),
            Some(Kind::Short) => {
                act(self, kind);
                return Err(io::ErrorKind::WriteZero.into());
            }
            Some(cut) => {
                act(self, kind);
                self.settle(cut);
                self.down = true;
                return Err(io::Error::other("no power"));
            }
        }
        let pending = self.pending();
        if let Some(last) = self.trace.last_mut() {
            last.pending |= pending;
        }
        Ok(())
    }

    fn pending(&self) -> bool {
        self.parts.0.values().any(|part| matches!(part, Part::Disk(disk) if !disk.pending.is_empty()))
    }

    fn settle(&mut self, kind: Kind) {
        let Self { parts, random, .. } = self;
        for part in parts.0.values_mut() {
            if let Part::Disk(disk) = part {
                disk.settle(kind, random);
            }
        }
    }
}

/// The wire between a device and one of its media.
#[derive(Debug)]
struct Wire {
    board: Board,
    name: String,
}

impl Wire {
    fn range(&self, at: u64, length: usize) -> io::Result<usize> {
        let at = usize::try_from(at).map_err(|_| io::ErrorKind::InvalidInput)?;
        let end = at.checked_add(length).filter(|end| *end as u64 <= self.capacity());
        end.map(|_| at).ok_or_else(|| io::ErrorKind::InvalidInput.into())
    }
}

impl Medium for Wire {
    fn capacity(&self) -> u64 {
        self.board.inner().parts.bytes(&self.name).map_or(0, <[u8]>::len) as u64
    }

    fn read(&mut self, at: u64, buffer: &mut [u8]) -> io::Result<()> {
        let at = self.range(at, buffer.len())?;
        let inner = self.board.inner();
        let bytes = match inner.parts.0.get(&self.name) {
            _ if inner.down => return Err(io::Error::other("no power")),
            Some(Part::Flash(flash)) => &flash.bytes,
            Some(Part::Disk(disk)) => &disk.cached,
            None => return Err(io::ErrorKind::NotFound.into()),
        };
        buffer.copy_from_slice(&bytes[at..at + buffer.len()]);
        Ok(())
    }

    fn write(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        let at = self.range(at, bytes.len())?;
        let sectors = match self.board.inner().parts.0.get(&self.name) {
            Some(Part::Disk(disk)) => Some(disk.plan(at, bytes)),
            _ => None,
        };
        let Some(sectors) = sectors else { return flash::write(&self.board, &self.name, at, bytes) };
        for sector in sectors {
            let at_once = self.board.inner().sabotage == Sabotage::RecordFirst && self.name == "state";
            self.board.on_disk(&self.name, true, |disk, kind, random| {
                disk.write(&sector, kind, random);
                if at_once {
                    disk.sync();
                }
            })?;
        }
        Ok(())
    }

    /// What a flash was told is done already; so nothing is counted.
    fn sync(&mut self) -> io::Result<()> {
        let disk = matches!(self.board.inner().parts.0.get(&self.name), Some(Part::Disk(_)));
        if disk { self.board.sync(&self.name) } else { Ok(()) }
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        let at = self.range(length, 0)?;
        let rest = match self.board.inner().parts.0.get(&self.name) {
            Some(Part::Disk(disk)) => disk.cached.len() - at,
            _ => return Ok(()),
        };
        if rest == 0 {
            return Ok(());
        }
        self.board.on_disk(&self.name, true, |disk, kind, random| {
            for sector in disk.plan(at, &vec![0; rest]) {
                disk.write(&sector, kind, random);
            }
        })
    }
}
