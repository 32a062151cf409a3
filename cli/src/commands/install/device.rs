//! The device: its description, and the files it is made of.

use std::path::{Path, PathBuf};

use suitpack_core::crypto::VerifySignature as _;
use suitpack_device::{Description, OpenError};

use crate::failure::{Code, Failure};
use crate::files::{anchors, shared, text};

pub(in crate::commands) fn read(path: &Path) -> Result<Description, Failure> {
    let (text, name) = text(path).map_err(|failure| match failure.hint {
        None => failure.hint("`suitpack init --device` writes a description to begin with"),
        Some(_) => failure,
    })?;
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    Description::parse(&text, folder).map_err(|error| {
        let failure = Failure::usage(error.message()).at_line(&name, &text, (error.line(), error.column()));
        failure.hint(error.suggestion().unwrap_or("every key is described in spec/device.md"))
    })
}

/// A key by its id, and the components it may speak for.
pub(super) type Limited = (Vec<u8>, Vec<Vec<Vec<u8>>>);

/// The keys that may not speak for everything. One that is named without a limit too, in the description or among `others`, has none.
pub(super) fn limited(description: &Description, others: &[PathBuf]) -> Result<Vec<Limited>, Failure> {
    let id = |path: &PathBuf| {
        let read = anchors(core::slice::from_ref(path), true)?;
        Ok(read.iter().map(|anchor| anchor.key_id().to_vec()).collect::<Vec<_>>())
    };
    let mut limits: Vec<Limited> = Vec::new();
    let mut free: Vec<Vec<u8>> = others.iter().map(id).collect::<Result<Vec<_>, Failure>>()?.concat();
    for anchor in &description.anchors {
        for key in id(&anchor.path)? {
            match (&anchor.components, limits.iter_mut().find(|(known, _)| *known == key)) {
                (None, _) => free.push(key),
                (Some(components), Some((_, known))) => known.extend_from_slice(components),
                (Some(components), None) => limits.push((key, components.clone())),
            }
        }
    }
    limits.retain(|(key, _)| !free.contains(key));
    Ok(limits)
}

/// Refuses a device that is made of what is read.
pub(in crate::commands) fn apart(description: &Description, inputs: &[&Path]) -> Result<(), Failure> {
    let places = description.places();
    let outputs: Vec<&Path> = places.iter().map(|(_, location)| location.path.as_path()).collect();
    shared(&outputs, inputs.iter().copied()).map_or(Ok(()), |input| {
        Err(Failure::usage(format!("the device has a place in `{}`, which is read as well", input.display()))
            .hint("name another file in the description"))
    })
}

pub(in crate::commands) fn unusable(error: &OpenError, description: &Path) -> Failure {
    match error {
        OpenError::Busy(_) => Failure::new(Code::IO, error.to_string()).hint("wait until the other one is done, and try again"),
        OpenError::Unfit(..) => Failure::usage(error.to_string()).hint(format!("mend `{}`", description.display())),
        error => {
            let source = core::error::Error::source(error);
            let failure = Failure::new(Code::IO, error.to_string());
            source.map_or_else(|| Failure::new(Code::IO, error.to_string()), |source| failure.caused_by(source))
        }
    }
}
