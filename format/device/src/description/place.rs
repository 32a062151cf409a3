//! How components are called in the names of places.

/// The segments of a component identifier joined by points; one that is not plain text in hexadecimal.
pub(crate) fn name(id: &[Vec<u8>]) -> String {
    let segment = |segment: &Vec<u8>| match core::str::from_utf8(segment) {
        Ok(text) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':') => text.to_owned(),
        _ => segment.iter().map(|byte| format!("{byte:02x}")).collect(),
    };
    id.iter().map(segment).collect::<Vec<_>>().join(".")
}
