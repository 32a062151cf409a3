//! A second thread that hashes while the first reads, compresses or decodes.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Scope, ScopedJoinHandle};

use suitpack_crypto::Sha256Stream;

use crate::measure::Measured;

/// Which of the two digests of a lane a buffer belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// What is read.
    Input,
    /// What is made of it.
    Output,
}

/// Hashes what is read and what is made of it, over a few buffers that go round.
pub(crate) struct Lane<'scope> {
    work: SyncSender<(Side, Arc<Vec<u8>>)>,
    spent: Receiver<Arc<Vec<u8>>>,
    made: usize,
    hashing: ScopedJoinHandle<'scope, [Measured; 2]>,
}

impl<'scope> Lane<'scope> {
    /// Starts the thread.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub(crate) fn start<'env>(scope: &'scope Scope<'scope, 'env>) -> std::io::Result<Self> {
        let (work, queue) = sync_channel::<(Side, Arc<Vec<u8>>)>(BUFFERS);
        let (give_back, spent) = sync_channel(BUFFERS);
        let hashing = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, move || {
            let mut input = (Sha256Stream::new(), 0);
            let mut output = (Sha256Stream::new(), 0);
            for (side, buffer) in queue {
                let (digest, size) = if side == Side::Input { &mut input } else { &mut output };
                digest.update(&buffer);
                *size += buffer.len() as u64;
                // Nobody takes buffers back at the end.
                let _ended = give_back.send(buffer);
            }
            [input, output].map(|(digest, size)| Measured { size, digest: digest.finish() })
        })?;
        Ok(Self { work, spent, made: 0, hashing })
    }

    /// An empty buffer of [`BUFFER`] bytes' capacity; waits for one if all are in use.
    pub(crate) fn buffer(&mut self) -> Vec<u8> {
        if self.made < BUFFERS {
            self.made += 1;
            return Vec::with_capacity(BUFFER);
        }
        let spent = self.spent.recv().ok().and_then(Arc::into_inner);
        spent.map_or_else(
            || Vec::with_capacity(BUFFER),
            |mut buffer| {
                buffer.clear();
                buffer
            },
        )
    }

    /// Hands a filled buffer over; the clone that stays has to be dropped before the next [`Lane::buffer`].
    pub(crate) fn hash(&self, side: Side, buffer: &Arc<Vec<u8>>) {
        // The thread ends only when this sender does.
        let _running = self.work.send((side, Arc::clone(buffer)));
    }

    /// Waits for the digests of input and output.
    pub(crate) fn finish(self) -> [Measured; 2] {
        drop(self.work);
        drop(self.spent);
        self.hashing.join().unwrap_or_default()
    }
}

/// Large enough that handing over costs nothing, small enough for the 16 MiB a verifier may take.
pub(crate) const BUFFER: usize = 256 * 1024;

/// One being filled, one being written, the rest waiting for the hash.
const BUFFERS: usize = 6;

/// The thread hashes and nothing else.
const STACK: usize = 128 * 1024;
