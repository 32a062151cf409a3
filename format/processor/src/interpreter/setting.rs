//! Parameters: setting, overriding, copying.

use suitpack_core::manifest::parameter::{Parameter, Parameters as List};

use super::Processor;
use crate::effect::Failure;
use crate::frame::Role;
use crate::targets::Targets;

impl<'a, const COMPONENTS: usize> Processor<'a, COMPONENTS> {
    /// Sets parameters for each component: replaces values (§8.4.10.3), or sets only what is unset
    /// (draft-ietf-suit-trust-domains §5.6.1).
    // SUIT-25, SUIT-26
    pub(super) fn set_each(&mut self, parameters: List<'a>, targets: Targets<'a>, replace: bool) -> Result<(), Failure> {
        for parameter in parameters {
            match parameter {
                Parameter::StrictOrder(_) if !replace && self.order.is_set() => {}
                Parameter::StrictOrder(strict) => self.order.set(strict),
                Parameter::SoftFailure(soft) => self.set_soft_failure(soft, replace)?,
                _ => {
                    for component in targets {
                        self.step()?;
                        let place = self.of_mut(component)?;
                        if (replace || place.get(parameter.code()).is_none()) && place.set(parameter).is_some() {
                            return Err(Failure::ParameterUnsupported(parameter.code()));
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Copies parameters from one component to others (draft-ietf-suit-update-management §5.8). What is not set there cannot be
    /// copied; going on would leave the old value in place unnoticed. Strict-order and soft-failure are set for no component.
    #[cfg(feature = "update-management")]
    pub(super) fn copy_each(
        &mut self,
        source: u32,
        labels: impl Iterator<Item = i64>,
        targets: Targets<'a>,
    ) -> Result<(), Failure> {
        let values = *self.of(source)?;
        for label in labels {
            let value = values.get(label).ok_or(Failure::ParameterNotSet(label))?;
            for component in targets {
                self.step()?;
                self.of_mut(component)?.set(value);
            }
        }
        Ok(())
    }

    /// §8.4.8.15: for the sequence it stands in, and only within try-each and run-sequence.
    // SUIT-37
    fn set_soft_failure(&mut self, soft: bool, replace: bool) -> Result<(), Failure> {
        let frame = self.frames.top_mut().filter(|frame| matches!(frame.role, Role::Arm { .. } | Role::Run { .. }));
        let place = &mut frame.ok_or(Failure::SoftFailureMisplaced)?.soft_failure;
        if replace || place.is_none() {
            *place = Some(soft);
        }
        Ok(())
    }
}
