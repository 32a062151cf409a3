//! Encrypts payloads for their recipients (draft-ietf-suit-firmware-encryption; spec/encryption.md).

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use suitpack_core::cose::Content;
use suitpack_core::registry::{algorithm, curve, header, key, key_type, tag};
use suitpack_crypto::{ContentKey, ContentStream, P256SigningKey, RecipientKey, Seed, Sha256Stream, SigningKey, keyfile};
use zeroize::Zeroizing;

use crate::draft::Measure;
use crate::encode::{self, Items, Map};
use crate::error::{BuildError, RecipientFault};
use crate::recipe::Encryption;

/// Where the keys of payloads come from.
pub enum Secrets<'o> {
    /// Random bytes that nobody else knows, fresh for each payload; the package is another one each time.
    Fresh(&'o mut dyn FnMut(&mut [u8]) -> io::Result<()>),
    /// Derived from a seed and the payload: the same payload under the same seed has the same key.
    Derived(Seed),
}

impl core::fmt::Debug for Secrets<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Fresh(_) => "Fresh",
            Self::Derived(_) => "Derived",
        })
    }
}

/// A payload's algorithm and the keys of those who may read it.
#[derive(Debug)]
pub(crate) struct Lock {
    algorithm: Content,
    recipients: Vec<RecipientKey>,
}

impl Lock {
    /// Reads the keys; their paths are relative to `base`.
    pub(crate) fn open(encryption: &Encryption, base: &Path) -> Result<Self, BuildError> {
        let mut recipients: Vec<RecipientKey> = Vec::new();
        for path in &encryption.keys {
            let path = base.join(path);
            let fault = |fault| BuildError::Recipient { path: path.clone(), fault };
            let key = keyfile::recipient_key(&content(&path).map_err(|error| fault(RecipientFault::Unreadable(error)))?);
            let key = key.map_err(|error| fault(RecipientFault::Key(error)))?;
            if key.kid().is_some() && recipients.iter().any(|other| other.kid() == key.kid()) {
                return Err(fault(RecipientFault::SameName));
            }
            recipients.push(key);
        }
        Ok(Self { algorithm: encryption.algorithm, recipients })
    }

    /// An encryption info of the right length, which opens nothing.
    pub(crate) fn predict(&self) -> Vec<u8> {
        let wrapped = vec![0; self.algorithm.key_length().saturating_add(8)];
        let recipients = self.recipients.iter().map(|recipient| assemble(recipient, &[0; 65], &wrapped)).collect();
        self.info(&[0; 16], recipients)
    }

    /// Encrypts in place what stands at `start`, and gives its measure as encrypted with the encryption info.
    pub(crate) fn seal(&self, packed: Packed<'_>, secrets: &mut Secrets<'_>) -> Result<(Measure, Vec<u8>), BuildError> {
        let draw = |purpose: &str, whose: &[u8], secret: &mut [u8], secrets: &mut Secrets<'_>| match secrets {
            Secrets::Fresh(fill) => fill(secret).map_err(BuildError::Entropy),
            Secrets::Derived(seed) => {
                // SUIT-68: Another algorithm, plaintext, purpose or recipient: another secret.
                let purpose =
                    Items::new().array(4).text(purpose).int(self.algorithm.code()).bytes(&packed.plain.digest).bytes(whose);
                seed.derive(&purpose.done(), secret).ok_or(BuildError::Entropy(io::ErrorKind::InvalidInput.into()))
            }
        };
        let mut secret = Zeroizing::new([0; 32]);
        let secret = secret.get_mut(..self.algorithm.key_length()).unwrap_or_default();
        draw("content key", &[], secret, secrets)?;
        let unusable = || BuildError::Entropy(io::ErrorKind::InvalidData.into());
        let key = ContentKey::new(self.algorithm, secret).ok_or_else(unusable)?;
        let mut iv = [0; 16];
        draw("iv", &[], iv.get_mut(..self.algorithm.iv_length()).unwrap_or_default(), secrets)?;
        let mut recipients = Vec::new();
        for recipient in &self.recipients {
            let mut ephemeral = None;
            if let RecipientKey::P256(public) = recipient {
                let mut entropy = Zeroizing::new([0; 32]);
                draw("ephemeral key", public.thumbprint(), &mut *entropy, secrets)?;
                let Some(SigningKey::P256(made)) = SigningKey::generate(algorithm::ESP256, &entropy) else {
                    return Err(unusable());
                };
                ephemeral = Some(made);
            }
            let mut wrapped = [0; 40];
            let length = recipient.wrap(&key, &protected(recipient), ephemeral.as_ref(), &mut wrapped).ok_or_else(unusable)?;
            let point = ephemeral.as_ref().map_or(&[0; 65], |key: &P256SigningKey| key.public_key().as_sec1());
            recipients.push(assemble(recipient, point, wrapped.get(..length).unwrap_or_default()));
        }
        let info = self.info(&iv, recipients);
        let iv = iv.get(..self.algorithm.iv_length()).unwrap_or_default();
        Ok((self.stream(packed, &key, iv)?, info))
    }

    /// Bytes by which the ciphertext is longer.
    pub(crate) const fn growth(&self) -> u64 {
        if self.algorithm.is_authenticated() { 16 } else { 0 }
    }

    /// Fails if the algorithm cannot encrypt so much under one key and IV.
    pub(crate) fn holds(&self, size: u64, path: &Path) -> Result<(), BuildError> {
        let most = ContentStream::most(self.algorithm);
        if size <= most { Ok(()) } else { Err(BuildError::TooLargeToEncrypt { path: path.to_path_buf(), size, most }) }
    }

    /// Encrypts a piece at a time, and puts the tag behind, if there is one.
    fn stream(&self, packed: Packed<'_>, key: &ContentKey, iv: &[u8]) -> Result<Measure, BuildError> {
        let Packed { file, start, plain, fault, path } = packed;
        self.holds(plain.size, path)?;
        let unusable = || BuildError::Entropy(io::ErrorKind::InvalidData.into());
        let mut cipher = key.encrypt(&self.protected(), iv, plain.size).map_err(|_| unusable())?;
        let mut hash = Sha256Stream::new();
        let mut buffer = Zeroizing::new(vec![0; CHUNK]);
        let mut done = 0;
        while done < plain.size {
            let length = usize::try_from(plain.size.saturating_sub(done)).unwrap_or(CHUNK).min(CHUNK);
            let piece = buffer.get_mut(..length).unwrap_or_default();
            let at = SeekFrom::Start(start.saturating_add(done));
            file.seek(at).and_then(|_| file.read_exact(piece)).map_err(fault)?;
            cipher.apply(piece).ok_or_else(unusable)?;
            hash.update(piece);
            file.seek(at).and_then(|_| file.write_all(piece)).map_err(fault)?;
            done = done.saturating_add(encode::wide(length));
        }
        let mut tag = [0; 16];
        let tag = cipher.seal(&mut tag).ok_or_else(unusable)?;
        hash.update(tag);
        file.seek(SeekFrom::Start(start.saturating_add(done))).and_then(|_| file.write_all(tag)).map_err(fault)?;
        Ok(Measure { digest: hash.finish(), size: done.saturating_add(encode::wide(tag.len())) })
    }

    fn info(&self, iv: &[u8; 16], recipients: Vec<Vec<u8>>) -> Vec<u8> {
        let iv = iv.get(..self.algorithm.iv_length()).unwrap_or_default();
        let mut unprotected = Map::default().with(header::IV, encode::bytes(iv));
        if !self.algorithm.is_authenticated() {
            unprotected = unprotected.with(header::ALG, encode::int(self.algorithm.code()));
        }
        let start = Items::new()
            .tag(tag::ENCRYPT)
            .array(4)
            .bytes(&self.protected())
            .raw(&unprotected.done())
            .null()
            .array(recipients.len());
        recipients.iter().fold(start, |items, recipient| items.raw(recipient)).done()
    }

    /// FE 6: nothing is protected where nothing protects it.
    fn protected(&self) -> Vec<u8> {
        if !self.algorithm.is_authenticated() {
            return Vec::new();
        }
        Map::default().with(header::ALG, encode::int(self.algorithm.code())).done()
    }
}

/// A payload where it was packed to.
pub(crate) struct Packed<'p> {
    pub(crate) file: &'p mut File,
    pub(crate) start: u64,
    /// What was packed: the digest and size of the plaintext.
    pub(crate) plain: Measure,
    pub(crate) fault: &'p dyn Fn(io::Error) -> BuildError,
    /// The image, for those who read of a fault.
    pub(crate) path: &'p Path,
}

/// The protected bucket of a recipient: the algorithm where a key is agreed on, nothing where one is wrapped alone (FE 5).
fn protected(recipient: &RecipientKey) -> Vec<u8> {
    if recipient.algorithm().agrees() {
        Map::default().with(header::ALG, encode::int(recipient.algorithm().code())).done()
    } else {
        Vec::new()
    }
}

/// A `COSE_recipient`; `point` is the ephemeral key as in SEC 1, where there is one.
fn assemble(recipient: &RecipientKey, point: &[u8; 65], wrapped: &[u8]) -> Vec<u8> {
    let mut unprotected = Map::default();
    if let Some(kid) = recipient.kid() {
        unprotected = unprotected.with(header::KID, encode::bytes(kid));
    }
    if recipient.algorithm().agrees() {
        let (x, y) = point.get(1..).unwrap_or_default().split_at(32);
        let ephemeral = Map::default()
            .with(key::KTY, encode::int(key_type::EC2))
            .with(key::CRV, encode::int(curve::P256))
            .with(key::X, encode::bytes(x))
            .with(key::Y, encode::bytes(y));
        unprotected = unprotected.with(header::EPHEMERAL_KEY, ephemeral.done());
    } else {
        unprotected = unprotected.with(header::ALG, encode::int(recipient.algorithm().code()));
    }
    Items::new().array(3).bytes(&protected(recipient)).raw(&unprotected.done()).bytes(wrapped).done()
}

/// The content of a key file, which is small.
fn content(path: &PathBuf) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(KEY_FILE));
    File::open(path)?.take(encode::wide(KEY_FILE)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Large enough that the system calls do not count.
const CHUNK: usize = 256 * 1024;

/// More than the key reader takes.
const KEY_FILE: usize = 64 * 1024 + 1;
