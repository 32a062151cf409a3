use serde::{Deserialize, Serialize};

use super::hex;
use crate::description::Identity;

/// Who a device was when it remembered something: its identifiers in hexadecimal, as far as it had any.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Owner {
    /// The vendor identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
    /// The class identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// The device identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
}

impl Owner {
    /// What a description says of a device.
    pub(crate) fn of(identity: &Identity) -> Self {
        let hex = |id: &Option<Vec<u8>>| id.as_deref().map(hex);
        Self { vendor: hex(&identity.vendor), class: hex(&identity.class), device: hex(&identity.device) }
    }

    /// The first of its identifiers that `other` has otherwise. What one of them does not say is no difference.
    pub(crate) fn differs(&self, other: &Self) -> Option<&'static str> {
        let pairs = [
            ("vendor", &self.vendor, &other.vendor),
            ("class", &self.class, &other.class),
            ("device", &self.device, &other.device),
        ];
        pairs.into_iter().find(|(_, one, other)| one.is_some() && other.is_some() && one != other).map(|(which, ..)| which)
    }

    /// What one of them does not say.
    pub(crate) fn or(self, other: Self) -> Self {
        Self { vendor: self.vendor.or(other.vendor), class: self.class.or(other.class), device: self.device.or(other.device) }
    }
}
