//! What this device can find out and do, as `suitpack_processor::drive` asks for it.

use suitpack_core::Envelope;
use suitpack_core::crypto::Digester;
use suitpack_core::manifest::command::{Condition, Directive};
use suitpack_processor::{Failure, Outcome, Parameters, Platform};

use crate::flash::Flash;
#[cfg(feature = "report")]
use crate::log::Log;
use crate::verdict::Verdict;

/// The device while an update runs.
pub(crate) struct Device<'p, 'a> {
    pub(crate) envelope: &'p Envelope<'a>,
    pub(crate) flash: &'p mut Flash,
    pub(crate) digester: &'p dyn Digester,
    #[cfg(feature = "report")]
    pub(crate) log: &'p mut Log<'a>,
}

impl<'a> Platform<'a> for Device<'_, 'a> {
    fn check(&mut self, condition: Condition, component: u32, parameters: &Parameters<'a>) -> Outcome {
        outcome(self.holds(condition, component, parameters))
    }

    fn perform(&mut self, directive: Directive, component: u32, parameters: &Parameters<'a>) -> Outcome {
        outcome(self.done(directive, component, parameters))
    }

    #[cfg(feature = "report")]
    fn report(&mut self, position: suitpack_processor::Position, outcome: Outcome) {
        self.log.record(position, outcome);
    }

    #[cfg(feature = "report")]
    fn failed(&mut self, position: Option<suitpack_processor::Position>, failure: Failure) {
        self.log.recorder.failed(position, failure);
    }
}

impl<'a> Device<'_, 'a> {
    /// Whether a condition holds. It has no side effect.
    fn holds(&mut self, condition: Condition, component: u32, parameters: &Parameters<'a>) -> Option<()> {
        let holds = match condition {
            Condition::VendorIdentifier => parameters.vendor_identifier == Some(&VENDOR),
            Condition::ClassIdentifier => parameters.class_identifier == Some(&CLASS),
            Condition::ImageMatch => self.matches(component, parameters)?,
            _ => false,
        };
        holds.then_some(())
    }

    /// Reads back what was written and holds it against the signed digest and size.
    fn matches(&mut self, component: u32, parameters: &Parameters<'a>) -> Option<bool> {
        let image = self.flash.candidate(usize::try_from(component).ok()?);
        let sized = parameters.image_size.is_none_or(|size| usize::try_from(size) == Ok(image.len()));
        let digest = parameters.image_digest?;
        let matches = sized && digest.matches(self.digester, &[image])?;
        #[cfg(feature = "report")]
        if matches {
            self.log.measured = Some(suitpack_core::manifest::parameter::Parameter::ImageDigest(digest));
        }
        Some(matches)
    }

    fn done(&mut self, directive: Directive, component: u32, parameters: &Parameters<'a>) -> Option<()> {
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

    /// What became of it. An update that wrote nothing installed nothing.
    pub(crate) fn verdict(&self, ended: Result<(), Failure>) -> Verdict {
        match ended {
            Ok(()) if self.flash.candidate(0).is_empty() => Verdict::Failed,
            Ok(()) => Verdict::Installed,
            Err(Failure::ConditionFailed(Condition::VendorIdentifier | Condition::ClassIdentifier)) => Verdict::OtherHardware,
            Err(Failure::ConditionFailed(Condition::ImageMatch)) => Verdict::OtherBytes,
            Err(Failure::ComponentUnsupported | Failure::ParameterUnsupported(_) | Failure::TooMuchWork) => Verdict::Limit,
            Err(_) => Verdict::Failed,
        }
    }
}

fn outcome(done: Option<()>) -> Outcome {
    done.map_or(Outcome::Failure, |()| Outcome::Success)
}

/// The vendor, a UUID of version 5 of `example.com`.
const VENDOR: [u8; 16] = [0xcf, 0xbf, 0xf0, 0xd1, 0x93, 0x75, 0x56, 0x85, 0x96, 0x8c, 0x48, 0xce, 0x8b, 0x15, 0xae, 0x17];

/// The class, a UUID of version 5 of `thermostat` in the vendor's name space.
const CLASS: [u8; 16] = [0x11, 0x5b, 0x22, 0xb1, 0xe1, 0x61, 0x5a, 0xf3, 0x92, 0x6f, 0x7b, 0x26, 0x96, 0x33, 0x93, 0x2c];
