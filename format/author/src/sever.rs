//! Takes severable members out of a package that exists, and puts them back.

use std::io::{self, Read, Write};

use suitpack_core::cbor::{Kind, Reader};
use suitpack_core::manifest::Member;
use suitpack_core::registry::{self, envelope as key};
use suitpack_core::{Digest, Envelope, Error, ErrorKind, Head, limits};
use suitpack_crypto::Sha2;

use crate::encode::{self, Items, Map};
use crate::error::SeverError;

/// Something that can be taken out of a package without touching its manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A member of which the manifest holds the digest, by its label.
    Member(i64),
    /// An integrated payload, by its key.
    Payload(String),
}

impl Part {
    /// The part that people call `name`: a member's name in the CDDL with or without `suit-`, or a payload's key beginning with `#`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        if name.starts_with('#') {
            return Some(Self::Payload(name.to_owned()));
        }
        let label = severable().find(|label| label.name == name || label.name.strip_prefix("suit-") == Some(name))?;
        Some(Self::Member(label.code))
    }

    /// The names of all members there can be.
    pub fn names() -> impl Iterator<Item = &'static str> {
        severable().map(|label| label.name)
    }
}

impl core::fmt::Display for Part {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Member(code) => match registry::find(key::LABELS, *code) {
                Some(label) => f.write_str(label.name),
                None => write!(f, "member {code}"),
            },
            Self::Payload(name) => f.write_str(name),
        }
    }
}

/// Copies the package from `input` to `output` without `parts`, and tells how many bytes each had. Neither the manifest nor the
/// signatures move; payloads are copied as streams in constant memory.
///
/// draft-ietf-suit-manifest §8.6
///
/// # Errors
/// If the package cannot be read, or the manifest does not hold the digest of a member, or a part is not there. What was written
/// by then is no package.
pub fn sever(input: &mut dyn Read, output: &mut dyn Write, parts: &[Part]) -> Result<Vec<(Part, u64)>, SeverError> {
    let start = Start::read(input)?;
    let (envelope, head) = start.envelope()?;
    let mut entries = entries(&envelope);
    let mut taken: Vec<(Part, u64)> = Vec::new();
    let mut payloads = Vec::new();
    for part in parts {
        match part {
            Part::Payload(name) if payloads.contains(name) => {}
            Part::Payload(name) => payloads.push(name.clone()),
            Part::Member(_) if taken.iter().any(|(taken, _)| taken == part) => {}
            Part::Member(code) => {
                bound(&envelope, part, *code)?;
                let body = envelope.member(*code).ok_or_else(|| SeverError::NotThere(part.clone()))?;
                entries.remove(&encode::int(*code));
                taken.push((part.clone(), encode::wide(body.content().len())));
            }
        }
    }
    let left = head.payloads.checked_sub(encode::wide(payloads.len()));
    let left = left.ok_or_else(|| SeverError::NotThere(Part::Payload(payloads.first().cloned().unwrap_or_default())))?;
    begin(output, &envelope, &entries, left)?;
    let behind = start.0.get(head.length..).unwrap_or_default();
    let mut stream = Stream { input: &mut behind.chain(input), position: head.length };
    taken.extend(stream.payloads(head.payloads, &payloads, output)?);
    match payloads.into_iter().map(Part::Payload).find(|wanted| !taken.iter().any(|(taken, _)| taken == wanted)) {
        Some(part) => Err(SeverError::NotThere(part)),
        None => Ok(taken),
    }
}

/// Copies the package from `input` to `output` with `parts` put back from `full`, another copy of it, and tells how many bytes each
/// has. Only what has the digest of the manifest is put back; payloads are not, for no single digest speaks of one.
///
/// # Errors
/// As [`sever`], and if `full` does not have a part or its digest is another.
pub fn restore(
    input: &mut dyn Read,
    full: &mut dyn Read,
    output: &mut dyn Write,
    parts: &[Part],
) -> Result<Vec<(Part, u64)>, SeverError> {
    let (start, full) = (Start::read(input)?, Start::read(full).map_err(|error| SeverError::Full(Box::new(error)))?);
    let (envelope, head) = start.envelope()?;
    let (source, _) = full.envelope().map_err(|error| SeverError::Full(Box::new(error)))?;
    let mut entries = entries(&envelope);
    let mut put: Vec<(Part, u64)> = Vec::new();
    for part in parts {
        let Part::Member(code) = part else { return Err(SeverError::PayloadBack(part.clone())) };
        if put.iter().any(|(put, _)| put == part) {
            continue;
        }
        let digest = bound(&envelope, part, *code)?;
        if envelope.member(*code).is_some() {
            return Err(SeverError::There(part.clone()));
        }
        let body = source.member(*code).ok_or_else(|| SeverError::NotInFull(part.clone()))?;
        match digest.matches(&Sha2, &[body.encoded()]) {
            Some(true) => {}
            Some(false) => return Err(SeverError::AnotherBody(part.clone())),
            None => return Err(SeverError::DigestUnsupported(digest.algorithm())),
        }
        entries.insert(encode::int(*code), body.encoded().to_vec());
        put.push((part.clone(), encode::wide(body.content().len())));
    }
    begin(output, &envelope, &entries, head.payloads)?;
    let behind = start.0.get(head.length..).unwrap_or_default();
    let mut stream = Stream { input: &mut behind.chain(input), position: head.length };
    stream.payloads(head.payloads, &[], output)?;
    Ok(put)
}

/// The first bytes of a package, its head among them.
struct Start(Vec<u8>);

impl Start {
    fn read(input: &mut dyn Read) -> Result<Self, SeverError> {
        let mut start = Vec::new();
        input.take(encode::wide(MOST)).read_to_end(&mut start).map_err(SeverError::Read)?;
        Ok(Self(start))
    }

    fn envelope(&self) -> Result<(Envelope<'_>, Head), SeverError> {
        Envelope::parse_head(&self.0).map_err(|error| match error.kind() {
            // The head fits the limit, or no reader takes the package.
            ErrorKind::Truncated if self.0.len() == MOST => {
                SeverError::Unreadable(Error::new(ErrorKind::LimitExceeded, error.offset()))
            }
            _ => SeverError::Unreadable(error),
        })
    }
}

/// The digest that the manifest holds of a member: only then is its body the envelope's.
fn bound<'a>(envelope: &Envelope<'a>, part: &Part, code: i64) -> Result<Digest<'a>, SeverError> {
    let manifest = envelope.manifest_unauthenticated(suitpack_core::Profile::Lenient).map_err(SeverError::Unreadable)?;
    match manifest.member(code) {
        Member::Severed(digest) => Ok(digest),
        Member::Inline(_) => Err(SeverError::Inline(part.clone())),
        Member::Absent => Err(SeverError::Absent(part.clone())),
    }
}

/// What stands in the envelope under integer keys.
fn entries(envelope: &Envelope<'_>) -> Map {
    let both = [(key::AUTHENTICATION_WRAPPER, envelope.wrapper_bytes()), (key::MANIFEST, envelope.manifest_bytes())];
    both.into_iter().chain(envelope.members()).fold(Map::default(), |map, (code, value)| map.with(code, value.encoded().to_vec()))
}

/// Writes everything before the payloads.
fn begin(output: &mut dyn Write, envelope: &Envelope<'_>, entries: &Map, payloads: u64) -> Result<(), SeverError> {
    let open = if envelope.is_tagged() { Items::new().tag(registry::tag::ENVELOPE) } else { Items::new() };
    let head = entries.open(open, usize::try_from(payloads).unwrap_or(usize::MAX));
    if head.len() > limits::HEAD {
        return Err(SeverError::HeadTooLong { length: head.len() });
    }
    output.write_all(&head).map_err(SeverError::Write)
}

/// The payloads of a package, which are only passed on.
struct Stream<'s> {
    input: &'s mut dyn Read,
    position: usize,
}

impl Stream<'_> {
    /// Copies `count` payloads except those named, to which it gives sizes; nothing may follow.
    fn payloads(&mut self, count: u64, without: &[String], output: &mut dyn Write) -> Result<Vec<(Part, u64)>, SeverError> {
        let (mut taken, mut previous) = (Vec::new(), Vec::new());
        for _ in 0..count {
            let at = self.position;
            let (length, mut entry) = self.header(Kind::Text)?;
            let length = usize::try_from(length).ok().filter(|length| *length <= limits::PAYLOAD_KEY);
            let length = length.ok_or(SeverError::Unreadable(Error::new(ErrorKind::LimitExceeded, at)))?;
            let mut name = vec![0; length];
            self.exactly(&mut name)?;
            entry.extend_from_slice(&name);
            if previous >= entry {
                let kind = if previous == entry { ErrorKind::DuplicateKey } else { ErrorKind::KeysOutOfOrder };
                return Err(SeverError::Unreadable(Error::new(kind, at)));
            }
            previous.clone_from(&entry);
            let name = String::from_utf8(name).map_err(|_| SeverError::Unreadable(Error::new(ErrorKind::Utf8, at)))?;
            let (size, header) = self.header(Kind::Bytes)?;
            if without.contains(&name) {
                self.copy(size, &mut io::sink())?;
                taken.push((Part::Payload(name), size));
            } else {
                entry.extend_from_slice(&header);
                output.write_all(&entry).map_err(SeverError::Write)?;
                self.copy(size, output)?;
            }
        }
        match self.some(&mut [0])? {
            0 => output.flush().map(|()| taken).map_err(SeverError::Write),
            _ => Err(SeverError::Unreadable(Error::new(ErrorKind::TrailingBytes, self.position))),
        }
    }

    /// Copies `size` bytes, telling which side failed.
    fn copy(&mut self, size: u64, output: &mut dyn Write) -> Result<(), SeverError> {
        let mut buffer = vec![0; CHUNK.min(usize::try_from(size).unwrap_or(CHUNK))];
        let mut left = size;
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(CHUNK).min(buffer.len());
            let part = buffer.get_mut(..most).unwrap_or_default();
            let read = match self.some(part)? {
                0 => return Err(SeverError::Unreadable(Error::new(ErrorKind::Truncated, self.position))),
                read => read,
            };
            output.write_all(part.get(..read).unwrap_or_default()).map_err(SeverError::Write)?;
            self.position = self.position.saturating_add(read);
            left = left.saturating_sub(encode::wide(read));
        }
        Ok(())
    }

    /// Reads the head of an item byte by byte: its argument and its bytes.
    fn header(&mut self, kind: Kind) -> Result<(u64, Vec<u8>), SeverError> {
        let at = self.position;
        let mut bytes = Vec::new();
        loop {
            let mut next = [0];
            self.exactly(&mut next)?;
            bytes.extend_from_slice(&next);
            match Reader::at(&bytes, at).header(kind) {
                Ok(argument) => return Ok((argument, bytes)),
                Err(error) if error.kind() == ErrorKind::Truncated && bytes.len() < 9 => {}
                Err(error) => return Err(SeverError::Unreadable(error)),
            }
        }
    }

    fn exactly(&mut self, buffer: &mut [u8]) -> Result<(), SeverError> {
        self.input.read_exact(buffer).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => SeverError::Unreadable(Error::new(ErrorKind::Truncated, self.position)),
            _ => SeverError::Read(error),
        })?;
        self.position = self.position.saturating_add(buffer.len());
        Ok(())
    }

    fn some(&mut self, buffer: &mut [u8]) -> Result<usize, SeverError> {
        loop {
            match self.input.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => return result.map_err(SeverError::Read),
            }
        }
    }
}

/// The members whose body can stand in the envelope.
fn severable() -> impl Iterator<Item = &'static registry::Label> {
    key::LABELS.iter().filter(|label| !matches!(label.code, key::AUTHENTICATION_WRAPPER | key::MANIFEST))
}

/// The last member of a head may begin before the limit and end behind it; this is enough to see that.
const MOST: usize = limits::HEAD + 64 * 1024;

/// Large enough that the system calls do not count.
const CHUNK: usize = 256 * 1024;
