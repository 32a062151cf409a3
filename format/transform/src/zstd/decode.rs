use core::fmt;
use std::io::{self, Read, Write};

use zstd_safe::{DCtx, DParameter, InBuffer, OutBuffer};

use super::frame::{FrameHeader, HEADER_MAX};
use crate::lane::{Block, Lane, Side};
use crate::measure::Measured;

/// What a decoder may take and give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes of the input; no more than one beyond is read.
    pub input_size: u64,
    /// Bytes of the image; decoding stops at the first beyond.
    pub image_size: u64,
    /// The largest window, as its logarithm. A frame that wants more is refused before memory is taken for it.
    pub window_log_max: u8,
}

/// What was read, and what came of it.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// The whole input, read to its end even where decoding failed: its digest is the cause that counts.
    pub input: Measured,
    /// The image.
    pub image: Result<Measured, DecodeError>,
}

/// Why a frame does not decode to the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// A block cannot be decoded.
    Corrupt(&'static str),
    /// The frame wants a dictionary.
    Dictionary,
    /// The input does not begin with a Zstandard frame.
    NotOneFrame,
    /// The image is longer than it may be.
    TooLong,
    /// The image ends early.
    TooShort,
    /// Bytes or further frames follow the frame.
    TrailingBytes,
    /// The frame ends early.
    Truncated,
    /// The frame wants a larger window than is allowed.
    WindowTooLarge {
        /// Bytes wanted.
        wanted: u64,
        /// Bytes allowed.
        allowed: u64,
    },
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Corrupt(what) => write!(f, "the compressed data is corrupt ({what})"),
            Self::Dictionary => f.write_str("the frame wants a dictionary"),
            Self::NotOneFrame => f.write_str("it is not a zstd frame"),
            Self::TooLong => f.write_str("it expands past the signed size"),
            Self::TooShort => f.write_str("it expands to less than the signed size"),
            Self::TrailingBytes => f.write_str("bytes follow the zstd frame"),
            Self::Truncated => f.write_str("the zstd frame ends early"),
            Self::WindowTooLarge { wanted, allowed } => {
                write!(f, "the zstd frame wants a window of {wanted} bytes where {allowed} are allowed")
            }
        }
    }
}

impl core::error::Error for DecodeError {}

/// Decodes one frame into `output`, and measures input and image on the way.
///
/// Memory is bounded by the window and a few buffers, whatever the input says. What `output` gets is worth nothing before both
/// digests are found right.
///
/// # Errors
/// If reading or writing fails; what is wrong with the frame stands in the result.
pub fn decode(input: impl Read, bounds: Bounds, mut output: impl Write) -> io::Result<Decoded> {
    // An input that grows without end is another input after one byte.
    let mut input = input.take(bounds.input_size.saturating_add(1));
    std::thread::scope(|scope| {
        let mut lane = Lane::start(scope)?;
        let mut decoder = Decoder { context: None, bounds, made: 0, block: lane.block(), ended: false, failed: None };
        loop {
            let mut block = lane.block();
            block.fill(&mut input)?;
            if block.is_empty() {
                break;
            }
            if decoder.failed.is_none() {
                match decoder.feed(block.filled(), &mut lane, &mut output) {
                    Ok(()) => {}
                    Err(Stop::Frame(error)) => decoder.failed = Some(error),
                    Err(Stop::Output(error)) => return Err(error),
                }
            }
            lane.hash(Side::Input, block);
        }
        let failed = decoder.end();
        let [input, image] = lane.finish();
        Ok(Decoded { input, image: failed.map_or(Ok(image), Err) })
    })
}

struct Decoder {
    context: Option<DCtx<'static>>,
    bounds: Bounds,
    made: u64,
    block: Block,
    ended: bool,
    failed: Option<DecodeError>,
}

enum Stop {
    Frame(DecodeError),
    Output(io::Error),
}

impl Decoder {
    fn feed(&mut self, bytes: &[u8], lane: &mut Lane<'_>, output: &mut impl Write) -> Result<(), Stop> {
        if self.ended {
            return Err(Stop::Frame(DecodeError::TrailingBytes));
        }
        let context = match &mut self.context {
            Some(context) => context,
            // The first block holds the whole header unless the input is shorter.
            None => self.context.insert(open(bytes, self.bounds).map_err(Stop::Frame)?),
        };
        let mut from = InBuffer::around(bytes);
        loop {
            let start = self.block.len();
            let mut to = OutBuffer::around_pos(self.block.whole(), start);
            let hint = context.decompress_stream(&mut to, &mut from);
            let filled = to.pos();
            let hint = hint.map_err(|code| Stop::Frame(DecodeError::Corrupt(zstd_safe::get_error_name(code))))?;
            self.block.set_len(filled);
            self.made = self.made.saturating_add(filled.saturating_sub(start) as u64);
            if self.made > self.bounds.image_size {
                return Err(Stop::Frame(DecodeError::TooLong));
            }
            self.ended = hint == 0;
            // More may wait inside as long as the block came back full.
            let full = self.block.is_full();
            if full || self.ended {
                output.write_all(self.block.filled()).map_err(Stop::Output)?;
                let next = lane.block();
                lane.hash(Side::Output, core::mem::replace(&mut self.block, next));
            }
            let consumed = from.pos == bytes.len();
            match (self.ended, consumed) {
                (true, true) => return Ok(()),
                (true, false) => return Err(Stop::Frame(DecodeError::TrailingBytes)),
                (false, true) if !full => return Ok(()),
                (false, _) => {}
            }
        }
    }

    fn end(&self) -> Option<DecodeError> {
        let short = self.made < self.bounds.image_size;
        match self.failed {
            Some(error) => Some(error),
            None if !self.ended => Some(DecodeError::Truncated),
            None => short.then_some(DecodeError::TooShort),
        }
    }
}

fn open(start: &[u8], bounds: Bounds) -> Result<DCtx<'static>, DecodeError> {
    let header = FrameHeader::read(start.get(..HEADER_MAX).unwrap_or(start))?;
    let allowed = 1_u64.checked_shl(bounds.window_log_max.into()).unwrap_or(u64::MAX);
    if header.window > allowed {
        return Err(DecodeError::WindowTooLarge { wanted: header.window, allowed });
    }
    let mut context = DCtx::try_create().ok_or(DecodeError::Corrupt("no memory"))?;
    let window_log = DParameter::WindowLogMax(bounds.window_log_max.clamp(10, 31).into());
    context.set_parameter(window_log).map_err(|code| DecodeError::Corrupt(zstd_safe::get_error_name(code)))?;
    Ok(context)
}
