//! What is accepted of a package and what is not: vectors of the suite, each under the claim it stands for and with the exit code
//! that the text gives it.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use suitpack_core::Profile;
use suitpack_crypto::{Anchor, keyfile};
use suitpack_package::{Cause, Missing, PayloadDir, Report, Request, verify};

fn report(id: &str, ask: impl FnOnce(&mut Request)) -> Report {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-vectors/cases").join(id);
    let said = fs::read_to_string(folder.join("case.txt")).unwrap_or_else(|error| panic!("{id}: {error}"));
    let mut request = Request::default();
    for file in fs::read_dir(folder.join("anchors")).into_iter().flatten().map(|file| file.unwrap().path()) {
        match keyfile::anchor(&fs::read(&file).unwrap_or_default()) {
            Ok(Anchor::Public(key)) => request.anchors.push(key),
            Ok(Anchor::Shared(key)) => request.shared.push(key),
            _ => assert!(file.extension().is_some_and(|extension| extension == "pem"), "{}", file.display()),
        }
    }
    for file in fs::read_dir(folder.join("decrypt")).into_iter().flatten() {
        let key = keyfile::decryption_key(&fs::read(file.unwrap().path()).unwrap(), None).unwrap();
        request.decryption.push(Arc::new(key));
    }
    request.payload_dir = folder.join("payloads").is_dir().then(|| PayloadDir::new(folder.join("payloads")));
    request.profile = if said.contains("profile: lenient") { Profile::Lenient } else { Profile::Strict };
    ask(&mut request);
    verify(fs::read(folder.join("envelope.suit")).unwrap().as_slice(), &request)
}

/// The exit code of `suitpack verify`.
fn code(id: &str) -> u8 {
    asked(id, |_| ())
}

fn asked(id: &str, ask: impl FnOnce(&mut Request)) -> u8 {
    let report = report(id, ask);
    assert_eq!(report.accepts(), report.cause().is_none(), "{id}");
    report.cause().map_or(0, Cause::code)
}

#[test]
fn a_lower_sequence_number_is_refused() {
    let above = |least: u64| asked("seq.rollback.lower", |request| request.min_sequence = Some(least));
    for least in [8, 9, 1 << 31, 1 << 32, 1 << 63, u64::MAX] {
        assert_eq!(above(least), 13, "{least}");
    }
    let last = |least: u64| asked("man.sequence-number.max", |request| request.min_sequence = Some(least));
    assert_eq!((last(0), last(1 << 63), last(u64::MAX)), (0, 0, 0), "the last number does not roll over");
}

#[test]
fn the_same_sequence_number_is_accepted_again() {
    assert_eq!(asked("seq.rollback.equal", |request| request.min_sequence = Some(7)), 0);
    assert_eq!(asked("seq.rollback.equal", |request| request.min_sequence = Some(6)), 0);
}

#[test]
fn a_severed_member_is_the_one_that_was_signed() {
    for id in ["man.envelope.severed.install.changed", "man.envelope.severed.mismatch", "upg.severed.mismatch"] {
        assert_eq!(code(id), 12, "{id}");
    }
    assert_eq!(code("man.envelope.severed.install"), 0);
}

#[test]
fn the_digest_of_a_severed_member_covers_its_header() {
    assert_eq!(code("man.envelope.severed.digest-over-content"), 12);
    assert_eq!(code("man.envelope.severed.text"), 0);
}

#[test]
fn a_member_that_nothing_binds_is_refused() {
    for id in ["man.envelope.severed.without-digest", "man.envelope.private-key.unbound", "upg.severed.unbound"] {
        assert_eq!(code(id), 12, "{id}");
    }
}

#[test]
fn a_severed_member_may_be_withheld() {
    assert_eq!(code("man.envelope.severed.withheld-text"), 0);
}

#[test]
fn a_payload_is_the_one_that_was_signed() {
    for id in ["man.envelope.payload.other", "man.envelope.payload.longer", "man.envelope.payload.exchanged"] {
        assert_eq!(code(id), 12, "{id}");
    }
    assert_eq!(code("man.envelope.detached.other"), 12, "beside the package too");
}

#[test]
fn a_payload_has_the_size_that_was_signed() {
    assert_eq!(code("man.envelope.payload.smaller-size"), 12);
}

#[test]
fn a_payload_of_no_bytes_is_one() {
    assert_eq!(code("man.envelope.payload.empty"), 0);
}

#[test]
fn a_payload_that_nothing_judges_is_refused() {
    assert_eq!(code("proc.bindings.fetched-and-not-matched"), 12);
    assert_eq!(code("proc.bindings.one-arm-unbound"), 12);
}

#[test]
fn a_payload_that_no_command_fetches_is_refused() {
    assert_eq!(code("man.envelope.ballast"), 12);
    assert_eq!(code("man.envelope.ballast.lenient"), 12);
}

#[test]
fn what_a_transform_makes_is_the_signed_image() {
    for id in ["other-image", "one-byte-more", "one-byte-less", "bomb"] {
        assert_eq!(code(&format!("proc.transform.output.{id}")), 12, "{id}");
    }
    assert_eq!(code("proc.transform.streamed"), 0);
}

#[test]
fn what_a_transform_takes_is_the_signed_input() {
    for id in ["changed", "changed-streamed", "digest-of-parameter", "size"] {
        assert_eq!(code(&format!("proc.transform.input.{id}")), 12, "{id}");
    }
    assert_eq!(code("proc.transform.staged"), 0);
}

#[test]
fn what_decrypts_is_the_signed_image() {
    for id in ["enc.key.tag", "enc.key.iv", "enc.key.other-image", "enc.key.ctr.changed", "enc.key.changed", "enc.staged.changed"] {
        assert_eq!(code(id), 12, "{id}");
    }
    assert_eq!((code("enc.key.gcm"), code("enc.key.ctr")), (0, 0));
}

#[test]
fn a_ciphertext_that_nobody_signed_is_refused_as_that() {
    let report = report("enc.key.changed", |_| ());
    let payload = report.checks().iter().find(|check| check.name.starts_with("payload")).unwrap();
    assert!(payload.detail.contains("does not match its signed digest"), "{}", payload.detail);
}

#[test]
fn without_its_key_nobody_can_tell_what_a_ciphertext_holds() {
    for id in ["enc.staged.gcm", "enc.staged.ctr", "enc.key.other", "enc.key.wrong"] {
        assert_eq!(code(id), 17, "{id}");
    }
}

#[test]
fn a_package_for_another_vendor_or_class_is_refused() {
    let other = Some([0xee; 16]);
    assert_eq!(asked("proc.compat.both", |request| request.vendor_id = other), 16);
    assert_eq!(asked("proc.compat.both", |request| request.class_id = other), 16);
}

#[test]
fn a_package_that_does_not_say_for_whom_it_is_is_not_accepted_for_anybody() {
    assert_eq!(asked("proc.compat.not-checked", |request| request.vendor_id = Some([1; 16])), 17);
    assert_eq!(asked("proc.compat.checked-on-one-path", |request| request.vendor_id = Some([1; 16])), 17);
}

#[test]
fn a_dependency_is_the_one_that_was_named() {
    for id in ["dep.integrity.other", "dep.integrity.envelope-digest", "dep.changed"] {
        assert!(matches!(code(id), 10 | 12), "{id}: {}", code(id));
    }
    assert_eq!(code("dep.integrated"), 0);
}

#[test]
fn a_dependency_is_signed_by_somebody_who_is_believed() {
    assert_eq!((code("dep.signed.nobody"), code("dep.signed.stranger"), code("dep.signed.forged")), (10, 11, 10));
    assert_eq!((code("dep.other-anchor"), code("dep.countersigned")), (0, 0));
}

#[test]
fn the_payloads_of_a_dependency_are_those_it_signed() {
    assert_eq!(code("dep.payload.other"), 12);
}

#[test]
fn dependencies_nest_as_deeply_as_allowed_and_no_deeper() {
    assert_eq!((code("dep.chain.4"), code("dep.chain.5")), (0, 13));
}

#[test]
fn a_dependency_that_no_command_fetches_is_refused() {
    assert_eq!(code("dep.ballast"), 12);
}

#[test]
fn a_section_of_a_dependency_is_not_left_out() {
    assert_eq!((code("dep.section-left-out"), code("dep.section-left-out.lenient")), (13, 0));
}

#[test]
fn a_dependency_is_told_what_is_set_for_the_components_under_its_prefix() {
    assert_eq!((code("dep.prefix"), code("dep.given"), code("dep.not-given")), (0, 0, 12));
    assert_eq!((code("dep.given.under-prefix"), code("dep.given.beside-prefix")), (0, 12));
}

#[test]
fn a_detached_payload_is_looked_up_by_a_name_that_stays_in_its_folder() {
    for id in ["dot-dot", "dot", "empty", "backslash"] {
        assert_eq!(code(&format!("man.envelope.detached.{id}")), 17, "{id}");
    }
    assert_eq!(code("man.envelope.payload.detached"), 0);
}

#[test]
fn a_text_of_the_authors_own_is_read_past() {
    assert_eq!(code("man.text.private"), 0);
}

#[cfg(unix)]
#[test]
fn a_link_in_the_payload_folder_is_not_followed() {
    let folder = std::env::temp_dir().join(format!("suitpack-link-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("plain"), b"plain").unwrap();
    let link = folder.join("link");
    let _before = fs::remove_file(&link);
    std::os::unix::fs::symlink(folder.join("plain"), &link).unwrap();
    let payloads = PayloadDir::new(folder.clone());
    assert!(payloads.open("#plain").is_ok());
    let refused = payloads.open("https://example.com/link");
    fs::remove_dir_all(&folder).unwrap();
    assert!(matches!(refused, Err(Missing::NotPlain(_))), "{refused:?}");
}
