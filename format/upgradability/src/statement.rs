//! The whole promise, as a view on its bytes.

use suitpack_core::cbor::{Key, Kind as Item, MapReader, Reader};
use suitpack_core::{Error, ErrorKind};

use crate::date::Date;
use crate::limits::STATEMENT as MOST;
use crate::schema::{STATEMENT, Updatable};
use crate::walk::{LAST_KEY, PRIVATE, bit, check, extension, has_required};

/// A statement whose every element has its type and its limits.
///
/// ```cddl
/// upgradability = { up-version => 1, up-seq => uint, up-issued => date, up-capability => capability, ... }
/// ```
/// spec/upgradability.md
#[derive(Clone, Copy, Debug)]
pub struct Statement<'a> {
    bytes: &'a [u8],
    seq: u64,
    issued: Date,
    updatable: Updatable,
    understood: bool,
}

impl<'a> Statement<'a> {
    /// Reads a statement.
    ///
    /// # Errors
    /// If it is not deterministic, breaks its CDDL, or exceeds a limit.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes);
        let start = reader;
        if bytes.len() > MOST {
            return Err(start.error(ErrorKind::LimitExceeded));
        }
        let mut seen = 0;
        let mut critical = false;
        let mut map = reader.map()?;
        loop {
            let at = reader;
            let Some(key) = map.next_key(&mut reader)? else { break };
            match key {
                Key::Int(code) if (0..=LAST_KEY).contains(&code) => {
                    let field = STATEMENT.iter().find(|field| i64::try_from(field.key) == Ok(code));
                    let field = field.ok_or(at.error(ErrorKind::UnknownKey))?;
                    if field.key == VERSION && reader.clone().uint()? != 1 {
                        return Err(reader.error(ErrorKind::ValueOutOfRange));
                    }
                    check(&field.kind, &mut reader)?;
                    seen |= bit(field);
                    critical |= field.key == CRIT;
                }
                // Registered by those that come: read past unless `crit` names them. No version of ours knows any.
                Key::Int(code) if code > LAST_KEY || code <= PRIVATE => extension(&mut reader)?,
                Key::Text(_) => extension(&mut reader)?,
                _ => return Err(at.error(ErrorKind::UnknownKey)),
            }
        }
        reader.end()?;
        if !has_required(STATEMENT, seen) {
            return Err(start.error(ErrorKind::MissingField));
        }
        if critical {
            extensions_are_there(bytes)?;
        }
        let mut statement = Self { bytes, seq: 0, issued: DAY_0, updatable: Updatable::No, understood: !critical };
        statement.seq = statement.field(SEQ).and_then(|mut value| value.uint().ok()).unwrap_or(0);
        statement.issued = statement.field(ISSUED).and_then(|mut value| Date::read(&mut value).ok()).unwrap_or(DAY_0);
        statement.updatable = statement.field(CAPABILITY).and_then(updatable).ok_or(start.error(ErrorKind::MissingField))?;
        Ok(statement)
    }

    /// The encoded statement.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The number that grows with each statement of a product.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// The day it was made.
    #[must_use]
    pub const fn issued(&self) -> Date {
        self.issued
    }

    /// Whether the product can be updated.
    #[must_use]
    pub const fn updatable(&self) -> Updatable {
        self.updatable
    }

    /// Whether everything the maker calls critical is known to this version. If not, nothing of the statement may be shown as
    /// the whole truth.
    #[must_use]
    pub const fn is_understood(&self) -> bool {
        self.understood
    }

    /// The delivery channels.
    #[must_use]
    pub fn channels(&self) -> Channels<'a> {
        Channels(Maps::of(self.field(CHANNELS)))
    }

    /// The support horizons.
    #[must_use]
    pub fn horizons(&self) -> Horizons<'a> {
        Horizons(Maps::of(self.field(HORIZONS)))
    }

    /// Where the statement in force can be had.
    #[must_use]
    pub fn statement_uri(&self) -> Option<&'a str> {
        self.field(STATEMENT_URI)?.text().ok()
    }

    /// A reader before the value of a field of [`STATEMENT`], for elements without a view of their own.
    #[must_use]
    pub fn field(&self, key: u64) -> Option<Reader<'a>> {
        find(Reader::new(self.bytes), key)
    }
}

/// A way in which updates reach the product.
#[derive(Clone, Copy, Debug)]
pub struct Channel<'a>(Reader<'a>);

impl<'a> Channel<'a> {
    /// The code of its mechanism.
    #[must_use]
    pub fn mechanism(&self) -> u64 {
        find(self.0, 0).and_then(|mut value| value.uint().ok()).unwrap_or(0)
    }

    /// The name of the release channel it carries.
    #[must_use]
    pub fn name(&self) -> Option<&'a str> {
        find(self.0, 15)?.text().ok()
    }
}

/// How long support lasts, somewhere or for something.
#[derive(Clone, Copy, Debug)]
pub struct Horizon<'a>(Reader<'a>);

impl<'a> Horizon<'a> {
    /// The day until which support is guaranteed: not stated, not decided, or a day.
    #[must_use]
    pub fn guaranteed_until(&self) -> Option<Option<Date>> {
        date_or_unknown(find(self.0, 2)?)
    }

    /// The day on which support is expected to end. It is no promise.
    #[must_use]
    pub fn anticipated_end(&self) -> Option<Option<Date>> {
        date_or_unknown(find(self.0, 3)?)
    }

    /// Months that are guaranteed from the start basis of a unit.
    #[must_use]
    pub fn minimum_period(&self) -> Option<u64> {
        find(self.0, 4)?.uint().ok()
    }

    /// The regions it holds in; empty for all.
    pub fn regions(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let mut reader = find(self.0, 8);
        let mut left = reader.as_mut().and_then(|reader| reader.array().ok()).unwrap_or(0);
        core::iter::from_fn(move || {
            left = left.checked_sub(1)?;
            reader.as_mut()?.text().ok()
        })
    }

    /// A reader before the whole map, for entries without a view of their own.
    pub(crate) const fn map(&self) -> Reader<'a> {
        self.0
    }

    /// Whether it speaks of some components only.
    #[must_use]
    pub fn has_scope(&self) -> bool {
        find(self.0, 9).is_some()
    }
}

/// See [`Statement::channels`].
#[derive(Clone, Copy, Debug)]
pub struct Channels<'a>(Maps<'a>);

impl<'a> Iterator for Channels<'a> {
    type Item = Channel<'a>;

    fn next(&mut self) -> Option<Channel<'a>> {
        self.0.next().map(Channel)
    }
}

/// See [`Statement::horizons`].
#[derive(Clone, Copy, Debug)]
pub struct Horizons<'a>(Maps<'a>);

impl<'a> Iterator for Horizons<'a> {
    type Item = Horizon<'a>;

    fn next(&mut self) -> Option<Horizon<'a>> {
        self.0.next().map(Horizon)
    }
}

/// The maps of a list, each as a reader before it.
#[derive(Clone, Copy, Debug)]
struct Maps<'a> {
    reader: Reader<'a>,
    left: u64,
}

impl<'a> Maps<'a> {
    fn of(list: Option<Reader<'a>>) -> Self {
        let mut reader = list.unwrap_or(Reader::new(&[]));
        let left = reader.array().unwrap_or(0);
        Self { reader, left }
    }

    fn next(&mut self) -> Option<Reader<'a>> {
        self.left = self.left.checked_sub(1)?;
        let at = self.reader;
        self.reader.skip().ok()?;
        Some(at)
    }
}

/// Refuses a statement whose `crit` names a key that it does not have.
fn extensions_are_there(bytes: &[u8]) -> Result<(), Error> {
    let Some(mut named) = find(Reader::new(bytes), CRIT) else { return Ok(()) };
    for _ in 0..named.array()? {
        let at = named;
        let wanted = named.item()?;
        let mut reader = Reader::new(bytes);
        let mut left = reader.map()?.remaining();
        loop {
            left = left.checked_sub(1).ok_or(at.error(ErrorKind::MissingField))?;
            if reader.item()? == wanted {
                break;
            }
            reader.skip()?;
        }
    }
    Ok(())
}

/// A reader before the value under `key` in a map.
pub(crate) fn find(mut reader: Reader<'_>, key: u64) -> Option<Reader<'_>> {
    let wanted = Key::Int(i64::try_from(key).ok()?);
    let mut map: MapReader<'_> = reader.map().ok()?;
    while let Some(at) = map.next_key(&mut reader).ok()? {
        if at == wanted {
            return Some(reader);
        }
        reader.skip().ok()?;
    }
    None
}

pub(crate) fn date_or_unknown(mut value: Reader<'_>) -> Option<Option<Date>> {
    match value.peek().ok()? {
        Item::Null => Some(None),
        _ => Date::read(&mut value).ok().map(Some),
    }
}

fn updatable(mut value: Reader<'_>) -> Option<Updatable> {
    if value.peek().ok()? == Item::Map {
        value = find(value, 0)?;
    }
    Updatable::from_code(value.uint().ok()?)
}

const DAY_0: Date = Date::EPOCH;
const VERSION: u64 = 0;
const SEQ: u64 = 1;
const ISSUED: u64 = 2;
const CAPABILITY: u64 = 3;
const CHANNELS: u64 = 4;
const HORIZONS: u64 = 5;
const STATEMENT_URI: u64 = 18;
const CRIT: u64 = 20;
