use crate::cbor::{Key, Reader};
use crate::error::{Error, ErrorKind};
use crate::limits;
use crate::manifest::component::{ComponentId, Components};
use crate::manifest::sequence::Sequence;
use crate::registry::{self, common as key};
use crate::wrapped::Wrapped;

/// What all sequences of a manifest share.
///
/// ```cddl
/// SUIT_Common = { ? suit-components => [+ SUIT_Component_Identifier], ? suit-shared-sequence => bstr, ... }
/// ```
/// draft-ietf-suit-manifest §8.4.5, which requires the components.
#[derive(Clone, Copy, Debug)]
pub struct Common<'a> {
    components: Components<'a>,
    shared: Option<Wrapped<'a>>,
    dependencies: bool,
}

impl<'a> Common<'a> {
    pub(super) fn parse(wrapped: Wrapped<'a>) -> Result<Self, Error> {
        let mut reader = wrapped.reader();
        let start = reader;
        let (mut components, mut shared, mut dependencies) = (None, None, false);
        let mut map = reader.map()?;
        while let Some(key) = map.next_key(&mut reader)? {
            let at = reader;
            match key {
                Key::Int(0) => return Err(at.error(ErrorKind::LabelZero)),
                Key::Int(key::DEPENDENCIES) => {
                    reader.skip()?;
                    dependencies = true;
                }
                Key::Int(key::COMPONENTS) => components = Some(read_components(&mut reader)?),
                Key::Int(key::SHARED_SEQUENCE) => shared = Some(Wrapped::read(&mut reader)?),
                Key::Int(code) if registry::is_private(code) => reader.skip()?,
                _ => return Err(at.error(ErrorKind::UnknownKey)),
            }
        }
        reader.end()?;
        let components = components.ok_or(start.error(ErrorKind::MissingField))?;
        let common = Self { components, shared, dependencies };
        if let Some(shared) = shared {
            Sequence::parse(shared, common.indices(), true)?;
        }
        Ok(common)
    }

    /// The components, whose positions are their indices.
    #[must_use]
    pub const fn components(&self) -> Components<'a> {
        self.components
    }

    /// The commands that run before every sequence.
    #[must_use]
    pub fn shared_sequence(&self) -> Option<Sequence<'a>> {
        self.shared.map(Sequence::view)
    }

    /// Whether other manifests are depended upon, which this version does not process.
    #[must_use]
    pub const fn has_dependencies(&self) -> bool {
        self.dependencies
    }

    /// How many indices a sequence may use. The trust-domains examples number dependencies behind the components; their
    /// manifests are read without a bound and refused when they are to be processed.
    pub(super) fn indices(&self) -> usize {
        if self.dependencies { usize::MAX } else { self.components.len() }
    }
}

fn read_components<'a>(reader: &mut Reader<'a>) -> Result<Components<'a>, Error> {
    let start = *reader;
    let count = reader.array()?;
    if count == 0 {
        return Err(start.error(ErrorKind::EmptyArray));
    }
    let length = usize::try_from(count).ok().filter(|count| *count <= limits::COMPONENTS);
    let length = length.ok_or(start.error(ErrorKind::LimitExceeded))?;
    let components = Components::new(*reader, length);
    for _ in 0..count {
        ComponentId::read(reader)?;
    }
    Ok(components)
}
