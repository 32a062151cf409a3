//! The manifest a report is about, and those it depends on, as far as they are at hand.

use std::io::Read;

use suitpack_core::crypto::{DIGEST_MAX, Digester as _};
use suitpack_core::manifest::{ComponentId, Member, MemberError, Section, Sequence};
use suitpack_core::registry::algorithm;
use suitpack_core::{Authenticated, Envelope, Manifest, Trust, limits};
use suitpack_crypto::Sha2;
use suitpack_processor::Program;

use super::content::Hash;
use super::layout::Layout;
use crate::believe::{believed, unquestioned};
use crate::lookup::PayloadDir;
use crate::reader::{Payloads, ReadError};

/// A manifest of the tree.
#[derive(Debug)]
pub(super) struct Node<'a> {
    pub(super) manifest: Manifest<'a>,
    pub(super) program: Program<'a>,
    pub(super) layout: Layout,
    withheld: Vec<Section>,
    /// What its digest may be, by algorithm.
    digests: Vec<Hash>,
}

impl<'a> Node<'a> {
    /// Takes what is authentic of an envelope. A severed member that is not the one that was signed counts as withheld.
    pub(super) fn new(envelope: &Envelope<'a>, manifest: &Authenticated<Manifest<'a>>) -> Result<Self, suitpack_core::Error> {
        let view = *manifest.get();
        let mut withheld = Vec::new();
        let mut bodies: Vec<(Section, Sequence<'a>)> = Vec::new();
        let program = Program::new(manifest, |section| {
            let severed = envelope.member(section.key()).filter(|body| match view.member(section.key()) {
                Member::Severed(digest) => digest.matches(&Sha2, &[body.encoded()]) == Some(true),
                _ => true,
            });
            let sequence = match view.sequence(section, severed) {
                Ok(sequence) => sequence,
                Err(MemberError::Withheld) => {
                    withheld.push(section);
                    None
                }
                Err(MemberError::Unreadable(error)) => return Err(error),
            };
            bodies.extend(sequence.map(|sequence| (section, sequence)));
            Ok(sequence)
        })?;
        let body = |wanted| bodies.iter().find(|(section, _)| *section == wanted).map(|(_, sequence)| *sequence);
        let layout = Layout::new(&view, body, &withheld);
        let digests = [algorithm::SHA_256, algorithm::SHA_384, algorithm::SHA_512].into_iter().filter_map(|code| {
            let mut digest = [0; DIGEST_MAX];
            let length = Sha2.digest(code, &[view.bytes().encoded()], &mut digest)?;
            Some((code, digest.get(..length)?.to_vec()))
        });
        Ok(Self { manifest: view, program, layout, withheld, digests: digests.collect() })
    }

    /// The first of some sections that the manifest has, whether or not it is at hand.
    pub(super) fn first(&self, sections: &[Section]) -> Option<Section> {
        sections.iter().copied().find(|section| !matches!(self.manifest.member(section.key()), Member::Absent))
    }

    pub(super) fn withholds(&self, section: Section) -> bool {
        self.withheld.contains(&section)
    }

    /// Whether a section can be taken out of this manifest: it holds a digest of it.
    pub(super) fn is_severable(&self, key: i64) -> bool {
        matches!(self.manifest.member(key), Member::Severed(_))
    }

    /// How many component indices there are, dependencies behind the components included.
    pub(super) fn indices(&self) -> u64 {
        u64::try_from(self.manifest.common().indices()).unwrap_or(u64::MAX)
    }

    /// Whether an index is that of a dependency.
    pub(super) fn depends_on(&self, index: u64) -> bool {
        u32::try_from(index).is_ok_and(|index| self.program.is_dependency(index))
    }

    /// What stands before the identifiers of a dependency's components.
    pub(super) fn prefix(&self, index: u32) -> Option<ComponentId<'a>> {
        let common = self.manifest.common();
        let listed = usize::try_from(index).is_ok_and(|index| index < common.components().len());
        let dependency = common.dependencies().into_iter().flatten().find(|it| it.index == index)?;
        dependency.prefix.filter(|_| listed)
    }
}

/// Envelopes that may be dependencies, as bytes.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    envelopes: Vec<Vec<u8>>,
    bytes: usize,
}

impl Shelf {
    /// Keeps those of the payloads that are envelopes, and those within.
    pub(super) fn stock<R: Read>(&mut self, payloads: &mut Payloads<R>) -> Result<(), ReadError> {
        while let Some((_, size)) = payloads.next_payload()? {
            if usize::try_from(size).is_ok_and(|size| size <= limits::HEAD) {
                let mut bytes = Vec::new();
                payloads.read_to_end(&mut bytes)?;
                self.put(bytes, 0);
            }
        }
        Ok(())
    }

    /// Looks up what a manifest fetches in a folder.
    pub(super) fn look_up(&mut self, uris: impl Iterator<Item = String>, folder: &PayloadDir) {
        for uri in uris.take(ENVELOPES) {
            let Ok((file, _)) = folder.open(&uri) else { continue };
            let mut bytes = Vec::new();
            let most = u64::try_from(limits::HEAD).unwrap_or(u64::MAX);
            if file.take(most.saturating_add(1)).read_to_end(&mut bytes).is_ok_and(|read| read <= limits::HEAD) {
                self.put(bytes, 0);
            }
        }
    }

    fn put(&mut self, bytes: Vec<u8>, depth: usize) {
        let room = self.envelopes.len() < ENVELOPES && self.bytes.saturating_add(bytes.len()) <= BYTES && depth < DEPTH;
        let Ok(envelope) = Envelope::parse(&bytes) else { return };
        if !room {
            return;
        }
        let within: Vec<Vec<u8>> = envelope.payloads().map(|(_, content)| content.to_vec()).collect();
        self.bytes = self.bytes.saturating_add(bytes.len());
        self.envelopes.push(bytes);
        within.into_iter().for_each(|bytes| self.put(bytes, depth.saturating_add(1)));
    }

    pub(super) fn envelopes(&self) -> impl Iterator<Item = Envelope<'_>> {
        self.envelopes.iter().filter_map(|bytes| Envelope::parse(bytes).ok())
    }

    /// Envelopes in whose manifests to believe where nobody is trusted, in the same order.
    pub(super) fn unquestioned(&self) -> Vec<Vec<u8>> {
        self.envelopes().map(|envelope| unquestioned(envelope.manifest_bytes())).collect()
    }
}

/// The manifests on a shelf that somebody trusted vouches for; with no `trust`, all of them.
pub(super) fn nodes<'a>(shelf: &'a Shelf, believe: &'a [Vec<u8>], trust: Option<&Trust<'_>>) -> Vec<Node<'a>> {
    let opened = shelf.envelopes().zip(believe).filter_map(|(envelope, believe)| {
        let manifest = match trust {
            Some(trust) => envelope.authenticate(trust).ok(),
            None => believed(believe),
        };
        Node::new(&envelope, &manifest?).ok()
    });
    opened.collect()
}

/// The dependency with a digest, among those at hand.
pub(super) fn find<'n, 'a>(nodes: &'n [Node<'a>], digest: &Hash) -> Option<&'n Node<'a>> {
    nodes.iter().find(|node| node.digests.contains(digest))
}

/// As many dependencies as a manifest can name.
const ENVELOPES: usize = 64;

/// Manifests are small; this is what all of them together may take in memory.
const BYTES: usize = 16 * 1024 * 1024;

/// The drafts' examples nest once.
pub(super) const DEPTH: usize = 4;
