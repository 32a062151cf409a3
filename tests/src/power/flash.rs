//! Flash: erased by blocks, programmed by units.

use super::board::Board;
use super::fault::Kind;
use crate::Random;
use std::io;

/// What is on a flash, and how it is divided.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Flash {
    pub(super) erase: usize,
    pub(super) program: usize,
    pub(super) erased: u8,
    pub(super) bytes: Vec<u8>,
}

/// One thing a flash does. Both are durable when they are done.
#[derive(Debug)]
pub(super) enum Step {
    Erase { at: usize },
    Program { at: usize, bytes: Vec<u8> },
}

impl Flash {
    /// What writing these bytes takes: each block that they touch and change is read, erased and programmed again.
    pub(super) fn plan(&self, at: usize, bytes: &[u8]) -> Vec<Step> {
        let mut steps = vec![];
        let end = at + bytes.len();
        for block in (at / self.erase * self.erase..end).step_by(self.erase) {
            let held = &self.bytes[block..block + self.erase];
            let mut wanted = held.to_vec();
            for (offset, byte) in wanted.iter_mut().enumerate() {
                if let Some(new) = (block + offset).checked_sub(at).and_then(|index| bytes.get(index)) {
                    *byte = *new;
                }
            }
            if held.iter().any(|byte| *byte != self.erased) {
                steps.push(Step::Erase { at: block });
            }
            // A page goes down at once; what is torn is torn between units.
            let page = self.program.max(self.erase / PAGES);
            for (index, page_bytes) in wanted.chunks(page).enumerate() {
                if page_bytes.iter().any(|byte| *byte != self.erased) {
                    steps.push(Step::Program { at: block + index * page, bytes: page_bytes.to_vec() });
                }
            }
        }
        steps
    }

    /// Does one thing, or the part of it that `kind` leaves.
    pub(super) fn apply(&mut self, step: &Step, kind: Option<Kind>, random: &mut Random) {
        let erasing;
        let (at, bytes, unit) = match step {
            Step::Erase { at } => {
                erasing = vec![self.erased; self.erase];
                (*at, &erasing, self.program.max(self.erase / PAGES))
            }
            Step::Program { at, bytes } => (*at, bytes, self.program),
        };
        let count = bytes.len().div_ceil(unit);
        let prefix = random.below(count);
        for (index, unit_bytes) in bytes.chunks(unit).enumerate() {
            let there = match kind {
                None | Some(Kind::After | Kind::Reordered) => true,
                Some(Kind::TornPrefix | Kind::Short) => index < prefix,
                Some(Kind::TornRandom) => random.below(2) == 0,
                Some(_) => false,
            };
            let cells = &mut self.bytes[at + index * unit..][..unit_bytes.len()];
            if there {
                cells.copy_from_slice(unit_bytes);
            } else if kind == Some(Kind::TornRandom) && random.below(4) == 0 {
                // A cell that was being changed may be read as anything.
                cells.fill_with(|| random.next().to_le_bytes()[0]);
            }
        }
    }
}

/// Counts and does what a write takes.
pub(super) fn write(board: &Board, name: &str, at: usize, bytes: &[u8]) -> io::Result<()> {
    let steps = board.flash(name, |flash| flash.plan(at, bytes))?;
    for step in steps {
        board.on_flash(name, &step)?;
    }
    Ok(())
}

/// Pages of an erase block that are programmed one by one.
const PAGES: usize = 4;
