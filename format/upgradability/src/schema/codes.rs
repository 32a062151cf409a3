use super::Codes;

/// Whether a product can be updated (NTIA key element 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Updatable {
    /// It cannot.
    No,
    /// All of it can.
    Yes,
    /// Some components can.
    Partly,
}

impl Updatable {
    /// The value of a code.
    #[must_use]
    pub const fn from_code(code: u64) -> Option<Self> {
        match code {
            0 => Some(Self::No),
            1 => Some(Self::Yes),
            2 => Some(Self::Partly),
            _ => None,
        }
    }

    /// The code on the wire.
    #[must_use]
    pub const fn code(self) -> u64 {
        match self {
            Self::No => 0,
            Self::Yes => 1,
            Self::Partly => 2,
        }
    }
}

macro_rules! codes {
    ($($name:ident $closed:literal: $($code:literal $text:literal),+;)*) => {
        $(pub(super) const $name: &Codes = &Codes { names: &[$(($code, $text)),+], closed: $closed };)*
    };
}

codes! {
    UPDATABLE true: 0 "no", 1 "yes", 2 "partly";
    REASON false: 1 "constrained", 2 "immutable-by-design", 3 "safety-certification", 4 "mechanism-retired";
    ROLE false: 0 "other", 1 "boot", 2 "os", 3 "application", 4 "radio", 5 "secure-element", 6 "fpga", 7 "ml-model",
        8 "configuration", 9 "trust-anchors", 10 "companion-app", 11 "cloud-service", 12 "gateway", 13 "accessory";
    MECHANISM false: 0 "other", 1 "automatic-ota", 2 "user-initiated-ota", 3 "app-mediated", 4 "removable-media",
        5 "host-computer", 6 "service-centre", 7 "gateway-proxied", 8 "fleet-managed", 9 "on-site-technician",
        10 "hardware-replacement";
    TRANSPORT false: 0 "other", 1 "https", 2 "coap", 3 "mqtt", 4 "lwm2m", 5 "matter-ota", 6 "ble", 7 "zigbee-ota", 8 "z-wave",
        9 "lorawan-fuota", 10 "cellular", 11 "usb-dfu", 12 "mass-storage", 13 "serial", 14 "can-uds", 15 "ethernet-local",
        16 "wifi-local", 17 "lvfs", 18 "satellite", 19 "thread";
    CONSENT true: 0 "none", 1 "notify-only", 2 "opt-out", 3 "opt-in-once", 4 "each-update";
    COST true: 0 "free", 1 "subscription", 2 "per-update-fee", 3 "conditional";
    PREREQUISITE false: 1 "internet", 2 "lan", 3 "bluetooth-range", 4 "cellular-plan", 5 "companion-app", 6 "computer", 7 "hub",
        8 "physical-access", 9 "special-tool", 10 "mains-power";
    ACCOUNT true: 0 "none", 1 "manufacturer", 2 "third-party";
    START_BASIS false: 1 "first-unit-placed-on-market", 2 "this-unit-placed-on-market", 3 "last-unit-placed-on-market",
        4 "manufacture", 5 "purchase", 6 "activation", 7 "release-of-this-version", 8 "fixed-date";
    PHASE true: 1 "full", 2 "security-only", 3 "critical-only", 4 "extended";
    EXTENSION true: 0 "none-planned", 1 "possible-free", 2 "possible-paid", 3 "rolling";
    CONDITION false: 1 "latest-version-only", 2 "account", 3 "subscription", 4 "region", 5 "unmodified-device",
        6 "registered-product", 7 "internet";
    SEVERITY true: 0 "none", 1 "low", 2 "medium", 3 "high", 4 "critical";
    EVENT false: 1 "update-available", 2 "installed", 3 "failed", 4 "support-ending", 5 "support-ended",
        6 "vulnerability-advisory", 7 "statement-changed";
    MEANS false: 1 "on-device-ui", 2 "indicator", 3 "companion-app", 4 "email", 5 "sms", 6 "web", 7 "feed", 8 "csaf", 9 "post",
        10 "fleet-console", 11 "retailer", 12 "voice";
    BEHAVIOUR false: 1 "works-unchanged", 2 "local-only", 3 "reduced-function", 4 "loses-cloud", 5 "stops-working",
        6 "leaves-network", 7 "unlocked-for-third-party", 8 "handed-to-steward", 9 "undecided";
    OPTION false: 1 "isolate", 2 "replace", 3 "trade-in", 4 "recycle", 5 "erase-data", 6 "paid-extension",
        7 "third-party-firmware", 8 "refund";
    ROLLBACK true: 0 "none", 1 "software", 2 "hardware-counter", 3 "hardware-with-authorised-downgrade";
    RECOVERY true: 0 "none", 1 "a-b", 2 "golden-image", 3 "resumable", 4 "service-only";
    REPORTING true: 0 "none", 1 "telemetry", 2 "suit-report", 3 "attestation";
    CHANGE true: 0 "unchanged", 1 "extended", 2 "shortened", 3 "corrected", 4 "transferred", 5 "withdrawn";
    CLAIM true: 0 "not-applicable", 1 "self-declared", 2 "assessed", 3 "certified", 4 "exempt", 5 "planned";
}
