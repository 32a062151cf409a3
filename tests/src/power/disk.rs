//! A file or a block device: sectors, behind a cache that a power cut empties.

use super::fault::Kind;
use crate::Random;

/// What is on a disk, and what is on its way there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Disk {
    pub(super) sector: usize,
    pub(super) durable: Vec<u8>,
    /// As it is read.
    pub(super) cached: Vec<u8>,
    /// What was written since the last sync, in its order.
    pub(super) pending: Vec<(usize, Vec<u8>)>,
}

impl Disk {
    pub(super) fn new(sector: usize, bytes: Vec<u8>) -> Self {
        Self { sector, cached: bytes.clone(), durable: bytes, pending: vec![] }
    }

    /// The sectors that writing these bytes changes or repeats, each as a whole.
    pub(super) fn plan(&self, at: usize, bytes: &[u8]) -> Vec<(usize, Vec<u8>)> {
        let end = at + bytes.len();
        let mut cached = self.cached[at / self.sector * self.sector..end.next_multiple_of(self.sector)].to_vec();
        cached[at % self.sector..][..bytes.len()].copy_from_slice(bytes);
        let first = at / self.sector;
        cached.chunks(self.sector).enumerate().map(|(index, sector)| ((first + index) * self.sector, sector.to_vec())).collect()
    }

    /// Takes a sector into the cache, or the part of it that `kind` leaves.
    pub(super) fn write(&mut self, (at, bytes): &(usize, Vec<u8>), kind: Option<Kind>, random: &mut Random) {
        let mut sector = self.cached[*at..at + bytes.len()].to_vec();
        let prefix = random.below(bytes.len());
        for (index, (held, new)) in sector.iter_mut().zip(bytes).enumerate() {
            let there = match kind {
                None | Some(Kind::After | Kind::Reordered) => true,
                Some(Kind::TornPrefix | Kind::Short) => index < prefix,
                Some(Kind::TornRandom) => random.below(2) == 0,
                Some(_) => false,
            };
            if there {
                *held = *new;
            }
        }
        self.cached[*at..at + bytes.len()].copy_from_slice(&sector);
        self.pending.push((*at, sector));
    }

    pub(super) fn sync(&mut self) {
        self.durable.copy_from_slice(&self.cached);
        self.pending.clear();
    }

    /// The power fails: what becomes of all that was not synced.
    pub(super) fn settle(&mut self, kind: Kind, random: &mut Random) {
        let mut pending = core::mem::take(&mut self.pending);
        match kind {
            Kind::Lost => pending.clear(),
            Kind::Reordered => {
                for at in (1..pending.len()).rev() {
                    pending.swap(at, random.below(at + 1));
                }
                pending.retain(|_| random.below(2) == 0);
            }
            _ => {}
        }
        for (at, bytes) in pending {
            self.durable[at..at + bytes.len()].copy_from_slice(&bytes);
        }
        self.cached.copy_from_slice(&self.durable);
    }
}
