//! The manifests a manifest depends upon.

use crate::cbor::{Label, MapReader, Reader};
use crate::error::{Error, ErrorKind};
use crate::limits;
use crate::manifest::component::ComponentId;
use crate::registry::{self, dependency as key};

/// The dependencies of a manifest, in order of their component indices.
///
/// ```cddl
/// SUIT_Dependencies = { + uint => SUIT_Dependency_Metadata }
/// SUIT_Dependency_Metadata = { ? suit-dependency-prefix => SUIT_Component_Identifier, ... }
/// ```
/// draft-ietf-suit-trust-domains §5.2.2
#[derive(Clone, Copy, Debug)]
pub struct Dependencies<'a> {
    reader: Reader<'a>,
    map: MapReader<'a>,
}

/// A manifest that is depended upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dependency<'a> {
    /// The index of the component that holds its envelope.
    pub index: u32,
    /// What stands before the identifiers of its components.
    pub prefix: Option<ComponentId<'a>>,
}

impl<'a> Dependencies<'a> {
    #[cfg(feature = "trust-domains")]
    pub(super) fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let map = reader.filled_map()?;
        let dependencies = Self { reader: *reader, map };
        let mut walk = dependencies;
        while walk.read_next()?.is_some() {}
        *reader = walk.reader;
        Ok(dependencies)
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> u64 {
        self.map.remaining()
    }

    /// Never: the CDDL wants one or more.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.map.remaining() == 0
    }

    /// Holds every index against the number of components.
    pub(super) fn within(mut self, components: usize) -> Result<(), Error> {
        loop {
            let at = self.reader;
            match self.read_next()? {
                None => return Ok(()),
                Some(dependency) if usize::try_from(dependency.index).is_ok_and(|index| index < components) => {}
                Some(_) => return Err(at.error(ErrorKind::ComponentIndexOutOfRange)),
            }
        }
    }

    fn read_next(&mut self) -> Result<Option<Dependency<'a>>, Error> {
        let at = self.reader;
        // SUIT-58
        let index = match self.map.next_label(&mut self.reader)? {
            None => return Ok(None),
            Some(Label::Int(code)) => u32::try_from(code).ok(),
            Some(_) => return Err(at.error(ErrorKind::UnexpectedType)),
        };
        // Parameters are kept for each index.
        let index = index.filter(|index| usize::try_from(*index).is_ok_and(|index| index < limits::COMPONENTS));
        let index = index.ok_or(at.error(ErrorKind::ComponentIndexOutOfRange))?;
        let reader = &mut self.reader;
        let mut prefix = None;
        let mut metadata = reader.map()?;
        loop {
            let at = *reader;
            match metadata.next_label(reader)? {
                None => break,
                Some(Label::Int(0)) => return Err(at.error(ErrorKind::LabelZero)),
                Some(Label::Int(key::PREFIX)) => prefix = Some(ComponentId::read(reader)?),
                Some(Label::Int(code)) if registry::is_private(code) => reader.skip()?,
                Some(_) => return Err(at.error(ErrorKind::UnknownKey)),
            }
        }
        Ok(Some(Dependency { index, prefix }))
    }
}

impl<'a> Iterator for Dependencies<'a> {
    type Item = Dependency<'a>;

    fn next(&mut self) -> Option<Dependency<'a>> {
        self.read_next().ok()?
    }
}
