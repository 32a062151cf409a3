//! What whoever decrypts payloads shares (spec/encryption.md).

use std::io::{self, Read};

use suitpack_crypto::CounterStream;

/// Decrypts what is read, in counter mode.
#[derive(Debug)]
pub struct Decrypting<R> {
    input: R,
    cipher: CounterStream,
}

impl<R> Decrypting<R> {
    /// Decrypts `input` from its beginning.
    #[must_use]
    pub const fn new(input: R, cipher: CounterStream) -> Self {
        Self { input, cipher }
    }
}

impl<R: Read> Read for Decrypting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.input.read(buffer)?;
        self.cipher.apply(buffer.get_mut(..got).unwrap_or_default()).ok_or(io::ErrorKind::InvalidData)?;
        Ok(got)
    }
}

/// Bytes that are held in memory to be decrypted by an algorithm that authenticates, the tag included: what `suitpack build` makes.
pub const AUTHENTICATED_MAX: u64 = 256 * 1024 * 1024 + 16;
