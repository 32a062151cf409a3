//! A device that takes updates: suitpack-core reads and authenticates, suitpack-processor says what to do, this does it.
//!
//! Everything here is portable; `main.rs` is the board.
#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod flash;
#[cfg(feature = "report")]
mod log;
mod platform;
mod verdict;

pub use flash::{Flash, SLOT};
#[cfg(feature = "report")]
pub use log::Log;
pub use verdict::Verdict;

use suitpack_core::crypto::{Digester, VerifySignature};
use suitpack_core::manifest::{Member, Section, Sequence};
use suitpack_core::{Authenticated, Envelope, Manifest, Profile, Trust};
use suitpack_processor::{Procedure, Processor, Program, drive};

use flash::COMPONENTS;
use platform::Device;

/// Takes a package: all of it or nothing. What is active in `flash` changes only if the verdict is [`Verdict::Installed`].
pub fn update<'a>(
    package: &'a [u8],
    flash: &mut Flash,
    anchor: &dyn VerifySignature,
    digester: &dyn Digester,
    #[cfg(feature = "report")] log: &mut Log<'a>,
) -> Verdict {
    let Ok(envelope) = Envelope::parse(package) else { return Verdict::Unreadable };
    let trust = Trust { digester, anchors: &[anchor], profile: Profile::Strict };
    let manifest = match envelope.authenticate(&trust) {
        Ok(manifest) => manifest,
        Err(refusal) => return refusal.into(),
    };
    // draft-ietf-suit-manifest §6.1: rollback is refused before any command runs.
    let sequence = manifest.get().sequence_number();
    if sequence < flash.sequence() {
        return Verdict::Rollback;
    }
    let components = manifest.get().common().components();
    if components.len() > COMPONENTS
        || !components.zip(NAMES).all(|(component, name)| component.segments().eq(name.iter().copied()))
    {
        return Verdict::OtherHardware;
    }
    let device = Device {
        envelope: &envelope,
        flash,
        digester,
        #[cfg(feature = "report")]
        log,
    };
    let verdict = install(&manifest, device);
    if verdict == Verdict::Installed {
        flash.commit(sequence);
    } else {
        flash.discard();
    }
    verdict
}

/// Runs the update procedure. In a function of its own: its stack is free again where signatures are checked.
#[inline(never)]
fn install<'a>(manifest: &Authenticated<Manifest<'a>>, mut device: Device<'_, 'a>) -> Verdict {
    #[cfg(feature = "report")]
    device.log.begin(manifest.get());
    let program = Program::new(manifest, |section| body(manifest, device.envelope, section, device.digester));
    let verdict = match program.map(|program| Processor::<COMPONENTS>::new(program, Procedure::Update)) {
        Err(verdict) => return verdict,
        Ok(Err(_)) => return Verdict::Limit,
        // This device knows no dependencies.
        Ok(Ok(mut processor)) => {
            let ended = drive(&mut processor, &mut [], &mut device);
            device.verdict(ended)
        }
    };
    #[cfg(feature = "report")]
    device.log.close(device.envelope, manifest.get());
    verdict
}

/// The sequence of a section. One that was taken out of the manifest has to have the digest that was left in its place.
fn body<'a>(
    manifest: &Authenticated<Manifest<'a>>,
    envelope: &Envelope<'a>,
    section: Section,
    digester: &dyn Digester,
) -> Result<Option<Sequence<'a>>, Verdict> {
    let severed = envelope.member(section.key());
    if let (Member::Severed(digest), Some(body)) = (manifest.get().member(section.key()), severed)
        && digest.matches(digester, &[body.encoded()]) != Some(true)
    {
        return Err(Verdict::OtherBytes);
    }
    manifest.get().sequence(section, severed).map_err(|_| Verdict::Unreadable)
}

/// The names of the components: a package names the first, or both.
const NAMES: [&[&[u8]]; COMPONENTS] = [&[b"app"], &[b"app", b"staging"]];
