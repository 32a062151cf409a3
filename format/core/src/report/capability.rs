//! What a device can do.

use crate::cbor::{Key, Kind, MapReader, Reader};
use crate::error::{Error, ErrorKind};
use crate::registry::capability as key;

/// What an implementation supports.
///
/// draft-ietf-suit-report §6. Each element is a list of labels under a number or, for what is nested, under a path of numbers.
#[derive(Clone, Copy, Debug)]
pub struct CapabilityReport<'a> {
    components: Reader<'a>,
    count: u64,
    reader: Reader<'a>,
    map: MapReader<'a>,
}

/// A component that is supported.
#[derive(Clone, Copy, Debug)]
pub struct ComponentCapability<'a> {
    segments: Reader<'a>,
    count: u64,
    open: bool,
}

/// A list of supported labels.
#[derive(Clone, Copy, Debug)]
pub enum Capability<'a> {
    /// One of the elements 2 to 10.
    Element(i64, Labels<'a>),
    /// What is nested below a path of labels.
    Path(Labels<'a>, Labels<'a>),
}

/// Labels, in order.
#[derive(Clone, Copy, Debug)]
pub struct Labels<'a> {
    reader: Reader<'a>,
    left: u64,
}

impl<'a> CapabilityReport<'a> {
    /// Reads the map.
    ///
    /// # Errors
    /// If it breaks the CDDL.
    pub fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let start = *reader;
        let mut map = reader.map()?;
        if map.next_key(reader)? != Some(Key::Int(key::COMPONENT_CAPABILITIES)) {
            return Err(start.error(ErrorKind::MissingField));
        }
        let at = *reader;
        let count = reader.array()?;
        if count == 0 {
            return Err(at.error(ErrorKind::EmptyArray));
        }
        let components = *reader;
        for _ in 0..count {
            ComponentCapability::read(reader)?;
        }
        let report = Self { components, count, reader: *reader, map };
        let mut walk = report;
        let mut required =
            [key::COMMAND_CAPABILITIES, key::PARAMETERS_CAPABILITIES, key::CRYPT_ALGO_CAPABILITIES].into_iter().peekable();
        while let Some(capability) = walk.read_next()? {
            if let Capability::Element(code, _) = capability {
                required.next_if_eq(&code);
            }
        }
        *reader = walk.reader;
        if required.peek().is_some() { Err(start.error(ErrorKind::MissingField)) } else { Ok(report) }
    }

    /// The components, in order.
    pub fn components(&self) -> impl Iterator<Item = ComponentCapability<'a>> + use<'a> {
        let (mut reader, mut left) = (self.components, self.count);
        core::iter::from_fn(move || {
            left = left.checked_sub(1)?;
            ComponentCapability::read(&mut reader).ok()
        })
    }

    /// Everything else, in order.
    pub fn capabilities(&self) -> impl Iterator<Item = Capability<'a>> + use<'a> {
        let mut walk = *self;
        core::iter::from_fn(move || walk.read_next().ok()?)
    }

    fn read_next(&mut self) -> Result<Option<Capability<'a>>, Error> {
        let at = self.reader;
        let Some(key) = self.map.next_key(&mut self.reader)? else { return Ok(None) };
        let reader = &mut self.reader;
        Ok(Some(match key {
            Key::Int(0) => return Err(at.error(ErrorKind::LabelZero)),
            Key::Int(code @ key::COMMAND_CAPABILITIES..=key::DEPENDENCY_CAPABILITIES) => {
                Capability::Element(code, Labels::read(reader)?)
            }
            Key::Other(_) if at.peek()? == Kind::Array => Capability::Path(Labels::read(&mut at.clone())?, Labels::read(reader)?),
            _ => return Err(at.error(ErrorKind::UnknownKey)),
        }))
    }
}

impl<'a> ComponentCapability<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let mut count = reader.array()?;
        let segments = *reader;
        let mut open = false;
        for position in 1..=count {
            if position == count && reader.peek()? == Kind::Bool {
                let at = *reader;
                if !reader.bool()? {
                    return Err(at.error(ErrorKind::ValueOutOfRange));
                }
                open = true;
            } else {
                reader.bytes()?;
            }
        }
        if open {
            count = count.saturating_sub(1);
        }
        Ok(Self { segments, count, open })
    }

    /// The segments of its identifier.
    pub fn segments(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let (mut reader, mut left) = (self.segments, self.count);
        core::iter::from_fn(move || {
            left = left.checked_sub(1)?;
            reader.bytes().ok()
        })
    }

    /// Whether every component below it is supported as well: `true` stands behind the segments.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.open
    }
}

impl<'a> Labels<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let start = *reader;
        let left = reader.array()?;
        if left == 0 {
            return Err(start.error(ErrorKind::EmptyArray));
        }
        let labels = Self { reader: *reader, left };
        for _ in 0..left {
            reader.int()?;
        }
        Ok(labels)
    }
}

impl Iterator for Labels<'_> {
    type Item = i64;

    fn next(&mut self) -> Option<i64> {
        self.left = self.left.checked_sub(1)?;
        self.reader.int().ok()
    }
}
