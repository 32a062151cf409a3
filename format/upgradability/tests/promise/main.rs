//! The maker's promise: its instances, its table, and bytes nobody should have sent.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::unreachable)]

mod hostile;
mod instances;
mod model;
mod support;
