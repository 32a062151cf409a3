//! Versions as suit-set-version and suit-parameter-version write them (draft-ietf-suit-update-management §3.1, §4.4).

use crate::cbor::{Kind, Reader, Sink, Writer, wide};
use crate::error::{Error, ErrorKind};
use crate::limits;
use crate::registry::version_comparison as code;

/// The numbers of a version, most significant first, read by `Iterator::next`.
///
/// ```cddl
/// SUIT_Condition_Version_Comparison_Value = [+ int]
/// ```
/// -1, -2 and -3 stand for release candidate, beta and alpha, and never first (§4.4.1).
#[derive(Clone, Copy, Debug)]
pub struct Version<'a> {
    reader: Reader<'a>,
    left: usize,
}

impl<'a> Version<'a> {
    /// Reads the array.
    ///
    /// # Errors
    /// If it is empty, too long, or holds a number that means nothing at its place.
    pub fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let start = *reader;
        let left = reader.count(Kind::Array)?;
        if left == 0 {
            return Err(start.error(ErrorKind::EmptyArray));
        }
        if wide(left) > limits::VERSION {
            return Err(start.error(ErrorKind::LimitExceeded));
        }
        let version = Self { reader: *reader, left };
        for position in 0..left {
            let at = *reader;
            // SUIT-60
            let least = if position == 0 { 0 } else { PRE_RELEASE };
            if reader.int()? < least {
                return Err(at.error(ErrorKind::ValueOutOfRange));
            }
        }
        Ok(version)
    }
}

/// Alpha, the least of the negative numbers that have a meaning.
const PRE_RELEASE: i64 = -3;

impl Iterator for Version<'_> {
    type Item = i64;

    fn next(&mut self) -> Option<i64> {
        self.left = self.left.checked_sub(1)?;
        self.reader.int().ok()
    }
}

/// Two versions are equal if their numbers are.
impl PartialEq for Version<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.eq_numbers(*other)
    }
}

impl Eq for Version<'_> {}

impl Version<'_> {
    fn eq_numbers(self, other: Version<'_>) -> bool {
        Iterator::eq(self, other)
    }
}

/// What a version is to be, compared with another.
///
/// ```cddl
/// SUIT_Parameter_Version_Match = [ type: 1..5, value: [+ int] ]
/// ```
/// draft-ietf-suit-update-management §4.4
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VersionMatch<'a> {
    /// How they are compared.
    pub comparison: Comparison,
    /// With what.
    pub version: Version<'a>,
}

/// How versions are compared (draft-ietf-suit-update-management §4.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// The version found is higher.
    Greater,
    /// It is higher or the same.
    GreaterEqual,
    /// It is the same as far as the manifest's goes.
    Equal,
    /// It is lower or the same.
    LesserEqual,
    /// It is lower.
    Lesser,
}

impl Comparison {
    /// The number on the wire.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            Self::Greater => code::GREATER,
            Self::GreaterEqual => code::GREATER_EQUAL,
            Self::Equal => code::EQUAL,
            Self::LesserEqual => code::LESSER_EQUAL,
            Self::Lesser => code::LESSER,
        }
    }
}

impl<'a> VersionMatch<'a> {
    /// Reads the array.
    ///
    /// # Errors
    /// If it breaks the CDDL.
    pub fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        reader.array_of(2)?;
        let at = *reader;
        let comparison = match reader.label()? {
            code::GREATER => Comparison::Greater,
            code::GREATER_EQUAL => Comparison::GreaterEqual,
            code::EQUAL => Comparison::Equal,
            code::LESSER_EQUAL => Comparison::LesserEqual,
            code::LESSER => Comparison::Lesser,
            _ => return Err(at.error(ErrorKind::ValueOutOfRange)),
        };
        Ok(Self { comparison, version: Version::read(reader)? })
    }

    /// Writes the array.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn write<S: Sink>(&self, writer: &mut Writer<S>) -> Result<(), S::Error> {
        writer.array(2)?;
        writer.int(self.comparison.code())?;
        writer.array(wide(self.version.left))?;
        for number in self.version {
            writer.int(number)?;
        }
        Ok(())
    }

    /// Whether a version found, most significant number first, is as it is to be. The comparison ends where the numbers of the
    /// manifest do (§4.4), so that a match with `[1]` finds every `1.x` equal. A number that is missing from the version found
    /// counts as 0, as in every dotted form.
    // SUIT-60
    #[must_use]
    pub fn admits(&self, found: &[i64]) -> bool {
        let mut found = found.iter().copied();
        let order = self.version.map(|wanted| found.next().unwrap_or(0).cmp(&wanted)).find(|order| order.is_ne());
        match (self.comparison, order) {
            (Comparison::Greater, Some(order)) | (Comparison::GreaterEqual, Some(order)) => order.is_gt(),
            (Comparison::Lesser, Some(order)) | (Comparison::LesserEqual, Some(order)) => order.is_lt(),
            (Comparison::Equal, Some(_)) | (Comparison::Greater | Comparison::Lesser, None) => false,
            (Comparison::Equal | Comparison::GreaterEqual | Comparison::LesserEqual, None) => true,
        }
    }
}
