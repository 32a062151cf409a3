//! Authentication blocks as anchors judge them: COSE_Mac0, COSE_Sign and COSE_Mac beside COSE_Sign1.

use std::fs;
use std::path::PathBuf;

use suitpack_core::cbor::{Reader, Sink, Writer};
use suitpack_core::cose::{Sign, mac_structure, sig_structure};
use suitpack_core::crypto::{Sign as _, VerifySignature};
use suitpack_core::{Authentication, Block, Envelope, ErrorKind, Judgement, Profile, Refusal, Trust};
use suitpack_crypto::{HmacKey, P256PublicKey, Sha2, SigningKey};

use crate::support::{ESP256, SECRET, hex, keys, peer_vectors, signature};

#[derive(Default)]
struct Bytes(Vec<u8>);

impl Sink for Bytes {
    type Error = core::convert::Infallible;

    fn push(&mut self, bytes: &[u8]) -> Result<(), Self::Error> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}

fn encoded(write: impl FnOnce(&mut Writer<Bytes>) -> Result<(), core::convert::Infallible>) -> Vec<u8> {
    let mut writer = Writer::new(Bytes::default());
    let Ok(()) = write(&mut writer);
    writer.into_inner().0
}

fn bytes(content: &[u8]) -> Vec<u8> {
    encoded(|writer| writer.bytes(content))
}

fn digest() -> Vec<u8> {
    // Of an empty byte string at key 3.
    let hash = Sha256::of(&[0x40]);
    [&[0x82, 0x2f][..], &bytes(&hash)].concat()
}

struct Sha256;

impl Sha256 {
    fn of(bytes: &[u8]) -> [u8; 32] {
        let mut stream = suitpack_crypto::Sha256Stream::new();
        stream.update(bytes);
        stream.finish()
    }
}

/// An envelope with an empty manifest and these blocks.
fn envelope(blocks: &[Vec<u8>]) -> Vec<u8> {
    let mut wrapper = vec![0x81 + u8::try_from(blocks.len()).unwrap()];
    wrapper.extend(bytes(&digest()));
    blocks.iter().for_each(|block| wrapper.extend(bytes(block)));
    [&[0xa2, 2][..], &bytes(&wrapper), &[3, 0x40]].concat()
}

fn protected(algorithm: i64, kid: Option<&[u8]>) -> Vec<u8> {
    encoded(|writer| {
        writer.map(1 + u64::from(kid.is_some()))?;
        writer.int(1)?;
        writer.int(algorithm)?;
        if let Some(kid) = kid {
            writer.int(4)?;
            writer.bytes(kid)?;
        }
        Ok(())
    })
}

/// `[protected, {}, nil, value]` behind `tag`.
fn single(tag: u8, protected: &[u8], value: &[u8]) -> Vec<u8> {
    [&[0xc0 | tag][..], &[0x84], &bytes(protected), &[0xa0, 0xf6], &bytes(value)].concat()
}

fn mac0(key: &HmacKey, algorithm: i64) -> Vec<u8> {
    let protected = protected(algorithm, None);
    let mut message = Bytes::default();
    let Ok(()) = mac_structure(&protected, &digest(), &mut message);
    let mut tag = [0; 64];
    key.sign(&message.0, &mut tag).unwrap();
    single(17, &protected, &tag[..32])
}

fn judged(package: &[u8], anchors: &[&dyn VerifySignature]) -> Vec<Judgement> {
    let envelope = Envelope::parse(package).unwrap();
    let authentication = envelope.authentication().unwrap();
    let trust = Trust { digester: &Sha2, anchors, profile: Profile::Strict };
    authentication.blocks().map(|block| trust.judge(&block, authentication.payload())).collect()
}

fn refused(package: &[u8]) -> ErrorKind {
    let envelope = Envelope::parse(package).unwrap();
    envelope.authentication().map(|found: Authentication<'_>| found.len()).unwrap_err().kind()
}

const VERIFIED: Judgement = Judgement::Verified { anchor: 0, deprecated: false };

#[test]
fn the_examples_of_the_firmware_encryption_draft_are_authenticated_by_the_shared_key() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/peer-vectors/ietf/firmware-encryption");
    let Some(index) = peer_vectors("ietf/firmware-encryption/index.json") else { return };
    let key = HmacKey::from_bytes(&[0x61; 32]).unwrap();
    let mut checked = 0;
    for vector in index["vectors"].as_array().unwrap() {
        if vector["signing"][0]["cose"] != "COSE_Mac0" {
            continue;
        }
        let package = fs::read(folder.join(vector["file"].as_str().unwrap())).unwrap();
        assert_eq!(judged(&package, &[&key]), [VERIFIED], "{}", vector["id"]);
        let other = HmacKey::from_bytes(&[0x62; 32]).unwrap();
        assert_eq!(judged(&package, &[&other]), [Judgement::Untrusted], "{}", vector["id"]);
        checked += 1;
    }
    assert_eq!(checked, 3);
}

#[test]
fn a_tag_is_right_only_whole_and_under_its_own_key_and_algorithm() {
    let key = HmacKey::from_bytes(&[7; 32]).unwrap();
    assert_eq!(judged(&envelope(&[mac0(&key, 5)]), &[&key]), [VERIFIED]);
    // HMAC 256/64 (4) and 384/384 (6) by number, with a tag of 256 bits.
    for algorithm in [4, 6, -9, -19] {
        assert_eq!(judged(&envelope(&[mac0(&key, algorithm)]), &[&key]), [Judgement::Untrusted], "{algorithm}");
    }
    let protected = protected(5, None);
    let whole = mac0(&key, 5);
    for length in [0, 8, 16, 31] {
        let cut = single(17, &protected, &whole[whole.len() - 32..][..length]);
        assert_eq!(judged(&envelope(&[cut]), &[&key]), [Judgement::Untrusted], "{length}");
    }
}

#[test]
fn the_bytes_of_a_public_key_are_no_shared_key() {
    // Negative list 33: whoever knows the public key would else make tags.
    let SigningKey::P256(signing) = SigningKey::generate(ESP256, SECRET).unwrap() else { panic!("P-256") };
    let public = signing.public_key();
    for secret in [&public.as_sec1()[1..33], &public.as_sec1()[1..65], public.thumbprint()] {
        let confused = HmacKey::from_bytes(secret).unwrap();
        assert_eq!(judged(&envelope(&[mac0(&confused, 5)]), &[public]), [Judgement::Untrusted]);
    }
}

#[test]
fn a_tag_in_a_signature_and_a_signature_in_a_tag_are_wrong() {
    // Negative list 30.
    let key = HmacKey::from_bytes(&[7; 32]).unwrap().with_alias(b"dev").unwrap();
    let protected_mac = protected(5, Some(b"dev"));
    let mut message = Bytes::default();
    let Ok(()) = sig_structure(&protected_mac, &digest(), &mut message);
    let mut tag = [0; 64];
    key.sign(&message.0, &mut tag).unwrap();
    let package = envelope(&[single(18, &protected_mac, &tag[..32])]);
    assert_eq!(judged(&package, &[&key]), [Judgement::Wrong { anchor: 0 }]);

    let signer = SigningKey::generate(ESP256, SECRET).unwrap();
    let protected_sign = protected(-9, None);
    let mut message = Bytes::default();
    let Ok(()) = mac_structure(&protected_sign, &digest(), &mut message);
    let package = envelope(&[single(17, &protected_sign, &signature(&signer, &message.0))]);
    assert_eq!(judged(&package, &[&signer.public_key()]), [Judgement::Untrusted]);
}

#[test]
fn a_tag_with_an_attached_payload_or_an_unprotected_algorithm_is_refused() {
    let attached = [&[0xd1, 0x84][..], &bytes(&protected(5, None)), &[0xa0, 0x41, 1], &bytes(&[0; 32])].concat();
    assert_eq!(refused(&envelope(&[attached])), ErrorKind::AttachedPayload);
    let unprotected = [&[0xd1, 0x84, 0x40, 0xa1, 1, 5, 0xf6][..], &bytes(&[0; 32])].concat();
    assert_eq!(refused(&envelope(&[unprotected])), ErrorKind::AlgorithmNotProtected);
    let untagged = mac0(&HmacKey::from_bytes(&[7; 32]).unwrap(), 5)[1..].to_vec();
    assert_eq!(refused(&envelope(&[untagged])), ErrorKind::UntaggedCose);
}

/// A COSE_Sign over the digest by these keys; the algorithm of a signature stands in its own header.
fn co_signed(body: &[u8], signers: &[&SigningKey], spoil: Option<usize>) -> Vec<u8> {
    let mut list = vec![0x80 + u8::try_from(signers.len()).unwrap()];
    for (at, signer) in signers.iter().enumerate() {
        let protected = protected(signer.algorithm(), Some(signer.thumbprint()));
        let message = encoded(|writer| {
            writer.array(5)?;
            writer.text("Signature")?;
            [body, &protected, &[], &digest()].into_iter().try_for_each(|part| writer.bytes(part))
        });
        let mut made = signature(signer, &message);
        made[0] ^= u8::from(spoil == Some(at));
        list.extend([&[0x83][..], &bytes(&protected), &[0xa0], &bytes(&made)].concat());
    }
    [&[0xd8, 98, 0x84][..], &bytes(body), &[0xa0, 0xf6], &list].concat()
}

#[test]
fn each_signer_of_a_cose_sign_is_judged() {
    let [ed25519, p256] = keys();
    let publics = [ed25519.public_key(), p256.public_key()];
    let package = envelope(&[co_signed(&[], &[&ed25519, &p256], None)]);
    assert_eq!(judged(&package, &[&publics[1]]), [VERIFIED]);
    assert_eq!(judged(&package, &[&publics[1], &publics[0]]), [Judgement::Verified { anchor: 0, deprecated: false }]);
    assert_eq!(judged(&package, &[]), [Judgement::Untrusted]);
    let envelope = Envelope::parse(&package).unwrap();
    let authentication = envelope.authentication().unwrap();
    let Some(Block::Sign(sign)) = authentication.blocks().next() else { panic!("a COSE_Sign") };
    let trust = Trust { digester: &Sha2, anchors: &[&publics[0]], profile: Profile::Strict };
    let each: Vec<Judgement> = sign.signatures().map(|one| trust.judge_signature(&one, authentication.payload())).collect();
    assert_eq!(each, [VERIFIED, Judgement::Untrusted]);
}

#[test]
fn a_false_signature_in_an_anchors_name_spoils_a_cose_sign() {
    let [ed25519, p256] = keys();
    let publics = [ed25519.public_key(), p256.public_key()];
    let package = envelope(&[co_signed(&[], &[&ed25519, &p256], Some(0))]);
    assert_eq!(judged(&package, &[&publics[0], &publics[1]]), [Judgement::Wrong { anchor: 0 }]);
    // Of a signer that nobody knows it says nothing.
    assert_eq!(judged(&package, &[&publics[1]]), [VERIFIED]);
    let opened = Envelope::parse(&package).unwrap();
    let anchors: [&dyn VerifySignature; 2] = [&publics[0], &publics[1]];
    let trust = Trust { digester: &Sha2, anchors: &anchors, profile: Profile::Strict };
    assert_eq!(opened.authenticate(&trust).map(|_| ()), Err(Refusal::WrongSignature));
}

#[test]
fn the_body_header_of_a_cose_sign_is_signed_too() {
    let key = SigningKey::generate(ESP256, SECRET).unwrap();
    let good = co_signed(&hex("a10300"), &[&key], None);
    assert_eq!(judged(&envelope(core::slice::from_ref(&good)), &[&key.public_key()]), [VERIFIED]);
    let at = good.windows(3).position(|window| window == hex("a10300")).unwrap();
    let mut changed = good;
    changed[at + 2] = 1;
    assert_eq!(judged(&envelope(&[changed]), &[&key.public_key()]), [Judgement::Wrong { anchor: 0 }]);
}

#[test]
fn a_cose_sign_without_signers_is_refused() {
    assert_eq!(refused(&envelope(&[hex("d8628440a0f680")])), ErrorKind::EmptyArray);
    assert_eq!(refused(&envelope(&[hex("d8628440a0f6818340a040")])), ErrorKind::AlgorithmNotProtected);
    // The body of a COSE_Sign1 behind the tag of a COSE_Sign, and the other way round.
    let key = SigningKey::generate(ESP256, SECRET).unwrap();
    let single = single(18, &protected(-9, None), &[0; 64]);
    assert_eq!(refused(&envelope(&[[&[0xd8, 98][..], &single[1..]].concat()])), ErrorKind::UnexpectedType);
    let several = co_signed(&[], &[&key], None);
    assert_eq!(refused(&envelope(&[[&[0xd2][..], &several[2..]].concat()])), ErrorKind::AlgorithmNotProtected);
}

#[test]
fn a_cose_mac_is_read_and_vouches_for_nothing() {
    let key = HmacKey::from_bytes(&[7; 32]).unwrap();
    let recipient = hex("8340a1012540");
    let object =
        [&[0xd8, 97, 0x85][..], &bytes(&protected(5, None)), &[0xa0, 0xf6], &bytes(&[0; 32]), &[0x81], &recipient].concat();
    let package = envelope(core::slice::from_ref(&object));
    assert_eq!(judged(&package, &[&key]), [Judgement::NotUnderstood]);
    let trust = Trust { digester: &Sha2, anchors: &[&key], profile: Profile::Strict };
    assert_eq!(Envelope::parse(&package).unwrap().authenticate(&trust).map(|_| ()), Err(Refusal::Untrusted));
    let nobody = [&object[..object.len() - recipient.len() - 1], &[0x80]].concat();
    assert_eq!(refused(&envelope(&[nobody])), ErrorKind::EmptyArray);
}

#[test]
fn the_signatures_of_the_cose_working_group_are_over_what_we_build() {
    let mut checked = 0;
    for file in ["sign-pass-01", "sign-pass-02", "ecdsa-01"] {
        let Some(vector) = peer_vectors(&format!("cose-wg/sign-tests/{file}.json")) else { return };
        let object = hex(vector["output"]["cbor"].as_str().unwrap());
        let wanted = hex(vector["intermediates"]["signers"][0]["ToBeSign_hex"].as_str().unwrap());
        // Their payload is attached; ours are not.
        let mut reader = Reader::new(&object);
        reader.tag().unwrap();
        reader.array().unwrap();
        let (body, unprotected, payload) = (reader.item().unwrap(), reader.item().unwrap(), reader.bytes().unwrap());
        let detached = [&[0x84][..], body, unprotected, &[0xf6], reader.rest()].concat();
        let Ok(sign) = Sign::read(&mut Reader::new(&detached)) else { continue };
        let one = sign.signatures().next().unwrap();
        let mut buffer = [0; 1024];
        let ours = one.signed_bytes(payload, &mut buffer).unwrap();
        // External data has no place in SUIT: theirs with some is another message.
        let external = !vector["input"]["sign"]["signers"][0]["external"].is_null();
        assert_eq!(ours == wanted, !external, "{file}");
        let coordinate = |name: &str| base64url(vector["input"]["sign"]["signers"][0]["key"][name].as_str().unwrap_or_default());
        let point = [&[4][..], &coordinate("x"), &coordinate("y")].concat();
        if let Some(key) = P256PublicKey::from_sec1(&point) {
            assert_eq!(key.verify(ours, one.signature()), !external, "{file}");
            checked += 1;
        }
    }
    assert!(checked > 0);
}

fn base64url(text: &str) -> Vec<u8> {
    let digit = |c: u8| b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".iter().position(|d| *d == c).unwrap();
    let bits: Vec<usize> = text.bytes().map(digit).flat_map(|sextet| (0..6).rev().map(move |bit| sextet >> bit & 1)).collect();
    bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |sum, bit| sum << 1 | u8::try_from(*bit).unwrap())).collect()
}
