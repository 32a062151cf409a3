//! Files made for older drafts are recognised, and refused all the same.

use suitpack_package::{Cause, Request, inspect, skew, verify};

use crate::bench::{NIL, array, bytes, digest, head, int, map, sequence, sign1, tagged, text};

fn authentication(block: Vec<u8>) -> Vec<u8> {
    bytes(&array(&[bytes(&digest(-16)), bytes(&block)]))
}

fn common(shared: &[(i64, Vec<u8>)]) -> Vec<u8> {
    bytes(&map(&[(2, array(&[array(&[bytes(b"app")])])), (4, sequence(shared))]))
}

/// A package of today whose manifest has these members after suit-common.
fn package(members: &[(i64, Vec<u8>)]) -> Vec<u8> {
    with(authentication(tagged(sign1(-9, vec![NIL]))), common(&[(1, int(15))]), members)
}

fn with(wrapper: Vec<u8>, common: Vec<u8>, members: &[(i64, Vec<u8>)]) -> Vec<u8> {
    let all: Vec<_> = [(1, int(1)), (2, int(3)), (3, common)].into_iter().chain(members.iter().cloned()).collect();
    [vec![0xd8, 107], map(&[(2, wrapper), (3, bytes(&map(&all)))])].concat()
}

/// What is told of a package, which then is refused.
fn told(package: &[u8]) -> Vec<(&'static str, &'static str)> {
    let report = verify(package, &Request::default());
    assert!(!report.accepts());
    let found = skew(package);
    assert_eq!(report.older_drafts(), found);
    if let Ok(inspection) = inspect(package, &Request::default()) {
        assert_eq!(inspection.older_drafts, found);
    }
    for skew in &found {
        assert!(skew.offset < package.len(), "{} stands in the package", skew.found);
    }
    found.iter().map(|skew| (skew.found, skew.drafts)).collect()
}

#[track_caller]
fn tells(package: &[u8], words: &str, drafts: &str) {
    let told = told(package);
    assert!(told.iter().any(|(found, of)| found.contains(words) && of.contains(drafts)), "{told:?}");
}

#[test]
fn a_package_of_today_shows_no_trace() {
    let override_parameters = map(&[(3, bytes(&digest(-16))), (18, bytes(b"content")), (21, text("#app"))]);
    let install = sequence(&[(20, override_parameters), (18, int(2)), (21, int(2)), (3, int(15))]);
    let members = [(7, sequence(&[(3, int(15))])), (9, sequence(&[(23, int(2))])), (20, install), (23, digest(-16))];
    assert_eq!(told(&package(&members)), []);
    // Tag 107 is optional.
    assert_eq!(skew(&package(&members)[2..]), []);
}

#[test]
fn install_under_17_fits_the_drafts_18_to_28() {
    let package = package(&[(7, sequence(&[(3, int(15))])), (17, sequence(&[(21, int(2))]))]);
    tells(&package, "key 17 is suit-install", "-18 to -28");
    let found = skew(&package);
    assert_eq!(package[found[0].offset], 17, "the offset is that of the key");
    let severed = map(&[
        (2, authentication(tagged(sign1(-9, vec![NIL])))),
        (3, bytes(&map(&[(1, int(1)), (2, int(3)), (3, common(&[(1, int(15))]))]))),
        (17, sequence(&[(21, int(2))])),
    ]);
    tells(&severed, "key 17 is suit-install", "-18 to -28");
}

#[test]
fn the_numbers_of_2021_are_named() {
    let members = [(9, sequence(&[(21, int(2))])), (10, sequence(&[(3, int(15))])), (12, sequence(&[(23, int(2))]))];
    tells(&package(&members), "keys 7 to 13 of the manifest are dependency-resolution, payload-fetch, install", "-17 and before");
    // Validate, load and invoke cannot be severed; dependency-resolution, payload-fetch and install could.
    for key in 7..=9 {
        tells(&package(&[(key, digest(-16))]), "keys 7 to 13", "-17 and before");
    }
    assert_eq!(told(&package(&[(9, sequence(&[(23, int(2))]))])), [], "invoke of today");
}

#[test]
fn parameters_that_were_renumbered_are_told_from_those_of_today() {
    let encrypt = [vec![0xd8, 96], array(&[bytes(&[]), map(&[]), vec![NIL]])].concat();
    let setting = |parameter: (i64, Vec<u8>)| package(&[(20, sequence(&[(20, map(&[parameter])), (21, int(2))]))]);
    tells(&setting((18, bytes(&encrypt))), "parameter 18 is suit-parameter-encryption-info", "-04 to -14");
    tells(&setting((19, bytes(&map(&[(1, int(3))])))), "parameter 19 is suit-parameter-compression-info", "-04 to -14");
    tells(&setting((20, bytes(&map(&[(1, int(1))])))), "parameter 20 is suit-parameter-unpack-info", "-04 to -14");
    tells(&setting((30, bytes(&array(&[array(&[int(0), text("coap://a")])])))), "parameter 30 is suit-parameter-uri-list", "-14");
    assert_eq!(told(&setting((19, bytes(&encrypt)))), [], "encryption-info of today");
    assert_eq!(told(&setting((18, bytes(&[0xd8, 96, 0x84])))), [], "content that only begins like encryption-info");
    assert_eq!(told(&setting((30, bytes(&map(&[(5, int(1))]))))), [], "component-metadata of today");
}

#[test]
fn commands_that_were_renumbered_are_told_from_those_of_today() {
    let running = |command: (i64, Vec<u8>)| package(&[(20, sequence(&[command]))]);
    tells(&running((13, int(0))), "command 13 is suit-directive-set-dependency-index", "-14 and before");
    tells(&running((30, int(15))), "command 30 is suit-directive-fetch-uri-list", "-14 and before");
    tells(&running((18, int(15))), "command 18 writes nothing here", "draft-ietf-suit-trust-domains-00");
    let arms = array(&[sequence(&[(13, int(0))]), sequence(&[(3, int(15))]), vec![NIL]]);
    tells(&running((15, arms)), "command 13", "-14");
    tells(&running((32, sequence(&[(13, int(0))]))), "command 13", "-14");
    let write = [(20, map(&[(18, bytes(b"x"))])), (18, int(2))];
    assert_eq!(told(&package(&[(20, sequence(&write))])), [], "write of today");
}

#[test]
fn common_of_older_drafts_is_named() {
    let old = |entries: &[(i64, Vec<u8>)]| with(authentication(tagged(sign1(-9, vec![NIL]))), bytes(&map(entries)), &[]);
    let components = (2, array(&[array(&[bytes(b"app")])]));
    tells(&old(&[(1, array(&[map(&[(1, digest(-16))])])), components.clone()]), "suit-dependencies is a list", "-15 and before");
    tells(&old(&[components.clone(), (3, array(&[]))]), "suit-dependency-components", "-10 and before");
    tells(&old(&[(2, bytes(&components.1))]), "suit-components is a byte string", "-09 and before");
}

#[test]
fn authentication_of_older_drafts_is_named() {
    let by = |wrapper| with(wrapper, common(&[(1, int(15))]), &[]);
    tells(&by(authentication(tagged(sign1(-9, bytes(&digest(-16)))))), "the COSE payload is attached", "-11 and before");
    tells(&by(authentication(sign1(-9, vec![NIL]))), "without its tag", "no draft");
    let first = bytes(&array(&[bytes(&tagged(sign1(-9, bytes(&digest(2)))))]));
    tells(&by(first), "does not begin with the digest", "-10 and before");
    let numbers = bytes(&array(&[bytes(&digest(2)), bytes(&tagged(sign1(-9, vec![NIL])))]));
    tells(&by(numbers), "digest algorithms are numbers 1 to 8", "-13 and before");
    tells(&by(authentication(tagged(sign1(-7, vec![NIL])))), "ES256 (-7)", "June 2025");
    tells(&by(authentication(tagged(sign1(-8, vec![NIL])))), "EdDSA (-8)", "RFC 9864");
}

#[test]
fn envelopes_of_older_drafts_are_named() {
    let manifest = bytes(&map(&[(1, int(1)), (2, int(3)), (3, common(&[(1, int(15))]))]));
    let wrapper = authentication(tagged(sign1(-9, vec![NIL])));
    let delegation = map(&[(1, bytes(&array(&[]))), (2, wrapper.clone()), (3, manifest.clone())]);
    tells(&delegation, "suit-delegation", "draft-ietf-suit-trust-domains-00 to -09");
    tells(&map(&[(1, wrapper.clone()), (2, manifest.clone())]), "keys 1 and 2 of the envelope", "-03 and before");
    let severed = map(&[(2, wrapper), (3, manifest), (9, sequence(&[(21, int(2))]))]);
    tells(&severed, "keys 7, 8, 9 and 13 of the envelope", "-17 and before");
}

#[test]
fn text_without_languages_is_named() {
    let flat = bytes(&map(&[(1, text("Mends a leak."))]));
    tells(&package(&[(23, flat)]), "suit-text has no languages", "-23 and before");
    let today = bytes(&[head(5, 1), text("en"), map(&[(1, text("Mends a leak."))])].concat());
    assert_eq!(told(&package(&[(23, today)])), []);
}

#[test]
fn an_explanation_changes_no_verdict() {
    let old = package(&[(17, sequence(&[(21, int(2))]))]);
    let report = verify(&old[..], &Request::default());
    assert_eq!(report.cause(), Some(Cause::NotAuthentic), "the digest comes before the manifest is opened");
    let inspection = inspect(&old[..], &Request::default()).unwrap();
    assert!(inspection.manifest.is_none() && inspection.manifest_error.is_some());
}

#[test]
fn nothing_makes_the_search_fall_over() {
    let arms = array(&[sequence(&[(13, int(0))]), sequence(&[(20, map(&[(20, bytes(&[]))]))])]);
    let package = package(&[(8, digest(2)), (13, bytes(&map(&[(1, text("a"))]))), (17, sequence(&[(15, arms)]))]);
    assert!(skew(&package).len() >= 5);
    for length in 0..package.len() {
        let _ = skew(&package[..length]);
    }
    for bit in 0..package.len() * 8 {
        let mut flipped = package.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(skew(&flipped).len() < 24);
    }
    // Counts that promise more than there is, and sequences in sequences.
    let _ = skew(&[0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    let mut deep = array(&[int(13), int(0)]);
    for _ in 0..200 {
        deep = array(&[int(32), bytes(&deep)]);
    }
    assert_eq!(skew(&self::package(&[(20, bytes(&deep))])), [], "deeper than any reader goes");
}
