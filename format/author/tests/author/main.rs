//! The author's public door.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod bad_recipes;
mod bench;
mod failures;
mod golden;
mod signing;
mod promise;
mod schema;
mod severing;
mod structure;
