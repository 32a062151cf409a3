use std::io::Read;

use suitpack_author::{SigningError, seal, sign};
use suitpack_core::report::Container;
use suitpack_core::{Block, Envelope, Judgement, Profile, Trust};
use suitpack_crypto::{HmacKey, Sha2, SigningKey};

use crate::bench::{Bench, key, small};

fn signed(package: &[u8], key: &SigningKey) -> Result<Vec<u8>, SigningError> {
    let mut output = Vec::new();
    sign(&mut &package[..], &mut output, key, &key.public_key()).map(|()| output)
}

#[test]
fn a_block_is_added_and_nothing_else_moves() {
    let bench = Bench::new();
    let package = bench
        .build(&small("[text.en]\nupdate-description = \"something that is long enough to be severed\""), &[&key(-19)])
        .package;
    let twice = signed(&package, &key(-9)).unwrap();
    let (before, after) = (Envelope::parse(&package).unwrap(), Envelope::parse(&twice).unwrap());
    assert_eq!(before.manifest_bytes().encoded(), after.manifest_bytes().encoded());
    let behind = |package: &[u8], envelope: &Envelope<'_>| {
        let wrapper = envelope.wrapper_bytes();
        package[wrapper.reader().position() + wrapper.content().len()..].to_vec()
    };
    assert_eq!(behind(&package, &before), behind(&twice, &after));
    let blocks = after.authentication().unwrap();
    assert_eq!(blocks.len(), 2);
    let (ed, p256) = (key(-19).public_key(), key(-9).public_key());
    let trust = Trust { digester: &Sha2, anchors: &[&ed, &p256], profile: Profile::Strict };
    let judged: Vec<_> = blocks.blocks().map(|block| trust.judge(&block, blocks.payload())).collect();
    assert_eq!(judged, [0, 1].map(|anchor| Judgement::Verified { anchor, deprecated: false }));
}

#[test]
fn signing_later_gives_the_same_bytes_as_signing_at_once() {
    let bench = Bench::new();
    let keys = [key(-19), key(-9)];
    let at_once = bench.build(&small(""), &[&keys[0], &keys[1]]).package;
    let later = signed(&signed(&bench.build(&small(""), &[]).package, &keys[0]).unwrap(), &keys[1]).unwrap();
    assert_eq!(at_once, later);
}

#[test]
fn a_sealed_report_is_read_and_believed_as_one() {
    let report = [0xa0];
    let shared = HmacKey::from_bytes(&[7; 32]).unwrap();
    let public = key(-9).public_key();
    let trust = Trust { digester: &Sha2, anchors: &[&public, &shared], profile: Profile::Strict };
    for (anchor, sealed) in [seal(&report, &key(-9)), seal(&report, &shared)].into_iter().enumerate() {
        let sealed = sealed.unwrap();
        let Container::Sealed { block, payload } = Container::parse(&sealed).unwrap() else { panic!("bare") };
        assert_eq!(payload.content(), report);
        assert_eq!(trust.judge(&block, payload.content()), Judgement::Verified { anchor, deprecated: false });
    }
}

// SUIT-5
#[test]
fn the_same_key_cannot_sign_twice() {
    let bench = Bench::new();
    let package = bench.build(&small(""), &[&key(-9)]).package;
    assert!(matches!(signed(&package, &key(-9)), Err(SigningError::AlreadySigned { .. })));
}

// SUIT-6
#[test]
fn a_manifest_that_does_not_have_its_digest_is_not_signed() {
    let bench = Bench::new();
    let package = bench.build(&small(""), &[]).package;
    let envelope = Envelope::parse(&package).unwrap();
    let sequence_number = envelope.manifest_bytes().reader().position() + 4;
    let mut changed = package.clone();
    assert_eq!(changed[sequence_number], 7);
    changed[sequence_number] = 8;
    assert!(matches!(signed(&changed, &key(-19)), Err(SigningError::DigestMismatch)));
}

#[test]
fn what_is_not_suit_is_not_signed() {
    let bench = Bench::new();
    let package = bench.build(&small(""), &[]).package;
    let head = package.len() - 100_000;
    for length in 0..head - 10 {
        assert!(matches!(signed(&package[..length], &key(-19)), Err(SigningError::Unreadable(_))), "{length}");
    }
}

#[test]
fn a_pipe_that_breaks_says_so() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
    }
    let key = key(-19);
    assert!(matches!(sign(&mut Broken, &mut Vec::new(), &key, &key.public_key()), Err(SigningError::Read(_))));
}

#[test]
fn as_many_signatures_as_readers_accept_can_be_added() {
    let bench = Bench::new();
    let mut package = bench.build(&small(""), &[]).package;
    for seed in 1..=16 {
        package = signed(&package, &SigningKey::generate(-19, &[seed; 32]).unwrap()).unwrap();
    }
    assert_eq!(Envelope::parse(&package).unwrap().authentication().unwrap().len(), 16);
    assert!(matches!(signed(&package, &key(-9)), Err(SigningError::TooManyBlocks)));
}

#[test]
fn a_shared_key_makes_a_tag_and_no_signature() {
    let bench = Bench::new();
    for name in [None, Some(b"line 4".as_slice())] {
        let mut shared = HmacKey::from_bytes(&[7; 32]).unwrap();
        if let Some(name) = name {
            shared = shared.with_alias(name).unwrap();
        }
        let at_once = bench.build(&small(""), &[&shared]).package;
        let mut later = Vec::new();
        sign(&mut bench.build(&small(""), &[]).package.as_slice(), &mut later, &shared, &shared).unwrap();
        assert_eq!(at_once, later);
        let envelope = Envelope::parse(&at_once).unwrap();
        let blocks = envelope.authentication().unwrap();
        let block = blocks.blocks().next().unwrap();
        let Block::Mac0(mac) = block else { panic!("a COSE_Mac0") };
        // The thumbprint of a secret is not published.
        assert_eq!((mac.header().algorithm(), mac.header().kid(), mac.tag().len()), (5, name, 32));
        let trust = Trust { digester: &Sha2, anchors: &[&shared], profile: Profile::Strict };
        assert_eq!(trust.judge(&block, blocks.payload()), Judgement::Verified { anchor: 0, deprecated: false });
        let again = sign(&mut at_once.as_slice(), &mut Vec::new(), &shared, &shared);
        assert!(matches!(again, Err(SigningError::AlreadySigned { .. })));
    }
}
