//! Parameters: setting, overriding, copying.

use suitpack_core::manifest::parameter::{Parameter, Parameters as List};

use super::{Aborted, Processor};
use crate::effect::Failure;
use crate::frame::Role;
use crate::targets::Targets;

impl<'a, const COMPONENTS: usize> Processor<'a, COMPONENTS> {
    /// Sets parameters for each component: replaces values (§8.4.10.3), or sets only what is unset
    /// (draft-ietf-suit-trust-domains §5.6.1).
    // SUIT-25, SUIT-26
    pub(super) fn set_each(&mut self, parameters: List<'a>, targets: Targets<'a>, replace: bool) -> Result<(), Aborted> {
        for parameter in parameters {
            match parameter {
                Parameter::StrictOrder(_) if !replace && self.order.is_set() => {}
                Parameter::StrictOrder(strict) => self.order.set(strict),
                Parameter::SoftFailure(soft) => self.set_soft_failure(soft, replace)?,
                _ => {
                    for component in targets {
                        self.step()?;
                        let Some(place) = self.of_mut(component) else { return self.abort(Failure::ComponentUnsupported) };
                        if (replace || place.get(parameter.code()).is_none()) && place.set(parameter).is_some() {
                            return self.abort(Failure::ParameterUnsupported(parameter.code()));
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
    ) -> Result<(), Aborted> {
        let Some(values) = self.of(source).copied() else { return self.abort(Failure::ComponentUnsupported) };
        for label in labels {
            let Some(value) = values.get(label) else { return self.abort(Failure::ParameterNotSet(label)) };
            for component in targets {
                self.step()?;
                let Some(place) = self.of_mut(component) else { return self.abort(Failure::ComponentUnsupported) };
                place.set(value);
            }
        }
        Ok(())
    }

    /// §8.4.8.15: for the sequence it stands in, and only within try-each and run-sequence.
    // SUIT-37
    fn set_soft_failure(&mut self, soft: bool, replace: bool) -> Result<(), Aborted> {
        let frame = self.frames.top_mut().filter(|frame| matches!(frame.role, Role::Arm { .. } | Role::Run { .. }));
        let Some(frame) = frame else { return self.abort(Failure::SoftFailureMisplaced) };
        if replace || frame.soft_failure.is_none() {
            frame.soft_failure = Some(soft);
        }
        Ok(())
    }
}
