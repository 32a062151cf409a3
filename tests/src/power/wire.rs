//! Media as a device sees them.

use std::io;

use suitpack_device::Medium;

use super::board::{Board, Sabotage};
use super::flash;
use super::snapshot::Part;

/// The wire between a device and one of its media.
#[derive(Debug)]
pub(super) struct Wire {
    pub(super) board: Board,
    pub(super) name: String,
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
        if matches!(&self.board.inner().parts.1, Some((name, worn)) if *name == self.name && (at..at + bytes.len()).contains(worn))
        {
            return self.board.on_worn();
        }
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
