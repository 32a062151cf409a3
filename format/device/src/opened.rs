//! Envelopes whose manifest is authentic, and their heads, which outlive all processors that run them.

use core::cell::OnceCell;
use std::collections::BTreeSet;
use std::io::Read;

use suitpack_core::manifest::command::Command;
use suitpack_core::manifest::parameter::{Parameter, Parameters};
use suitpack_core::manifest::{Member, MemberError, Section, Sequence};
use suitpack_core::report::Reason;
use suitpack_core::{Authenticated, Authentication, Digest, Envelope, Judgement, Manifest};
use suitpack_crypto::Sha2;
use suitpack_package::{Cause, Package};
use suitpack_processor::Program;

use crate::failed::Trouble;
use crate::request::Request;
use crate::state::hex;
use crate::supply::{Origin, Supply};

/// Heads of envelopes. None is given away again before the procedure ends, so that what one manifest sets may be used by another.
#[derive(Debug)]
pub(crate) struct Shelf(Box<[OnceCell<Vec<u8>>]>);

impl Shelf {
    pub(crate) fn new() -> Self {
        Self((0..HEADS).map(|_| OnceCell::new()).collect())
    }

    /// Keeps a head; the same one is kept once.
    fn keep(&self, head: &[u8]) -> Result<&[u8], Trouble> {
        let full = || Trouble::operation(Cause::Policy, "there are too many dependencies");
        let free = self.0.iter().find(|cell| cell.get().is_none_or(|kept| kept.as_slice() == head)).ok_or_else(full)?;
        Ok(free.get_or_init(|| head.to_vec()))
    }
}

/// An envelope whose manifest somebody vouches for.
#[derive(Clone, Debug)]
pub(crate) struct Opened<'a> {
    pub(crate) manifest: Authenticated<Manifest<'a>>,
    pub(crate) program: Program<'a>,
    /// The digest of its wrapper, in hexadecimal.
    pub(crate) digest: String,
    pub(crate) wrapper_digest: Digest<'a>,
    pub(crate) supply: Supply,
    pub(crate) uris: Uris<'a>,
    pub(crate) mandate: Mandate,
}

/// What those who signed a manifest may speak for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mandate {
    /// Everything.
    pub(crate) all: bool,
    /// Components with these identifiers, and all below them: the rights of those who may not speak for everything.
    some: Vec<Vec<Vec<u8>>>,
}

impl Mandate {
    /// All rights of all whose signature is right.
    // SUIT-55
    fn of(authentication: &Authentication<'_>, request: &Request<'_>) -> Self {
        let trust = &request.trust;
        let mut mandate = Self { all: request.access.is_empty(), some: Vec::new() };
        for block in authentication.blocks().filter(|_| !request.access.is_empty()) {
            let Judgement::Verified { anchor, .. } = trust.judge(&block, authentication.payload()) else { continue };
            let key = trust.anchors.get(anchor).map(|anchor| anchor.key_id()).unwrap_or_default();
            match request.access.iter().find(|access| access.key == key) {
                Some(access) => mandate.some.extend_from_slice(access.components),
                None => mandate.all = true,
            }
        }
        mandate
    }

    /// Whether they may speak for the component with these segments.
    pub(crate) fn covers(&self, segments: &[&[u8]]) -> bool {
        self.all || self.covers_in_part(segments)
    }

    /// The same of those who may not speak for everything.
    pub(crate) fn covers_in_part(&self, segments: &[&[u8]]) -> bool {
        let below = |id: &Vec<Vec<u8>>| {
            segments.get(..id.len()).is_some_and(|start| start.iter().copied().eq(id.iter().map(Vec::as_slice)))
        };
        self.some.iter().any(below)
    }

    /// Whether anybody signed who may not speak for everything.
    pub(crate) const fn is_limited(&self) -> bool {
        !self.some.is_empty()
    }
}

impl<'a> Opened<'a> {
    /// Reads an envelope to its end, and holds all of it against what is signed.
    pub(crate) fn read(
        input: impl Read,
        origin: Origin,
        shelf: &'a Shelf,
        request: &Request<'_>,
        needed: &[Section],
    ) -> Result<Self, Trouble> {
        let mut package = Package::open(input)?;
        let head = shelf.keep(package.readable())?;
        let (envelope, _) = Envelope::parse_head(head)?;
        // SUIT-2: nothing of the manifest is looked into before.
        let authentication = envelope.authentication()?;
        let manifest = envelope.authenticate(&request.trust)?;
        let mandate = Mandate::of(&authentication, request);
        let mut uris = Uris::default();
        let program = program(&envelope, &manifest, needed, &mut uris)?;
        let (_, payloads) = package.parts()?;
        let supply = Supply::of(payloads, origin)?;
        let digest = hex(authentication.digest().bytes());
        let opened = Self { manifest, program, digest, wrapper_digest: authentication.digest(), supply, uris, mandate };
        if let Origin::Package(_) = origin { opened.carries_no_more(|_| false) } else { Ok(()) }?;
        Ok(opened)
    }

    /// Refuses payloads that no command names, be it one of its own or of those who run it.
    pub(crate) fn carries_no_more(&self, named: impl Fn(&str) -> bool) -> Result<(), Trouble> {
        let unnamed = self.supply.names().find(|name| !self.uris.has(name) && !named(name));
        unnamed.map_or(Ok(()), |name| {
            let detail = format!("payload {name}: no command names it, so nobody signed it");
            Err(Trouble::new(Reason::Unauthorised, Cause::NotBound, detail))
        })
    }

    pub(crate) const fn manifest(&self) -> &Manifest<'a> {
        self.manifest.get()
    }
}

/// The sequences. What is severed has to have the digest that is signed, and to be there if it is needed.
// SUIT-44
fn program<'a>(
    envelope: &Envelope<'a>,
    manifest: &Authenticated<Manifest<'a>>,
    needed: &[Section],
    uris: &mut Uris<'a>,
) -> Result<Program<'a>, Trouble> {
    let view = manifest.get();
    for (code, body) in envelope.members() {
        let refused = |reason, cause, what: &str| Err(Trouble::new(reason, cause, format!("member {code} of the envelope {what}")));
        match view.member(code) {
            Member::Severed(digest) => match digest.matches(&Sha2, &[body.encoded()]) {
                Some(true) => {}
                Some(false) => return refused(Reason::Unauthorised, Cause::NotBound, "does not match its signed digest"),
                None => return refused(Reason::AlgUnsupported, Cause::Policy, "has a digest whose algorithm is not supported"),
            },
            _ => return refused(Reason::CborParse, Cause::NotBound, "is bound by no digest in the manifest"),
        }
    }
    view.common().shared_sequence().into_iter().for_each(|shared| uris.add(shared));
    Program::new(manifest, |section: Section| match view.sequence(section, envelope.member(section.key())) {
        Ok(sequence) => {
            sequence.iter().for_each(|sequence| uris.add(*sequence));
            Ok(sequence)
        }
        Err(MemberError::Unreadable(error)) => Err(error.into()),
        Err(MemberError::Withheld) if !needed.contains(&section) => {
            uris.withheld = true;
            Ok(None)
        }
        Err(MemberError::Withheld) => {
            let detail = format!("section {} is severed, and not in the envelope", section.key());
            Err(Trouble::new(Reason::SeveringUnsupported, Cause::CouldNotTell, detail))
        }
    })
}

/// The URIs that the commands of a manifest name. A payload under another name is carried by a package and signed by nobody.
#[derive(Clone, Debug, Default)]
pub(crate) struct Uris<'a> {
    named: BTreeSet<&'a str>,
    /// Whether there are commands that are not at hand.
    withheld: bool,
}

impl<'a> Uris<'a> {
    pub(crate) fn has(&self, name: &str) -> bool {
        self.withheld || self.named.contains(name)
    }

    /// Sequences nest as deep as [`suitpack_core::limits::SEQUENCE_NESTING`].
    fn add(&mut self, sequence: Sequence<'a>) {
        for command in sequence {
            match command {
                Command::SetParameters(parameters) | Command::OverrideParameters(parameters) => self.set(parameters),
                Command::OverrideMultiple(multiple) => multiple.into_iter().for_each(|(_, parameters)| self.set(parameters)),
                Command::TryEach(arms) => arms.into_iter().for_each(|arm| self.add(arm)),
                Command::RunSequence(sequence) => self.add(sequence),
                _ => {}
            }
        }
    }

    fn set(&mut self, parameters: Parameters<'a>) {
        self.named.extend(parameters.filter_map(|parameter| match parameter {
            Parameter::Uri(uri) => Some(uri),
            _ => None,
        }));
    }
}

/// The root and as many dependencies as a manifest can name; each costs a signature and is held in memory.
const HEADS: usize = 65;
