//! A host as a device: a manifest is run against slots in files and block devices, and a power cut at any moment leaves either what
//! was there before or what the manifest wants.
//!
//! Nothing that is active changes before one record in the state store decides it. Everything a procedure writes goes to places
//! that are not active; the record names the new sequence numbers, active slots and lengths, and the steps that are still to be
//! done. Those can be repeated, and whoever starts the device next finishes them.

mod description;
mod medium;
pub mod redo;
mod state;
pub mod store;

pub use description::{Clock, Component, Description, DescriptionError, Facts, Identity, Layout, Location};
pub use medium::{FileMedium, Media, Medium, OpenError, Shadow};
pub use state::{Holding, Installed, Phase, Place, State, Step};
