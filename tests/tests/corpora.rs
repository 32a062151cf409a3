//! The properties hold of every input kept in the corpora: first inputs, and findings that were mended.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, missing_docs)]

use core::panic::AssertUnwindSafe;
use std::fs;
use std::panic::catch_unwind;

use suitpack_tests::{properties, root};

#[test]
fn the_properties_hold_of_the_corpora() {
    let mut failed = vec![];
    for (target, property) in properties::ALL {
        let folder = root().join("tests/fuzz-targets/corpus").join(target);
        let mut count = 0;
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let input = fs::read(&path).unwrap();
            count += 1;
            if catch_unwind(AssertUnwindSafe(|| property(&input))).is_err() {
                failed.push(path);
            }
        }
        assert!(count >= 10, "only {count} inputs for {target}");
    }
    assert!(failed.is_empty(), "{failed:?}");
}

#[test]
fn every_property_is_a_fuzz_target() {
    let targets = fs::read_to_string(root().join("tests/fuzz-targets/Cargo.toml")).unwrap();
    for (target, _) in properties::ALL {
        assert!(targets.contains(&format!("name = \"{target}\"")), "{target}");
    }
}
