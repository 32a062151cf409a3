//! How a component is called in print and on the command line.

use suitpack_core::manifest::ComponentId;

/// The segments of a component identifier joined by `/`; a segment that is not plain text stands as `0x` and hex.
#[must_use]
pub fn component_name(id: &ComponentId<'_>) -> String {
    let segments: Vec<String> = id.segments().map(segment).collect();
    segments.join("/")
}

pub(crate) fn segment(bytes: &[u8]) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-+@ ".contains(byte);
    match core::str::from_utf8(bytes) {
        Ok(text) if !text.is_empty() && bytes.iter().all(plain) && !text.starts_with("0x") => text.to_owned(),
        _ => format!("0x{}", bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()),
    }
}
