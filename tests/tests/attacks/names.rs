//! Prefix tricks, path tricks: a name that looks like another.

use suitpack_package::{Cause, Missing, PayloadDir};
use suitpack_tests::{Lab, STORED, recipe};

use crate::bench::{Parts, cause, extracted, image};

fn two() -> Lab {
    let more = "[[component]]\nid = [\"app\", \"x\"]\nimage = \"x.bin\"\nname = \"app2\"\ncompression = \"none\"\n";
    Lab::with(&recipe(&format!("{STORED}{more}")), &image(1, 4000), &[("x.bin", &image(2, 4000))])
}

#[test]
fn a_prefix_of_a_name_names_nothing() {
    let lab = two();
    for (wanted, expected) in [("app", Some(1)), ("app2", Some(2)), ("ap", None), ("app3", None), ("#ap", None), ("", None)] {
        let (extraction, output) = extracted(&lab.package, &lab.request(), wanted);
        assert_eq!(extraction.written, expected.is_some(), "{wanted}");
        assert_eq!(output, expected.map(|seed| image(seed, 4000)).unwrap_or_default(), "{wanted}");
    }
}

#[test]
fn a_payload_under_a_name_that_begins_like_another_is_not_the_other() {
    let lab = two();
    for name in ["#ap", "#app ", "#APP", "#app%32", "app", "#app2x"] {
        let mut parts = Parts::of(&lab.package);
        parts.payloads[0].0 = name.into();
        parts.payloads.sort_by_key(|(name, _)| (name.len(), name.clone()));
        assert_eq!(cause(&parts.package(), &lab.request()), Some(Cause::NotBound), "{name}");
    }
}

#[test]
fn a_uri_leads_to_no_file_outside_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("inside");
    std::fs::create_dir_all(inside.join("sub")).unwrap();
    std::fs::write(folder.path().join("secret"), b"secret").unwrap();
    std::fs::write(inside.join("plain"), b"plain").unwrap();
    std::fs::write(inside.join("sub/deep"), b"deep").unwrap();
    std::os::unix::fs::symlink(folder.path().join("secret"), inside.join("link")).unwrap();
    let payloads = PayloadDir::new(inside);
    assert!(payloads.open("https://example.com/a/b/plain?x#y").is_ok());
    let tricks = [
        "../secret",
        "https://example.com/..%2fsecret",
        "https://example.com/..%2Fsecret",
        "https://example.com/..%5csecret",
        "#../secret",
        "#sub/deep",
        "file:///etc/passwd",
        "/etc/passwd",
        "..",
        ".",
        "",
        "#",
        "c:secret",
        "..\\secret",
        "plain\0",
        "https://example.com/sub",
        "https://example.com/link",
    ];
    for uri in tricks {
        assert!(payloads.open(uri).is_err(), "{uri:?} opens something");
    }
    assert!(matches!(payloads.open("link"), Err(Missing::NotPlain(_))));
    assert!(matches!(payloads.open("sub"), Err(Missing::NotPlain(_))));
}
