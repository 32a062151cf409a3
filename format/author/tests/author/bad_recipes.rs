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
    refused(
        &with("sequence-number", "sequence_number"),
        3,
        1,
        "unknown key `sequence_number` in `manifest`",
        "did you mean `sequence-number`?",
    );
    refused(&with("compression", "compresion"), 10, 1, "unknown key `compresion` in `component.0`", "did you mean `compression`?");
    refused(&with("[manifest]", "[manifset]"), 2, 2, "unknown key `manifset` in a recipe", "did you mean `manifest`?");
    refused(&with("image =", "imgae ="), 9, 1, "unknown key `imgae` in `component.0`", "did you mean `image`?");
    refused(
        &small("[text.en]\nupdate-descripton = \"x\""),
        12,
        1,
        "unknown key `update-descripton` in `text.en`",
        "did you mean `update-description`?",
    );
}

#[test]
fn an_unknown_key_is_refused_with_the_known_ones() {
    let (line, column, message, suggestion) = fault(&small("[bananas]"));
    assert_eq!((line, column, message.as_str()), (Some(11), Some(2), "unknown key `bananas` in a recipe"));
    assert_eq!(
        suggestion,
        "known keys: envelope, manifest, component, depends-on, dependency, update, payload, sequence, text, coswid, mud, upgradability"
    );
}

#[test]
fn a_key_that_stands_twice_is_refused_where_it_stands_again() {
    refused(
        &with("vendor = \"example.com\"", "vendor = \"example.com\"\nvendor = \"example.org\""),
        5,
        1,
        "key `vendor` appears twice",
        "",
    );
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
    refused(
        &with("vendor = \"example.com\"\n", ""),
        2,
        2,
        "`manifest.vendor` is missing",
        "give `vendor` (a name) or `vendor-id` (a UUID)",
    );
    refused(&with("class = \"lamp\"\n", ""), 2, 2, "`manifest.class` is missing", "give `class` (a name) or `class-id` (a UUID)");
    refused(&with("id = [\"app\"]\n", ""), 7, 1, "`component.0.id` is missing", "");
    refused(&with("image = \"app.bin\"\n", ""), 7, 1, "`component.0.image` is missing", "");
    refused("", 1, 1, "`manifest` is missing", "");
    refused("[manifest]\nsequence-number = 1\nvendor = \"a.b\"\nclass = \"c\"\n", 1, 1, "`component` is missing", "");
}

#[test]
fn a_value_of_the_wrong_type_is_refused() {
    refused(
        &with("sequence-number = 7", "sequence-number = \"7\""),
        3,
        19,
        "`manifest.sequence-number` must be an integer, not a string",
        "",
    );
    refused(&with("id = [\"app\"]", "id = \"app\""), 8, 6, "`component.0.id` must be an array, not a string", "");
    refused(&with("id = [\"app\"]", "id = []"), 8, 6, "`component.0.id` is empty; it needs at least one element", "");
    refused(&small("invoke = 1"), 11, 10, "`component.0.invoke` must be true or false, not an integer", "");
    refused(&small("[text]\nen = 5"), 12, 6, "`text.en` must be a table, not an integer", "");
}

#[test]
fn numbers_out_of_range_are_refused() {
    let range = "is out of range; it must be from 0 to 18446744073709551615";
    refused(&with("sequence-number = 7", "sequence-number = -1"), 3, 19, &format!("`manifest.sequence-number` {range}"), "");
    refused(
        &with("sequence-number = 7", "sequence-number = 18446744073709551616"),
        3,
        19,
        &format!("`manifest.sequence-number` {range}"),
        "",
    );
    for level in ["0", "23"] {
        refused(
            &with("compression = \"none\"", &format!("level = {level}")),
            10,
            9,
            "`component.0.level` is out of range; it must be from 1 to 22",
            "",
        );
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
    refused(
        &with("vendor = \"example.com\"", "vendor-id = \"x\""),
        4,
        13,
        "`manifest.vendor-id` is not a UUID",
        "write it like `fa6b4a53-d5ad-5fdf-be9d-e663e4d41ffe`",
    );
    refused(
        &with("vendor = \"example.com\"", "vendor-id = \"c232ab00-9414-11ec-b3c8-9f6bdeced846\""),
        4,
        13,
        "`manifest.vendor-id` is a UUID of version 1; SUIT admits versions 3, 4 and 5",
        "",
    );
    refused(
        &with("\"example.com\"", "\"Example.com\""),
        4,
        10,
        "`manifest.vendor` is not a domain name in lower case",
        "write it like `example.com`, or give `vendor-id`",
    );
    refused(
        &small("install = \"streamed\"\nstaging = [\"x\"]"),
        12,
        11,
        "`component.0.staging` has no meaning when the payload is streamed",
        "leave it out, or set `install = \"staged\"`",
    );
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
    refused(
        &small(second),
        14,
        8,
        "`component.1.name` gives the payload name `app` to two different payloads",
        "give one of them another `name`",
    );
    let detached = |end: &str| {
        format!("uri = \"https://a.example/x.bin\"\n[[component]]\nid = [\"boot\"]\nimage = \"b.bin\"\nuri = \"https://{end}\"")
    };
    refused(
        &small(&detached("a.example/x.bin")),
        15,
        7,
        "`component.1.uri` gives the URI `https://a.example/x.bin` to two different payloads",
        "",
    );
    refused(
        &small(&detached("b.example/x.bin")),
        15,
        7,
        "`component.1.uri` would write two payloads to the file `x.bin`",
        "end one of the URIs in another name",
    );
}

#[test]
fn a_detached_payload_needs_a_uri_that_ends_in_a_file_name() {
    refused(&small("payload = \"detached\""), 7, 1, "`component.0.uri` is missing", "");
    refused(&small("uri = \"app.bin\""), 11, 7, "`component.0.uri` is not a URI", "write it like `https://example.com/app.suit`");
    for uri in [
        "https://example.com",
        "https://example.com/",
        "https://example.com/a/..",
        "https://example.com/a%2fb",
        "https://example.com/.x",
        "mailto:x",
    ] {
        refused(
            &small(&format!("uri = \"{uri}\"")),
            11,
            7,
            "`component.0.uri` does not end in a file name",
            "end the path in letters, digits and `-._~+@=,`, like `https://example.com/app.bin`",
        );
    }
    refused(
        &small("uri = \"https://a.example/b\"\nname = \"x\""),
        12,
        8,
        "`component.0.name` has no meaning for a detached payload",
        "its file is named by the end of `uri`",
    );
}

#[test]
fn slots_stand_in_place_of_an_image_and_differ() {
    refused(
        &small("slots = [{ slot = 0, image = \"a\" }]"),
        9,
        9,
        "`component.0.image` stands beside `slots`",
        "give each slot its own `image`",
    );
    let slots = with("image = \"app.bin\"", "slots = [{ slot = 1, image = \"a\" }, { slot = 1, image = \"b\" }]");
    refused(&slots, 9, 46, "`component.0.slots.1.slot` is 1, which another slot of this component has", "");
}

#[test]
fn more_combinations_of_slots_than_a_verifier_follows_are_refused() {
    let components = |count: usize| {
        let component =
            |n| format!("[[component]]\nid = [\"c{n}\"]\nslots = [{{ slot = 0, image = \"a\" }}, {{ slot = 1, image = \"b\" }}]\n");
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
    refused(&with("[\"app\"]", "[\"\"]"), 8, 7, "`component.0.id.0` is empty", "a segment without bytes is written `hex:`");
    assert!(Recipe::parse(&with("[\"app\"]", "[\"hex:\", \"x\"]\nname = \"x\""), "r".as_ref(), &[]).is_ok());
    refused(&small("[text.en]\n\"1\" = \"x\""), 12, 1, "label 1 has a name", "write `manifest-description`");
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
    assert_eq!(
        fault_set(SMALL, &[("manifest.sequence-nubmer", "1")]),
        (None, None, "unknown key `sequence-nubmer` in `manifest`".into(), "did you mean `sequence-number`?".into())
    );
    assert_eq!(
        fault_set(SMALL, &[("component.1.image", "x")]).2,
        "`component.1.image`: `component.1` does not exist; the array has 1 elements, counted from 0"
    );
    assert_eq!(
        fault_set(SMALL, &[("manifest.class.x", "x")]).2,
        "`manifest.class.x`: `manifest.class` is a string, so nothing can be set inside it"
    );
    assert_eq!(fault_set(SMALL, &[("manifest..x", "x")]).2, "`manifest..x` is not a dotted key");
    assert_eq!(
        fault_set(SMALL, &[("manifest.sequence-number", "many")]).2,
        "`manifest.sequence-number` must be an integer, not a string"
    );
}

/// Two components and the start of a sequence; the commands begin in line 9.
fn explicit(section: &str, commands: &str) -> String {
    format!(
        "[manifest]\nsequence-number = 1\n[[component]]\nid = [\"a\"]\n[[component]]\nid = [\"b\"]\n[sequence]\n{section} = [\n{commands}\n]\n"
    )
}

/// The same with one command behind set-component-index, in line 10; the fault is seen where the mark `@` stands.
#[track_caller]
fn command_refused(section: &str, marked: &str, message: &str, suggestion: &str) {
    let (before, after) = marked.split_once('@').unwrap();
    let text = explicit(section, &format!("{{ suit-directive-set-component-index = 0 }},\n{before}{after}"));
    refused(&text, 10, before.len() + 1, message, suggestion);
}

#[test]
fn what_is_no_command_or_parameter_is_refused_where_it_stands() {
    let set = |parameter: &str| format!("{{ suit-directive-override-parameters = {{ {parameter} }} }}");
    command_refused(
        "suit-install",
        "{ @suit-directive-fecth = 15 }",
        "unknown command `suit-directive-fecth`",
        "did you mean `suit-directive-fetch`?",
    );
    command_refused("suit-install", "{ @\"-300\" = 15 }", "unknown command `-300`", "the commands are listed in spec/recipe.md");
    command_refused(
        "suit-install",
        &set("@suit-parameter-ur = 1"),
        "unknown parameter `suit-parameter-ur`",
        "did you mean `suit-parameter-uri`?",
    );
    command_refused(
        "suit-install",
        &set("@\"-300\" = 1"),
        "unknown parameter `-300`",
        "the parameters are listed in spec/recipe.md",
    );
    command_refused("suit-install", "@5", "`sequence.suit-install.1` must be a table, not an integer", "");
    let two = "@{ suit-directive-fetch = 15, suit-condition-abort = 15 }";
    command_refused("suit-install", two, "`sequence.suit-install.1` must be a table with one key, the name of a command", "");
    let policy = "`sequence.suit-install.1.suit-directive-fetch` is not a reporting policy; it must be from 0 to 15";
    command_refused("suit-install", "{ suit-directive-fetch = @16 }", policy, "");
    refused(&explicit("suit-instal", ""), 8, 1, "unknown key `suit-instal` in `sequence`", "did you mean `suit-install`?");
}

#[test]
fn the_shared_sequence_has_no_side_effects() {
    for name in ["write", "fetch", "copy", "invoke", "swap", "wait", "unlink", "process-dependency", "transform"] {
        let message = format!("`suit-directive-{name}` has side effects, so it cannot stand in suit-shared-sequence");
        command_refused("suit-shared-sequence", &format!("{{ @suit-directive-{name} = 15 }}"), &message, "");
        let nested = format!("{{ suit-directive-run-sequence = [{{ @suit-directive-{name} = 15 }}] }}");
        command_refused("suit-shared-sequence", &nested, &message, "");
    }
    let transform = "{ suit-directive-override-parameters = { @suit-parameter-transform = 1 } }";
    command_refused("suit-shared-sequence", transform, "`suit-parameter-transform` cannot stand in suit-shared-sequence", "");
}

#[test]
fn an_index_that_names_no_component_is_refused() {
    let last = "is 2, but the last component has index 1";
    let at = "sequence.suit-install.1";
    let index = |argument: &str| format!("{{ suit-directive-set-component-index = {argument} }}");
    command_refused("suit-install", &index("@2"), &format!("`{at}.suit-directive-set-component-index` {last}"), "");
    command_refused("suit-install", &index("[0, @2]"), &format!("`{at}.suit-directive-set-component-index.1` {last}"), "");
    let twice = format!("`{at}.suit-directive-set-component-index.1` is 1, which stands in the array already");
    command_refused("suit-install", &index("[1, @1]"), &twice, "");
    let kind = format!("`{at}.suit-directive-set-component-index` must be an index, `true` or an array of indices, not a boolean");
    command_refused("suit-install", &index("@false"), &kind, "");
    let source = "{ suit-directive-override-parameters = { suit-parameter-source-component = @2 } }";
    let message = format!("`{at}.suit-directive-override-parameters.suit-parameter-source-component` {last}");
    command_refused("suit-install", source, &message, "");
    let multiple = "{ suit-directive-override-multiple = { @\"2\" = { suit-parameter-uri = \"x\" } } }";
    command_refused("suit-install", multiple, &format!("`2` {last}"), "");
    command_refused(
        "suit-install",
        "{ suit-directive-copy-params = { @\"01\" = [\"suit-parameter-uri\"] } }",
        "`01` is not the index of a component",
        "",
    );
    let dependency = with("[manifest]", "[[dependency]]\nindex = 1\n[manifest]");
    refused(&dependency, 3, 9, "`dependency.0.index` is 1, but the last component has index 0", "");
}

#[test]
fn sequences_that_readers_refuse_are_refused_before_them() {
    refused(
        &explicit("suit-install", "{ suit-condition-abort = 15 }"),
        9,
        1,
        "`sequence.suit-install.0` does not set the component index; with more than one component each sequence begins with suit-directive-set-component-index",
        "",
    );
    refused(&explicit("suit-install", ""), 8, 16, "`sequence.suit-install` is empty; it needs at least one element", "");
    let arms = "`sequence.suit-install.1.suit-directive-try-each` needs at least two sequences";
    let hint = "a last empty array is no sequence: with it, the command succeeds when no sequence does";
    command_refused("suit-install", "{ suit-directive-try-each = @[[{ suit-condition-abort = 1 }], []] }", arms, hint);
    let parameters = "`sequence.suit-install.1.suit-directive-set-parameters` is empty; it needs at least one entry";
    command_refused("suit-install", "{ @suit-directive-set-parameters = {} }", parameters, "");
    let soft = "{ suit-directive-override-parameters = { @suit-parameter-soft-failure = true } }";
    command_refused(
        "suit-install",
        soft,
        "`suit-parameter-soft-failure` can only be set inside suit-directive-try-each or suit-directive-run-sequence",
        "",
    );
    command_refused(
        "suit-install",
        "{ @suit-directive-process-dependency = 15 }",
        "`suit-directive-process-dependency` stands in a manifest without dependencies",
        "name the component that holds one in `[[dependency]]`",
    );
    let deep = format!("{}{{ suit-condition-abort = 1 }}{}", "{ suit-directive-run-sequence = [".repeat(5), "] }".repeat(5));
    let (line, _, message, _) = fault(&explicit("suit-install", &format!("{{ suit-directive-set-component-index = 0 }},\n{deep}")));
    assert_eq!(line, Some(10));
    assert!(message.ends_with("is nested in more than 4 sequences"), "{message}");
    assert!(
        Recipe::parse(
            &explicit(
                "suit-install",
                &format!(
                    "{{ suit-directive-set-component-index = 0 }},\n{}",
                    deep.replacen("{ suit-directive-run-sequence = [", "", 1).replacen("] }", "", 1)
                )
            ),
            "r".as_ref(),
            &[]
        )
        .is_ok()
    );
}

#[test]
fn values_that_readers_refuse_are_refused_before_them() {
    let at = "sequence.suit-install.1.suit-directive-override-parameters";
    let case = |parameter: &str, message: &str, suggestion: &str| {
        command_refused(
            "suit-install",
            &format!("{{ suit-directive-override-parameters = {{ {parameter} }} }}"),
            &format!("`{at}.{message}"),
            suggestion,
        );
    };
    case("suit-parameter-class-identifier = @\"hex:00\"", "suit-parameter-class-identifier` has 1 bytes; an identifier has 16", "");
    case("suit-parameter-image-digest = @\"sha-256:00\"", "suit-parameter-image-digest` has 1 bytes; sha-256 has 32", "");
    case(
        "suit-parameter-image-digest = @\"md5:00\"",
        "suit-parameter-image-digest` is not a digest",
        "write `sha-256:` and hex; the algorithms are sha-256, sha-384, sha-512, shake128, shake256",
    );
    case(
        "suit-parameter-image-size = { payload = @\"#x\" }",
        "suit-parameter-image-size.payload` is `#x`, the URI of no payload in this recipe",
        "",
    );
    case("suit-parameter-use-before = @1969-12-31T23:59:59Z", "suit-parameter-use-before` is before 1970", "");
    case(
        "suit-parameter-minimum-battery = @-1",
        "suit-parameter-minimum-battery` is out of range; it must be from 0 to 18446744073709551615",
        "",
    );
    case(
        "suit-parameter-version = { comparison = \"equal\", numbers = [@-1] }",
        "suit-parameter-version.numbers.0` is negative; a version does not begin so",
        "",
    );
    case(
        "suit-parameter-version = { comparison = @\"same\", numbers = [1] }",
        "suit-parameter-version.comparison` must be one of greater, greater-equal, equal, lesser-equal, lesser",
        "",
    );
    case("@suit-parameter-wait-info = {}", "suit-parameter-wait-info` is empty; it needs at least one event", "");
    case(
        "suit-parameter-wait-info = { suit-wait-event-day-of-week = @7 }",
        "suit-parameter-wait-info.suit-wait-event-day-of-week` is out of range; it must be from 0 to 6",
        "",
    );
    case(
        "suit-parameter-component-metadata = { suit-meta-default-permissions = @16384 }",
        "suit-parameter-component-metadata.suit-meta-default-permissions` has a bit that means nothing",
        "",
    );
    case(
        "suit-parameter-encryption-info = @\"hex:0000\"",
        "suit-parameter-encryption-info` is not one item of deterministic CBOR: bytes follow where the item should end at byte 0x1",
        "",
    );
}

#[test]
fn members_that_contradict_each_other_are_refused() {
    use crate::bench::Bench;
    let zeros = "0".repeat(64);
    refused(
        &with("[manifest]", "[envelope]\nsevered = [\"suit-validate\"]\n[manifest]"),
        3,
        12,
        "`suit-validate` is no member that can be severed",
        "these can: suit-coswid, suit-dependency-resolution, suit-payload-fetch, suit-candidate-verification, suit-install, suit-text, suit-upgradability",
    );
    let built = |envelope: &str| {
        let bench = Bench::new();
        let recipe = bench.recipe(&with("[manifest]", &format!("[envelope]\n{envelope}\n[manifest]"))).unwrap();
        bench.try_build(&recipe, &[], suitpack_author::Options::default()).err().unwrap().to_string()
    };
    let written = "[[component]]\nid = [\"b\"]\nimage = \"app.bin\"\nrollback = [\"old\"]\n[sequence]\nsuit-install = [{ suit-directive-set-component-index = 0 }]";
    let bench = Bench::new();
    for (recipe, line, what) in [
        (small(written), 14, "component.1.rollback"),
        (explicit("suit-install", "{ suit-directive-set-component-index = 0 }") + "[update]\n", 11, "update"),
    ] {
        let error = bench.try_build(&bench.recipe(&recipe).unwrap(), &[], suitpack_author::Options::default()).err().unwrap();
        let suitpack_author::BuildError::Recipe(error) = error else { panic!("{error}") };
        assert_eq!(
            (error.line(), error.message()),
            (Some(line), format!("`{what}` has no effect, since no template makes suit-install").as_str())
        );
    }
    assert_eq!(built("severed = [\"suit-coswid\"]"), "there is no `suit-coswid` to be severed");
    assert_eq!(
        built(&format!("withheld = {{ suit-install = \"sha-256:{zeros}\" }}")),
        "`suit-install` is withheld, but the recipe has its body"
    );
    refused(
        &with("class = \"lamp\"", "class = \"lamp\"\nprivate = { \"-256\" = \"hex:00\" }"),
        6,
        13,
        "`-256` is not a label for private use; those are -257 and below",
        "",
    );
    refused(
        &with("class = \"lamp\"", "class = \"lamp\"\nprivate = { \"-258\" = \"hex:4100\" }"),
        6,
        1,
        "`manifest.private` holds a statement that is wrong: an item has the wrong type",
        "",
    );
    refused(
        &with("class = \"lamp\"", "version = \"1\"\nset-version = [1]\nclass = \"lamp\""),
        6,
        15,
        "`manifest.set-version` stands beside `version`",
        "keep one of the two",
    );
}

#[test]
fn templates_on_request_are_held_to_their_rules() {
    refused(
        &small("from-versions = \"1.2\""),
        11,
        17,
        "`component.0.from-versions` is not a range of versions",
        "write comparisons and commas between them: `>=1.2, <2`; the signs are > >= = <= <",
    );
    refused(&with("image = \"app.bin\"", "a-b = [\"a\"]"), 9, 7, "`component.0.a-b` must be two images, for slot 0 and slot 1", "");
    refused(
        &with("image = \"app.bin\"", "a-b = [\"a\", \"b\"]\nrollback = [\"old\"]"),
        10,
        12,
        "`component.0.rollback` stands beside an image for each slot",
        "with slots the other slot keeps the image to go back to",
    );
    refused(&small("rollback = [\"app\"]"), 11, 12, "`component.0.rollback` makes a second component with the id `app`", "");
    refused(
        &small("[update]\npriority = 1"),
        12,
        12,
        "`update.priority` has no meaning when nobody is asked",
        "set `authorized = true`",
    );
    refused(&small("[[depends-on]]\nid = [\"app\"]"), 12, 6, "`depends-on.0.id` makes a second component with the id `app`", "");
    let many: String = (0..64).map(|n| format!("[[component]]\nid = [\"n{n}\"]\n")).collect();
    let (_, _, message, _) = fault(&small(&many));
    assert_eq!(message, "the recipe makes 66 components, those for staging included; at most 64 fit into one manifest");
}
