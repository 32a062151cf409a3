use crate::cbor::{Kind, Label, Reader};
use crate::error::{Error, ErrorKind};
use crate::limits::PROTECTED_HEADER;
use crate::registry::header;

/// What the two header buckets of a COSE object say, as far as SUIT needs it.
///
/// RFC 9052 §3: the algorithm counts only in the protected bucket, a label stands in one bucket only, and a critical label that
/// is not understood refuses the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header<'a> {
    algorithm: i64,
    kid: Option<&'a [u8]>,
}

impl<'a> Header<'a> {
    /// The algorithm of the protected bucket.
    #[must_use]
    pub const fn algorithm(&self) -> i64 {
        self.algorithm
    }

    /// The key identifier of either bucket. It is a hint.
    #[must_use]
    pub const fn kid(&self) -> Option<&'a [u8]> {
        self.kid
    }

    /// Reads the protected bucket (a wrapped map) and the unprotected one, and gives the bytes of the protected one.
    pub(super) fn read(reader: &mut Reader<'a>) -> Result<(Self, &'a [u8]), Error> {
        let start = *reader;
        let (algorithm, kid, protected) = Self::buckets(reader)?;
        let algorithm = algorithm.ok_or(start.error(ErrorKind::AlgorithmNotProtected))?;
        Ok((Self { algorithm, kid }, protected))
    }

    /// Reads an array of `count` items as far as all of COSE begins it where one party vouches for a detached payload: the header,
    /// the bytes of its protected bucket, and the signature or tag.
    #[cfg_attr(target_os = "none", inline(never))]
    pub(super) fn read_detached(reader: &mut Reader<'a>, count: u64) -> Result<(Self, &'a [u8], &'a [u8]), Error> {
        if reader.array()? != count {
            return Err(reader.error(ErrorKind::ValueOutOfRange));
        }
        let (header, protected) = Self::read(reader)?;
        reader.null().map_err(|error| Error::new(ErrorKind::AttachedPayload, error.offset()))?;
        Ok((header, protected, reader.bytes()?))
    }

    /// Reads the buckets of a body whose signers name the algorithms; gives the bytes of the protected one.
    /// RFC 9052 §4.4: where nothing is protected an empty string is signed, whatever stands there.
    pub(super) fn read_body(reader: &mut Reader<'a>) -> Result<&'a [u8], Error> {
        Self::buckets(reader).map(|(_, _, protected)| if protected == [0xa0] { &[] } else { protected })
    }

    fn buckets(reader: &mut Reader<'a>) -> Result<Buckets<'a>, Error> {
        let start = *reader;
        let mut protected = reader.nested()?;
        let bytes = protected.rest();
        if bytes.len() > PROTECTED_HEADER {
            return Err(start.error(ErrorKind::LimitExceeded));
        }
        // RFC 9052 §3: no protected parameters are an empty string, not an empty map; without an algorithm both are useless here.
        let inside = Bucket::read(&mut protected)?;
        protected.end()?;
        let mut unprotected_map = *reader;
        let outside = Bucket::read(reader)?;
        match (inside.algorithm, outside.algorithm) {
            (_, None) => {}
            (None, Some(_)) => return Err(start.error(ErrorKind::AlgorithmNotProtected)),
            (Some(_), Some(_)) => return Err(unprotected_map.error(ErrorKind::DuplicateKey)),
        }
        if outside.critical {
            return Err(unprotected_map.error(ErrorKind::CriticalHeader));
        }
        // The other labels: none may stand in both buckets.
        let mut map = unprotected_map.map()?;
        loop {
            let at = unprotected_map;
            if map.next_label(&mut unprotected_map)?.is_none() {
                break;
            }
            let key = at.up_to(&unprotected_map);
            unprotected_map.skip()?;
            if !bytes.is_empty() && has(start.clone().nested()?, key)? {
                return Err(unprotected_map.error(ErrorKind::DuplicateKey));
            }
        }
        Ok((inside.algorithm, inside.kid.or(outside.kid), bytes))
    }
}

/// Algorithm, key id, and the protected bytes.
type Buckets<'a> = (Option<i64>, Option<&'a [u8]>, &'a [u8]);

struct Bucket<'a> {
    algorithm: Option<i64>,
    kid: Option<&'a [u8]>,
    critical: bool,
}

impl<'a> Bucket<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let mut bucket = Self { algorithm: None, kid: None, critical: false };
        if reader.is_at_end() {
            return Ok(bucket);
        }
        let whole = *reader;
        let mut map = reader.map()?;
        while let Some(key) = map.next_label(reader)? {
            match key {
                Label::Int(header::ALG) => bucket.algorithm = Some(reader.int()?),
                Label::Int(header::KID) => bucket.kid = Some(reader.bytes()?),
                Label::Int(header::CRIT) => {
                    bucket.critical = true;
                    critical(reader, whole)?;
                }
                Label::Int(_) | Label::Text => reader.skip()?,
                Label::Other => return Err(reader.error(ErrorKind::UnexpectedType)),
            }
        }
        Ok(bucket)
    }
}

/// RFC 9052 §3.1: every critical label is present beside it and understood. We understand those that SUIT uses.
fn critical<'a>(reader: &mut Reader<'a>, bucket: Reader<'a>) -> Result<(), Error> {
    let start = *reader;
    let refused = start.error(ErrorKind::CriticalHeader);
    let count = reader.array()?;
    if count == 0 {
        return Err(refused);
    }
    for _ in 0..count {
        let at = *reader;
        let label = if reader.peek()? == Kind::Uint { reader.label()? } else { return Err(refused) };
        if !matches!(label, header::ALG | header::KID) || !has(bucket, at.up_to(reader))? {
            return Err(refused);
        }
    }
    Ok(())
}

/// Whether the bucket has an entry under this label, which is encoded.
fn has(mut bucket: Reader<'_>, label: &[u8]) -> Result<bool, Error> {
    let mut map = bucket.map()?;
    loop {
        let at = bucket;
        if map.next_label(&mut bucket)?.is_none() {
            return Ok(false);
        }
        if at.up_to(&bucket) == label {
            return Ok(true);
        }
        bucket.skip()?;
    }
}
