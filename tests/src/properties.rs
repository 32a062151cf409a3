//! What holds of any bytes whatever: asserted on inputs that a fuzzer makes up, on the corpora kept of those, and on mutations.
//!
//! Each function takes one input and panics where a property does not hold.

mod cbor;
mod cose;
mod edn;
mod envelope;
mod recipe;
mod report;
mod sequence;

pub use cbor::{assert_copies, cbor};
pub use cose::cose;
pub use edn::edn;
pub use envelope::envelope;
pub use recipe::recipe;
pub use report::report;
pub use sequence::sequence;

/// A property: a function of one input.
pub type Property = fn(&[u8]);

/// All of them, by the names of the fuzz targets and the folders of the corpora.
pub const ALL: &[(&str, Property)] = &[
    ("cbor", cbor),
    ("cose", cose),
    ("edn", edn),
    ("envelope", envelope),
    ("recipe", recipe),
    ("report", report),
    ("sequence", sequence),
];
