//! Encrypted bytes on their way into a component (spec/encryption.md).

use std::io::Read;

use suitpack_core::Digest;
use suitpack_core::cose::Encrypt;
use suitpack_crypto::ContentKey;
use suitpack_package::{AUTHENTICATED_MAX, Cause, Decrypting};
use suitpack_processor::Parameters;

use super::sum::Sum;
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

    /// Lets `act` read the `size` bytes of `input` decrypted. With an algorithm that authenticates, nothing is decrypted before the
    /// whole is found right: by `digest`, where there is one, and by its tag.
    // SUIT-66
    pub(super) fn run<T>(
        self,
        mut input: impl Read,
        size: u64,
        digest: Option<&Digest<'_>>,
        mut act: impl FnMut(&mut dyn Read, u64) -> Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        if let Some(cipher) = self.key.stream(self.info.iv()) {
            return act(&mut Decrypting::new(input, cipher), size);
        }
        if size > AUTHENTICATED_MAX {
            let detail = format!("{size} bytes are too many to be decrypted at once; {AUTHENTICATED_MAX} are the most");
            return Err(Trouble::operation(Cause::Policy, detail));
        }
        let mut whole = Vec::new();
        input.by_ref().take(size.saturating_add(1)).read_to_end(&mut whole).map_err(|error| Trouble::io(&error))?;
        if let Some(digest) = digest {
            Sum::over(whole.as_slice(), digest)?;
        }
        let wrong = || Trouble::operation(Cause::NotBound, "it does not decrypt: its tag is wrong");
        let plain = self.key.open(&self.info, &mut whole).ok_or_else(wrong)?;
        let size = u64::try_from(plain.len()).unwrap_or(u64::MAX);
        act(&mut &*plain, size)
    }
}
