//! What can go wrong with one operation.

/// How an operation is interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The power fails before it.
    Before,
    /// The power fails after it.
    After,
    /// The power fails in it: the beginning is there.
    TornPrefix,
    /// The power fails in it: some of it is there.
    TornRandom,
    /// The power fails before it, and nothing that was not synced is there.
    Lost,
    /// The power fails after it, and some of what was not synced is there, in any order.
    Reordered,
    /// It fails, and the power does not.
    Error,
    /// It fails because there is no space left.
    Full,
    /// It fails when the beginning is there.
    Short,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Before,
        Self::After,
        Self::TornPrefix,
        Self::TornRandom,
        Self::Lost,
        Self::Reordered,
        Self::Error,
        Self::Full,
        Self::Short,
    ];

    /// Whether the power fails.
    #[must_use]
    pub const fn cuts(self) -> bool {
        !matches!(self, Self::Error | Self::Full | Self::Short)
    }

    /// Whether it says anything about this operation that the others do not.
    #[must_use]
    pub const fn fits(self, operation: Operation) -> bool {
        match self {
            Self::Before | Self::After | Self::Error => true,
            Self::TornPrefix | Self::TornRandom => operation.divisible,
            Self::Full => operation.writes,
            Self::Short => operation.writes && operation.divisible,
            Self::Lost | Self::Reordered => operation.pending,
        }
    }

    /// How it is written.
    #[must_use]
    pub fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }
}

/// An operation as it was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// It puts bytes down or erases some.
    pub writes: bool,
    /// It has parts that can be there without the others.
    pub divisible: bool,
    /// Something is not synced, before or after it.
    pub pending: bool,
}

/// Which operation is interrupted, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fault {
    /// The number of the operation since the device was switched on.
    pub at: usize,
    /// How.
    pub kind: Kind,
}

impl Fault {
    /// Where its chance comes from.
    #[must_use]
    pub const fn seed(self) -> u64 {
        (self.at as u64) << 8 | self.kind as u64
    }
}
