//! Adds a signature to a package that exists.

use std::borrow::Cow;
use std::io::{self, Read, Write};

use suitpack_core::cose::Header;
use suitpack_core::crypto::{Sign, VerifySignature};
use suitpack_core::{Block, Envelope, Error, ErrorKind, Judgement, Profile, Refusal, Trust, Wrapped, limits};
use suitpack_crypto::Sha2;

use crate::block;
use crate::encode::{self, Items};
use crate::error::SigningError;

/// Copies the package from `input` to `output` with one more authentication block, made by `signer`; `public` is the other half
/// of its key. The manifest's bytes do not move, and everything behind the wrapper is copied as a stream in constant memory.
///
/// draft-ietf-suit-manifest §8.3
///
/// # Errors
/// If the package cannot be read, does not have the digest it states, or is signed by this key already.
pub fn sign(
    input: &mut dyn Read,
    output: &mut dyn Write,
    signer: &dyn Sign,
    public: &dyn VerifySignature,
) -> Result<(), SigningError> {
    // The head fits the limit, or no reader takes the package.
    let most = limits::HEAD + SLACK;
    let mut start = Vec::new();
    input.take(encode::wide(most)).read_to_end(&mut start).map_err(SigningError::Read)?;
    let (envelope, _) = Envelope::parse_head(&start).map_err(|error| match error.kind() {
        ErrorKind::Truncated if start.len() == most => {
            SigningError::Unreadable(Error::new(ErrorKind::LimitExceeded, error.offset()))
        }
        _ => SigningError::Unreadable(error),
    })?;
    let authentication = envelope.authentication().map_err(SigningError::Unreadable)?;
    let anchors = [public];
    let trust = Trust { digester: &Sha2, anchors: &anchors, profile: Profile::Lenient };
    // SUIT-6, §8.3: the signer computes the digest itself, from the very bytes that are written out below.
    trust.digest(&authentication, envelope.manifest_bytes()).map_err(|refusal| match refusal {
        Refusal::DigestUnsupported(algorithm) => SigningError::DigestUnsupported(algorithm),
        _ => SigningError::DigestMismatch,
    })?;
    let unusable = || SigningError::Key { key_id: signer.key_id().to_vec() };
    if public.key_id() != signer.key_id() {
        return Err(unusable());
    }
    let by_signer = |block: Block<'_>| {
        let header = match block {
            Block::Sign1(sign) => Some(sign.header()),
            Block::Mac0(mac) => Some(mac.header()),
            Block::Sign(_) | Block::Mac(_) => None,
        };
        let own =
            |header: Header<'_>| header.algorithm() == signer.algorithm() && header.kid().is_some() && header.kid() == signer.kid();
        let says_so = header.is_some_and(own);
        // SUIT-5: A tool that names keys otherwise may have used this one.
        says_so || matches!(trust.judge(&block, authentication.payload()), Judgement::Verified { .. })
    };
    if authentication.blocks().any(by_signer) {
        return Err(SigningError::AlreadySigned { key_id: signer.key_id().to_vec() });
    }
    if authentication.len() >= limits::AUTHENTICATION_BLOCKS {
        return Err(SigningError::TooManyBlocks);
    }
    let block = block::signed(signer, authentication.payload()).ok_or_else(unusable)?;
    let parts = splice(&start, envelope.wrapper_bytes(), authentication.len(), &block).map_err(SigningError::Unreadable)?;
    parts.iter().try_for_each(|part| output.write_all(part)).map_err(SigningError::Write)?;
    copy(input, output)
}

/// The start of the package with a longer wrapper: what is before it, the wrapper, what is behind it.
fn splice<'s>(start: &'s [u8], wrapper: Wrapped<'s>, blocks: usize, block: &[u8]) -> Result<[Cow<'s, [u8]>; 3], Error> {
    let mut elements = wrapper.reader();
    let offset = elements.position();
    let header = wrapper.encoded().len().saturating_sub(wrapper.content().len());
    elements.array()?;
    let longer = Items::new()
        .array(blocks.saturating_add(2))
        .raw(wrapper.content().get(elements.position().saturating_sub(offset)..).unwrap_or_default())
        .bytes(block)
        .done();
    let before = start.get(..offset.saturating_sub(header)).unwrap_or_default();
    let after = start.get(offset.saturating_add(wrapper.content().len())..).unwrap_or_default();
    Ok([before.into(), encode::bytes(&longer).into(), after.into()])
}

/// Copies the rest, telling which side failed.
fn copy(input: &mut dyn Read, output: &mut dyn Write) -> Result<(), SigningError> {
    let mut buffer = vec![0; CHUNK];
    loop {
        let read = match input.read(&mut buffer) {
            Ok(0) => return output.flush().map_err(SigningError::Write),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(SigningError::Read(error)),
        };
        output.write_all(buffer.get(..read).unwrap_or_default()).map_err(SigningError::Write)?;
    }
}

/// The last member of a head may begin before the limit and end behind it; one signature's worth is enough to see that.
const SLACK: usize = 64 * 1024;

/// Large enough that the system calls do not count.
const CHUNK: usize = 256 * 1024;
