//! The house stands as drawn: what may import what, and what needs no allocator.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use suitpack_tests::root;

/// Crate -> the crates of the house it may depend on. Arrows only point down.
const CRATES: &[(&str, &[&str])] = &[
    ("format/core", &[]),
    ("format/processor", &["core"]),
    ("format/crypto", &["core"]),
    ("format/upgradability", &["core"]),
    ("format/transform", &["crypto"]),
    ("format/package", &["core", "processor", "crypto", "upgradability", "transform"]),
    ("format/author", &["core", "crypto", "upgradability", "transform"]),
    ("format/device", &["core", "processor", "crypto", "transform", "package"]),
    ("cli", &["core", "crypto", "device", "upgradability", "transform", "package", "author"]),
];

/// Rooms of core from the ground up: a room may use those on lower floors and its own.
const CORE: &[&[&str]] = &[
    &["error", "limits", "profile", "registry"],
    &["cbor", "crypto"],
    &["digest", "cose", "wrapped"],
    &["manifest", "authentication"],
    &["trust"],
    &["envelope", "report"],
    &["lib"],
];

/// Rooms of the processor from the ground up.
const PROCESSOR: &[&[&str]] = &[
    &["parameters", "position", "rollback", "targets"],
    &["order", "program"],
    &["frame"],
    &["effect"],
    &["interpreter", "platform", "report"],
    &["drive"],
    &["lib"],
];

/// Rooms of the device from the ground up.
const DEVICE: &[&[&str]] = &[
    &["description"],
    &["state", "request"],
    &["medium", "watch"],
    &["store"],
    &["redo", "measured"],
    &["failed"],
    &["places"],
    &["supply"],
    &["streams", "opened"],
    &["conditions"],
    &["engine"],
    &["commit"],
    &["device", "overview"],
    &["lib"],
];

#[test]
fn crates_depend_only_downwards() {
    for (folder, allowed) in CRATES {
        let manifest = fs::read_to_string(root().join(folder).join("Cargo.toml")).unwrap();
        let dependencies = manifest.split("[dev-dependencies]").next().unwrap();
        for line in dependencies.lines().filter(|line| line.starts_with("suitpack-")) {
            let name = line["suitpack-".len()..].split(['.', ' ', '=']).next().unwrap();
            assert!(allowed.contains(&name), "{folder} must not depend on {name}");
        }
    }
}

#[test]
fn the_rooms_of_core_import_only_downwards() {
    floors("format/core/src", CORE);
}

#[test]
fn the_rooms_of_the_processor_import_only_downwards() {
    floors("format/processor/src", PROCESSOR);
}

#[test]
fn the_rooms_of_the_device_import_only_downwards() {
    floors("format/device/src", DEVICE);
}

#[test]
fn only_one_file_of_the_command_line_writes_to_the_terminal() {
    for file in sources(&root().join("cli/src")) {
        if file.ends_with("terminal.rs") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        for word in ["println!", "eprintln!", "print!(", "eprint!(", "io::stdout()", "io::stderr()"] {
            let found = text.lines().any(|line| line.contains(word) && !line.trim_start().starts_with("//"));
            assert!(!found, "{} writes with {word}", file.display());
        }
    }
}

#[test]
fn the_device_crates_link_without_an_allocator() {
    let (good, text) = link_without_allocator(&[]);
    assert!(good, "{text}");
}

#[test]
fn an_allocating_crate_would_be_noticed() {
    let (good, text) = link_without_allocator(&["--features", "control"]);
    assert!(!good && text.contains("no global memory allocator found"), "{text}");
}

fn link_without_allocator(extra: &[&str]) -> (bool, String) {
    let output = Command::new(env!("CARGO"))
        .args(["build", "--release", "--quiet", "--locked", "--manifest-path"])
        .arg(root().join("tests/no-alloc/Cargo.toml"))
        .arg("--target-dir")
        .arg(root().join("target/no-alloc"))
        .args(extra)
        .output()
        .unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn floors(folder: &str, floors: &[&[&str]]) {
    let floor: BTreeMap<&str, usize> =
        floors.iter().enumerate().flat_map(|(at, rooms)| rooms.iter().map(move |room| (*room, at))).collect();
    let folder = root().join(folder);
    let mut checked = 0;
    for file in sources(&folder) {
        let room = room(file.strip_prefix(&folder).unwrap());
        let at = *floor.get(room.as_str()).unwrap_or_else(|| panic!("{room} has no floor: add it to the picture"));
        for line in fs::read_to_string(&file).unwrap().lines() {
            let Some(path) = line.trim_start().strip_prefix("use crate::") else { continue };
            let used = path.split([':', ';', ' ']).next().unwrap();
            let Some(used_at) = floor.get(used) else { panic!("{}: {used} has no floor", file.display()) };
            assert!(used == room || *used_at < at || same_floor_below(&room, used), "{} must not use {used}", file.display());
            checked += 1;
        }
    }
    assert!(checked > 1, "nothing was checked in {}", folder.display());
}

/// Pairs on one floor of which the first stands on the second.
fn same_floor_below(room: &str, used: &str) -> bool {
    matches!((room, used), ("cose", "digest" | "wrapped"))
}

fn room(path: &Path) -> String {
    path.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs").to_owned()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}
