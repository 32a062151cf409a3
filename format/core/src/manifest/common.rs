use crate::cbor::{Label, Reader};
use crate::error::{Error, ErrorKind};
use crate::limits;
use crate::manifest::component::{ComponentId, Components};
use crate::manifest::dependency::Dependencies;
use crate::manifest::sequence::Sequence;
use crate::profile::Profile;
use crate::registry::{self, common as key};
use crate::wrapped::Wrapped;

/// What all sequences of a manifest share.
///
/// ```cddl
/// SUIT_Common = { ? suit-dependencies => SUIT_Dependencies, ? suit-components => [+ SUIT_Component_Identifier],
///                 ? suit-shared-sequence => bstr, ... }
/// ```
/// draft-ietf-suit-manifest §8.4.5, which requires the components.
#[derive(Clone, Copy, Debug)]
pub struct Common<'a> {
    components: Components<'a>,
    shared: Option<Wrapped<'a>>,
    dependencies: Option<Dependencies<'a>>,
    indices: usize,
}

impl<'a> Common<'a> {
    pub(super) fn parse(wrapped: Wrapped<'a>, profile: Profile) -> Result<Self, Error> {
        let mut reader = wrapped.reader();
        let start = reader;
        let (mut components, mut shared) = (None, None);
        #[cfg_attr(not(feature = "trust-domains"), expect(unused_mut))]
        let mut dependencies: Option<Dependencies<'_>> = None;
        let mut map = reader.map()?;
        while let Some(key) = map.next_label(&mut reader)? {
            let at = reader;
            match key {
                Label::Int(0) => return Err(at.error(ErrorKind::LabelZero)),
                #[cfg(feature = "trust-domains")]
                Label::Int(key::DEPENDENCIES) => dependencies = Some(Dependencies::read(&mut reader)?),
                Label::Int(key::COMPONENTS) => components = Some(read_components(&mut reader)?),
                Label::Int(key::SHARED_SEQUENCE) => shared = Some(Wrapped::read(&mut reader)?),
                Label::Int(code) if registry::is_private(code) => reader.skip()?,
                _ => return Err(at.error(ErrorKind::UnknownKey)),
            }
        }
        reader.end()?;
        let components = components.ok_or(start.error(ErrorKind::MissingField))?;
        let mut indices = components.len();
        if let Some(dependencies) = dependencies {
            match profile {
                Profile::Strict => dependencies.within(components.len())?,
                Profile::Lenient => indices = dependencies.map(|dependency| beyond(dependency.index)).fold(indices, usize::max),
            }
        }
        let common = Self { components, shared, dependencies, indices };
        if let Some(shared) = shared {
            Sequence::parse(shared, common.indices, true)?;
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

    /// The manifests depended upon.
    #[must_use]
    pub const fn dependencies(&self) -> Option<Dependencies<'a>> {
        if cfg!(feature = "trust-domains") { self.dependencies } else { None }
    }

    /// How many component indices a sequence may use: the number of components, or more if the lenient profile lets dependencies
    /// stand behind them.
    #[must_use]
    pub const fn indices(&self) -> usize {
        self.indices
    }
}

/// The number of indices that there have to be for this one to be among them.
fn beyond(index: u32) -> usize {
    usize::try_from(index).map_or(usize::MAX, |index| index.saturating_add(1))
}

fn read_components<'a>(reader: &mut Reader<'a>) -> Result<Components<'a>, Error> {
    let length = reader.array_within(limits::COMPONENTS)?;
    let components = Components::new(*reader, length);
    for _ in 0..length {
        ComponentId::read(reader)?;
    }
    Ok(components)
}
