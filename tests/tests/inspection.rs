//! `inspect --json` says everything a package does, in the form that spec/inspect.schema.json promises.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::print_stderr, missing_docs)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;
use suitpack_core::{Profile, registry};
use suitpack_package::{Request, inspect};
use suitpack_tests::{Lab, STORED, ZSTD, files, recipe, root};

/// The schema as published, and closed: a field that it does not name is a fault here.
fn schemas() -> [jsonschema::Validator; 2] {
    let text = fs::read_to_string(root().join("spec/inspect.schema.json")).unwrap();
    let published: Value = serde_json::from_str(&text).unwrap();
    assert!(jsonschema::meta::is_valid(&published));
    let mut closed = published.clone();
    close(&mut closed);
    [published, closed].map(|schema| jsonschema::validator_for(&schema).unwrap())
}

fn close(schema: &mut Value) {
    match schema {
        Value::Object(table) => {
            // The value of `properties` may itself name something `properties`; none of ours does.
            if table.get("properties").is_some_and(Value::is_object) && !table.contains_key("additionalProperties") {
                table.insert("additionalProperties".to_owned(), Value::Bool(false));
            }
            table.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

fn inspected(bytes: &[u8], profile: Profile) -> Option<Value> {
    let mut request = Request::default();
    request.profile = profile;
    inspect(bytes, &request).ok().map(|inspection| serde_json::to_value(&inspection).unwrap())
}

/// The names of commands and parameters anywhere in an inspection.
fn names(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(table) => {
            if let (Some(name), true) = (table.get("name").and_then(Value::as_str), table.contains_key("code")) {
                found.insert(name.to_owned());
            }
            table.values().for_each(|value| names(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| names(value, found)),
        _ => {}
    }
}

#[test]
fn everything_that_is_said_has_the_form_of_the_schema() {
    let schemas = schemas();
    let mut found = vec![];
    files(&root().join("test-vectors/cases"), &mut found);
    let ours = found.len();
    files(&root().join("../shared/peer-vectors/ietf"), &mut found);
    if found.len() == ours {
        eprintln!("skipped: the vectors of others are not beside the project");
    }
    let (mut read, mut said) = (0, BTreeSet::new());
    let mut check = |bytes: &[u8], what: &Path| {
        for profile in [Profile::Strict, Profile::Lenient] {
            let Some(inspection) = inspected(bytes, profile) else { continue };
            for schema in &schemas {
                let errors: Vec<_> =
                    schema.iter_errors(&inspection).map(|error| format!("{}: {error}", error.instance_path())).collect();
                assert!(errors.is_empty(), "{}: {errors:#?}", what.display());
            }
            names(&inspection, &mut said);
            read += 1;
        }
    };
    for file in &found {
        check(&fs::read(file).unwrap(), file);
    }
    for component in [ZSTD, STORED] {
        check(&Lab::new(&recipe(component), b"image").package, Path::new("a built package"));
    }
    assert!(read >= 300, "only {read}");
    // Every command and parameter of the drafts is in a case, and told by its name.
    let labels = registry::command::LABELS.iter().chain(registry::parameter::LABELS);
    let missing: Vec<_> = labels.map(|label| label.name).filter(|name| !said.contains(*name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn what_the_schema_does_not_allow_is_noticed() {
    let [published, closed] = schemas();
    let mut inspection = inspected(&Lab::new(&recipe(STORED), b"image").package, Profile::Strict).unwrap();
    assert!(published.is_valid(&inspection) && closed.is_valid(&inspection));
    inspection["manifest"]["more"] = Value::Null;
    assert!(published.is_valid(&inspection), "fields may be added");
    assert!(!closed.is_valid(&inspection));
    for (pointer, wrong) in [
        ("/manifest/sequence_number", Value::from(-1)),
        ("/manifest/shared/1/parameters/0/value", Value::from("AAAA")),
        ("/manifest/shared/1/parameters/0/name", Value::from("suit-parameter-uri")),
        ("/signatures/0/judgement", Value::from("fine")),
    ] {
        let mut changed = inspection.clone();
        *changed.pointer_mut(pointer).unwrap() = wrong;
        assert!(!published.is_valid(&changed), "{pointer}");
    }
}
