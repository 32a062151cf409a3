//! Bytes put before other bytes in a file, where there is room for them if their length was guessed right.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// Writes `header` at `at` with the `size` bytes that stand at `from` right behind it; gives the offset of their end.
pub(super) fn precede(file: &mut File, at: u64, header: &[u8], from: u64, size: u64) -> io::Result<u64> {
    let to = at.saturating_add(crate::encode::wide(header.len()));
    shift(file, from, size, to)?;
    file.seek(SeekFrom::Start(at))?;
    file.write_all(header)?;
    Ok(to.saturating_add(size))
}

/// Writes `head` at the start of the file, what stands from `start` to `end` right behind it, and nothing after that; gives the size
/// of the file and leaves it at its end.
pub(super) fn prepend(file: &mut File, head: &[u8], start: u64, end: u64) -> io::Result<u64> {
    let size = precede(file, 0, head, start, end.saturating_sub(start))?;
    file.set_len(size)?;
    file.seek(SeekFrom::End(0))
}

/// Moves bytes within a file; source and target may overlap.
fn shift(file: &mut File, from: u64, size: u64, to: u64) -> io::Result<()> {
    if from == to {
        return Ok(());
    }
    let mut buffer = vec![0; CHUNK];
    let mut done = 0;
    while done < size {
        let length = (size - done).min(crate::encode::wide(CHUNK));
        // Upwards the last bytes move first, or they would be written over.
        let offset = if to > from { size - done - length } else { done };
        let chunk = buffer.get_mut(..usize::try_from(length).unwrap_or(CHUNK)).unwrap_or_default();
        file.seek(SeekFrom::Start(from.saturating_add(offset)))?;
        file.read_exact(chunk)?;
        file.seek(SeekFrom::Start(to.saturating_add(offset)))?;
        file.write_all(chunk)?;
        done += length;
    }
    Ok(())
}

/// Bytes moved at a time.
const CHUNK: usize = 1024 * 1024;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::*;

    fn moved(from: u64, to: u64) -> bool {
        let content: Vec<u8> = (0..3 * CHUNK + 17).map(|index| (index % 251) as u8).collect();
        let mut file = tempfile::tempfile().unwrap();
        file.seek(SeekFrom::Start(from)).unwrap();
        file.write_all(&content).unwrap();
        shift(&mut file, from, content.len() as u64, to).unwrap();
        let mut found = vec![0; content.len()];
        file.seek(SeekFrom::Start(to)).unwrap();
        file.read_exact(&mut found).unwrap();
        found == content
    }

    #[test]
    fn bytes_move_up_and_down_unharmed() {
        assert!(moved(100, 104));
        assert!(moved(104, 100));
        assert!(moved(0, 5 * CHUNK as u64));
    }
}
