use super::bucket::Entries;
use crate::cbor::{Kind, Label, Reader};
use crate::error::{Error, ErrorKind};
use crate::registry::{curve, key as label, key_type};

/// The public half of a key as it is carried in a header.
///
/// ```cddl
/// COSE_Key = { 1 => tstr / int, ? 2 => bstr, ? 3 => tstr / int, * label => values }
/// ```
/// RFC 9052 §7, RFC 9053 §7.1 and §7.2
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Key<'a> {
    /// A point on a curve in Weierstrass form.
    Ec2 {
        /// The COSE curve.
        curve: i64,
        /// The x-coordinate, in the length of the curve's field.
        x: &'a [u8],
        /// What is said of the y-coordinate.
        y: Y<'a>,
    },
    /// A public key of one coordinate.
    Okp {
        /// The COSE curve.
        curve: i64,
        /// The key, in the length of its curve.
        x: &'a [u8],
    },
}

/// The y-coordinate of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Y<'a> {
    /// The coordinate, as long as x.
    Whole(&'a [u8]),
    /// Its sign bit: the point is compressed.
    Sign(bool),
}

impl<'a> Key<'a> {
    /// Reads a public key. Its map may be in any order, as COSE allows.
    ///
    /// # Errors
    /// If it is not a COSE_Key, of a type or curve not known, has coordinates of another length than its curve's, or holds a
    /// private key: a private key has no place in a header.
    pub fn read_public(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let start = *reader;
        let (mut kty, mut crv, mut x, mut y) = (None, None, None, None);
        let mut entries = Entries::read(reader)?;
        while let Some(key) = entries.next(reader)? {
            match key {
                Label::Int(label::KTY) => kty = Some(reader.label()?),
                Label::Int(label::CRV) => crv = Some(reader.label()?),
                Label::Int(label::X) => x = Some(reader.bytes()?),
                Label::Int(label::Y) => {
                    y = Some(if reader.peek()? == Kind::Bool { Y::Sign(reader.bool()?) } else { Y::Whole(reader.bytes()?) });
                }
                Label::Int(label::D) => return Err(start.error(ErrorKind::NotAllowedHere)),
                Label::Int(_) | Label::Text => reader.skip()?,
                Label::Other => return Err(reader.error(ErrorKind::UnexpectedType)),
            }
        }
        let missing = start.error(ErrorKind::MissingField);
        let (kty, curve, x) = (kty.ok_or(missing)?, crv.ok_or(missing)?, x.ok_or(missing)?);
        let (of, length) = size(curve).ok_or(start.error(ErrorKind::NotUnderstood))?;
        let y_fits = !matches!(y, Some(Y::Whole(y)) if y.len() != length);
        if of != kty || x.len() != length || !y_fits {
            return Err(start.error(ErrorKind::ValueOutOfRange));
        }
        Ok(match kty {
            key_type::EC2 => Self::Ec2 { curve, x, y: y.ok_or(missing)? },
            _ => Self::Okp { curve, x },
        })
    }
}

/// The key type of a curve for key agreement, and the bytes of a coordinate.
const fn size(code: i64) -> Option<(i64, usize)> {
    Some(match code {
        curve::P256 => (key_type::EC2, 32),
        curve::P384 => (key_type::EC2, 48),
        curve::P521 => (key_type::EC2, 66),
        curve::X25519 => (key_type::OKP, 32),
        curve::X448 => (key_type::OKP, 56),
        _ => return None,
    })
}
