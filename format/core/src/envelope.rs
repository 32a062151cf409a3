//! SUIT_Envelope: the outermost structure, before anything in it is trusted.

use crate::authentication::Authentication;
use crate::cbor::{Key, Kind, Label, MapReader, Reader};
use crate::error::{Error, ErrorKind};
use crate::limits;
use crate::manifest::Manifest;
use crate::profile::Profile;
use crate::registry::{envelope as key, tag};
use crate::trust::{Authenticated, Refusal, Trust};
use crate::wrapped::Wrapped;

/// An envelope whose outer structure holds; nothing in it is vouched for.
///
/// ```cddl
/// SUIT_Envelope = { suit-authentication-wrapper => bstr, suit-manifest => bstr,
///                   * severed members => bstr, * tstr => bstr }
/// ```
/// draft-ietf-suit-manifest §8.2
#[derive(Clone, Copy, Debug)]
pub struct Envelope<'a> {
    tagged: bool,
    wrapper: Wrapped<'a>,
    manifest: Wrapped<'a>,
    entries: Reader<'a>,
    map: MapReader<'a>,
}

/// Where the payloads of an envelope begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Bytes before the first payload's key.
    pub length: usize,
    /// Payloads that follow.
    pub payloads: u64,
}

impl<'a> Envelope<'a> {
    /// Reads a whole envelope, payloads included.
    ///
    /// # Errors
    /// If anything breaks the CDDL, the deterministic form, or a limit.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let (envelope, mut map, mut reader) = Self::read(bytes)?;
        let mut payloads = 0_u64;
        loop {
            let start = reader;
            match map.next_label(&mut reader)? {
                None => break,
                Some(Label::Text) if start.clone().text()?.len() > limits::PAYLOAD_KEY => {
                    return Err(start.error(ErrorKind::LimitExceeded));
                }
                Some(Label::Text) => drop(reader.bytes()?),
                Some(_) => return Err(start.error(ErrorKind::UnexpectedType)),
            }
            payloads = payloads.saturating_add(1);
            if payloads > limits::PAYLOADS {
                return Err(start.error(ErrorKind::LimitExceeded));
            }
        }
        reader.end()?;
        Ok(envelope)
    }

    /// Reads everything before the payloads, which the caller streams. `bytes` may end anywhere behind the head; if it ends
    /// inside, the error is [`ErrorKind::Truncated`] and more bytes help.
    ///
    /// # Errors
    /// As [`Envelope::parse`].
    pub fn parse_head(bytes: &'a [u8]) -> Result<(Self, Head), Error> {
        let (envelope, map, reader) = Self::read(bytes)?;
        if map.remaining() > limits::PAYLOADS {
            return Err(reader.error(ErrorKind::LimitExceeded));
        }
        Ok((envelope, Head { length: bytes.len().saturating_sub(reader.rest().len()), payloads: map.remaining() }))
    }

    /// Whether tag 107 stands before the map. It is optional.
    #[must_use]
    pub const fn is_tagged(&self) -> bool {
        self.tagged
    }

    /// Who signed, and over which digest.
    ///
    /// # Errors
    /// If the wrapper breaks the CDDL.
    pub fn authentication(&self) -> Result<Authentication<'a>, Error> {
        Authentication::parse(self.wrapper)
    }

    /// The manifest as signed: content and encoding.
    #[must_use]
    pub const fn manifest_bytes(&self) -> Wrapped<'a> {
        self.manifest
    }

    /// The authentication wrapper's byte string.
    #[must_use]
    pub const fn wrapper_bytes(&self) -> Wrapped<'a> {
        self.wrapper
    }

    /// Opens the manifest to those it is vouched for to.
    ///
    /// # Errors
    /// If digest or signatures do not hold, no anchor signed, or the manifest breaks its CDDL.
    pub fn authenticate(&self, trust: &Trust<'_>) -> Result<Authenticated<Manifest<'a>>, Refusal> {
        let authentication = self.authentication().map_err(Refusal::Unreadable)?;
        trust.authenticate(&authentication, self.manifest)
    }

    /// Reads the manifest although nobody vouches for it: for display only.
    ///
    /// # Errors
    /// If it breaks its CDDL.
    pub fn manifest_unauthenticated(&self, profile: Profile) -> Result<Manifest<'a>, Error> {
        Manifest::parse(self.manifest, profile)
    }

    /// The member under an integer label other than those of wrapper and manifest.
    #[must_use]
    pub fn member(&self, label: i64) -> Option<Wrapped<'a>> {
        let is_member = !matches!(label, key::AUTHENTICATION_WRAPPER | key::MANIFEST);
        let mut value = is_member.then(|| self.entries.value_among(&self.map, label))??;
        Wrapped::read(&mut value).ok()
    }

    /// All members under integer keys other than wrapper and manifest, in order.
    #[must_use]
    pub const fn members(&self) -> Members<'a> {
        Members { entries: self.entries, map: self.map }
    }

    /// All integrated payloads, in order: name and content. Empty for an envelope of which only the head was read.
    #[must_use]
    pub const fn payloads(&self) -> Payloads<'a> {
        Payloads { entries: self.entries, map: self.map }
    }

    /// Reads the integer keys and stops before the first text key.
    fn read(bytes: &'a [u8]) -> Result<(Self, MapReader<'a>, Reader<'a>), Error> {
        let mut reader = Reader::new(bytes);
        let tagged = reader.peek()? == Kind::Tag;
        if tagged {
            let start = reader;
            if !reader.is_tag(tag::ENVELOPE)? {
                return Err(start.error(ErrorKind::UnexpectedType));
            }
        }
        let mut map = reader.map()?;
        let (all, entries) = (map, reader);
        let (mut wrapper, mut manifest) = (None, None);
        loop {
            let (start, before) = (reader, map);
            if bytes.len().saturating_sub(reader.rest().len()) > limits::HEAD {
                return Err(start.error(ErrorKind::LimitExceeded));
            }
            let Some(key) = map.next_label(&mut reader)? else { break };
            match key {
                // SUIT-7
                Label::Int(0) => return Err(start.error(ErrorKind::LabelZero)),
                Label::Int(key::AUTHENTICATION_WRAPPER) => wrapper = Some(Wrapped::read(&mut reader)?),
                Label::Int(key::MANIFEST) => manifest = Some(Wrapped::read(&mut reader)?),
                Label::Int(_) => drop(Wrapped::read(&mut reader)?),
                // SUIT-47
                Label::Text => {
                    (reader, map) = (start, before);
                    break;
                }
                Label::Other => return Err(start.error(ErrorKind::UnexpectedType)),
            }
        }
        let missing = || entries.error(ErrorKind::MissingField);
        let envelope =
            Self { tagged, wrapper: wrapper.ok_or_else(missing)?, manifest: manifest.ok_or_else(missing)?, entries, map: all };
        Ok((envelope, map, reader))
    }
}

/// See [`Envelope::members`].
#[derive(Clone, Copy, Debug)]
pub struct Members<'a> {
    entries: Reader<'a>,
    map: MapReader<'a>,
}

impl<'a> Iterator for Members<'a> {
    type Item = (i64, Wrapped<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.map.next_key(&mut self.entries).ok()?? {
                Key::Int(key::AUTHENTICATION_WRAPPER | key::MANIFEST) => self.entries.skip().ok()?,
                Key::Int(key) => return Some((key, Wrapped::read(&mut self.entries).ok()?)),
                _ => return None,
            }
        }
    }
}

/// See [`Envelope::payloads`].
#[derive(Clone, Copy, Debug)]
pub struct Payloads<'a> {
    entries: Reader<'a>,
    map: MapReader<'a>,
}

impl<'a> Iterator for Payloads<'a> {
    type Item = (&'a str, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.map.next_key(&mut self.entries).ok()?? {
                Key::Text(name) => return Some((name, self.entries.bytes().ok()?)),
                _ => self.entries.skip().ok()?,
            }
        }
    }
}
