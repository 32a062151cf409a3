//! What a description may say, and how it is told where it is wrong.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::path::Path;

use suitpack_device::{Anchor, Clock, Description, DescriptionError, Layout};

const STATE: &str = "state = { file = \"state.bin\" }\n";
const APP: &str =
    "[[component]]\nid = [\"app\"]\nlayout = \"a-b\"\nslots = [{ file = \"a\", size = 10 }, { file = \"b\", size = 10 }]\n";

/// A description whose `[device]` says this beside the state, and with these components.
fn device(lines: &str, components: &str) -> Result<Description, DescriptionError> {
    Description::parse(&format!("[device]\n{STATE}{lines}\n{components}"), Path::new("lamp"))
}

fn refused(lines: &str, components: &str, expected: (usize, usize, &str)) {
    match device(lines, components) {
        Ok(description) => panic!("{lines}{components} is taken: {description:?}"),
        Err(error) => assert_eq!((error.line(), error.column(), error.to_string().split_once(": ").unwrap().1), expected),
    }
}

#[test]
fn an_anchor_may_be_for_some_components_only() {
    let read =
        device("anchors = [\"a.pem\", { file = \"b.pem\", components = [[\"app\"], [\"radio\", \"hex:00\"]] }]\n", APP).unwrap();
    let ids = vec![vec![b"app".to_vec()], vec![b"radio".to_vec(), vec![0]]];
    let wanted = [("lamp/a.pem", None), ("lamp/b.pem", Some(ids))];
    assert_eq!(read.anchors, wanted.map(|(path, components)| Anchor { path: path.into(), components }));
    for broken in
        ["{ file = \"b.pem\" }", "{ file = \"b.pem\", components = [[]] }", "{ file = \"b.pem\", component = [[\"app\"]] }"]
    {
        assert!(device(&format!("anchors = [{broken}]\n"), APP).is_err(), "{broken}");
    }
}

#[test]
fn the_template_is_a_description() {
    let device = Description::parse(Description::TEMPLATE, Path::new("lamp")).unwrap();
    assert_eq!(device.anchors, [Anchor { path: "lamp/dev.pub.pem".into(), components: None }]);
    assert_eq!(device.state.path, Path::new("lamp/state.bin"));
    assert!(matches!(&device.components[0].layout, Layout::Alternate(slots) if slots.len() == 2));
    assert!(matches!(&device.components[1].layout, Layout::Working(_)));
}

#[test]
fn identifiers_are_derived_as_recipes_derive_them() {
    // RFC 9562 §5.5 with the name space DNS: the UUID of example.com, and of lamp in the name space of that.
    let named = device("vendor = \"example.com\"\nclass = \"lamp\"", APP).unwrap();
    let written =
        device("vendor-id = \"cfbff0d1-9375-5685-968c-48ce8b15ae17\"\nclass-id = \"hex:00112233445566778899aabbccddeeff\"", APP);
    let written = written.unwrap();
    assert_eq!(named.identity.vendor, written.identity.vendor);
    assert_eq!(named.identity.class.map(|class| class.len()), Some(16));
    assert_eq!(written.identity.class.unwrap()[1], 0x11);
}

#[test]
fn a_clock_is_the_systems_or_stands_still() {
    let clock = |text: &str| device(&format!("clock = {text}"), APP).unwrap().facts.clock;
    assert_eq!(clock("\"system\""), Clock::System);
    assert_eq!(clock("1970-01-02T00:00:00Z"), Clock::Fixed(86_400));
    assert_eq!(clock("2000-02-29T12:00:01+01:00"), Clock::Fixed(951_822_001));
    assert_eq!(clock("2027-01-31T00:00:00Z"), Clock::Fixed(1_801_353_600));
    assert_eq!(device("", APP).unwrap().facts.clock, Clock::None);
}

#[test]
fn versions_are_those_of_recipes() {
    let version = |text: &str| device("", &format!("{APP}version = \"{text}\"")).map(|device| device.components[0].version.clone());
    assert_eq!(version("1.2.3-rc.1").unwrap(), Some(vec![1, 2, 3, -1, 1]));
    assert_eq!(version("2-beta").unwrap(), Some(vec![2, -2]));
    for text in ["", "1.", "v1", "1-dev", "1-rc.", "1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17"] {
        assert_eq!(version(text).unwrap_err().line(), 8, "{text}");
    }
}

#[test]
fn every_layout_asks_for_its_places() {
    let slot = |key: &str, file: &str| format!("{key} = {{ file = \"{file}\", size = 10 }}\n");
    let layout = |layout: &str, places: &str| {
        device("scratch = { file = \"scratch\" }", &format!("[[component]]\nid = [\"app\"]\nlayout = \"{layout}\"\n{places}"))
    };
    assert!(layout("single", &(slot("slot", "a") + &slot("staging", "b"))).is_ok());
    assert!(layout("fallback", &(slot("slot", "a") + &slot("fallback", "b"))).is_ok());
    assert!(layout("working", &slot("slot", "a")).is_ok());
    let two = "slots = [{ file = \"a\", size = 10 }, { file = \"b\", size = 10 }]";
    assert!(layout("swap", two).is_ok());
    let message = |result: Result<Description, DescriptionError>| result.unwrap_err().message().to_owned();
    assert_eq!(message(layout("swap", &slot("slot", "a"))), "`slots` is missing; layout `swap` needs it");
    assert_eq!(message(layout("single", &slot("slot", "a"))), "`staging` is missing; layout `single` needs it");
    assert_eq!(message(layout("a-b", &(two.to_owned() + "\n" + &slot("staging", "c")))), "layout `a-b` has no `staging`");
    assert_eq!(
        message(layout("a-b", "slots = [{ file = \"a\", size = 10 }]")),
        "`slots` has 1; this layout needs at least two slots"
    );
}

#[test]
fn faults_are_told_with_their_place() {
    refused("vendorid = \"x\"", APP, (3, 1, "unknown key `vendorid` (did you mean `vendor-id`?)"));
    refused(
        "vendor = \"Example.com\"",
        APP,
        (3, 10, "`vendor` is not a domain name in lower case (write it like `example.com`, or give `vendor-id`)"),
    );
    refused(
        "class = \"lamp\"",
        APP,
        (3, 9, "`class` is derived from the vendor, which is not given (give `vendor`, or write `class-id`)"),
    );
    refused("power = 1", APP, (3, 9, "`power` must be a boolean, not integer `1`"));
    refused("battery = -1", APP, (3, 11, "`battery` must be an integer that is not negative, not integer `-1`"));
    refused(
        "clock = 5",
        APP,
        (3, 9, "`clock` must be \"system\", or a date with a time and an offset such as 2027-01-31T00:00:00Z"),
    );
    refused("state = { file = \"s\" }", APP, (3, 1, "key `state` appears twice"));
    refused("", "", (1, 1, "nothing can be installed on it (add a table `[[component]]`)"));
    refused(
        "",
        &(APP.to_owned() + APP).replacen("\"a\"", "\"c\"", 1).replacen("\"b\"", "\"d\"", 1),
        (9, 6, "there is a second component with the id `app`"),
    );
}

#[test]
fn a_misspelt_layout_is_told_what_was_meant() {
    let error = device("", &APP.replace("a-b", "a_b")).unwrap_err();
    assert_eq!((error.line(), error.column(), error.suggestion()), (6, 10, Some("did you mean `a-b`?")));
}

#[test]
fn no_two_things_are_in_one_place() {
    let at = |file: &str, offset: u64| {
        device("", &APP.replace("{ file = \"b\", size", &format!("{{ file = \"{file}\", offset = {offset}, size")))
    };
    assert!(at("a", 10).is_ok());
    assert_eq!(at("a", 9).unwrap_err().message(), "it overlaps the place that line 7 has in `lamp/a`");
    assert_eq!(at("x/.././a", 0).unwrap_err().message(), "it overlaps the place that line 7 has in `lamp/x/.././a`");
    assert_eq!(at("state.bin", 65_535).unwrap_err().message(), "it overlaps the place that line 2 has in `lamp/state.bin`");
    assert!(at("state.bin", 65_536).is_ok());
}

#[test]
fn sizes_make_sense() {
    let second = |slot: &str| device("", &APP.replace("{ file = \"b\", size = 10 }", slot)).unwrap_err().message().to_owned();
    assert_eq!(second("{ file = \"b\", size = 0 }"), "`size` is too small; 1 byte is the least");
    assert_eq!(second("{ file = \"b\", size = 10, content = 11 }"), "`content` is more than there is room for, 10 bytes");
    assert_eq!(
        second("{ file = \"b\", size = 9223372036854775807, offset = 1 }"),
        "`size` ends behind the largest file there can be"
    );
    assert_eq!(second("{ file = \"b\" }"), "`size` is missing");
    assert_eq!(second("{ size = 10 }"), "`file` is missing");
    assert_eq!(second("{ file = \"b\", device = \"c\", size = 10 }"), "`device` stands beside `file`");
    let single = "[[component]]\nid = [\"app\"]\nlayout = \"single\"\nslot = { file = \"a\", size = 10 }\nstaging = { file = \"b\", size = 9 }\n";
    assert!(device("", single).unwrap_err().message().starts_with("`staging` is smaller than the slot"));
    let swap = APP.replace("a-b", "swap");
    assert_eq!(device("", &swap).unwrap_err().message(), "two slots are swapped by way of a scratch area, and the device has none");
}

#[test]
fn no_text_makes_the_reader_fail() {
    let text = Description::TEMPLATE;
    for at in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
        let _ = Description::parse(&text[..at], Path::new(""));
        for char in ['"', '[', '=', '\n', '-', '0', 'é'] {
            let _ = Description::parse(&format!("{}{char}{}", &text[..at], &text[at..]), Path::new(""));
        }
    }
}

/// The schema that editors check descriptions with.
const SCHEMA: &str = include_str!("../../../spec/device.schema.json");

/// What the schema has against a description.
fn objections(text: &str) -> usize {
    let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
    let description = serde_json::to_value(toml::from_str::<toml::Table>(text).unwrap()).unwrap();
    jsonschema::validator_for(&schema).unwrap().iter_errors(&description).count()
}

#[test]
fn the_schema_refuses_what_it_can_see_to_be_wrong() {
    assert_eq!(objections(Description::TEMPLATE), 0);
    let device = format!("[device]\n{STATE}");
    let good = format!("{device}vendor = \"example.com\"\n{APP}");
    assert_eq!(objections(&good), 0);
    let wrong = [
        ("a-b", "single"),
        ("a-b", "ab"),
        ("size = 10 }]", "size = 0 }]"),
        ("file = \"b\"", "fill = \"b\""),
        ("file = \"b\"", "file = \"b\", device = \"c\""),
        ("example.com", "Example.com"),
        ("vendor =", "seller ="),
        ("id = [\"app\"]", "id = []"),
        ("state =", "scratch ="),
    ];
    for (from, to) in wrong {
        let text = good.replace(from, to);
        assert!(objections(&text) > 0, "{to}");
        assert!(Description::parse(&text, Path::new("")).is_err(), "{to}");
    }
}

#[test]
fn the_schema_has_the_keys_the_reader_has() {
    let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
    let cases = [
        ("/properties", "zzzzzzzzzzzz = 1\n"),
        ("/properties/device/properties", "[device]\nzzzzzzzzzzzz = 1\n"),
        ("/properties/component/items/properties", "[[component]]\nzzzzzzzzzzzz = 1\n"),
        ("/$defs/own/properties", "[device]\nstate = { zzzzzzzzzzzz = 1 }\n"),
        ("/$defs/area/properties", "[[component]]\nstaging = { zzzzzzzzzzzz = 1 }\n"),
        ("/$defs/slot/properties", "[[component]]\nslot = { zzzzzzzzzzzz = 1 }\n"),
    ];
    for (pointer, text) in cases {
        let error = Description::parse(text, Path::new("")).unwrap_err();
        let mut known: Vec<_> = error.suggestion().unwrap().strip_prefix("known: ").unwrap().split(", ").collect();
        let keys = schema.pointer(pointer).unwrap().as_object().unwrap().keys();
        known.sort_unstable();
        assert_eq!(keys.map(String::as_str).collect::<Vec<_>>(), known, "{pointer}");
    }
}
