//! How components are called in the names of places.

use super::Component;

impl Component {
    /// The segments of its identifier joined by points; one that is not plain text in hexadecimal.
    #[must_use]
    pub fn name(&self) -> String {
        name(&self.id)
    }
}

pub(crate) fn name(id: &[Vec<u8>]) -> String {
    let segment = |segment: &Vec<u8>| match core::str::from_utf8(segment) {
        Ok(text) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':') => text.to_owned(),
        _ => segment.iter().map(|byte| format!("{byte:02x}")).collect(),
    };
    id.iter().map(segment).collect::<Vec<_>>().join(".")
}
