use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::Medium;
use super::access::{is_denied, read_only};
use crate::description::Location;

/// A part of a file or of a block device.
#[derive(Debug)]
pub struct FileMedium {
    file: File,
    offset: u64,
    size: u64,
    /// A file, which may end where its content does.
    regular: bool,
    /// Why it cannot be written.
    denied: Option<String>,
}

impl FileMedium {
    /// Opens `location`; a file that is not there is made, empty, and a block device is not. What may not be written is opened
    /// for reading: it may be that nobody wants to write it.
    ///
    /// # Errors
    /// If it cannot be opened, is not what the location says, or a block device ends before the location does. Links to files are
    /// not followed.
    pub fn open(location: &Location) -> io::Result<Self> {
        Self::open_as(location, true)
    }

    /// The same for what is never written: a file is made if it is missing, and everything else only read.
    ///
    /// # Errors
    /// As for [`FileMedium::open`].
    pub fn open_to_read(location: &Location) -> io::Result<Self> {
        Self::open_as(location, false)
    }

    fn open_as(location: &Location, write: bool) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.read(true).write(write);
        let found = match Self::known(location, &options) {
            Err(error) if write && is_denied(&error) => {
                Self::look(location)?.map(|medium| Self { denied: Some(error.to_string()), ..medium })
            }
            found => found?,
        };
        match found {
            Some(mut medium) => {
                // What an earlier process could not write may be in the cache still; nothing is to be compared with that.
                medium.sync()?;
                Ok(medium)
            }
            None => {
                options.write(true);
                // Nothing that was put there in between is opened, and no link followed.
                let file = options.create_new(true).open(&location.path)?;
                file.sync_all()?;
                sync_folder(&location.path)?;
                Ok(Self::of(file, location, true))
            }
        }
    }

    /// Opens `location` for reading; nothing if there is no such file yet.
    ///
    /// # Errors
    /// As for [`FileMedium::open`].
    pub fn look(location: &Location) -> io::Result<Option<Self>> {
        Self::known(location, OpenOptions::new().read(true))
    }

    fn known(location: &Location, options: &OpenOptions) -> io::Result<Option<Self>> {
        // Names of block devices are links more often than not.
        let look = if location.device { fs::metadata(&location.path) } else { fs::symlink_metadata(&location.path) };
        let found = match look {
            Err(error) if error.kind() == io::ErrorKind::NotFound && !location.device => return Ok(None),
            found => found?,
        };
        fits(&found, location.device)?;
        let file = options.open(&location.path)?;
        let opened = file.metadata()?;
        if !same(&found, &opened) {
            return Err(unfit("was replaced while it was opened"));
        }
        if location.device {
            let end = (&file).seek(SeekFrom::End(0))?;
            if end < location.offset.saturating_add(location.size) {
                let Location { offset, size, .. } = location;
                return Err(unfit(&format!("has {end} bytes; {size} bytes from {offset} on do not fit")));
            }
        }
        let denied = read_only(&location.path, &opened);
        Ok(Some(Self { denied, ..Self::of(file, location, !location.device) }))
    }

    const fn of(file: File, location: &Location, regular: bool) -> Self {
        Self { file, offset: location.offset, size: location.size, regular, denied: None }
    }

    /// The file behind it, to be locked for instance.
    #[must_use]
    pub const fn file(&self) -> &File {
        &self.file
    }

    /// What of the location a file has bytes for; all of it of a block device.
    ///
    /// # Errors
    /// If the file does not tell.
    pub fn length(&self) -> io::Result<u64> {
        if !self.regular {
            return Ok(self.size);
        }
        Ok(self.file.metadata()?.len().saturating_sub(self.offset).min(self.size))
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
        let synced = self.file.sync_all();
        forget(&self.file);
        // Nothing was written where nothing can be; not every system can sync that.
        if self.denied.is_some() { Ok(()) } else { synced }
    }

    fn writable(&self) -> io::Result<()> {
        let denied = |why: &String| io::Error::new(io::ErrorKind::PermissionDenied, why.clone());
        self.denied.as_ref().map_or(Ok(()), |why| Err(denied(why)))
    }

    fn reserve(&mut self, length: u64) -> io::Result<()> {
        if self.regular && length > 0 { allocate(&self.file, self.offset, length.min(self.size)) } else { Ok(()) }
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        if !self.regular {
            return Ok(());
        }
        let (end, wanted) = (self.file.metadata()?.len(), self.offset.saturating_add(length.min(self.size)));
        // What lies behind the location belongs to another one.
        let alone = self.offset == 0 && end <= self.size;
        // Zeros at the end were equal to what is behind a file, and were not written: it ends with them all the same.
        if end < wanted || (end > wanted && alone) { self.file.set_len(wanted) } else { Ok(()) }
    }
}

/// Lets the cache of the system go, so that what is read next comes from the medium. After a failed sync the cache holds what the
/// medium does not. It is advice; without it nothing but that is lost.
#[cfg(target_os = "linux")]
fn forget(file: &File) {
    let _advised = rustix::fs::fadvise(file, 0, None, rustix::fs::Advice::DontNeed);
}

#[cfg(not(target_os = "linux"))]
const fn forget(_: &File) {}

/// Not every file system can; what it lacks is then found out when it is written.
#[cfg(target_os = "linux")]
fn allocate(file: &File, offset: u64, length: u64) -> io::Result<()> {
    use rustix::io::Errno;
    match rustix::fs::fallocate(file, rustix::fs::FallocateFlags::KEEP_SIZE, offset, length) {
        Err(Errno::OPNOTSUPP | Errno::NOSYS) => Ok(()),
        result => Ok(result?),
    }
}

#[cfg(not(target_os = "linux"))]
const fn allocate(_: &File, _: u64, _: u64) -> io::Result<()> {
    Ok(())
}

/// Whether something is what a description says it is.
fn fits(found: &Metadata, device: bool) -> io::Result<()> {
    let kind = found.file_type();
    match device {
        true if is_block_device(found) => Ok(()),
        true => Err(unfit("is not a block device; a file is described by `file`")),
        false if kind.is_file() => Ok(()),
        false if kind.is_symlink() => Err(unfit("is a symbolic link, which is never followed; name the file it leads to")),
        false if kind.is_dir() => Err(unfit("is a folder")),
        false if is_block_device(found) => Err(unfit("is a block device, which is described by `device`")),
        false => Err(unfit("is no plain file")),
    }
}

pub(super) fn unfit(message: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, message)
}

/// A new file is there after a power cut only if its folder was written too.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        // Not every system can open folders or sync them.
        Err(error) if matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::InvalidInput) => Ok(()),
        result => result,
    }
}

#[cfg(unix)]
fn is_block_device(found: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    found.file_type().is_block_device()
}

#[cfg(not(unix))]
const fn is_block_device(_: &Metadata) -> bool {
    false
}

#[cfg(unix)]
pub(super) fn same(a: &Metadata, b: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    // Two names of a block device are the same device with the same number.
    let device = is_block_device(a) && is_block_device(b) && a.rdev() == b.rdev();
    device || (a.dev() == b.dev() && a.ino() == b.ino())
}

#[cfg(not(unix))]
pub(super) fn same(a: &Metadata, b: &Metadata) -> bool {
    a.is_file() == b.is_file() && a.len() == b.len()
}
