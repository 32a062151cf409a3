//! What this processor can do.

use suitpack_core::registry::{self, Label, capability as key};
use suitpack_core::report::write::{Capabilities, Component, Labels};

/// The capability report of a device with this processor: every command and parameter of the registry, extensions and our own
/// (-257) included, but for those that were left out when it was built. Components and COSE algorithms are the device's: whatever
/// its platform and its trust anchors were built with. A platform that lacks a command replaces the list.
// SUIT-70
#[must_use]
pub const fn capabilities<'r>(components: &'r [Component<'r>], algorithms: &'r [i64]) -> Capabilities<'r> {
    Capabilities {
        components,
        commands: Labels::Of(registry::command::LABELS, is_built),
        parameters: Labels::Of(registry::parameter::LABELS, is_built),
        algorithms: Labels::These(algorithms),
        others: OTHERS,
        nested: &[],
    }
}

/// Whether the text that defines a label is one that this processor was built with.
fn is_built(label: &Label) -> bool {
    let built = [
        (registry::FIRMWARE_ENCRYPTION, cfg!(feature = "encryption")),
        (registry::SUITPACK, cfg!(feature = "transform")),
        (registry::TRUST_DOMAINS, cfg!(feature = "trust-domains")),
        (registry::UPDATE_MANAGEMENT, cfg!(feature = "update-management")),
    ];
    !built.contains(&(label.draft, false))
}

/// Elements of envelope, manifest, suit-common and suit-dependencies. Those of texts are not among them: a device reads none.
const OTHERS: &[(i64, Labels<'static>)] = &[
    (key::ENVELOPE_CAPABILITIES, Labels::All(registry::envelope::LABELS)),
    (key::MANIFEST_CAPABILITIES, Labels::All(registry::manifest::LABELS)),
    (key::COMMON_CAPABILITIES, Labels::Of(registry::common::LABELS, is_built)),
    #[cfg(feature = "trust-domains")]
    (key::DEPENDENCY_CAPABILITIES, Labels::All(registry::dependency::LABELS)),
];
