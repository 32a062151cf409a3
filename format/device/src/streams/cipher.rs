//! Encrypted bytes on their way into a component (spec/encryption.md).

use std::io::Read;

use suitpack_core::cose::Encrypt;
use suitpack_crypto::ContentKey;
use suitpack_package::{Cause, Decrypting, Undecrypted};
use suitpack_processor::Parameters;

use crate::failed::Trouble;
use crate::request::Request;

/// What opens the payload of a component.
pub(super) struct Cipher<'a> {
    info: Encrypt<'a>,
    key: ContentKey,
}

impl<'a> Cipher<'a> {
    /// `None` if nothing is encrypted.
    pub(super) fn of(parameters: &Parameters<'a>, request: &Request<'_>) -> Result<Option<Self>, Trouble> {
        let Some(info) = parameters.encryption_info else { return Ok(None) };
        let key = request.decryption.iter().find_map(|key| key.content_key(&info).ok());
        let key = key.ok_or_else(|| Trouble::operation(Cause::CouldNotTell, "it is encrypted, and none of the keys opens it"))?;
        Ok(Some(Self { info, key }))
    }

    /// Lets `act` read the `size` bytes of `input` decrypted, and says whether they were all there and what was encrypted: until
    /// then, whatever `act` made of them is nothing.
    // SUIT-66
    pub(super) fn run<T>(
        self,
        input: impl Read,
        size: u64,
        mut act: impl FnMut(&mut dyn Read, u64) -> Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        let mut plain = Decrypting::new(input, &self.key, &self.info, size)
            .map_err(|error| Trouble::operation(Cause::Policy, format!("its {size} bytes do not decrypt: {error}")))?;
        let plain_size = plain.left();
        let made = act(&mut plain, plain_size);
        if matches!(&made, Err(trouble) if trouble.cause == Cause::Io) {
            return made;
        }
        match plain.finish() {
            Ok(()) => made,
            Err(Undecrypted::Io(error)) => Err(Trouble::io(&error)),
            Err(wrong) => Err(Trouble::operation(Cause::NotBound, format!("it does not decrypt: {wrong}"))),
        }
    }
}
