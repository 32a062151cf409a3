//! Key ids: hints, unless they name an anchor. And headers that no vector has (RFC 9052 §3.1).

use core::convert::Infallible;

use suitpack_core::cbor::{Sink, Writer};
use suitpack_core::cose::mac_structure;
use suitpack_core::crypto::Sign as _;
use suitpack_core::{Envelope, ErrorKind, Judgement, Profile, Trust};
use suitpack_crypto::{HmacKey, Sha2, Sha256Stream};

#[derive(Default)]
struct Bytes(Vec<u8>);

impl Sink for Bytes {
    type Error = Infallible;

    fn push(&mut self, bytes: &[u8]) -> Result<(), Infallible> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}

fn bytes(content: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new(Bytes::default());
    let Ok(()) = writer.bytes(content);
    writer.into_inner().0
}

/// What the anchor says of a block whose tag `key` made under this name.
fn judged(anchor: &HmacKey, key: &HmacKey, kid: &[u8]) -> Judgement {
    judged_with(anchor, key, &[&[0xa2, 1, 5, 4][..], &bytes(kid)].concat(), &[0xa0]).unwrap()
}

/// The same with these headers.
fn judged_with(anchor: &HmacKey, key: &HmacKey, protected: &[u8], outside: &[u8]) -> Result<Judgement, ErrorKind> {
    let mut hash = Sha256Stream::new();
    hash.update(&[0x40]);
    let digest = [&[0x82, 0x2f][..], &bytes(&hash.finish())].concat();
    let mut message = Bytes::default();
    let Ok(()) = mac_structure(protected, &digest, &mut message);
    let mut tag = [0; 64];
    let length = key.sign(&message.0, &mut tag).unwrap();
    let block = [&[0xd1, 0x84][..], &bytes(protected), outside, &[0xf6], &bytes(&tag[..length])].concat();
    let wrapper = [&[0x82][..], &bytes(&digest), &bytes(&block)].concat();
    let package = [&[0xa2, 2][..], &bytes(&wrapper), &[3, 0x40]].concat();
    let envelope = Envelope::parse(&package).unwrap();
    let authentication = envelope.authentication().map_err(|error| error.kind())?;
    let trust = Trust { digester: &Sha2, anchors: &[anchor], profile: Profile::Strict };
    Ok(trust.judge(&authentication.blocks().next().unwrap(), authentication.payload()))
}

fn keys() -> [HmacKey; 2] {
    [7, 8].map(|byte| HmacKey::from_bytes(&[byte; 32]).unwrap())
}

const VERIFIED: Judgement = Judgement::Verified { anchor: 0, deprecated: false };
const WRONG: Judgement = Judgement::Wrong { anchor: 0 };

#[test]
fn a_name_that_nobody_has_is_only_a_hint() {
    let [own, other] = keys();
    assert_eq!(judged(&own, &own, b"a name that nobody has"), VERIFIED);
    assert_eq!(judged(&own, &other, b"a name that nobody has"), Judgement::Untrusted);
}

#[test]
fn whoever_is_named_has_to_have_made_it() {
    let [own, other] = keys();
    let alias = own.clone().with_alias(b"dev").unwrap();
    for (anchor, name) in [(&own, &own.thumbprint().to_vec()), (&alias, &b"dev".to_vec()), (&alias, &own.thumbprint().to_vec())] {
        assert_eq!(judged(anchor, &own, name), VERIFIED);
        assert_eq!(judged(anchor, &other, name), WRONG);
    }
}

#[test]
fn a_name_that_begins_like_that_of_an_anchor_is_another() {
    let [own, other] = keys();
    let alias = own.clone().with_alias(b"dev").unwrap();
    let longer = [&own.thumbprint()[..], &[0]].concat();
    for name in [&[][..], &own.thumbprint()[..1], &own.thumbprint()[..31], &longer, b"de", b"dev2", b"Dev"] {
        assert_eq!(judged(&alias, &other, name), Judgement::Untrusted, "{name:?} names nobody");
        assert_eq!(judged(&alias, &own, name), VERIFIED, "{name:?} is only a hint");
    }
}

#[test]
fn critical_headers_outside_are_refused_even_if_they_are_understood() {
    let [own, _] = keys();
    let kid = bytes(b"dev");
    let inside = [&[0xa3, 1, 5, 2, 0x81, 4, 4][..], &kid].concat();
    assert_eq!(judged_with(&own, &own, &inside, &[0xa0]), Ok(VERIFIED), "{{1: 5, 2: [4], 4: 'dev'}}");
    let outside = [&[0xa2, 2, 0x81, 4, 4][..], &kid].concat();
    assert_eq!(judged_with(&own, &own, &[0xa1, 1, 5], &outside), Err(ErrorKind::CriticalHeader));
}
