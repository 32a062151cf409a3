use core::convert::Infallible;

use cbor4ii::core::enc::{self, Encode};
use cbor4ii::core::types;

/// Where encoded bytes go.
pub trait Sink {
    /// What can go wrong.
    type Error;

    /// Takes the next bytes.
    ///
    /// # Errors
    /// If they cannot be taken.
    fn push(&mut self, bytes: &[u8]) -> Result<(), Self::Error>;
}

impl<S: Sink> Sink for &mut S {
    type Error = S::Error;

    fn push(&mut self, bytes: &[u8]) -> Result<(), Self::Error> {
        (**self).push(bytes)
    }
}

/// Writes items in deterministic form. The order of map keys is the caller's duty; [`super::Reader`] holds it against the rule.
///
/// ```
/// use suitpack_core::cbor::{SliceSink, Writer};
/// let mut buffer = [0; 8];
/// let mut writer = Writer::new(SliceSink::new(&mut buffer));
/// writer.array(2)?;
/// writer.uint(500)?;
/// writer.bytes(&[7])?;
/// assert_eq!(writer.into_inner().written(), &[0x82, 0x19, 0x01, 0xf4, 0x41, 0x07]);
/// # Ok::<(), suitpack_core::cbor::Overflow>(())
/// ```
#[derive(Debug)]
pub struct Writer<S> {
    sink: S,
}

impl<S: Sink> Writer<S> {
    /// Writes into `sink`.
    pub const fn new(sink: S) -> Self {
        Self { sink }
    }

    /// Gives the sink back.
    pub fn into_inner(self) -> S {
        self.sink
    }

    /// Writes an unsigned integer.
    ///
    /// # Errors
    /// Those of the sink, here and below.
    pub fn uint(&mut self, value: u64) -> Result<(), S::Error> {
        self.encode(value)
    }

    /// Writes an integer of either sign.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn int(&mut self, value: i64) -> Result<(), S::Error> {
        self.encode(value)
    }

    /// Writes a byte string.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn bytes(&mut self, value: &[u8]) -> Result<(), S::Error> {
        self.string(2, value)
    }

    /// Writes the head of a byte string whose content follows by other means.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn bytes_header(&mut self, length: u64) -> Result<(), S::Error> {
        self.head(2, length)
    }

    /// Writes a text string.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn text(&mut self, value: &str) -> Result<(), S::Error> {
        self.string(3, value.as_bytes())
    }

    /// Writes the head of an array of `count` items.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn array(&mut self, count: u64) -> Result<(), S::Error> {
        self.head(4, count)
    }

    /// Writes the head of a map of `count` entries.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn map(&mut self, count: u64) -> Result<(), S::Error> {
        self.head(5, count)
    }

    /// Writes a tag; its content follows.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn tag(&mut self, tag: u64) -> Result<(), S::Error> {
        self.head(6, tag)
    }

    /// Writes `true` or `false`.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn bool(&mut self, value: bool) -> Result<(), S::Error> {
        self.encode(value)
    }

    /// Writes `null`.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn null(&mut self) -> Result<(), S::Error> {
        self.encode(types::Null)
    }

    /// Writes bytes that are encoded already.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn raw(&mut self, encoded: &[u8]) -> Result<(), S::Error> {
        self.sink.push(encoded)
    }

    fn string(&mut self, major: u8, value: &[u8]) -> Result<(), S::Error> {
        self.head(major, u64::try_from(value.len()).unwrap_or(u64::MAX))?;
        self.sink.push(value)
    }

    fn encode(&mut self, value: impl Encode) -> Result<(), S::Error> {
        encode_into(value, &mut self.sink)
    }

    /// Writes the head of any major type: that of an unsigned integer with other top bits.
    fn head(&mut self, major: u8, argument: u64) -> Result<(), S::Error> {
        let mut buffer = [0; 9];
        let mut slice = SliceSink::new(&mut buffer);
        // Nine bytes hold every head.
        if encode_into(argument, &mut slice).is_err() {
            return Ok(());
        }
        let length = slice.length;
        if let Some(first) = buffer.first_mut() {
            *first |= major << 5;
        }
        self.sink.push(buffer.get(..length).unwrap_or_default())
    }
}

/// The buffer is too small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overflow;

impl core::fmt::Display for Overflow {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("the buffer is too small")
    }
}

impl core::error::Error for Overflow {}

/// A sink of fixed size.
#[derive(Debug)]
pub struct SliceSink<'b> {
    buffer: &'b mut [u8],
    length: usize,
}

impl<'b> SliceSink<'b> {
    /// Fills `buffer` from its start.
    pub const fn new(buffer: &'b mut [u8]) -> Self {
        Self { buffer, length: 0 }
    }

    /// What was written.
    #[must_use]
    pub fn written(&self) -> &[u8] {
        self.buffer.get(..self.length).unwrap_or_default()
    }

    /// The number of bytes written.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.length
    }

    /// Whether nothing was written.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }
}

impl Sink for SliceSink<'_> {
    type Error = Overflow;

    fn push(&mut self, bytes: &[u8]) -> Result<(), Overflow> {
        let end = self.length.checked_add(bytes.len()).ok_or(Overflow)?;
        self.buffer.get_mut(self.length..end).ok_or(Overflow)?.copy_from_slice(bytes);
        self.length = end;
        Ok(())
    }
}

/// A sink that only counts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counter(u64);

impl Counter {
    /// The bytes counted so far.
    #[must_use]
    pub const fn count(self) -> u64 {
        self.0
    }
}

impl Sink for Counter {
    type Error = Infallible;

    fn push(&mut self, bytes: &[u8]) -> Result<(), Infallible> {
        self.0 = self.0.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        Ok(())
    }
}

/// Lends a sink to the codec and keeps the sink's own error, which the codec wants to be a standard error type.
struct Lent<'s, S: Sink> {
    sink: &'s mut S,
    failed: Option<S::Error>,
}

impl<S: Sink> enc::Write for Lent<'_, S> {
    type Error = Overflow;

    fn push(&mut self, input: &[u8]) -> Result<(), Overflow> {
        self.sink.push(input).map_err(|error| {
            self.failed = Some(error);
            Overflow
        })
    }
}

fn encode_into<S: Sink>(value: impl Encode, sink: &mut S) -> Result<(), S::Error> {
    let mut lent = Lent { sink, failed: None };
    // The codec fails only where its sink does.
    let _ = value.encode(&mut lent).is_ok();
    lent.failed.map_or(Ok(()), Err)
}
