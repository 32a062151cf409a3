//! How much went through.

use std::io::{self, Read, Write};

use crate::watch::{Event, Watch};

/// A stream that tells how much went through.
pub(super) struct Counted<'w, T> {
    stream: T,
    done: u64,
    told: u64,
    total: Option<u64>,
    watch: &'w mut dyn Watch,
}

impl<'w, T> Counted<'w, T> {
    pub(super) fn new(stream: T, total: Option<u64>, watch: &'w mut dyn Watch) -> Self {
        Self { stream, done: 0, told: 0, total, watch }
    }

    fn tell(&mut self, more: usize) -> io::Result<()> {
        self.done = self.done.saturating_add(u64::try_from(more).unwrap_or(u64::MAX));
        if self.done.saturating_sub(self.told) >= TELL || (more > 0 && Some(self.done) == self.total) {
            self.told = self.done;
            self.watch.event(&Event::Progress { done: self.done, total: self.total });
            if self.watch.stops() {
                return Err(io::Error::other("interrupted"));
            }
        }
        Ok(())
    }
}

impl<T: Read> Read for Counted<'_, T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.stream.read(buffer)?;
        self.tell(got)?;
        Ok(got)
    }
}

impl<T: Write> Write for Counted<'_, T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let put = self.stream.write(bytes)?;
        self.tell(put)?;
        Ok(put)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// Bytes after which somebody is told.
const TELL: u64 = 1 << 20;
