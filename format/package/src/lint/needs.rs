//! The parameters that commands work with.

use suitpack_core::manifest::command::{Condition, Directive};
use suitpack_core::registry::parameter as key;

/// The parameters a condition fails without (draft-ietf-suit-manifest §8.4.9, draft-ietf-suit-update-management §5).
pub(super) const fn condition_needs(condition: Condition) -> &'static [i64] {
    match condition {
        Condition::VendorIdentifier => &[key::VENDOR_IDENTIFIER],
        Condition::ClassIdentifier => &[key::CLASS_IDENTIFIER],
        Condition::DeviceIdentifier => &[key::DEVICE_IDENTIFIER],
        Condition::ImageMatch | Condition::ImageNotMatch | Condition::DependencyIntegrity => &[key::IMAGE_DIGEST],
        Condition::ComponentSlot => &[key::COMPONENT_SLOT],
        Condition::CheckContent => &[key::CONTENT],
        Condition::UseBefore => &[key::USE_BEFORE],
        Condition::MinimumBattery => &[key::MINIMUM_BATTERY],
        Condition::UpdateAuthorized => &[key::UPDATE_PRIORITY],
        Condition::Version => &[key::VERSION],
        _ => &[],
    }
}

/// What a directive fails without, and what else it works with.
pub(super) const fn directive_needs(directive: Directive) -> (&'static [i64], &'static [i64]) {
    match directive {
        // draft-ietf-suit-firmware-encryption §4: write and copy decrypt, fetch does not.
        Directive::Write => (&[key::CONTENT], &[key::ENCRYPTION_INFO, key::COMPONENT_METADATA, key::IMAGE_SIZE]),
        Directive::Fetch => (&[key::URI], &[key::FETCH_ARGUMENTS, key::COMPONENT_METADATA, key::IMAGE_DIGEST, key::IMAGE_SIZE]),
        Directive::Copy => {
            (&[key::SOURCE_COMPONENT], &[key::ENCRYPTION_INFO, key::COMPONENT_METADATA, key::IMAGE_DIGEST, key::IMAGE_SIZE])
        }
        Directive::Swap => (&[key::SOURCE_COMPONENT], &[]),
        // spec/transform.md
        Directive::Transform => (
            &[key::TRANSFORM, key::IMAGE_DIGEST, key::IMAGE_SIZE],
            &[key::URI, key::SOURCE_COMPONENT, key::FETCH_ARGUMENTS, key::ENCRYPTION_INFO, key::COMPONENT_METADATA],
        ),
        Directive::Invoke => (&[], &[key::INVOKE_ARGS]),
        Directive::Wait => (&[key::WAIT_INFO], &[]),
        _ => (&[], &[]),
    }
}
