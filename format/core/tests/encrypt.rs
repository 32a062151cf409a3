//! SUIT_Encryption_Info: the examples of the draft are read, and what breaks a rule of its §5 and §6 is refused.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, clippy::indexing_slicing, missing_docs)]

use suitpack_core::cbor::{Reader, SliceSink};
use suitpack_core::cose::{Content, Distribution, Encrypt, Key, enc_structure, kdf_context};
use suitpack_core::{Error, ErrorKind};

// draft-ietf-suit-firmware-encryption-24 §6.1.2 and §6.2.2: A128KW with A128GCM and with A128CTR.
const KW_GCM: &str =
    "d8608443a10101a1054cf14aab9d81d51f7ad943fe87f6818340a2012204456b69642d31581875603ffc9518d794713c8ca8a115a7fb32565a6d59534d62";
const KW_CTR: &str = "d8608440a20139fffd0550dae613b2e0dc55f4322be38bdba9dc68f6818340a2012204456b69642d315818ce34035ce5c2e2666e46d4c131fc561dd190a6d26cfa1990";
// §9.3: ECDH-ES+A128KW with A128GCM; the key id stands behind the ephemeral key, against the bytewise order.
const ES_GCM: &str = "d8608443a10101a1054cf14aab9d81d51f7ad943fe87f6818344a101381ca220a40102200121582073024f415aa51529a66ccefd88f3f62a734492ff45f6ad37fd2888e73eaf19da2258204005b48a6fd091aa6abfe3cfbeede88b347e521d43405fdbd7d2cff0ebc21b2604456b69642d325818a06b8e6550f308712b1df044b21b7d11d9b22792f1de0997";

fn hex(text: &str) -> Vec<u8> {
    text.as_bytes().chunks(2).map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn read(bytes: &[u8]) -> Result<Encrypt<'_>, Error> {
    let mut reader = Reader::new(bytes);
    let info = Encrypt::read(&mut reader)?;
    reader.end()?;
    Ok(info)
}

/// Reads `text` with its only occurrence of `old` replaced.
fn altered(text: &str, old: &str, new: &str) -> Result<(), ErrorKind> {
    assert_eq!(text.matches(old).count(), 1, "{old}");
    read(&hex(&text.replace(old, new))).map(|_| ()).map_err(|error| error.kind())
}

#[test]
fn an_info_with_a_wrapped_key_is_read() {
    let bytes = hex(KW_GCM);
    let info = read(&bytes).unwrap();
    assert_eq!((info.algorithm(), info.iv(), info.protected()), (Content::A128Gcm, &bytes[10..22], &[0xa1, 1, 1][..]));
    assert_eq!(info.encoded(), bytes);
    let [recipient] = info.recipients().collect::<Vec<_>>()[..] else { panic!("one recipient") };
    assert_eq!((recipient.algorithm(), recipient.kid()), (Distribution::A128Kw, Some(&b"kid-1"[..])));
    assert_eq!((recipient.encrypted_key().len(), recipient.ephemeral(), recipient.salt()), (24, None, None));
}

#[test]
fn an_info_with_an_agreed_key_is_read_whatever_the_order_of_its_header() {
    let bytes = hex(ES_GCM);
    let recipient = read(&bytes).unwrap().recipients().next().unwrap();
    assert_eq!((recipient.algorithm(), recipient.kid()), (Distribution::EcdhEsA128Kw, Some(&b"kid-2"[..])));
    assert_eq!(recipient.protected(), [0xa1, 0x01, 0x38, 0x1c]);
    let Some(Key::Ec2 { curve: 1, x, .. }) = recipient.ephemeral() else { panic!("a point") };
    assert_eq!(x[..2], [0x73, 0x02]);
}

// SUIT-66
#[test]
fn the_structures_that_are_authenticated_are_those_of_the_draft() {
    let mut buffer = [0; 64];
    let mut sink = SliceSink::new(&mut buffer);
    enc_structure(&[0xa1, 1, 1], &mut sink).unwrap();
    assert_eq!(sink.written(), hex("8367456e637279707443a1010140"));
    let mut buffer = [0; 64];
    let mut sink = SliceSink::new(&mut buffer);
    kdf_context(Distribution::EcdhEsA128Kw, &[0xa1, 0x01, 0x38, 0x1c], &mut sink).unwrap();
    // The context printed in §5.2.4 and §6.1.3.
    assert_eq!(sink.written(), hex("842283f6f6f683f6f6f683188044a101381c5753554954205061796c6f616420456e6372797074696f6e"));
}

#[test]
fn counter_mode_with_a_protected_header_is_refused() {
    // Negative list 139.
    assert_eq!(altered(KW_CTR, "8440a20139fffd05", "8443a10300a20139fffd05"), Err(ErrorKind::ProtectedNotEmpty));
    assert_eq!(altered(KW_CTR, "8440a20139fffd05", "8441a0a20139fffd05"), Err(ErrorKind::ProtectedNotEmpty));
    assert_eq!(altered(KW_CTR, "8440a20139fffd05", "8445a10139fffda105"), Err(ErrorKind::ProtectedNotEmpty));
}

#[test]
fn an_authenticated_algorithm_outside_the_protected_header_is_refused() {
    assert_eq!(altered(KW_GCM, "8443a10101a1054c", "8440a20101054c"), Err(ErrorKind::AlgorithmNotProtected));
    assert_eq!(altered(KW_GCM, "8443a10101a1054c", "8443a10101a20101054c"), Err(ErrorKind::DuplicateKey));
    assert_eq!(altered(ES_GCM, "44a101381ca220", "40a301381c20"), Err(ErrorKind::AlgorithmNotProtected));
    assert_eq!(altered(KW_GCM, "40a2012204", "43a10122a104"), Err(ErrorKind::ProtectedNotEmpty));
}

#[test]
fn an_iv_of_another_length_is_refused() {
    // Negative list 138: §6.1 prints sixteen bytes for AES-GCM, RFC 9053 §4.1 says twelve.
    assert_eq!(
        altered(KW_GCM, "054cf14aab9d81d51f7ad943fe87", "0550f14aab9d81d51f7ad943fe87af4f70cd"),
        Err(ErrorKind::ValueOutOfRange)
    );
    assert_eq!(
        altered(KW_CTR, "0550dae613b2e0dc55f4322be38bdba9dc68", "054cdae613b2e0dc55f4322be38b"),
        Err(ErrorKind::ValueOutOfRange)
    );
    assert_eq!(altered(KW_GCM, "a1054cf14aab9d81d51f7ad943fe87", "a0"), Err(ErrorKind::MissingField));
    assert_eq!(altered(KW_GCM, "a1054cf14aab9d81d51f7ad943fe87", "a10642f14a"), Err(ErrorKind::NotUnderstood));
}

#[test]
fn nobody_to_read_it_and_too_many_are_refused() {
    let (before, recipient) = KW_GCM.split_at(KW_GCM.find("818340").unwrap());
    assert_eq!(read(&hex(&format!("{before}80"))).unwrap_err().kind(), ErrorKind::EmptyArray);
    // The last digit of the key id tells them apart.
    let several =
        |count: usize| (0..count).map(|at| recipient[2..].replace("6b69642d31", &format!("6b69642d{at:02x}"))).collect::<String>();
    assert_eq!(read(&hex(&format!("{before}90{}", several(16)))).unwrap().recipients().count(), 16);
    assert_eq!(read(&hex(&format!("{before}91{}", several(17)))).unwrap_err().kind(), ErrorKind::LimitExceeded);
    // Negative list 135: one key id, two keys.
    assert_eq!(read(&hex(&format!("{before}82{}", recipient[2..].repeat(2)))).unwrap_err().kind(), ErrorKind::DuplicateKey);
    let nameless = recipient[2..].replace("a2012204456b69642d31", "a10122");
    assert_eq!(read(&hex(&format!("{before}82{}", nameless.repeat(2)))).unwrap().recipients().count(), 2);
}

#[test]
fn another_structure_is_refused() {
    assert_eq!(altered(KW_GCM, "d86084", "84"), Err(ErrorKind::UnexpectedType));
    assert_eq!(altered(KW_GCM, "d86084", "d084"), Err(ErrorKind::UnexpectedType));
    assert_eq!(altered(KW_GCM, "f681", "4081"), Err(ErrorKind::AttachedPayload));
    // A nested recipient: §5 has two layers.
    assert_eq!(altered(KW_GCM, "818340", "818440"), Err(ErrorKind::ValueOutOfRange));
    // A wrapped key that is not one of the content algorithm.
    assert_eq!(altered(KW_GCM, "43a10101", "43a10103"), Err(ErrorKind::ValueOutOfRange));
    // AES-CCM and direct key agreement are COSE, but not of the draft.
    assert_eq!(altered(KW_GCM, "43a10101", "43a1010a"), Err(ErrorKind::NotUnderstood));
    assert_eq!(altered(ES_GCM, "a101381c", "a1013818"), Err(ErrorKind::NotUnderstood));
}

#[test]
fn an_ephemeral_key_that_is_none_is_refused() {
    assert_eq!(altered(ES_GCM, "a40102200121", "a40102200221"), Err(ErrorKind::ValueOutOfRange));
    assert_eq!(altered(ES_GCM, "a40102200121", "a40101200121"), Err(ErrorKind::ValueOutOfRange));
    assert_eq!(altered(ES_GCM, "a40102200121", "a50102234100200121"), Err(ErrorKind::NotAllowedHere));
    assert_eq!(altered(ES_GCM, "a40102200121", "a501020102200121"), Err(ErrorKind::DuplicateKey));
    // Parties of the key agreement have no place in the context of §5.2.4.
    assert_eq!(altered(ES_GCM, "a220a4", "a334410020a4"), Err(ErrorKind::NotUnderstood));
    // Without the key, and with a compressed point (RFC 9053 §7.1.1).
    let end = ES_GCM.find("04456b6964").unwrap();
    let without = format!("{}a1{}", &ES_GCM[..ES_GCM.find("a220a4").unwrap()], &ES_GCM[end..]);
    assert_eq!(read(&hex(&without)).unwrap_err().kind(), ErrorKind::MissingField);
    let y = ES_GCM.find("225820").unwrap();
    let compressed = format!("{}22f5{}", &ES_GCM[..y], &ES_GCM[end..]);
    assert!(matches!(read(&hex(&compressed)).unwrap().recipients().next().unwrap().ephemeral(), Some(Key::Ec2 { .. })));
}

#[test]
fn a_critical_label_has_to_be_understood() {
    assert_eq!(altered(KW_GCM, "43a10101", "47a20101028118ff"), Err(ErrorKind::CriticalHeader));
    assert_eq!(altered(KW_GCM, "43a10101", "46a20101028101"), Ok(()));
    assert_eq!(altered(KW_GCM, "43a10101", "46a20101028105"), Err(ErrorKind::CriticalHeader));
    assert_eq!(altered(KW_GCM, "a1054c", "a2028101054c"), Err(ErrorKind::CriticalHeader));
}

#[test]
fn no_part_of_an_info_is_one_and_none_makes_the_reader_panic() {
    for text in [KW_GCM, KW_CTR, ES_GCM] {
        let bytes = hex(text);
        for end in 0..bytes.len() {
            assert!(read(&bytes[..end]).is_err(), "{end}");
        }
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            if let Ok(info) = read(&flipped) {
                assert!(info.recipients().count() > 0);
            }
        }
    }
}

#[test]
fn every_encryption_info_of_the_draft_is_read() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/peer-vectors/ietf/firmware-encryption");
    let Ok(files) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: the IETF examples are not beside the project");
        return;
    };
    let mut count = 0;
    for file in files.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some_and(|e| e == "cose")) {
        let bytes = std::fs::read(&file).unwrap();
        read(&bytes).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        count += 1;
    }
    assert_eq!(count, 4);
}
