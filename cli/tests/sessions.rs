//! What the program says: every session under `tests/cli`, word for word.
#![allow(clippy::unwrap_used)]

use std::fs;

#[test]
fn every_session_goes_as_it_is_written_down() {
    trycmd::TestCases::new().env("NO_COLOR", "1").case("../tests/cli/*.toml").case("../tests/cli/*.trycmd");
}

#[test]
fn the_readme_shows_only_what_a_session_shows() {
    let readme = fs::read_to_string("../README.md").unwrap();
    let session = fs::read_to_string("../tests/cli/readme.trycmd").unwrap();
    let shown: Vec<&str> = session.lines().collect();
    let blocks = readme.split("```console\n").skip(1).map(|block| block.split("```").next().unwrap());
    let lines: Vec<&str> = blocks.flat_map(str::lines).collect();
    assert!(lines.len() >= 10, "the README has lost its session");
    for line in lines {
        assert!(shown.contains(&line), "`{line}` is not in tests/cli/readme.trycmd");
    }
}

#[test]
fn the_readme_lists_the_exit_codes_that_the_help_lists() {
    let readme = fs::read_to_string("../README.md").unwrap();
    let help = fs::read_to_string("../tests/cli/help.trycmd").unwrap();
    let listed = help.split("$ suitpack help exit-codes\n").nth(1).unwrap().split("```").next().unwrap();
    let codes: Vec<_> = listed.lines().filter_map(|line| line.trim().split_once("  ")).collect();
    assert_eq!(codes.len(), 15);
    for (code, meaning) in codes {
        assert!(readme.contains(&format!("| {code} | {meaning} |")), "exit code {code}");
    }
}
