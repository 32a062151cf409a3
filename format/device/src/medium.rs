//! Bytes that outlive a power cut.

mod access;
mod file;
mod look;
mod open;
mod shadow;

use core::fmt::Debug;
use std::collections::BTreeMap;
use std::io;

pub use file::FileMedium;
pub use look::Looked;
pub use open::OpenError;
pub use shadow::Shadow;

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

    /// Whether it can be written at all; nothing is.
    ///
    /// # Errors
    /// Why not.
    fn writable(&self) -> io::Result<()> {
        Ok(())
    }

    /// Makes sure that `length` bytes can be written later. Nothing that can be read changes; a medium of fixed size has the room.
    ///
    /// # Errors
    /// If there is no room.
    fn reserve(&mut self, _length: u64) -> io::Result<()> {
        Ok(())
    }

    /// Gives up what lies behind `length`. A file ends there afterwards, not earlier either; other media need do nothing.
    ///
    /// # Errors
    /// If the medium fails.
    fn cut(&mut self, length: u64) -> io::Result<()>;
}

/// The media of a device by the places they are.
pub type Media = BTreeMap<Place, Box<dyn Medium>>;
