//! The author's public door.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::print_stderr, missing_docs)]

mod bad_recipes;
mod bench;
mod encryption;
mod explicit;
mod failures;
mod golden;
mod ietf;
mod intents;
mod promise;
mod random;
mod schema;
mod severing;
mod signing;
mod structure;
