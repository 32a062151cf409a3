use super::decode::DecodeError;

/// What a frame says of itself before its first block (RFC 8878 §3.1.1.1).
pub(super) struct FrameHeader {
    /// Bytes a decoder has to remember.
    pub(super) window: u64,
}

impl FrameHeader {
    /// Reads the header at the start of a frame.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, DecodeError> {
        let rest = bytes.strip_prefix(&MAGIC).ok_or(DecodeError::NotOneFrame)?;
        let (&descriptor, rest) = rest.split_first().ok_or(DecodeError::Truncated)?;
        if descriptor & 0b11 != 0 {
            return Err(DecodeError::Dictionary);
        }
        if descriptor & 0b1000 != 0 {
            return Err(DecodeError::Corrupt("reserved bit"));
        }
        let single_segment = descriptor & 0b10_0000 != 0;
        if !single_segment {
            let &window = rest.first().ok_or(DecodeError::Truncated)?;
            let base = 1_u64 << (10 + (window >> 3));
            return Ok(Self { window: base + base / 8 * u64::from(window & 7) });
        }
        // A single segment is its own window.
        let length = [1, 2, 4, 8].get(usize::from(descriptor >> 6)).copied().unwrap_or(8);
        let size = rest.get(..length).ok_or(DecodeError::Truncated)?;
        let size = size.iter().rev().fold(0_u64, |size, byte| size << 8 | u64::from(*byte));
        Ok(Self { window: if length == 2 { size + 256 } else { size } })
    }
}

const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Bytes of the longest header.
pub(super) const HEADER_MAX: usize = 18;
