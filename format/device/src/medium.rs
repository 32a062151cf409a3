//! Bytes that outlive a power cut.

use core::fmt::Debug;
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};

use crate::description::Location;
use crate::state::Place;

/// A slot, a staging area, the state: bytes at fixed places.
///
/// What was written is durable after [`Medium::sync`] and not before: until then any part of it may be lost in a power cut, in any
/// order, and what was being written may be torn.
pub trait Medium: Debug + Send {
    /// Bytes it has room for.
    fn capacity(&self) -> u64;

    /// Fills `buffer` from `at` on. What was never written reads as anything.
    ///
    /// # Errors
    /// If the medium fails, or the range is not within the capacity.
    fn read(&mut self, at: u64, buffer: &mut [u8]) -> io::Result<()>;

    /// Writes all of `bytes` from `at` on.
    ///
    /// # Errors
    /// If the medium fails, or the range is not within the capacity; any part may have been written then.
    fn write(&mut self, at: u64, bytes: &[u8]) -> io::Result<()>;

    /// Makes everything written so far durable.
    ///
    /// # Errors
    /// If the medium fails; what was written since the last success is then in doubt.
    fn sync(&mut self) -> io::Result<()>;

    /// Gives up what lies behind `length`. A file ends there afterwards; other media need do nothing.
    ///
    /// # Errors
    /// If the medium fails.
    fn cut(&mut self, length: u64) -> io::Result<()>;
}

/// The media of a device by the places they are.
pub type Media = BTreeMap<Place, Box<dyn Medium>>;

/// A part of a file or of a block device.
#[derive(Debug)]
pub struct FileMedium {
    file: File,
    offset: u64,
    size: u64,
    /// A file of its own, which ends where its content does.
    whole: bool,
}

impl FileMedium {
    /// Opens `location`; a file that is not there is made, empty.
    ///
    /// # Errors
    /// If it cannot be opened, or is a block device that ends before the location does.
    pub fn open(location: &Location) -> io::Result<Self> {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&location.path)?;
        let regular = file.metadata()?.is_file();
        if !regular {
            let end = (&file).seek(SeekFrom::End(0))?;
            if end < location.offset.saturating_add(location.size) {
                return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("it has only {end} bytes")));
            }
        }
        Ok(Self { file, offset: location.offset, size: location.size, whole: regular && location.offset == 0 })
    }

    /// The file behind it, to be locked for instance.
    #[must_use]
    pub const fn file(&self) -> &File {
        &self.file
    }

    fn seek(&self, at: u64, length: usize) -> io::Result<()> {
        let end = u64::try_from(length).ok().and_then(|length| at.checked_add(length));
        if end.is_none_or(|end| end > self.size) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "outside of the medium"));
        }
        (&self.file).seek(SeekFrom::Start(self.offset.saturating_add(at))).map(|_| ())
    }
}

impl Medium for FileMedium {
    fn capacity(&self) -> u64 {
        self.size
    }

    /// Behind the end of a file there are zeros.
    fn read(&mut self, at: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.seek(at, buffer.len())?;
        let mut rest = buffer;
        while !rest.is_empty() {
            match (&self.file).read(rest) {
                Ok(0) => {
                    rest.fill(0);
                    break;
                }
                Ok(got) => rest = rest.get_mut(got..).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn write(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        self.seek(at, bytes.len())?;
        (&self.file).write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file.sync_all()
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        if self.whole && self.file.metadata()?.len() > length { self.file.set_len(length) } else { Ok(()) }
    }
}
