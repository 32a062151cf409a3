use super::Key;
use crate::cbor::{Kind, Label, Reader, wide};
use crate::error::{Error, ErrorKind};
use crate::limits::HEADER_LABELS;
use crate::registry::header;

/// The two header buckets of a structure that carries keys: what SUIT needs of them. A label stands in one of them only.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Buckets<'a> {
    /// The bytes of the protected one as they stand.
    pub(super) protected: &'a [u8],
    pub(super) algorithm: Option<i64>,
    /// Whether the algorithm stands in the protected one.
    pub(super) algorithm_protected: bool,
    pub(super) kid: Option<&'a [u8]>,
    /// Of the unprotected one.
    pub(super) iv: Option<&'a [u8]>,
    pub(super) ephemeral: Option<Key<'a>>,
    pub(super) salt: Option<&'a [u8]>,
}

impl<'a> Buckets<'a> {
    pub(super) fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let mut protected = reader.nested()?;
        let (bytes, start) = (protected.rest(), protected);
        if bytes.len() > crate::limits::PROTECTED_HEADER {
            return Err(start.error(ErrorKind::LimitExceeded));
        }
        let mut buckets = Self { protected: bytes, ..Self::default() };
        if !bytes.is_empty() {
            buckets.take_in(&mut protected, Some(start))?;
            protected.end()?;
        }
        (buckets.algorithm_protected, buckets.iv) = (buckets.algorithm.is_some(), None);
        let mut map = *reader;
        buckets.take_in(reader, None)?;
        let mut entries = Entries::read(&mut map)?;
        loop {
            let at = map;
            if entries.next(&mut map)?.is_none() {
                break;
            }
            // RFC 9052 §3: a label stands in one bucket only.
            if !bytes.is_empty() && holds(start, at.up_to(&map))? {
                return Err(map.error(ErrorKind::DuplicateKey));
            }
            map.skip()?;
        }
        Ok(buckets)
    }

    /// Reads one bucket; `protected` is that bucket once more if it is the protected one.
    #[cfg_attr(target_os = "none", inline(never))]
    fn take_in(&mut self, reader: &mut Reader<'a>, protected: Option<Reader<'a>>) -> Result<(), Error> {
        let mut entries = Entries::read(reader)?;
        while let Some(label) = entries.next(reader)? {
            match label {
                Label::Int(header::ALG) => self.algorithm = Some(reader.label()?),
                Label::Int(header::KID) => self.kid = Some(reader.bytes()?),
                Label::Int(header::IV) => self.iv = Some(reader.bytes()?),
                Label::Int(header::EPHEMERAL_KEY) => self.ephemeral = Some(Key::read_public(reader)?),
                Label::Int(header::SALT) => self.salt = Some(reader.bytes()?),
                Label::Int(header::CRIT) => critical(reader, protected)?,
                // They would change the IV, the key agreement or its context, and FE 5.2.4 has no place for them.
                Label::Int(
                    header::PARTIAL_IV | header::STATIC_KEY | header::STATIC_KEY_ID | header::PARTY_FIRST..=header::PARTY_LAST,
                ) => {
                    return Err(reader.error(ErrorKind::NotUnderstood));
                }
                Label::Int(_) | Label::Text => reader.skip()?,
                Label::Other => return Err(reader.error(ErrorKind::UnexpectedType)),
            }
        }
        Ok(())
    }
}

/// The entries of a COSE map in whatever order they stand: RFC 9052 sets none, and the examples of FE keep none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entries<'a> {
    first: Reader<'a>,
    done: usize,
    count: usize,
}

impl<'a> Entries<'a> {
    pub(super) fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let start = *reader;
        let count = reader.count(Kind::Map)?;
        if wide(count) > HEADER_LABELS {
            return Err(start.error(ErrorKind::LimitExceeded));
        }
        Ok(Self { first: *reader, done: 0, count })
    }

    /// Reads the next label; the reader then stands before its value.
    pub(super) fn next(&mut self, reader: &mut Reader<'a>) -> Result<Option<Label>, Error> {
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
            Kind::Uint | Kind::Nint => Label::Int(key.label()?),
            Kind::Text => Label::Text,
            _ => Label::Other,
        }))
    }
}

/// Whether the map at `reader` has an entry with this label, which is encoded.
fn holds(mut reader: Reader<'_>, label: &[u8]) -> Result<bool, Error> {
    let mut entries = Entries::read(&mut reader)?;
    loop {
        let at = reader;
        if entries.next(&mut reader)?.is_none() {
            return Ok(false);
        }
        if at.up_to(&reader) == label {
            return Ok(true);
        }
        reader.skip()?;
    }
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
        let at = *reader;
        let label = match reader.peek()? {
            Kind::Uint | Kind::Nint => reader.label()?,
            _ => return Err(refused),
        };
        let understood = matches!(label, header::ALG | header::KID | header::IV | header::EPHEMERAL_KEY | header::SALT);
        if !understood || !holds(protected, at.up_to(reader))? {
            return Err(refused);
        }
    }
    Ok(())
}
