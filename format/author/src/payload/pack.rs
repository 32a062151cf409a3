use std::fs::File;
use std::io::{self, Read, Write};

use super::Image;
use crate::build::Options;
use crate::draft::{Facts, Measure};
use crate::error::{BuildError, ImageFault};
use crate::recipe::Compression;

pub(crate) struct Packer<'p>(Options<'p>);

impl<'p> Packer<'p> {
    pub(crate) fn new(options: Options<'p>) -> Self {
        Self(options)
    }
    pub(crate) fn pack(&mut self, image: &Image, _compression: Compression, file: &mut File, fault: &dyn Fn(io::Error) -> BuildError) -> Result<Facts, BuildError> {
        let mut buf = Vec::new();
        image.file().read_to_end(&mut buf).map_err(|e| image.fault(ImageFault::Unreadable(e)))?;
        if let Some(p) = self.0.progress.as_mut() { p(buf.len() as u64) }
        file.write_all(&buf).map_err(fault)?;
        let m = Measure { digest: crate::digest::sha_256(&[&buf]), size: buf.len() as u64 };
        image.unchanged(m.size)?;
        Ok(Facts { image: m, carried: m })
    }
}
