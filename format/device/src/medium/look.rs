//! A device that is only looked at.

use std::fs::{self, TryLockError};
use std::io;
use std::path::Path;

use super::access::read_only;
use super::file::FileMedium;
use super::open::{OpenError, STATE, apart, failed, ours};
use super::{Media, Medium};
use crate::description::{Description, Location};
use crate::state::Place;

/// Media that are only read.
#[derive(Debug)]
pub struct Looked {
    /// What is there; a file that is not there yet has no place here.
    pub media: Media,
    /// Whether another process has the device: what is read may be changing. Otherwise nobody changes it while these media live.
    pub busy: bool,
}

impl Description {
    /// Opens what is there for reading; no file is made.
    ///
    /// # Errors
    /// If some of it is not as described.
    pub fn look(&self) -> Result<Looked, OpenError> {
        let look = |(place, location)| Ok(known(location)?.map(|medium| (place, location, medium)));
        let found: Vec<_> = self.places().into_iter().filter_map(|place| look(place).transpose()).collect::<Result<_, _>>()?;
        let mut busy = false;
        for (_, location, state) in found.iter().filter(|(place, ..)| place.0 == STATE) {
            busy = match state.file().try_lock_shared() {
                Ok(()) => false,
                Err(TryLockError::WouldBlock) => true,
                Err(TryLockError::Error(error)) => return Err(OpenError::Io(location.path.clone(), error)),
            };
            ours(location, state.file())?;
        }
        apart(found.iter().map(|(_, location, medium)| (*location, medium)))?;
        let media = found.into_iter().map(|(place, _, medium)| (place, Box::new(medium) as Box<dyn Medium>)).collect();
        Ok(Looked { media, busy })
    }

    /// Opens everything so that nothing changes, and no file is made.
    ///
    /// # Errors
    /// If another process changes the device, or some of it is not as described.
    pub fn shadow(&self) -> Result<Media, OpenError> {
        let Looked { mut media, busy } = self.look()?;
        if busy {
            return Err(OpenError::Busy(self.state.path.clone()));
        }
        let cover = |(place, location): (Place, &Location)| {
            let base = media.remove(&place);
            if base.is_none() {
                makeable(location).map_err(|error| failed(location, error))?;
            }
            let shadow = super::Shadow::over(base, location.size).map_err(temporary)?;
            Ok((place, Box::new(shadow) as Box<dyn Medium>))
        };
        self.places().into_iter().map(cover).collect()
    }
}

fn known(location: &Location) -> Result<Option<FileMedium>, OpenError> {
    FileMedium::look(location).map_err(|error| failed(location, error))
}

/// Whether there is a folder in which a file that is missing could be made.
fn makeable(location: &Location) -> io::Result<()> {
    let folder = location.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let denied = read_only(folder, &fs::metadata(folder)?);
    denied.map_or(Ok(()), |why| Err(io::Error::new(io::ErrorKind::ReadOnlyFilesystem, why)))
}

fn temporary(error: io::Error) -> OpenError {
    OpenError::Io(std::env::temp_dir(), error)
}
