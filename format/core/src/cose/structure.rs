//! What signatures and tags are made of: a context and byte strings (RFC 9052 §4.4, §6.3).

use crate::cbor::{Overflow, Sink, SliceSink, Writer};

/// Writes the array of a context and its parts.
///
/// # Errors
/// Those of the sink.
pub(super) fn write<S: Sink>(context: &str, parts: &[&[u8]], sink: S) -> Result<(), S::Error> {
    let mut writer = Writer::new(sink);
    writer.array(u64::try_from(parts.len()).unwrap_or(u64::MAX).saturating_add(1))?;
    writer.text(context)?;
    parts.iter().try_for_each(|part| writer.bytes(part))
}

/// The same into a buffer.
///
/// # Errors
/// If the buffer is too small.
pub(super) fn within<'b>(context: &str, parts: &[&[u8]], buffer: &'b mut [u8]) -> Result<&'b [u8], Overflow> {
    let mut sink = SliceSink::new(buffer);
    write(context, parts, &mut sink)?;
    let length = sink.len();
    buffer.get(..length).ok_or(Overflow)
}
