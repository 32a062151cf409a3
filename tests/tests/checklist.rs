//! spec/checklist.md claims nothing that is not there: each rule it says is held has its place in the code and something that
//! shows it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use suitpack_tests::root;

/// As many as the list has.
const RULES: usize = 71;

struct Rule {
    id: String,
    level: String,
    who: String,
    held: Vec<String>,
    shown: Vec<String>,
}

fn rules() -> Vec<Rule> {
    let text = fs::read_to_string(root().join("spec/checklist.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| SUIT-"));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [id, level, who, rule, place, held, shown] = cells[..] else { panic!("{row}") };
        assert!(!rule.is_empty() && !place.is_empty() && !held.is_empty(), "{row}");
        Rule { id: id.to_owned(), level: level.to_owned(), who: who.to_owned(), held: quoted(held), shown: quoted(shown) }
    })
    .collect()
}

fn quoted(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Rust files below these folders, with what they say.
fn sources(folders: &[&str]) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut open: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    while let Some(path) = open.pop() {
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
            open.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.insert(path, text);
        }
    }
    found
}

fn is_test(path: &Path) -> bool {
    path.iter().any(|part| part == "tests")
}

/// The ids that a text names.
fn ids(text: &str) -> impl Iterator<Item = String> {
    text.split("SUIT-").skip(1).filter_map(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        (!digits.is_empty()).then(|| format!("SUIT-{digits}"))
    })
}

fn names(text: &str, id: &str) -> bool {
    ids(text).any(|found| found == id)
}

#[test]
fn every_rule_stands_once_and_in_order() {
    let found: Vec<String> = rules().into_iter().map(|rule| rule.id).collect();
    let wanted: Vec<String> = (1..=RULES).map(|number| format!("SUIT-{number}")).collect();
    assert_eq!(found, wanted);
    for rule in rules() {
        assert!(["MUST", "SHOULD", "MAY"].contains(&rule.level.as_str()), "{}: {}", rule.id, rule.level);
        assert!(["R", "A", "B"].contains(&rule.who.as_str()), "{}: {}", rule.id, rule.who);
    }
}

#[test]
fn what_is_held_is_held_where_the_list_says() {
    let sources = sources(&["format", "cli"]);
    let mut wrong = vec![];
    for rule in rules() {
        for room in &rule.held {
            let (first, rest) = room.split_once("::").unwrap_or((room, "main"));
            let folder = if first == "cli" { root().join("cli/src") } else { root().join("format").join(first).join("src") };
            let path = folder.join(rest.replace("::", "/")).with_extension("rs");
            match sources.get(&path) {
                None => wrong.push(format!("{}: there is no {room}", rule.id)),
                Some(text) if !names(text, &rule.id) => wrong.push(format!("{}: {room} does not name it", rule.id)),
                Some(_) => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_held_is_shown_and_nothing_else_is() {
    let tests: BTreeMap<PathBuf, String> =
        sources(&["format", "cli", "tests"]).into_iter().filter(|(path, _)| is_test(path)).collect();
    let mut wrong = vec![];
    for rule in rules() {
        if rule.held.is_empty() != rule.shown.is_empty() {
            wrong.push(format!("{}: held and shown do not go together", rule.id));
        }
        for name in &rule.shown {
            let case = root().join("test-vectors/cases").join(name).join("case.txt");
            let function = format!("fn {name}(");
            let named = match fs::read_to_string(&case) {
                Ok(text) => text.lines().any(|line| line.starts_with("req: ") && names(line, &rule.id)),
                Err(_) => tests.values().any(|text| text.contains(&function) && names(text, &rule.id)),
            };
            if !named {
                wrong.push(format!("{}: {name} is not there, or does not name it", rule.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn code_tests_and_vectors_name_rules_that_are_held() {
    let held: Vec<String> = rules().into_iter().filter(|rule| !rule.held.is_empty()).map(|rule| rule.id).collect();
    let mut texts = sources(&["format", "cli", "tests"]);
    texts.retain(|path, _| !path.ends_with("tests/checklist.rs"));
    for entry in fs::read_dir(root().join("test-vectors/src")).unwrap() {
        let path = entry.unwrap().path();
        texts.insert(path.clone(), fs::read_to_string(path).unwrap());
    }
    for (path, text) in texts {
        for id in ids(&text) {
            assert!(held.contains(&id), "{} names {id}, which the list does not say is held", path.display());
        }
    }
}
