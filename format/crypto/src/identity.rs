use core::convert::Infallible;
use core::fmt;

use suitpack_core::cbor::{Sink, Writer};

use crate::Sha256Stream;

/// The longest `kid` of a COSE_Key that is kept as an alias, in bytes: room for a thumbprint, a UUID in text, a short name.
pub const ALIAS_MAX: usize = 64;

/// Labels of a COSE_Key (RFC 9052 §7.1, RFC 9053 §7) and the values this crate knows.
pub(crate) mod label {
    pub(crate) const KTY: i64 = 1;
    pub(crate) const KID: i64 = 2;
    #[cfg(feature = "keyfile")]
    pub(crate) const ALG: i64 = 3;
    #[cfg(feature = "keyfile")]
    pub(crate) const KEY_OPS: i64 = 4;
    pub(crate) const CRV: i64 = -1;
    pub(crate) const X: i64 = -2;
    pub(crate) const Y: i64 = -3;
    #[cfg(feature = "keyfile")]
    pub(crate) const D: i64 = -4;

    #[cfg(feature = "hmac")]
    pub(crate) const K: i64 = -1;

    #[cfg(feature = "hmac")]
    pub(crate) const KTY_SYMMETRIC: i64 = 4;
    #[cfg(any(feature = "ed25519", feature = "ed25519-small"))]
    pub(crate) const KTY_OKP: i64 = 1;
    #[cfg(feature = "ecdsa")]
    pub(crate) const KTY_EC2: i64 = 2;
    #[cfg(feature = "ecdsa")]
    pub(crate) const CRV_P256: i64 = 1;
    #[cfg(any(feature = "ed25519", feature = "ed25519-small"))]
    pub(crate) const CRV_ED25519: i64 = 6;
}

/// The members of a COSE_Key that make it this public key and no other (RFC 9679 §4).
#[derive(Clone, Copy)]
pub(crate) struct Required<'a> {
    pub(crate) kty: i64,
    pub(crate) crv: i64,
    pub(crate) x: &'a [u8],
    pub(crate) y: Option<&'a [u8]>,
}

impl Required<'_> {
    /// Writes the members, and `kid` among them if there is one, as a map in deterministic order.
    pub(crate) fn write<S: Sink>(&self, kid: Option<&[u8]>, writer: &mut Writer<S>) -> Result<(), S::Error> {
        writer.map([true, true, true, self.y.is_some(), kid.is_some()].into_iter().map(u64::from).sum())?;
        writer.int(label::KTY)?;
        writer.int(self.kty)?;
        if let Some(kid) = kid {
            writer.int(label::KID)?;
            writer.bytes(kid)?;
        }
        writer.int(label::CRV)?;
        writer.int(self.crv)?;
        writer.int(label::X)?;
        writer.bytes(self.x)?;
        if let Some(y) = self.y {
            writer.int(label::Y)?;
            writer.bytes(y)?;
        }
        Ok(())
    }
}

/// What a key is called: its COSE Key Thumbprint, and the name it may have been given.
#[derive(Clone, Copy)]
pub(crate) struct Identity {
    thumbprint: [u8; 32],
    alias: Option<Alias>,
}

/// A name.
#[derive(Clone, Copy)]
pub(crate) struct Alias {
    bytes: [u8; ALIAS_MAX],
    length: usize,
}

impl Alias {
    /// `None` if it is longer than [`ALIAS_MAX`].
    pub(crate) fn new(alias: &[u8]) -> Option<Self> {
        let mut bytes = [0; ALIAS_MAX];
        bytes.get_mut(..alias.len())?.copy_from_slice(alias);
        Some(Self { bytes, length: alias.len() })
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

impl Identity {
    /// RFC 9679 §3: the hash of the required members in deterministic encoding.
    pub(crate) fn of(required: Required<'_>) -> Self {
        let mut writer = Writer::new(Hash(Sha256Stream::new()));
        let Ok(()) = required.write(None, &mut writer);
        Self { thumbprint: writer.into_inner().0.finish(), alias: None }
    }

    /// The same of a symmetric key, whose required members are its type and the key itself (RFC 9679 §4).
    #[cfg(feature = "hmac")]
    pub(crate) fn of_secret(secret: &[u8]) -> Self {
        let mut writer = Writer::new(Hash(Sha256Stream::new()));
        let Ok(()) = symmetric(secret, &mut writer);
        Self { thumbprint: writer.into_inner().0.finish(), alias: None }
    }

    /// The same with a name; `None` if it is longer than [`ALIAS_MAX`].
    pub(crate) fn named(mut self, alias: &[u8]) -> Option<Self> {
        self.alias = Some(Alias::new(alias)?);
        Some(self)
    }

    pub(crate) const fn thumbprint(&self) -> &[u8; 32] {
        &self.thumbprint
    }

    pub(crate) fn alias(&self) -> Option<&[u8]> {
        self.alias.as_ref().map(Alias::bytes)
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.thumbprint {
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

#[cfg(feature = "hmac")]
fn symmetric(secret: &[u8], writer: &mut Writer<Hash>) -> Result<(), Infallible> {
    writer.map(2)?;
    writer.int(label::KTY)?;
    writer.int(label::KTY_SYMMETRIC)?;
    writer.int(label::K)?;
    writer.bytes(secret)
}

/// A hash that CBOR can be written into.
struct Hash(Sha256Stream);

impl Sink for Hash {
    type Error = Infallible;

    fn push(&mut self, bytes: &[u8]) -> Result<(), Infallible> {
        self.0.update(bytes);
        Ok(())
    }
}
