use suitpack_author::Recipe;

use crate::bench::{SMALL, small};

/// Parses, and gives line, column, message and suggestion.
fn fault(text: &str) -> (Option<usize>, Option<usize>, String, String) {
    fault_set(text, &[])
}

fn fault_set(text: &str, overrides: &[(&str, &str)]) -> (Option<usize>, Option<usize>, String, String) {
    let overrides: Vec<_> = overrides.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let error = Recipe::parse(text, "suitpack.toml".as_ref(), &overrides).unwrap_err();
    (error.line(), error.column(), error.message().to_owned(), error.suggestion().unwrap_or_default().to_owned())
}

#[track_caller]
fn refused(text: &str, line: usize, column: usize, message: &str, suggestion: &str) {
    assert_eq!(fault(text), (Some(line), Some(column), message.to_owned(), suggestion.to_owned()));
}

/// The smallest recipe with one piece replaced.
fn with(old: &str, new: &str) -> String {
    assert!(SMALL.contains(old));
    SMALL.replacen(old, new, 1)
}

#[test]
fn a_misspelt_key_is_refused_with_its_place_and_what_was_meant() {
    refused(&with("sequence-number", "sequence_number"), 3, 1, "unknown key `sequence_number` in `manifest`", "did you mean `sequence-number`?");
    refused(&with("compression", "compresion"), 10, 1, "unknown key `compresion` in `component.0`", "did you mean `compression`?");
    refused(&with("[manifest]", "[manifset]"), 2, 2, "unknown key `manifset` in a recipe", "did you mean `manifest`?");
    refused(&with("image =", "imgae ="), 9, 1, "unknown key `imgae` in `component.0`", "did you mean `image`?");
    refused(&small("[text.en]\nupdate-descripton = \"x\""), 12, 1, "unknown key `update-descripton` in `text.en`", "did you mean `update-description`?");
}

#[test]
fn an_unknown_key_is_refused_with_the_known_ones() {
    let (line, column, message, suggestion) = fault(&small("[bananas]"));
    assert_eq!((line, column, message.as_str()), (Some(11), Some(2), "unknown key `bananas` in a recipe"));
    assert_eq!(suggestion, "known keys: envelope, manifest, component, depends-on, dependency, update, payload, sequence, text, coswid, mud, upgradability");
}

#[test]
fn a_key_that_stands_twice_is_refused_where_it_stands_again() {
    refused(&with("vendor = \"example.com\"", "vendor = \"example.com\"\nvendor = \"example.org\""), 5, 1, "key `vendor` appears twice", "");
    refused(&small("[manifest]"), 11, 2, "key `manifest` appears twice", "");
}

#[test]
fn text_that_is_not_toml_is_refused_with_its_place() {
    let (line, column, message, _) = fault("[manifest]\nsequence-number = \n");
    assert_eq!((line, column), (Some(2), Some(19)));
    assert!(message.contains("value"), "{message}");
}

#[test]
fn columns_count_characters() {
    refused(&with("class = \"lamp\"", "class = \"lämp\" # ä\nclass = 1"), 6, 1, "key `class` appears twice", "");
    refused(&with("id = [\"app\"]", "id = [\"ä\", 5]"), 8, 12, "`component.0.id.1` must be a string, not an integer", "");
}

#[test]
fn a_required_key_is_named_when_it_is_missing() {
    refused(&with("sequence-number = 7\n", ""), 2, 2, "`manifest.sequence-number` is missing", "");
    refused(&with("vendor = \"example.com\"\n", ""), 2, 2, "`manifest.vendor` is missing", "give `vendor` (a name) or `vendor-id` (a UUID)");
    refused(&with("class = \"lamp\"\n", ""), 2, 2, "`manifest.class` is missing", "give `class` (a name) or `class-id` (a UUID)");
    refused(&with("id = [\"app\"]\n", ""), 7, 1, "`component.0.id` is missing", "");
    refused(&with("image = \"app.bin\"\n", ""), 7, 1, "`component.0.image` is missing", "");
    refused("", 1, 1, "`manifest` is missing", "");
    refused("[manifest]\nsequence-number = 1\nvendor = \"a.b\"\nclass = \"c\"\n", 1, 1, "`component` is missing", "");
}

#[test]
fn a_value_of_the_wrong_type_is_refused() {
    refused(&with("sequence-number = 7", "sequence-number = \"7\""), 3, 19, "`manifest.sequence-number` must be an integer, not a string", "");
    refused(&with("id = [\"app\"]", "id = \"app\""), 8, 6, "`component.0.id` must be an array, not a string", "");
    refused(&with("id = [\"app\"]", "id = []"), 8, 6, "`component.0.id` is empty; it needs at least one element", "");
    refused(&small("invoke = 1"), 11, 10, "`component.0.invoke` must be true or false, not an integer", "");
    refused(&small("[text]\nen = 5"), 12, 6, "`text.en` must be a table, not an integer", "");
}

#[test]
fn numbers_out_of_range_are_refused() {
    let range = "is out of range; it must be from 0 to 18446744073709551615";
    refused(&with("sequence-number = 7", "sequence-number = -1"), 3, 19, &format!("`manifest.sequence-number` {range}"), "");
    refused(&with("sequence-number = 7", "sequence-number = 18446744073709551616"), 3, 19, &format!("`manifest.sequence-number` {range}"), "");
    for level in ["0", "23"] {
        refused(&with("compression = \"none\"", &format!("level = {level}")), 10, 9, "`component.0.level` is out of range; it must be from 1 to 22", "");
    }
    refused(&small("level = 3"), 11, 9, "`component.0.level` has no meaning without compression", "");
    assert!(Recipe::parse(&with("sequence-number = 7", "sequence-number = 18446744073709551615"), "r".as_ref(), &[]).is_ok());
}

#[test]
fn words_outside_their_set_are_refused() {
    refused(&with("\"none\"", "\"gzip\""), 10, 15, "`component.0.compression` must be `zstd` or `none`", "");
    refused(&small("install = \"later\""), 11, 11, "`component.0.install` must be `staged` or `streamed`", "");
    refused(&small("payload = \"separate\""), 11, 11, "`component.0.payload` must be `integrated` or `detached`", "");
    refused(&small("[text.\"e n\"]"), 11, 7, "`e n` is not a language tag", "write it like `en`, `de-AT` or `zh-Hant`");
    refused(&small("[text.en.component.boot]"), 11, 20, "no component is called `boot`", "components: `app`");
}

#[test]
fn names_and_ids_that_contradict_each_other_are_refused() {
    refused(
        &with("class = \"lamp\"", "class = \"lamp\"\nclass-id = \"fa6b4a53-d5ad-5fdf-be9d-e663e4d41ffe\""),
        6,
        12,
        "`manifest.class-id` and `class` are both given",
        "keep one; `class` is the name the UUID is derived from",
    );
    refused(&with("vendor = \"example.com\"", "vendor-id = \"x\""), 4, 13, "`manifest.vendor-id` is not a UUID", "write it like `fa6b4a53-d5ad-5fdf-be9d-e663e4d41ffe`");
    refused(
        &with("vendor = \"example.com\"", "vendor-id = \"c232ab00-9414-11ec-b3c8-9f6bdeced846\""),
        4,
        13,
        "`manifest.vendor-id` is a UUID of version 1; SUIT admits versions 3, 4 and 5",
        "",
    );
    refused(&with("\"example.com\"", "\"Example.com\""), 4, 10, "`manifest.vendor` is not a domain name in lower case", "write it like `example.com`, or give `vendor-id`");
    refused(&small("install = \"streamed\"\nstaging = [\"x\"]"), 12, 11, "`component.0.staging` has no meaning when the payload is streamed", "leave it out, or set `install = \"staged\"`");
}

#[test]
fn two_components_cannot_have_one_id() {
    let second = "[[component]]\nid = [\"app\"]\nimage = \"b.bin\"";
    refused(&small(second), 12, 6, "`component.1.id` makes a second component with the id `app`", "");
    let staging = "[[component]]\nid = [\"app\", \"staging\"]\nimage = \"b.bin\"";
    refused(&small(staging), 12, 6, "`component.1.id` makes a second component with the id `app.staging`", "");
}

#[test]
fn one_payload_name_cannot_mean_two_images() {
    let second = "[[component]]\nid = [\"boot\"]\nimage = \"b.bin\"\nname = \"app\"";
    refused(&small(second), 14, 8, "`component.1.name` gives the payload name `app` to two different payloads", "give one of them another `name`");
    let detached = |end: &str| format!("uri = \"https://a.example/x.bin\"\n[[component]]\nid = [\"boot\"]\nimage = \"b.bin\"\nuri = \"https://{end}\"");
    refused(&small(&detached("a.example/x.bin")), 15, 7, "`component.1.uri` gives the URI `https://a.example/x.bin` to two different payloads", "");
    refused(&small(&detached("b.example/x.bin")), 15, 7, "`component.1.uri` would write two payloads to the file `x.bin`", "end one of the URIs in another name");
}

#[test]
fn a_detached_payload_needs_a_uri_that_ends_in_a_file_name() {
    refused(&small("payload = \"detached\""), 7, 1, "`component.0.uri` is missing", "");
    refused(&small("uri = \"app.bin\""), 11, 7, "`component.0.uri` is not a URI", "write it like `https://example.com/app.suit`");
    for uri in ["https://example.com", "https://example.com/", "https://example.com/a/..", "https://example.com/a%2fb", "https://example.com/.x", "mailto:x"] {
        refused(
            &small(&format!("uri = \"{uri}\"")),
            11,
            7,
            "`component.0.uri` does not end in a file name",
            "end the path in letters, digits and `-._~+@=,`, like `https://example.com/app.bin`",
        );
    }
    refused(&small("uri = \"https://a.example/b\"\nname = \"x\""), 12, 8, "`component.0.name` has no meaning for a detached payload", "its file is named by the end of `uri`");
}

#[test]
fn slots_stand_in_place_of_an_image_and_differ() {
    refused(&small("slots = [{ slot = 0, image = \"a\" }]"), 9, 9, "`component.0.image` stands beside `slots`", "give each slot its own `image`");
    let slots = with("image = \"app.bin\"", "slots = [{ slot = 1, image = \"a\" }, { slot = 1, image = \"b\" }]");
    refused(&slots, 9, 46, "`component.0.slots.1.slot` is 1, which another slot of this component has", "");
}

#[test]
fn more_combinations_of_slots_than_a_verifier_follows_are_refused() {
    let components = |count: usize| {
        let component = |n| format!("[[component]]\nid = [\"c{n}\"]\nslots = [{{ slot = 0, image = \"a\" }}, {{ slot = 1, image = \"b\" }}]\n");
        let head = "[manifest]\nsequence-number = 1\nvendor = \"example.com\"\nclass = \"x\"\n";
        head.to_owned() + &(0..count).map(component).collect::<String>()
    };
    let parse = |text: &str| suitpack_author::Recipe::parse(text, "suitpack.toml".as_ref(), &[]);
    assert!(parse(&components(11)).is_ok());
    let error = parse(&components(12)).unwrap_err();
    assert!(error.message().contains("more than 2048 combinations of slots"), "{}", error.message());
}

#[test]
fn an_id_is_held_against_what_readers_keep() {
    refused(&with("[\"app\"]", "[\"hex:0\"]"), 8, 7, "`component.0.id.0` is not hex", "write two digits for each byte: `hex:00ff`");
    refused(&with("[\"app\"]", "[\"\"]"), 8, 7, "`component.0.id.0` is empty", "");
    let long = format!("[\"{}\"]", "x".repeat(250));
    assert_eq!(fault(&with("[\"app\"]", &long)).3, "give it a `name`");
    let long = format!("{long}\nname = \"app\"");
    refused(&with("[\"app\"]", &long), 8, 6, "`component.0.id` makes a component id of more than 256 bytes", "");
}

#[test]
fn a_version_that_is_not_numbers_is_refused() {
    let (line, column, message, _) = fault(&with("class", "version = \"1.0+build\"\nclass"));
    assert_eq!((line, column, message.as_str()), (Some(5), Some(11), "`manifest.version` is not a version"));
}

#[test]
fn overrides_are_held_to_the_same_rules() {
    assert_eq!(fault_set(SMALL, &[("manifest.sequence-nubmer", "1")]), (None, None, "unknown key `sequence-nubmer` in `manifest`".into(), "did you mean `sequence-number`?".into()));
    assert_eq!(fault_set(SMALL, &[("component.1.image", "x")]).2, "`component.1.image`: `component.1` does not exist; the array has 1 elements, counted from 0");
    assert_eq!(fault_set(SMALL, &[("manifest.class.x", "x")]).2, "`manifest.class.x`: `manifest.class` is a string, so nothing can be set inside it");
    assert_eq!(fault_set(SMALL, &[("manifest..x", "x")]).2, "`manifest..x` is not a dotted key");
    assert_eq!(fault_set(SMALL, &[("manifest.sequence-number", "many")]).2, "`manifest.sequence-number` must be an integer, not a string");
}
