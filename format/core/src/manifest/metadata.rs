//! What a file system is to know of a component.

use crate::cbor::{Kind, Label, MapReader, Reader};
use crate::error::{Error, ErrorKind};
use crate::limits;
use crate::registry::{self, component_metadata as key, file_type, permission, tag};

/// The metadata of a component, read whole and taken apart by [`ComponentMetadata::fields`].
#[derive(Clone, Copy, Debug)]
pub struct ComponentMetadata<'a>(Reader<'a>);

/// Owner, times and rights of a component, to be set before it is fetched, copied or written.
///
/// draft-ietf-suit-update-management §4.6. Extensions are refused: what they would restrict would not be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fields<'a> {
    /// What everybody may do who is not named below: bits of [`permission`].
    pub default_permissions: Option<u64>,
    /// What users may do.
    pub user_permissions: Option<Permissions<'a>>,
    /// What groups may do.
    pub group_permissions: Option<Permissions<'a>>,
    /// What roles may do.
    pub role_permissions: Option<Permissions<'a>>,
    /// What the component is; a regular file if it is not said.
    pub file_type: Option<FileType>,
    /// Seconds since 1970.
    pub modification_time: Option<u64>,
    /// Seconds since 1970.
    pub creation_time: Option<u64>,
    /// Who made it.
    pub creator: Option<Actor<'a>>,
}

/// What a component is on a file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileType {
    /// A file.
    Regular,
    /// A directory.
    Directory,
    /// A symbolic link, whose target is the component's content.
    Symlink,
}

/// A user, group, role or creator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor<'a> {
    /// Tag 37.
    Uuid(&'a [u8]),
    /// Bytes.
    Bytes(&'a [u8]),
    /// A name.
    Name(&'a str),
    /// A number, as a POSIX user has.
    Number(i64),
}

impl<'a> ComponentMetadata<'a> {
    /// Reads the content of the parameter's byte string.
    ///
    /// # Errors
    /// If it breaks the CDDL, or gives a right that is not known.
    pub fn parse(reader: Reader<'a>) -> Result<Self, Error> {
        Fields::read(reader).map(|_| Self(reader))
    }

    /// The map as encoded.
    #[must_use]
    pub const fn encoded(&self) -> &'a [u8] {
        self.0.rest()
    }

    /// Its elements.
    #[must_use]
    pub fn fields(&self) -> Fields<'a> {
        Fields::read(self.0).unwrap_or_default()
    }
}

impl PartialEq for ComponentMetadata<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0.rest() == other.0.rest()
    }
}

impl Eq for ComponentMetadata<'_> {}

impl<'a> Fields<'a> {
    // A device reads them for their faults: nothing of them is kept there if it sees what is not used.
    #[cfg_attr(target_os = "none", inline(always))]
    fn read(mut reader: Reader<'a>) -> Result<Self, Error> {
        let mut metadata = Self::default();
        let mut map = reader.map()?;
        loop {
            let at = reader;
            let Some(key) = map.next_label(&mut reader)? else { break };
            match key {
                Label::Int(0) => return Err(at.error(ErrorKind::LabelZero)),
                Label::Int(key::DEFAULT_PERMISSIONS) => metadata.default_permissions = Some(permissions(&mut reader)?),
                Label::Int(key::USER_PERMISSIONS) => metadata.user_permissions = Some(Permissions::read(&mut reader)?),
                Label::Int(key::GROUP_PERMISSIONS) => metadata.group_permissions = Some(Permissions::read(&mut reader)?),
                Label::Int(key::ROLE_PERMISSIONS) => metadata.role_permissions = Some(Permissions::read(&mut reader)?),
                Label::Int(key::FILE_TYPE) => metadata.file_type = Some(FileType::read(&mut reader)?),
                Label::Int(key::MODIFICATION_TIME) => metadata.modification_time = Some(time(&mut reader)?),
                Label::Int(key::CREATION_TIME) => metadata.creation_time = Some(time(&mut reader)?),
                Label::Int(key::CREATOR) => metadata.creator = Some(Actor::read(&mut reader)?),
                _ => return Err(at.error(ErrorKind::UnknownKey)),
            }
        }
        reader.end()?;
        Ok(metadata)
    }
}

impl FileType {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let start = *reader;
        Ok(match reader.label()? {
            file_type::REGULAR => Self::Regular,
            file_type::DIRECTORY => Self::Directory,
            file_type::SYMLINK => Self::Symlink,
            _ => return Err(start.error(ErrorKind::ValueOutOfRange)),
        })
    }

    /// The number on the wire.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            Self::Regular => file_type::REGULAR,
            Self::Directory => file_type::DIRECTORY,
            Self::Symlink => file_type::SYMLINK,
        }
    }
}

impl<'a> Actor<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let start = *reader;
        Ok(match reader.peek()? {
            Kind::Tag => {
                if !reader.is_tag(tag::UUID)? {
                    return Err(start.error(ErrorKind::UnexpectedType));
                }
                let bytes = reader.bytes()?;
                if bytes.len() != 16 {
                    return Err(start.error(ErrorKind::ValueOutOfRange));
                }
                Self::Uuid(bytes)
            }
            Kind::Bytes => Self::Bytes(reader.bytes()?),
            Kind::Text => {
                let name = reader.text()?;
                // §4.6 admits letters, marks, numbers, punctuation, symbols and spaces.
                if name.chars().any(char::is_control) {
                    return Err(start.error(ErrorKind::ValueOutOfRange));
                }
                Self::Name(name)
            }
            _ => Self::Number(reader.int()?),
        })
    }
}

/// Actors and what each may do, in order of their encodings.
#[derive(Clone, Copy, Debug)]
pub struct Permissions<'a> {
    reader: Reader<'a>,
    map: MapReader<'a>,
}

impl<'a> Permissions<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let start = *reader;
        let map = reader.filled_map()?;
        if map.remaining() > limits::ACTORS {
            return Err(start.error(ErrorKind::LimitExceeded));
        }
        let permissions = Self { reader: *reader, map };
        let mut walk = permissions;
        while walk.read_next()?.is_some() {}
        *reader = walk.reader;
        Ok(permissions)
    }

    fn read_next(&mut self) -> Result<Option<(Actor<'a>, u64)>, Error> {
        let mut key = self.reader;
        if self.map.next_label(&mut self.reader)?.is_none() {
            return Ok(None);
        }
        let actor = Actor::read(&mut key)?;
        permissions(&mut self.reader).map(|bits| Some((actor, bits)))
    }
}

impl<'a> Iterator for Permissions<'a> {
    type Item = (Actor<'a>, u64);

    fn next(&mut self) -> Option<Self::Item> {
        self.read_next().ok()?
    }
}

impl PartialEq for Permissions<'_> {
    fn eq(&self, other: &Self) -> bool {
        Iterator::eq(*self, *other)
    }
}

impl Eq for Permissions<'_> {}

/// A set of rights. One that is not known might be anything, set-user-id included.
// SUIT-63
fn permissions(reader: &mut Reader<'_>) -> Result<u64, Error> {
    const KNOWN: u64 = registry::bits(permission::LABELS);
    let start = *reader;
    let bits = reader.uint()?;
    if bits & !KNOWN == 0 { Ok(bits) } else { Err(start.error(ErrorKind::ValueOutOfRange)) }
}

fn time(reader: &mut Reader<'_>) -> Result<u64, Error> {
    let start = *reader;
    if reader.is_tag(tag::TIME)? { reader.uint() } else { Err(start.error(ErrorKind::UnexpectedType)) }
}
