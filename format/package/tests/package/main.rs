//! What packages are told, through the public door.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod bench;
mod diff;
mod lint;
mod skew;
mod verdicts;
