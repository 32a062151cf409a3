//! A host as a device: a manifest is run against slots in files and block devices, and a power cut at any moment leaves either what
//! was there before or what the manifest wants.
//!
//! Nothing that is active changes before one record in the state store decides it. Everything a procedure writes goes to places
//! that are not active; the record names the new sequence numbers, active slots and lengths, and the steps that are still to be
//! done. Those can be repeated, and whoever starts the device next finishes them.

mod commit;
mod conditions;
mod description;
mod device;
mod engine;
mod failed;
mod measured;
mod medium;
mod opened;
mod overview;
mod places;
pub mod redo;
mod request;
mod state;
pub mod store;
mod streams;
mod supply;
mod watch;

pub use description::{Anchor, Clock, Component, Description, DescriptionError, Facts, Identity, Layout, Location};
pub use device::Device;
pub use failed::Failed;
pub use medium::{FileMedium, Looked, Media, Medium, OpenError, Shadow};
pub use overview::{Held, Overview};
pub use redo::StartError;
pub use request::{Access, Done, Request, Source};
pub use state::{Before, Floor, Floors, Holding, Installed, Owner, Phase, Place, State, Step, Summed};
pub use suitpack_processor::{Position, Procedure};
pub use watch::{Event, Watch};
