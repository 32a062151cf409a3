use super::map::MapReader;
use super::place::Place;
use crate::error::{Error, ErrorKind};

/// A forward cursor over encoded items that accepts only the deterministic form.
///
/// ```
/// use suitpack_core::cbor::Reader;
/// let mut reader = Reader::new(&[0x82, 0x01, 0x41, 0xff]);
/// assert_eq!(reader.array()?, 2);
/// assert_eq!(reader.uint()?, 1);
/// assert_eq!(reader.bytes()?, &[0xff]);
/// reader.end()?;
/// # Ok::<(), suitpack_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reader<'a> {
    rest: &'a [u8],
    position: Place,
}

/// The type of the next item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Unsigned integer (major type 0).
    Uint,
    /// Negative integer (major type 1).
    Nint,
    /// Byte string (major type 2).
    Bytes,
    /// Text string (major type 3).
    Text,
    /// Array (major type 4).
    Array,
    /// Map (major type 5).
    Map,
    /// Tag (major type 6).
    Tag,
    /// `true` or `false`.
    Bool,
    /// `null`.
    Null,
    /// Any other simple value or a floating-point number: no element of SUIT has one.
    Other,
}

impl<'a> Reader<'a> {
    /// Reads `input` from its first byte.
    #[must_use]
    pub const fn new(input: &'a [u8]) -> Self {
        Self::at(input, 0)
    }

    /// Reads `input`, which stands `base` bytes into an outer input; errors count from there.
    #[must_use]
    pub const fn at(input: &'a [u8], base: usize) -> Self {
        Self { rest: input, position: Place::new(base) }
    }

    /// Bytes from the start of the outermost input to the next item.
    #[must_use]
    pub const fn position(&self) -> usize {
        self.position.get()
    }

    /// Whether nothing is left.
    #[must_use]
    pub const fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// The bytes not read yet.
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// An error of `kind` at the current position.
    #[must_use]
    pub const fn error(&self, kind: ErrorKind) -> Error {
        Error::new(kind, self.position())
    }

    /// Refuses bytes that follow the last item.
    ///
    /// # Errors
    /// [`ErrorKind::TrailingBytes`].
    pub const fn end(&self) -> Result<(), Error> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.error(ErrorKind::TrailingBytes)) }
    }

    /// The type of the next item, which stays unread.
    ///
    /// # Errors
    /// [`ErrorKind::Truncated`] at the end of the input.
    pub fn peek(&self) -> Result<Kind, Error> {
        self.rest.first().map(|first| kind_of(*first)).ok_or(self.error(ErrorKind::Truncated))
    }

    /// Reads an unsigned integer.
    ///
    /// # Errors
    /// If the next item is anything else or not in its shortest form.
    pub fn uint(&mut self) -> Result<u64, Error> {
        self.head(Kind::Uint)
    }

    /// Reads an integer of either sign that fits 64 bits.
    ///
    /// # Errors
    /// As [`Reader::uint`], and [`ErrorKind::IntegerOutOfRange`] beyond 64 bits.
    pub fn int(&mut self) -> Result<i64, Error> {
        let start = *self;
        let negative = self.is_negative();
        let argument = self.head(if negative { Kind::Nint } else { Kind::Uint })?;
        let magnitude = i64::try_from(argument).map_err(|_| start.error(ErrorKind::IntegerOutOfRange))?;
        Ok(if negative { !magnitude } else { magnitude })
    }

    /// Reads a label. One beyond 32 bits is none that SUIT has, and neither is the outermost that is put in its place.
    #[inline(always)]
    pub(crate) fn label(&mut self) -> Result<i64, Error> {
        self.short_label().map(i64::from)
    }

    #[cfg_attr(target_os = "none", inline(never))]
    #[cfg_attr(not(target_os = "none"), inline(always))]
    pub(super) fn short_label(&mut self) -> Result<i32, Error> {
        let start = *self;
        let negative = self.is_negative();
        let argument = self.head(if negative { Kind::Nint } else { Kind::Uint })?;
        if argument > i64::MAX.unsigned_abs() {
            return Err(start.error(ErrorKind::IntegerOutOfRange));
        }
        let magnitude = i32::try_from(argument).unwrap_or(i32::MAX);
        Ok(if negative { !magnitude } else { magnitude })
    }

    fn is_negative(&self) -> bool {
        self.rest.first().is_some_and(|first| first >> 5 == major(Kind::Nint))
    }

    /// Reads a byte string.
    ///
    /// # Errors
    /// If the next item is anything else, or longer than the input.
    pub fn bytes(&mut self) -> Result<&'a [u8], Error> {
        let length = self.count(Kind::Bytes)?;
        self.take(length)
    }

    /// Reads only the head of an item of `kind`: a length, a count, a tag, or the argument of an integer.
    ///
    /// # Errors
    /// If the next item is anything else.
    pub fn header(&mut self, kind: Kind) -> Result<u64, Error> {
        self.head(kind)
    }

    /// Reads a byte string and gives a reader of its content, whose errors count from the outermost input.
    ///
    /// # Errors
    /// As [`Reader::bytes`].
    pub fn nested(&mut self) -> Result<Self, Error> {
        let length = self.count(Kind::Bytes)?;
        let base = self.position();
        Ok(Self::at(self.take(length)?, base))
    }

    /// Reads a text string.
    ///
    /// # Errors
    /// If the next item is anything else, longer than the input, or not UTF-8.
    pub fn text(&mut self) -> Result<&'a str, Error> {
        let length = self.count(Kind::Text)?;
        let start = *self;
        core::str::from_utf8(self.take(length)?).map_err(|_| start.error(ErrorKind::Utf8))
    }

    /// Reads the head of an array: the number of items that follow.
    ///
    /// # Errors
    /// If the next item is anything else.
    #[inline]
    pub fn array(&mut self) -> Result<u64, Error> {
        self.count(Kind::Array).map(wide)
    }

    /// Reads the head of an array of so many items.
    #[cfg_attr(target_os = "none", inline(never))]
    pub(crate) fn array_of(&mut self, count: usize) -> Result<(), Error> {
        let start = *self;
        if self.count(Kind::Array)? == count { Ok(()) } else { Err(start.error(ErrorKind::ValueOutOfRange)) }
    }

    /// Reads the head of an array of at least one item and at most so many.
    #[cfg_attr(target_os = "none", inline(never))]
    pub(crate) fn array_within(&mut self, limit: usize) -> Result<usize, Error> {
        let start = *self;
        match self.count(Kind::Array)? {
            0 => Err(start.error(ErrorKind::EmptyArray)),
            count if count > limit => Err(start.error(ErrorKind::LimitExceeded)),
            count => Ok(count),
        }
    }

    /// Reads the head of a map; the result hands out its keys in order.
    ///
    /// # Errors
    /// If the next item is anything else.
    #[cfg_attr(target_os = "none", inline(never))]
    pub fn map(&mut self) -> Result<MapReader<'a>, Error> {
        self.count(Kind::Map).map(MapReader::new)
    }

    /// Reads the head of a map of at least one entry.
    #[cfg_attr(target_os = "none", inline(never))]
    pub(crate) fn filled_map(&mut self) -> Result<MapReader<'a>, Error> {
        let start = *self;
        let map = self.map()?;
        if map.remaining == 0 { Err(start.error(ErrorKind::EmptyArray)) } else { Ok(map) }
    }

    /// Reads a tag; its content follows.
    ///
    /// # Errors
    /// If the next item is anything else.
    pub fn tag(&mut self) -> Result<u64, Error> {
        self.head(Kind::Tag)
    }

    /// Reads a tag, and whether it is this one.
    pub(crate) fn is_tag(&mut self, tag: u64) -> Result<bool, Error> {
        self.count(Kind::Tag).map(|found| wide(found) == tag)
    }

    /// Reads `true` or `false`.
    ///
    /// # Errors
    /// If the next item is anything else.
    pub fn bool(&mut self) -> Result<bool, Error> {
        self.expect(Kind::Bool)?;
        Ok(self.take(1)? == [0xf5])
    }

    /// Reads `null`.
    ///
    /// # Errors
    /// If the next item is anything else.
    pub fn null(&mut self) -> Result<(), Error> {
        self.expect(Kind::Null)?;
        self.take(1).map(|_| ())
    }

    /// Reads one whole item and gives its encoded bytes.
    ///
    /// # Errors
    /// If the item breaks a rule anywhere inside.
    pub fn item(&mut self) -> Result<&'a [u8], Error> {
        let start = *self;
        self.skip()?;
        Ok(start.up_to(self))
    }

    /// The bytes from here to where `end`, which was made of this reader, stands.
    #[cfg_attr(target_os = "none", inline(never))]
    pub(crate) fn up_to(&self, end: &Self) -> &'a [u8] {
        self.rest.get(..self.rest.len().saturating_sub(end.rest.len())).unwrap_or_default()
    }

    /// Reads the head of the next item, whatever its type, except simple values.
    pub(super) fn any_head(&mut self) -> Result<(Kind, u64), Error> {
        self.any(Self::head)
    }

    /// The same where the argument counts bytes or items, or does not matter.
    pub(super) fn any_count(&mut self) -> Result<(Kind, usize), Error> {
        self.any(Self::count)
    }

    #[inline]
    fn any<T: Default>(&mut self, read: impl FnOnce(&mut Self, Kind) -> Result<T, Error>) -> Result<(Kind, T), Error> {
        let kind = self.peek()?;
        match kind {
            Kind::Bool | Kind::Null => self.take(1).map(|_| (kind, T::default())),
            Kind::Other => Err(self.error(ErrorKind::UnexpectedType)),
            _ => read(self, kind).map(|argument| (kind, argument)),
        }
    }

    #[cfg_attr(target_os = "none", inline(never))]
    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], Error> {
        let Some((taken, rest)) = self.rest.split_at_checked(length) else { return Err(self.error(ErrorKind::Truncated)) };
        self.rest = rest;
        self.position.advance(taken.len());
        Ok(taken)
    }

    fn expect(&self, kind: Kind) -> Result<(), Error> {
        if self.peek()? == kind { Ok(()) } else { Err(self.error(ErrorKind::UnexpectedType)) }
    }

    /// Reads the head of an item whose argument counts bytes or items, of which no input has more than a word can say. On a device
    /// the word comes back in a register, and an argument of 64 bits does not.
    #[cfg_attr(target_os = "none", inline(never))]
    #[cfg_attr(not(target_os = "none"), inline(always))]
    pub(crate) fn count(&mut self, kind: Kind) -> Result<usize, Error> {
        Ok(word(self.head(kind)?))
    }

    /// Reads initial byte and argument of an item of `kind`. Nearly all heads of a manifest are one byte: that path is short, and
    /// `benches/cost` counts it.
    #[cfg_attr(target_os = "none", inline(never))]
    #[cfg_attr(not(target_os = "none"), inline(always))]
    fn head(&mut self, kind: Kind) -> Result<u64, Error> {
        let Some((first, rest)) = self.rest.split_first() else { return Err(self.error(ErrorKind::Truncated)) };
        if first >> 5 != major(kind) {
            return Err(self.error(ErrorKind::UnexpectedType));
        }
        let short = first & 0x1f;
        if short > 23 {
            return self.long_head(kind);
        }
        self.rest = rest;
        self.position.advance(1);
        Ok(short.into())
    }

    /// Reads a head whose argument follows the initial byte, refusing all but the shortest form.
    #[cfg_attr(target_os = "none", inline(never))]
    fn long_head(&mut self, kind: Kind) -> Result<u64, Error> {
        let (argument, shorter, rest) = match *self.rest {
            [first, a, ref rest @ ..] if first & 0x1f == 24 => (u64::from(a), 23, rest),
            [first, a, b, ref rest @ ..] if first & 0x1f == 25 => (u16::from_be_bytes([a, b]).into(), 0xff, rest),
            [first, a, b, c, d, ref rest @ ..] if first & 0x1f == 26 => (u32::from_be_bytes([a, b, c, d]).into(), 0xffff, rest),
            [first, a, b, c, d, e, f, g, h, ref rest @ ..] if first & 0x1f == 27 => {
                (u64::from_be_bytes([a, b, c, d, e, f, g, h]), 0xffff_ffff, rest)
            }
            [first, ..] if first & 0x1f == 31 && matches!(kind, Kind::Bytes | Kind::Text | Kind::Array | Kind::Map) => {
                return Err(self.error(ErrorKind::IndefiniteLength));
            }
            [first, ..] if first & 0x1f > 27 => return Err(self.error(ErrorKind::ReservedNumber)),
            _ => return Err(self.error(ErrorKind::Truncated)),
        };
        if argument <= shorter {
            return Err(self.error(ErrorKind::NotShortest));
        }
        self.position.advance(self.rest.len().saturating_sub(rest.len()));
        self.rest = rest;
        Ok(argument)
    }
}

impl<'a> Reader<'a> {
    /// Finds the value under an integer key of the map that follows: one that was read whole before, so its order is not held
    /// against the rule again.
    ///
    /// ```
    /// use suitpack_core::cbor::Reader;
    /// let map = Reader::new(&[0xa2, 0x01, 0x02, 0x20, 0x41, 0x07]);
    /// assert_eq!(map.value(-1).map(|mut value| value.bytes()), Some(Ok(&[7][..])));
    /// assert!(map.value(2).is_none());
    /// ```
    #[must_use]
    pub fn value(mut self, key: i64) -> Option<Self> {
        let map = self.map().ok()?;
        self.value_among(&map, key)
    }

    /// As [`Reader::value`], behind the head of `map`.
    pub(crate) fn value_among(mut self, map: &MapReader<'a>, key: i64) -> Option<Self> {
        if cfg!(target_os = "none") {
            // With what is there anyway.
            for _ in 0..map.remaining {
                let label = self.label().ok()?;
                if label == key {
                    return Some(self);
                }
                // Those that are not negative come first, and of either kind those nearer to zero.
                let passed = if key < 0 { label < key } else { label < 0 || label > key };
                if passed {
                    return None;
                }
                self.skip().ok()?;
            }
            return None;
        }
        let (sign, wanted) = if key < 0 { (1, !key) } else { (0, key) };
        let wanted = u64::try_from(wanted).ok()?;
        for _ in 0..map.remaining {
            let (major, argument) = self.checked_head()?;
            // Integers come first, and of those the ones that are not negative; then the smaller ones.
            if (major, argument) >= (sign, wanted) {
                return ((major, argument) == (sign, wanted)).then_some(self);
            }
            self.skip_checked()?;
        }
        None
    }

    /// Passes over an item that was read whole before.
    fn skip_checked(&mut self) -> Option<()> {
        let mut ahead = *self;
        match ahead.checked_head()? {
            (0 | 1 | 7, _) => {}
            (2 | 3, length) => drop(ahead.take(word(length)).ok()?),
            _ => return self.skip().ok(),
        }
        *self = ahead;
        Some(())
    }

    /// Major type and argument of a head that was read before.
    #[inline]
    fn checked_head(&mut self) -> Option<(u8, u64)> {
        let (first, rest) = self.rest.split_first()?;
        let argument = match first & 0x1f {
            short @ 0..=23 => {
                self.rest = rest;
                self.position.advance(1);
                short.into()
            }
            _ => self.long_head(kind_of(*first)).ok()?,
        };
        Some((first >> 5, argument))
    }
}

/// The major type of what has one of its own.
const fn major(kind: Kind) -> u8 {
    match kind {
        Kind::Uint => 0,
        Kind::Nint => 1,
        Kind::Bytes => 2,
        Kind::Text => 3,
        Kind::Array => 4,
        Kind::Map => 5,
        Kind::Tag => 6,
        // They share one, and have no argument.
        Kind::Bool | Kind::Null | Kind::Other => u8::MAX,
    }
}

/// The type that an initial byte announces.
const fn kind_of(first: u8) -> Kind {
    match first >> 5 {
        0 => Kind::Uint,
        1 => Kind::Nint,
        2 => Kind::Bytes,
        3 => Kind::Text,
        4 => Kind::Array,
        5 => Kind::Map,
        6 => Kind::Tag,
        _ => match first {
            0xf4 | 0xf5 => Kind::Bool,
            0xf6 => Kind::Null,
            _ => Kind::Other,
        },
    }
}

/// A count as a word: what is beyond has no bytes to stand in.
pub(super) fn word(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// A word as a count.
#[expect(clippy::as_conversions, reason = "no machine has more than 64 bits")]
pub(crate) const fn wide(word: usize) -> u64 {
    word as u64
}
