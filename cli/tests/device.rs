//! What a session cannot show of a device: interrupts, pipes, and two processes at once.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod workshop;

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use workshop::{DEVICE, run, suitpack, wait_until, workshop};

/// What would run now: the slot whose image an invocation finds whole.
fn installed(folder: &Path) -> bool {
    run(folder, "simulate update.suit --device device.toml --procedure invocation -q").status.success()
}

#[test]
fn an_interrupt_leaves_the_old_image_and_the_next_run_goes_on() {
    let size = 40_000_000;
    let folder = workshop(size);
    let mut interrupted = 0;
    for written in [1, size as u64 / 2] {
        let line = "install update.suit --device device.toml --report report.cose --json --force";
        let mut child = suitpack(folder.path(), line).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        for name in ["staging", "b"] {
            let _ = wait_until(&mut child, || fs::metadata(folder.path().join(name)).is_ok_and(|file| file.len() >= written));
        }
        assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
        let output = child.wait_with_output().unwrap();
        let last = String::from_utf8(output.stdout).unwrap().lines().last().unwrap().to_owned();
        match output.status.code() {
            Some(130) => {
                interrupted += 1;
                assert!(last.contains(r#""verdict":"refused","cause":"interrupted","code":130"#), "{last}");
                let said = String::from_utf8(output.stderr).unwrap();
                assert!(said.starts_with("error: `update.suit` is not installed: it was interrupted"), "{said}");
                let checked = run(folder.path(), "report check update.suit report.cose -a dev.pub.pem --bare");
                assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
            }
            code => assert_eq!(code, Some(0)),
        }
        assert_eq!(fs::read(folder.path().join("a")).unwrap(), b"old");
    }
    assert!(interrupted > 0, "it was never interrupted");
    let output = run(folder.path(), "install update.suit --device device.toml");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(fs::read(folder.path().join("b")).unwrap() == fs::read(folder.path().join("app.bin")).unwrap());
    assert!(installed(folder.path()));
}

#[test]
fn an_interrupt_behind_the_decision_waits_for_the_end() {
    let folder = workshop(40_000_000);
    let slots = "layout = \"a-b\"\nslots = [{ file = \"a\", size = 67108864 }, { file = \"b\", size = 67108864 }]";
    let single = "layout = \"single\"\nslot = { file = \"a\", size = 67108864 }\nstaging = { file = \"b\", size = 67108864 }";
    fs::write(folder.path().join("device.toml"), DEVICE.replace(slots, single)).unwrap();
    let mut child = suitpack(folder.path(), "install update.suit --device device.toml").stdout(Stdio::null()).spawn().unwrap();
    assert!(wait_until(&mut child, || fs::metadata(folder.path().join("a")).is_ok_and(|file| file.len() > 3)));
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(fs::read(folder.path().join("a")).unwrap() == fs::read(folder.path().join("app.bin")).unwrap());
}

#[test]
fn the_report_does_not_take_the_place_of_a_slot_that_is_not_there_yet() {
    let folder = workshop(1000);
    fs::hard_link(folder.path().join("update.suit"), folder.path().join("linked")).unwrap();
    let linked = DEVICE.replace("file = \"b\"", "file = \"linked\"");
    fs::write(folder.path().join("linked.toml"), linked).unwrap();
    for line in [
        "install update.suit --device device.toml --report b --force",
        "install update.suit --device device.toml --report state --force",
        "simulate update.suit --device device.toml --report ./staging --force",
        "install update.suit --device linked.toml",
    ] {
        let output = run(folder.path(), line);
        assert_eq!(output.status.code(), Some(2), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(["b", "state", "staging"].iter().all(|name| !folder.path().join(name).exists()), "{line}");
    }
}

#[test]
fn a_pipe_that_does_not_end_is_not_waited_for() {
    let folder = workshop(1000);
    for what in ["yes", "cat update.suit; yes"] {
        let line = format!("({what}) | exec \"$0\" install - --device device.toml");
        let mut child = Command::new("sh");
        child.args(["-c", &line, env!("CARGO_BIN_EXE_suitpack")]).current_dir(folder.path());
        let output = child.stdout(Stdio::null()).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{what}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn a_slot_that_takes_no_more_is_exit_4_and_the_next_run_goes_on() {
    let folder = workshop(300_000);
    let limited = "trap '' XFSZ; ulimit -f 100; exec \"$0\" install update.suit --device device.toml";
    let output = Command::new("sh")
        .args(["-c", limited, env!("CARGO_BIN_EXE_suitpack")])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{text}");
    assert!(
        text.starts_with("error: `update.suit` could not be installed: ") && text.contains("\nhint: once that is mended, "),
        "{text}"
    );
    assert_eq!(fs::read(folder.path().join("a")).unwrap(), b"old");
    assert!(run(folder.path(), "install update.suit --device device.toml").status.success());
    assert!(installed(folder.path()));
}

#[test]
fn a_package_from_a_pipe_is_installed() {
    let folder = workshop(100_000);
    let package = File::open(folder.path().join("update.suit")).unwrap();
    let piped = Command::new("cat").stdin(package).stdout(Stdio::piped()).spawn().unwrap().stdout.unwrap();
    let output = suitpack(folder.path(), "install - --device device.toml").stdin(piped).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(installed(folder.path()));
}

#[test]
fn one_process_has_the_device() {
    let folder = workshop(1000);
    let state = File::create(folder.path().join("state")).unwrap();
    state.lock().unwrap();
    for line in
        ["install update.suit --device device.toml", "simulate update.suit --device device.toml", "device recover device.toml"]
    {
        let output = run(folder.path(), line);
        assert_eq!(output.status.code(), Some(4), "{line}");
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(text.starts_with("error: another process uses the device: `state` is locked\n"), "{text}");
    }
    let output = run(folder.path(), "device show device.toml");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.starts_with("not locked: another process has the device, "), "{text}");
    state.unlock().unwrap();
    assert!(run(folder.path(), "install update.suit --device device.toml").status.success());
}

#[test]
fn a_dry_run_leaves_no_trace() {
    let folder = workshop(100_000);
    let names = || {
        let mut names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let before = names();
    assert!(run(folder.path(), "simulate update.suit --device device.toml").status.success());
    assert_eq!(names(), before);
    assert_eq!(fs::read(folder.path().join("a")).unwrap(), b"old");
}

#[test]
fn a_device_whose_state_is_damaged_is_not_taken_for_a_new_one() {
    let folder = workshop(1000);
    assert!(run(folder.path(), "install update.suit --device device.toml").status.success());
    let state = folder.path().join("state");
    let mut bytes = fs::read(&state).unwrap();
    bytes.iter_mut().skip(8).for_each(|byte| *byte ^= 0x55);
    fs::write(&state, bytes).unwrap();
    let output = run(folder.path(), "install update.suit --device device.toml");
    assert_eq!(output.status.code(), Some(4));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(
        text.starts_with("error: the device does not start\ncaused by: the state is damaged in both of its copies\nhint: "),
        "{text}"
    );
}
