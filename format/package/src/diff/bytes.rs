//! Where the bytes of two packages part, and why.

use serde::Serialize;
use suitpack_core::cbor::{Kind, Reader};
use suitpack_core::registry::{self, Label, command, common, envelope as key, manifest};
use suitpack_core::{Envelope, Error, Profile};
use suitpack_processor::Program;

use super::Pair;
use crate::believe::{believed, unquestioned, written};
use crate::bindings::{Bindings, Expected, Use, bindings};
use crate::explore::Facts;

/// Where the bytes of two packages part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Parted {
    /// Bytes from the start of the first package.
    pub offset: u64,
    /// The element it stands in, from the outside in.
    pub element: String,
    /// Why, as far as one can tell.
    pub why: String,
}

/// The images that payloads are decoded to, by what the commands say.
pub(super) fn images(envelope: &Envelope<'_>) -> Option<Bindings> {
    let manifest = envelope.manifest_unauthenticated(Profile::Lenient).ok()?;
    let bytes = unquestioned(manifest.bytes());
    let believed = believed(&bytes)?;
    let program = Program::new(&believed, |section| believed.get().sequence(section, envelope.member(section.key()))).ok()?;
    bindings(&program, &Facts::default()).ok()
}

/// Why a payload that both packages carry is not the same.
pub(super) fn payload_why(name: &str, images: &[Option<Bindings>; 2]) -> String {
    let uses = |found: &'_ Option<Bindings>| -> Vec<Use> {
        found.iter().flat_map(|found| &found.uses).filter(|used| used.uri == name).cloned().collect()
    };
    let encrypted = images.iter().flat_map(uses).any(|used| used.image.iter().any(|(making, _)| making.encryption.is_some()));
    let decoded = |found: &Option<Bindings>| -> Vec<Expected> {
        let uses = uses(found).into_iter();
        uses.flat_map(|used| used.image.into_iter().map(|(_, image)| image)).collect()
    };
    let [a, b] = images;
    match (decoded(a), decoded(b)) {
        (a, b) if !a.is_empty() && a.iter().all(|image| b.contains(image)) && b.iter().all(|image| a.contains(image)) => {
            String::from(if encrypted {
                "encrypted or compressed differently, same image"
            } else {
                "compressed differently, same image"
            })
        }
        (a, b) if !a.is_empty() && !b.is_empty() => String::from("another image"),
        _ => String::from("other bytes"),
    }
}

/// The first byte that is different, and if that only follows from the manifest, the first one in the manifest too.
pub(super) fn parted(
    heads: [&[u8]; 2],
    envelopes: [&Envelope<'_>; 2],
    pairs: &[Pair],
    images: &[Option<Bindings>; 2],
) -> Vec<Parted> {
    let [a, b] = heads;
    if a == b {
        let payload = |pair: &Pair| Parted {
            offset: pair.parted.unwrap_or(a.len() as u64),
            element: format!("payload {}", pair.name),
            why: if pair.sizes.contains(&None) {
                String::from("only one of them carries it")
            } else {
                payload_why(&pair.name, images)
            },
        };
        return pairs.iter().find(|pair| pair.parted.is_some()).map(payload).into_iter().collect();
    }
    let [one, other] = envelopes.map(Envelope::manifest_bytes);
    let [signed, other_signed] = envelopes.map(|envelope| envelope.wrapper_bytes().content());
    let why = if one.content() != other.content() {
        "the manifests say different things"
    } else if signed == other_signed {
        "the same signed manifest; what is carried beside it is different"
    } else {
        "the same manifest; it is signed otherwise"
    };
    let mut found = vec![at(a, part(a, b), why)];
    // A digest that is different tells nobody anything.
    let inside = one.reader().position().saturating_add(part(one.content(), other.content()));
    if one.content() != other.content() && found.iter().all(|first| first.offset != inside as u64) {
        let same_image = pairs.iter().any(|pair| pair.parted.is_some() && payload_why(&pair.name, images).ends_with("same image"));
        let why = if same_image {
            "a payload of the same image is carried differently, or something else is said"
        } else {
            "something else is said"
        };
        found.push(at(a, inside, why));
    }
    found
}

/// How many bytes both begin with.
pub(super) fn part(one: &[u8], other: &[u8]) -> usize {
    one.iter().zip(other).take_while(|(one, other)| one == other).count()
}

fn at(head: &[u8], offset: usize, why: &str) -> Parted {
    let mut path = Path { offset, names: Vec::new() };
    // As far as it can be read; both have the same before the offset.
    let _ = path.envelope(Reader::new(head));
    let element = if path.names.is_empty() { String::from("the envelope") } else { path.names.join(" > ") };
    Parted { offset: offset as u64, element, why: why.to_owned() }
}

/// How many bytes before the content of the first of two payloads they part: in their names, or in the heads that state sizes.
pub(super) fn entries_part(one: &(String, u64), other: &(String, u64)) -> u64 {
    let [one, other] = [one, other].map(|(name, size)| {
        written(|writer| {
            writer.text(name)?;
            writer.bytes_header(*size)
        })
    });
    one.len().saturating_sub(part(&one, &other)) as u64
}

/// The way from the envelope to an offset.
struct Path {
    offset: usize,
    names: Vec<String>,
}

impl Path {
    fn envelope(&mut self, mut reader: Reader<'_>) -> Result<(), Error> {
        if reader.peek()? == Kind::Tag {
            reader.tag()?;
        }
        let Some((code, mut value)) = self.entry(reader, key::LABELS)? else { return Ok(()) };
        match code {
            key::AUTHENTICATION_WRAPPER => self.wrapper(value.nested()?),
            key::MANIFEST => self.manifest(value.nested()?),
            key::TEXT | key::COSWID | key::UPGRADABILITY => Ok(()),
            _ => self.sequence(value.nested()?),
        }
    }

    fn wrapper(&mut self, mut wrapper: Reader<'_>) -> Result<(), Error> {
        let count = wrapper.array()?;
        if wrapper.position() > self.offset {
            return Ok(());
        }
        for index in 0..count {
            wrapper.skip()?;
            if wrapper.position() > self.offset {
                self.names.push(if index == 0 {
                    String::from("digest of the manifest")
                } else {
                    format!("authentication block {index}")
                });
                break;
            }
        }
        Ok(())
    }

    fn manifest(&mut self, manifest: Reader<'_>) -> Result<(), Error> {
        let Some((code, mut value)) = self.entry(manifest, manifest::LABELS)? else { return Ok(()) };
        match code {
            manifest::COMMON => {
                let Some((common::SHARED_SEQUENCE, mut shared)) = self.entry(value.nested()?, common::LABELS)? else {
                    return Ok(());
                };
                self.sequence(shared.nested()?)
            }
            manifest::VALIDATE..=manifest::INVOKE | manifest::DEPENDENCY_RESOLUTION..=manifest::INSTALL | manifest::UNINSTALL => {
                self.sequence(value.nested()?)
            }
            _ => Ok(()),
        }
    }

    /// The command, by its number in the sequence and its name.
    fn sequence(&mut self, mut sequence: Reader<'_>) -> Result<(), Error> {
        let count = sequence.array()? / 2;
        if sequence.position() > self.offset {
            return Ok(());
        }
        for number in 1..=count {
            let code = sequence.int()?;
            sequence.skip()?;
            if sequence.position() > self.offset {
                self.names.push(format!("command {number} ({})", name(command::LABELS, code)));
                break;
            }
        }
        Ok(())
    }

    /// The entry of a map in which the offset lies.
    fn entry<'r>(&mut self, mut reader: Reader<'r>, labels: &'static [Label]) -> Result<Option<(i64, Reader<'r>)>, Error> {
        for _ in 0..reader.header(Kind::Map)? {
            if reader.position() > self.offset || !matches!(reader.peek()?, Kind::Uint | Kind::Nint) {
                return Ok(None);
            }
            let code = reader.int()?;
            let value = reader;
            reader.skip()?;
            if reader.position() > self.offset {
                self.names.push(name(labels, code));
                return Ok(Some((code, value)));
            }
        }
        Ok(None)
    }
}

fn name(labels: &'static [Label], code: i64) -> String {
    registry::find(labels, code).map_or_else(|| code.to_string(), |label| label.name.to_owned())
}
