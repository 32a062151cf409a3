//! The parameters of one component.

use suitpack_core::Digest;
#[cfg(feature = "encryption")]
use suitpack_core::cose::Encrypt;
use suitpack_core::manifest::command::{Condition, Directive};
#[cfg(feature = "update-management")]
use suitpack_core::manifest::metadata::ComponentMetadata;
use suitpack_core::manifest::parameter::Parameter;
#[cfg(feature = "transform")]
use suitpack_core::manifest::{Source, Transform};
#[cfg(feature = "update-management")]
use suitpack_core::manifest::{VersionMatch, WaitInfo};
use suitpack_core::registry::parameter as key;

/// What is set for a component (§8.4.8). The two parameters that steer the processor itself are not among them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parameters<'a> {
    /// suit-parameter-vendor-identifier
    pub vendor_identifier: Option<&'a [u8]>,
    /// suit-parameter-class-identifier
    pub class_identifier: Option<&'a [u8]>,
    /// suit-parameter-device-identifier
    pub device_identifier: Option<&'a [u8]>,
    /// suit-parameter-image-digest
    pub image_digest: Option<Digest<'a>>,
    /// suit-parameter-image-size
    pub image_size: Option<u64>,
    /// suit-parameter-component-slot
    pub component_slot: Option<u64>,
    /// suit-parameter-content
    pub content: Option<&'a [u8]>,
    /// suit-parameter-encryption-info
    #[cfg(feature = "encryption")]
    pub encryption_info: Option<Encrypt<'a>>,
    /// suit-parameter-uri
    pub uri: Option<&'a str>,
    /// suit-parameter-source-component
    pub source_component: Option<u64>,
    /// suit-parameter-invoke-args
    pub invoke_args: Option<&'a [u8]>,
    /// suit-parameter-fetch-arguments
    pub fetch_arguments: Option<&'a [u8]>,
    /// suit-parameter-use-before
    #[cfg(feature = "update-management")]
    pub use_before: Option<u64>,
    /// suit-parameter-minimum-battery
    #[cfg(feature = "update-management")]
    pub minimum_battery: Option<u64>,
    /// suit-parameter-update-priority
    #[cfg(feature = "update-management")]
    pub update_priority: Option<i64>,
    /// suit-parameter-version
    #[cfg(feature = "update-management")]
    pub version: Option<VersionMatch<'a>>,
    /// suit-parameter-wait-info
    #[cfg(feature = "update-management")]
    pub wait_info: Option<WaitInfo<'a>>,
    /// suit-parameter-component-metadata
    #[cfg(feature = "update-management")]
    pub component_metadata: Option<ComponentMetadata<'a>>,
    /// suit-parameter-transform
    #[cfg(feature = "transform")]
    pub transform: Option<Transform<'a>>,
}

impl<'a> Parameters<'a> {
    /// Replaces one value; gives back what is none of a component's.
    pub(crate) const fn set(&mut self, parameter: Parameter<'a>) -> Option<Parameter<'a>> {
        match parameter {
            Parameter::VendorIdentifier(value) => self.vendor_identifier = Some(value),
            Parameter::ClassIdentifier(value) => self.class_identifier = Some(value),
            Parameter::DeviceIdentifier(value) => self.device_identifier = Some(value),
            Parameter::ImageDigest(value) => self.image_digest = Some(value),
            Parameter::ImageSize(value) => self.image_size = Some(value),
            Parameter::ComponentSlot(value) => self.component_slot = Some(value),
            Parameter::Content(value) => self.content = Some(value),
            #[cfg(feature = "encryption")]
            Parameter::EncryptionInfo(value) => self.encryption_info = Some(value),
            Parameter::Uri(value) => self.uri = Some(value),
            Parameter::SourceComponent(value) => self.source_component = Some(value),
            Parameter::InvokeArgs(value) => self.invoke_args = Some(value),
            Parameter::FetchArguments(value) => self.fetch_arguments = Some(value),
            #[cfg(feature = "update-management")]
            Parameter::UseBefore(value) => self.use_before = Some(value),
            #[cfg(feature = "update-management")]
            Parameter::MinimumBattery(value) => self.minimum_battery = Some(value),
            #[cfg(feature = "update-management")]
            Parameter::UpdatePriority(value) => self.update_priority = Some(value),
            #[cfg(feature = "update-management")]
            Parameter::Version(value) => self.version = Some(value),
            #[cfg(feature = "update-management")]
            Parameter::WaitInfo(value) => self.wait_info = Some(value),
            #[cfg(feature = "update-management")]
            Parameter::ComponentMetadata(value) => self.component_metadata = Some(value),
            #[cfg(feature = "transform")]
            Parameter::Transform(value) => self.transform = Some(value),
            other => return Some(other),
        }
        None
    }

    /// The value under a label, if there is one.
    #[must_use]
    pub fn get(&self, label: i64) -> Option<Parameter<'a>> {
        match label {
            key::VENDOR_IDENTIFIER => self.vendor_identifier.map(Parameter::VendorIdentifier),
            key::CLASS_IDENTIFIER => self.class_identifier.map(Parameter::ClassIdentifier),
            key::DEVICE_IDENTIFIER => self.device_identifier.map(Parameter::DeviceIdentifier),
            key::IMAGE_DIGEST => self.image_digest.map(Parameter::ImageDigest),
            key::IMAGE_SIZE => self.image_size.map(Parameter::ImageSize),
            key::COMPONENT_SLOT => self.component_slot.map(Parameter::ComponentSlot),
            key::CONTENT => self.content.map(Parameter::Content),
            #[cfg(feature = "encryption")]
            key::ENCRYPTION_INFO => self.encryption_info.map(Parameter::EncryptionInfo),
            key::URI => self.uri.map(Parameter::Uri),
            key::SOURCE_COMPONENT => self.source_component.map(Parameter::SourceComponent),
            key::INVOKE_ARGS => self.invoke_args.map(Parameter::InvokeArgs),
            key::FETCH_ARGUMENTS => self.fetch_arguments.map(Parameter::FetchArguments),
            #[cfg(feature = "update-management")]
            key::USE_BEFORE => self.use_before.map(Parameter::UseBefore),
            #[cfg(feature = "update-management")]
            key::MINIMUM_BATTERY => self.minimum_battery.map(Parameter::MinimumBattery),
            #[cfg(feature = "update-management")]
            key::UPDATE_PRIORITY => self.update_priority.map(Parameter::UpdatePriority),
            #[cfg(feature = "update-management")]
            key::VERSION => self.version.map(Parameter::Version),
            #[cfg(feature = "update-management")]
            key::WAIT_INFO => self.wait_info.map(Parameter::WaitInfo),
            #[cfg(feature = "update-management")]
            key::COMPONENT_METADATA => self.component_metadata.map(Parameter::ComponentMetadata),
            #[cfg(feature = "transform")]
            key::TRANSFORM => self.transform.map(Parameter::Transform),
            _ => None,
        }
    }

    /// These, and what is set in `others` in place of what is set here.
    #[must_use]
    pub fn overridden_by(self, others: &Self) -> Self {
        let mut merged = self;
        for parameter in suitpack_core::registry::parameter::LABELS.iter().filter_map(|label| others.get(label.code)) {
            merged.set(parameter);
        }
        merged
    }

    /// Whether a condition has what it needs; without, it fails (§8.4.9).
    // SUIT-27, SUIT-28
    pub(crate) const fn suffice_for_condition(&self, condition: Condition) -> bool {
        match condition {
            Condition::VendorIdentifier => self.vendor_identifier.is_some(),
            Condition::ClassIdentifier => self.class_identifier.is_some(),
            Condition::DeviceIdentifier => self.device_identifier.is_some(),
            Condition::ImageMatch | Condition::ImageNotMatch | Condition::DependencyIntegrity => self.image_digest.is_some(),
            Condition::ComponentSlot => self.component_slot.is_some(),
            Condition::CheckContent => self.content.is_some(),
            #[cfg(feature = "update-management")]
            Condition::UseBefore => self.use_before.is_some(),
            #[cfg(feature = "update-management")]
            Condition::MinimumBattery => self.minimum_battery.is_some(),
            #[cfg(feature = "update-management")]
            Condition::UpdateAuthorized => self.update_priority.is_some(),
            #[cfg(feature = "update-management")]
            Condition::Version => self.version.is_some(),
            Condition::IsDependency => true,
            _ => false,
        }
    }

    /// Whether a directive has what it needs; without, it fails.
    pub(crate) const fn suffice_for_directive(&self, directive: Directive) -> bool {
        match directive {
            Directive::Write => self.content.is_some(),
            Directive::Fetch => self.uri.is_some(),
            Directive::Copy | Directive::Swap => self.source_component.is_some(),
            Directive::Invoke | Directive::ProcessDependency | Directive::Unlink => true,
            #[cfg(feature = "update-management")]
            Directive::Wait => self.wait_info.is_some(),
            // spec/transform.md: digest and size of the image and the named input are set.
            #[cfg(feature = "transform")]
            Directive::Transform => match self.transform {
                None => false,
                Some(transform) => {
                    let input = match transform.source {
                        Source::Uri => self.uri.is_some(),
                        Source::Component => self.source_component.is_some(),
                    };
                    input && self.image_digest.is_some() && self.image_size.is_some()
                }
            },
            _ => false,
        }
    }
}
