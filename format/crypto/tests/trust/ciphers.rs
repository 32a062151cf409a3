//! Ciphers that authenticate: nothing comes out of what is not whole (RFC 9052 §5.3).

use suitpack_core::cbor::Reader;
use suitpack_core::cose::{Content, Encrypt};
use suitpack_crypto::ContentKey;

/// 96([<< {1: A128GCM} >>, {5: iv}, null, [[h'', {1: -3}, a wrapped key]]])
fn info(iv: [u8; 12]) -> Vec<u8> {
    let head = [0xd8, 0x60, 0x84, 0x43, 0xa1, 1, 1, 0xa1, 5, 0x4c];
    let recipient = [0xf6, 0x81, 0x83, 0x40, 0xa1, 1, 0x22, 0x58, 24];
    [&head[..], &iv, &recipient, &[0; 24]].concat()
}

#[test]
fn a_ciphertext_with_a_wrong_tag_opens_nothing() {
    let key = ContentKey::new(Content::A128Gcm, &[3; 16]).unwrap();
    let mut sealed = b"an image".to_vec();
    let tag = key.seal(&[0xa1, 1, 1], &[5; 12], &mut sealed).unwrap();
    sealed.extend(tag);
    let open = |iv: [u8; 12], mut sealed: Vec<u8>| {
        let info = info(iv);
        let info = Encrypt::read(&mut Reader::new(&info)).unwrap();
        key.open(&info, &mut sealed).map(|plain| plain.to_vec())
    };
    assert_eq!(open([5; 12], sealed.clone()).as_deref(), Some(&b"an image"[..]));
    assert_eq!(open([6; 12], sealed.clone()), None, "another IV");
    for bit in 0..sealed.len() * 8 {
        let mut changed = sealed.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(open([5; 12], changed), None, "bit {bit}");
    }
    assert_eq!(open([5; 12], sealed[..15].to_vec()), None, "shorter than a tag");
}
