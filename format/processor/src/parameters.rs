//! The parameters of one component.

use suitpack_core::Digest;
use suitpack_core::manifest::Transform;
use suitpack_core::manifest::command::{Condition, Directive};
use suitpack_core::manifest::parameter::Parameter;

/// What is set for a component (§8.4.8). The two parameters that steer the processor itself are not among them.
#[derive(Clone, Copy, Debug, Default)]
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
    /// suit-parameter-uri
    pub uri: Option<&'a str>,
    /// suit-parameter-source-component
    pub source_component: Option<u64>,
    /// suit-parameter-invoke-args
    pub invoke_args: Option<&'a [u8]>,
    /// suit-parameter-fetch-arguments
    pub fetch_arguments: Option<&'a [u8]>,
    /// suit-parameter-transform
    pub transform: Option<Transform<'a>>,
}

impl<'a> Parameters<'a> {
    /// Replaces one value; gives back what is none of a component's.
    pub(crate) fn set(&mut self, parameter: Parameter<'a>) -> Option<Parameter<'a>> {
        match parameter {
            Parameter::VendorIdentifier(value) => self.vendor_identifier = Some(value),
            Parameter::ClassIdentifier(value) => self.class_identifier = Some(value),
            Parameter::DeviceIdentifier(value) => self.device_identifier = Some(value),
            Parameter::ImageDigest(value) => self.image_digest = Some(value),
            Parameter::ImageSize(value) => self.image_size = Some(value),
            Parameter::ComponentSlot(value) => self.component_slot = Some(value),
            Parameter::Content(value) => self.content = Some(value),
            Parameter::Uri(value) => self.uri = Some(value),
            Parameter::SourceComponent(value) => self.source_component = Some(value),
            Parameter::InvokeArgs(value) => self.invoke_args = Some(value),
            Parameter::FetchArguments(value) => self.fetch_arguments = Some(value),
            Parameter::Transform(value) => self.transform = Some(value),
            other => return Some(other),
        }
        None
    }

    /// Whether a condition has what it needs; without, it fails (§8.4.9).
    pub(crate) const fn suffice_for_condition(&self, condition: Condition) -> bool {
        match condition {
            Condition::VendorIdentifier => self.vendor_identifier.is_some(),
            Condition::ClassIdentifier => self.class_identifier.is_some(),
            Condition::DeviceIdentifier => self.device_identifier.is_some(),
            Condition::ImageMatch => self.image_digest.is_some(),
            Condition::ComponentSlot => self.component_slot.is_some(),
            Condition::CheckContent => self.content.is_some(),
            _ => false,
        }
    }

    /// Whether a directive has what it needs; without, it fails.
    pub(crate) const fn suffice_for_directive(&self, directive: Directive) -> bool {
        match directive {
            Directive::Write => self.content.is_some(),
            Directive::Fetch => self.uri.is_some(),
            Directive::Copy | Directive::Swap => self.source_component.is_some(),
            Directive::Invoke => true,
            // spec/transform.md: digest and size of the image and the named input are set.
            Directive::Transform => match self.transform {
                None => false,
                Some(transform) => {
                    let input = match transform.source {
                        suitpack_core::manifest::Source::Uri => self.uri.is_some(),
                        suitpack_core::manifest::Source::Component => self.source_component.is_some(),
                    };
                    input && self.image_digest.is_some() && self.image_size.is_some()
                }
            },
            _ => false,
        }
    }
}
