//! Ciphers a piece at a time: the verdicts of Wycheproof, and what other crates make of a whole payload at once.

use aes_gcm::aead::AeadInOut;
use aes_gcm::aead::consts::U12;
use aes_gcm::{AesGcm, KeyInit as _, aes};
use chacha20poly1305::ChaCha20Poly1305;
use suitpack_core::cose::Content;
use suitpack_crypto::{ContentKey, ContentStream, Unstarted, Way};

use crate::support::{hex, peer_vectors};

const ALGORITHMS: [i64; 7] = [1, 2, 3, 24, -65534, -65533, -65532];

/// Lengths of pieces, over and over: on both sides of a block, and such that fit nothing.
const CUTS: [&[usize]; 6] = [&[1], &[15], &[16], &[17], &[3, 64, 1, 31, 129, 16, 255, 7, 1000], &[usize::MAX]];

fn cut<'b>(mut bytes: &'b mut [u8], lengths: &[usize]) -> Vec<&'b mut [u8]> {
    let mut pieces = Vec::new();
    for length in lengths.iter().cycle() {
        if bytes.is_empty() {
            break;
        }
        let (piece, rest) = bytes.split_at_mut((*length).min(bytes.len()));
        pieces.push(piece);
        bytes = rest;
    }
    pieces
}

/// What goes through a stream that was started for as much.
fn through(mut stream: ContentStream, text: &[u8], lengths: &[usize]) -> (ContentStream, Vec<u8>) {
    let mut buffer = text.to_vec();
    for piece in cut(&mut buffer, lengths) {
        stream.apply(piece).unwrap();
    }
    (stream, buffer)
}

fn sealed(key: &ContentKey, aad: &[u8], iv: &[u8], plain: &[u8], lengths: &[usize]) -> (Vec<u8>, Vec<u8>) {
    let stream = key.stream_with_aad(Way::Encrypt, aad, iv, plain.len() as u64).unwrap();
    let (stream, made) = through(stream, plain, lengths);
    (made, stream.seal(&mut [0; 16]).unwrap().to_vec())
}

fn opened(key: &ContentKey, aad: &[u8], iv: &[u8], text: &[u8], tag: &[u8], lengths: &[usize]) -> Option<Vec<u8>> {
    let stream = key.stream_with_aad(Way::Decrypt, aad, iv, text.len() as u64).unwrap();
    let (stream, made) = through(stream, text, lengths);
    stream.open(tag).map(|()| made)
}

fn key(code: i64, secret: &[u8]) -> ContentKey {
    let algorithm = Content::new(code).unwrap();
    ContentKey::new(algorithm, &secret[..algorithm.key_length()]).unwrap()
}

/// Numbers that look random and are always the same.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next()).unwrap() % end
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.next().to_le_bytes()[0]).collect()
    }
}

#[test]
fn gcm_and_chacha_verdicts_are_those_of_wycheproof_however_the_payload_is_cut() {
    for (file, all) in [("aes_gcm_test", 98), ("chacha20_poly1305_test", 159)] {
        let Some(vectors) = peer_vectors(&format!("wycheproof/{file}.json")) else { return };
        let groups = vectors["testGroups"].as_array().unwrap().iter();
        let mut judged = 0;
        for case in groups.flat_map(|group| group["tests"].as_array().unwrap()) {
            let field = |name: &str| hex(case[name].as_str().unwrap());
            let (iv, tag, secret, aad, text) = (field("iv"), field("tag"), field("key"), field("aad"), field("ct"));
            // SUIT has one length of each.
            if iv.len() != 12 || tag.len() != 16 {
                continue;
            }
            let code = match (file, secret.len()) {
                ("aes_gcm_test", 16) => 1,
                ("aes_gcm_test", 24) => 2,
                ("aes_gcm_test", 32) => 3,
                _ => 24,
            };
            let key = key(code, &secret);
            let valid = case["result"] == "valid";
            for lengths in CUTS {
                let plain = opened(&key, &aad, &iv, &text, &tag, lengths);
                assert_eq!(plain, valid.then(|| field("msg")), "{lengths:?} {case}");
                if valid {
                    assert_eq!(sealed(&key, &aad, &iv, &field("msg"), lengths), (text.clone(), tag.clone()), "{lengths:?} {case}");
                }
            }
            judged += 1;
        }
        assert_eq!(judged, all, "{file}");
    }
}

#[test]
fn pieces_give_what_other_crates_make_of_the_whole() {
    fn whole(cipher: &impl AeadInOut, iv: &[u8], aad: &[u8], plain: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let mut buffer = plain.to_vec();
        let tag = cipher.encrypt_inout_detached(iv.try_into().unwrap(), aad, buffer.as_mut_slice().into()).unwrap();
        (buffer, tag.to_vec())
    }
    let mut numbers = Numbers(1);
    let mut lengths: Vec<usize> = (0..200).map(|_| numbers.below(3000)).collect();
    lengths.extend([0, 1, 15, 16, 17, 255, 256, 257, (1 << 20) + 13]);
    for length in lengths {
        let (secret, iv, plain) = (numbers.bytes(32), numbers.bytes(12), numbers.bytes(length));
        let aad_length = numbers.below(70);
        let aad = numbers.bytes(aad_length);
        let cuts: Vec<usize> = (0..5).map(|_| 1 + numbers.below(1 + length / 3)).collect();
        let expected = [
            (1, whole(&AesGcm::<aes::Aes128, U12>::new_from_slice(&secret[..16]).unwrap(), &iv, &aad, &plain)),
            (2, whole(&AesGcm::<aes::Aes192, U12>::new_from_slice(&secret[..24]).unwrap(), &iv, &aad, &plain)),
            (3, whole(&AesGcm::<aes::Aes256, U12>::new_from_slice(&secret).unwrap(), &iv, &aad, &plain)),
            (24, whole(&ChaCha20Poly1305::new_from_slice(&secret).unwrap(), &iv, &aad, &plain)),
        ];
        for (code, (text, tag)) in expected {
            let key = key(code, &secret);
            assert_eq!(sealed(&key, &aad, &iv, &plain, &cuts), (text.clone(), tag.clone()), "{code} {length} {cuts:?}");
            assert_eq!(opened(&key, &aad, &iv, &text, &tag, &cuts).as_ref(), Some(&plain), "{code} {length} {cuts:?}");
        }
    }
}

#[test]
fn no_more_and_no_less_goes_through_than_was_announced() {
    for code in ALGORITHMS {
        let key = key(code, &[3; 32]);
        let algorithm = key.algorithm();
        let iv = &[5; 16][..algorithm.iv_length()];
        let start = |way, size| key.stream_with_aad(way, &[], iv, size).unwrap();
        let mut stream = start(Way::Encrypt, 20);
        assert_eq!(stream.apply(&mut [1; 19]), Some(()));
        let mut piece = [1; 2];
        assert_eq!((stream.apply(&mut piece), piece), (None, [1; 2]), "{code}: nothing is done to what is too much");
        assert!(stream.seal(&mut [0; 16]).is_none(), "{code}: a byte is missing");
        let mut stream = start(Way::Decrypt, 20);
        assert_eq!(stream.apply(&mut [1; 19]), Some(()));
        assert!(stream.open(&[0; 16][..algorithm.tag_length()]).is_none(), "{code}: a byte is missing");
        let mut tag = [0; 16];
        let tag = start(Way::Encrypt, 0).seal(&mut tag).unwrap();
        assert_eq!(tag.len(), algorithm.tag_length());
        assert!(start(Way::Encrypt, 0).open(tag).is_none(), "{code}: a tag is compared where something was decrypted");
        assert!(start(Way::Decrypt, 0).seal(&mut [0; 16]).is_none(), "{code}: and made where something was encrypted");
        assert!(start(Way::Decrypt, 0).open(tag).is_some());
        assert!(start(Way::Decrypt, 0).open(&[tag, &[0]].concat()).is_none(), "{code}: a tag has one length");
    }
}

#[test]
fn what_is_more_than_an_algorithm_encrypts_does_not_start() {
    // SP 800-38D §5.2.1.1 allows 2^36 - 32 bytes, RFC 8439 §2.8 2^38 - 64; RFC 9459 has no limit that a file could reach.
    for (code, allowed) in [(1, (1 << 36) - 32), (2, (1 << 36) - 32), (3, (1 << 36) - 32), (24, (1 << 38) - 64), (-65534, u64::MAX)]
    {
        let key = key(code, &[3; 32]);
        let most = ContentStream::most(key.algorithm());
        assert!(most <= allowed && most >= allowed - 16, "{code}: {most}");
        let iv = &[5; 16][..key.algorithm().iv_length()];
        assert!(key.stream_with_aad(Way::Encrypt, &[], iv, most).is_ok(), "{code}");
        if let Some(more) = most.checked_add(1) {
            assert_eq!(key.stream_with_aad(Way::Encrypt, &[], iv, more).unwrap_err(), Unstarted::TooLarge { most }, "{code}");
        }
    }
}

#[test]
fn an_iv_of_another_length_starts_nothing() {
    for code in ALGORITHMS {
        let key = key(code, &[3; 32]);
        for length in 0..=17 {
            let started = key.stream_with_aad(Way::Encrypt, &[], &[5; 17][..length], 1);
            assert_eq!(started.is_ok(), length == key.algorithm().iv_length(), "{code} {length}");
        }
        let counter = !key.algorithm().is_authenticated();
        let beside = key.stream_with_aad(Way::Encrypt, b"beside", &[5; 16][..key.algorithm().iv_length()], 1);
        assert_eq!(beside.is_err(), counter, "{code}: counter mode protects nothing beside a payload");
    }
}
