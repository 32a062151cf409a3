use std::io::{self, Read};

use suitpack_core::cbor::Reader;
use suitpack_core::manifest::{Member, Section};
use suitpack_core::registry::{common as common_key, dependency, manifest as key};
use suitpack_core::{Envelope, Manifest, Profile};
use suitpack_package::{Package, ReadError};

use super::assert_copies;
use crate::rewrite;

/// An envelope: what is accepted is in deterministic form down to the sequences, and reading it from a stream, head first, finds
/// the same as reading it whole.
pub fn envelope(data: &[u8]) {
    let streamed = stream(data);
    match Envelope::parse(data) {
        Ok(envelope) => {
            assert_copies(data);
            let (head, payloads) = streamed.unwrap_or_else(|error| panic!("refused as a stream: {error}"));
            let whole: Vec<_> = envelope.payloads().map(|(name, content)| (name.to_owned(), content.to_vec())).collect();
            assert_eq!(whole, payloads, "other payloads as a stream");
            assert!(data.starts_with(&head), "another head as a stream");
            assert_eq!(rewrite::envelope(&envelope), data, "an entry is lost");
            assert!(envelope.members().all(|(key, member)| envelope.member(key) == Some(member)), "a member is not found");
            if let Ok(authentication) = envelope.authentication() {
                assert_copies(envelope.wrapper_bytes().content());
                assert_eq!(authentication.blocks().count(), authentication.len(), "a block is lost");
            }
            let strict = envelope.manifest_unauthenticated(Profile::Strict);
            let lenient = envelope.manifest_unauthenticated(Profile::Lenient);
            assert!(lenient.is_ok() || strict.is_err(), "the lenient profile refuses more");
            for manifest in [strict, lenient].into_iter().flatten() {
                assert_manifest(&envelope, &manifest);
            }
        }
        Err(error) => {
            assert!(error.offset() <= data.len(), "{error}");
            assert!(streamed.is_err(), "accepted as a stream: {error}");
        }
    }
}

/// What is private and in places that hand out no bytes cannot be written again; then the deterministic form has to do.
fn assert_manifest<'a>(envelope: &Envelope<'a>, manifest: &Manifest<'a>) {
    let content = manifest.bytes().content();
    assert_copies(content);
    if !has_private_common(manifest) {
        assert_eq!(rewrite::manifest(manifest), content, "something of the manifest is lost");
    }
    for section in Section::ALL {
        let (member, severed) = (manifest.member(section.key()), envelope.member(section.key()));
        let sequence = manifest.sequence(section, severed);
        match (member, severed) {
            (Member::Absent, _) => assert!(matches!(sequence, Ok(None))),
            (Member::Inline(_), _) => assert!(matches!(sequence, Ok(Some(_))), "read once and not again"),
            (Member::Severed(_), None) => assert!(sequence.is_err(), "a body from nowhere"),
            (Member::Severed(_), Some(body)) => {
                if let Ok(Some(sequence)) = sequence {
                    assert_eq!(rewrite::sequence(sequence), body.content(), "something of a severed sequence is lost");
                }
            }
        }
    }
}

/// Whether suit-common, or the metadata of a dependency, has members of which nothing is known.
fn has_private_common(manifest: &Manifest<'_>) -> bool {
    let common = manifest.bytes().reader().value(key::COMMON).and_then(|mut common| common.nested().ok()).unwrap();
    let known = [common_key::DEPENDENCIES, common_key::COMPONENTS, common_key::SHARED_SEQUENCE];
    let Some(mut dependencies) = common.value(common_key::DEPENDENCIES) else { return has_others(common, &known) };
    let mut map = dependencies.map().unwrap();
    while let Ok(Some(_)) = map.next_key(&mut dependencies) {
        if has_others(dependencies, &[dependency::PREFIX]) {
            return true;
        }
        dependencies.skip().unwrap();
    }
    has_others(common, &known)
}

fn has_others(map: Reader<'_>, known: &[i64]) -> bool {
    let there = known.iter().filter(|label| map.value(**label).is_some()).count();
    map.clone().map().unwrap().remaining() != there as u64
}

type Streamed = (Vec<u8>, Vec<(String, Vec<u8>)>);

/// Reads head and payloads from a stream that gives a few bytes at a time.
fn stream(data: &[u8]) -> Result<Streamed, ReadError> {
    let mut package = Package::open(Drip { rest: data, most: 1 + data.len() % 7 })?;
    let head = package.head().to_vec();
    let (_, payloads) = package.parts()?;
    let mut found = vec![];
    while let Some((name, size)) = payloads.next_payload()? {
        let mut content = vec![];
        payloads.read_to_end(&mut content)?;
        assert_eq!(content.len() as u64, size);
        found.push((name, content));
    }
    Ok((head, found))
}

/// Gives at most so many bytes at a time.
struct Drip<'d> {
    rest: &'d [u8],
    most: usize,
}

impl Read for Drip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (now, later) = self.rest.split_at(self.most.min(buffer.len()).min(self.rest.len()));
        buffer.get_mut(..now.len()).unwrap_or_default().copy_from_slice(now);
        self.rest = later;
        Ok(now.len())
    }
}
