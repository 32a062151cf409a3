//! Images, opened once and watched while they are read.

mod pack;

use std::fs::{self, File, Metadata};
use std::path::{Path, PathBuf};

use crate::error::{BuildError, ImageFault};

pub(crate) use self::pack::Packer;

/// An open image of known size.
#[derive(Debug)]
pub(crate) struct Image {
    path: PathBuf,
    file: File,
    before: Metadata,
}

impl Image {
    /// Opens a regular file with at least one byte.
    pub(crate) fn open(path: PathBuf) -> Result<Self, BuildError> {
        match Self::try_open(&path) {
            Ok((file, before)) => Ok(Self { path, file, before }),
            Err(fault) => Err(BuildError::Image { path, fault }),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn size(&self) -> u64 {
        self.before.len()
    }

    pub(crate) const fn file(&self) -> &File {
        &self.file
    }

    /// Fails if the file is not as it was when it was opened.
    pub(crate) fn unchanged(&self) -> Result<(), BuildError> {
        let same = self.file.metadata().is_ok_and(|after| state(&after) == state(&self.before));
        if same { Ok(()) } else { Err(self.fault(ImageFault::Changed)) }
    }

    pub(crate) fn fault(&self, fault: ImageFault) -> BuildError {
        BuildError::Image { path: self.path.clone(), fault }
    }

    fn try_open(path: &Path) -> Result<(File, Metadata), ImageFault> {
        // Opening a pipe would wait for its other end, so the look comes first.
        if !fs::metadata(path).map_err(ImageFault::Unreadable)?.is_file() {
            return Err(ImageFault::NotAFile);
        }
        let file = File::open(path).map_err(ImageFault::Unreadable)?;
        let metadata = file.metadata().map_err(ImageFault::Unreadable)?;
        match (metadata.is_file(), metadata.len()) {
            (false, _) => Err(ImageFault::NotAFile),
            (true, 0) => Err(ImageFault::Empty),
            (true, _) => Ok((file, metadata)),
        }
    }
}

/// What changes when a file is written to.
#[cfg(unix)]
fn state(metadata: &Metadata) -> impl PartialEq + use<> {
    use std::os::unix::fs::MetadataExt;
    (metadata.len(), metadata.mtime(), metadata.mtime_nsec(), metadata.ctime(), metadata.ctime_nsec())
}

/// What changes when a file is written to.
#[cfg(not(unix))]
fn state(metadata: &Metadata) -> impl PartialEq + use<> {
    (metadata.len(), metadata.modified().ok())
}
