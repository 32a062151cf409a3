//! What a device is: its identity, its components and where their bytes are, and what it knows of the world.

mod check;
mod error;
mod place;
mod read;
mod shape;
mod value;

use std::path::PathBuf;

pub use error::DescriptionError;
pub(crate) use place::name;

/// A device.
#[derive(Clone, Debug)]
pub struct Description {
    /// Who it is.
    pub identity: Identity,
    /// What can be installed on it.
    pub components: Vec<Component>,
    /// Where the state is kept: two copies, each in one half.
    pub state: Location,
    /// Where a block waits while two components are exchanged. Needed for that only.
    pub scratch: Option<Location>,
    /// What it knows of the world.
    pub facts: Facts,
    /// Files of the keys it believes in.
    pub anchors: Vec<Anchor>,
    /// Files of the keys that open what is encrypted for it.
    pub decryption_keys: Vec<PathBuf>,
}

impl Description {
    /// A commented description of a device with two slots.
    pub const TEMPLATE: &'static str = include_str!("description/template.toml");
}

/// A key that a device believes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// Its file.
    pub path: PathBuf,
    /// Identifiers of the components it may speak for, and for all below them; everything without.
    pub components: Option<Vec<Vec<Vec<u8>>>>,
}

/// Who a device is (draft-ietf-suit-manifest §8.4.8.2 to §8.4.8.5). A condition on what is not said fails.
#[derive(Clone, Debug, Default)]
pub struct Identity {
    /// The vendor identifier.
    pub vendor: Option<Vec<u8>>,
    /// The class identifier.
    pub class: Option<Vec<u8>>,
    /// The device identifier.
    pub device: Option<Vec<u8>>,
}

/// Something that can be installed.
#[derive(Clone, Debug)]
pub struct Component {
    /// The segments of its identifier.
    pub id: Vec<Vec<u8>>,
    /// Where it is.
    pub layout: Layout,
    /// The version of what is in it before anything is installed.
    pub version: Option<Vec<i64>>,
}

/// Where a component is, and how it is replaced.
#[derive(Clone, Debug)]
pub enum Layout {
    /// Slots take turns: the next image goes to one that is not active, which then becomes the active one.
    Alternate(Vec<Location>),
    /// One slot. The image waits in the staging area until it is whole and decided on, and is then copied over the old one.
    Single {
        /// Where it is run.
        slot: Location,
        /// Where it waits.
        staging: Location,
    },
    /// One slot, and an image that is active while that slot is not whole. The fallback is never written.
    Fallback {
        /// Where it is run.
        slot: Location,
        /// What is run meanwhile.
        fallback: Location,
    },
    /// Two slots of which the first is run. The image goes to the second, and both are then exchanged: the old one is kept.
    Swap {
        /// Where it is run.
        primary: Location,
        /// Where it waits, and where the old one is afterwards.
        secondary: Location,
    },
    /// Written at once and never active by itself: staging components, stores of old images, envelopes of dependencies.
    Working(Location),
}

impl Layout {
    /// The word for it in a description.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Alternate(_) => "a-b",
            Self::Single { .. } => "single",
            Self::Fallback { .. } => "fallback",
            Self::Swap { .. } => "swap",
            Self::Working(_) => "working",
        }
    }
}

/// A range of a file or of a block device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// Which file.
    pub path: PathBuf,
    /// Whether it is a block device, which is there or is not; a file that is missing is made.
    pub device: bool,
    /// Bytes before the range.
    pub offset: u64,
    /// Bytes of the range.
    pub size: u64,
    /// Bytes of the image that is there before anything is installed; the length of the file without.
    pub content: Option<u64>,
}

/// What a device knows of the world; a condition on what it does not know fails.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// What time it is.
    pub clock: Clock,
    /// What is left in the battery, in mWh (draft-ietf-suit-update-management §4.2).
    pub battery: Option<u64>,
    /// The least urgent priority that the user lets pass; smaller numbers are more urgent (draft-ietf-suit-update-management §4.3).
    pub authorized: Option<i64>,
    /// Whether the device is on mains power.
    pub power: bool,
    /// Whether there is a network.
    pub network: bool,
}

/// Where the time comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clock {
    /// The device has none: nothing is before or after anything.
    #[default]
    None,
    /// That of the host.
    System,
    /// Always this, in seconds since 1970.
    Fixed(u64),
}
