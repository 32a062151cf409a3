//! Attacks on updates, by the classes of TUF and Uptane and what they are for SUIT: one scenario each at least, and what refuses it.
//! docs/attacks.md is the table.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod age;
mod authority;
mod bench;
mod endless;
mod keys;
mod mixing;
mod names;
mod secrets;
mod swapped;
