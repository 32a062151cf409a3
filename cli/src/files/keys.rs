//! Keys out of files.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use suitpack_core::registry::algorithm;
use suitpack_crypto::keyfile::{self, KeyError};
use suitpack_crypto::{Anchor, DecryptionKey, PublicKey, RecipientKey, Seed, Signer, SigningKey};
use zeroize::Zeroizing;

use super::input::unreadable;
use crate::args::KeyAccessArgs;
use crate::failure::{Code, Failure};

/// What can be told of a key of either kind.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) public: PublicKey,
    /// Whether the private half was there too.
    pub(crate) is_private: bool,
}

/// Reads the keys that are believed in: public ones, and those shared with whoever authenticates.
/// A shared one makes what it checks, so it is refused if others could have read it before, unless that is allowed.
pub(crate) fn anchors(paths: &[PathBuf], allow_readable: bool) -> Result<Vec<Anchor>, Failure> {
    let read = |path: &PathBuf| {
        let (file, readable) = content(path)?;
        let anchor = keyfile::anchor(&file).map_err(|error| refused(path, &error))?;
        if readable && !allow_readable && matches!(anchor, Anchor::Shared(_)) {
            return Err(exposed("shared key", path));
        }
        Ok(anchor)
    };
    paths.iter().map(read).collect()
}

/// Reads a private key, unless others could have read it before.
pub(crate) fn signing_key(path: &Path, access: &KeyAccessArgs) -> Result<SigningKey, Failure> {
    secret(path, access, keyfile::signing_key)
}

/// Reads a private or shared key, unless others could have read it before.
pub(crate) fn signer(path: &Path, access: &KeyAccessArgs) -> Result<Signer, Failure> {
    secret(path, access, keyfile::signer)
}

type Open<K> = fn(&[u8], Option<&[u8]>) -> Result<K, KeyError>;

fn secret<K>(path: &Path, access: &KeyAccessArgs, open: Open<K>) -> Result<K, Failure> {
    let (file, readable) = content(path)?;
    if readable && !access.allow_readable_key && !matches!(keyfile::public_key(&file), Ok(_) | Err(KeyError::NotAKeyFile)) {
        return Err(exposed("private key", path));
    }
    let opened = match (open(&file, None), &access.passphrase_file) {
        (Err(KeyError::PassphraseNeeded), Some(given)) => open(&file, Some(passphrase(given)?.as_bytes())),
        (Err(KeyError::PassphraseNeeded), None) if io::stdin().is_terminal() => {
            let asked = rpassword::prompt_password(format!("Passphrase of {}: ", path.display()));
            let asked = Zeroizing::new(asked.map_err(|error| Failure::io("cannot ask for the passphrase", &error))?);
            open(&file, Some(asked.as_bytes()))
        }
        (result, _) => result,
    };
    opened.map_err(|error| refused(path, &error))
}

/// Reads a key that opens encrypted payloads, unless others could have read it before.
pub(crate) fn decryption_key(path: &Path, access: &KeyAccessArgs) -> Result<DecryptionKey, Failure> {
    secret(path, access, keyfile::decryption_key)
}

/// Reads a secret that others are derived from, unless others could have read it before.
pub(crate) fn seed(path: &Path, access: &KeyAccessArgs) -> Result<Seed, Failure> {
    let (file, readable) = content(path)?;
    if readable && !access.allow_readable_key {
        return Err(exposed("seed", path));
    }
    Seed::from_bytes(&file).ok_or_else(|| {
        Failure::usage(format!("the seed `{}` has fewer than 32 bytes", path.display()))
            .hint("make one with `head -c 32 /dev/urandom > seed`, and keep it as secret as a private key")
    })
}

fn exposed(kind: &str, path: &Path) -> Failure {
    Failure::new(Code::IO, format!("others can read the {kind} `{}`", path.display()))
        .hint(format!("`chmod 600 {}`, or pass `--allow-readable-key` if that is meant", path.display()))
}

/// Reads a key of either kind.
pub(crate) fn any_key(path: &Path, access: &KeyAccessArgs) -> Result<Key, Failure> {
    let (file, _) = content(path)?;
    match keyfile::public_key(&file) {
        Ok(public) => Ok(Key { public, is_private: false }),
        Err(KeyError::PrivateKey) => signing_key(path, access).map(|key| Key { public: key.public_key(), is_private: true }),
        Err(error) => Err(refused(path, &error)),
    }
}

/// What a key without a public half can be used for, in words; `None` if it has one.
pub(crate) fn shared_key(path: &Path, access: &KeyAccessArgs) -> Result<Option<String>, Failure> {
    let (file, readable) = content(path)?;
    let mut uses = Vec::new();
    if let Ok(Anchor::Shared(_)) = keyfile::anchor(&file) {
        uses.push(algorithm::HMAC_256);
    }
    if let Ok(RecipientKey::Shared(key)) = keyfile::recipient_key(&file) {
        uses.push(key.key().algorithm().code());
    }
    if uses.is_empty() {
        return Ok(None);
    }
    if readable && !access.allow_readable_key {
        return Err(exposed("shared key", path));
    }
    let words: Vec<_> = uses.iter().map(|code| format!("{} ({code})", algorithm::name(*code).unwrap_or("unknown"))).collect();
    Ok(Some(words.join(" or ")))
}

/// The first line of a file, without its end.
pub(crate) fn passphrase(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let (file, _) = content(path)?;
    let line = file.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    match core::str::from_utf8(line) {
        Ok("") => Err(Failure::usage(format!("the first line of `{}` is empty; it has to be the passphrase", path.display()))),
        Ok(line) => Ok(Zeroizing::new(line.to_owned())),
        Err(_) => Err(Failure::usage(format!("the passphrase in `{}` is not UTF-8 text", path.display()))),
    }
}

/// The bytes of a key file, and whether anybody but its owner can read it.
fn content(path: &Path) -> Result<(Zeroizing<Vec<u8>>, bool), Failure> {
    let name = path.display().to_string();
    let mut bytes = Zeroizing::new(Vec::with_capacity(FILE));
    let read = File::open(path).and_then(|file| {
        let readable = readable_by_others(&file)?;
        file.take(FILE as u64).read_to_end(&mut bytes)?;
        Ok(readable)
    });
    read.map(|readable| (bytes, readable)).map_err(|error| unreadable(&name, &error))
}

fn refused(path: &Path, error: &KeyError) -> Failure {
    let failure = Failure::new(Code::IO, format!("cannot use the key `{}`", path.display())).caused_by(error);
    match error {
        KeyError::PrivateKey => failure.hint(format!("write its public half with `suitpack key public {}`", path.display())),
        KeyError::PublicKey => failure.hint("pass the private key, the file without `.pub` in its name"),
        KeyError::PassphraseNeeded => failure.hint("pass `--passphrase-file FILE`, or run in a terminal to be asked"),
        KeyError::NotAKeyFile => failure.hint("make one with `suitpack key generate -o dev.pem`"),
        _ => failure,
    }
}

#[cfg(unix)]
fn readable_by_others(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let metadata = file.metadata()?;
    Ok(metadata.is_file() && metadata.mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn readable_by_others(_: &File) -> io::Result<bool> {
    Ok(false)
}

/// What the key reader refuses anyway; a buffer of that size never grows and leaves no copy of a secret behind.
const FILE: usize = 64 * 1024 + 1;
