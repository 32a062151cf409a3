//! Every form a key is written in comes back as the same key; every other form is refused for a reason that can be told.

use suitpack_core::crypto::Sign as _;
use suitpack_crypto::SigningKey;
use suitpack_crypto::keyfile::{KeyError, public_key, signing_key, to_encrypted_pkcs8_pem, to_pkcs8_pem, to_spki_pem};

use crate::support::{SECRET, der, hex, keys, signature};

#[test]
fn a_private_key_comes_back_from_pkcs8_pem_and_der() {
    for key in keys() {
        let pem = to_pkcs8_pem(&key).unwrap();
        assert!(pem.starts_with("-----BEGIN PRIVATE KEY-----\n") && pem.ends_with("-----END PRIVATE KEY-----\n"));
        for file in [pem.as_bytes(), &der(&pem)] {
            let read = signing_key(file, None).unwrap();
            assert_eq!(signature(&read, b"message"), signature(&key, b"message"));
            assert_eq!(public_key(file), Err(KeyError::PrivateKey));
        }
    }
}

#[test]
fn a_public_key_comes_back_from_spki_pem_and_der() {
    for key in keys() {
        let pem = to_spki_pem(&key.public_key()).unwrap();
        assert!(pem.starts_with("-----BEGIN PUBLIC KEY-----\n") && pem.ends_with("-----END PUBLIC KEY-----\n"));
        for file in [pem.as_bytes(), &der(&pem)] {
            assert_eq!(public_key(file), Ok(key.public_key()));
            assert_eq!(signing_key(file, None).unwrap_err(), KeyError::PublicKey);
        }
    }
}

#[test]
fn an_encrypted_key_opens_with_its_passphrase_only() {
    for key in keys() {
        let pem = to_encrypted_pkcs8_pem(&key, b"correct horse", &[3; 32]).unwrap();
        assert!(pem.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
        for file in [pem.as_bytes(), &der(&pem)] {
            let read = signing_key(file, Some(b"correct horse")).unwrap();
            assert_eq!(signature(&read, b"message"), signature(&key, b"message"));
            assert_eq!(signing_key(file, None).unwrap_err(), KeyError::PassphraseNeeded);
            assert_eq!(signing_key(file, Some(b"battery staple")).unwrap_err(), KeyError::PassphraseWrong);
            assert_eq!(public_key(file), Err(KeyError::PrivateKey));
        }
    }
}

#[test]
fn a_passphrase_for_a_key_that_is_not_encrypted_is_not_needed() {
    for key in keys() {
        let pem = to_pkcs8_pem(&key).unwrap();
        assert_eq!(signing_key(pem.as_bytes(), Some(b"unused")).unwrap().public_key(), key.public_key());
    }
}

#[test]
fn pem_is_read_with_text_around_it_and_with_windows_line_ends() {
    let [key, _] = keys();
    let pem = to_pkcs8_pem(&key).unwrap();
    for file in [format!("Comment: mine\n\n{}more text\n", *pem), pem.replace('\n', "\r\n"), pem.trim_end().to_owned()] {
        assert_eq!(signing_key(file.as_bytes(), None).unwrap().public_key(), key.public_key(), "{file:?}");
    }
}

#[test]
fn an_ed25519_key_of_rfc_8410_is_read_in_both_versions() {
    // §10.3: without and with the public part.
    let first = hex("302e020100300506032b657004220420d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842");
    let public = hex("19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");
    let key = signing_key(&first, None).unwrap();
    assert_eq!(key.public_key(), public_key(&[hex("302a300506032b6570032100"), public.clone()].concat()).unwrap());
    let second = [hex("3051020101"), first[5..].to_vec(), hex("812100"), public].concat();
    assert_eq!(signing_key(&second, None).unwrap().public_key(), key.public_key());
}

#[test]
fn a_pkcs8_key_with_the_public_part_of_another_is_refused() {
    let [ed25519, p256] = keys();
    let pkcs8 = der(&to_pkcs8_pem(&ed25519).unwrap());
    let other = SigningKey::generate(-19, &[9; 32]).unwrap();
    let SigningKey::Ed25519(other) = other else { panic!("asked for Ed25519") };
    let file = [&hex("3051020101"), &pkcs8[5..], &hex("812100"), other.public_key().as_bytes()].concat();
    assert_eq!(signing_key(&file, None).unwrap_err(), KeyError::PublicPartMismatch);

    let SigningKey::P256(other) = SigningKey::generate(-9, &[9; 32]).unwrap() else { panic!("asked for P-256") };
    let mut file = der(&to_pkcs8_pem(&p256).unwrap());
    let point = file.len() - 65;
    file[point..].copy_from_slice(other.public_key().as_sec1());
    assert_eq!(signing_key(&file, None).unwrap_err(), KeyError::PublicPartMismatch);
}

#[test]
fn other_algorithms_are_named_with_their_identifier() {
    let spki = |algorithm: &str| {
        let length = algorithm.len() / 2;
        hex(&format!("30{:02x}30{length:02x}{algorithm}03020001", length + 6))
    };
    let named = |file: &[u8]| match public_key(file) {
        Err(KeyError::UnsupportedAlgorithm(name)) => name,
        other => panic!("{other:?}"),
    };
    assert_eq!(named(&spki("06092a864886f70d0101010500")), "RSA (1.2.840.113549.1.1.1)");
    assert_eq!(named(&spki("06072a8648ce3d020106052b81040022")), "P-384 (1.3.132.0.34)");
    assert_eq!(named(&spki("06032b6571")), "Ed448 (1.3.101.113)");
    assert_eq!(named(&spki("06032a0304")), "1.2.3.4");
    assert_eq!(named(&spki("06072a8648ce3d0201")), "EC without a named curve");
}

#[test]
fn other_pem_labels_are_named() {
    let block = |label: &str, body: &str| format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n");
    let named = |file: String| signing_key(file.as_bytes(), None).unwrap_err();
    assert_eq!(named(block("CERTIFICATE", "MAA=")), KeyError::UnsupportedForm("CERTIFICATE".into()));
    assert_eq!(named(block("OPENSSH PRIVATE KEY", "MAA=")), KeyError::UnsupportedForm("OPENSSH PRIVATE KEY".into()));
    assert_eq!(named(block("RSA PRIVATE KEY", "MAA=")), KeyError::UnsupportedAlgorithm("RSA".into()));
    let old = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nMAA=";
    assert_eq!(named(block("EC PRIVATE KEY", old)), KeyError::UnsupportedForm("PEM with headers".into()));
}

#[test]
fn two_keys_in_one_file_are_refused() {
    let files = keys().map(|key| to_spki_pem(&key.public_key()).unwrap());
    assert_eq!(public_key(files.concat().as_bytes()), Err(KeyError::SeveralKeys));
}

#[test]
fn what_is_no_key_file_is_said_to_be_none() {
    let huge = vec![0x30; 1 << 20];
    for file in [b"".as_slice(), b"hello", &[0x30], &[0x30, 0], &[0xff; 40], b"\x7fELF", &huge] {
        assert_eq!(public_key(file), Err(KeyError::NotAKeyFile), "{:?}", &file[..file.len().min(8)]);
        assert_eq!(signing_key(file, None).unwrap_err(), KeyError::NotAKeyFile);
    }
}

#[test]
fn a_weak_public_key_is_refused_as_weak() {
    let file = [hex("302a300506032b6570032100"), vec![0; 32]].concat();
    assert_eq!(public_key(&file), Err(KeyError::WeakKey));
}

#[test]
fn messages_are_in_lower_case_without_a_full_stop() {
    let errors = [
        KeyError::AlgorithmMismatch,
        KeyError::AliasTooLong,
        KeyError::Malformed("PEM"),
        KeyError::NotAKeyFile,
        KeyError::PassphraseNeeded,
        KeyError::PassphraseWrong,
        KeyError::PrivateKey,
        KeyError::PublicKey,
        KeyError::PublicPartMismatch,
        KeyError::SeveralKeys,
        KeyError::TooCostly,
        KeyError::UnsupportedAlgorithm("RSA".into()),
        KeyError::UnsupportedForm("CERTIFICATE".into()),
        KeyError::UseNotAllowed,
        KeyError::WeakKey,
        KeyError::Write,
    ];
    for error in errors {
        let text = error.to_string();
        assert!(text.starts_with(|c: char| c.is_lowercase() || c == '`') && !text.ends_with('.'), "{text}");
    }
}

#[test]
fn a_generated_key_is_the_same_for_the_same_entropy() {
    for key in keys() {
        let again = SigningKey::generate(key.algorithm(), SECRET).unwrap();
        assert_eq!(again.thumbprint(), key.thumbprint());
    }
}
