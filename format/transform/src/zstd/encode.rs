use std::io::{Read, Write};

use zstd_safe::zstd_sys::ZSTD_EndDirective;
use zstd_safe::{CCtx, CParameter, InBuffer, OutBuffer};

use super::WINDOW_LOG_MAX;
use crate::lane::{Lane, Side};
use crate::measure::{Carried, EncodeError};

/// A compression level from 1 (fast) to 22 (small).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level(u8);

impl Level {
    /// The level of that number, if there is one.
    #[must_use]
    pub const fn new(number: i64) -> Option<Self> {
        match number {
            #[expect(clippy::cast_sign_loss, clippy::cast_possible_truncation, reason = "in range")]
            1..=22 => Some(Self(number as u8)),
            _ => None,
        }
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }
}

impl Default for Level {
    fn default() -> Self {
        Self(3)
    }
}

/// How an image is compressed. The bytes depend on the level alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The level.
    pub level: Level,
    /// Threads that compress, one at least.
    pub workers: u8,
}

/// Compresses an image of `announced` bytes into `output` and measures both on the way.
///
/// The same image and level give the same bytes with any number of workers: the library splits its work by size alone as soon as
/// there is one.
///
/// # Errors
/// If reading, writing or compressing fails or the image has another size.
pub fn compress(input: impl Read, announced: u64, settings: Settings, mut output: impl Write) -> Result<Carried, EncodeError> {
    let mut context = context(announced, settings).map_err(EncodeError::Compressor)?;
    let mut input = input.take(announced.saturating_add(1));
    let mut read = 0_u64;
    std::thread::scope(|scope| {
        let mut lane = Lane::start(scope)?;
        let mut packed = lane.block();
        loop {
            let mut block = lane.block();
            block.fill(&mut input).map_err(EncodeError::Read)?;
            read = read.saturating_add(block.len() as u64);
            let end = block.is_empty();
            if read > announced || (end && read < announced) {
                return Err(EncodeError::Changed { announced, read });
            }
            let directive = if end { ZSTD_EndDirective::ZSTD_e_end } else { ZSTD_EndDirective::ZSTD_e_continue };
            let mut from = InBuffer::around(block.filled());
            loop {
                let start = packed.len();
                let mut to = OutBuffer::around_pos(packed.whole(), start);
                let left = context.compress_stream2(&mut to, &mut from, directive);
                let left = left.map_err(|code| EncodeError::Compressor(zstd_safe::get_error_name(code)))?;
                let filled = to.pos();
                packed.set_len(filled);
                let done = if end { left == 0 } else { from.pos == block.len() };
                if packed.is_full() || (end && done) {
                    output.write_all(packed.filled()).map_err(EncodeError::Write)?;
                    lane.hash(Side::Output, packed);
                    packed = lane.block();
                }
                if done {
                    break;
                }
            }
            if end {
                break;
            }
            lane.hash(Side::Input, block);
        }
        let [image, carried] = lane.finish();
        Ok(Carried { image, carried })
    })
}

fn context(announced: u64, settings: Settings) -> Result<CCtx<'static>, &'static str> {
    let mut context = CCtx::try_create().ok_or("no memory")?;
    let level = settings.level.number();
    let mut parameters = vec![
        CParameter::CompressionLevel(level.into()),
        CParameter::NbWorkers(settings.workers.max(1).into()),
        CParameter::ContentSizeFlag(true),
        CParameter::ChecksumFlag(false),
        CParameter::DictIdFlag(false),
    ];
    // The levels above take windows that a verifier in 16 MiB could not hold.
    if level > LEVEL_OF_WINDOW_LOG_MAX {
        parameters.push(CParameter::WindowLog(WINDOW_LOG_MAX.into()));
    }
    let pledged = context.set_pledged_src_size(Some(announced));
    pledged.map_err(zstd_safe::get_error_name)?;
    for parameter in parameters {
        context.set_parameter(parameter).map_err(zstd_safe::get_error_name)?;
    }
    Ok(context)
}

const LEVEL_OF_WINDOW_LOG_MAX: u8 = 19;
