//! How packages are made: words become bytes, once, forward.
//!
//! A [`Recipe`] is read from `suitpack.toml`, [`build`] turns it and its images into a signed package, [`sign`] adds a signature to a
//! package that exists, [`sever`] takes members out and [`restore`] puts them back. Payloads are streamed; memory does not grow with them. No clock, no host name and no randomness reaches a
//! package: same recipe, same images, same keys, same bytes.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic))]

mod assemble;
mod block;
mod build;
mod digest;
mod draft;
mod encode;
mod encrypt;
mod error;
mod explain;
mod payload;
mod program;
mod recipe;
mod sever;
mod sign;

pub use assemble::{AssembleError, Assembled, assemble};
pub use block::seal;
pub use build::{Built, BuiltPayload, Options, Output, build};
pub use encrypt::Secrets;
pub use error::{BuildError, Cause, ImageFault, RecipientFault, SeverError, SigningError};
pub use explain::{Line, Reason, explain};
pub use recipe::{Recipe, RecipeError, Spot};
pub use sever::{Part, restore, sever};
pub use sign::sign;
