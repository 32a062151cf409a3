use suitpack_author::Recipe;
use suitpack_core::registry::{envelope, manifest};
use suitpack_upgradability::{Floor, Statement, Updatable};

use crate::bench::{Bench, SMALL, small};

const PROMISE: &str = r#"[upgradability]
seq = 3
issued = 2026-11-23
capability = "yes"
[[upgradability.channels]]
mechanism = "automatic-ota"
[[upgradability.horizons]]
regions = ["GB"]
guaranteed-until = 2033-01
[[upgradability.horizons]]
guaranteed-until = 2032-03-31
"#;

fn promise(more: &str) -> String {
    small(&PROMISE.replace("2033-01\n", "\"2033-01\"\n")) + more
}

/// Line, column, message and suggestion of a recipe that is refused.
#[track_caller]
fn refused(text: &str, line: usize, column: usize, message: &str, suggestion: &str) {
    let error = Recipe::parse(text, "suitpack.toml".as_ref(), &[]).unwrap_err();
    assert_eq!(
        (error.line(), error.column(), error.message(), error.suggestion().unwrap_or_default()),
        (Some(line), Some(column), message, suggestion)
    );
}

#[test]
fn the_floor_is_derived_from_the_statement() {
    let bench = Bench::new();
    let made = bench.build(&promise(""), &[]);
    let read = suitpack_core::Envelope::parse(&made.package).unwrap();
    let signed = read.manifest_unauthenticated(suitpack_core::Profile::Strict).unwrap();
    let floor = Floor::parse(signed.upgradability_floor().unwrap()).unwrap();
    assert_eq!((floor.seq, floor.updatable), (3, Updatable::Yes));
    // The earliest of all regions.
    assert_eq!(floor.guaranteed_until.unwrap().to_string(), "2032-03-31");
    // The manifest ends in -257: bstr .cbor [3, 1, 22735], -258: the digest.
    let body = signed.bytes().content();
    let tail = &body[body.len() - 49..];
    assert_eq!(tail[..13], [0x39, 0x01, 0x00, 0x46, 0x83, 0x03, 0x01, 0x19, 0x58, 0xcf, 0x39, 0x01, 0x01]);
    let statement = read.member(envelope::UPGRADABILITY).unwrap();
    assert_eq!(tail[13..17], [0x82, 0x2f, 0x58, 0x20]);
    assert_eq!(tail[17..], crate::bench::sha_256(statement.encoded()));
    assert_eq!(Statement::parse(statement.content()).unwrap().seq(), 3);
}

#[test]
fn the_smallest_promise_is_inlined() {
    let bench = Bench::new();
    let recipe = "[upgradability]\nseq = 1\nissued = 2026-11-23\ncapability = \"yes\"\n[[upgradability.channels]]\nmechanism = \"automatic-ota\"\n[[upgradability.horizons]]\nguaranteed-until = 2031-12-31\n";
    let made = bench.build(&small(recipe), &[]);
    let read = suitpack_core::Envelope::parse(&made.package).unwrap();
    assert!(read.member(envelope::UPGRADABILITY).is_none());
    let signed = read.manifest_unauthenticated(suitpack_core::Profile::Strict).unwrap();
    let suitpack_core::manifest::Member::Inline(body) = signed.member(manifest::UPGRADABILITY) else { panic!("severed") };
    let hex: String = body.content().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, "a60001010102d86419512c03010481a100010581a102d864195874");
}

#[test]
fn a_floor_that_says_something_else_fails() {
    let line = promise("").lines().count() + 2;
    let at = |text: &str| promise(&format!("[upgradability.floor]\n{text}\n"));
    refused(&at("seq = 4"), line, 7, "`upgradability.floor.seq` is 4, but the statement makes it 3", "");
    refused(
        &at("capability = \"partly\""),
        line,
        14,
        "`upgradability.floor.capability` is partly, but the statement makes it yes",
        "",
    );
    let date = "`upgradability.floor.guaranteed-until`";
    refused(
        &at("guaranteed-until = 2033-01-31"),
        line,
        20,
        &format!("{date} is 2033-01-31, but the statement makes it 2032-03-31"),
        "",
    );
    refused(
        &at("guaranteed-until = \"not-decided\""),
        line,
        20,
        &format!("{date} is not-decided, but the statement makes it 2032-03-31"),
        "",
    );
    refused(
        &at("sequence = 4"),
        line,
        1,
        "unknown key `sequence` in `upgradability.floor`",
        "known keys: seq, capability, guaranteed-until",
    );
    let recipe = at("seq = 3\ncapability = \"yes\"\nguaranteed-until = 2032-03-31");
    assert!(Recipe::parse(&recipe, "suitpack.toml".as_ref(), &[]).is_ok());
}

#[test]
fn a_promise_in_wrong_words_is_refused_where_they_stand() {
    let with = |old: &str, new: &str| {
        let recipe = promise("");
        assert!(recipe.contains(old));
        recipe.replacen(old, new, 1)
    };
    refused(&with("seq = 3", "sequence = 3"), 12, 1, "unknown key `sequence` in `upgradability`", &known("upgradability"));
    refused(&with("issued = 2026-11-23\n", ""), 11, 2, "`upgradability.issued` is missing", "");
    refused(
        &with("[[upgradability.channels]]", "[[upgradability.chanels]]"),
        15,
        17,
        "unknown key `chanels` in `upgradability`",
        "did you mean `channels`?",
    );
    refused(
        &with("guaranteed-until = 2032-03-31", "guaranteed-til = 2032-03-31"),
        21,
        1,
        "unknown key `guaranteed-til` in `upgradability.horizons.1`",
        "did you mean `guaranteed-until`?",
    );
    refused(
        &with("\"yes\"", "\"yess\""),
        14,
        14,
        "`upgradability.capability` must be one of no, yes, partly",
        "did you mean `yes`?",
    );
    refused(&with("\"yes\"", "1"), 14, 14, "`upgradability.capability` must be a text or a table, not `1`", "");
    refused(&with("seq = 3", "seq = -3"), 12, 7, "`upgradability.seq` must be an integer that is not negative, not `-3`", "");
    refused(
        &with("= 2032-03-31", "= \"2032-02-30\""),
        21,
        20,
        "`upgradability.horizons.1.guaranteed-until` must be a date such as 2032-03-31, not `2032-02-30`",
        "",
    );
    refused(
        &with("= 2032-03-31", "= 2032-03-31T00:00:00Z"),
        21,
        20,
        "`upgradability.horizons.1.guaranteed-until` must be a date such as 2032-03-31, or \"not-decided\", not a date with a time",
        "",
    );
}

fn known(path: &str) -> String {
    let error = Recipe::parse(&format!("{SMALL}[{path}]\nzzzzzzzzzzzzzz = 1\n"), "suitpack.toml".as_ref(), &[]).unwrap_err();
    error.suggestion().unwrap().to_owned()
}

#[test]
fn a_statement_that_readers_do_not_take_is_refused() {
    let block = format!(
        "[[upgradability.text]]\nlanguage = \"en\"\nheadline = \"{0}\"\nconditions = \"{0}\"\ncost = \"{0}\"\naccessibility = \"{0}\"\n",
        "x".repeat(1020)
    );
    let error = Recipe::parse(&promise(&block), "suitpack.toml".as_ref(), &[]).unwrap_err();
    assert!(
        error.message().starts_with("`upgradability` makes a statement of 41")
            && error.message().ends_with("at most 4096 are allowed"),
        "{error}"
    );
    assert_eq!((error.line(), error.column()), (Some(11), Some(2)));
}

#[test]
fn a_promise_for_another_product_is_refused() {
    let product = |key: &str| promise(&format!("[upgradability.product]\nmanufacturer = \"m\"\n{key}\n"));
    for (key, value) in
        [("vendor-id", "\"7fd968df-da31-5a19-b454-35f5cb2264c7\""), ("class-ids", "[\"cfbff0d1-9375-5685-968c-48ce8b15ae17\"]")]
    {
        let message = format!("`upgradability` gives `product.{key}` without the identifier that `[manifest]` makes");
        refused(&product(&format!("{key} = {value}")), 11, 2, &message, "");
    }
    let right = "vendor-id = \"cfbff0d1-9375-5685-968c-48ce8b15ae17\"\nclass-ids = [\"cfbff0d1-9375-5685-968c-48ce8b15ae17\", \"7fd968df-da31-5a19-b454-35f5cb2264c7\"]";
    assert!(Recipe::parse(&product(right), "suitpack.toml".as_ref(), &[]).is_ok());
}

#[test]
fn a_promise_that_cannot_be_had_again_is_warned_of() {
    let warning = "neither `manifest.reference-uri` nor `upgradability.statement-uri` says where the promise can be had again once it is severed";
    let warnings = |recipe: &str| Recipe::parse(recipe, "suitpack.toml".as_ref(), &[]).unwrap().warnings().to_vec();
    assert_eq!(warnings(&promise("")), [warning]);
    assert!(warnings(&promise("").replace("seq = 3", "seq = 3\nstatement-uri = \"https://example.com/support\"")).is_empty());
}

#[test]
fn overrides_reach_the_promise() {
    let set = [
        ("upgradability.horizons.1.guaranteed-until".to_owned(), "2031-05".to_owned()),
        ("upgradability.issued".to_owned(), "2026-12-01".to_owned()),
    ];
    let bench = Bench::new();
    let recipe = Recipe::parse(&promise(""), &bench.path("suitpack.toml"), &set).unwrap();
    let made = bench.try_build(&recipe, &[], suitpack_author::Options::default()).unwrap();
    let read = suitpack_core::Envelope::parse(&made.package).unwrap();
    let floor = Floor::parse(read.manifest_unauthenticated(suitpack_core::Profile::Strict).unwrap().upgradability_floor().unwrap())
        .unwrap();
    assert_eq!(floor.guaranteed_until.unwrap().to_string(), "2031-05-31");
}
