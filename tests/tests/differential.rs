//! What we accept, readers by other people read alike: every test vector, every vector of the IETF where they are at hand, and
//! mutations of them that are the same on every run. docs/differences.md names each class of disagreement and why; a disagreement
//! of another class fails here, and so does a class that nothing shows.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use core::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use suit_validator::SuitError;
use suit_validator::crypto::SuitCrypto;
use suit_validator::handler::GenericStartHandler;
use suit_validator::suit_manifest::{SuitEnvelope, SuitManifest};
use suitpack_core::cbor::Reader;
use suitpack_core::manifest::command::{Command, Condition, Directive};
use suitpack_core::manifest::parameter::Parameter;
use suitpack_core::manifest::{ComponentIndex, Section, Sequence};
use suitpack_core::{Block, Envelope, Manifest, Profile};
use suitpack_tests::{properties, root};

/// Envelopes of all vectors, by name.
fn vectors() -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    collect(&root().join("test-vectors/cases"), &mut found);
    assert!(found.len() >= 160, "only {} vectors", found.len());
    collect(&root().join("../shared/peer-vectors/ietf"), &mut found);
    found
}

fn collect(folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "suit") {
            found.insert(path.display().to_string(), fs::read(&path).unwrap());
        }
    }
}

/// The vectors of moderate size, and changes of each.
fn inputs() -> impl Iterator<Item = (String, Vec<u8>)> {
    vectors().into_iter().filter(|(_, bytes)| bytes.len() <= 2048).flat_map(|(name, bytes)| {
        let changed = mutations(&bytes, MUTATIONS).map(|bytes| (format!("{name}, changed"), bytes)).collect::<Vec<_>>();
        core::iter::once((name, bytes)).chain(changed)
    })
}

const MUTATIONS: u64 = 60;

/// Small changes: a bit, a byte, one more or less of them. The seed is the length, so that a run is like any other.
fn mutations(bytes: &[u8], count: u64) -> impl Iterator<Item = Vec<u8>> {
    let mut state = 0x9e37_79b9_7f4a_7c15 ^ bytes.len() as u64;
    let bytes = bytes.to_vec();
    (0..count).map(move |_| {
        let mut random = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % below.max(1) as u64).unwrap()
        };
        let mut changed = bytes.clone();
        let at = random(changed.len());
        match random(6) {
            0 => drop(changed.remove(at)),
            1 => changed.insert(at, [0, 1, 0x20, 0x40, 0x80, 0xa0, 0xf6, 0xff][random(8)]),
            2 => changed[at] = changed[at].wrapping_add(1),
            3 => changed[at] = changed[at].wrapping_sub(1),
            _ => changed[at] ^= 1 << random(8),
        }
        changed
    })
}

#[test]
fn codecs_by_other_people_read_what_we_accept() {
    let (mut accepted, mut objects) = (0, 0);
    for (name, bytes) in inputs() {
        let holds = std::panic::catch_unwind(|| properties::envelope(&bytes));
        assert!(holds.is_ok(), "{name}");
        let Ok(envelope) = Envelope::parse(&bytes) else { continue };
        accepted += 1;
        properties::cbor(&bytes);
        for content in [envelope.wrapper_bytes().content(), envelope.manifest_bytes().content()] {
            nested(content);
        }
        if envelope.authentication().is_ok() {
            let mut wrapper = envelope.wrapper_bytes().reader();
            let blocks = wrapper.array().unwrap();
            for block in (0..blocks).map(|_| wrapper.bytes().unwrap()).skip(1) {
                let mut reader = Reader::new(block);
                reader.tag().unwrap();
                properties::cose(reader.rest());
                objects += 1;
            }
        }
        let Ok(manifest) = envelope.manifest_unauthenticated(Profile::Lenient) else { continue };
        for section in Section::ALL {
            if let Ok(Some(sequence)) = manifest.sequence(section, envelope.member(section.key())) {
                infos(sequence);
            }
        }
    }
    assert!(accepted > 1000 && objects > 500, "{accepted} accepted, {objects} COSE objects");
}

/// An item and all that stands in its byte strings, as far as those hold items.
fn nested(item: &[u8]) {
    properties::cbor(item);
    let mut reader = Reader::new(item);
    while let Ok(kind) = reader.peek() {
        use suitpack_core::cbor::Kind;
        match kind {
            Kind::Bytes => {
                let Ok(content) = reader.bytes() else { return };
                if !content.is_empty() && Reader::new(content).item().is_ok_and(|item| item.len() == content.len()) {
                    nested(content);
                }
            }
            Kind::Array | Kind::Map | Kind::Tag => {
                if reader.header(kind).is_err() {
                    return;
                }
            }
            _ => {
                if reader.skip().is_err() {
                    return;
                }
            }
        }
    }
}

/// The encryption infos of a sequence.
fn infos(sequence: Sequence<'_>) {
    for command in sequence {
        match command {
            Command::OverrideParameters(set) | Command::SetParameters(set) => {
                for parameter in set {
                    if let Parameter::EncryptionInfo(info) = parameter {
                        properties::cose(info.encoded());
                    }
                }
            }
            Command::TryEach(arms) => arms.for_each(infos),
            Command::RunSequence(inner) => infos(inner),
            _ => {}
        }
    }
}

/// Takes every signature for right: whether it is, is asked elsewhere.
struct Believing;

impl SuitCrypto for Believing {
    fn verify_cose(&self, _: &[u8], _: &[u8]) -> Result<(), SuitError> {
        Ok(())
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Read {
    sequence_number: u64,
    reference_uri: Option<String>,
    components: usize,
}

/// What suit_validator reads, if it accepts.
fn theirs(bytes: &[u8]) -> Result<Read, String> {
    let read = RefCell::new(None);
    let mut handler = GenericStartHandler {
        on_envelope: |envelope: &SuitEnvelope<'_>| {
            read.replace(envelope.manifest.get().ok().and_then(|manifest| {
                let common = manifest.common.get().ok()?;
                Some(Read {
                    sequence_number: manifest.sequence_number,
                    reference_uri: manifest.reference_uri.map(str::to_owned),
                    components: common.components.get().ok()?.count(),
                })
            }));
        },
        on_manifest: |_: &SuitManifest<'_>| (),
    };
    let decoded = suit_validator::suit_decode(bytes, &mut handler, &mut Believing);
    decoded.map_err(|error| format!("{error:?}"))?;
    read.into_inner().ok_or_else(|| "the envelope is not handed out".to_owned())
}

#[test]
fn a_reader_by_other_people_reads_what_we_accept_and_it_knows() {
    let listed = fs::read_to_string(root().join("docs/differences.md")).unwrap();
    let (mut alike, mut seen, mut unexplained) = (0, BTreeMap::<_, usize>::new(), vec![]);
    for (name, bytes) in inputs() {
        let Ok(envelope) = Envelope::parse(&bytes) else { continue };
        let Ok(manifest) = envelope.manifest_unauthenticated(Profile::Strict) else { continue };
        if !good_digest(&envelope) {
            continue;
        }
        let ours = Read {
            sequence_number: manifest.sequence_number(),
            reference_uri: manifest.reference_uri().map(str::to_owned),
            components: manifest.common().components().len(),
        };
        let theirs = theirs(&bytes);
        if theirs.as_ref() == Ok(&ours) {
            alike += 1;
            continue;
        }
        let classes = classes(&envelope, &manifest);
        if classes.is_empty() {
            unexplained.push(format!("{name}: {theirs:?}, and we read {ours:?}"));
        }
        for class in classes {
            *seen.entry(class).or_default() += 1;
        }
    }
    assert!(unexplained.is_empty(), "{}:\n{}", unexplained.len(), unexplained.join("\n"));
    let (_, listed) = listed.split_once("## Envelopes").unwrap();
    let named: BTreeSet<_> = listed.split("**").skip(1).step_by(2).collect();
    assert_eq!(named, seen.keys().copied().collect(), "docs/differences.md names other classes than there are: {seen:?}");
    assert!(alike >= 50, "only {alike} are read alike; {seen:?}");
}

/// Whether the digest is right: with a wrong one there is nothing to read for either.
fn good_digest(envelope: &Envelope<'_>) -> bool {
    envelope.authentication().is_ok_and(|authentication| {
        let matches = authentication.digest().matches(&suitpack_crypto::Sha2, &[envelope.manifest_bytes().encoded()]);
        matches == Some(true) && !authentication.is_empty()
    })
}

/// Why suit_validator may read a package otherwise: names of docs/differences.md.
fn classes(envelope: &Envelope<'_>, manifest: &Manifest<'_>) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    let mut note = |class, there| {
        if there {
            found.insert(class);
        }
    };
    note("integrated-payload", envelope.payloads().next().is_some());
    note("untagged", !envelope.is_tagged());
    let base = [1, 2, 3, 4, 7, 8, 9, 16, 20, 23];
    note("other-drafts", manifest.keys().any(|key| key >= 0 && !base.contains(&key)));
    note("other-drafts", manifest.common().dependencies().is_some());
    note("private", manifest.keys().any(|key| key < 0) || envelope.members().any(|(key, _)| key < 0));
    note("severed", envelope.members().next().is_some() || manifest.keys().any(|key| is_severed(manifest, key)));
    let authentication = envelope.authentication().unwrap();
    note("several-blocks", authentication.len() > 1);
    note("other-digest", authentication.digest().algorithm() != -16);
    note("other-block", authentication.blocks().any(|block| !matches!(block, Block::Sign1(_))));
    let mut sequences: Vec<_> = Section::ALL.into_iter().filter_map(|section| manifest.sequence(section, None).ok()?).collect();
    sequences.extend(manifest.common().shared_sequence());
    for sequence in sequences {
        commands(sequence, &mut note);
    }
    found
}

fn is_severed(manifest: &Manifest<'_>, key: i64) -> bool {
    matches!(manifest.member(key), suitpack_core::manifest::Member::Severed(_))
}

fn commands(sequence: Sequence<'_>, note: &mut impl FnMut(&'static str, bool)) {
    for command in sequence {
        match command {
            Command::Condition(condition, _) => note(
                "other-drafts",
                matches!(
                    condition,
                    Condition::UseBefore
                        | Condition::ImageNotMatch
                        | Condition::MinimumBattery
                        | Condition::UpdateAuthorized
                        | Condition::Version
                        | Condition::DependencyIntegrity
                        | Condition::IsDependency
                ),
            ),
            Command::Directive(directive, _) => {
                note("private", directive == Directive::Transform);
                let other = matches!(directive, Directive::ProcessDependency | Directive::Wait | Directive::Unlink);
                note("other-drafts", other);
            }
            Command::OverrideMultiple(_) | Command::CopyParams(_) | Command::SetParameters(_) => note("other-drafts", true),
            Command::OverrideParameters(set) => {
                for parameter in set {
                    note("private", parameter.code() < 0);
                    note("other-drafts", matches!(parameter.code(), 4 | 19 | 26..=30));
                    note("other-digest", matches!(parameter, Parameter::ImageDigest(digest) if digest.algorithm() != -16));
                    note("rare-parameter", matches!(parameter.code(), 24 | 25));
                    let pen = matches!(parameter, Parameter::VendorIdentifier(id) if id.len() != 16);
                    note("rare-parameter", pen);
                }
            }
            Command::SetComponentIndex(ComponentIndex::Many(_)) => note("index-list", true),
            Command::TryEach(arms) => {
                note("nil-arm", arms.otherwise_succeed());
                arms.for_each(|arm| commands(arm, note));
            }
            Command::RunSequence(inner) => commands(inner, note),
            _ => {}
        }
    }
}
