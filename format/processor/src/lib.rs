//! What a manifest makes a device do (draft-ietf-suit-manifest §6), without I/O of its own.
//!
//! The processor hands out one [`Effect`] at a time and is told its [`Outcome`]. [`drive()`] is the loop
//! of a device that waits for each; tracing and exploring every path are the caller's business: the state is small and `Clone`.
#![no_std]
#![warn(clippy::arithmetic_side_effects, clippy::as_conversions)]

mod drive;
mod effect;
mod frame;
mod interpreter;
mod order;
mod parameters;
mod platform;
mod position;
mod program;
pub mod report;
pub mod rollback;
mod targets;

pub use drive::drive;
pub use effect::{Effect, Failure, Outcome};
pub use interpreter::Processor;
pub use parameters::Parameters;
pub use platform::Platform;
pub use position::Position;
pub use program::{Procedure, Program};
