//! What a report says of single commands and of the device.

use crate::cbor::{Key, Kind, Reader};
use crate::error::{Error, ErrorKind};
use crate::manifest::ComponentId;
use crate::manifest::parameter::Parameters;

/// The records and claims of a report, in order.
#[derive(Clone, Copy, Debug)]
pub struct Entries<'a> {
    reader: Reader<'a>,
    left: u64,
}

/// An element of suit-report-records.
#[derive(Clone, Copy, Debug)]
pub enum Entry<'a> {
    /// A command and the parameters it ran with.
    Record(Record<'a>),
    /// What a component of the device is.
    Claims(SystemClaims<'a>),
}

/// One command of one manifest.
///
/// ```cddl
/// SUIT_Record = [ manifest-id: [* uint], manifest-section: int, section-offset: uint, component-index: uint,
///                 properties: { * SUIT_Parameters } ]
/// ```
/// draft-ietf-suit-report §3
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// The component indices that lead from the root manifest to the one meant; empty for the root.
    pub manifest: Path<'a>,
    /// The manifest's key of the section.
    pub section: i64,
    /// Bytes from the start of the section to the command.
    pub offset: u64,
    /// The component the command was applied to.
    pub component: u64,
    /// The parameters as they were.
    pub properties: Parameters<'a>,
}

/// Component indices.
#[derive(Clone, Copy, Debug)]
pub struct Path<'a> {
    reader: Reader<'a>,
    left: u64,
}

/// What a component of the device is.
///
/// ```cddl
/// system-property-claims = { system-component-id => SUIT_Component_Identifier, + SUIT_Parameters }
/// ```
/// draft-ietf-suit-report §4
#[derive(Clone, Copy, Debug)]
pub struct SystemClaims<'a> {
    /// Which component.
    pub component: ComponentId<'a>,
    /// Its properties.
    pub properties: Parameters<'a>,
}

impl<'a> Entries<'a> {
    pub(super) fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let left = reader.array()?;
        let entries = Self { reader: *reader, left };
        for _ in 0..left {
            Entry::read(reader)?;
        }
        Ok(entries)
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        self.left = self.left.checked_sub(1)?;
        Entry::read(&mut self.reader).ok()
    }
}

impl<'a> Entry<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        match reader.peek()? {
            Kind::Map => SystemClaims::read(reader).map(Self::Claims),
            _ => Record::read(reader).map(Self::Record),
        }
    }
}

impl<'a> Record<'a> {
    pub(super) fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let start = *reader;
        if reader.array()? != 5 {
            return Err(start.error(ErrorKind::ValueOutOfRange));
        }
        let left = reader.array()?;
        let manifest = Path { reader: *reader, left };
        for _ in 0..left {
            reader.uint()?;
        }
        Ok(Self {
            manifest,
            section: reader.int()?,
            offset: reader.uint()?,
            component: reader.uint()?,
            properties: Parameters::read_any(reader)?,
        })
    }
}

impl Iterator for Path<'_> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        self.left = self.left.checked_sub(1)?;
        self.reader.uint().ok()
    }
}

impl<'a> SystemClaims<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let start = *reader;
        let mut map = reader.map()?;
        // Key 0, elsewhere never used, is the first in the deterministic order.
        if map.next_key(reader)? != Some(Key::Int(0)) {
            return Err(start.error(ErrorKind::MissingField));
        }
        let component = ComponentId::read(reader)?;
        if map.remaining() == 0 {
            return Err(start.error(ErrorKind::MissingField));
        }
        Ok(Self { component, properties: Parameters::read_rest(reader, map)? })
    }
}
