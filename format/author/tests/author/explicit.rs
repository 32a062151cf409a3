//! Sequences and members that a recipe writes out.

use ciborium::Value;

use crate::bench::{Bench, image, sha_256};
use crate::structure::{bytes, digest, encoded, entry, envelope, int, keys, manifest, map, seq, sequence, text, unwrap, wrap};

/// A recipe with three components, one of which holds another package, and a sequence of its own.
fn recipe(section: &str, commands: &str) -> String {
    format!(
        "[manifest]\nsequence-number = 1\n[[component]]\nid = [\"a\"]\n[[component]]\nid = [\"b\"]\n[[component]]\nid = [\"c\"]\n\
         [[dependency]]\nindex = 2\nprefix = [\"p\", \"hex:00\"]\n[sequence]\n{section} = [\n{{ suit-directive-set-component-index = 0 }},\n{commands}\n]\n"
    )
}

/// What commands become in suit-install, without the first.
fn built(commands: &str) -> Vec<(i64, Value)> {
    let made = Bench::new().build(&recipe("suit-install", commands), &[]);
    sequence(entry(&manifest(&made), &int(20))).split_off(1)
}

fn hex(digits: &str) -> Value {
    bytes(&(0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect::<Vec<_>>())
}

/// Numbers of draft-ietf-suit-manifest-37, -trust-domains-12 and -update-management-14, IANA sections.
const REPORTED: [(&str, i64); 23] = [
    ("suit-condition-vendor-identifier", 1),
    ("suit-condition-class-identifier", 2),
    ("suit-condition-image-match", 3),
    ("suit-condition-use-before", 4),
    ("suit-condition-component-slot", 5),
    ("suit-condition-check-content", 6),
    ("suit-condition-dependency-integrity", 7),
    ("suit-condition-is-dependency", 8),
    ("suit-condition-abort", 14),
    ("suit-condition-device-identifier", 24),
    ("suit-condition-image-not-match", 25),
    ("suit-condition-minimum-battery", 26),
    ("suit-condition-update-authorized", 27),
    ("suit-condition-version", 28),
    ("suit-directive-process-dependency", 11),
    ("suit-directive-write", 18),
    ("suit-directive-fetch", 21),
    ("suit-directive-copy", 22),
    ("suit-directive-invoke", 23),
    ("suit-directive-wait", 29),
    ("suit-directive-swap", 31),
    ("suit-directive-unlink", 33),
    ("suit-directive-transform", -257),
];

#[test]
fn every_command_with_a_reporting_policy_can_be_written() {
    let commands: Vec<_> =
        REPORTED.iter().enumerate().map(|(policy, (name, _))| format!("{{ {name} = {} }},", policy % 16)).collect();
    let expected: Vec<_> = REPORTED.iter().enumerate().map(|(policy, (_, code))| (*code, int(policy as i64 % 16))).collect();
    assert_eq!(built(&commands.join("\n")), expected);
}

#[test]
fn every_command_with_another_argument_can_be_written() {
    let slot = |number: i64| map(vec![(5, int(number))]);
    let commands = "
        { suit-directive-set-component-index = 2 },
        { suit-directive-set-component-index = true },
        { suit-directive-set-component-index = [2, 0] },
        { suit-directive-set-parameters = { suit-parameter-component-slot = 1 } },
        { suit-directive-override-parameters = { suit-parameter-component-slot = 2 } },
        { suit-directive-try-each = [[{ suit-condition-image-match = 15 }], [{ suit-condition-abort = 0 }]] },
        { suit-directive-try-each = [[{ suit-condition-image-match = 15 }], [{ suit-condition-abort = 0 }], []] },
        { suit-directive-run-sequence = [{ suit-condition-image-match = 15 }] },
        { suit-directive-override-multiple = { \"2\" = { suit-parameter-component-slot = 3 }, \"0\" = { suit-parameter-component-slot = 4 } } },
        { suit-directive-copy-params = { \"1\" = [\"suit-parameter-uri\", \"suit-parameter-image-digest\"] } },";
    let (matched, abort) = (wrap(&seq(vec![(3, int(15))])), wrap(&seq(vec![(14, int(0))])));
    let expected = [
        (12, int(2)),
        (12, Value::Bool(true)),
        (12, Value::Array(vec![int(2), int(0)])),
        (19, slot(1)),
        (20, slot(2)),
        (15, Value::Array(vec![matched.clone(), abort.clone()])),
        (15, Value::Array(vec![matched.clone(), abort, Value::Null])),
        (32, matched),
        (34, map(vec![(0, slot(4)), (2, slot(3))])),
        (35, map(vec![(1, Value::Array(vec![int(21), int(3)]))])),
    ];
    assert_eq!(built(commands), expected);
}

#[test]
fn every_parameter_can_be_written() {
    let uuid = "fa6b4a53-d5ad-5fdf-be9d-e663e4d41ffe";
    let id = || hex("fa6b4a53d5ad5fdfbe9de663e4d41ffe");
    let sha = "0011223344556677889900112233445566778899001122334455667788990011";
    let tagged = |tag: u64, value: Value| Value::Tag(tag, Box::new(value));
    // COSE_Encrypt (RFC 9052 §5.1): A128GCM with an IV, one recipient with A128KW and a wrapped key of 24 bytes.
    let info = "d8608443a10101a1054c000102030405060708090a0bf6818340a101225818000102030405060708090a0b0c0d0e0f1011121314151617";
    let sha_digest = || Value::Array(vec![int(-16), hex(sha)]);
    let long = "00".repeat(64);
    let cases: Vec<(String, i64, Value)> = vec![
        (format!("suit-parameter-vendor-identifier = \"{uuid}\""), 1, id()),
        ("suit-parameter-vendor-identifier = { pen = \"hex:d909\" }".into(), 1, tagged(112, hex("d909"))),
        (format!("suit-parameter-class-identifier = \"hex:{}\"", "00".repeat(16)), 2, bytes(&[0; 16])),
        (format!("suit-parameter-image-digest = \"sha-256:{sha}\""), 3, wrap(&sha_digest())),
        (format!("suit-parameter-image-digest = \"sha-512:{long}\""), 3, wrap(&Value::Array(vec![int(-44), bytes(&[0; 64])]))),
        (format!("suit-parameter-image-digest = \"shake128:{sha}\""), 3, wrap(&Value::Array(vec![int(-18), hex(sha)]))),
        ("suit-parameter-image-digest = { file = \"f.bin\" }".into(), 3, wrap(&digest(b"four"))),
        // date -u -d 2027-01-31T12:00:00+02:00 +%s
        ("suit-parameter-use-before = 2027-01-31T12:00:00+02:00".into(), 4, int(1_801_389_600)),
        ("suit-parameter-use-before = 5".into(), 4, int(5)),
        ("suit-parameter-component-slot = 7".into(), 5, int(7)),
        ("suit-parameter-strict-order = false".into(), 12, Value::Bool(false)),
        ("suit-parameter-image-size = { file = \"f.bin\" }".into(), 14, int(4)),
        ("suit-parameter-image-size = 0".into(), 14, int(0)),
        ("suit-parameter-content = \"hex:00ff\"".into(), 18, hex("00ff")),
        ("suit-parameter-content = \"\"".into(), 18, bytes(b"")),
        (format!("suit-parameter-encryption-info = \"hex:{info}\""), 19, hex(info)),
        ("suit-parameter-uri = \"https://example.com/x\"".into(), 21, text("https://example.com/x")),
        ("suit-parameter-source-component = 1".into(), 22, int(1)),
        ("suit-parameter-invoke-args = \"-v\"".into(), 23, bytes(b"-v")),
        (format!("suit-parameter-device-identifier = \"{uuid}\""), 24, id()),
        ("suit-parameter-fetch-arguments = \"x\"".into(), 25, bytes(b"x")),
        ("suit-parameter-minimum-battery = 500".into(), 26, int(500)),
        ("suit-parameter-update-priority = -3".into(), 27, int(-3)),
        (
            "suit-parameter-version = { comparison = \"greater-equal\", version = \"1.2-rc.3\" }".into(),
            28,
            wrap(&Value::Array(vec![int(2), Value::Array([1, 2, -1, 3].map(int).to_vec())])),
        ),
        (
            "suit-parameter-version = { comparison = \"lesser\", numbers = [2025, 12, 6] }".into(),
            28,
            wrap(&Value::Array(vec![int(5), Value::Array([2025, 12, 6].map(int).to_vec())])),
        ),
        (
            format!(
                "suit-parameter-transform = {{ source = \"component\", algorithm = \"zstd\", size = 9, digest = \"sha-256:{sha}\" }}"
            ),
            -257,
            wrap(&Value::Array(vec![int(1), int(1), int(9), sha_digest()])),
        ),
    ];
    let bench = Bench::new();
    bench.image("f.bin", b"four");
    for (written, label, value) in cases {
        let made =
            bench.build(&recipe("suit-install", &format!("{{ suit-directive-override-parameters = {{ {written} }} }},")), &[]);
        assert_eq!(sequence(entry(&manifest(&made), &int(20)))[1], (20, map(vec![(label, value)])), "{written}");
    }
    let soft = built(
        "{ suit-directive-run-sequence = [{ suit-directive-override-parameters = { suit-parameter-soft-failure = true } }] },",
    );
    assert_eq!(soft, [(32, wrap(&seq(vec![(20, map(vec![(13, Value::Bool(true))]))])))]);
}

#[test]
fn every_wait_event_can_be_written() {
    let commands = "{ suit-directive-override-parameters = { suit-parameter-wait-info = {
        suit-wait-event-day-of-week-utc = 6, suit-wait-event-authorization = -1, suit-wait-event-power = 2, suit-wait-event-network = 3,
        suit-wait-event-other-device-version = { other-device = \"hex:0a\", other-device-version = [{ comparison = \"equal\", version = \"1\" }] },
        suit-wait-event-time = 1970-01-02T00:00:00Z, suit-wait-event-time-of-day = 86399, suit-wait-event-day-of-week = 0,
        suit-wait-event-time-of-day-utc = 0 } } },";
    let other = Value::Array(vec![bytes(&[10]), Value::Array(vec![Value::Array(vec![int(3), Value::Array(vec![int(1)])])])]);
    let events = [
        (1, int(-1)),
        (2, int(2)),
        (3, int(3)),
        (4, other),
        (5, int(86_400)),
        (6, int(86_399)),
        (7, int(0)),
        (8, int(0)),
        (9, int(6)),
    ];
    assert_eq!(built(commands), [(20, map(vec![(29, wrap(&map(events.to_vec())))]))]);
}

#[test]
fn every_piece_of_metadata_can_be_written() {
    let uuid = "fa6b4a53-d5ad-5fdf-be9d-e663e4d41ffe";
    let commands = format!(
        "{{ suit-directive-override-parameters = {{ suit-parameter-component-metadata = {{
        suit-meta-default-permissions = [\"list_read\", 0, \"write_attr_ex\"],
        suit-meta-user-permissions = {{ root = 3, \"1000\" = [\"list_read\"], \"text:7\" = 0, \"hex:00\" = 1, \"uuid:{uuid}\" = 2 }},
        suit-meta-group-permissions = {{ \"-1\" = 16383 }}, suit-meta-role-permissions = {{ admin = [] }},
        suit-meta-file-type = \"symlink\", suit-meta-modification-time = 1970-01-01T00:00:01Z, suit-meta-creation-time = 2,
        suit-meta-creator = 0 }} }} }},"
    );
    let tagged = |tag: u64, value: Value| Value::Tag(tag, Box::new(value));
    // RFC 8949 §4.2.1: 1000 is 1903e8, h'00' 4100, "7" 6137, "root" 64…, the tag d825….
    let users = Value::Map(vec![
        (int(1000), int(4)),
        (bytes(&[0]), int(1)),
        (text("7"), int(0)),
        (text("root"), int(3)),
        (tagged(37, hex("fa6b4a53d5ad5fdfbe9de663e4d41ffe")), int(2)),
    ]);
    let metadata = map(vec![
        (1, int(0b10_0000_0000_0101)),
        (2, users),
        (3, map(vec![(-1, int(16_383))])),
        (4, Value::Map(vec![(text("admin"), int(0))])),
        (5, int(3)),
        (6, tagged(1, int(1))),
        (7, tagged(1, int(2))),
        (8, int(0)),
    ]);
    assert_eq!(built(&commands), [(20, map(vec![(30, wrap(&metadata))]))]);
}

#[test]
fn every_section_and_every_member_stands_where_the_text_says() {
    let sections = [
        ("suit-dependency-resolution", 15),
        ("suit-payload-fetch", 16),
        ("suit-candidate-verification", 18),
        ("suit-install", 20),
        ("suit-validate", 7),
        ("suit-load", 8),
        ("suit-invoke", 9),
        ("suit-uninstall", 24),
    ];
    let commands = "[{ suit-directive-set-component-index = 0 }, { suit-condition-abort = 1 }]";
    let written: String = sections.iter().map(|(name, _)| format!("{name} = {commands}\n")).collect();
    // {0: "a", 1: "b", 12: 0}: tag-id, software-name, tag-version (RFC 9393 §2.3).
    let coswid = "a30061610161620c00";
    let sha = "00".repeat(32);
    let recipe = format!(
        "[envelope]\ntagged = false\nsevered = [\"suit-coswid\"]\n[manifest]\nsequence-number = 9\nset-version = [1, -3, 0]\ncomponent-id = [\"root\", \"hex:01\"]\n\
         private = {{ \"-300\" = \"hex:83010203\" }}\n[coswid]\nhex = \"{coswid}\"\n[mud]\nurl = \"https://example.com/mud\"\nski = \"sha-256:{sha}\"\n\
         [[component]]\nid = [\"a\"]\n[[component]]\nid = [\"b\"]\n[[dependency]]\nindex = 1\n[sequence]\nsuit-shared-sequence = {commands}\n{written}"
    )
    .replace("", "");
    let made = Bench::new().build(&recipe, &[]);
    let envelope = crate::structure::decode(&made.package);
    assert_eq!(keys(&envelope), [2, 3, 14].map(int));
    assert_eq!(entry(&envelope, &int(14)), &hex(coswid));
    let manifest = unwrap(entry(&envelope, &int(3)));
    assert_eq!(keys(&manifest), [1, 2, 3, 5, 6, 7, 8, 9, 14, 15, 16, 18, 20, 24, 25, -300].map(int));
    for (name, key) in sections {
        assert_eq!(sequence(entry(&manifest, &int(key))), [(12, int(0)), (14, int(1))], "{name}");
    }
    assert_eq!(entry(&manifest, &int(5)), &Value::Array(vec![bytes(b"root"), bytes(&[1])]));
    assert_eq!(unwrap(entry(&manifest, &int(6))), Value::Array([1, -3, 0].map(int).to_vec()));
    assert_eq!(entry(&manifest, &int(14)), &digest(&encoded(&hex(coswid))));
    let mud = map(vec![
        (1, Value::Tag(32, Box::new(text("https://example.com/mud")))),
        (2, Value::Array(vec![int(-16), bytes(&[0; 32])])),
    ]);
    assert_eq!(unwrap(entry(&manifest, &int(25))), mud);
    assert_eq!(entry(&manifest, &int(-300)), &Value::Array([1, 2, 3].map(int).to_vec()));
    let common = unwrap(entry(&manifest, &int(3)));
    assert_eq!(entry(&common, &int(1)), &map(vec![(1, map(vec![]))]));
}

#[test]
fn a_payload_is_carried_as_it_is_and_measured_where_a_sequence_asks() {
    let bench = Bench::new();
    let (app, other) = (image(700, 3), image(300, 4));
    bench.image("app.bin", &app);
    bench.image("other.bin", &other);
    let made = bench.build(
        &(recipe(
            "suit-install",
            "{ suit-directive-override-parameters = { suit-parameter-uri = \"coap://x/app\", suit-parameter-image-size = { payload = \"coap://x/app\" },
               suit-parameter-image-digest = { payload = \"https://example.com/o.bin\" } } },",
        ) + "[[payload]]\nuri = \"coap://x/app\"\nfile = \"app.bin\"\nintegrated = true\n[[payload]]\nuri = \"https://example.com/o.bin\"\nfile = \"other.bin\"\n"),
        &[],
    );
    assert_eq!(entry(&envelope(&made), &text("coap://x/app")), &bytes(&app));
    assert_eq!(made.beside["o.bin"], other);
    let parameters = &sequence(entry(&manifest(&made), &int(20)))[1].1;
    assert_eq!(entry(parameters, &int(14)), &int(700));
    assert_eq!(unwrap(entry(parameters, &int(3))), Value::Array(vec![int(-16), bytes(&sha_256(&other))]));
}

#[test]
fn an_explicit_sequence_stands_in_place_of_the_templates_one() {
    let explicit = "[sequence]\nsuit-validate = [{ suit-directive-set-component-index = 1 }, { suit-condition-abort = 0 }]";
    let with = Bench::new().build(&crate::bench::small(explicit), &[]);
    let without = Bench::new().build(&crate::bench::small(""), &[]);
    let (with, without) = (manifest(&with), manifest(&without));
    assert_eq!(sequence(entry(&with, &int(7))), [(12, int(1)), (14, int(0))]);
    for key in [3, 16, 20] {
        assert_eq!(entry(&with, &int(key)), entry(&without, &int(key)));
    }
}
