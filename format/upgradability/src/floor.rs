//! What stays when the statement is severed.

use suitpack_core::cbor::{Kind, Reader, Sink, Writer};
use suitpack_core::{Error, ErrorKind};

use crate::date::Date;
use crate::schema::Updatable;
use crate::statement::Statement;
use crate::support::Guarantee;

/// The part of the promise that a device keeps whatever else it drops.
///
/// ```cddl
/// upgradability-floor = [ seq: uint, capability: 0..2, guaranteed-until: int / null ]
/// ```
/// spec/upgradability.md. Days are counted from 1970-01-01 without a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Floor {
    /// That of the statement.
    pub seq: u64,
    /// That of the statement.
    pub updatable: Updatable,
    /// The earliest day over all regions until which support is guaranteed; none if there is no such day.
    pub guaranteed_until: Option<Date>,
}

impl Floor {
    /// The floor under a statement.
    #[must_use]
    pub fn of(statement: &Statement<'_>) -> Self {
        let guaranteed_until = match statement.guaranteed_everywhere() {
            Guarantee::Until(date) => Some(date),
            Guarantee::Unclear(_) => None,
        };
        Self { seq: statement.seq(), updatable: statement.updatable(), guaranteed_until }
    }

    /// Reads the content of the member's byte string.
    ///
    /// # Errors
    /// If it breaks its CDDL.
    pub fn parse(mut reader: Reader<'_>) -> Result<Self, Error> {
        let start = reader;
        let out_of_range = start.error(ErrorKind::ValueOutOfRange);
        if reader.array()? != 3 {
            return Err(out_of_range);
        }
        let seq = reader.uint()?;
        let updatable = Updatable::from_code(reader.uint()?).ok_or(out_of_range)?;
        let guaranteed_until = match reader.peek()? {
            Kind::Null => {
                reader.null()?;
                None
            }
            _ => Some(Date::from_days(reader.int()?).ok_or(out_of_range)?),
        };
        reader.end()?;
        Ok(Self { seq, updatable, guaranteed_until })
    }

    /// Writes the content of the member's byte string.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn write<S: Sink>(&self, writer: &mut Writer<S>) -> Result<(), S::Error> {
        writer.array(3)?;
        writer.uint(self.seq)?;
        writer.uint(self.updatable.code())?;
        match self.guaranteed_until {
            Some(date) => writer.int(i64::from(date.days())),
            None => writer.null(),
        }
    }
}
