//! What the paths of the commands come to, asked of the processor.

use core::convert::Infallible;

use suitpack_core::cbor::{Sink, Writer};
use suitpack_core::crypto::VerifySignature;
use suitpack_core::registry::{algorithm, header, tag};
use suitpack_core::{Authenticated, Digest, Envelope, Manifest, Profile, Trust, Wrapped};
use suitpack_crypto::{Sha2, Sha256Stream};
use suitpack_processor::Program;

use super::{Finding, rules};
use crate::bindings::{PathError, bindings};
use crate::explore::Facts;

/// Follows every path. All sequences are at hand.
pub(super) fn check(envelope: &Envelope<'_>, manifest: &Manifest<'_>, payloads: &[String], findings: &mut Vec<Finding>) {
    let bytes = unquestioned(manifest.bytes());
    let Some(believed) = believed(&bytes) else { return };
    let program = Program::new(&believed, |section| believed.get().sequence(section, envelope.member(section.key())));
    let Ok(program) = program else { return };
    match bindings(&program, &Facts::default()) {
        Err(error @ PathError::Dead(_)) => findings.push(Finding::new(&rules::DEAD, error.to_string())),
        Err(error) => findings.push(Finding::new(&rules::UNFOLLOWED, error.to_string())),
        Ok(found) => {
            for name in payloads.iter().filter(|name| !found.uses.iter().any(|used| used.uri == **name)) {
                findings.push(Finding::new(&rules::BALLAST, format!("payload {name} is used by no command, so nobody signed it")));
            }
            let mut unbound: Vec<&str> = found.uses.iter().filter(|used| !used.is_bound()).map(|used| used.uri.as_str()).collect();
            unbound.sort_unstable();
            unbound.dedup();
            for uri in unbound {
                let message = format!("payload {uri} is used by some path although no digest judges it there");
                findings.push(Finding::new(&rules::UNBOUND, message));
            }
            let known = findings.iter().filter(|finding| finding.rule == rules::UNCHECKED.id).count();
            for (checked, word) in [(found.vendor_checked, "vendor"), (found.class_checked, "class")] {
                if !checked && known == 0 {
                    findings.push(Finding::new(&rules::UNCHECKED, format!("some path does not check the {word}")));
                }
            }
        }
    }
}

/// An envelope around a manifest that [`Unquestioned`] vouches for. The processor takes nothing that nobody vouches for, and what a
/// linter asks is about the commands, not about who signed them; nothing comes of the answer.
fn unquestioned(manifest: Wrapped<'_>) -> Vec<u8> {
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

fn believed(envelope: &[u8]) -> Option<Authenticated<Manifest<'_>>> {
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

fn written(write: impl FnOnce(&mut Writer<Bytes>) -> Result<(), Infallible>) -> Vec<u8> {
    let mut writer = Writer::new(Bytes::default());
    let Ok(()) = write(&mut writer);
    writer.into_inner().0
}

#[derive(Default)]
struct Bytes(Vec<u8>);

impl Sink for Bytes {
    type Error = Infallible;

    fn push(&mut self, bytes: &[u8]) -> Result<(), Infallible> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}
