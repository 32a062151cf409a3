use super::Key;
use super::bucket::Buckets;
use crate::cbor::{Reader, Sink, Writer};
use crate::error::{Error, ErrorKind};
use crate::limits::{ENCRYPTION_INFO, RECIPIENTS};
use crate::registry::{algorithm, tag};

/// How a payload was encrypted, and for whom: SUIT_Encryption_Info.
///
/// ```cddl
/// SUIT_Encryption_Info = #6.96([ protected : bstr, unprotected : header_map, ciphertext : nil, recipients : [ + COSE_recipient ] ])
/// ```
/// draft-ietf-suit-firmware-encryption §5 and §6; RFC 9052 §5.1. The ciphertext is detached. Header maps may be in any order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encrypt<'a> {
    encoded: &'a [u8],
    protected: &'a [u8],
    algorithm: Content,
    iv: &'a [u8],
    recipients: &'a [u8],
    count: usize,
}

impl<'a> Encrypt<'a> {
    /// Reads the tag and the array behind it.
    ///
    /// # Errors
    /// If the structure is another, the ciphertext is attached, an algorithm is not one of the draft, the IV has not its length,
    /// an algorithm stands in the wrong bucket, there is nobody to read it, or two recipients have one key id.
    pub fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let start = *reader;
        if !reader.is_tag(tag::ENCRYPT)? {
            return Err(start.error(ErrorKind::UnexpectedType));
        }
        if reader.array()? != 4 {
            return Err(start.error(ErrorKind::ValueOutOfRange));
        }
        let at = *reader;
        let buckets = Buckets::read(reader)?;
        let protected = buckets.protected;
        let code = buckets.algorithm.ok_or(at.error(ErrorKind::MissingField))?;
        let algorithm = Content::new(code).ok_or(at.error(ErrorKind::NotUnderstood))?;
        if algorithm.is_authenticated() {
            if !buckets.algorithm_protected {
                return Err(at.error(ErrorKind::AlgorithmNotProtected));
            }
        } else if !protected.is_empty() {
            // SUIT-66, FE 6 and RFC 9459 §3: nothing would protect it.
            return Err(at.error(ErrorKind::ProtectedNotEmpty));
        }
        let iv = buckets.iv.ok_or(at.error(ErrorKind::MissingField))?;
        if iv.len() != algorithm.iv_length() {
            return Err(at.error(ErrorKind::ValueOutOfRange));
        }
        reader.null().map_err(|error| Error::new(ErrorKind::AttachedPayload, error.offset()))?;
        let count = reader.array_within(RECIPIENTS)?;
        let list = *reader;
        for before in 0..count {
            let at = *reader;
            let recipient = Recipient::read(reader)?;
            let mut earlier = Recipients { reader: list, left: before };
            if recipient.kid.is_some() && earlier.any(|other| other.kid == recipient.kid) {
                return Err(at.error(ErrorKind::DuplicateKey));
            }
            // RFC 3394 §2.2.1: wrapping adds eight bytes.
            if recipient.encrypted_key.len().checked_sub(8) != Some(algorithm.key_length()) {
                return Err(at.error(ErrorKind::ValueOutOfRange));
            }
        }
        let (encoded, recipients) = (between(start, *reader)?, between(list, *reader)?);
        if encoded.len() > ENCRYPTION_INFO {
            return Err(start.error(ErrorKind::LimitExceeded));
        }
        Ok(Self { encoded, protected, algorithm, iv, recipients, count })
    }

    /// The structure as it stands, tag included.
    #[must_use]
    pub const fn encoded(&self) -> &'a [u8] {
        self.encoded
    }

    /// What the payload was encrypted with.
    #[must_use]
    pub const fn algorithm(&self) -> Content {
        self.algorithm
    }

    /// The content of the protected bucket; empty for the algorithms that do not authenticate.
    #[must_use]
    pub const fn protected(&self) -> &'a [u8] {
        self.protected
    }

    /// The initialisation vector, in the length of the algorithm.
    #[must_use]
    pub const fn iv(&self) -> &'a [u8] {
        self.iv
    }

    /// Those who can read it, at least one.
    #[must_use]
    pub const fn recipients(&self) -> Recipients<'a> {
        Recipients { reader: Reader::at(self.recipients, 0), left: self.count }
    }
}

/// One party that can find the content key, and how.
///
/// ```cddl
/// COSE_recipient = [ protected : bstr, unprotected : header_map, ciphertext : bstr ]
/// ```
/// draft-ietf-suit-firmware-encryption §5.1.3 (AES-KW), §5.2.3 (ES-DH)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recipient<'a> {
    protected: &'a [u8],
    algorithm: Distribution,
    kid: Option<&'a [u8]>,
    salt: Option<&'a [u8]>,
    ephemeral: Option<Key<'a>>,
    encrypted_key: &'a [u8],
}

impl<'a> Recipient<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        reader.array_of(3)?;
        let at = *reader;
        let buckets = Buckets::read(reader)?;
        let protected = buckets.protected;
        let code = buckets.algorithm.ok_or(at.error(ErrorKind::MissingField))?;
        let algorithm = Distribution::new(code).ok_or(at.error(ErrorKind::NotUnderstood))?;
        let ephemeral = if algorithm.agrees() {
            if !buckets.algorithm_protected {
                return Err(at.error(ErrorKind::AlgorithmNotProtected));
            }
            Some(buckets.ephemeral.ok_or(at.error(ErrorKind::MissingField))?)
        } else {
            // FE 5.1.3: an empty string, or one that holds an empty map.
            if !matches!(protected, [] | [0xa0]) {
                return Err(at.error(ErrorKind::ProtectedNotEmpty));
            }
            None
        };
        Ok(Self { protected, algorithm, kid: buckets.kid, salt: buckets.salt, ephemeral, encrypted_key: reader.bytes()? })
    }

    /// How the content key is distributed.
    #[must_use]
    pub const fn algorithm(&self) -> Distribution {
        self.algorithm
    }

    /// The content of the protected bucket.
    #[must_use]
    pub const fn protected(&self) -> &'a [u8] {
        self.protected
    }

    /// Which key of the recipient is meant. It is a hint.
    #[must_use]
    pub const fn kid(&self) -> Option<&'a [u8]> {
        self.kid
    }

    /// What the key derivation is salted with (RFC 9053 §5.1).
    #[must_use]
    pub const fn salt(&self) -> Option<&'a [u8]> {
        self.salt
    }

    /// The sender's public key, if keys are agreed.
    #[must_use]
    pub const fn ephemeral(&self) -> Option<Key<'a>> {
        self.ephemeral
    }

    /// The wrapped content key.
    #[must_use]
    pub const fn encrypted_key(&self) -> &'a [u8] {
        self.encrypted_key
    }
}

/// See [`Encrypt::recipients`].
#[derive(Clone, Copy, Debug)]
pub struct Recipients<'a> {
    reader: Reader<'a>,
    left: usize,
}

impl<'a> Iterator for Recipients<'a> {
    type Item = Recipient<'a>;

    fn next(&mut self) -> Option<Recipient<'a>> {
        self.left = self.left.checked_sub(1)?;
        Recipient::read(&mut self.reader).ok()
    }
}

/// What encrypts a payload: the algorithms of draft-ietf-suit-firmware-encryption §6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Content {
    /// AES-GCM with a key of 128 bits and a tag of 128.
    A128Gcm,
    /// AES-GCM with a key of 192 bits and a tag of 128.
    A192Gcm,
    /// AES-GCM with a key of 256 bits and a tag of 128.
    A256Gcm,
    /// ChaCha20 and Poly1305 with a key of 256 bits and a tag of 128.
    ChaCha20Poly1305,
    /// AES in counter mode with a key of 128 bits. It does not authenticate.
    A128Ctr,
    /// AES in counter mode with a key of 192 bits. It does not authenticate.
    A192Ctr,
    /// AES in counter mode with a key of 256 bits. It does not authenticate.
    A256Ctr,
}

impl Content {
    /// The algorithm of this number.
    #[must_use]
    pub const fn new(code: i64) -> Option<Self> {
        Some(match code {
            algorithm::A128GCM => Self::A128Gcm,
            algorithm::A192GCM => Self::A192Gcm,
            algorithm::A256GCM => Self::A256Gcm,
            algorithm::CHACHA20_POLY1305 => Self::ChaCha20Poly1305,
            algorithm::A128CTR => Self::A128Ctr,
            algorithm::A192CTR => Self::A192Ctr,
            algorithm::A256CTR => Self::A256Ctr,
            _ => return None,
        })
    }

    /// The COSE algorithm.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            Self::A128Gcm => algorithm::A128GCM,
            Self::A192Gcm => algorithm::A192GCM,
            Self::A256Gcm => algorithm::A256GCM,
            Self::ChaCha20Poly1305 => algorithm::CHACHA20_POLY1305,
            Self::A128Ctr => algorithm::A128CTR,
            Self::A192Ctr => algorithm::A192CTR,
            Self::A256Ctr => algorithm::A256CTR,
        }
    }

    /// Bytes of the content key.
    #[must_use]
    pub const fn key_length(self) -> usize {
        match self {
            Self::A128Gcm | Self::A128Ctr => 16,
            Self::A192Gcm | Self::A192Ctr => 24,
            Self::A256Gcm | Self::A256Ctr | Self::ChaCha20Poly1305 => 32,
        }
    }

    /// Bytes of the initialisation vector (RFC 9053 §4.1 and §4.3, RFC 9459 §4).
    #[must_use]
    pub const fn iv_length(self) -> usize {
        if self.is_authenticated() { 12 } else { 16 }
    }

    /// Bytes by which the ciphertext is longer than the payload.
    #[must_use]
    pub const fn tag_length(self) -> usize {
        if self.is_authenticated() { 16 } else { 0 }
    }

    /// Whether a changed ciphertext is noticed by the algorithm itself.
    #[must_use]
    pub const fn is_authenticated(self) -> bool {
        !matches!(self, Self::A128Ctr | Self::A192Ctr | Self::A256Ctr)
    }
}

/// What brings the content key to a recipient: the algorithms of draft-ietf-suit-firmware-encryption §5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Distribution {
    /// AES key wrap with a shared key of 128 bits.
    A128Kw,
    /// AES key wrap with a shared key of 192 bits.
    A192Kw,
    /// AES key wrap with a shared key of 256 bits.
    A256Kw,
    /// An ephemeral and a static key agree on one of 128 bits, which wraps.
    EcdhEsA128Kw,
    /// An ephemeral and a static key agree on one of 192 bits, which wraps.
    EcdhEsA192Kw,
    /// An ephemeral and a static key agree on one of 256 bits, which wraps.
    EcdhEsA256Kw,
}

impl Distribution {
    /// The algorithm of this number.
    #[must_use]
    pub const fn new(code: i64) -> Option<Self> {
        Some(match code {
            algorithm::A128KW => Self::A128Kw,
            algorithm::A192KW => Self::A192Kw,
            algorithm::A256KW => Self::A256Kw,
            algorithm::ECDH_ES_A128KW => Self::EcdhEsA128Kw,
            algorithm::ECDH_ES_A192KW => Self::EcdhEsA192Kw,
            algorithm::ECDH_ES_A256KW => Self::EcdhEsA256Kw,
            _ => return None,
        })
    }

    /// The COSE algorithm.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            Self::A128Kw => algorithm::A128KW,
            Self::A192Kw => algorithm::A192KW,
            Self::A256Kw => algorithm::A256KW,
            Self::EcdhEsA128Kw => algorithm::ECDH_ES_A128KW,
            Self::EcdhEsA192Kw => algorithm::ECDH_ES_A192KW,
            Self::EcdhEsA256Kw => algorithm::ECDH_ES_A256KW,
        }
    }

    /// Whether the wrapping key is agreed on first.
    #[must_use]
    pub const fn agrees(self) -> bool {
        matches!(self, Self::EcdhEsA128Kw | Self::EcdhEsA192Kw | Self::EcdhEsA256Kw)
    }

    /// The key wrap underneath: itself if no key is agreed on.
    #[must_use]
    pub const fn wrap(self) -> Self {
        match self {
            Self::A128Kw | Self::EcdhEsA128Kw => Self::A128Kw,
            Self::A192Kw | Self::EcdhEsA192Kw => Self::A192Kw,
            Self::A256Kw | Self::EcdhEsA256Kw => Self::A256Kw,
        }
    }

    /// Bytes of the wrapping key.
    #[must_use]
    pub const fn key_length(self) -> usize {
        match self.wrap() {
            Self::A192Kw => 24,
            Self::A256Kw => 32,
            _ => 16,
        }
    }
}

/// The bytes from one place of an input to a later one.
fn between<'a>(from: Reader<'a>, to: Reader<'a>) -> Result<&'a [u8], Error> {
    from.rest().get(..from.rest().len().saturating_sub(to.rest().len())).ok_or(from.error(ErrorKind::Truncated))
}

/// Writes the Enc_structure of a COSE_Encrypt without external data: what an authenticated algorithm also covers.
///
/// ```cddl
/// Enc_structure = [ "Encrypt", protected : bstr, external_aad : h'' ]
/// ```
/// RFC 9052 §5.3, draft-ietf-suit-firmware-encryption §6
///
/// # Errors
/// Those of the sink.
// SUIT-66
pub fn enc_structure<S: Sink>(protected: &[u8], sink: S) -> Result<(), S::Error> {
    let mut writer = Writer::new(sink);
    writer.array(3)?;
    writer.text("Encrypt")?;
    writer.bytes(protected)?;
    writer.bytes(&[])
}

/// Writes the COSE_KDF_Context that binds an agreed key to its use; `protected` is the recipient's protected bucket.
///
/// ```cddl
/// COSE_KDF_Context = [ AlgorithmID : int, [nil, nil, nil], [nil, nil, nil],
///                      [ keyDataLength : uint, protected : bstr, other : 'SUIT Payload Encryption' ] ]
/// ```
/// draft-ietf-suit-firmware-encryption §5.2.4
///
/// # Errors
/// Those of the sink.
// SUIT-67
pub fn kdf_context<S: Sink>(distribution: Distribution, protected: &[u8], sink: S) -> Result<(), S::Error> {
    let mut writer = Writer::new(sink);
    writer.array(4)?;
    writer.int(distribution.wrap().code())?;
    for _ in 0..2 {
        writer.array(3)?;
        for _ in 0..3 {
            writer.null()?;
        }
    }
    writer.array(3)?;
    writer.uint(match distribution.wrap() {
        Distribution::A192Kw => 192,
        Distribution::A256Kw => 256,
        _ => 128,
    })?;
    writer.bytes(protected)?;
    writer.bytes(b"SUIT Payload Encryption")
}
