//! What the bytes of a SUIT envelope mean (draft-ietf-suit-manifest-37), and who vouches for them.
//!
//! Bytes are read ([`cbor`], [`Envelope`]), what was read is vouched for ([`Trust`], [`Authenticated`]), and only what is vouched
//! for may act. No allocation, no unsafe code, no cryptography of its own.
#![no_std]
#![warn(clippy::arithmetic_side_effects, clippy::as_conversions)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects))]

mod authentication;
pub mod cbor;
pub mod cose;
pub mod crypto;
mod digest;
mod envelope;
mod error;
pub mod limits;
pub mod manifest;
mod profile;
pub mod registry;
pub mod report;
mod trust;
mod wrapped;

pub use authentication::{Authentication, Block, Blocks};
pub use digest::Digest;
pub use envelope::{Envelope, Head, Members, Payloads};
pub use error::{Error, ErrorKind, Fault};
pub use manifest::Manifest;
pub use profile::{Allowance, Profile};
pub use trust::{Authenticated, Judgement, Refusal, Trust};
pub use wrapped::Wrapped;
