//! What this processor can do.

use suitpack_core::registry::{self, capability as key};
use suitpack_core::report::write::{Capabilities, Component, Labels};

/// The capability report of a device with this processor: every command and parameter of the registry, extensions and our own
/// (-257) included. Components and COSE algorithms are the device's: whatever its platform and its trust anchors were built with.
// SUIT-70
#[must_use]
pub const fn capabilities<'r>(components: &'r [Component<'r>], algorithms: &'r [i64]) -> Capabilities<'r> {
    Capabilities {
        components,
        commands: Labels::All(registry::command::LABELS),
        parameters: Labels::All(registry::parameter::LABELS),
        algorithms: Labels::These(algorithms),
        others: OTHER_CAPABILITIES,
        nested: &[],
    }
}

/// Elements of envelope, manifest, suit-common and suit-dependencies that are understood. Texts are not: they are not for devices.
pub const OTHER_CAPABILITIES: &[(i64, Labels<'static>)] = &[
    (key::ENVELOPE_CAPABILITIES, Labels::All(registry::envelope::LABELS)),
    (key::MANIFEST_CAPABILITIES, Labels::All(registry::manifest::LABELS)),
    (key::COMMON_CAPABILITIES, Labels::All(registry::common::LABELS)),
    (key::DEPENDENCY_CAPABILITIES, Labels::All(registry::dependency::LABELS)),
];
