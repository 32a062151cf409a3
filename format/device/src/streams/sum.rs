//! Digests of what goes by.

use std::io::{self, Read};

use suitpack_core::Digest;
use suitpack_core::crypto::DIGEST_MAX;
use suitpack_core::registry::algorithm::SHA_256;
use suitpack_core::report::Reason;
use suitpack_crypto::{Sha2Stream, Sha256Stream};
use suitpack_package::Cause;

use crate::failed::Trouble;
use crate::state::hex;

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

    /// The same, and the SHA-256 in hexadecimal, of one reading.
    pub(crate) fn both(input: R, digest: &Digest<'d>) -> Result<(Vec<u8>, String), Trouble> {
        if digest.algorithm() == SHA_256 {
            let found = Self::of(input, digest)?;
            let sum = hex(&found);
            return Ok((found, sum));
        }
        let mut sha_256 = Tee { input, digest: Sha256Stream::new() };
        let found = Sum::of(&mut sha_256, digest)?;
        Ok((found, hex(&sha_256.digest.finish())))
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

/// A stream with a second digest.
struct Tee<R> {
    input: R,
    digest: Sha256Stream,
}

impl<R: Read> Read for Tee<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.input.read(buffer)?;
        self.digest.update(buffer.get(..got).unwrap_or_default());
        Ok(got)
    }
}

/// The SHA-256 of bytes, in hexadecimal.
pub(crate) fn sha_256(bytes: &[u8]) -> String {
    let mut digest = Sha256Stream::new();
    digest.update(bytes);
    hex(&digest.finish())
}

const BLOCK: usize = 64 * 1024;
