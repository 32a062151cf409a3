//! What whoever decrypts payloads shares (spec/encryption.md).

use core::fmt;
use std::io::{self, Read};

use suitpack_core::cose::Encrypt;
use suitpack_crypto::{ContentKey, ContentStream, Unstarted};

/// Decrypts what is read, up to the tag. What comes out is nobody's before [`Decrypting::finish`] has found it whole.
#[derive(Debug)]
pub struct Decrypting<R> {
    input: R,
    cipher: ContentStream,
    /// Bytes of plaintext that have not been read.
    left: u64,
    tag: usize,
}

/// Why what was decrypted is not what was encrypted.
#[derive(Debug)]
pub enum Undecrypted {
    /// It could not be read.
    Io(io::Error),
    /// It has another length than was announced, or is shorter than its tag.
    Length,
    /// The tag is that of something else.
    Tag,
}

impl<R: Read> Decrypting<R> {
    /// Decrypts `input`, which has `size` bytes with its tag, from its beginning.
    ///
    /// # Errors
    /// If that many bytes cannot be decrypted, or not with this key.
    pub fn new(input: R, key: &ContentKey, info: &Encrypt<'_>, size: u64) -> Result<Self, Unstarted> {
        let tag = key.algorithm().tag_length();
        let left = size.saturating_sub(u64::try_from(tag).unwrap_or(u64::MAX));
        Ok(Self { input, cipher: key.decrypt(info, size)?, left, tag })
    }

    /// Bytes of plaintext that are still to come.
    #[must_use]
    pub const fn left(&self) -> u64 {
        self.left
    }

    /// Decrypts what nobody has read, and compares the tag: only then was the payload encrypted like this by somebody with the key.
    ///
    /// # Errors
    /// What is wrong otherwise.
    pub fn finish(mut self) -> Result<(), Undecrypted> {
        io::copy(&mut self, &mut io::sink()).map_err(Undecrypted::Io)?;
        let mut tag = Vec::new();
        let wanted = u64::try_from(self.tag).unwrap_or(u64::MAX);
        // Whatever stands behind the tag is noticed by its first byte.
        self.input.take(wanted.saturating_add(1)).read_to_end(&mut tag).map_err(Undecrypted::Io)?;
        if self.left != 0 || tag.len() != self.tag {
            return Err(Undecrypted::Length);
        }
        self.cipher.open(&tag).ok_or(Undecrypted::Tag)
    }
}

impl<R: Read> Read for Decrypting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let piece = buffer.get_mut(..most).unwrap_or_default();
        if piece.is_empty() {
            return Ok(0);
        }
        let got = self.input.read(piece)?;
        self.cipher.apply(piece.get_mut(..got).unwrap_or_default()).ok_or(io::ErrorKind::InvalidData)?;
        self.left = self.left.saturating_sub(u64::try_from(got).unwrap_or(u64::MAX));
        Ok(got)
    }
}

impl fmt::Display for Undecrypted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Length => f.write_str("its length is wrong"),
            Self::Tag => f.write_str("its tag is wrong"),
        }
    }
}

impl core::error::Error for Undecrypted {}
