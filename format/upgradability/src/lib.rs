//! What a maker promises about updates: whether a product gets them, how, and until when (spec/upgradability.md).
//!
//! A [`Statement`] is read without allocation and checked whole; a [`Floor`] is what a device keeps of it. One table,
//! [`schema::STATEMENT`], serves the reader, the writer, the JSON projection and the words for people.
#![no_std]
#![warn(clippy::arithmetic_side_effects, clippy::as_conversions)]

mod carrier;
mod date;
mod describe;
mod encode;
mod floor;
mod json;
pub mod limits;
pub mod schema;
mod statement;
mod support;
mod walk;

pub use carrier::{Carrier, carried};
pub use date::{Date, NotADate};
pub use describe::describe;
pub use encode::{Fault, Problem, Shape, Source, encode};
pub use floor::Floor;
pub use json::write_json;
pub use schema::Updatable;
pub use statement::{Channel, Channels, Horizon, Horizons, Statement};
pub use support::{ChannelAnswer, Guarantee, Support, Unclear};
