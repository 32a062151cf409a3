//! Encrypted payloads, where the key is at hand.

use std::io::{self, Read, Write};
use std::sync::Arc;

use suitpack_core::cbor::Reader;
use suitpack_core::cose::Encrypt;
use suitpack_crypto::{ContentKey, DecryptionKey};
use suitpack_transform::{Bounds, DecodeError, Measured, WINDOW_LOG_MAX, decode, measure};

use super::judge::{Refused, broken, holds, unsupported};
use super::tap::Tap;
use super::watch::{Summed, Sums, Watch};
use crate::bindings::{Decoding, Expected};
use crate::cipher::{Decrypting, Undecrypted};
use crate::report::{Cause, Outcome};
use crate::request::Request;

/// A payload that can be decrypted: the bytes as carried, what they have to be, and what they have to become.
pub(super) struct Locked<'l> {
    info: Encrypt<'l>,
    key: ContentKey,
    decoding: Option<Decoding>,
    carried: &'l [Expected],
    image: &'l Expected,
}

impl<'l> Locked<'l> {
    /// Finds the content key; `None` if none of the keys given opens it.
    pub(super) fn open(
        info: &'l [u8],
        keys: &[Arc<DecryptionKey>],
        decoding: Option<Decoding>,
        carried: &'l [Expected],
        image: &'l Expected,
    ) -> Option<Self> {
        let info = Encrypt::read(&mut Reader::new(info)).ok()?;
        let key = keys.iter().find_map(|key| key.content_key(&info).ok())?;
        Some(Self { info, key, decoding, carried, image })
    }

    /// Reads it whole, decrypts and decodes it on the way, and judges it: the bytes as carried first, then the tag, then what comes
    /// out.
    pub(super) fn check(
        &self,
        input: &mut (impl Read + Send),
        size: u64,
        request: &Request,
        tap: Option<&mut Tap<'_>>,
    ) -> Result<String, Refused> {
        let mut nowhere = io::sink();
        let (raw, output): (bool, &mut (dyn Write + Send)) = match tap {
            Some(tap) => (tap.raw, &mut *tap.output),
            None => (false, &mut nowhere),
        };
        let sums = Sums::of(self.carried).map_err(unsupported)?;
        let (copy, output): (_, &mut (dyn Write + Send)) = if raw { (Some(output), &mut io::sink()) } else { (None, output) };
        let mut watch = Watch { input, sums, copy };
        let mut plain = Decrypting::new(&mut watch, &self.key, &self.info, size)
            .map_err(|error| (Outcome::NotPossible, format!("has {size} bytes, and does not decrypt: {error}")))?;
        let plain_size = plain.left();
        let image = self.make(&mut plain, plain_size, request, output)?;
        let whole = match plain.finish() {
            Err(Undecrypted::Io(error)) => return Err(broken(&error)),
            whole => whole,
        };
        // ENC-20: what nobody signed is the cause, whatever the cipher and the decoder made of it.
        self.carried(&watch.sums)?;
        whole.map_err(|wrong| not_bound(&format!("does not decrypt: {wrong}")))?;
        let (made, sums) = match image {
            Ok(made) => made,
            Err(error @ DecodeError::WindowTooLarge { .. }) => return Err((Outcome::Failed(Cause::Policy), error.to_string())),
            Err(error) => return Err(not_bound(&format!("does not decode to the signed image once it is decrypted: {error}"))),
        };
        if !holds(self.image, &made, &sums) || self.image.size.is_some_and(|size| size != made.size) {
            return Err(not_bound("decrypts to another image than the signed one"));
        }
        let how = if self.decoding.is_some() { "decrypted and decoded" } else { "decrypted" };
        Ok(format!("{size} bytes, {how} to {} bytes, match the signed digests", made.size))
    }

    fn carried(&self, sums: &Sums) -> Result<(), Refused> {
        let right = self.carried.iter().all(|expected| sums.matches(expected));
        if right { Ok(()) } else { Err(not_bound("does not match its signed digest")) }
    }

    /// What the decrypted bytes are made into; `size` is theirs.
    fn make(
        &self,
        input: impl Read + Send,
        size: u64,
        request: &Request,
        output: &mut (dyn Write + Send),
    ) -> Result<Result<(Measured, Sums), DecodeError>, Refused> {
        let sums = Sums::of([self.image]).map_err(unsupported)?.beside_sha256();
        let mut image = Summed { output, sums };
        let measured = match self.decoding {
            None => Ok(measure(input, &mut image).map_err(|error| broken(&error))?),
            Some(Decoding::Zstd) => {
                let image_size = self.image.size.ok_or_else(|| not_bound("no image size is signed"))?;
                let bounds =
                    Bounds { input_size: size, image_size, window_log_max: request.max_window_log.unwrap_or(WINDOW_LOG_MAX) };
                decode(input, bounds, &mut image).map_err(|error| broken(&error))?.image
            }
        };
        Ok(measured.map(|measured| (measured, image.sums)))
    }
}

fn not_bound(detail: &str) -> Refused {
    (Outcome::Failed(Cause::NotBound), detail.to_owned())
}
