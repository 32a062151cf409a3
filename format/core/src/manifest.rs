//! SUIT_Manifest: what is to be done, as views on the signed bytes.

pub mod command;
mod common;
mod component;
mod dependency;
pub mod metadata;
#[cfg(feature = "update-management")]
pub mod multiple;
pub mod parameter;
mod reference;
pub mod sequence;
pub mod text;
mod transform;
mod version;
mod wait;

pub use common::Common;
pub use component::{ComponentId, ComponentIndex, Components, Indices};
pub use dependency::{Dependencies, Dependency};
pub use reference::{Coswid, Mud, TagId};
pub use sequence::{Section, Sequence};
pub use transform::{Algorithm, Source, Transform};
pub use version::{Comparison, Version, VersionMatch};
pub use wait::{OtherDevice, WaitEvent, WaitInfo};

use crate::cbor::{Key, Kind, Label, Reader};
use crate::digest::Digest;
use crate::error::{Error, ErrorKind};
use crate::profile::{Allowance, Profile};
use crate::registry::{self, manifest as key};
use crate::wrapped::Wrapped;

/// A manifest of version 1 whose every element has its type.
///
/// draft-ietf-suit-manifest §8.4. Command sequences are read whole and held against the rules that need no device: known commands
/// and parameters, component indices in range, nothing with side effects in the shared sequence.
#[derive(Clone, Copy, Debug)]
pub struct Manifest<'a> {
    wrapped: Wrapped<'a>,
    sequence_number: u64,
    common: Common<'a>,
    entries: Reader<'a>,
}

/// Where the body of a severable member is.
#[derive(Clone, Copy, Debug)]
pub enum Member<'a> {
    /// The manifest does not have it.
    Absent,
    /// The manifest holds the body itself.
    Inline(Wrapped<'a>),
    /// The manifest holds its digest.
    Severed(Digest<'a>),
}

impl<'a> Manifest<'a> {
    pub(crate) fn parse(wrapped: Wrapped<'a>, profile: Profile) -> Result<Self, Error> {
        let mut reader = wrapped.reader();
        let entries = reader;
        let (mut version, mut sequence_number, mut common) = (false, None, None);
        let mut map = reader.map()?;
        while let Some(key) = map.next_label(&mut reader)? {
            let start = reader;
            match key {
                Label::Int(0) => return Err(start.error(ErrorKind::LabelZero)),
                Label::Int(key::MANIFEST_VERSION) => {
                    // SUIT-1, §8.4.1: inspected before anything else of the manifest means something.
                    if reader.peek()? != Kind::Uint || reader.uint()? != 1 {
                        return Err(start.error(ErrorKind::ManifestVersion));
                    }
                    version = true;
                }
                Label::Int(key::MANIFEST_SEQUENCE_NUMBER) => sequence_number = Some(reader.uint()?),
                Label::Int(key::COMMON) => common = Some(Common::parse(Wrapped::read(&mut reader)?, profile)?),
                Label::Int(key::REFERENCE_URI) => drop(reader.text()?),
                Label::Int(key::MANIFEST_COMPONENT_ID) => drop(ComponentId::read(&mut reader)?),
                Label::Int(key::VALIDATE | key::LOAD | key::INVOKE | key::UNINSTALL) => {
                    if reader.peek()? == Kind::Array {
                        // SUIT-45
                        return Err(start.error(ErrorKind::NotSeverable));
                    }
                    sequence(Wrapped::read(&mut reader)?, common.as_ref())?;
                }
                #[cfg(feature = "update-management")]
                Label::Int(key::SET_VERSION) => {
                    let mut inner = reader.nested()?;
                    Version::read(&mut inner)?;
                    inner.end()?;
                }
                #[cfg(feature = "texts")]
                Label::Int(key::MANIFEST_MUD) => drop(Mud::parse(reader.nested()?)?),
                #[cfg(feature = "texts")]
                Label::Int(key::COSWID) => {
                    if let Member::Inline(body) = read_member(&mut reader)? {
                        Coswid::admit(body.reader(), profile)?;
                    }
                }
                #[cfg(feature = "texts")]
                Label::Int(key::TEXT) => {
                    if let Member::Inline(body) = read_member(&mut reader)? {
                        text::Text::parse(body.reader())?;
                    }
                }
                Label::Int(key::DEPENDENCY_RESOLUTION | key::PAYLOAD_FETCH | key::CANDIDATE_VERIFICATION | key::INSTALL) => {
                    if let Member::Inline(body) = read_member(&mut reader)? {
                        sequence(body, common.as_ref())?;
                    }
                }
                Label::Int(key::UPGRADABILITY) => drop(read_member(&mut reader)?),
                #[cfg(not(feature = "texts"))]
                Label::Int(key::COSWID | key::TEXT) => drop(read_member(&mut reader)?),
                #[cfg(not(feature = "texts"))]
                Label::Int(key::MANIFEST_MUD) => drop(Wrapped::read(&mut reader)?),
                #[cfg(not(feature = "update-management"))]
                Label::Int(key::SET_VERSION) => drop(Wrapped::read(&mut reader)?),
                Label::Int(key::UPGRADABILITY_FLOOR) => drop(Wrapped::read(&mut reader)?),
                Label::Int(code) if registry::is_private(code) => reader.skip()?,
                _ => return Err(start.error(ErrorKind::UnknownKey)),
            }
        }
        reader.end()?;
        let missing = entries.error(ErrorKind::MissingField);
        if !version {
            return Err(missing);
        }
        Ok(Self { wrapped, sequence_number: sequence_number.ok_or(missing)?, common: common.ok_or(missing)?, entries })
    }

    /// The bytes the digest covers and what they hold.
    #[must_use]
    pub const fn bytes(&self) -> Wrapped<'a> {
        self.wrapped
    }

    /// suit-manifest-sequence-number (§8.4.2). It is neither a time nor a version.
    #[must_use]
    pub const fn sequence_number(&self) -> u64 {
        self.sequence_number
    }

    /// suit-common (§8.4.5).
    #[must_use]
    pub const fn common(&self) -> Common<'a> {
        self.common
    }

    /// suit-reference-uri (§8.4.3).
    #[must_use]
    pub fn reference_uri(&self) -> Option<&'a str> {
        self.value(key::REFERENCE_URI)?.text().ok()
    }

    /// suit-manifest-component-id (draft-ietf-suit-trust-domains §5.2.1): where the manifest itself is kept.
    #[must_use]
    pub fn component_id(&self) -> Option<ComponentId<'a>> {
        ComponentId::read(&mut self.value(key::MANIFEST_COMPONENT_ID)?).ok()
    }

    /// suit-set-version (draft-ietf-suit-update-management §3.1).
    #[must_use]
    pub fn version(&self) -> Option<Version<'a>> {
        Version::read(&mut self.value(key::SET_VERSION)?.nested().ok()?).ok()
    }

    /// suit-manifest-mud (draft-ietf-suit-mud §5).
    #[must_use]
    pub fn mud(&self) -> Option<Mud<'a>> {
        Mud::parse(self.value(key::MANIFEST_MUD)?.nested().ok()?).ok()
    }

    /// What the manifest does against the text and the lenient profile let pass.
    pub fn allowances(&self) -> impl Iterator<Item = Allowance> + use<'a> {
        let beyond = self.common.indices() > self.common.components().len();
        let unordered = match self.member(key::COSWID) {
            Member::Inline(body) => Coswid::parse(body.reader()).is_err(),
            _ => false,
        };
        let beyond = beyond.then_some(Allowance::IndexBeyondComponents);
        beyond.into_iter().chain(unordered.then_some(Allowance::CoswidOrder))
    }

    /// The floor under the maker's promise (spec/upgradability.md): the content of its byte string.
    #[must_use]
    pub fn upgradability_floor(&self) -> Option<Reader<'a>> {
        self.value(key::UPGRADABILITY_FLOOR)?.nested().ok()
    }

    /// A member that may be severed, or a sequence that may not and then is inline or absent.
    #[must_use]
    pub fn member(&self, key: i64) -> Member<'a> {
        let member = self.value(key).and_then(|mut value| read_member(&mut value).ok());
        member.unwrap_or(Member::Absent)
    }

    /// The sequence of a procedure, if the manifest holds it or `severed`, the member of the envelope under the same key, is its
    /// body. Whether the body has the digest of the manifest is for the caller to find.
    ///
    /// # Errors
    /// [`MemberError`], if the body cannot be had or read.
    pub fn sequence(&self, section: Section, severed: Option<Wrapped<'a>>) -> Result<Option<Sequence<'a>>, MemberError> {
        match self.member(section.key()) {
            Member::Absent => Ok(None),
            // Read once when the manifest was.
            Member::Inline(body) => Ok(Some(Sequence::view(body))),
            Member::Severed(_) => {
                let body = severed.ok_or(MemberError::Withheld)?;
                Sequence::parse(body, self.common.indices(), false).map(Some).map_err(MemberError::Unreadable)
            }
        }
    }

    /// The keys of the manifest in order.
    pub fn keys(&self) -> impl Iterator<Item = i64> + use<'a> {
        let mut reader = self.entries;
        let mut map = reader.map().ok();
        core::iter::from_fn(move || match map.as_mut()?.next_key(&mut reader).ok()?? {
            Key::Int(key) => reader.skip().ok().map(|()| key),
            _ => None,
        })
    }

    /// A reader before the value under `key`.
    fn value(&self, key: i64) -> Option<Reader<'a>> {
        self.entries.value(key)
    }
}

/// Why the body of a severable member is not at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberError {
    /// The manifest holds a digest and the envelope no body.
    Withheld,
    /// The body breaks its CDDL.
    Unreadable(Error),
}

/// Reads a sequence whole. Suit-common stands before it in the order of keys; without one nothing is read further.
fn sequence(body: Wrapped<'_>, common: Option<&Common<'_>>) -> Result<(), Error> {
    common.map_or(Ok(()), |common| Sequence::parse(body, common.indices(), false).map(drop))
}

/// §8.4.12: a body is a byte string, a digest is an array.
fn read_member<'a>(reader: &mut Reader<'a>) -> Result<Member<'a>, Error> {
    match reader.peek()? {
        Kind::Array => Digest::read(reader).map(Member::Severed),
        _ => Wrapped::read(reader).map(Member::Inline),
    }
}
