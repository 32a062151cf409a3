//! What a reader must not take, and what it must not let through to people.

use suitpack_core::ErrorKind;
use suitpack_core::cbor::Writer;
use suitpack_upgradability::{Date, Floor, Problem, Shape, Source, Statement, describe, encode, limits, write_json};

use crate::support::{Grow, Json, encoded, unhex};

/// `{0: 1, 1: 1, 2: 100(20780), 3: 1, …}` with these further entries, as hex.
fn with(count: u8, entries: &str) -> Vec<u8> {
    unhex(&format!("{:02x}0001010102d86419512c0301{entries}", 0xa4 + count))
}

fn fault(bytes: &[u8]) -> ErrorKind {
    Statement::parse(bytes).unwrap_err().kind()
}

fn words(source: &str) -> Result<Vec<u8>, String> {
    let value = serde_json::from_str(source).unwrap();
    let mut writer = Writer::new(Grow(vec![]));
    match encode(Json(&value), &mut writer).unwrap() {
        Ok(()) => Ok(writer.into_inner().0),
        Err(fault) => Err(match (fault.problem, fault.at.shape()) {
            (Problem::Unknown(index, fields), _) => {
                format!("{} is none of {}", fault.at.name(index).unwrap(), fields.len())
            }
            (Problem::NotOneOf(codes), Shape::Text(text)) => format!("{text} is none of {}", codes.names.len()),
            (problem, _) => format!("{problem:?}"),
        }),
    }
}

const HEAD: &str = r#""seq": 1, "issued": "2026-11-24", "capability": "yes""#;

#[test]
fn the_makers_words_stay_on_their_line_and_in_their_quotes() {
    let bytes = encoded(&serde_json::json!({
        "seq": 1, "issued": "2026-11-24", "capability": "partly",
        "product": { "manufacturer": "Acme\nguaranteed until: 2099-12-31" },
        "components": [{ "name": "boot\": gets updates\u{202e}\u{1b}[2J\u{85}", "role": "boot", "updatable": "no" }],
        "contact": { "uris": ["https://acme.example/; policy: none\r\nsecurity updates: yes"] },
    }));
    let mut text = String::new();
    describe(&Statement::parse(&bytes).unwrap(), &mut text).unwrap();
    assert_eq!(text.lines().filter(|line| line.starts_with("guaranteed until:")).count(), 1, "{text}");
    assert!(text.contains("guaranteed until: not stated by the manufacturer\n"), "{text}");
    assert!(text.contains("component \"boot\\\": gets updates\\u{202e}\\u{1b}[2J\\u{85}\": gets no updates\n"), "{text}");
    assert!(text.contains("\"https://acme.example/; policy: none\\u{d}\\u{a}security updates: yes\"\n"), "{text}");
    assert!(text.chars().all(|char| char == '\n' || !char.is_control()), "{text}");
}

#[test]
fn an_extension_cannot_pass_for_an_element_in_json() {
    // {…, 99: 7, -257: null, "seq": "\n"}
    let bytes = with(3, "186307390100f663736571610a");
    let mut text = String::new();
    write_json(&Statement::parse(&bytes).unwrap(), Some(&[0xab; 32]), &mut text).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["seq"], 1);
    assert_eq!(json["statementDigest"], format!("sha-256:{}", "ab".repeat(32)));
    assert_eq!(json["extensions"], serde_json::json!({ "99": "7", "-257": "null", "seq": "\"\\u{a}\"" }));
}

#[test]
fn keys_from_21_and_extensions_are_passed_over_at_the_top_and_nowhere_else() {
    let taken = ["15f5", "1863f5", "390100f5", "617820"];
    for entry in taken {
        assert!(Statement::parse(&with(1, entry)).unwrap().is_understood(), "{entry}");
    }
    let refused = ["20f5", "38fff5", "38ff00", "4100f5", "f6f5"];
    for entry in refused {
        assert_eq!(fault(&with(1, entry)), ErrorKind::UnknownKey, "{entry}");
    }
    let inside = ["0481a200011863f5", "0481a20001390100f5", "0481a20001617820", "03a2000106f5"];
    for entry in inside {
        let bytes = if entry.starts_with("03") { unhex(&format!("a40001010102d86419512c{entry}")) } else { with(1, entry) };
        assert_eq!(fault(&bytes), ErrorKind::UnknownKey, "{entry}");
    }
}

#[test]
fn crit_names_extensions_that_are_there() {
    // 20: [-300] with and without it, 20: [4], 20: [-256]
    assert!(!Statement::parse(&with(2, "148139012b39012bf5")).unwrap().is_understood());
    assert_eq!(fault(&with(1, "148139012b")), ErrorKind::MissingField);
    assert_eq!(fault(&with(2, "148239012b617839012bf5")), ErrorKind::MissingField);
    assert_eq!(fault(&with(1, "148104")), ErrorKind::ValueOutOfRange);
    assert_eq!(fault(&with(1, "148138ff")), ErrorKind::ValueOutOfRange);
}

#[test]
fn every_limit_holds_at_the_limit_and_not_beyond() {
    let cases: [Limit; 9] = [
        ("channels", |count| list(4, count, "a10001"), 8),
        ("horizons", |count| list(5, count, "a0"), 8),
        ("sbom", |count| list(12, count, "a10060"), 32),
        ("texts", |count| list(15, count, "a10062656e"), 32),
        ("components", |count| list(19, count, "a3006001010201"), 32),
        ("vulnerabilities", |count| format!("0aa2000102{}{}", head(4, count), "820101".repeat(count)), 64),
        ("model", |length| format!("09a2006001{}", text(length)), 1024),
        ("statement-uri", |length| format!("12{}", text(length)), 256),
        ("extension depth", |depth| format!("6178{}00", "81".repeat(depth)), limits::NESTING - 1),
    ];
    for (name, entry, most) in cases {
        assert!(Statement::parse(&with(1, &entry(most))).is_ok(), "{name}: {:?}", Statement::parse(&with(1, &entry(most))));
        let beyond = fault(&with(1, &entry(most + 1)));
        assert!(matches!(beyond, ErrorKind::LimitExceeded | ErrorKind::NestingTooDeep), "{name}: {beyond:?}");
    }
    let whole = |length: usize| with(1, &format!("617859{length:04x}{}", "00".repeat(length)));
    let head = whole(4000).len() - 4000;
    assert!(Statement::parse(&whole(limits::STATEMENT - head)).is_ok());
    assert_eq!(fault(&whole(limits::STATEMENT - head + 1)), ErrorKind::LimitExceeded);
}

/// What is limited, entries with so many or so much of it, and the limit.
type Limit = (&'static str, fn(usize) -> String, usize);

fn list(key: u8, count: usize, item: &str) -> String {
    format!("{key:02x}{}{}", head(4, count), item.repeat(count))
}

fn text(length: usize) -> String {
    let text = "78".repeat(length);
    if length < 256 { format!("78{length:02x}{text}") } else { format!("79{length:04x}{text}") }
}

/// The head of an item of a major type.
fn head(major: u8, count: usize) -> String {
    let major = major << 5;
    if count < 24 { format!("{:02x}", usize::from(major) + count) } else { format!("{:02x}{count:02x}", major + 24) }
}

#[test]
fn a_floor_of_another_shape_is_refused() {
    let parse = |hex: &str| Floor::parse(suitpack_core::cbor::Reader::new(&unhex(hex)));
    assert_eq!(parse("830702f6").unwrap().guaranteed_until, None);
    assert_eq!(parse("83070220").unwrap().guaranteed_until, Date::parse("1969-12-31"));
    let cases = [
        "82070219",
        "8407021958cf00",
        "8307031958cf",
        "8320021958cf",
        "830702d8641958cf",
        "8307021958cf00",
        "8307021817",
        "830702",
    ];
    for hex in cases {
        assert!(parse(hex).is_err(), "{hex}");
    }
}

#[test]
fn words_that_do_not_fit_are_refused_with_their_place() {
    let cases = [
        (format!("{{{HEAD}, \"chanels\": []}}"), "chanels is none of 21"),
        (format!("{{{HEAD}, \"channels\": []}}"), "Empty"),
        (format!("{{{HEAD}, \"channels\": [{{\"mechanism\": \"automatic\"}}]}}"), "automatic is none of 11"),
        (format!("{{{HEAD}, \"channels\": [{{\"mechanism\": \"other\", \"consent\": \"code-9\"}}]}}"), "code-9 is none of 5"),
        (format!("{{{HEAD}, \"channels\": [{{\"name\": \"stable\"}}]}}"), "Missing(\"mechanism\")"),
        (format!("{{{HEAD}, \"channels\": [{{\"mechanism\": \"other\", \"name\": \"\"}}]}}"), "TooFew(1)"),
        (format!("{{{HEAD}, \"refresh-by\": \"2031-02-29\"}}"), "Expected(\"a date such as 2032-03-31\")"),
        (format!("{{{HEAD}, \"statement-uri\": \"{}\"}}", "x".repeat(257)), "TooMany(256)"),
        (format!("{{{HEAD}, \"version\": 2}}"), "Expected(\"1\")"),
        (r#"{"seq": -1, "issued": "2026-11-24", "capability": "yes"}"#.to_owned(), "Expected(\"an integer that is not negative\")"),
        (r#"{"seq": 1, "issued": "2026-11-24"}"#.to_owned(), "Missing(\"capability\")"),
    ];
    for (source, expected) in cases {
        assert_eq!(words(&source).unwrap_err(), expected, "{source}");
    }
}

#[test]
fn a_month_is_written_as_its_last_day() {
    let month = words(&format!("{{{HEAD}, \"horizons\": [{{\"guaranteed-until\": \"2032-02\"}}]}}")).unwrap();
    let day = words(&format!("{{{HEAD}, \"horizons\": [{{\"guaranteed-until\": \"2032-02-29\"}}]}}")).unwrap();
    assert_eq!(month, day);
}

#[test]
fn silence_and_null_are_not_written_alike() {
    let null =
        words(&format!("{{{HEAD}, \"horizons\": [{{\"guaranteed-until\": \"not-decided\", \"start-basis\": \"purchase\"}}]}}"));
    let silent = words(&format!("{{{HEAD}, \"horizons\": [{{\"start-basis\": \"purchase\"}}]}}"));
    let said = |bytes: Vec<u8>| {
        let mut text = String::new();
        describe(&Statement::parse(&bytes).unwrap(), &mut text).unwrap();
        text.lines().find(|line| line.starts_with("guaranteed")).unwrap().to_owned()
    };
    assert_eq!(said(null.unwrap()), "guaranteed until: not decided yet");
    assert_eq!(said(silent.unwrap()), "guaranteed until: not stated by the manufacturer");
}
