//! Damaged key files: an error or the same key, and never a panic.

use suitpack_crypto::keyfile::{KeyError, public_key, signing_key, to_cose_key, to_pkcs8_pem, to_spki_pem};
use suitpack_crypto::{PublicKey, SigningKey};

use crate::support::{SECRET, der, hex, keys};

/// Opened with `secret`: made by openssl 3.0 with 16 rounds, so that thousands of attempts take no time.
const PASSPHRASE: &[u8] = b"secret";

#[test]
fn a_cut_file_gives_an_error_or_the_same_key() {
    for (name, file, key) in files() {
        for length in 0..file.len() {
            match read(&file[..length]) {
                Ok(read) => {
                    assert_eq!(read, key, "{name}, {length} bytes");
                    assert_eq!(file[length..], *b"\n", "{name}, {length} bytes: only the last line end can be spared");
                }
                Err(error) => assert_ne!(error.to_string(), ""),
            }
        }
    }
}

#[test]
fn a_flipped_bit_gives_an_error_or_the_same_key_where_the_file_can_tell() {
    for (name, file, key) in files() {
        let mut other_keys = 0;
        for bit in 0..file.len() * 8 {
            let mut flipped = file.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            other_keys += usize::from(read(&flipped).is_ok_and(|read| read != key));
        }
        // A file with one half of an Ed25519 key holds nothing to compare it with, and encryption without authentication (PBES2)
        // hides rather than protects. A point of P-256 must be on the curve, and both halves of a key must fit.
        let can_tell = !name.contains("Ed25519") || name.contains("both halves");
        assert_eq!(other_keys > 0, !can_tell, "{name}: {other_keys}");
    }
}

#[test]
fn a_byte_more_is_refused() {
    for (name, file, _) in files() {
        if !file.starts_with(b"-----BEGIN") {
            assert!(read(&[file.as_slice(), &[0]].concat()).is_err(), "{name}");
        }
    }
}

#[test]
fn an_encrypted_key_that_asks_for_hours_or_gigabytes_is_refused_at_once() {
    let parameters = |kdf: &str| {
        let cipher = "301d060960864801650304012a0410000102030405060708090a0b0c0d0e0f";
        let pbes2 = sequence(&format!("{}{cipher}", sequence(kdf)));
        let scheme = sequence(&format!("06092a864886f70d01050d{pbes2}"));
        hex(&sequence(&format!("{scheme}0410{}", "00".repeat(16))))
    };
    let open = |kdf: &str| signing_key(&parameters(kdf), Some(PASSPHRASE)).unwrap_err();
    let pbkdf2 = |rounds: &str| {
        format!("06092a864886f70d01050c{}", sequence(&format!("04080001020304050607{rounds}300c06082a864886f70d02090500")))
    };
    assert_eq!(open(&pbkdf2("02020800")), KeyError::PassphraseWrong);
    assert_eq!(open(&pbkdf2("020405f5e100")), KeyError::TooCostly);
    let scrypt = |cost: &str| format!("06092b06010401da47040b{}", sequence(&format!("04080001020304050607{cost}")));
    assert_eq!(open(&scrypt("02020400020108020101")), KeyError::PassphraseWrong);
    assert_eq!(open(&scrypt("020440000000020108020101")), KeyError::TooCostly);
    assert_eq!(open(&scrypt("0202040002027fff020101")), KeyError::TooCostly);
    assert_eq!(open(&scrypt("0202040002010802027fff")), KeyError::TooCostly);
}

/// One file of each form, with the key in it.
fn files() -> Vec<(String, Vec<u8>, PublicKey)> {
    let mut files = Vec::new();
    for key in keys() {
        let public = key.public_key();
        let name = if matches!(key, SigningKey::Ed25519(_)) { "Ed25519" } else { "P-256" };
        let (pkcs8, spki) = (to_pkcs8_pem(&key).unwrap(), to_spki_pem(&public).unwrap());
        let mut add = |form: &str, bytes: Vec<u8>| files.push((format!("{name} {form}"), bytes, public.clone()));
        add("PKCS#8 PEM", pkcs8.as_bytes().to_vec());
        add("PKCS#8 DER", der(&pkcs8));
        add("SPKI PEM", spki.as_bytes().to_vec());
        add("SPKI DER", der(&spki));
        let cose_key = to_cose_key(&public);
        let secret = [&[0x23, 0x58, 32], SECRET.as_slice()].concat();
        add("COSE_Key, both halves", [&[cose_key[0] + 1], &cose_key[1..], &secret].concat());
        add("COSE_Key", cose_key);
    }
    for (name, pem) in [("Ed25519 encrypted", ED25519_ENCRYPTED), ("P-256 encrypted", P256_ENCRYPTED)] {
        let key = signing_key(pem.as_bytes(), Some(PASSPHRASE)).unwrap().public_key();
        files.push((format!("{name} PEM"), pem.as_bytes().to_vec(), key.clone()));
        files.push((format!("{name} DER"), der(pem), key));
    }
    files
}

/// The public half of whatever key is in the file.
fn read(file: &[u8]) -> Result<PublicKey, KeyError> {
    match public_key(file) {
        Err(KeyError::PrivateKey) => signing_key(file, Some(PASSPHRASE)).map(|key| key.public_key()),
        other => other,
    }
}

fn sequence(content: &str) -> String {
    let length = content.len() / 2;
    if length < 128 { format!("30{length:02x}{content}") } else { format!("3081{length:02x}{content}") }
}

const ED25519_ENCRYPTED: &str = "\
-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGaMFYGCSqGSIb3DQEFDTBJMCgGCSqGSIb3DQEFDDAbBAgVgF/elHJZ9QIBEDAM
BggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQsPJLbiyIb5S6x2ygk0BtKQRAd72+
VA2J47z0vFFEhm2XQ8QvOxyRZW+i0kWkd78g8Fd+swJHkBtGdXH8epjVCId5VeIc
XglofQr61mScpLkd8w==
-----END ENCRYPTED PRIVATE KEY-----
";

const P256_ENCRYPTED: &str = "\
-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHrMFYGCSqGSIb3DQEFDTBJMCgGCSqGSIb3DQEFDDAbBAi7TXqSUmOGJgIBEDAM
BggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQ0/vPx98N2LEYIiX8L+IxfwSBkKMg
4W8b0gb8V10Rju9Lej2SmjGnvzGQDbMGn7TjEgpdpgEUqGz/BQW6zZQCF2Y8I4fY
0Y27WhVtJGKud6pW/zcWzdE7oIAztk5bbzigcx5VGTK8/XxoBGGzZc0Hu/eyoZOH
5mLPTVUF0W4F5KlYV/rslSyU1aUPcXomWY8zZUtbHPZbUdcjXV9k0ZdKcDV8lA==
-----END ENCRYPTED PRIVATE KEY-----
";
