//! COSE as SUIT uses it: tagged objects with detached payloads (RFC 9052, draft-ietf-suit-manifest §8.3,
//! draft-ietf-suit-firmware-encryption).

mod bucket;
mod encrypt;
mod header;
mod key;
mod mac;
mod sign;
mod structure;

pub use encrypt::{Content, Distribution, Encrypt, Recipient, Recipients, enc_structure, kdf_context};
pub use header::Header;
pub use key::{Key, Y};
pub use mac::{Mac, Mac0, mac_structure};
pub use sign::{Sign, Sign1, Signature, Signatures, sig_structure};
