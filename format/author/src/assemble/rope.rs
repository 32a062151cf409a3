//! Encoded bytes whose heads are filled in later, for a head says how much follows it.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// Bytes put together from a text.
#[derive(Debug, Default)]
pub struct Assembled {
    bytes: Vec<u8>,
    /// What stands between them, in order.
    inserts: Vec<Insert>,
    spilled: Option<File>,
    spill: u64,
    length: u64,
}

#[derive(Debug)]
struct Insert {
    at: usize,
    what: What,
}

#[derive(Debug)]
enum What {
    Head([u8; 9], u8),
    Spilled { offset: u64, length: u64 },
}

impl Assembled {
    /// The number of bytes.
    #[must_use]
    pub const fn len(&self) -> u64 {
        self.length
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Writes the bytes.
    ///
    /// # Errors
    /// Those of `output`, and of the file in which long strings waited.
    pub fn write_to(&mut self, output: &mut impl Write) -> io::Result<()> {
        let mut from = 0;
        for insert in &self.inserts {
            output.write_all(self.bytes.get(from..insert.at).unwrap_or_default())?;
            from = insert.at;
            match insert.what {
                What::Head(bytes, length) => output.write_all(bytes.get(..usize::from(length)).unwrap_or_default())?,
                What::Spilled { offset, length } => {
                    if let Some(file) = &mut self.spilled {
                        file.seek(SeekFrom::Start(offset))?;
                        io::copy(&mut file.take(length), output)?;
                    }
                }
            }
        }
        output.write_all(self.bytes.get(from..).unwrap_or_default())
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        self.length = self.length.saturating_add(bytes.len() as u64);
    }

    /// Keeps a place for a head.
    pub(super) fn reserve(&mut self) -> usize {
        self.inserts.push(Insert { at: self.bytes.len(), what: What::Head([0; 9], 0) });
        self.inserts.len().saturating_sub(1)
    }

    /// Puts a head into its place.
    pub(super) fn fill(&mut self, place: usize, head: &[u8]) {
        if let Some(Insert { what: What::Head(bytes, length), .. }) = self.inserts.get_mut(place) {
            for (to, from) in bytes.iter_mut().zip(head) {
                *to = *from;
            }
            *length = u8::try_from(head.len()).unwrap_or(9);
            self.length = self.length.saturating_add(head.len() as u64);
        }
    }

    /// What is held in memory, about.
    pub(super) const fn held(&self) -> usize {
        self.bytes.len().saturating_add(self.inserts.len().saturating_mul(size_of::<Insert>()))
    }

    /// Where content that is not counted yet begins.
    pub(super) const fn mark(&self) -> (usize, u64) {
        (self.bytes.len(), self.length)
    }

    /// What was added behind a mark.
    pub(super) fn since(&self, start: usize) -> Option<&[u8]> {
        self.bytes.get(start..)
    }

    /// Moves what follows `start` in memory to the file.
    pub(super) fn spill(&mut self, start: usize) -> io::Result<()> {
        let content = self.bytes.get(start..).unwrap_or_default();
        if content.is_empty() {
            return Ok(());
        }
        let file = match &mut self.spilled {
            Some(file) => file,
            none => none.insert(tempfile::tempfile()?),
        };
        file.write_all(content)?;
        let length = content.len() as u64;
        match self.inserts.last_mut() {
            Some(Insert { at, what: What::Spilled { length: before, .. } }) if *at == start => {
                *before = before.saturating_add(length);
            }
            _ => self.inserts.push(Insert { at: start, what: What::Spilled { offset: self.spill, length } }),
        }
        self.spill = self.spill.saturating_add(length);
        self.bytes.truncate(start);
        Ok(())
    }
}
