//! What the properties of a record tell of the outcome of its command.

use suitpack_core::manifest::Comparison;
use suitpack_core::manifest::command::{Condition, Directive};
use suitpack_core::manifest::parameter::{Parameter, Parameters as Properties};
use suitpack_core::registry::{self, parameter as key};
use suitpack_processor::Parameters;

/// What is done to a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Check(Condition),
    Perform(Directive),
}

impl Act {
    pub(super) const fn code(self) -> i64 {
        match self {
            Self::Check(condition) => condition.code(),
            Self::Perform(directive) => directive.code(),
        }
    }

    pub(super) const fn is_condition(self) -> bool {
        matches!(self, Self::Check(_))
    }
}

/// What was measured says of the outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Evidence {
    /// It held.
    Holds,
    /// It did not.
    Fails,
    /// Nothing.
    Open,
}

/// A property that cannot be: it is not measured here, and the manifest sets another value or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Foreign {
    pub(super) label: i64,
    pub(super) set: bool,
}

/// Weighs the properties of a record: measured values against what the manifest sets for them, all others for being just that
/// (draft-ietf-suit-report §3).
pub(super) fn evidence(act: Act, set: &Parameters<'_>, properties: Properties<'_>) -> Result<Evidence, Foreign> {
    let mut measured = Measured::default();
    for property in properties {
        let label = property.code();
        if is_measured(act, label) {
            measured.take(act, set, &property);
        } else if set.get(label) != Some(property) {
            return Err(Foreign { label, set: set.get(label).is_some() });
        }
    }
    let Act::Check(condition) = act else { return Ok(Evidence::Open) };
    Ok(match condition {
        _ if measured.differs && condition == Condition::ImageNotMatch => Evidence::Holds,
        _ if measured.differs => Evidence::Fails,
        Condition::ImageNotMatch if measured.same => Evidence::Fails,
        // A signature may be wrong where the digest is right.
        Condition::DependencyIntegrity => Evidence::Open,
        // The size may be what is wrong.
        Condition::ImageMatch if measured.same && (set.image_size.is_none() || measured.sized) => Evidence::Holds,
        Condition::ImageMatch => Evidence::Open,
        _ if measured.same => Evidence::Holds,
        _ => Evidence::Open,
    })
}

#[derive(Default)]
struct Measured {
    /// The value that decides is as it is to be.
    same: bool,
    /// Some value is not.
    differs: bool,
    /// The size is as it is to be.
    sized: bool,
}

impl Measured {
    fn take(&mut self, act: Act, set: &Parameters<'_>, property: &Parameter<'_>) {
        let mut hold = |right: bool| if right { self.same = true } else { self.differs = true };
        let beside = act == Act::Check(Condition::ImageNotMatch);
        match (*property, set.get(property.code())) {
            (_, None) => {}
            (Parameter::ImageDigest(found), Some(Parameter::ImageDigest(wanted))) => {
                // Digests of two algorithms say nothing of one another.
                if found.algorithm() == wanted.algorithm() {
                    hold(found == wanted);
                }
            }
            (Parameter::ImageSize(_), _) if beside => {}
            (Parameter::ImageSize(found), Some(Parameter::ImageSize(wanted))) if found == wanted => self.sized = true,
            (Parameter::ImageSize(_), _) => self.differs = true,
            (Parameter::UseBefore(now), Some(Parameter::UseBefore(end))) => hold(now < end),
            (Parameter::MinimumBattery(found), Some(Parameter::MinimumBattery(wanted))) => hold(found >= wanted),
            // What the application would let pass is not said.
            (Parameter::UpdatePriority(_), _) => {}
            (Parameter::Version(found), Some(Parameter::Version(wanted))) => {
                if found.comparison == Comparison::Equal {
                    hold(wanted.admits(&found.version.collect::<Vec<_>>()));
                }
            }
            (found, Some(wanted)) => hold(found == wanted),
        }
    }
}

/// Whether a command finds a value out, so that its record may say another one than the manifest.
const fn is_measured(act: Act, label: i64) -> bool {
    match act {
        Act::Check(condition) => match condition {
            Condition::ImageMatch | Condition::ImageNotMatch => matches!(label, key::IMAGE_DIGEST | key::IMAGE_SIZE),
            Condition::DependencyIntegrity => label == key::IMAGE_DIGEST,
            Condition::VendorIdentifier => label == key::VENDOR_IDENTIFIER,
            Condition::ClassIdentifier => label == key::CLASS_IDENTIFIER,
            Condition::DeviceIdentifier => label == key::DEVICE_IDENTIFIER,
            Condition::ComponentSlot => label == key::COMPONENT_SLOT,
            Condition::CheckContent => label == key::CONTENT,
            Condition::UseBefore => label == key::USE_BEFORE,
            Condition::MinimumBattery => label == key::MINIMUM_BATTERY,
            Condition::UpdateAuthorized => label == key::UPDATE_PRIORITY,
            Condition::Version => label == key::VERSION,
            _ => false,
        },
        Act::Perform(directive) => {
            let writes =
                matches!(directive, Directive::Write | Directive::Fetch | Directive::Copy | Directive::Swap | Directive::Transform);
            writes && matches!(label, key::IMAGE_DIGEST | key::IMAGE_SIZE)
        }
    }
}

/// The digest and the size among properties.
pub(super) fn digest_and_size<'a>(properties: Properties<'a>) -> (Option<suitpack_core::Digest<'a>>, Option<u64>) {
    let mut found = (None, None);
    for property in properties {
        match property {
            Parameter::ImageDigest(digest) => found.0 = Some(digest),
            Parameter::ImageSize(size) => found.1 = Some(size),
            _ => {}
        }
    }
    found
}

/// The name of a command in the CDDL.
pub(super) fn command_name(code: i64) -> String {
    registry::find(registry::command::LABELS, code).map_or_else(|| format!("command {code}"), |label| label.name.to_owned())
}

/// The name of a parameter in the CDDL.
pub(super) fn parameter_name(code: i64) -> String {
    registry::find(registry::parameter::LABELS, code).map_or_else(|| format!("parameter {code}"), |label| label.name.to_owned())
}
