//! The components a command applies to, one after the other.

use suitpack_core::limits;
use suitpack_core::manifest::{ComponentIndex, Indices};

/// A set of component indices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Slots(u64);

impl Slots {
    /// The indices of this many components.
    pub(crate) fn first(count: usize) -> Self {
        (0..).take(count).fold(Self::default(), Self::with)
    }

    pub(crate) const fn with(self, index: u32) -> Self {
        Self(self.0 | bit(index))
    }

    pub(crate) const fn without(self, index: u32) -> Self {
        Self(self.0 & !bit(index))
    }

    pub(crate) const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn contains(self, index: u32) -> bool {
        self.0 & bit(index) != 0
    }

    /// The lowest index that is in both.
    pub(crate) fn common(self, other: Self) -> Option<u32> {
        Self(self.0 & other.0).next()
    }

    /// Indices there have to be for all of these.
    pub(crate) const fn extent(self) -> u32 {
        u64::BITS.saturating_sub(self.0.leading_zeros())
    }
}

impl Iterator for Slots {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let index = self.0.trailing_zeros();
        *self = self.without(index);
        (index < u64::BITS).then_some(index)
    }
}

#[cfg_attr(target_os = "none", inline(never))]
const fn bit(index: u32) -> u64 {
    match 1_u64.checked_shl(index) {
        Some(bit) => bit,
        None => 0,
    }
}

/// Hands out component indices in declared order or that of the array (§6.5).
#[derive(Clone, Copy, Debug)]
pub(crate) enum Targets<'a> {
    One(Option<u32>),
    Set(Slots),
    Many(Indices<'a>),
}

impl<'a> Targets<'a> {
    /// `all` is what an index of true stands for.
    pub(crate) const fn of(index: ComponentIndex<'a>, all: Slots) -> Self {
        match index {
            ComponentIndex::All => Self::Set(all),
            ComponentIndex::One(index) => Self::One(Some(index)),
            ComponentIndex::Many(indices) => Self::Many(indices),
        }
    }
}

impl Iterator for Targets<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        match self {
            Self::One(index) => index.take(),
            Self::Set(slots) => slots.next(),
            Self::Many(indices) => indices.next(),
        }
    }
}

// A set has room for every index that a manifest may use.
const _: () = assert!(limits::COMPONENTS <= 64);
