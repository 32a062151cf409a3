//! Digests of what goes by.

use std::io::{self, Read};

use suitpack_core::Digest;
use suitpack_core::crypto::DIGEST_MAX;
use suitpack_core::report::Reason;
use suitpack_crypto::Sha2Stream;
use suitpack_package::Cause;

use crate::failed::Trouble;

/// A stream that is summed up while it is read.
pub(crate) struct Sum<'d, R> {
    input: R,
    stream: Sha2Stream,
    digest: Digest<'d>,
}

impl<'d, R: Read> Sum<'d, R> {
    pub(crate) fn new(input: R, digest: &Digest<'d>) -> Result<Self, Trouble> {
        let stream = Sha2Stream::new(digest.algorithm()).ok_or_else(|| {
            let detail = format!("the digest algorithm {} is not supported", digest.algorithm());
            Trouble::new(Reason::AlgUnsupported, Cause::CouldNotTell, detail)
        })?;
        Ok(Self { input, stream, digest: *digest })
    }

    /// The digest of a stream, by the same algorithm.
    pub(crate) fn of(input: R, digest: &Digest<'d>) -> Result<Vec<u8>, Trouble> {
        let mut sum = Self::new(input, digest)?;
        sum.drain()?;
        let mut out = [0; DIGEST_MAX];
        let length = sum.stream.finish(&mut out);
        Ok(out.get(..length).unwrap_or_default().to_vec())
    }

    /// Holds a stream against its digest.
    pub(crate) fn over(input: R, digest: &Digest<'d>) -> Result<(), Trouble> {
        let mut sum = Self::new(input, digest)?;
        sum.drain()?;
        sum.holds()
    }

    /// Reads what is left.
    pub(crate) fn drain(&mut self) -> Result<(), Trouble> {
        let mut block = vec![0; BLOCK];
        loop {
            match self.read(&mut block) {
                Ok(0) => return Ok(()),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Trouble::io(&error)),
            }
        }
    }

    /// Whether what was read has the digest.
    pub(crate) fn holds(self) -> Result<(), Trouble> {
        if self.stream.matches(self.digest.bytes()) {
            return Ok(());
        }
        Err(Trouble::operation(Cause::NotBound, "it does not match the signed digest"))
    }
}

impl<R: Read> Read for Sum<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.input.read(buffer)?;
        self.stream.update(buffer.get(..got).unwrap_or_default());
        Ok(got)
    }
}

const BLOCK: usize = 64 * 1024;
