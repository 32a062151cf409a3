//! Where payloads come from: the envelope that names them, or a folder beside it.

use core::fmt;
use std::io::{Read, SeekFrom};

use suitpack_core::limits;
use suitpack_package::Cause;
use suitpack_package::{Missing, PayloadDir, Payloads};

use crate::failed::Trouble;
use crate::places::Places;
use crate::request::Source;

/// The payloads of one envelope.
#[derive(Clone, Debug)]
pub(crate) struct Supply {
    origin: Origin,
    entries: Vec<Entry>,
}

/// Where an envelope is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Origin {
    /// In the package, so many bytes behind its source's beginning.
    Package(u64),
    /// In a component.
    Component(usize),
}

#[derive(Clone, Debug)]
struct Entry {
    name: String,
    offset: u64,
    size: u64,
}

/// A payload and how many bytes it has.
pub(crate) struct Payload<'s> {
    pub(crate) input: Box<dyn Read + 's>,
    pub(crate) size: u64,
}

impl fmt::Debug for Payload<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Payload").field("size", &self.size).finish_non_exhaustive()
    }
}

impl Supply {
    /// Finds all payloads of an envelope, which is read to its end: one that is cut off is refused before anything is written.
    pub(crate) fn of<R: Read>(payloads: &mut Payloads<R>, origin: Origin) -> Result<Self, Trouble> {
        let mut entries = Vec::new();
        while let Some((name, size)) = payloads.next_payload()? {
            if entries.len() as u64 >= limits::PAYLOADS {
                break;
            }
            entries.push(Entry { name, offset: payloads.position() as u64, size });
        }
        Ok(Self { origin, entries })
    }

    /// What is carried.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.name.as_str())
    }

    /// Whether what it takes payloads from is in this component, which so cannot be written with them.
    pub(crate) fn apart_from(&self, component: usize) -> Result<(), Trouble> {
        match self.origin {
            Origin::Component(at) if at == component => {
                Err(Trouble::operation(Cause::Policy, "it would be written over the envelope that carries its payload"))
            }
            _ => Ok(()),
        }
    }

    /// Opens the payload of a URI: in the envelope if it is there, else in the folder (draft-ietf-suit-manifest §7.5). What a name
    /// means does not depend on who carries the envelope: that of another is never looked into.
    // SUIT-32
    pub(crate) fn open<'s>(
        &self,
        uri: &str,
        package: &'s mut dyn Source,
        places: &'s mut Places<'_>,
        folder: Option<&PayloadDir>,
    ) -> Result<Payload<'s>, Trouble> {
        if let Some(entry) = self.entries.iter().find(|entry| entry.name == uri) {
            let size = entry.size;
            let input: Box<dyn Read + 's> = match self.origin {
                Origin::Package(start) => {
                    package.seek(SeekFrom::Start(start.saturating_add(entry.offset))).map_err(|error| Trouble::io(&error))?;
                    Box::new(package.take(size))
                }
                Origin::Component(at) => Box::new(places.read(at)?.part(entry.offset, size)),
            };
            return Ok(Payload { input, size });
        }
        let missing = |detail: String| Err(Trouble::operation(Cause::CouldNotTell, format!("payload {uri} {detail}")));
        let Some(folder) = folder else {
            return missing(String::from("is not in the package, and no payload folder was given"));
        };
        match folder.open(uri) {
            Ok((file, size)) => Ok(Payload { input: Box::new(file.take(size)), size }),
            Err(Missing::Io(error)) => Err(Trouble::io(&error)),
            Err(Missing::NotFound(file)) => missing(format!("is not in the package, and {file} is not in the payload folder")),
            Err(Missing::NoName) => missing(String::from("has a URI that names no file that may be looked up")),
            Err(Missing::NotPlain(file)) => missing(format!("is not in the package, and {file} is a link or no plain file")),
        }
    }
}
