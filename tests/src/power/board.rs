//! All media of a device, on one power supply.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

use suitpack_device::{Media, Medium, Place};

use super::disk::Disk;
use super::fault::{Fault, Kind, Operation};
use super::flash::{Flash, Step};
use super::snapshot::{Part, Snapshot};
use super::wire::Wire;
use crate::Random;

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
pub(super) struct Inner {
    pub(super) parts: Snapshot,
    fault: Option<Fault>,
    trace: Vec<Operation>,
    pub(super) down: bool,
    random: Random,
    pub(super) sabotage: Sabotage,
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
        parts.settle(Kind::Lost, &mut Random::new(0));
        parts
    }

    pub(super) fn inner(&self) -> MutexGuard<'_, Inner> {
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

    pub(super) fn on_disk(&self, name: &str, writes: bool, act: impl Fn(&mut Disk, Option<Kind>, &mut Random)) -> io::Result<()> {
        self.inner().operation(Operation { writes, divisible: writes, pending: false }, |inner, kind| {
            let Inner { parts, random, .. } = inner;
            if let Some(Part::Disk(disk)) = parts.0.get_mut(name) {
                act(disk, kind, random);
            }
        })
    }

    /// A write that a worn block does not take; the block is one that nothing else is in.
    pub(super) fn on_worn(&self) -> io::Result<()> {
        self.inner().operation(Operation { writes: true, divisible: false, pending: false }, |_, _| {})?;
        Err(io::Error::other("the block is worn"))
    }

    pub(super) fn sync(&self, name: &str) -> io::Result<()> {
        let sabotage = self.inner().sabotage;
        self.on_disk(name, false, |disk, kind, _| {
            let late = sabotage == Sabotage::RecordFirst && name != "state";
            if matches!(kind, None | Some(Kind::After)) && sabotage != Sabotage::DropsSyncs && !late {
                disk.sync();
            }
        })?;
        if sabotage == Sabotage::RecordFirst && name == "state" {
            self.inner().parts.disks().for_each(Disk::sync);
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
        parts.settle(kind, random);
    }
}
