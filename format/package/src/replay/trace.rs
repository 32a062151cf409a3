//! The records of a report, one after the other.

use suitpack_core::report::{Entries, Entry, Record, SystemClaims};

/// How far a report was followed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trace<'a> {
    /// The next record and its place among all entries, counted from 1. Claims before it are passed over once, not each time.
    next: Option<(usize, Record<'a>)>,
    /// Behind the record before the next one, and behind the next one.
    here: Entries<'a>,
    behind: Entries<'a>,
    passed: usize,
    /// Records before the next one.
    pub(super) records: usize,
}

impl<'a> Trace<'a> {
    pub(super) fn new(entries: Entries<'a>) -> Self {
        let mut trace = Self { next: None, here: entries, behind: entries, passed: 0, records: 0 };
        trace.look();
        trace
    }

    /// The next record and its place among all entries.
    pub(super) const fn peek(&self) -> Option<(usize, Record<'a>)> {
        self.next
    }

    /// What the claims say that no record stands behind.
    pub(super) fn claims_left(&self) -> impl Iterator<Item = SystemClaims<'a>> + use<'a> {
        self.here.filter_map(|entry| match entry {
            Entry::Claims(claims) => Some(claims),
            Entry::Record(_) => None,
        })
    }

    /// Finds the next record.
    fn look(&mut self) {
        self.next = None;
        self.here = self.behind;
        for entry in self.behind.by_ref() {
            self.passed = self.passed.saturating_add(1);
            if let Entry::Record(record) = entry {
                self.next = Some((self.passed, record));
                return;
            }
        }
    }
}

impl<'a> Iterator for Trace<'a> {
    type Item = (usize, Record<'a>);

    fn next(&mut self) -> Option<(usize, Record<'a>)> {
        let found = self.next?;
        self.records = self.records.saturating_add(1);
        self.look();
        Some(found)
    }
}
