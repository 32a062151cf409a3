use ciborium::Value;
use ciborium::value::Integer;

use crate::bench::{Bench, Made, image, key, sha_256, small};

pub(crate) fn decode(bytes: &[u8]) -> Value {
    let mut rest = bytes;
    let value = ciborium::from_reader(&mut rest).unwrap();
    assert!(rest.is_empty());
    value
}

pub(crate) fn int(value: i64) -> Value {
    Value::Integer(Integer::from(value))
}

pub(crate) fn bytes(value: &[u8]) -> Value {
    Value::Bytes(value.to_vec())
}

pub(crate) fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

pub(crate) fn digest(of: &[u8]) -> Value {
    Value::Array(vec![int(-16), bytes(&sha_256(of))])
}

pub(crate) fn encoded(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

pub(crate) fn map(entries: Vec<(i64, Value)>) -> Value {
    Value::Map(entries.into_iter().map(|(key, value)| (int(key), value)).collect())
}

/// The byte string around an encoded item.
pub(crate) fn wrap(value: &Value) -> Value {
    bytes(&encoded(value))
}

pub(crate) fn entry<'v>(value: &'v Value, key: &Value) -> &'v Value {
    value.as_map().unwrap().iter().find(|(found, _)| found == key).map(|(_, value)| value).unwrap()
}

pub(crate) fn keys(value: &Value) -> Vec<Value> {
    value.as_map().unwrap().iter().map(|(key, _)| key.clone()).collect()
}

pub(crate) fn unwrap(value: &Value) -> Value {
    decode(value.as_bytes().unwrap())
}

pub(crate) fn envelope(made: &Made) -> Value {
    match decode(&made.package) {
        Value::Tag(107, map) => *map,
        _ => panic!("no envelope"),
    }
}

pub(crate) fn manifest(made: &Made) -> Value {
    unwrap(entry(&envelope(made), &int(3)))
}

/// Commands as pairs of a number and an argument.
pub(crate) fn sequence(value: &Value) -> Vec<(i64, Value)> {
    let items = unwrap(value).into_array().unwrap();
    items.chunks(2).map(|pair| (i64::try_from(pair[0].as_integer().unwrap()).unwrap(), pair[1].clone())).collect()
}

pub(crate) fn seq(commands: Vec<(i64, Value)>) -> Value {
    Value::Array(commands.into_iter().flat_map(|(code, argument)| [int(code), argument]).collect())
}

pub(crate) fn uuid(text: &str) -> Value {
    bytes(uuid::Uuid::parse_str(text).unwrap().as_bytes())
}

pub(crate) const REPORT: i64 = 15;

#[test]
fn an_uncompressed_staged_package_is_exactly_what_the_text_says() {
    let bench = Bench::new();
    let app = image(1000, 3);
    bench.image("app.bin", &app);
    let made = bench.build(&small(""), &[]);
    // UUIDs computed with another tool: uuidgen --sha1 -n @dns -N example.com; then -n <that> -N lamp.
    let (vendor, class) = (uuid("cfbff0d1-9375-5685-968c-48ce8b15ae17"), uuid(LAMP));
    let measured = |of: &[u8]| vec![(3, wrap(&digest(of))), (14, int(of.len() as i64))];
    let shared = seq(vec![
        (12, int(0)),
        (20, map([vec![(1, vendor), (2, class)], measured(&app)].concat())),
        (1, int(REPORT)),
        (2, int(REPORT)),
    ]);
    let components = Value::Array(vec![Value::Array(vec![bytes(b"app")]), Value::Array(vec![bytes(b"app"), bytes(b"staging")])]);
    let manifest = map(vec![
        (1, int(1)),
        (2, int(7)),
        (3, wrap(&map(vec![(2, components), (4, wrap(&shared))]))),
        (7, wrap(&seq(vec![(12, int(0)), (3, int(REPORT))]))),
        (
            16,
            wrap(&seq(vec![
                (12, int(1)),
                (20, map([measured(&app), vec![(21, text("#app"))]].concat())),
                (21, int(REPORT)),
                (3, int(REPORT)),
            ])),
        ),
        (20, wrap(&seq(vec![(12, int(0)), (20, map(vec![(22, int(1))])), (22, int(REPORT)), (3, int(REPORT))]))),
    ]);
    let wrapped = wrap(&manifest);
    let wrapper = Value::Array(vec![wrap(&digest(&encoded(&wrapped)))]);
    let envelope = Value::Map(vec![(int(2), wrap(&wrapper)), (int(3), wrapped), (text("#app"), bytes(&app))]);
    assert_eq!(decode(&made.package), Value::Tag(107, Box::new(envelope.clone())));
    assert_eq!(made.package, encoded(&Value::Tag(107, Box::new(envelope))));
}

#[test]
fn a_compressed_staged_payload_is_transformed_from_its_staging_component() {
    let bench = Bench::new();
    let made = bench.build(&small("").replace("compression = \"none\"", ""), &[]);
    let envelope = envelope(&made);
    let carried = entry(&envelope, &text("#app")).as_bytes().unwrap().clone();
    assert!(carried.len() < 90_000 && carried.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]));
    let manifest = manifest(&made);
    let transform = Value::Array(vec![int(1), int(1), int(carried.len() as i64), digest(&carried)]);
    assert_eq!(
        sequence(entry(&manifest, &int(20))),
        [(12, int(0)), (20, map(vec![(22, int(1)), (-257, wrap(&transform))])), (-257, int(REPORT)), (3, int(REPORT)),]
    );
    assert_eq!(
        sequence(entry(&manifest, &int(16))),
        [
            (12, int(1)),
            (20, map(vec![(3, wrap(&digest(&carried))), (14, int(carried.len() as i64)), (21, text("#app"))])),
            (21, int(REPORT)),
            (3, int(REPORT)),
        ]
    );
    let shared = sequence(entry(&unwrap(entry(&manifest, &int(3))), &int(4)));
    assert_eq!(entry(&shared[1].1, &int(14)), &int(100_000));
    assert_eq!(unwrap(entry(&shared[1].1, &int(3))), digest(&image(100_000, 1)));
}

#[test]
fn a_streamed_payload_is_installed_straight_from_its_uri() {
    let bench = Bench::new();
    let made = bench.build(&small("install = \"streamed\"\ninvoke = true"), &[]);
    let plain = manifest(&made);
    assert_eq!(keys(&plain), [1, 2, 3, 7, 9, 20].map(int));
    assert_eq!(
        sequence(entry(&plain, &int(20))),
        [(12, int(0)), (20, map(vec![(21, text("#app"))])), (21, int(REPORT)), (3, int(REPORT))]
    );
    assert_eq!(sequence(entry(&plain, &int(9))), [(12, int(0)), (23, int(REPORT))]);
    let components = entry(&unwrap(entry(&plain, &int(3))), &int(2)).clone();
    assert_eq!(components, Value::Array(vec![Value::Array(vec![bytes(b"app")])]));

    let made = bench.build(&small("install = \"streamed\"").replace("\"none\"", "\"zstd\""), &[]);
    let carried = entry(&envelope(&made), &text("#app")).as_bytes().unwrap().clone();
    let transform = Value::Array(vec![int(0), int(1), int(carried.len() as i64), digest(&carried)]);
    assert_eq!(
        sequence(entry(&manifest(&made), &int(20))),
        [(12, int(0)), (20, map(vec![(21, text("#app")), (-257, wrap(&transform))])), (-257, int(REPORT)), (3, int(REPORT)),]
    );
}

#[test]
fn slots_become_alternatives_that_share_one_staging_component() {
    let bench = Bench::new();
    let (a, b) = (image(500, 1), image(600, 2));
    bench.image("a.bin", &a);
    bench.image("b.bin", &b);
    let recipe = small("").replace(
        "image = \"app.bin\"",
        "slots = [{ slot = 0, image = \"a.bin\" }, { slot = 4, image = \"b.bin\", name = \"other\" }]",
    );
    let made = bench.build(&recipe, &[]);
    let manifest = manifest(&made);
    let slot = |number: i64| vec![(20, map(vec![(5, int(number))])), (5, int(REPORT))];
    let measured = |of: &[u8]| vec![(3, wrap(&digest(of))), (14, int(of.len() as i64))];
    let each = |arms: [Vec<(i64, Value)>; 2]| {
        let arms = arms.into_iter().zip([0, 4]).map(|(arm, number)| wrap(&seq([slot(number), arm].concat())));
        (15, Value::Array(arms.collect()))
    };
    let common = unwrap(entry(&manifest, &int(3)));
    let shared = sequence(entry(&common, &int(4)));
    assert_eq!(keys(&shared[1].1), [1, 2].map(int));
    assert_eq!(shared[4], each([vec![(20, map(measured(&a)))], vec![(20, map(measured(&b)))]]));
    assert_eq!(entry(&common, &int(2)).as_array().unwrap().len(), 2);
    let set = |of: &[u8], uri: &str| vec![(12, int(1)), (20, map([measured(of), vec![(21, text(uri))]].concat()))];
    assert_eq!(
        sequence(entry(&manifest, &int(16))),
        [(12, int(0)), each([set(&a, "#app.0"), set(&b, "#other")]), (12, int(1)), (21, int(REPORT)), (3, int(REPORT)),]
    );
    let copy = || vec![(20, map(vec![(22, int(1))]))];
    assert_eq!(sequence(entry(&manifest, &int(20))), [(12, int(0)), each([copy(), copy()]), (22, int(REPORT)), (3, int(REPORT))]);
    assert_eq!(sequence(entry(&manifest, &int(7))), [(12, int(0)), (3, int(REPORT))]);
    assert_eq!(keys(&envelope(&made))[2..], ["#other", "#app.0"].map(text).into_iter().rev().collect::<Vec<_>>()[..]);
}

#[test]
fn one_slot_needs_no_alternatives() {
    let bench = Bench::new();
    let made = bench.build(&small("").replace("image = \"app.bin\"", "slots = [{ slot = 2, image = \"app.bin\" }]"), &[]);
    let shared = sequence(entry(&unwrap(entry(&manifest(&made), &int(3))), &int(4)));
    let codes: Vec<_> = shared.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, [12, 20, 1, 2, 20, 5, 20]);
}

#[test]
fn staging_components_follow_all_installed_ones() {
    let bench = Bench::new();
    let more = "[[component]]\nid = [\"hex:00ff\", \"x\"]\nimage = \"app.bin\"\ninstall = \"streamed\"\nname = \"b\"\n[[component]]\nid = [\"c\"]\nimage = \"app.bin\"\nstaging = [\"buffer\"]";
    let made = bench.build(&small(more), &[]);
    let ids = entry(&unwrap(entry(&manifest(&made), &int(3))), &int(2)).clone();
    let id = |segments: &[&[u8]]| Value::Array(segments.iter().map(|segment| bytes(segment)).collect());
    assert_eq!(
        ids,
        Value::Array(vec![id(&[b"app"]), id(&[b"\x00\xff", b"x"]), id(&[b"c"]), id(&[b"app", b"staging"]), id(&[b"buffer"])])
    );
    let indices: Vec<_> =
        sequence(entry(&manifest(&made), &int(16))).into_iter().filter(|(code, _)| *code == 12).map(|(_, index)| index).collect();
    assert_eq!(indices, [3, 4].map(int));
    // Shorter keys come first in an envelope, whatever the recipe's order.
    assert_eq!(keys(&envelope(&made))[2..], ["#b", "#c", "#app"].map(text));
}

#[test]
fn components_with_the_same_payload_share_it() {
    let bench = Bench::new();
    let made =
        bench.build(&small("[[component]]\nid = [\"copy\"]\nimage = \"app.bin\"\ncompression = \"none\"\nname = \"app\""), &[]);
    assert_eq!(keys(&envelope(&made)), [int(2), int(3), text("#app")]);
    assert_eq!(made.built.payloads.len(), 1);
}

#[test]
fn a_detached_payload_stands_beside_the_package() {
    let bench = Bench::new();
    let uri = "https://example.com/updates/app-1.zst?x=1";
    let made = bench.build(&small(&format!("uri = \"{uri}\"")).replace("\"none\"", "\"zstd\""), &[]);
    assert_eq!(keys(&envelope(&made)), [2, 3].map(int));
    let carried = &made.beside["app-1.zst"];
    assert_eq!(made.built.payloads[0].carried_digest, sha_256(carried));
    assert_eq!(made.built.payloads[0].file.as_deref(), Some("app-1.zst"));
    let fetch = sequence(entry(&manifest(&made), &int(16)));
    assert_eq!(entry(&fetch[1].1, &int(21)), &text(uri));
    assert_eq!(unwrap(entry(&fetch[1].1, &int(3))), digest(carried));
}

// SUIT-46
#[test]
fn a_short_text_is_inlined_and_a_long_one_severed() {
    let bench = Bench::new();
    let body = |update: &str| Value::Map(vec![(text("en"), map(vec![(2, text(update))]))]);
    // 36 bytes are as much as a digest takes.
    for (length, inline) in [(28, true), (29, false)] {
        let update = "x".repeat(length);
        let made = bench.build(&small(&format!("[text.en]\nupdate-description = \"{update}\"")), &[]);
        let body = wrap(&body(&update));
        assert_eq!(body.as_bytes().unwrap().len() <= 36, inline);
        if inline {
            assert_eq!(entry(&manifest(&made), &int(23)), &body);
            assert_eq!(keys(&envelope(&made)), [int(2), int(3), text("#app")]);
        } else {
            assert_eq!(entry(&manifest(&made), &int(23)), &digest(&encoded(&body)));
            assert_eq!(entry(&envelope(&made), &int(23)), &body);
            assert_eq!(keys(&envelope(&made)), [int(2), int(3), int(23), text("#app")]);
        }
    }
}

#[test]
fn the_version_is_set_and_fills_in_the_texts() {
    let bench = Bench::new();
    let recipe = small("[text.de-AT]\nmanifest-description = \"m\"\n[text.de-AT.component.app]\nvendor-name = \"v\"\n[text.en.component.0]\ncomponent-version = \"mine\"")
        .replace("sequence-number = 7", "sequence-number = 7\nversion = \"1.2.3-rc.1\"\nreference-uri = \"https://example.com/x\"");
    let made = bench.build(&recipe, &[]);
    let manifest = manifest(&made);
    assert_eq!(unwrap(entry(&manifest, &int(6))), Value::Array([1, 2, 3, -1, 1].map(int).to_vec()));
    assert_eq!(entry(&manifest, &int(4)), &text("https://example.com/x"));
    let app = Value::Array(vec![bytes(b"app")]);
    let texts = Value::Map(vec![
        (text("en"), Value::Map(vec![(app.clone(), map(vec![(6, text("mine"))]))])),
        (text("de-AT"), Value::Map(vec![(int(1), text("m")), (app.clone(), map(vec![(1, text("v")), (6, text("1.2.3-rc.1"))]))])),
    ]);
    assert_eq!(unwrap(entry(&envelope(&made), &int(23))), texts);

    let made = bench.build(&small("").replace("sequence-number = 7", "sequence-number = 7\nversion = \"2.0\""), &[]);
    let texts = Value::Map(vec![(text("und"), Value::Map(vec![(app, map(vec![(6, text("2.0"))]))]))]);
    assert_eq!(unwrap(entry(&self::manifest(&made), &int(23))), texts);
}

#[test]
fn texts_under_other_labels_stand_under_them() {
    let recipe = small(
        "[text.en]\n\"-300\" = \"m\"\nmanifest-json-source = \"{}\"\n[text.en.component.app]\n\"256\" = \"c\"\ncurrent-version = \"1\"",
    );
    let made = Bench::new().build(&recipe, &[]);
    let app = Value::Array(vec![bytes(b"app")]);
    let texts = Value::Map(vec![(int(3), text("{}")), (int(-300), text("m")), (app, map(vec![(8, text("1")), (256, text("c"))]))]);
    assert_eq!(unwrap(entry(&manifest(&made), &int(23))), Value::Map(vec![(text("en"), texts)]));
}

#[test]
fn signatures_are_tagged_detached_and_over_the_digest() {
    use suitpack_core::crypto::VerifySignature;
    let bench = Bench::new();
    let keys = [key(-19), key(-9)];
    let made = bench.build(&small(""), &[&keys[0], &keys[1]]);
    let envelope = envelope(&made);
    let wrapper = unwrap(entry(&envelope, &int(2))).into_array().unwrap();
    assert_eq!(wrapper.len(), 3);
    let payload = wrapper[0].as_bytes().unwrap();
    assert_eq!(decode(payload), digest(&encoded(entry(&envelope, &int(3)))));
    assert_eq!(made.built.manifest_digest, sha_256(&encoded(entry(&envelope, &int(3)))));
    for (block, (key, algorithm)) in wrapper[1..].iter().zip(keys.iter().zip([-19, -9])) {
        let Value::Tag(18, sign1) = unwrap(block) else { panic!("not tagged") };
        let [protected, unprotected, none, signature] = sign1.as_array().unwrap().as_slice() else { panic!("not four") };
        assert_eq!(unwrap(protected), map(vec![(1, int(algorithm)), (4, bytes(key.thumbprint()))]));
        assert_eq!((unprotected, none), (&Value::Map(vec![]), &Value::Null));
        let message = Value::Array(vec![text("Signature1"), protected.clone(), bytes(b""), bytes(payload)]);
        assert!(key.public_key().verify(&encoded(&message), signature.as_bytes().unwrap()));
    }
}

#[test]
fn overrides_replace_add_and_reach_into_arrays() {
    use suitpack_author::Recipe;
    let bench = Bench::new();
    bench.image("b.bin", &image(300, 8));
    let set = [
        ("manifest.sequence-number", "0x10"),
        ("manifest.version", "1.0"),
        ("component.0.image", "b.bin"),
        ("component.0.name", "\"quoted\""),
        ("text.en.component.\"app\".model-name", "2026-11-24"),
    ];
    let set: Vec<_> = set.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let recipe = Recipe::parse(&small(""), &bench.path("suitpack.toml"), &set).unwrap();
    let made = bench.try_build(&recipe, &[], suitpack_author::Options::default()).unwrap();
    let manifest = manifest(&made);
    assert_eq!(entry(&manifest, &int(2)), &int(16));
    assert_eq!(unwrap(entry(&manifest, &int(6))), Value::Array([1, 0].map(int).to_vec()));
    assert_eq!(entry(&envelope(&made), &text("#quoted")), &bytes(&image(300, 8)));
    let app = Value::Array(vec![bytes(b"app")]);
    let texts = Value::Map(vec![(text("en"), Value::Map(vec![(app, map(vec![(2, text("2026-11-24")), (6, text("1.0"))]))]))]);
    assert_eq!(unwrap(entry(&manifest, &int(23))), texts);
}

/// The class `lamp` of the vendor example.com.
const LAMP: &str = "7fd968df-da31-5a19-b454-35f5cb2264c7";
