//! What goes wrong around a command, and what is told then.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod workshop;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use workshop::{DEVICE, run, workshop};

#[track_caller]
fn refused(folder: &Path, line: &str, code: i32, words: &[&str]) {
    told(&run(folder, line), code, words);
}

#[track_caller]
fn told(output: &Output, code: i32, words: &[&str]) {
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{error}");
    for word in words {
        assert!(error.contains(word), "{word}: {error}");
    }
}

fn partials(folder: &Path) -> usize {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    names.filter(|name| name.contains("partial")).count()
}

/// `ulimit -f` counts blocks of 512 or 1,024 bytes, by the shell.
#[test]
fn a_limit_on_the_size_of_files_is_told_and_leaves_nothing() {
    let folder = workshop(3_000_000);
    let limited = |line: &str| {
        let line = format!("ulimit -f 100; exec \"$0\" {line}");
        Command::new("sh").current_dir(folder.path()).args(["-c", &line, env!("CARGO_BIN_EXE_suitpack")]).output().unwrap()
    };
    told(&limited("build -k dev.pem -o other.suit"), 4, &["File too large"]);
    told(&limited("extract update.suit app -a dev.pub.pem -o out.bin"), 4, &["cannot write `out.bin`", "File too large"]);
    told(&limited("install update.suit --device device.toml"), 4, &["could not be installed", "File too large"]);
    assert_eq!(partials(folder.path()), 0);
    assert!(!folder.path().join("other.suit").exists() && !folder.path().join("out.bin").exists());
    assert!(run(folder.path(), "install update.suit --device device.toml").status.success());
}

#[test]
fn a_dry_run_tells_what_could_not_be_made() {
    let folder = workshop(3000);
    fs::write(folder.path().join("far.toml"), DEVICE.replace("file = \"", "file = \"nowhere/")).unwrap();
    for verb in ["simulate", "install"] {
        refused(
            folder.path(),
            &format!("{verb} update.suit --device far.toml"),
            4,
            &["cannot open `nowhere/state`", "No such file"],
        );
    }
}

#[test]
fn a_region_is_a_code() {
    let folder = workshop(3000);
    let asked = |region: &str| format!("verify update.suit -a dev.pub.pem --supported-on 2030-01-01 --region {region}");
    for (region, hint) in
        [("de", "write it `DE`"), ("de-by", "write it `DE-BY`"), ("Germany", "such as `DE`"), ("eu", "write it `EU`")]
    {
        refused(folder.path(), &asked(region), 2, &["is no code of a region", hint]);
    }
    for region in ["EU", "DE", "US-CA"] {
        refused(folder.path(), &asked(region), 17, &["support"]);
    }
}

#[test]
fn a_shared_key_that_others_can_read_is_not_believed_in() {
    let folder = workshop(3000);
    assert!(run(folder.path(), "key generate --alg hmac256 -o mac.key").status.success());
    assert!(run(folder.path(), "build -k mac.key -o mac.suit").status.success());
    assert!(run(folder.path(), "verify mac.suit -a mac.key").status.success());
    fs::set_permissions(folder.path().join("mac.key"), fs::Permissions::from_mode(0o644)).unwrap();
    refused(folder.path(), "verify mac.suit -a mac.key", 4, &["others can read the shared key `mac.key`", "chmod 600 mac.key"]);
    assert!(run(folder.path(), "verify mac.suit -a mac.key --allow-readable-key").status.success());
}

#[test]
fn a_demonstration_does_not_replace_what_was_edited() {
    let folder = tempfile::tempdir().unwrap();
    let recipe = folder.path().join("suitpack-demo/suitpack.toml");
    for _ in 0..2 {
        assert!(run(folder.path(), "demo").status.success());
    }
    let edited = format!("{}# mine\n", fs::read_to_string(&recipe).unwrap());
    fs::write(&recipe, &edited).unwrap();
    refused(folder.path(), "demo", 2, &["was edited, and would be replaced", "--dir DIR"]);
    assert_eq!(fs::read_to_string(&recipe).unwrap(), edited);
}

#[test]
fn a_negative_number_is_no_other_argument() {
    let folder = workshop(3000);
    refused(folder.path(), "verify update.suit -a dev.pub.pem --min-sequence -1", 2, &["invalid value `-1`"]);
}
