//! What suit-directive-wait waits for.

use crate::cbor::{Kind, Label, MapReader, Reader, wide};
use crate::error::{Error, ErrorKind};
use crate::limits;
use crate::manifest::version::VersionMatch;
use crate::registry::wait_event as key;

/// The events that all have to come, in order of their keys.
///
/// ```cddl
/// SUIT_Wait_Event = { + SUIT_Wait_Events }
/// ```
/// draft-ietf-suit-update-management §4.5
#[derive(Clone, Copy, Debug)]
pub struct WaitInfo<'a> {
    encoded: &'a [u8],
    reader: Reader<'a>,
    map: MapReader<'a>,
}

/// An event that is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WaitEvent<'a> {
    /// Somebody authorises the update; the number is its priority.
    Authorization(i64),
    /// The power state is this.
    Power(i64),
    /// The network state is this.
    Network(i64),
    /// Another device has a version.
    OtherDeviceVersion(OtherDevice<'a>),
    /// Seconds since 1970.
    Time(u64),
    /// Seconds since midnight, local time.
    TimeOfDay(u64),
    /// Days since Sunday, local time.
    DayOfWeek(u64),
    /// Seconds since midnight, UTC.
    TimeOfDayUtc(u64),
    /// Days since Sunday, UTC.
    DayOfWeekUtc(u64),
}

/// Another device and what its version is to be; all comparisons have to hold.
#[derive(Clone, Copy, Debug)]
pub struct OtherDevice<'a> {
    name: &'a [u8],
    reader: Reader<'a>,
    left: usize,
}

impl<'a> WaitInfo<'a> {
    /// Reads the content of the parameter's byte string.
    ///
    /// # Errors
    /// If it is empty, names an event that is not known, or gives one a value it does not have.
    pub fn parse(mut reader: Reader<'a>) -> Result<Self, Error> {
        let encoded = reader.rest();
        let map = reader.filled_map()?;
        let events = Self { encoded, reader, map };
        let mut walk = events;
        while walk.read_next()?.is_some() {}
        walk.reader.end()?;
        Ok(events)
    }

    /// The map as encoded.
    #[must_use]
    pub const fn encoded(&self) -> &'a [u8] {
        self.encoded
    }

    fn read_next(&mut self) -> Result<Option<WaitEvent<'a>>, Error> {
        let at = self.reader;
        let Some(key) = self.map.next_label(&mut self.reader)? else { return Ok(None) };
        let reader = &mut self.reader;
        Ok(Some(match key {
            Label::Int(0) => return Err(at.error(ErrorKind::LabelZero)),
            Label::Int(key::AUTHORIZATION) => WaitEvent::Authorization(reader.int()?),
            Label::Int(key::POWER) => WaitEvent::Power(reader.int()?),
            Label::Int(key::NETWORK) => WaitEvent::Network(reader.int()?),
            Label::Int(key::OTHER_DEVICE_VERSION) => WaitEvent::OtherDeviceVersion(OtherDevice::read(reader)?),
            Label::Int(key::TIME) => WaitEvent::Time(reader.uint()?),
            Label::Int(key::TIME_OF_DAY) => WaitEvent::TimeOfDay(below(reader, DAY)?),
            Label::Int(key::DAY_OF_WEEK) => WaitEvent::DayOfWeek(below(reader, WEEK)?),
            Label::Int(key::TIME_OF_DAY_UTC) => WaitEvent::TimeOfDayUtc(below(reader, DAY)?),
            Label::Int(key::DAY_OF_WEEK_UTC) => WaitEvent::DayOfWeekUtc(below(reader, WEEK)?),
            // SUIT-61: An event that cannot be watched for would be waited for without end, or not at all.
            _ => return Err(at.error(ErrorKind::UnknownKey)),
        }))
    }
}

/// Seconds of a day.
const DAY: u64 = 86_400;
/// Days of a week.
const WEEK: u64 = 7;

fn below(reader: &mut Reader<'_>, bound: u64) -> Result<u64, Error> {
    let start = *reader;
    let value = reader.uint()?;
    if value < bound { Ok(value) } else { Err(start.error(ErrorKind::ValueOutOfRange)) }
}

impl<'a> Iterator for WaitInfo<'a> {
    type Item = WaitEvent<'a>;

    fn next(&mut self) -> Option<WaitEvent<'a>> {
        self.read_next().ok()?
    }
}

impl PartialEq for WaitInfo<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.encoded == other.encoded
    }
}

impl Eq for WaitInfo<'_> {}

impl<'a> OtherDevice<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        reader.array_of(2)?;
        let name = reader.bytes()?;
        let at = *reader;
        let left = reader.count(Kind::Array)?;
        if left == 0 {
            return Err(at.error(ErrorKind::EmptyArray));
        }
        if wide(left) > limits::VERSION {
            return Err(at.error(ErrorKind::LimitExceeded));
        }
        let device = Self { name, reader: *reader, left };
        for _ in 0..left {
            VersionMatch::read(reader)?;
        }
        Ok(device)
    }

    /// Which device.
    #[must_use]
    pub const fn name(&self) -> &'a [u8] {
        self.name
    }

    /// What its version is to be.
    pub fn versions(&self) -> impl Iterator<Item = VersionMatch<'a>> + use<'a> {
        let (mut reader, mut left) = (self.reader, self.left);
        core::iter::from_fn(move || {
            left = left.checked_sub(1)?;
            VersionMatch::read(&mut reader).ok()
        })
    }
}

impl PartialEq for OtherDevice<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.versions().eq(other.versions())
    }
}

impl Eq for OtherDevice<'_> {}
