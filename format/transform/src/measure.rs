//! Bytes that are carried as they are.

use core::fmt;
use std::io::{self, Read, Write};

use crate::lane::{Lane, Side};

/// Size and SHA-256 of a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    /// Bytes.
    pub size: u64,
    /// SHA-256.
    pub digest: [u8; 32],
}

/// An image and what it is carried as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Carried {
    /// The image.
    pub image: Measured,
    /// The bytes carried; those of the image itself where nothing is done to it.
    pub carried: Measured,
}

/// Why an image could not be taken in.
#[derive(Debug)]
#[non_exhaustive]
pub enum EncodeError {
    /// The image could not be read.
    Read(io::Error),
    /// The bytes to carry could not be written.
    Write(io::Error),
    /// The image is not as long as it was when it was opened.
    Changed {
        /// Bytes announced.
        announced: u64,
        /// Bytes read; of an image that grew, one more than announced.
        read: u64,
    },
    /// The compressor failed, for want of memory for instance.
    Compressor(&'static str),
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(error) | Self::Write(error) => error.fmt(f),
            Self::Changed { announced, read } if read > announced => {
                write!(f, "the image grew beyond its {announced} bytes during the build")
            }
            Self::Changed { announced, read } => write!(f, "the image shrank from {announced} to {read} bytes during the build"),
            Self::Compressor(what) => write!(f, "the compressor failed: {what}"),
        }
    }
}

impl core::error::Error for EncodeError {}

/// Copies an image of `announced` bytes to `output` and measures it.
///
/// # Errors
/// If reading or writing fails or the image has another size.
pub fn store(input: impl Read, announced: u64, mut output: impl Write) -> Result<Carried, EncodeError> {
    let mut limited = input.take(announced.saturating_add(1));
    let image = run(&mut limited, &mut output, EncodeError::Read, EncodeError::Write)?;
    if image.size != announced {
        return Err(EncodeError::Changed { announced, read: image.size });
    }
    Ok(Carried { image, carried: image })
}

/// Reads `input` to its end, copies it to `output` and measures it.
///
/// # Errors
/// If reading or writing fails.
pub fn measure(mut input: impl Read, mut output: impl Write) -> io::Result<Measured> {
    run(&mut input, &mut output, |error| error, |error| error)
}

fn run<E: From<io::Error>>(
    input: &mut dyn Read,
    output: &mut dyn Write,
    read: fn(io::Error) -> E,
    write: fn(io::Error) -> E,
) -> Result<Measured, E> {
    std::thread::scope(|scope| {
        let mut lane = Lane::start(scope)?;
        loop {
            let mut block = lane.block();
            block.fill(input).map_err(read)?;
            if block.is_empty() {
                break;
            }
            output.write_all(block.filled()).map_err(write)?;
            lane.hash(Side::Input, block);
        }
        let [measured, _] = lane.finish();
        Ok(measured)
    })
}

impl From<io::Error> for EncodeError {
    fn from(error: io::Error) -> Self {
        Self::Read(error)
    }
}
