//! Who can vouch: digests, signatures and key files for SUIT.
//!
//! The mathematics is that of the RustCrypto and dalek crates; this crate puts it behind the traits of
//! [`suitpack_core::crypto`]. One file and one feature for each algorithm; without `keyfile` there is neither std nor alloc.
#![no_std]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic))]

#[cfg(feature = "keyfile")]
extern crate std;

#[cfg(feature = "ecdsa")]
mod ecdsa;
#[cfg(feature = "ed25519")]
mod ed25519;
#[cfg(any(feature = "ecdsa", feature = "ed25519"))]
mod identity;
#[cfg(any(feature = "ecdsa", feature = "ed25519"))]
mod key;
#[cfg(feature = "keyfile")]
pub mod keyfile;
#[cfg(feature = "sha2")]
mod sha2;

#[cfg(feature = "ecdsa")]
pub use ecdsa::{P256PublicKey, P256SigningKey};
#[cfg(feature = "ed25519")]
pub use ed25519::{Ed25519PublicKey, Ed25519SigningKey};
#[cfg(any(feature = "ecdsa", feature = "ed25519"))]
pub use identity::ALIAS_MAX;
#[cfg(any(feature = "ecdsa", feature = "ed25519"))]
pub use key::{PublicKey, SigningKey};
#[cfg(feature = "sha2")]
pub use sha2::{Sha2, Sha256Stream};
