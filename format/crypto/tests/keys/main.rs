//! Keys, signatures and key files, held against RFCs, published vectors and the openssl tool.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::print_stderr)]

mod blocks;
mod cose_key;
mod encryption;
mod formats;
mod hmac;
mod hostile;
mod openssl;
mod signatures;
mod streams;
mod support;
mod wycheproof;
