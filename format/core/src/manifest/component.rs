use crate::cbor::{Kind, Reader};
use crate::error::{Error, ErrorKind};
use crate::limits;

/// The name of a component: a path of byte strings.
///
/// ```cddl
/// SUIT_Component_Identifier = [* bstr]
/// ```
/// draft-ietf-suit-manifest §8.4.5
#[derive(Clone, Copy, Debug)]
pub struct ComponentId<'a> {
    encoded: &'a [u8],
    segments: Reader<'a>,
    count: usize,
}

impl<'a> ComponentId<'a> {
    /// Reads an identifier.
    ///
    /// # Errors
    /// If it is no array of byte strings, or longer than this reader's limits.
    pub fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let start = *reader;
        let count = usize::try_from(reader.array()?).ok().filter(|count| *count <= limits::COMPONENT_SEGMENTS);
        let count = count.ok_or(start.error(ErrorKind::LimitExceeded))?;
        let segments = *reader;
        let mut bytes = 0_usize;
        for _ in 0..count {
            bytes = bytes.saturating_add(reader.bytes()?.len());
        }
        if bytes > limits::COMPONENT_BYTES {
            return Err(start.error(ErrorKind::LimitExceeded));
        }
        Ok(Self { encoded: start.up_to(reader), segments, count })
    }

    /// The segments in order.
    pub fn segments(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let (mut reader, mut left) = (self.segments, self.count);
        core::iter::from_fn(move || {
            left = left.checked_sub(1)?;
            reader.bytes().ok()
        })
    }

    /// The encoded array; equal for equal identifiers.
    #[must_use]
    pub const fn encoded(&self) -> &'a [u8] {
        self.encoded
    }
}

impl PartialEq for ComponentId<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.encoded == other.encoded
    }
}

impl Eq for ComponentId<'_> {}

/// The components of a manifest in order.
#[derive(Clone, Copy, Debug)]
pub struct Components<'a> {
    reader: Reader<'a>,
    left: usize,
}

impl<'a> Components<'a> {
    pub(super) const fn new(reader: Reader<'a>, left: usize) -> Self {
        Self { reader, left }
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.left
    }

    /// Never: the CDDL wants one or more.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.left == 0
    }
}

impl<'a> Iterator for Components<'a> {
    type Item = ComponentId<'a>;

    fn next(&mut self) -> Option<ComponentId<'a>> {
        self.left = self.left.checked_sub(1)?;
        ComponentId::read(&mut self.reader).ok()
    }
}

/// The components that the commands behind suit-directive-set-component-index apply to.
///
/// ```cddl
/// IndexArg = uint / true / [+uint]
/// ```
/// draft-ietf-suit-manifest §6.5, §8.4.10.1
#[derive(Clone, Copy, Debug)]
pub enum ComponentIndex<'a> {
    /// Every component, in declared order.
    All,
    /// One.
    One(u32),
    /// These, in this order.
    Many(Indices<'a>),
}

impl<'a> ComponentIndex<'a> {
    pub(super) fn read(reader: &mut Reader<'a>, count: u32) -> Result<Self, Error> {
        let start = *reader;
        match reader.peek()? {
            Kind::Uint => read_index(reader, count).map(Self::One),
            Kind::Bool if reader.bool()? => Ok(Self::All),
            Kind::Array => {
                let left = u8::try_from(reader.array_within(limits::COMPONENTS)?).unwrap_or(u8::MAX);
                let indices = Indices { reader: *reader, left, count };
                // Indices are below the limit of components, which are no more than there are bits here.
                let mut seen = 0_u64;
                for _ in 0..left {
                    let at = *reader;
                    let bit = 1_u64.checked_shl(read_index(reader, count)?);
                    let bit = bit.ok_or(at.error(ErrorKind::ComponentIndexOutOfRange))?;
                    // A component named twice would run each command twice.
                    if seen & bit != 0 {
                        return Err(at.error(ErrorKind::DuplicateKey));
                    }
                    seen |= bit;
                }
                Ok(Self::Many(indices))
            }
            _ => Err(start.error(ErrorKind::UnexpectedType)),
        }
    }
}

/// The indices of an array form, in order.
#[derive(Clone, Copy, Debug)]
pub struct Indices<'a> {
    reader: Reader<'a>,
    left: u8,
    count: u32,
}

impl Iterator for Indices<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        self.left = self.left.checked_sub(1)?;
        read_index(&mut self.reader, self.count).ok()
    }
}

// SUIT-23
fn read_index(reader: &mut Reader<'_>, count: u32) -> Result<u32, Error> {
    let start = *reader;
    let index = u32::try_from(reader.count(Kind::Uint)?).ok();
    index.filter(|index| *index < count).ok_or(start.error(ErrorKind::ComponentIndexOutOfRange))
}
