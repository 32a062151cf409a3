use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use super::Medium;

/// A medium that stays as it is, whatever is written: that goes to a temporary file.
#[derive(Debug)]
pub struct Shadow {
    /// What is read where nothing was written; zeros without.
    base: Option<Box<dyn Medium>>,
    size: u64,
    written: File,
    /// A bit for each block that is in the temporary file; it grows as far as something is written.
    blocks: Vec<u64>,
}

impl Shadow {
    /// Covers `base`, or zeros, with nothing.
    ///
    /// # Errors
    /// If there is no room for temporary files.
    pub fn over(base: Option<Box<dyn Medium>>, size: u64) -> io::Result<Self> {
        Ok(Self { base, size, written: tempfile::tempfile()?, blocks: Vec::new() })
    }

    fn has(&self, block: u64) -> bool {
        let word = usize::try_from(block / 64).ok().and_then(|word| self.blocks.get(word));
        word.is_some_and(|word| word >> (block % 64) & 1 == 1)
    }

    fn mark(&mut self, block: u64) -> io::Result<()> {
        let at = usize::try_from(block / 64).map_err(io::Error::other)?;
        if at >= self.blocks.len() {
            self.blocks.resize(at + 1, 0);
        }
        self.blocks.get_mut(at).into_iter().for_each(|word| *word |= 1 << (block % 64));
        Ok(())
    }

    fn range(&self, at: u64, length: usize) -> io::Result<u64> {
        let end = u64::try_from(length).ok().and_then(|length| at.checked_add(length));
        end.filter(|end| *end <= self.size).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "outside of the medium"))
    }

    /// Gets a block out of the base, so that a part of it can be written.
    fn fill(&mut self, block: u64) -> io::Result<()> {
        if self.has(block) {
            return Ok(());
        }
        let mut bytes = [0; BLOCK];
        let at = block * BLOCK as u64;
        let within = usize::try_from(self.size.saturating_sub(at)).unwrap_or(BLOCK).min(BLOCK);
        if let (Some(base), Some(bytes)) = (&mut self.base, bytes.get_mut(..within)) {
            base.read(at, bytes)?;
        }
        self.written.seek(SeekFrom::Start(at))?;
        self.written.write_all(&bytes)?;
        self.mark(block)
    }
}

impl Medium for Shadow {
    fn capacity(&self) -> u64 {
        self.size
    }

    fn read(&mut self, at: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.range(at, buffer.len())?;
        let (mut at, mut rest) = (at, buffer);
        while !rest.is_empty() {
            let block = at / BLOCK as u64;
            let length = usize::try_from((block + 1) * BLOCK as u64 - at).unwrap_or(BLOCK).min(rest.len());
            let (part, behind) = rest.split_at_mut(length);
            if self.has(block) {
                self.written.seek(SeekFrom::Start(at))?;
                self.written.read_exact(part)?;
            } else {
                match &mut self.base {
                    Some(base) => base.read(at, part)?,
                    None => part.fill(0),
                }
            }
            at += length as u64;
            rest = behind;
        }
        Ok(())
    }

    fn write(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        let end = self.range(at, bytes.len())?;
        if bytes.is_empty() {
            return Ok(());
        }
        let (first, last) = (at / BLOCK as u64, (end - 1) / BLOCK as u64);
        self.fill(first)?;
        self.fill(last)?;
        self.written.seek(SeekFrom::Start(at))?;
        self.written.write_all(bytes)?;
        (first..=last).try_for_each(|block| self.mark(block))
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// What could not be written without it is not written with it.
    fn writable(&self) -> io::Result<()> {
        self.base.as_ref().map_or(Ok(()), |base| base.writable())
    }

    fn cut(&mut self, _: u64) -> io::Result<()> {
        Ok(())
    }
}

/// What is copied for the sake of one byte.
const BLOCK: usize = 4096;
