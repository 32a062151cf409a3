//! Ciphers that authenticate: nothing opens that is not whole (RFC 9052 §5.3).

use suitpack_core::cbor::Reader;
use suitpack_core::cose::{Content, Encrypt};
use suitpack_crypto::{ContentKey, Way};

/// 96([<< {1: algorithm} >>, {5: iv}, null, [[h'', {1: -3}, a wrapped key]]])
fn info(algorithm: Content, iv: [u8; 12]) -> Vec<u8> {
    let [_, _, code @ ..] = &protected(algorithm)[..] else { return vec![] };
    let protected = [&[0x42 + u8::try_from(code.len()).unwrap(), 0xa1, 1][..], code].concat();
    let recipient = [&[0xf6, 0x81, 0x83, 0x40, 0xa1, 1, 0x22, 0x58, wrapped(algorithm)][..], &[0; 40][..wrapped(algorithm).into()]];
    [&[0xd8, 0x60, 0x84][..], &protected, &[0xa1, 5, 0x4c], &iv, &recipient.concat()].concat()
}

fn wrapped(algorithm: Content) -> u8 {
    u8::try_from(algorithm.key_length()).unwrap() + 8
}

/// {1: algorithm}
fn protected(algorithm: Content) -> Vec<u8> {
    match u8::try_from(algorithm.code()).unwrap() {
        code @ 0..24 => vec![0xa1, 1, code],
        code => vec![0xa1, 1, 0x18, code],
    }
}

#[test]
fn a_ciphertext_with_a_wrong_tag_opens_nothing() {
    for code in [1, 2, 3, 24] {
        let algorithm = Content::new(code).unwrap();
        let key = ContentKey::new(algorithm, &[3; 32][..algorithm.key_length()]).unwrap();
        let mut sealed = b"an image, longer than a block".to_vec();
        let mut stream = key.encrypt(&protected(algorithm), &[5; 12], sealed.len() as u64).unwrap();
        stream.apply(&mut sealed).unwrap();
        sealed.extend(stream.seal(&mut [0; 16]).unwrap());
        let open = |iv: [u8; 12], mut sealed: Vec<u8>| {
            let info = info(algorithm, iv);
            let info = Encrypt::read(&mut Reader::new(&info)).unwrap();
            let mut stream = key.decrypt(&info, sealed.len() as u64).unwrap();
            let tag = sealed.split_off(sealed.len().saturating_sub(16));
            stream.apply(&mut sealed).unwrap();
            stream.open(&tag).map(|()| sealed)
        };
        assert_eq!(open([5; 12], sealed.clone()).as_deref(), Some(&b"an image, longer than a block"[..]));
        for bit in 0..96 {
            let mut iv = [5; 12];
            iv[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(open(iv, sealed.clone()), None, "{code}: bit {bit} of the IV");
        }
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(open([5; 12], changed), None, "{code}: bit {bit}");
        }
        for length in 0..sealed.len() {
            assert_eq!(open([5; 12], sealed[..length].to_vec()), None, "{code}: cut to {length}");
        }
    }
}

#[test]
fn what_stands_beside_a_ciphertext_is_authenticated_to_the_last_bit() {
    for code in [1, 2, 3, 24] {
        let algorithm = Content::new(code).unwrap();
        let key = ContentKey::new(algorithm, &[3; 32][..algorithm.key_length()]).unwrap();
        let aad = b"what stands beside it, longer than a block";
        let mut stream = key.stream_with_aad(Way::Encrypt, aad, &[5; 12], 1).unwrap();
        let (mut text, mut tag) = ([7], [0; 16]);
        stream.apply(&mut text).unwrap();
        stream.seal(&mut tag).unwrap();
        let open = |aad: &[u8]| {
            let mut stream = key.stream_with_aad(Way::Decrypt, aad, &[5; 12], 1).unwrap();
            stream.apply(&mut text.clone()).unwrap();
            stream.open(&tag)
        };
        assert_eq!(open(aad), Some(()));
        for bit in 0..aad.len() * 8 {
            let mut changed = *aad;
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(open(&changed), None, "{code}: bit {bit}");
        }
        assert_eq!(open(&aad[1..]), None);
    }
}
