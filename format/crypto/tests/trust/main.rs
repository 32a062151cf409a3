//! Who is believed and who is not: the vectors of the suite, each under the claim it stands for. A reader that lets one through has
//! a named test that says which.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod blocks;
mod ciphers;
mod digests;
mod encoding;
mod manifests;
mod names;
mod signatures;
mod support;
