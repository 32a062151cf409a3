use std::format;
use std::string::String;
use std::vec::Vec;

use pkcs8::der::{Decode as _, ErrorKind, Tag};
use pkcs8::pkcs5::pbes2::{Kdf, Parameters};
use pkcs8::pkcs5::{self, EncryptionScheme};
use pkcs8::{EncryptedPrivateKeyInfoRef, LineEnding, PrivateKeyInfoRef};
use zeroize::Zeroizing;

use super::asn1;
use super::error::KeyError;
use crate::SigningKey;

/// Opens an EncryptedPrivateKeyInfo (RFC 5958 §3) with PBES2 (RFC 8018 §6.2).
pub(super) fn open(der: &[u8], passphrase: &[u8]) -> Result<SigningKey, KeyError> {
    let info = parse(der)?;
    let EncryptionScheme::Pbes2(parameters) = &info.encryption_algorithm else {
        return Err(unsupported(info.encryption_algorithm.oid()));
    };
    affordable(&parameters.kdf)?;
    let ciphertext = info.encrypted_data.as_bytes();
    let plain: Zeroizing<Vec<u8>> = match parameters.decrypt(passphrase, ciphertext) {
        Ok(plain) => Zeroizing::new(plain),
        Err(pkcs5::Error::UnsupportedAlgorithm { oid }) => return Err(unsupported(oid)),
        Err(pkcs5::Error::AlgorithmParametersInvalid { .. }) => return Err(KeyError::Malformed(FORM)),
        Err(_) => return Err(KeyError::PassphraseWrong),
    };
    // One wrong passphrase in 256 leaves a padding that looks right; what it uncovers is noise.
    match asn1::pkcs8(&plain) {
        Err(KeyError::Malformed(_)) => Err(KeyError::PassphraseWrong),
        other => other,
    }
}

/// Reads the frame, not the key.
pub(super) fn parse(der: &[u8]) -> Result<EncryptedPrivateKeyInfoRef<'_>, KeyError> {
    EncryptedPrivateKeyInfoRef::from_der(der).map_err(|error| match error.kind() {
        ErrorKind::OidUnknown { oid } => unsupported(oid),
        // So the decoder reports an identifier of an encryption scheme that is not in RFC 8018.
        ErrorKind::Value { tag: Tag::ObjectIdentifier } => KeyError::UnsupportedForm("encryption older than PBES2".into()),
        _ => KeyError::Malformed(FORM),
    })
}

/// Encrypts a PrivateKeyInfo with PBES2: PBKDF2 with HMAC-SHA-256, AES-256-CBC. The first half of `entropy` is the salt.
pub(super) fn seal(der: &[u8], passphrase: &[u8], entropy: &[u8; 32], iterations: u32) -> Result<Zeroizing<String>, KeyError> {
    let (salt, iv) = entropy.split_at(16);
    let iv = iv.try_into().map_err(|_| KeyError::Write)?;
    let parameters = Parameters::generate_pbkdf2_sha256_aes256cbc(iterations, salt, iv).map_err(|_| KeyError::Write)?;
    let sealed = PrivateKeyInfoRef::from_der(der).map_err(|_| KeyError::Write)?.encrypt_with_params(parameters, passphrase);
    sealed.map_err(|_| KeyError::Write)?.to_pem("ENCRYPTED PRIVATE KEY", LineEnding::LF).map_err(|_| KeyError::Write)
}

/// The file decides what a guess costs; a hostile one would stop us for hours or take all memory.
fn affordable(kdf: &Kdf) -> Result<(), KeyError> {
    let affordable = match kdf {
        Kdf::Pbkdf2(parameters) => parameters.iteration_count <= ITERATIONS_MAX,
        Kdf::Scrypt(parameters) => {
            let memory = parameters.cost_parameter.checked_mul(128).and_then(|n| n.checked_mul(parameters.block_size.into()));
            memory.is_some_and(|memory| memory <= SCRYPT_MEMORY_MAX) && parameters.parallelization <= SCRYPT_PARALLEL_MAX
        }
        _ => return Err(unsupported(kdf.oid())),
    };
    if affordable { Ok(()) } else { Err(KeyError::TooCostly) }
}

fn unsupported(oid: pkcs8::ObjectIdentifier) -> KeyError {
    KeyError::UnsupportedForm(format!("encryption {oid}"))
}

const FORM: &str = "encrypted PKCS#8";

/// RFC 8018 §4.2 names ten million for especially critical keys.
const ITERATIONS_MAX: u32 = 10_000_000;

/// Eight times what the common tools use.
const SCRYPT_MEMORY_MAX: u64 = 256 * 1024 * 1024;

/// The common tools use 1.
const SCRYPT_PARALLEL_MAX: u16 = 16;
