//! Who can vouch and who can read: digests, signatures, encryption and key files for SUIT.
//!
//! The mathematics is that of other crates, RustCrypto's and dalek's for the most part; this one puts it behind the traits of
//! [`suitpack_core::crypto`]. One file and one feature for each algorithm; without `keyfile` and `aes-gcm` there is neither std
//! nor alloc.
#![no_std]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic))]

#[cfg(feature = "keyfile")]
extern crate std;

#[cfg(feature = "aes-ctr")]
mod aes_ctr;
#[cfg(feature = "aes-gcm")]
mod aes_gcm;
#[cfg(feature = "aes-kw")]
mod aes_kw;
#[cfg(feature = "keyfile")]
mod anchor;
#[cfg(feature = "chacha20poly1305")]
mod chacha20poly1305;
#[cfg(feature = "encryption")]
mod content;
#[cfg(feature = "ecdh")]
pub mod ecdh;
#[cfg(feature = "ecdsa")]
mod ecdsa;
#[cfg(feature = "ed25519")]
mod ed25519;
#[cfg(feature = "ed25519-small")]
mod ed25519_small;
#[cfg(feature = "hmac")]
mod hmac;
#[cfg(feature = "sha2")]
mod identity;
#[cfg(any(feature = "ecdsa", feature = "ed25519"))]
mod key;
#[cfg(feature = "keyfile")]
pub mod keyfile;
#[cfg(feature = "encryption")]
mod recipient;
#[cfg(feature = "encryption")]
mod seed;
#[cfg(feature = "sha2")]
mod sha2;
#[cfg(feature = "encryption")]
mod stream;

#[cfg(feature = "aes-kw")]
pub use aes_kw::WrappingKey;
#[cfg(feature = "keyfile")]
pub use anchor::{Anchor, Signer};
#[cfg(feature = "encryption")]
pub use content::ContentKey;
#[cfg(feature = "ecdsa")]
pub use ecdsa::{P256PublicKey, P256SigningKey};
#[cfg(feature = "ed25519")]
pub use ed25519::{Ed25519PublicKey, Ed25519SigningKey};
#[cfg(feature = "ed25519-small")]
pub use ed25519_small::Ed25519SmallPublicKey;
#[cfg(feature = "hmac")]
pub use hmac::HmacKey;
#[cfg(feature = "sha2")]
pub use identity::ALIAS_MAX;
#[cfg(any(feature = "ecdsa", feature = "ed25519"))]
pub use key::{PublicKey, SigningKey};
#[cfg(feature = "encryption")]
pub use recipient::{DecryptionKey, RecipientKey, SharedKey, Unopened};
#[cfg(feature = "encryption")]
pub use seed::Seed;
#[cfg(feature = "sha2")]
pub use sha2::{Sha2, Sha2Stream, Sha256Only, Sha256Stream};
#[cfg(feature = "encryption")]
pub use stream::{ContentStream, Unstarted, Way};
