//! What `suitpack lint --sarif` prints is what readers of SARIF 2.1.0 take.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

#[test]
fn the_log_has_what_the_standard_requires() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_suitpack")).args(["lint", "--sarif", "../tests/cli/lint.in/dead.suit"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let log: Value = serde_json::from_slice(&output.stdout).unwrap();
    // OASIS SARIF 2.1.0 §3.13: version and runs are required; §3.14.6, §3.18.2, §3.19.2: tool, driver and its name.
    assert_eq!(log["version"], "2.1.0");
    assert!(log["$schema"].as_str().unwrap().contains("sarif-2.1.0"));
    let run = &log["runs"][0];
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "suitpack");
    let rules = driver["rules"].as_array().unwrap();
    let ids: Vec<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    // §3.19.23: unique. §3.49.8, §3.11: a message has text. §3.50.3: levels.
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    for rule in rules {
        assert!(!rule["shortDescription"]["text"].as_str().unwrap().is_empty());
        assert!(LEVELS.contains(&rule["defaultConfiguration"]["level"].as_str().unwrap()));
    }
    let results = run["results"].as_array().unwrap();
    assert!(results.len() > 5);
    for result in results {
        // §3.27.5, §3.27.6: the index is that of the rule. §3.27.10, §3.27.11.
        let id = result["ruleId"].as_str().unwrap();
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(ids[index], id);
        assert!(LEVELS.contains(&result["level"].as_str().unwrap()));
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        for location in result["locations"].as_array().unwrap() {
            // §3.4.3: a URI reference.
            let uri = location["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
            assert_eq!(uri, "../tests/cli/lint.in/dead.suit");
            for logical in location["logicalLocations"].as_array().into_iter().flatten() {
                assert!(!logical["name"].as_str().unwrap().is_empty());
            }
        }
    }
    assert!(!String::from_utf8(output.stdout).unwrap().contains(['\u{1b}', '\u{202e}']), "nothing hostile");
}

const LEVELS: [&str; 4] = ["none", "note", "warning", "error"];
