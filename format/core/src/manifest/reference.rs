//! What a manifest says of other documents: a software identification tag, a usage description.

use crate::cbor::{Kind, Label, Reader};
use crate::digest::Digest;
use crate::error::{Error, ErrorKind};
use crate::limits;
use crate::profile::{Allowance, Profile};
use crate::registry::{coswid as key, mud, tag};

/// A concise software identification tag: what names it, and its bytes.
///
/// draft-ietf-suit-update-management §3.2, RFC 9393. Only the elements that identify the software are looked at; the rest is
/// well-formed and stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Coswid<'a> {
    /// tag-id, text or 16 bytes.
    pub tag_id: TagId<'a>,
    /// tag-version.
    pub tag_version: i64,
    /// software-name.
    pub software_name: &'a str,
    /// software-version.
    pub software_version: Option<&'a str>,
    /// The whole tag as encoded.
    pub bytes: &'a [u8],
}

/// The name of a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagId<'a> {
    /// Text.
    Text(&'a str),
    /// A UUID.
    Uuid(&'a [u8]),
}

impl<'a> Coswid<'a> {
    /// Reads the content of the member's byte string.
    ///
    /// # Errors
    /// If it is no map of RFC 9393 that names a tag, its version and the software.
    pub fn parse(mut reader: Reader<'a>) -> Result<Self, Error> {
        let bytes = reader.rest();
        if reader.peek()? == Kind::Tag {
            let start = reader;
            // SUIT-64
            if !reader.is_tag(tag::COSWID)? {
                return Err(start.error(ErrorKind::UnexpectedType));
            }
        }
        let start = reader;
        let (mut tag_id, mut tag_version, mut software_name, mut software_version) = (None, None, None, None);
        let mut map = reader.map()?;
        while let Some(key) = map.next_label(&mut reader)? {
            let at = reader;
            match key {
                Label::Int(key::TAG_ID) => {
                    tag_id = Some(match reader.peek()? {
                        Kind::Text => TagId::Text(reader.text()?),
                        _ => {
                            let bytes = reader.bytes()?;
                            if bytes.len() != 16 {
                                return Err(at.error(ErrorKind::ValueOutOfRange));
                            }
                            TagId::Uuid(bytes)
                        }
                    });
                }
                Label::Int(key::SOFTWARE_NAME) => software_name = Some(reader.text()?),
                Label::Int(key::TAG_VERSION) => tag_version = Some(reader.int()?),
                Label::Int(key::SOFTWARE_VERSION) => software_version = Some(reader.text()?),
                _ => reader.skip()?,
            }
        }
        reader.end()?;
        let missing = start.error(ErrorKind::MissingField);
        Ok(Self {
            tag_id: tag_id.ok_or(missing)?,
            tag_version: tag_version.ok_or(missing)?,
            software_name: software_name.ok_or(missing)?,
            software_version,
            bytes,
        })
    }
}

impl Coswid<'_> {
    /// Holds the content of the member's byte string against what a profile admits. The answer is what was let pass.
    ///
    /// # Errors
    /// As [`Coswid::parse`], unless only the order of keys is at fault and the profile is lenient.
    pub fn admit(reader: Reader<'_>, profile: Profile) -> Result<Option<Allowance>, Error> {
        match Coswid::parse(reader) {
            Err(error) if error.kind() == ErrorKind::KeysOutOfOrder && profile == Profile::Lenient => {
                Ok(Some(Allowance::CoswidOrder))
            }
            read => read.map(|_| None),
        }
    }
}

/// Where a manufacturer usage description is, and whose key signs it.
///
/// ```cddl
/// SUIT_MUD_container = { suit-mud-url => #6.32(tstr), suit-mud-ski => SUIT_Digest }
/// ```
/// draft-ietf-suit-mud §5, which gives the keys no numbers; spec/registry.md does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mud<'a> {
    /// suit-mud-url
    pub url: &'a str,
    /// suit-mud-ski: the COSE Key Thumbprint (RFC 9679) of the key.
    pub ski: Digest<'a>,
}

impl<'a> Mud<'a> {
    /// Reads the content of the member's byte string.
    ///
    /// # Errors
    /// If it breaks the CDDL.
    pub fn parse(mut reader: Reader<'a>) -> Result<Self, Error> {
        let start = reader;
        let (mut url, mut ski) = (None, None);
        let mut map = reader.map()?;
        while let Some(key) = map.next_label(&mut reader)? {
            let at = reader;
            match key {
                Label::Int(0) => return Err(at.error(ErrorKind::LabelZero)),
                Label::Int(mud::URL) => {
                    if !reader.is_tag(tag::URI)? {
                        return Err(at.error(ErrorKind::UnexpectedType));
                    }
                    let text = reader.text()?;
                    if text.len() > limits::URI {
                        return Err(at.error(ErrorKind::LimitExceeded));
                    }
                    url = Some(text);
                }
                Label::Int(mud::SKI) => ski = Some(Digest::read(&mut reader)?),
                _ => return Err(at.error(ErrorKind::UnknownKey)),
            }
        }
        reader.end()?;
        let missing = start.error(ErrorKind::MissingField);
        Ok(Self { url: url.ok_or(missing)?, ski: ski.ok_or(missing)? })
    }
}
