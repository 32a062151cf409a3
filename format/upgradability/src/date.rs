//! Dates: whole days, inclusive.

use core::fmt;
use core::str::FromStr;

use suitpack_core::cbor::{Reader, Sink, Writer};
use suitpack_core::{Error, ErrorKind};

/// A day, counted from 1970-01-01.
///
/// ```cddl
/// date = #6.100(int)
/// ```
/// RFC 8943. A promise until a day holds for all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i32);

impl Date {
    /// 1970-01-01.
    pub const EPOCH: Self = Self(0);

    /// The day with this number; `None` outside the years 1 to 9999.
    #[must_use]
    pub fn from_days(days: i64) -> Option<Self> {
        let days = i32::try_from(days).ok()?;
        (FIRST..=LAST).contains(&days).then_some(Self(days))
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub const fn days(self) -> i32 {
        self.0
    }

    /// The day of a calendar date; `None` if there is no such day.
    #[must_use]
    pub fn from_calendar(year: u16, month: u8, day: u8) -> Option<Self> {
        let valid = (1..=9999).contains(&year) && (1..=12).contains(&month) && day >= 1 && day <= days_in(year, month);
        if !valid {
            return None;
        }
        let before: i64 = (1..month).map(|month| i64::from(days_in(year, month))).sum();
        let year = i64::from(year).checked_sub(1)?;
        let leap_days = year.div_euclid(4).checked_sub(year.div_euclid(100))?.checked_add(year.div_euclid(400))?;
        let days = year.checked_mul(365)?.checked_add(leap_days)?.checked_add(before)?.checked_add(i64::from(day))?;
        // 0001-01-01 is day 1 of this count and lies 719,162 days before 1970-01-01.
        Self::from_days(days.checked_sub(719_163)?)
    }

    /// Reads `2032-03-31`, or `2032-03`, which means the last day of the month.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next());
        let digits = |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
        if parts.next().is_some() || !digits(year, 4) || !digits(month, 2) || !day.is_none_or(|day| digits(day, 2)) {
            return None;
        }
        let (year, month) = (year.parse().ok()?, month.parse().ok()?);
        let day = match day {
            Some(day) => day.parse().ok()?,
            None if (1..=12).contains(&month) => days_in(year, month),
            None => return None,
        };
        Self::from_calendar(year, month, day)
    }

    /// Reads a tagged date.
    ///
    /// # Errors
    /// If it has another tag or form, or lies outside the years 1 to 9999.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let start = *reader;
        if reader.tag()? != TAG {
            return Err(start.error(ErrorKind::UnexpectedType));
        }
        Self::from_days(reader.int()?).ok_or(start.error(ErrorKind::ValueOutOfRange))
    }

    /// Writes a tagged date.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn write<S: Sink>(self, writer: &mut Writer<S>) -> Result<(), S::Error> {
        writer.tag(TAG)?;
        writer.int(i64::from(self.0))
    }

    fn calendar(self) -> (u16, u8, u8) {
        // Years are at most 366 days long, so this starts at or before the right one.
        let mut year = u16::try_from(self.0.saturating_add(719_162).div_euclid(366).saturating_add(1)).unwrap_or(1);
        while year < 9999 && Self::from_calendar(year.saturating_add(1), 1, 1).is_some_and(|next| next <= self) {
            year = year.saturating_add(1);
        }
        let start = Self::from_calendar(year, 1, 1).map_or(0, |first| first.0);
        let mut rest = self.0.saturating_sub(start);
        let mut month = 1;
        while month < 12 && rest >= i32::from(days_in(year, month)) {
            rest = rest.saturating_sub(i32::from(days_in(year, month)));
            month = month.saturating_add(1);
        }
        (year, month, u8::try_from(rest.saturating_add(1)).unwrap_or(1))
    }
}

/// As [`Date::parse`].
impl FromStr for Date {
    type Err = NotADate;

    fn from_str(text: &str) -> Result<Self, NotADate> {
        Self::parse(text).ok_or(NotADate)
    }
}

/// A text that is no date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotADate;

impl fmt::Display for NotADate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a date such as 2032-03-31, or a month such as 2032-03")
    }
}

impl core::error::Error for NotADate {}

/// RFC 3339 full-date.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.calendar();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

const fn days_in(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

const TAG: u64 = 100;
const FIRST: i32 = -719_162;
const LAST: i32 = 2_932_896;

#[cfg(test)]
mod tests {
    extern crate std;
    use std::string::ToString;

    use super::Date;

    #[test]
    fn dates_are_days_since_1970() {
        for (text, days) in [("1970-01-01", 0), ("2031-12-31", 22_644), ("2026-11-23", 20_780), ("2032-03-31", 22_735)] {
            assert_eq!(Date::parse(text).map(Date::days), Some(days), "{text}");
        }
    }

    #[test]
    fn every_day_prints_as_it_is_read() {
        for days in (super::FIRST..=super::LAST).step_by(13).chain([super::LAST, 11_016, 10_957, -1]) {
            let date = Date::from_days(days.into());
            assert_eq!(date.and_then(|date| Date::parse(&date.to_string())), date);
        }
    }

    #[test]
    fn a_month_is_its_last_day() {
        assert_eq!(Date::parse("2032-02"), Date::from_calendar(2032, 2, 29));
        assert_eq!(Date::parse("2031-02"), Date::from_calendar(2031, 2, 28));
    }

    #[test]
    fn days_that_are_not_in_the_calendar_are_no_dates() {
        for text in
            ["2031-02-29", "2031-13-01", "2031-00", "2031-04-31", "31-04-01", "2031-4-1", "", "2031", "+031-01-01", "2031-01-01-"]
        {
            assert_eq!(Date::parse(text), None, "{text}");
            assert_eq!(text.parse::<Date>(), Err(super::NotADate), "{text}");
        }
    }
}
