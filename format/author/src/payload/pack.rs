//! Images on their way into a package, measured as they pass.

use core::num::NonZeroUsize;
use std::fs::File;
use std::io::{self, Read};

use suitpack_transform::{Carried, EncodeError, Measured, Settings, compress, store};

use super::Image;
use crate::build::Options;
use crate::draft::{Facts, Measure};
use crate::error::{BuildError, ImageFault};
use crate::recipe::Compression;

/// Packs one image after the other and counts what it reads.
pub(crate) struct Packer<'o> {
    workers: u8,
    progress: Option<&'o mut dyn FnMut(u64)>,
    read: u64,
}

impl<'o> Packer<'o> {
    pub(crate) fn new(options: Options<'o>) -> Self {
        let workers = options.workers.or_else(|| std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
        Self { workers: u8::try_from(workers.min(WORKERS)).unwrap_or(1), progress: options.progress, read: 0 }
    }

    /// Writes an image to where `file` stands, packed or as it is. `fault` says what it means if that fails.
    pub(crate) fn pack(
        &mut self,
        image: &Image,
        compression: Compression,
        file: &mut File,
        fault: &dyn Fn(io::Error) -> BuildError,
    ) -> Result<Facts, BuildError> {
        let workers = self.workers;
        let input = Counted { file: image.file(), packer: self };
        let carried = match compression {
            Compression::None => store(input, image.size(), file),
            Compression::Zstd { level } => compress(input, image.size(), Settings { level, workers }, file),
        };
        let carried = carried.map_err(|error| match error {
            EncodeError::Write(error) => fault(error),
            EncodeError::Changed { .. } => image.fault(ImageFault::Changed),
            EncodeError::Read(error) => image.fault(ImageFault::Unreadable(error)),
            // The compressor fails for want of memory.
            _ => fault(io::ErrorKind::OutOfMemory.into()),
        })?;
        image.unchanged()?;
        Ok(facts(&carried))
    }
}

fn facts(carried: &Carried) -> Facts {
    let measure = |measured: &Measured| Measure { digest: measured.digest, size: measured.size };
    Facts { image: measure(&carried.image), carried: measure(&carried.carried) }
}

/// An image that tells how far it was read.
struct Counted<'p, 'o> {
    file: &'p File,
    packer: &'p mut Packer<'o>,
}

impl Read for Counted<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.packer.read = self.packer.read.saturating_add(crate::encode::wide(read));
        if let Some(progress) = &mut self.packer.progress {
            progress(self.packer.read);
        }
        Ok(read)
    }
}

/// More threads than this take memory and save no time.
const WORKERS: usize = 16;
