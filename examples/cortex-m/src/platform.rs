//! What this device can find out and do.

use suitpack_core::Envelope;
use suitpack_core::crypto::Digester;
use suitpack_core::manifest::command::{Condition, Directive};
use suitpack_processor::{Effect, Failure, Outcome, Parameters, Processor};

use crate::flash::{COMPONENTS, Flash};
use crate::verdict::Verdict;

/// The device while an update runs.
pub(crate) struct Platform<'p, 'a> {
    pub(crate) envelope: &'p Envelope<'a>,
    pub(crate) flash: &'p mut Flash,
    pub(crate) digester: &'p dyn Digester,
}

impl<'a> Platform<'_, 'a> {
    /// Runs a procedure to its end.
    pub(crate) fn run(&mut self, mut processor: Processor<'a, COMPONENTS>) -> Verdict {
        let mut effect = processor.begin();
        loop {
            let done = match effect {
                Effect::Check { condition, component, parameters } => self.check(condition, component, &parameters),
                Effect::Perform { directive, component, parameters } => self.perform(directive, component, &parameters),
                Effect::Completed(_) => Some(()),
                Effect::Finished => return self.finished(),
                Effect::Failed(failure) => return verdict(failure),
                // This device knows no dependencies.
                _ => None,
            };
            effect = processor.resume(done.map_or(Outcome::Failure, |()| Outcome::Success));
        }
    }

    /// Whether a condition holds. It has no side effect.
    fn check(&self, condition: Condition, component: u32, parameters: &Parameters<'a>) -> Option<()> {
        let holds = match condition {
            Condition::VendorIdentifier => parameters.vendor_identifier == Some(&VENDOR),
            Condition::ClassIdentifier => parameters.class_identifier == Some(&CLASS),
            Condition::ImageMatch => self.matches(component, parameters)?,
            _ => false,
        };
        holds.then_some(())
    }

    /// Reads back what was written and holds it against the signed digest and size.
    fn matches(&self, component: u32, parameters: &Parameters<'a>) -> Option<bool> {
        let image = self.flash.candidate(usize::try_from(component).ok()?);
        let sized = parameters.image_size.is_none_or(|size| usize::try_from(size) == Ok(image.len()));
        Some(sized && parameters.image_digest?.matches(self.digester, &[image])?)
    }

    fn perform(&mut self, directive: Directive, component: u32, parameters: &Parameters<'a>) -> Option<()> {
        // An encrypted image is nothing this device could run.
        #[cfg(feature = "full")]
        if parameters.encryption_info.is_some() {
            return None;
        }
        let component = usize::try_from(component).ok()?;
        match directive {
            Directive::Write => self.flash.write(component, parameters.content?),
            Directive::Fetch => {
                let wanted = parameters.uri?;
                let (_, image) = self.envelope.payloads().find(|(name, _)| *name == wanted)?;
                self.flash.write(component, image)
            }
            Directive::Copy => self.flash.copy(usize::try_from(parameters.source_component?).ok()?, component),
            _ => None,
        }
    }

    /// An update that wrote nothing installed nothing.
    fn finished(&self) -> Verdict {
        if self.flash.candidate(0).is_empty() { Verdict::Failed } else { Verdict::Installed }
    }
}

const fn verdict(failure: Failure) -> Verdict {
    match failure {
        Failure::ConditionFailed(Condition::VendorIdentifier | Condition::ClassIdentifier) => Verdict::OtherHardware,
        Failure::ConditionFailed(Condition::ImageMatch) => Verdict::OtherBytes,
        Failure::ComponentUnsupported | Failure::ParameterUnsupported(_) | Failure::TooMuchWork => Verdict::Limit,
        _ => Verdict::Failed,
    }
}

/// The vendor, a UUID of version 5 of `example.com`.
const VENDOR: [u8; 16] = [0xcf, 0xbf, 0xf0, 0xd1, 0x93, 0x75, 0x56, 0x85, 0x96, 0x8c, 0x48, 0xce, 0x8b, 0x15, 0xae, 0x17];

/// The class, a UUID of version 5 of `thermostat` in the vendor's name space.
const CLASS: [u8; 16] = [0x11, 0x5b, 0x22, 0xb1, 0xe1, 0x61, 0x5a, 0xf3, 0x92, 0x6f, 0x7b, 0x26, 0x96, 0x33, 0x93, 0x2c];
