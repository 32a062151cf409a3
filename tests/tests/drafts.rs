//! The examples of trust domains, update management, firmware encryption and TEEP get the verdict that the texts give them, and
//! what depends on what is judged as the texts say.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::print_stderr, missing_docs)]

use std::fs;

use suitpack_core::{Envelope, Profile};
use suitpack_crypto::{Anchor, keyfile};
use suitpack_package::{Cause, Outcome, PayloadDir, Report, Request, verify};
use suitpack_tests::{Lab, root, unhex};

const TRUST_ANCHOR: &str = "a4010220012158208496811aae0baaabd26157189eecda26beaa8bf11b6f3fe6e2b5659c85dbc0ad2258203b1f2a4b6c098131c0a36dacd1d78bd381dcdfb09c052db33991db7338b4a896";
const DISTRIBUTOR: &str = "a4010220012158200e908aa8f066db1f084e0c3652c63952bd99f2a5bdb22f9e01367aad03aba68b22582077da1bd8ac4f0cb490ba210648bf79ab164d49ad3551d71d314b2749ee42d29a";
const SHARED: &str = "a201042058206161616161616161616161616161616161616161616161616161616161616161";

fn request(profile: Profile, keys: &[&str]) -> Request {
    let mut request = Request::default();
    request.profile = profile;
    for key in keys {
        match keyfile::anchor(&unhex(key)).unwrap() {
            Anchor::Public(key) => request.anchors.push(key),
            Anchor::Shared(key) => request.shared.push(key),
            _ => panic!("a key of another kind"),
        }
    }
    request
}

/// An example, if those of the drafts are at hand.
fn example(file: &str) -> Option<Vec<u8>> {
    let found = fs::read(root().join("../shared/peer-vectors/ietf").join(file)).ok();
    if found.is_none() {
        eprintln!("skipped: the IETF examples are not beside the project");
    }
    found
}

fn judge(file: &str, request: &Request) -> Option<(Option<Cause>, Report)> {
    let report = verify(example(file)?.as_slice(), request);
    Some((report.cause(), report))
}

/// What the example is without its payloads, and with them.
fn verdicts(file: &str, profile: Profile, keys: &[&str]) -> Option<(Option<Cause>, Option<Cause>)> {
    let mut request = request(profile, keys);
    let (full, _) = judge(file, &request)?;
    request.manifest_only = true;
    Some((judge(file, &request)?.0, full))
}

fn check(file: &str, profile: Profile, keys: &[&str], manifest_only: Option<Cause>, full: Option<Cause>) {
    if let Some(found) = verdicts(file, profile, keys) {
        let said: Vec<_> = judge(file, &request(profile, keys)).unwrap().1.decisive().into_iter().cloned().collect();
        assert_eq!(found, (manifest_only, full), "{file} {profile:?}: {said:?}");
    }
}

#[test]
fn the_examples_of_trust_domains() {
    check("trust-domains/td-ex0-dependency.suit", Profile::Strict, &[TRUST_ANCHOR], None, None);
    // The dependency is fetched from elsewhere, and its index is behind the components.
    let file = "trust-domains/td-ex0-process-dependency.suit";
    check(file, Profile::Strict, &[TRUST_ANCHOR], Some(Cause::Unreadable), Some(Cause::Unreadable));
    check(file, Profile::Lenient, &[TRUST_ANCHOR], None, Some(Cause::CouldNotTell));
    // It is processed without an integrity check (TD 5.6.2).
    let file = "trust-domains/td-ex1-integrated-dependency.suit";
    check(file, Profile::Strict, &[TRUST_ANCHOR], Some(Cause::Unreadable), Some(Cause::Unreadable));
    check(file, Profile::Lenient, &[TRUST_ANCHOR], Some(Cause::Policy), Some(Cause::Policy));
}

#[test]
fn a_dependency_beside_the_package_is_opened_and_its_own_checks_are_listed() {
    let Some(dependency) = example("trust-domains/td-ex0-dependency.suit") else { return };
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("dependent.suit"), dependency).unwrap();
    let mut request = request(Profile::Lenient, &[TRUST_ANCHOR]);
    request.payload_dir = Some(PayloadDir::new(folder.path().to_owned()));
    let (cause, report) = judge("trust-domains/td-ex0-process-dependency.suit", &request).unwrap();
    assert_eq!(cause, None, "{report:?}");
    let said = |name: &str| report.checks().iter().find(|check| check.name == name).unwrap_or_else(|| panic!("{name}: {report:?}"));
    let prefix = "dependency http://example.com/dependent.suit: ";
    for name in ["read", "digest", "signature", "trust", "sequences"] {
        assert_eq!(said(&format!("{prefix}{name}")).outcome, Outcome::Passed);
    }
    // The example never runs what its dependency has to invoke (TD 5.1).
    assert!(said(&format!("{prefix}sequences")).detail.contains("let pass: its dependent does not always run suit-invoke"));
    assert!(report.checks().iter().any(|check| check.name == "profile" && check.detail.contains("behind the components")));
}

#[test]
fn the_examples_of_update_management() {
    for file in ["libcsuit-um-u0.suit", "libcsuit-um-u1.suit"] {
        check(&format!("update-management/{file}"), Profile::Strict, &[TRUST_ANCHOR], None, None);
    }
    // Signed with ES256; the payload is elsewhere.
    let file = "update-management/libcsuit-um-u3.suit";
    check(file, Profile::Strict, &[TRUST_ANCHOR], Some(Cause::Policy), Some(Cause::Policy));
    check(file, Profile::Lenient, &[TRUST_ANCHOR], None, Some(Cause::CouldNotTell));
    // Signed with ES256, and the keys of its CoSWID are in no order; its payload is elsewhere.
    let file = "update-management/libcsuit-um-u2.suit";
    check(file, Profile::Strict, &[TRUST_ANCHOR], Some(Cause::Policy), Some(Cause::Policy));
    check(file, Profile::Lenient, &[TRUST_ANCHOR], None, Some(Cause::CouldNotTell));
}

#[test]
fn the_examples_of_teep() {
    check("teep/teep-suit-uri.suit", Profile::Strict, &[TRUST_ANCHOR], None, Some(Cause::CouldNotTell));
    check("teep/teep-suit-integrated.suit", Profile::Strict, &[TRUST_ANCHOR], None, None);
    // It processes its dependency without an integrity check.
    let file = "teep/teep-suit-personalization.suit";
    check(file, Profile::Lenient, &[TRUST_ANCHOR], Some(Cause::Policy), Some(Cause::Policy));
}

#[test]
fn the_examples_of_firmware_encryption() {
    check("firmware-encryption/fe-ex-aeskw-write.suit", Profile::Strict, &[SHARED], None, None);
    check("firmware-encryption/fe-ex-esdh-write.suit", Profile::Strict, &[TRUST_ANCHOR], None, None);
    // No digest anywhere judges what they fetch.
    for file in ["fe-ex-aeskw-fetch-copy.suit", "fe-ex-aeskw-slot.suit"] {
        check(&format!("firmware-encryption/{file}"), Profile::Strict, &[SHARED], None, Some(Cause::NotBound));
    }
}

#[test]
fn a_dependency_is_run_with_what_its_dependent_has_set() {
    // The author's manifest writes content that only the distributor's sets; alone it would not come to its end.
    let file = "firmware-encryption/fe-ex-esdh-dependency.suit";
    check(file, Profile::Lenient, &[DISTRIBUTOR, TRUST_ANCHOR], None, None);
    check("firmware-encryption/libcsuit-fe-ed.suit", Profile::Lenient, &[TRUST_ANCHOR], None, None);
    // Both parties have to be trusted.
    check(file, Profile::Lenient, &[DISTRIBUTOR], None, Some(Cause::NotTrusted));
    check(file, Profile::Lenient, &[TRUST_ANCHOR], Some(Cause::NotTrusted), Some(Cause::NotTrusted));
}

/// A package that writes one component in install and judges it in validate.
const INNER: &str = r#"
[manifest]
sequence-number = 3
[[component]]
id = ["app"]
[sequence]
suit-shared-sequence = [ { suit-directive-override-parameters = { suit-parameter-content = "x" } } ]
suit-install = [ { suit-directive-write = 15 } ]
suit-validate = [ { suit-condition-check-content = 15 } ]
"#;

/// A package that carries `app.bin` as its dependency.
fn outer(digest: &str, run_in: &[&str]) -> String {
    let mut text = format!(
        r##"
[manifest]
sequence-number = 7
[[component]]
id = ["dependency"]
[[dependency]]
index = 0
[[payload]]
uri = "#dependency.suit"
file = "app.bin"
[sequence]
suit-shared-sequence = [
  {{ suit-directive-override-parameters = {{ suit-parameter-uri = "#dependency.suit", suit-parameter-image-digest = "{digest}" }} }},
]
suit-dependency-resolution = [
  {{ suit-directive-fetch = 15 }},
  {{ suit-condition-dependency-integrity = 15 }},
  {{ suit-directive-process-dependency = 15 }},
]
"##
    );
    for section in run_in {
        let body = "[ { suit-condition-dependency-integrity = 15 }, { suit-directive-process-dependency = 15 } ]";
        text.push_str(&format!("{section} = {body}\n"));
    }
    text
}

/// The digest of a package's manifest, as a recipe writes it.
fn manifest_digest(package: &[u8]) -> String {
    let envelope = Envelope::parse(package).unwrap();
    let authentication = envelope.authentication().unwrap();
    let hex: String = authentication.digest().bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha-256:{hex}")
}

fn carrying(package: &[u8], run_in: &[&str]) -> Lab {
    Lab::new(&outer(&manifest_digest(package), run_in), package)
}

const ALL: &[&str] = &["suit-install", "suit-validate"];

#[test]
fn a_dependency_all_of_whose_sections_are_run_is_accepted() {
    let inner = Lab::new(INNER, b"");
    let lab = carrying(&inner.package, ALL);
    let report = lab.judge(&lab.package);
    assert!(report.accepts(), "{report:?}");
}

#[test]
fn a_dependency_of_which_a_section_is_left_out_is_refused() {
    let inner = Lab::new(INNER, b"");
    let lab = carrying(&inner.package, &["suit-install"]);
    let report = lab.judge(&lab.package);
    assert_eq!(report.cause(), Some(Cause::Policy));
    assert!(report.decisive().unwrap().detail.contains("suit-validate"), "{report:?}");
    let mut lenient = lab.request();
    lenient.profile = Profile::Lenient;
    assert!(verify(lab.package.as_slice(), &lenient).accepts());
}

#[test]
fn no_bit_of_a_package_within_flips_unnoticed() {
    let inner = Lab::new(INNER, b"");
    let lab = carrying(&inner.package, ALL);
    let start = lab.package.len() - inner.package.len();
    assert_eq!(lab.package[start..], inner.package);
    // Every byte, and every place in a byte.
    for bit in (start * 8..lab.package.len() * 8).step_by(3) {
        let mut package = lab.package.clone();
        package[bit / 8] ^= 1 << (bit % 8);
        assert!(!lab.judge(&package).accepts(), "bit {bit}");
    }
}

#[test]
fn a_dependency_whose_promise_contradicts_itself_is_refused() {
    let every = ["suit-payload-fetch", "suit-install", "suit-validate", "suit-load", "suit-invoke"];
    for (case, expected) in [("upg.severed.minimal", None), ("upg.floor.mismatch.date", Some(Cause::NotBound))] {
        let folder = root().join("test-vectors/cases").join(case);
        let lab = carrying(&fs::read(folder.join("envelope.suit")).unwrap(), &every);
        let mut request = lab.request();
        request.anchors.push(keyfile::public_key(&fs::read(folder.join("anchors/ed25519-a.cosekey")).unwrap()).unwrap());
        let report = verify(lab.package.as_slice(), &request);
        assert_eq!(report.cause(), expected, "{case}: {report:?}");
        if expected.is_some() {
            assert_eq!(report.decisive().unwrap().name, "dependency #dependency.suit: promise");
        }
    }
}

#[test]
fn dependencies_are_followed_four_deep_and_no_deeper() {
    let mut package = Lab::new(INNER, b"").package;
    for depth in 1..=5 {
        let lab = carrying(&package, ALL);
        let report = lab.judge(&lab.package);
        assert_eq!(report.cause(), if depth <= 4 { None } else { Some(Cause::Policy) }, "{depth}: {report:?}");
        if depth > 4 {
            assert!(report.decisive().unwrap().detail.contains("too deeply"), "{report:?}");
        }
        package = lab.package;
    }
}

#[test]
fn an_uninstallation_that_breaks_a_rule_is_refused_though_nobody_asked_to_uninstall() {
    let inner = Lab::new(INNER, b"");
    let text = outer(&manifest_digest(&inner.package), ALL);
    let lab = Lab::new(&format!("{text}suit-uninstall = [ {{ suit-directive-process-dependency = 15 }} ]\n"), &inner.package);
    let report = lab.judge(&lab.package);
    assert_eq!(report.cause(), Some(Cause::Policy), "{report:?}");
    assert!(report.decisive().unwrap().detail.contains("without dependency-integrity"));
}

#[test]
fn payloads_are_held_against_sha_384_and_sha_512() {
    for (algorithm, code) in [("sha-384", -43), ("sha-512", -44)] {
        let image = b"an image";
        let mut out = [0; suitpack_core::crypto::DIGEST_MAX];
        let length = suitpack_core::crypto::Digester::digest(&suitpack_crypto::Sha2, code, &[image], &mut out).unwrap();
        let hex: String = out[..length].iter().map(|byte| format!("{byte:02x}")).collect();
        let text = r##"
[manifest]
sequence-number = 1
[[component]]
id = ["app"]
[[payload]]
uri = "#app.bin"
file = "app.bin"
[sequence]
suit-install = [
  { suit-directive-override-parameters = { suit-parameter-uri = "#app.bin", suit-parameter-image-digest = "DIGEST" } },
  { suit-directive-fetch = 15 },
  { suit-condition-image-match = 15 },
]
"##;
        let text = text.replace("DIGEST", &format!("{algorithm}:{hex}"));
        let lab = Lab::new(&text, image);
        assert!(lab.judge(&lab.package).accepts(), "{algorithm}");
        let other = Lab::new(&text, b"an imago");
        assert_eq!(other.judge(&other.package).cause(), Some(Cause::NotBound), "{algorithm}");
    }
}
