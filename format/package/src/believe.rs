//! A manifest that nobody has to vouch for, so that its paths can be followed by those who do nothing with what they find.

use core::convert::Infallible;

use suitpack_core::cbor::{Sink, Writer};
use suitpack_core::crypto::VerifySignature;
use suitpack_core::registry::{algorithm, header, tag};
use suitpack_core::{Authenticated, Digest, Envelope, Manifest, Profile, Trust, Wrapped};
use suitpack_crypto::{Sha2, Sha256Stream};

/// An envelope around a manifest that [`Unquestioned`] vouches for. The processor takes nothing that nobody vouches for, and what a
/// linter asks is about the commands, not about who signed them; nothing comes of the answer.
pub(crate) fn unquestioned(manifest: Wrapped<'_>) -> Vec<u8> {
    let mut stream = Sha256Stream::new();
    stream.update(manifest.encoded());
    let hash = stream.finish();
    let digest = written(|writer| match Digest::new(algorithm::SHA_256, &hash) {
        Some(digest) => digest.write(writer),
        None => Ok(()),
    });
    let protected = written(|writer| {
        writer.map(1)?;
        writer.int(header::ALG)?;
        writer.int(Unquestioned.algorithm())
    });
    let block = written(|writer| {
        writer.tag(tag::SIGN1)?;
        writer.array(4)?;
        writer.bytes(&protected)?;
        writer.map(0)?;
        writer.null()?;
        writer.bytes(&[0; 64])
    });
    let wrapper = written(|writer| {
        writer.array(2)?;
        writer.bytes(&digest)?;
        writer.bytes(&block)
    });
    written(|writer| {
        writer.map(2)?;
        writer.int(suitpack_core::registry::envelope::AUTHENTICATION_WRAPPER)?;
        writer.bytes(&wrapper)?;
        writer.int(suitpack_core::registry::envelope::MANIFEST)?;
        writer.raw(manifest.encoded())
    })
}

/// The manifest of [`unquestioned`], as the processor takes it.
pub(crate) fn believed(envelope: &[u8]) -> Option<Authenticated<Manifest<'_>>> {
    let trust = Trust { digester: &Sha2, anchors: &[&Unquestioned], profile: Profile::Lenient };
    Envelope::parse(envelope).ok()?.authenticate(&trust).ok()
}

/// A key that signed everything.
struct Unquestioned;

impl VerifySignature for Unquestioned {
    fn algorithm(&self) -> i64 {
        algorithm::ED25519
    }

    fn key_id(&self) -> &[u8] {
        &[]
    }

    fn verify(&self, _: &[u8], _: &[u8]) -> bool {
        true
    }
}

/// What is written, in memory.
pub(crate) fn written(write: impl FnOnce(&mut Writer<Bytes>) -> Result<(), Infallible>) -> Vec<u8> {
    let mut writer = Writer::new(Bytes::default());
    let Ok(()) = write(&mut writer);
    writer.into_inner().0
}

/// A growing buffer.
#[derive(Default)]
pub(crate) struct Bytes(Vec<u8>);

impl Sink for Bytes {
    type Error = Infallible;

    fn push(&mut self, bytes: &[u8]) -> Result<(), Infallible> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}
