//! Traces of older drafts: what an old number or form meant, and in which drafts.
//!
//! This explains a refusal. Nothing is ever read in the old way: a reader that guesses the draft can be talked into an older one.

use core::ops::RangeInclusive;

use serde::Serialize;
use suitpack_core::cbor::{Kind, Reader};
use suitpack_core::registry::{algorithm, command, common, envelope, header, manifest, parameter, tag};
use suitpack_core::{Error, limits};

/// One trace of an older draft in a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Skew {
    /// What stands there, as the older drafts read it.
    pub found: &'static str,
    /// The drafts it fits.
    pub drafts: &'static str,
    /// Where: bytes from the start of the package.
    pub offset: usize,
}

/// Looks for traces of older drafts in the beginning of a package, sound or not. Each kind is told once, where it stands first.
#[must_use]
pub fn skew(bytes: &[u8]) -> Vec<Skew> {
    let mut search = Search::default();
    // As far as the bytes can be read.
    let _ = search.envelope(Reader::new(bytes));
    search.found
}

/// A kind of trace: what it is, and the drafts.
type Kept = (&'static str, &'static str);

#[derive(Default)]
struct Search {
    found: Vec<Skew>,
    /// Where suit-directive-write, once process-dependency, stands first.
    write: Option<usize>,
    content: bool,
}

impl Search {
    fn add(&mut self, (found, drafts): Kept, offset: usize) {
        if !self.found.iter().any(|skew| skew.found == found) {
            self.found.push(Skew { found, drafts, offset });
        }
    }

    fn envelope(&mut self, mut reader: Reader<'_>) -> Result<(), Error> {
        if reader.peek()? == Kind::Tag {
            reader.tag()?;
        }
        let (mut wrapper, mut body) = (None, None);
        // The order of keys is for the proper reader to judge.
        let walked = entries(&mut reader, |key, at, mut value| match key {
            1 => self.add(DELEGATION, at),
            7 | 8 | 9 | 13 => self.add(SEVERED_2021, at),
            17 => self.add(INSTALL_17, at),
            envelope::AUTHENTICATION_WRAPPER => wrapper = value.nested().ok(),
            envelope::MANIFEST => body = value.nested().ok(),
            envelope::TEXT => _ = self.text(value),
            envelope::DEPENDENCY_RESOLUTION | envelope::PAYLOAD_FETCH | envelope::CANDIDATE_VERIFICATION | envelope::INSTALL => {
                _ = value.nested().and_then(|sequence| self.sequence(sequence, 0));
            }
            _ => {}
        });
        match (wrapper, body) {
            (Some(wrapper), None) if wrapper.peek()? == Kind::Map => self.add(ENVELOPE_2019, wrapper.position()),
            (wrapper, body) => {
                let wrapper = wrapper.map(|wrapper| self.wrapper(wrapper));
                let body = body.map(|body| self.manifest(body));
                wrapper.transpose().and(body.transpose())?;
            }
        }
        if let Some(at) = self.write.filter(|_| !self.content) {
            self.add(PROCESS_DEPENDENCY_18, at);
        }
        walked
    }

    fn wrapper(&mut self, mut wrapper: Reader<'_>) -> Result<(), Error> {
        let count = wrapper.array()?;
        for index in 0..count.min(FEW) {
            let at = wrapper.position();
            let mut block = wrapper.nested()?;
            match block.peek()? {
                Kind::Array if index == 0 => self.digest(block)?,
                Kind::Array => self.add(UNTAGGED, at),
                Kind::Tag => {
                    if index == 0 {
                        self.add(WRAPPER_2020, at);
                    }
                    if matches!(block.tag()?, tag::SIGN1 | tag::MAC0) {
                        self.block(block)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// A COSE object with one header: algorithm and payload.
    fn block(&mut self, mut block: Reader<'_>) -> Result<(), Error> {
        block.array()?;
        let mut protected = block.nested()?;
        block.skip()?;
        if block.peek()? == Kind::Bytes {
            self.add(ATTACHED, block.position());
        }
        let mut code = None;
        entries(&mut protected, |key, at, mut value| {
            if key == header::ALG {
                code = value.int().ok().map(|code| (code, at));
            }
        })?;
        match code {
            Some((algorithm::ES256, at)) => self.add(ES256, at),
            Some((algorithm::EDDSA, at)) => self.add(EDDSA, at),
            _ => {}
        }
        Ok(())
    }

    fn digest(&mut self, mut digest: Reader<'_>) -> Result<(), Error> {
        digest.array()?;
        let at = digest.position();
        if digest.peek()? == Kind::Uint && NAMED_INFORMATION.contains(&digest.uint()?) {
            self.add(DIGEST_NUMBERS, at);
        }
        Ok(())
    }

    fn manifest(&mut self, mut reader: Reader<'_>) -> Result<(), Error> {
        let mut old = None;
        // What these keys hold decides how 7, 8 and 9 were meant.
        entries(&mut reader.clone(), |key, at, value| {
            let severed = matches!(key, 7..=9) && value.peek() == Ok(Kind::Array);
            if severed || matches!(key, 10..=13) {
                old.get_or_insert(at);
            }
        })?;
        if let Some(at) = old {
            self.add(MANIFEST_2021, at);
        }
        entries(&mut reader, |key, at, mut value| {
            let is_text = matches!(key, manifest::TEXT | 13);
            let is_sequence = matches!(key, 7..=12 | manifest::DEPENDENCY_RESOLUTION..=manifest::INSTALL | manifest::UNINSTALL);
            match value.peek() {
                Ok(Kind::Array) if is_text || is_sequence => _ = self.digest(value),
                _ if is_text => _ = self.text(value),
                _ if is_sequence => _ = value.nested().and_then(|sequence| self.sequence(sequence, 0)),
                _ if key == manifest::COMMON => _ = value.nested().and_then(|common| self.common(common)),
                _ => {}
            }
            if key == 17 {
                self.add(INSTALL_17, at);
            }
        })
    }

    fn common(&mut self, mut reader: Reader<'_>) -> Result<(), Error> {
        entries(&mut reader, |key, at, mut value| match (key, value.peek()) {
            (common::DEPENDENCIES, Ok(Kind::Array | Kind::Bytes)) => self.add(DEPENDENCY_LIST, at),
            (common::COMPONENTS, Ok(Kind::Bytes)) => self.add(WRAPPED_COMPONENTS, at),
            (3, _) => self.add(DEPENDENCY_COMPONENTS, at),
            (common::SHARED_SEQUENCE, _) => _ = value.nested().and_then(|sequence| self.sequence(sequence, 0)),
            _ => {}
        })
    }

    fn text(&mut self, mut value: Reader<'_>) -> Result<(), Error> {
        let mut text = value.nested()?;
        let at = text.position();
        if text.header(Kind::Map)? > 0 && text.peek()? != Kind::Text {
            self.add(TEXT_FLAT, at);
        }
        Ok(())
    }

    fn sequence(&mut self, mut reader: Reader<'_>, depth: usize) -> Result<(), Error> {
        if depth > limits::SEQUENCE_NESTING {
            return Ok(());
        }
        for _ in 0..reader.array()? / 2 {
            let at = reader.position();
            let code = reader.int()?;
            let mut argument = reader;
            reader.skip()?;
            match code {
                13 => self.add(SET_DEPENDENCY_INDEX, at),
                30 => self.add(FETCH_URI_LIST, at),
                command::DIRECTIVE_WRITE => drop(self.write.get_or_insert(at)),
                command::DIRECTIVE_SET_PARAMETERS | command::DIRECTIVE_OVERRIDE_PARAMETERS => self.parameters(&mut argument)?,
                command::DIRECTIVE_OVERRIDE_MULTIPLE => {
                    entries(&mut argument, |_, _, mut parameters| _ = self.parameters(&mut parameters))?;
                }
                command::DIRECTIVE_TRY_EACH => {
                    for _ in 0..argument.array()? {
                        match argument.peek()? {
                            Kind::Bytes => self.sequence(argument.nested()?, depth.saturating_add(1))?,
                            _ => argument.skip()?,
                        }
                    }
                }
                command::DIRECTIVE_RUN_SEQUENCE => self.sequence(argument.nested()?, depth.saturating_add(1))?,
                _ => {}
            }
        }
        Ok(())
    }

    fn parameters(&mut self, reader: &mut Reader<'_>) -> Result<(), Error> {
        entries(reader, |key, at, mut value| {
            // The content of a byte string that holds one whole item, and that item's type.
            let inside = value.nested().ok().filter(|inside| inside.clone().skip().is_ok());
            let kind = inside.and_then(|inside| inside.peek().ok());
            match key {
                parameter::IMAGE_DIGEST => drop(inside.map(|digest| self.digest(digest))),
                parameter::CONTENT if inside.is_some_and(|mut inside| kind == Some(Kind::Tag) && inside.tag() == Ok(ENCRYPT)) => {
                    self.add(ENCRYPTION_INFO_18, at);
                }
                parameter::CONTENT => self.content = true,
                parameter::ENCRYPTION_INFO if kind == Some(Kind::Map) => self.add(COMPRESSION_INFO_19, at),
                20 => self.add(UNPACK_INFO_20, at),
                parameter::COMPONENT_METADATA if kind == Some(Kind::Array) => self.add(URI_LIST_30, at),
                _ => {}
            }
        })
    }
}

/// Hands out the entries of a map with integer keys, in whatever order: key, offset of the key, value. Other keys are passed over.
fn entries<'a>(reader: &mut Reader<'a>, mut each: impl FnMut(i64, usize, Reader<'a>)) -> Result<(), Error> {
    for _ in 0..reader.header(Kind::Map)? {
        let at = reader.position();
        let key = match reader.peek()? {
            Kind::Uint | Kind::Nint => Some(reader.int()?),
            _ => reader.skip().map(|()| None)?,
        };
        let value = *reader;
        reader.skip()?;
        if let Some(key) = key {
            each(key, at, value);
        }
    }
    Ok(())
}

/// Algorithms by the registry of named information, SHA-224 to SHA3-512.
const NAMED_INFORMATION: RangeInclusive<u64> = 1..=8;

/// `COSE_Encrypt_Tagged`
const ENCRYPT: u64 = 96;

/// More blocks than this tell nothing new.
const FEW: u64 = 16;

// The history of the working group's repositories, commit by commit: docs/decisions.md.
const DELEGATION: Kept =
    ("key 1 of the envelope is suit-delegation", "draft-ietf-suit-manifest-04 to -14, draft-ietf-suit-trust-domains-00 to -09");
const SEVERED_2021: Kept = (
    "keys 7, 8, 9 and 13 of the envelope are severed dependency-resolution, payload-fetch, install and text",
    "draft-ietf-suit-manifest-17 and before",
);
const ENVELOPE_2019: Kept =
    ("keys 1 and 2 of the envelope are authentication wrapper and manifest", "draft-ietf-suit-manifest-03 and before");
const WRAPPER_2020: Kept = (
    "the authentication wrapper does not begin with the digest, which each COSE object carries itself",
    "draft-ietf-suit-manifest-10 and before",
);
const ATTACHED: Kept = ("the COSE payload is attached", "draft-ietf-suit-manifest-11 and before");
const UNTAGGED: Kept = ("a COSE object stands without its tag", "no draft: each wants it tagged");
const ES256: Kept = (
    "signed with ES256 (-7), which became ESP256 (-9)",
    "the examples of all drafts before June 2025, those of draft-ietf-suit-manifest up to -37",
);
const EDDSA: Kept = ("signed with EdDSA (-8), which became Ed25519 (-19)", "all drafts before RFC 9864 and draft-ietf-suit-mti-23");
const DIGEST_NUMBERS: Kept =
    ("digest algorithms are numbers 1 to 8 of named information, not of COSE", "draft-ietf-suit-manifest-13 and before");
const MANIFEST_2021: Kept = (
    "keys 7 to 13 of the manifest are dependency-resolution, payload-fetch, install, validate, load, run and text",
    "draft-ietf-suit-manifest-17 and before",
);
const INSTALL_17: Kept = ("key 17 is suit-install, which is 20 now", "draft-ietf-suit-manifest-18 to -28 and the examples of -29");
const TEXT_FLAT: Kept = ("suit-text has no languages", "draft-ietf-suit-manifest-23 and before");
const DEPENDENCY_LIST: Kept =
    ("suit-dependencies is a list", "draft-ietf-suit-trust-domains-00 and draft-ietf-suit-manifest-15 and before");
const DEPENDENCY_COMPONENTS: Kept =
    ("key 3 of suit-common is suit-dependency-components", "draft-ietf-suit-manifest-10 and before");
const WRAPPED_COMPONENTS: Kept = ("suit-components is a byte string", "draft-ietf-suit-manifest-09 and before");
const SET_DEPENDENCY_INDEX: Kept = ("command 13 is suit-directive-set-dependency-index", "draft-ietf-suit-manifest-14 and before");
const FETCH_URI_LIST: Kept =
    ("command 30 is suit-directive-fetch-uri-list, and before that run-sequence", "draft-ietf-suit-manifest-14 and before");
const PROCESS_DEPENDENCY_18: Kept = (
    "command 18 writes nothing here; it was suit-directive-process-dependency, which is 11 now",
    "draft-ietf-suit-manifest-14 and before, draft-ietf-suit-trust-domains-00",
);
const ENCRYPTION_INFO_18: Kept =
    ("parameter 18 is suit-parameter-encryption-info, which is 19 now", "draft-ietf-suit-manifest-04 to -14");
const COMPRESSION_INFO_19: Kept = ("parameter 19 is suit-parameter-compression-info", "draft-ietf-suit-manifest-04 to -14");
const UNPACK_INFO_20: Kept = ("parameter 20 is suit-parameter-unpack-info", "draft-ietf-suit-manifest-04 to -14");
const URI_LIST_30: Kept = ("parameter 30 is suit-parameter-uri-list", "draft-ietf-suit-manifest-05 to -14");
