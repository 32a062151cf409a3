//! What `inspect --edn` prints, `assemble` turns into the same bytes.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::print_stderr, missing_docs)]

use std::fs;

use suitpack_author::assemble;
use suitpack_package::edn;
use suitpack_tests::{Lab, Random, STORED, ZSTD, files, recipe, root, unhex};

fn text(bytes: &[u8]) -> Result<String, String> {
    let mut text = vec![];
    let result = edn(bytes, &mut text);
    let text = String::from_utf8(text).unwrap();
    assert!(text.bytes().all(|byte| byte == b'\n' || (b' '..=b'~').contains(&byte)), "unsafe to show: {text:?}");
    result.map(|()| text).map_err(|error| error.to_string())
}

fn bytes(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = vec![];
    let mut assembled = assemble(text.as_bytes()).map_err(|error| format!("{}:{}: {error}", error.line(), error.column()))?;
    assembled.write_to(&mut bytes).unwrap();
    assert_eq!(assembled.len(), bytes.len() as u64);
    Ok(bytes)
}

fn goes_round(input: &[u8], what: &str) -> String {
    let shown = text(input).unwrap_or_else(|error| panic!("{what} is not shown: {error}"));
    let again = bytes(&shown).unwrap_or_else(|error| panic!("{what}: {error}\n{shown}"));
    assert!(again == input, "{what} comes back different:\n{shown}");
    shown
}

#[test]
fn every_test_vector_that_is_well_formed_goes_round() {
    let mut found = vec![];
    files(&root().join("test-vectors/cases"), &mut found);
    let mut refused = vec![];
    for file in &found {
        let input = fs::read(file).unwrap();
        match text(&input) {
            Ok(_) => drop(goes_round(&input, &file.display().to_string())),
            Err(error) => refused.push(format!("{}: {error}", file.parent().unwrap().file_name().unwrap().display())),
        }
    }
    // Judged by another decoder: what is not shown is not well-formed.
    for case in &refused {
        let id = case.split(':').next().unwrap();
        let input = fs::read(root().join("test-vectors/cases").join(id).join("envelope.suit")).unwrap();
        let mut rest = input.as_slice();
        let mut whole = true;
        while whole && !rest.is_empty() {
            whole = ciborium::from_reader::<ciborium::Value, _>(&mut rest).is_ok();
        }
        assert!(!whole, "{case}");
    }
    assert!(found.len() >= 160 && refused.len() * 10 < found.len(), "{} of {}: {refused:#?}", refused.len(), found.len());
}

#[test]
fn every_vector_of_others_goes_round() {
    let mut found = vec![];
    files(&root().join("../shared/peer-vectors/ietf"), &mut found);
    if found.is_empty() {
        eprintln!("skipped: the vectors of others are not beside the project");
        return;
    }
    for file in &found {
        goes_round(&fs::read(file).unwrap(), &file.display().to_string());
    }
    assert!(found.len() >= 30, "only {} files", found.len());
}

#[test]
fn packages_go_round_and_show_what_is_in_them() {
    let image: Vec<u8> = (0..5000_u32).flat_map(|n| (n * n / 7).to_le_bytes()).collect();
    for component in [ZSTD, STORED] {
        let lab = Lab::new(&recipe(component), &image);
        let shown = goes_round(&lab.package, "a package");
        for wanted in [
            "/ SUIT_Envelope / 107({",
            "/ suit-manifest / 3: << {",
            "/ suit-common / 3: << {",
            "/ suit-directive-override-parameters / 20, {",
            "/ suit-parameter-image-digest / 3: << [/ SHA-256 / -16, h'",
            "/ alg / 1: / Ed25519 / -19",
            "/ suit-upgradability / -258: << {",
            "/ mechanism / 0: / automatic-ota /",
        ] {
            assert!(shown.contains(wanted), "{wanted} is missing:\n{shown}");
        }
    }
}

/// RFC 8949 appendix A, and what the notation needs besides.
#[test]
fn notation_becomes_the_bytes_of_the_standard() {
    let cases = [
        ("0", "00"),
        ("1000000", "1a000f4240"),
        ("18446744073709551615", "1bffffffffffffffff"),
        ("-18446744073709551616", "3bffffffffffffffff"),
        ("-1", "20"),
        ("0x10", "10"),
        ("1_1", "190001"),
        ("-10_2", "3a00000009"),
        ("false", "f4"),
        ("undefined", "f7"),
        ("simple(16)", "f0"),
        ("simple(255)", "f8ff"),
        ("1.5", "f93e00"),
        ("1.5_3", "fb3ff8000000000000"),
        ("NaN", "f97e00"),
        ("NaN_2", "fa7fc00000"),
        ("-Infinity_3", "fbfff0000000000000"),
        ("0(\"2013-03-21T20:04:00Z\")", "c074323031332d30332d32315432303a30343a30305a"),
        ("23(h'01020304')", "d74401020304"),
        ("24(<< \"IETF\" >>)", "d818456449455446"),
        ("h'01 02\n03'", "43010203"),
        ("'hello'", "4568656c6c6f"),
        ("b64'AQIDBA=='", "4401020304"),
        ("b64'_-8'", "42ffef"),
        (r#""\"\\""#, "62225c"),
        (r#""\u00fc\u6c34\ud800\udd51""#, "69c3bce6b0b4f0908591"),
        (r#""\u{10151}""#, "64f0908591"),
        ("[1, [2, 3], [4, 5]]", "8301820203820405"),
        ("[1, 2,]", "820102"),
        ("{1: 2, 3: 4}", "a201020304"),
        ("{3: 4, 1: 2, 1: 2}", "a3030401020102"),
        ("(_ h'0102', h'030405')", "5f42010243030405ff"),
        ("(_ \"strea\", \"ming\")", "7f657374726561646d696e67ff"),
        ("''_", "5fff"),
        ("\"\"_", "7fff"),
        ("[_ 1, [2, 3], [_ 4, 5]]", "9f018202039f0405ffff"),
        ("{_ \"a\": 1, \"b\": [_ 2, 3]}", "bf61610161629f0203ffff"),
        ("[_1 1]", "99000101"),
        ("{_0 }", "b800"),
        ("1_1([])", "d9000180"),
        ("<< 1, 2 >>_0", "58020102"),
        ("<<>>", "40"),
        ("raw'ff 1c'", "ff1c"),
        ("1, 2", "0102"),
        ("/ a / 1 # b\n// c\n/* / */", "01"),
    ];
    for (notation, hex) in cases {
        assert_eq!(bytes(notation), Ok(unhex(hex)), "{notation}");
    }
}

#[test]
fn what_cannot_be_meant_is_refused_with_its_place() {
    let cases = [
        ("", "1:1: the text holds no item"),
        ("[1", "1:1: a `]` is missing"),
        ("[1, 2}", "1:6: "),
        ("{1}", "1:3: "),
        ("{1: 2, 3}", "1:9: "),
        ("\n  {1: h'0'}", "2:10: hex ends in the middle"),
        ("h'01...'", "1:5: bytes were left out"),
        ("[\"a\" \"b\"]", "1:6: "),
        ("18446744073709551616", "1:1: "),
        ("\"a", "1:1: a string does not end"),
        ("\"\\ud800\"", "1:2: "),
        ("300_0", "1:1: 300 does not fit"),
        ("1_4", "1:2: "),
        ("1.1_1", "1:1: "),
        ("(_ 1)", "1:4: "),
        ("(_ h'00', \"a\")", "1:11: bytes and text"),
        ("(_ )", "1:1: "),
        ("simple(24)", "1:1: simple values"),
        ("1(2, 3)", "1:4: "),
        ("1()", "1:3: "),
        ("]", "1:1: nothing is open"),
        ("nul", "1:1: `nul` is not known"),
        ("/ open", "1:1: a comment does not end"),
        ("b64'A'", "1:6: "),
        ("dt'2020'", "1:1: "),
    ];
    for (notation, said) in cases {
        let error = bytes(notation).unwrap_err();
        assert!(error.starts_with(said), "{notation}: {error}");
    }
}

#[test]
fn brackets_without_end_are_refused_and_not_followed_on_the_stack() {
    for open in ["[", "{1:", "<<", "1(", "(_"] {
        assert!(bytes(&open.repeat(100_000)).is_err(), "{open}");
    }
    let nested = [vec![0x81; 100_000], vec![0x00]].concat();
    assert!(text(&nested).unwrap_err().contains("nested too deeply"));
}

#[test]
fn what_cannot_be_read_further_is_shown_up_to_there_and_said() {
    for (hex, shown) in [
        ("8301", "[1 #"),
        ("a1014201", "{\n  1: h'01' #"),
        ("6261", "raw'6261' #"),
        ("1c", " #"),
        ("81ff", "[ #"),
        ("5f01ff", "(_  #"),
        ("", " #"),
    ] {
        let mut text = vec![];
        assert!(edn(unhex(hex).as_slice(), &mut text).is_err(), "{hex}");
        let text = String::from_utf8(text).unwrap();
        assert!(text.starts_with(shown) && text.contains(" # "), "{hex}: {text}");
    }
}

#[test]
fn a_payload_of_any_size_is_passed_through() {
    let size = 3_000_000_u32;
    let mut package = unhex("a3024100034100");
    package.extend_from_slice(&[&unhex("6223615a")[..], &size.to_be_bytes()].concat());
    package.extend((0..size).map(|n| (n >> 8) as u8));
    goes_round(&package, "a large payload");
}

#[test]
fn random_items_go_round() {
    let mut random = Random::new(1);
    for round in 0..20_000 {
        let mut input = vec![];
        for _ in 0..=random.below(2) {
            random.item(&mut input, 5);
        }
        goes_round(&input, &format!("item {round}"));
    }
}

#[test]
fn changed_bytes_and_changed_notation_break_nothing() {
    let lab = Lab::new(&recipe(STORED), b"image");
    let shown = text(&lab.package).unwrap();
    let mut random = Random::new(2);
    for _ in 0..3_000 {
        let mut changed = lab.package.clone();
        random.change(&mut changed);
        if let Ok(shown) = text(&changed) {
            assert_eq!(bytes(&shown).unwrap(), changed, "{shown}");
        }
        let mut changed = shown.clone().into_bytes();
        random.change(&mut changed);
        if let Ok(mut assembled) = assemble(changed.as_slice()) {
            assembled.write_to(&mut std::io::sink()).unwrap();
        }
    }
}

/// Another reader of the notation, made from its grammar, reads the same out of ours.
#[test]
fn another_reader_of_the_notation_agrees() {
    let mut found = vec![];
    files(&root().join("test-vectors/cases"), &mut found);
    files(&root().join("../shared/peer-vectors/ietf"), &mut found);
    let mut read = 0;
    for file in &found {
        let input = fs::read(file).unwrap();
        let Ok(shown) = text(&input) else { continue };
        // raw'..' is ours.
        if shown.contains("raw'") {
            continue;
        }
        let items = cbor_edn::Sequence::parse(&shown).unwrap_or_else(|error| panic!("{}: {error:?}\n{shown}", file.display()));
        assert_eq!(items.to_cbor().unwrap(), input, "{}", file.display());
        read += 1;
    }
    assert!(read >= 150, "only {read}");
}
