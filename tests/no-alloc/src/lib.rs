//! A device's share of suitpack, linked without an allocator.
#![no_std]

#[cfg(feature = "control")]
extern crate alloc;

use core::panic::PanicInfo;

use suitpack_core::cbor::Reader;
use suitpack_core::cose::Encrypt;
use suitpack_core::crypto::VerifySignature;
use suitpack_core::{Envelope, Profile, Trust};
use suitpack_crypto::{DecryptionKey, Ed25519PublicKey, P256SigningKey, Sha2};
use suitpack_processor::{Effect, Procedure, Processor, Program};
use suitpack_upgradability::Statement;

/// Says whether an envelope is signed by a key and its update procedure can begin.
fn accepts(envelope: &[u8], key: &[u8; 32]) -> bool {
    let Ok(envelope) = Envelope::parse(envelope) else { return false };
    let Some(key) = Ed25519PublicKey::from_bytes(key) else { return false };
    let anchors: [&dyn VerifySignature; 1] = [&key];
    let trust = Trust { digester: &Sha2, anchors: &anchors, profile: Profile::Strict };
    let Ok(manifest) = envelope.authenticate(&trust) else { return false };
    let program = Program::new(&manifest, |section| manifest.get().sequence(section, envelope.member(section.key())));
    let Ok(program) = program else { return false };
    let Ok(mut processor) = Processor::<8>::new(program, Procedure::Update) else { return false };
    let promise = envelope.member(suitpack_core::registry::envelope::UPGRADABILITY);
    let understood = promise.is_none_or(|member| Statement::parse(member.content()).is_ok());
    understood && !matches!(processor.begin(), Effect::Failed(_))
}

/// Says whether a payload can be decrypted with a private key.
fn opens(info: &[u8], secret: &[u8; 32], payload: &mut [u8]) -> bool {
    let Ok(info) = Encrypt::read(&mut Reader::new(info)) else { return false };
    let Some(key) = P256SigningKey::from_bytes(secret).map(DecryptionKey::P256) else { return false };
    let Ok(content) = key.content_key(&info) else { return false };
    match content.stream(info.iv()) {
        Some(mut stream) => stream.apply(payload).is_some(),
        None => content.open(&info, payload).is_some(),
    }
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
