//! `device show --json` prints what spec/device-show.schema.json promises.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};
use suitpack_tests::root;

#[test]
fn what_the_sessions_show_has_the_form_of_the_schema() {
    let text = fs::read_to_string(root().join("spec/device-show.schema.json")).unwrap();
    let published: Value = serde_json::from_str(&text).unwrap();
    assert!(jsonschema::meta::is_valid(&published));
    let mut closed = published.clone();
    close(&mut closed);
    let schemas = [published, closed].map(|schema| jsonschema::validator_for(&schema).unwrap());
    let session = fs::read_to_string(root().join("tests/cli/device.trycmd")).unwrap();
    let shown: Vec<Value> = session
        .split("\n{\n")
        .skip(1)
        .map(|rest| serde_json::from_str(&format!("{{\n{}\n}}", rest.split("\n}\n").next().unwrap())).unwrap())
        .collect();
    let mut seen = BTreeSet::new();
    for shown in &shown {
        for schema in &schemas {
            let faults: Vec<_> = schema.iter_errors(shown).map(|error| error.to_string()).collect();
            assert_eq!(faults, [""; 0], "{shown:#}");
        }
        seen.insert((shown["lock"].as_str().unwrap(), shown["begun"].as_bool().unwrap(), !shown["unfinished"][0].is_null()));
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), [("none", false, false), ("shared", true, false), ("shared", true, true)]);
    let mut wrong = shown[0].clone();
    wrong["components"][0]["length"] = json!(-1);
    assert!(!schemas[0].is_valid(&wrong));
}

/// A field that the schema does not name is a fault here.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            fields.values_mut().for_each(close);
            if fields.contains_key("required") {
                fields.insert(String::from("additionalProperties"), json!(false));
            }
        }
        Value::Array(values) => values.iter_mut().for_each(close),
        _ => {}
    }
}
