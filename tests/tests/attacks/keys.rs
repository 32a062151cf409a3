//! Key compromise, thresholds, one key that counts twice.

use suitpack_crypto::HmacKey;
use suitpack_package::Cause;
use suitpack_tests::{Lab, STORED, key, recipe};

use crate::bench::{Parts, cause, image};

#[test]
fn a_key_that_was_taken_away_signs_nothing_any_more() {
    // Rotation: a release with both signatures reaches devices with either anchor; then the old one is taken away.
    let (old, new) = (key(1), key(2));
    let both = Lab::signed_by(&recipe(STORED), &image(1, 3000), &[&old, &new]);
    let by_old = Lab::signed_by(&recipe(STORED), &image(1, 3000), &[&old]);
    let mut request = both.request();
    for (anchors, of_both, of_old) in [
        (vec![&old], None, None),
        (vec![&old, &new], None, None),
        (vec![&new], None, Some(Cause::NotTrusted)),
        (vec![], Some(Cause::NotTrusted), Some(Cause::NotTrusted)),
    ] {
        request.anchors = anchors.iter().map(|key| key.public_key()).collect();
        assert_eq!(cause(&both.package, &request), of_both);
        assert_eq!(cause(&by_old.package, &request), of_old);
    }
}

#[test]
fn one_key_does_not_count_twice() {
    let lab = Lab::new(&recipe(STORED), &image(1, 3000));
    let mut parts = Parts::of(&lab.package);
    // [digest, block] becomes [digest, block, block].
    assert_eq!(parts.wrapper[0], 0x82);
    let digest = 1 + 2 + usize::from(parts.wrapper[2]);
    let block = parts.wrapper[digest..].to_vec();
    parts.wrapper[0] = 0x83;
    parts.wrapper.extend(block);
    assert_eq!(cause(&parts.package(), &lab.request()), Some(Cause::Unreadable));
}

#[test]
fn one_anchor_given_twice_is_one() {
    let lab = Lab::new(&recipe(STORED), &image(1, 3000));
    let mut request = lab.request();
    request.anchors.push(lab.key.clone());
    let report = suitpack_package::verify(lab.package.as_slice(), &request);
    assert!(report.accepts());
    let signature = report.checks().iter().find(|check| check.name == "signature").unwrap();
    assert_eq!(signature.detail, "1 of 1 signatures checked");
}

#[test]
fn a_forged_signature_in_a_trusted_name_spoils_the_right_one_beside_it() {
    // There is no threshold to reach: one right signature is enough, and one wrong one too many.
    let (first, second) = (key(1), key(2));
    let lab = Lab::signed_by(&recipe(STORED), &image(1, 3000), &[&first, &second]);
    let mut parts = Parts::of(&lab.package);
    *parts.wrapper.last_mut().unwrap() ^= 1;
    let mut request = lab.request();
    assert_eq!(cause(&parts.package(), &request), None, "of a stranger it does no harm");
    request.anchors.push(second.public_key());
    assert_eq!(cause(&parts.package(), &request), Some(Cause::NotAuthentic));
}

#[test]
fn a_public_key_is_no_shared_one() {
    let lab = Lab::new(&recipe(STORED), &image(1, 3000));
    let mut request = lab.request();
    let file = suitpack_crypto::keyfile::to_cose_key(&lab.key);
    request.anchors.clear();
    request.shared = vec![HmacKey::from_bytes(&file[file.len() - 32..]).unwrap()];
    assert_eq!(cause(&lab.package, &request), Some(Cause::NotTrusted));
}
