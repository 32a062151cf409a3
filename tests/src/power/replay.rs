//! What a block device was told, write by write, and what it may hold after a power cut.

use crate::Random;

/// The log of a block device, in the format of dm-log-writes.
#[derive(Clone, Debug)]
pub struct Log {
    sector: usize,
    entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    at: usize,
    bytes: Vec<u8>,
    flush: bool,
    /// It is durable when it is done.
    durable: bool,
}

impl Log {
    /// Reads a log. The number of entries in its head may be an old one, so what counts is what follows.
    ///
    /// # Errors
    /// If it is none.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let number = |at: usize| bytes.get(at..at + 8).and_then(|bytes| bytes.try_into().ok()).map(u64::from_le_bytes);
        let word = |at: usize| number(at).and_then(|number| usize::try_from(number).ok());
        if number(0) != Some(MAGIC) {
            return Err(String::from("it is no log of writes"));
        }
        let sector = word(24).map(|word| word & 0xffff_ffff).filter(|sector| sector.is_power_of_two() && *sector >= 512);
        let sector = sector.ok_or("its sectors have no size")?;
        let mut entries = vec![];
        let mut at = sector;
        while let (Some(first), Some(count), Some(flags)) = (word(at), word(at + 8), number(at + 16)) {
            if flags == 0 && count == 0 || flags & !(FLUSH | FUA | DISCARD | MARK) != 0 {
                break;
            }
            at += sector;
            let length = if flags & (DISCARD | MARK) == 0 { count * sector } else { 0 };
            let Some(data) = bytes.get(at..at + length) else { break };
            at += length;
            if flags & DISCARD != 0 {
                return Err(String::from("something was discarded"));
            }
            let (flush, durable) = (flags & FLUSH != 0, flags & FUA != 0);
            entries.push(Entry { at: first * sector, bytes: data.to_vec(), flush, durable });
        }
        Ok(Self { sector, entries })
    }

    /// How many writes and flushes it holds.
    #[must_use]
    pub fn count(&self) -> (usize, usize) {
        let flushes = self.entries.iter().filter(|entry| entry.flush).count();
        (self.entries.iter().filter(|entry| !entry.bytes.is_empty()).count(), flushes)
    }

    /// Every image that `seen` is to look at: what is durable at each flush, and between them with some of the sectors that were
    /// written since, first in their order and then `chances` times at random. Without `ordered`, as if no flush counted.
    pub fn images(&self, base: &[u8], chances: usize, ordered: bool, mut seen: impl FnMut(&[u8])) {
        let mut durable = base.to_vec();
        let mut window: Vec<(usize, &[u8])> = vec![];
        let mut random = Random::new(7);
        seen(&durable);
        for (index, entry) in self.entries.iter().enumerate() {
            if entry.flush && ordered || entry.durable {
                some(&durable, &window, chances, &mut random, &mut seen);
                window.drain(..).for_each(|(at, bytes)| durable[at..at + bytes.len()].copy_from_slice(bytes));
                seen(&durable);
            }
            let sectors = entry.bytes.chunks(self.sector).enumerate();
            window.extend(sectors.map(|(offset, bytes)| (entry.at + offset * self.sector, bytes)));
            if index + 1 == self.entries.len() {
                some(&durable, &window, chances, &mut random, &mut seen);
            }
        }
        window.drain(..).for_each(|(at, bytes)| durable[at..at + bytes.len()].copy_from_slice(bytes));
        seen(&durable);
    }
}

/// Images with some of the sectors of a window.
fn some(durable: &[u8], window: &[(usize, &[u8])], chances: usize, random: &mut Random, seen: &mut impl FnMut(&[u8])) {
    let mut image = durable.to_vec();
    for (at, bytes) in window {
        image[*at..at + bytes.len()].copy_from_slice(bytes);
        seen(&image);
    }
    for _ in 0..if window.is_empty() { 0 } else { chances } {
        let mut image = durable.to_vec();
        let share = 2 + random.below(4);
        for (at, bytes) in window.iter().filter(|_| random.below(share) > 0) {
            image[*at..at + bytes.len()].copy_from_slice(bytes);
        }
        seen(&image);
    }
}

const MAGIC: u64 = 0x006a_7366_7773_6872;
const FLUSH: u64 = 1;
const FUA: u64 = 2;
const DISCARD: u64 = 4;
const MARK: u64 = 8;
