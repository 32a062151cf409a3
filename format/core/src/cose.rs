//! COSE as SUIT uses it: tagged objects with detached payloads (RFC 9052, draft-ietf-suit-manifest §8.3).

mod header;
mod sign;

pub use header::Header;
pub use sign::{Sign1, sig_structure};
