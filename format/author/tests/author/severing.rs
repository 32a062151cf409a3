use std::io::Read;

use suitpack_author::{Part, SeverError, restore, sever};
use suitpack_core::manifest::Member;
use suitpack_core::registry::envelope as key;
use suitpack_core::{Envelope, Profile, Trust};
use suitpack_crypto::Sha2;

use crate::bench::{Bench, key as signing_key, small};

/// A signed package of which text and statement are severed, and the payload is integrated.
fn package(description: &str) -> Vec<u8> {
    let bench = Bench::new();
    let more = format!(
        "[text.en]\nupdate-description = \"{description}, which is long enough to be severed\"\n{}",
        r#"
[upgradability]
seq = 1
issued = 2026-01-01
capability = "yes"
[[upgradability.channels]]
mechanism = "automatic-ota"
name = "a name that makes the statement longer than its digest"
[[upgradability.horizons]]
guaranteed-until = 2031-12-31
"#
    );
    bench.build(&small(&more), &[&signing_key(-19)]).package
}

fn parts(names: &[&str]) -> Vec<Part> {
    names.iter().map(|name| Part::named(name).unwrap()).collect()
}

fn severed(package: &[u8], names: &[&str]) -> Result<Vec<u8>, SeverError> {
    let mut output = Vec::new();
    sever(&mut &package[..], &mut output, &parts(names)).map(|_| output)
}

fn restored(package: &[u8], full: &[u8], names: &[&str]) -> Result<Vec<u8>, SeverError> {
    let mut output = Vec::new();
    restore(&mut &package[..], &mut &full[..], &mut output, &parts(names)).map(|_| output)
}

fn is_authentic(package: &[u8]) -> bool {
    let public = signing_key(-19).public_key();
    let trust = Trust { digester: &Sha2, anchors: &[&public], profile: Profile::Strict };
    Envelope::parse(package).unwrap().authenticate(&trust).is_ok()
}

#[test]
fn a_severed_member_leaves_manifest_signatures_and_payloads_as_they_were() {
    let package = package("a");
    let small = severed(&package, &["suit-text"]).unwrap();
    let (before, after) = (Envelope::parse(&package).unwrap(), Envelope::parse(&small).unwrap());
    assert_eq!(before.manifest_bytes().encoded(), after.manifest_bytes().encoded());
    assert_eq!(before.wrapper_bytes().encoded(), after.wrapper_bytes().encoded());
    assert_eq!(before.payloads().collect::<Vec<_>>(), after.payloads().collect::<Vec<_>>());
    assert!(before.member(key::TEXT).is_some() && after.member(key::TEXT).is_none());
    let statement = |envelope: &Envelope<'_>| envelope.member(key::UPGRADABILITY).unwrap().encoded().to_vec();
    assert_eq!(statement(&before), statement(&after));
    assert!(is_authentic(&small));
    // RFC 8949: one member less is its key and its byte string less.
    assert_eq!(package.len() - small.len(), 1 + before.member(key::TEXT).unwrap().encoded().len());
}

#[test]
fn what_was_severed_can_be_put_back_to_the_same_bytes() {
    let package = package("a");
    let small = severed(&package, &["text", "upgradability"]).unwrap();
    assert_eq!(restored(&small, &package, &["suit-upgradability", "suit-text"]).unwrap(), package);
    let half = restored(&small, &package, &["text"]).unwrap();
    assert_eq!(half, severed(&package, &["upgradability"]).unwrap());
}

#[test]
fn a_body_with_another_digest_is_not_put_back() {
    let small = severed(&package("a"), &["text"]).unwrap();
    let error = restored(&small, &package("b"), &["text"]).unwrap_err();
    assert!(matches!(error, SeverError::AnotherBody(Part::Member(key::TEXT))), "{error}");
}

#[test]
fn a_member_that_the_manifest_holds_itself_is_not_severed() {
    let package = package("a");
    let manifest = Envelope::parse(&package).unwrap();
    assert!(matches!(
        manifest.manifest_unauthenticated(suitpack_core::Profile::Strict).unwrap().member(key::INSTALL),
        Member::Inline(_)
    ));
    assert!(matches!(severed(&package, &["install"]), Err(SeverError::Inline(_))));
    assert!(matches!(severed(&package, &["suit-coswid"]), Err(SeverError::Absent(_))));
}

#[test]
fn nothing_is_severed_or_put_back_twice() {
    let package = package("a");
    let small = severed(&package, &["text", "text"]).unwrap();
    assert!(matches!(severed(&small, &["text"]), Err(SeverError::NotThere(_))));
    assert!(matches!(restored(&package, &package, &["text"]), Err(SeverError::There(_))));
    assert!(matches!(restored(&small, &small, &["text"]), Err(SeverError::NotInFull(_))));
}

#[test]
fn a_payload_can_be_removed_but_not_put_back() {
    let package = package("a");
    let bare = severed(&package, &["#app"]).unwrap();
    assert_eq!(Envelope::parse(&bare).unwrap().payloads().count(), 0);
    assert!(is_authentic(&bare));
    assert!(matches!(severed(&bare, &["#app"]), Err(SeverError::NotThere(_))));
    assert!(matches!(severed(&package, &["#other"]), Err(SeverError::NotThere(_))));
    assert!(matches!(severed(&package, &["#app", "#other"]), Err(SeverError::NotThere(_))));
    assert!(matches!(restored(&bare, &package, &["#app"]), Err(SeverError::PayloadBack(_))));
}

#[test]
fn wrapper_manifest_and_inventions_are_no_severable_members() {
    for name in ["suit-authentication-wrapper", "suit-manifest", "manifest", "suit-validate", "20", "", "suit-", "Suit-Text"] {
        assert_eq!(Part::named(name), None, "{name}");
    }
    assert_eq!(Part::names().count(), 7);
}

#[test]
fn a_package_that_is_cut_anywhere_is_refused() {
    let package = package("a");
    let payload = package.len() - 100_000;
    for length in (0..payload).chain([package.len() - 50_000, package.len() - 1]) {
        assert!(matches!(severed(&package[..length], &["text"]), Err(SeverError::Unreadable(_))), "{length}");
    }
    let longer = [&package[..], &[0]].concat();
    assert!(matches!(severed(&longer, &["text"]), Err(SeverError::Unreadable(_))));
}

#[test]
fn no_flipped_bit_makes_it_fall_over() {
    let package = package("a");
    let head = package.len() - 100_000;
    for bit in 0..head * 8 {
        let mut flipped = package[..head + 16].to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        // Cut behind the payload's first bytes: whatever the bit means, this is no package.
        assert!(severed(&flipped, &["text"]).is_err(), "bit {bit}");
        let small = severed(&package, &["text"]).unwrap();
        if bit % 7 == 0 {
            let mut whole = package.clone();
            whole[bit / 8] ^= 1 << (bit % 8);
            // The other copy may be anything; only the right body is taken from it.
            if let Ok(made) = restored(&small, &whole, &["text"]) {
                assert_eq!(made, package, "bit {bit}");
            }
        }
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
    assert!(matches!(sever(&mut Broken, &mut Vec::new(), &parts(&["text"])), Err(SeverError::Read(_))));
    let package = package("a");
    let mut later = (&package[..package.len() - 70_000]).chain(Broken);
    assert!(matches!(sever(&mut later, &mut Vec::new(), &parts(&["text"])), Err(SeverError::Read(_) | SeverError::Unreadable(_))));
}
