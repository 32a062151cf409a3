//! A device's share of suitpack, linked without an allocator.
#![no_std]

#[cfg(feature = "control")]
extern crate alloc;

use core::panic::PanicInfo;

use suitpack_core::cbor::{Reader, SliceSink, Writer};
use suitpack_core::cose::Encrypt;
use suitpack_core::crypto::VerifySignature;
use suitpack_core::manifest::command::{Condition, Directive};
use suitpack_core::{Digest, Envelope, Manifest, Profile, Trust};
use suitpack_crypto::{DecryptionKey, Ed25519PublicKey, P256SigningKey, Sha2};
use suitpack_processor::report::{About, Recorder, capabilities};
use suitpack_processor::{Failure, Outcome, Parameters, Platform, Position, Procedure, Processor, Program, drive};
use suitpack_upgradability::Statement;

/// Says whether an envelope is signed by a key, its update procedure comes to its end, and that can be reported.
fn accepts(envelope: &[u8], key: &[u8; 32]) -> bool {
    let Ok(envelope) = Envelope::parse(envelope) else { return false };
    let Some(key) = Ed25519PublicKey::from_bytes(key) else { return false };
    let anchors: [&dyn VerifySignature; 1] = [&key];
    let trust = Trust { digester: &Sha2, anchors: &anchors, profile: Profile::Strict };
    let Ok(manifest) = envelope.authenticate(&trust) else { return false };
    let program = Program::new(&manifest, |section| manifest.get().sequence(section, envelope.member(section.key())));
    let Ok(program) = program else { return false };
    let promise = envelope.member(suitpack_core::registry::envelope::UPGRADABILITY);
    let understood = promise.is_none_or(|member| Statement::parse(member.content()).is_ok());
    understood && envelope.authentication().is_ok_and(|vouched| runs(manifest.get(), vouched.digest(), program))
}

fn runs<'a>(manifest: &Manifest<'a>, manifest_digest: Digest<'a>, program: Program<'a>) -> bool {
    let Ok(mut processor) = Processor::<8>::new(program, Procedure::Update) else { return false };
    let (mut records, mut report) = ([0; 256], [0; 512]);
    let mut device = Device(Recorder::new(&mut records));
    let end = drive(&mut processor, &mut [None], &mut device);
    let about = About {
        manifest_uri: manifest.reference_uri().unwrap_or_default(),
        manifest_digest,
        nonce: None,
        capabilities: Some(capabilities(&[], &[])),
    };
    let written = device.0.write(&about, &mut Writer::new(SliceSink::new(&mut report)));
    end.is_ok() && written.is_ok()
}

/// A device that holds everything for true and keeps records.
struct Device<'b>(Recorder<'b>);

impl<'a> Platform<'a> for Device<'_> {
    fn check(&mut self, _: Condition, _: u32, _: &Parameters<'a>) -> Outcome {
        Outcome::Success
    }

    fn perform(&mut self, _: Directive, _: u32, _: &Parameters<'a>) -> Outcome {
        Outcome::Success
    }

    fn report(&mut self, position: Position, outcome: Outcome) {
        self.0.record(position, outcome, None, &[]);
    }

    fn failed(&mut self, position: Option<Position>, failure: Failure) {
        self.0.failed(position, failure);
    }
}

/// Says whether a payload can be decrypted with a private key.
fn opens(info: &[u8], secret: &[u8; 32], payload: &mut [u8]) -> bool {
    let Ok(info) = Encrypt::read(&mut Reader::new(info)) else { return false };
    let Some(key) = P256SigningKey::from_bytes(secret).map(DecryptionKey::P256) else { return false };
    let Ok(content) = key.content_key(&info) else { return false };
    let size = u64::try_from(payload.len()).unwrap_or(u64::MAX);
    let Ok(mut stream) = content.decrypt(&info, size) else { return false };
    let Some(end) = payload.len().checked_sub(content.algorithm().tag_length()) else { return false };
    let (text, tag) = payload.split_at_mut(end);
    stream.apply(text).is_some() && stream.open(tag).is_some()
}

/// The door through which nothing of it is left out.
#[unsafe(no_mangle)]
pub extern "C" fn suitpack_accepts() -> bool {
    accepts(core::hint::black_box(&[]), core::hint::black_box(&[0; 32]))
        || opens(core::hint::black_box(&[]), core::hint::black_box(&[0; 32]), core::hint::black_box(&mut []))
}

#[cfg(feature = "control")]
#[unsafe(no_mangle)]
pub extern "C" fn suitpack_control() -> usize {
    alloc::vec::Vec::<u8>::with_capacity(core::hint::black_box(8)).capacity()
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    loop {}
}
