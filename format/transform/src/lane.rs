//! A second thread that hashes while the first reads, compresses or decodes.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, Scope, ScopedJoinHandle};

use suitpack_crypto::Sha256Stream;

use crate::measure::Measured;

/// Which of the two digests of a lane a block belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// What is read.
    Input,
    /// What is made of it.
    Output,
}

/// A buffer and how far it is filled.
pub(crate) struct Block {
    bytes: Box<[u8]>,
    filled: usize,
}

impl Block {
    /// The bytes in it.
    pub(crate) fn filled(&self) -> &[u8] {
        self.bytes.get(..self.filled).unwrap_or_default()
    }

    /// All of it, to be filled behind what is there.
    pub(crate) fn whole(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    /// Says how far it is filled now.
    pub(crate) fn set_len(&mut self, filled: usize) {
        self.filled = filled.min(self.bytes.len());
    }

    pub(crate) const fn len(&self) -> usize {
        self.filled
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.filled == 0
    }

    pub(crate) const fn is_full(&self) -> bool {
        self.filled == self.bytes.len()
    }

    /// Reads as far as the input goes; what stays empty is behind its end.
    pub(crate) fn fill(&mut self, input: &mut dyn Read) -> io::Result<()> {
        while let Some(free) = self.bytes.get_mut(self.filled..).filter(|free| !free.is_empty()) {
            match input.read(free) {
                Ok(0) => break,
                Ok(read) => self.set_len(self.filled.saturating_add(read)),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Hashes what was read and what was made of it, in a few blocks that go round.
pub(crate) struct Lane<'scope> {
    work: SyncSender<(Side, Block)>,
    spent: Receiver<Block>,
    made: usize,
    hashing: ScopedJoinHandle<'scope, [Measured; 2]>,
}

impl<'scope> Lane<'scope> {
    /// Starts the thread.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub(crate) fn start<'env>(scope: &'scope Scope<'scope, 'env>) -> io::Result<Self> {
        // Each channel holds all blocks, so that sending never waits.
        let (work, queue) = sync_channel::<(Side, Block)>(BLOCKS);
        let (give_back, spent) = sync_channel(BLOCKS);
        let hashing = Builder::new().stack_size(STACK).spawn_scoped(scope, move || {
            let mut input = (Sha256Stream::new(), 0);
            let mut output = (Sha256Stream::new(), 0);
            for (side, block) in queue {
                let (digest, size) = if side == Side::Input { &mut input } else { &mut output };
                digest.update(block.filled());
                *size += block.len() as u64;
                // Nobody takes blocks back at the end.
                let _ended = give_back.send(block);
            }
            [input, output].map(|(digest, size)| Measured { size, digest: digest.finish() })
        })?;
        Ok(Self { work, spent, made: 0, hashing })
    }

    /// An empty block; waits for one if all are in use. A caller holds two at most.
    pub(crate) fn block(&mut self) -> Block {
        let spent = if self.made < BLOCKS { None } else { self.spent.recv().ok() };
        spent.map_or_else(
            || {
                self.made += 1;
                Block { bytes: vec![0; BLOCK].into_boxed_slice(), filled: 0 }
            },
            |block| Block { filled: 0, ..block },
        )
    }

    /// Hands a block over that has been dealt with otherwise.
    pub(crate) fn hash(&self, side: Side, block: Block) {
        // The thread ends only when this sender does.
        let _running = self.work.send((side, block));
    }

    /// Waits for the digests of input and output.
    pub(crate) fn finish(self) -> [Measured; 2] {
        drop(self.work);
        drop(self.spent);
        self.hashing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

/// Large enough that handing over costs nothing, small enough for the caches and for the 16 MiB a verifier may take.
const BLOCK: usize = 256 * 1024;

/// One being read, one being written, the rest waiting for the hash.
const BLOCKS: usize = 6;

/// The thread hashes and nothing else.
const STACK: usize = 128 * 1024;
