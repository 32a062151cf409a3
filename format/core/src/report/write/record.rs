//! What is said of single commands and of the device.

use crate::cbor::{Sink, Writer};
use crate::manifest::ComponentId;
use crate::manifest::parameter::Parameter;

/// One command of one manifest (draft-ietf-suit-report §3).
#[derive(Clone, Copy, Debug)]
pub struct Record<'r> {
    /// The component indices that lead from the root manifest to the one meant; empty for the root.
    pub manifest: &'r [u32],
    /// The manifest's key of the section.
    pub section: i64,
    /// Bytes from the start of the section to the command.
    pub offset: u64,
    /// The component the command was applied to.
    pub component: u32,
    /// What was measured.
    pub properties: Properties<'r>,
}

/// What a component of the device is (draft-ietf-suit-report §4).
#[derive(Clone, Copy, Debug)]
pub struct Claims<'r> {
    /// Which component.
    pub component: ComponentId<'r>,
    /// Its properties, one at least.
    pub properties: &'r [Parameter<'r>],
}

/// A map of parameters.
#[derive(Clone, Copy, Debug)]
pub enum Properties<'r> {
    /// Parameters in any order; of two with one label the first counts.
    Each(&'r [Parameter<'r>]),
    /// The map as it was written before.
    Encoded(&'r [u8]),
}

impl Record<'_> {
    /// Writes the array.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn write<S: Sink>(&self, writer: &mut Writer<S>) -> Result<(), S::Error> {
        self.write_place(writer)?;
        self.properties.write(writer)
    }

    /// Writes everything but the properties, which stand last.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn write_place<S: Sink>(&self, writer: &mut Writer<S>) -> Result<(), S::Error> {
        writer.array(5)?;
        writer.array(count(self.manifest.len()))?;
        for index in self.manifest {
            writer.uint(u64::from(*index))?;
        }
        writer.int(self.section)?;
        writer.uint(self.offset)?;
        writer.uint(u64::from(self.component))
    }
}

impl Claims<'_> {
    /// Writes the map.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn write<S: Sink>(&self, writer: &mut Writer<S>) -> Result<(), S::Error> {
        writer.map(count(ordered(self.properties).count().saturating_add(1)))?;
        // system-component-id, which no parameter has as its label.
        writer.int(0)?;
        writer.raw(self.component.encoded())?;
        write_each(self.properties, writer)
    }
}

impl Properties<'_> {
    /// Writes the map.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn write<S: Sink>(&self, writer: &mut Writer<S>) -> Result<(), S::Error> {
        match self {
            Self::Each(properties) => {
                writer.map(count(ordered(properties).count()))?;
                write_each(properties, writer)
            }
            Self::Encoded(map) => writer.raw(map),
        }
    }
}

fn write_each<S: Sink>(properties: &[Parameter<'_>], writer: &mut Writer<S>) -> Result<(), S::Error> {
    for parameter in ordered(properties) {
        writer.int(parameter.code())?;
        parameter.write(writer)?;
    }
    Ok(())
}

/// By label, in the deterministic order. There are few: looking for the next each time takes no memory.
fn ordered<'r>(properties: &'r [Parameter<'r>]) -> impl Iterator<Item = &'r Parameter<'r>> {
    let mut last = None;
    core::iter::from_fn(move || {
        let behind = |parameter: &&Parameter<'_>| last.is_none_or(|last| rank(parameter.code()) > last);
        let next = properties.iter().filter(behind).min_by_key(|parameter| rank(parameter.code()))?;
        last = Some(rank(next.code()));
        Some(next)
    })
}

/// Non-negative labels stand before negative ones, and smaller arguments before larger ones (RFC 8949 §4.2.1).
const fn rank(label: i64) -> (bool, u64) {
    (label < 0, if label < 0 { (!label).unsigned_abs() } else { label.unsigned_abs() })
}

pub(super) fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
