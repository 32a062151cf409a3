//! How much of what the drafts' own examples do against the text is let pass.

/// What a reader lets pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// The text, and the algorithms of draft-ietf-suit-mti.
    #[default]
    Strict,
    /// Also what an [`Allowance`] or a deprecated algorithm number (ES256 (-7), EdDSA (-8)) names.
    Lenient,
}

/// Something of a manifest that only the lenient profile lets pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Allowance {
    /// A dependency's index names no component (draft-ietf-suit-trust-domains §5.2.2), as in the examples of the drafts, which
    /// number dependencies behind the components.
    IndexBeyondComponents,
    /// The keys of the CoSWID are in no order, for which RFC 9393 asks none. Nothing of it is read then.
    CoswidOrder,
}
