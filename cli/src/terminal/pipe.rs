//! A reader that goes away is no fault of ours.

use std::io::{self, ErrorKind, Write};

/// Takes everything and drops what is written after the other end was closed, as `| head` does.
#[derive(Debug)]
pub(crate) struct Pipe<W> {
    inner: W,
    closed: bool,
}

impl<W: Write> Pipe<W> {
    pub(crate) const fn new(inner: W) -> Self {
        Self { inner, closed: false }
    }

    fn quietly<T>(&mut self, dropped: T, write: impl FnOnce(&mut W) -> io::Result<T>) -> io::Result<T> {
        if self.closed {
            return Ok(dropped);
        }
        match write(&mut self.inner) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(dropped)
            }
            result => result,
        }
    }
}

impl<W: Write> Write for Pipe<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.quietly(bytes.len(), |inner| inner.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.quietly((), Write::flush)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    struct Gone;

    impl Write for Gone {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(ErrorKind::BrokenPipe.into())
        }
    }

    #[test]
    fn a_reader_that_went_away_is_no_error() {
        let mut pipe = Pipe::new(Gone);
        pipe.write_all(b"line").unwrap();
        pipe.flush().unwrap();
    }

    #[test]
    fn a_full_disk_is_an_error() {
        let mut none: [u8; 0] = [];
        assert!(Pipe::new(&mut none[..]).write_all(b"line").is_err());
    }
}
