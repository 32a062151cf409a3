use super::Key;
use crate::cbor::{self, Kind, Reader};
use crate::error::{Error, ErrorKind};
use crate::limits::HEADER_LABELS;
use crate::registry::header;

/// One header bucket of a structure that carries keys: what SUIT needs of it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bucket<'a> {
    pub(super) algorithm: Option<i64>,
    pub(super) kid: Option<&'a [u8]>,
    pub(super) iv: Option<&'a [u8]>,
    pub(super) ephemeral: Option<Key<'a>>,
    pub(super) salt: Option<&'a [u8]>,
}

impl<'a> Bucket<'a> {
    /// Reads both buckets and gives the bytes of the protected one as they stand.
    pub(super) fn pair(reader: &mut Reader<'a>) -> Result<(&'a [u8], Self, Self), Error> {
        let mut protected = reader.nested()?;
        let (bytes, start) = (protected.rest(), protected);
        if bytes.len() > crate::limits::PROTECTED_HEADER {
            return Err(start.error(ErrorKind::LimitExceeded));
        }
        let mut inside = Self::default();
        if !bytes.is_empty() {
            inside = Self::read(&mut protected, Some(start))?;
            protected.end()?;
        }
        let mut map = *reader;
        let outside = Self::read(reader, None)?;
        let mut entries = Entries::read(&mut map)?;
        while let Some(label) = entries.next(&mut map)? {
            // RFC 9052 §3: a label stands in one bucket only.
            if !bytes.is_empty() && holds(start, label)? {
                return Err(map.error(ErrorKind::DuplicateKey));
            }
            map.skip()?;
        }
        Ok((bytes, inside, outside))
    }

    /// Reads one bucket; `protected` is that bucket once more if it is the protected one.
    fn read(reader: &mut Reader<'a>, protected: Option<Reader<'a>>) -> Result<Self, Error> {
        let mut bucket = Self::default();
        let mut entries = Entries::read(reader)?;
        while let Some(label) = entries.next(reader)? {
            match label {
                cbor::Key::Int(header::ALG) => bucket.algorithm = Some(reader.int()?),
                cbor::Key::Int(header::KID) => bucket.kid = Some(reader.bytes()?),
                cbor::Key::Int(header::IV) => bucket.iv = Some(reader.bytes()?),
                cbor::Key::Int(header::EPHEMERAL_KEY) => bucket.ephemeral = Some(Key::read_public(reader)?),
                cbor::Key::Int(header::SALT) => bucket.salt = Some(reader.bytes()?),
                cbor::Key::Int(header::CRIT) => critical(reader, protected)?,
                // They would change the IV, the key agreement or its context, and FE 5.2.4 has no place for them.
                cbor::Key::Int(
                    header::PARTIAL_IV | header::STATIC_KEY | header::STATIC_KEY_ID | header::PARTY_FIRST..=header::PARTY_LAST,
                ) => {
                    return Err(reader.error(ErrorKind::NotUnderstood));
                }
                cbor::Key::Int(_) | cbor::Key::Text(_) => reader.skip()?,
                cbor::Key::Other(_) => return Err(reader.error(ErrorKind::UnexpectedType)),
            }
        }
        Ok(bucket)
    }
}

/// The entries of a COSE map in whatever order they stand: RFC 9052 sets none, and the examples of FE keep none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entries<'a> {
    first: Reader<'a>,
    done: u64,
    count: u64,
}

impl<'a> Entries<'a> {
    pub(super) fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let start = *reader;
        let count = reader.header(Kind::Map)?;
        if count > HEADER_LABELS {
            return Err(start.error(ErrorKind::LimitExceeded));
        }
        Ok(Self { first: *reader, done: 0, count })
    }

    /// Reads the next label; the reader then stands before its value.
    pub(super) fn next(&mut self, reader: &mut Reader<'a>) -> Result<Option<cbor::Key<'a>>, Error> {
        if self.done == self.count {
            return Ok(None);
        }
        let start = *reader;
        let encoded = reader.item()?;
        let mut before = self.first;
        for _ in 0..self.done {
            if before.item()? == encoded {
                return Err(start.error(ErrorKind::DuplicateKey));
            }
            before.skip()?;
        }
        self.done = self.done.saturating_add(1);
        let mut key = start;
        Ok(Some(match start.peek()? {
            Kind::Uint | Kind::Nint => cbor::Key::Int(key.int()?),
            Kind::Text => cbor::Key::Text(key.text()?),
            _ => cbor::Key::Other(encoded),
        }))
    }
}

/// Whether the map at `reader` has an entry with this label.
fn holds<'a>(mut reader: Reader<'a>, label: cbor::Key<'a>) -> Result<bool, Error> {
    let mut entries = Entries::read(&mut reader)?;
    while let Some(other) = entries.next(&mut reader)? {
        if other == label {
            return Ok(true);
        }
        reader.skip()?;
    }
    Ok(false)
}

/// RFC 9052 §3.1: `crit` is protected, and every label in it stands beside it and is understood.
fn critical<'a>(reader: &mut Reader<'a>, protected: Option<Reader<'a>>) -> Result<(), Error> {
    let start = *reader;
    let refused = start.error(ErrorKind::CriticalHeader);
    let protected = protected.ok_or(refused)?;
    let count = reader.array()?;
    if count == 0 {
        return Err(start.error(ErrorKind::EmptyArray));
    }
    for _ in 0..count {
        let label = match reader.peek()? {
            Kind::Uint | Kind::Nint => reader.int()?,
            _ => return Err(refused),
        };
        let understood = matches!(label, header::ALG | header::KID | header::IV | header::EPHEMERAL_KEY | header::SALT);
        if !understood || !holds(protected, cbor::Key::Int(label))? {
            return Err(refused);
        }
    }
    Ok(())
}
