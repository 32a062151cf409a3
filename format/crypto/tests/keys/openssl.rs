//! Keys go to and fro between us and the openssl tool, and each checks the other's signatures.

use std::fs;
use std::path::Path;
use std::process::Command;

use suitpack_core::crypto::VerifySignature as _;
use suitpack_crypto::keyfile::{KeyError, public_key, signing_key, to_encrypted_pkcs8_pem, to_pkcs8_pem, to_spki_pem};

use crate::support::{keys, signature};

/// How openssl makes a private key of each algorithm, in each form.
const GENERATE: &[&str] = &[
    "genpkey -algorithm ed25519 -out private",
    "genpkey -algorithm ed25519 -outform DER -out private",
    "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out private",
    "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -outform DER -out private",
    "ecparam -name prime256v1 -genkey -out private",
    "ecparam -name prime256v1 -genkey -noout -out private",
    "ecparam -name prime256v1 -genkey -noout -outform DER -out private",
    "ecparam -name prime256v1 -genkey -noout -conv_form compressed -out private",
];

/// How openssl encrypts a key with the passphrase `secret`.
const ENCRYPT: &[&str] = &[
    "pkcs8 -topk8 -in private -passout pass:secret -out encrypted",
    "pkcs8 -topk8 -in private -passout pass:secret -outform DER -out encrypted",
    "pkcs8 -topk8 -in private -passout pass:secret -v2 aes-128-cbc -v2prf hmacWithSHA512 -out encrypted",
    "pkcs8 -topk8 -in private -passout pass:secret -scrypt -out encrypted",
];

#[test]
fn keys_made_by_openssl_are_read_and_its_public_halves_are_ours() {
    let Some(openssl) = OpenSsl::find() else { return };
    for generate in GENERATE {
        let directory = tempfile::tempdir().unwrap();
        openssl.run(directory.path(), generate);
        let form = if generate.contains("-outform DER") { "-inform DER" } else { "" };
        openssl.run(directory.path(), &format!("pkey {form} -in private -pubout -out public"));
        openssl.run(directory.path(), &format!("pkey {form} -in private -pubout -outform DER -out public.der"));
        let key =
            signing_key(&fs::read(directory.path().join("private")).unwrap(), None).unwrap_or_else(|e| panic!("{generate}: {e}"));
        for public in ["public", "public.der"] {
            assert_eq!(public_key(&fs::read(directory.path().join(public)).unwrap()), Ok(key.public_key()), "{generate}");
        }
    }
}

#[test]
fn keys_encrypted_by_openssl_open_with_their_passphrase() {
    let Some(openssl) = OpenSsl::find() else { return };
    for generate in [GENERATE[0], GENERATE[2]] {
        for encrypt in ENCRYPT {
            let directory = tempfile::tempdir().unwrap();
            openssl.run(directory.path(), generate);
            openssl.run(directory.path(), encrypt);
            let plain = signing_key(&fs::read(directory.path().join("private")).unwrap(), None).unwrap();
            let encrypted = fs::read(directory.path().join("encrypted")).unwrap();
            let opened = signing_key(&encrypted, Some(b"secret")).unwrap_or_else(|e| panic!("{encrypt}: {e}"));
            assert_eq!(opened.public_key(), plain.public_key());
            assert_eq!(signing_key(&encrypted, None).unwrap_err(), KeyError::PassphraseNeeded);
            assert_eq!(signing_key(&encrypted, Some(b"public")).unwrap_err(), KeyError::PassphraseWrong);
        }
    }
}

#[test]
fn keys_this_crate_does_not_know_are_refused_by_name() {
    let Some(openssl) = OpenSsl::find() else { return };
    let refused = [
        ("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out private", "RSA (1.2.840.113549.1.1.1)"),
        ("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out private", "P-384 (1.3.132.0.34)"),
        ("ecparam -name secp384r1 -genkey -out private", "P-384 (1.3.132.0.34)"),
        ("ecparam -name secp256k1 -genkey -noout -outform DER -out private", "secp256k1 (1.3.132.0.10)"),
        ("genpkey -algorithm ed448 -out private", "Ed448 (1.3.101.113)"),
        ("genpkey -algorithm x25519 -out private", "X25519 (1.3.101.110)"),
        ("ecparam -name prime256v1 -param_enc explicit -genkey -noout -out private", "EC without a named curve"),
    ];
    for (generate, name) in refused {
        let directory = tempfile::tempdir().unwrap();
        openssl.run(directory.path(), generate);
        let error = signing_key(&fs::read(directory.path().join("private")).unwrap(), None).unwrap_err();
        assert_eq!(error, KeyError::UnsupportedAlgorithm(name.into()), "{generate}");
    }
}

#[test]
fn encryption_this_crate_does_not_know_is_refused_as_such() {
    let Some(openssl) = OpenSsl::find() else { return };
    let directory = tempfile::tempdir().unwrap();
    let unsupported = [
        ("pkcs8 -topk8 -in private -passout pass:secret -v2 des3 -out encrypted", "encryption 1.2.840.113549.3.7"),
        ("pkcs8 -topk8 -in private -passout pass:secret -v1 PBE-SHA1-3DES -out encrypted", "encryption older than PBES2"),
        ("ec -in private -passout pass:secret -aes256 -out encrypted", "PEM with headers"),
    ];
    openssl.run(directory.path(), GENERATE[2]);
    for (encrypt, name) in unsupported {
        openssl.run(directory.path(), encrypt);
        let error = signing_key(&fs::read(directory.path().join("encrypted")).unwrap(), Some(b"secret")).unwrap_err();
        assert_eq!(error, KeyError::UnsupportedForm(name.into()), "{encrypt}");
    }
}

#[test]
fn openssl_reads_what_is_written_and_finds_the_same_public_half() {
    let Some(openssl) = OpenSsl::find() else { return };
    for key in keys() {
        let directory = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(directory.path().join(name), text).unwrap();
        let public = to_spki_pem(&key.public_key()).unwrap();
        write("private", &to_pkcs8_pem(&key).unwrap());
        write("encrypted", &to_encrypted_pkcs8_pem(&key, b"secret", &[5; 32]).unwrap());
        write("public", &public);
        openssl.run(directory.path(), "pkey -in private -pubout -out from-private");
        openssl.run(directory.path(), "pkey -in encrypted -passin pass:secret -pubout -out from-encrypted");
        openssl.run(directory.path(), "pkey -pubin -in public -pubout -out from-public");
        for from in ["from-private", "from-encrypted", "from-public"] {
            assert_eq!(fs::read_to_string(directory.path().join(from)).unwrap(), public, "{from}");
        }
        openssl.run(directory.path(), "pkey -in private -check -noout");
    }
}

#[test]
fn openssl_and_this_crate_accept_each_others_signatures() {
    let Some(openssl) = OpenSsl::find() else { return };
    let [ed25519, p256] = keys();
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    fs::write(path("message"), b"message").unwrap();

    fs::write(path("private"), to_pkcs8_pem(&ed25519).unwrap().as_bytes()).unwrap();
    fs::write(path("ours"), signature(&ed25519, b"message")).unwrap();
    openssl.run(directory.path(), "pkeyutl -verify -rawin -inkey private -in message -sigfile ours");
    openssl.run(directory.path(), "pkeyutl -sign -rawin -inkey private -in message -out theirs");
    assert!(ed25519.public_key().verify(b"message", &fs::read(path("theirs")).unwrap()));

    fs::write(path("private"), to_pkcs8_pem(&p256).unwrap().as_bytes()).unwrap();
    fs::write(path("ours"), ecdsa_der(&signature(&p256, b"message"))).unwrap();
    openssl.run(directory.path(), "dgst -sha256 -prverify private -signature ours message");
    openssl.run(directory.path(), "dgst -sha256 -sign private -out theirs message");
    assert!(p256.public_key().verify(b"message", &ecdsa_raw(&fs::read(path("theirs")).unwrap())));
}

/// `r || s` as the SEQUENCE of two INTEGERs that openssl wants.
fn ecdsa_der(raw: &[u8]) -> Vec<u8> {
    let integer = |half: &[u8]| {
        let start = half.iter().position(|byte| *byte != 0).unwrap();
        let sign = if half[start] & 0x80 == 0 { &[][..] } else { &[0] };
        let value = [sign, &half[start..]].concat();
        [&[2, value.len() as u8], value.as_slice()].concat()
    };
    let both = [integer(&raw[..32]), integer(&raw[32..])].concat();
    [&[0x30, both.len() as u8], both.as_slice()].concat()
}

fn ecdsa_raw(der: &[u8]) -> Vec<u8> {
    let r_end = 4 + usize::from(der[3]);
    [&der[4..r_end], &der[r_end + 2..]]
        .map(|integer| {
            let value: Vec<u8> = integer.iter().copied().skip_while(|byte| *byte == 0).collect();
            [vec![0; 32 - value.len()], value].concat()
        })
        .concat()
}

struct OpenSsl;

impl OpenSsl {
    /// Says so and gives `None` if there is no openssl.
    fn find() -> Option<Self> {
        match Command::new("openssl").arg("version").output() {
            Ok(_) => Some(Self),
            Err(error) => {
                eprintln!("SKIPPED: the openssl tool cannot be started ({error})");
                None
            }
        }
    }

    fn run(&self, directory: &Path, arguments: &str) {
        let output = Command::new("openssl").args(arguments.split_whitespace()).current_dir(directory).output().unwrap();
        assert!(output.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&output.stderr));
    }
}
