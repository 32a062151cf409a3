//! Where a statement is when one looks at a manifest.

use suitpack_core::manifest::Member;
use suitpack_core::registry::manifest::UPGRADABILITY;
use suitpack_core::{Manifest, Wrapped};

/// Three states, never two: a statement that is withheld is not one that was never made.
#[derive(Clone, Copy, Debug)]
pub enum Carrier<'a> {
    /// It is here. If it was severed, its digest is the caller's to compare.
    Present(Wrapped<'a>),
    /// The manifest binds one that is not here.
    Withheld,
    /// The maker says nothing through this manifest.
    Absent,
}

/// Finds the statement of a manifest; `severed` is the member of the envelope under the same key.
#[must_use]
pub fn carried<'a>(manifest: &Manifest<'a>, severed: Option<Wrapped<'a>>) -> Carrier<'a> {
    match (manifest.member(UPGRADABILITY), severed) {
        (Member::Inline(body), _) | (Member::Severed(_), Some(body)) => Carrier::Present(body),
        (Member::Severed(_), None) => Carrier::Withheld,
        (Member::Absent, _) => Carrier::Absent,
    }
}
