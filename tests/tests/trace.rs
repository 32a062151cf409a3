//! `install --json` and `simulate --json` print lines of the form that spec/trace.schema.json promises.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};
use suitpack_tests::root;

#[test]
fn the_lines_of_the_sessions_have_the_form_of_the_schema() {
    let text = fs::read_to_string(root().join("spec/trace.schema.json")).unwrap();
    let published: Value = serde_json::from_str(&text).unwrap();
    assert!(jsonschema::meta::is_valid(&published));
    let mut closed = published.clone();
    // A field that the schema does not name is a fault here.
    closed["unevaluatedProperties"] = json!(false);
    let schemas = [published, closed].map(|schema| jsonschema::validator_for(&schema).unwrap());
    let mut seen = BTreeSet::new();
    for session in fs::read_dir(root().join("tests/cli")).unwrap() {
        let path = session.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "trycmd") {
            continue;
        }
        for line in fs::read_to_string(path).unwrap().lines().filter(|line| line.starts_with("{\"schema\":\"suitpack-trace/1\"")) {
            let line: Value = serde_json::from_str(line).unwrap();
            for schema in &schemas {
                let faults: Vec<_> = schema.iter_errors(&line).map(|error| error.to_string()).collect();
                assert_eq!(faults, [""; 0], "{line}");
            }
            seen.insert(line["event"].as_str().unwrap().to_owned());
        }
    }
    let wanted = ["condition", "cut", "decided", "directive", "exchange", "invoked", "opened", "section", "verdict"];
    assert_eq!(seen.iter().map(String::as_str).collect::<Vec<_>>(), wanted);
    let wrong = json!({ "schema": "suitpack-trace/1", "event": "cut", "place": "app:0", "length": -1 });
    assert!(!schemas[0].is_valid(&wrong));
}
