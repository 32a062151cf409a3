//! The records of a report, one after the other.

use suitpack_core::report::{Entries, Entry, Record, SystemClaims};

/// How far a report was followed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trace<'a> {
    entries: Entries<'a>,
    /// Entries before those that are left, claims among them.
    passed: usize,
    /// Records before those that are left.
    pub(super) records: usize,
}

impl<'a> Trace<'a> {
    pub(super) const fn new(entries: Entries<'a>) -> Self {
        Self { entries, passed: 0, records: 0 }
    }

    /// The next record and its place among all entries, counted from 1.
    pub(super) fn peek(&self) -> Option<(usize, Record<'a>)> {
        let mut ahead = *self;
        ahead.next()
    }

    /// What the claims say that no record stands behind.
    pub(super) fn claims_left(&self) -> impl Iterator<Item = SystemClaims<'a>> + use<'a> {
        self.entries.filter_map(|entry| match entry {
            Entry::Claims(claims) => Some(claims),
            Entry::Record(_) => None,
        })
    }
}

impl<'a> Iterator for Trace<'a> {
    type Item = (usize, Record<'a>);

    fn next(&mut self) -> Option<(usize, Record<'a>)> {
        loop {
            let entry = self.entries.next()?;
            self.passed = self.passed.saturating_add(1);
            if let Entry::Record(record) = entry {
                self.records = self.records.saturating_add(1);
                return Some((self.passed, record));
            }
        }
    }
}
