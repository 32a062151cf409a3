//! Strict order: which commands may run beside one another (§6.7).

use crate::targets::Slots;

/// Whether commands are to complete in order, and what was touched since they need not.
///
/// This processor hands effects out one by one, which is an order that strict-order false allows as well. It refuses what would come
/// out differently for a processor that takes the freedom.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Order {
    /// As set; true without (§8.4.8.14).
    strict: Option<bool>,
    /// By commands that may still be running.
    touched: Touched,
    /// By all commands of the section, or of the isolated sequence.
    within: Touched,
}

/// Components that commands write and read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Touched {
    pub(crate) targets: Slots,
    pub(crate) sources: Slots,
}

impl Touched {
    const fn and(self, other: Self) -> Self {
        Self { targets: self.targets.union(other.targets), sources: self.sources.union(other.sources) }
    }
}

impl Order {
    /// The order within a sequence that is isolated from those beside it.
    pub(crate) fn isolated() -> Self {
        Self { strict: Some(true), ..Self::default() }
    }

    pub(crate) fn is_strict(&self) -> bool {
        self.strict.unwrap_or(true)
    }

    pub(crate) const fn is_set(&self) -> bool {
        self.strict.is_some()
    }

    /// Back at true, everything before completes first; what ran while it was true has completed.
    pub(crate) fn set(&mut self, strict: bool) {
        if strict || self.is_strict() {
            self.touched = Touched::default();
        }
        self.strict = Some(strict);
    }

    /// At the end of a section all commands complete.
    // SUIT-39
    pub(crate) fn section_ended(&mut self) {
        *self = Self { strict: self.strict, ..Self::default() };
    }

    /// A component that a command would write while another reads it, or read while another writes.
    // SUIT-40
    pub(crate) fn clash(&self, new: Touched) -> Option<u32> {
        new.targets.common(self.touched.sources).or_else(|| new.sources.common(self.touched.targets))
    }

    pub(crate) const fn touch(&mut self, new: Touched) {
        self.touched = self.touched.and(new);
        self.within = self.within.and(new);
    }

    /// Takes in an isolated sequence that has come to its end: it runs beside what is still to come.
    pub(crate) const fn take_in(&mut self, isolated: &Self) {
        self.touch(isolated.within);
    }
}
