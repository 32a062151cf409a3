use core::fmt;

use suitpack_core::cose::Content;

use crate::aes_ctr::CounterStream;
#[cfg(feature = "aes-gcm")]
use crate::aes_gcm::GcmStream;
use crate::chacha20poly1305::ChaChaStream;

/// One payload on its way through a cipher, a piece at a time and in place. [`ContentKey`](crate::ContentKey) starts it.
///
/// What is decrypted is nobody's before [`ContentStream::open`] has found its tag right. Counter mode has no tag: there a signed
/// digest has to say it.
pub struct ContentStream {
    cipher: Cipher,
    way: Way,
    left: u64,
}

/// Which way a payload goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// From ciphertext to plaintext.
    Decrypt,
    /// From plaintext to ciphertext.
    Encrypt,
}

/// Why a payload does not start through a cipher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unstarted {
    /// More bytes than the algorithm, or this machine, can encrypt under one key and IV.
    TooLarge {
        /// The most.
        most: u64,
    },
    /// The key, the IV and what is authenticated beside the payload are not of one algorithm that is built in.
    Unsuited,
}

#[expect(clippy::large_enum_variant, reason = "one stands on the stack while a payload goes by, and nothing here allocates")]
enum Cipher {
    ChaCha(ChaChaStream),
    Counter(CounterStream),
    #[cfg(feature = "aes-gcm")]
    Gcm(GcmStream),
}

impl ContentStream {
    /// The most bytes of plaintext that one payload may have.
    #[must_use]
    pub const fn most(algorithm: Content) -> u64 {
        match algorithm {
            Content::ChaCha20Poly1305 => ChaChaStream::MOST,
            #[cfg(feature = "aes-gcm")]
            Content::A128Gcm | Content::A192Gcm | Content::A256Gcm => GcmStream::MOST,
            // 2^132 bytes, or an algorithm that does not start at all.
            _ => u64::MAX,
        }
    }

    /// Starts at the first byte of a plaintext of `size` bytes.
    pub(crate) fn start(way: Way, algorithm: Content, secret: &[u8], iv: &[u8], aad: &[u8], size: u64) -> Result<Self, Unstarted> {
        let most = Self::most(algorithm);
        if size > most {
            return Err(Unstarted::TooLarge { most });
        }
        let cipher = Cipher::start(way, algorithm, secret, iv, aad).ok_or(Unstarted::Unsuited)?;
        Ok(Self { cipher, way, left: size })
    }

    /// Encrypts or decrypts the next bytes in place. `None`, and nothing is done, if they are more than were announced.
    #[must_use]
    pub fn apply(&mut self, piece: &mut [u8]) -> Option<()> {
        let left = self.left.checked_sub(u64::try_from(piece.len()).ok()?)?;
        match (&mut self.cipher, self.way) {
            (Cipher::ChaCha(cipher), _) => cipher.apply(piece),
            (Cipher::Counter(cipher), _) => cipher.apply(piece)?,
            #[cfg(feature = "aes-gcm")]
            (Cipher::Gcm(cipher), Way::Decrypt) => cipher.decrypt(piece),
            #[cfg(feature = "aes-gcm")]
            (Cipher::Gcm(cipher), Way::Encrypt) => cipher.encrypt(piece),
        }
        self.left = left;
        Some(())
    }

    /// Ends an encryption and gives the tag, which follows the ciphertext; an empty one in counter mode. `None` if fewer bytes came
    /// than were announced.
    #[must_use]
    pub fn seal(mut self, tag: &mut [u8; 16]) -> Option<&[u8]> {
        if self.way != Way::Encrypt || self.left != 0 {
            return None;
        }
        *tag = match &mut self.cipher {
            Cipher::ChaCha(cipher) => cipher.tag()?,
            Cipher::Counter(_) => return Some(&[]),
            #[cfg(feature = "aes-gcm")]
            Cipher::Gcm(cipher) => cipher.tag(),
        };
        Some(tag)
    }

    /// Ends a decryption. `None` if fewer bytes came than were announced, or if the tag, which is compared in constant time, is not
    /// theirs: then what was decrypted is nothing. In counter mode the tag is empty.
    #[must_use]
    pub fn open(mut self, tag: &[u8]) -> Option<()> {
        if self.way != Way::Decrypt || self.left != 0 {
            return None;
        }
        let right = match &mut self.cipher {
            Cipher::ChaCha(cipher) => cipher.matches(tag.try_into().ok()?),
            Cipher::Counter(_) => tag.is_empty(),
            #[cfg(feature = "aes-gcm")]
            Cipher::Gcm(cipher) => cipher.matches(tag.try_into().ok()?),
        };
        right.then_some(())
    }
}

impl Cipher {
    fn start(way: Way, algorithm: Content, secret: &[u8], iv: &[u8], aad: &[u8]) -> Option<Self> {
        Some(match algorithm {
            Content::ChaCha20Poly1305 => Self::ChaCha(ChaChaStream::new(way, secret.try_into().ok()?, iv.try_into().ok()?, aad)),
            Content::A128Ctr | Content::A192Ctr | Content::A256Ctr if aad.is_empty() => {
                Self::Counter(CounterStream::new(secret, iv.try_into().ok()?)?)
            }
            #[cfg(feature = "aes-gcm")]
            Content::A128Gcm | Content::A192Gcm | Content::A256Gcm => Self::Gcm(GcmStream::new(secret, iv.try_into().ok()?, aad)?),
            _ => return None,
        })
    }
}

impl fmt::Debug for ContentStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContentStream").field("way", &self.way).field("left", &self.left).finish_non_exhaustive()
    }
}

impl fmt::Display for Unstarted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { most } => write!(f, "more than {most} bytes cannot be encrypted by its algorithm"),
            Self::Unsuited => f.write_str("its algorithm is not built in, or has another IV"),
        }
    }
}

impl core::error::Error for Unstarted {}
