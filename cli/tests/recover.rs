//! What is finished after a power cut, and what can only be read.
#![cfg(target_os = "linux")]
#![allow(clippy::print_stderr, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod workshop;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use workshop::{DEVICE, run, suitpack, wait_until, workshop};

/// A device of two slots that swap, on which an old image of the same size is active.
fn swapping(size: usize) -> tempfile::TempDir {
    let folder = workshop(size);
    let slots = "layout = \"a-b\"\nslots = [{ file = \"a\", size = 67108864 }, { file = \"b\", size = 67108864 }]";
    let swap = DEVICE.replace(slots, &slots.replace("a-b", "swap"));
    let swap = swap.replace("[[component]]\nid = [\"app\"]\n", "scratch = { file = \"scratch\" }\n[[component]]\nid = [\"app\"]\n");
    fs::write(folder.path().join("device.toml"), swap).unwrap();
    let old = fs::read(folder.path().join("app.bin")).unwrap().iter().map(|byte| !byte).collect::<Vec<u8>>();
    fs::write(folder.path().join("a"), old).unwrap();
    folder
}

/// A process that is killed leaves what a power cut does, but for what is in the cache of the system.
#[test]
fn what_was_decided_is_finished_without_the_package() {
    let size = 12_000_000;
    let folder = swapping(size);
    let (old, new) = (fs::read(folder.path().join("a")).unwrap(), fs::read(folder.path().join("app.bin")).unwrap());
    let changed = |at: usize| {
        let bytes = fs::read(folder.path().join("a")).unwrap();
        bytes.get(at).is_some_and(|byte| *byte == new[at])
    };
    let mut child = suitpack(folder.path(), "install update.suit --device device.toml").stdout(Stdio::null()).spawn().unwrap();
    assert!(wait_until(&mut child, || changed(0)), "it was done before it could be interrupted");
    child.kill().unwrap();
    child.wait().unwrap();
    fs::remove_file(folder.path().join("update.suit")).unwrap();
    let before = fs::read(folder.path().join("state")).unwrap();
    let output = run(folder.path(), "device show device.toml --json");
    let shown: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let step = &shown["unfinished"][0];
    assert_eq!((step["step"].as_str(), step["length"].as_u64()), (Some("exchange"), Some(size as u64)), "{shown:#}");
    assert_eq!((&shown["components"][0]["finished"], shown["lock"].as_str()), (&false.into(), Some("shared")));
    let words = run(folder.path(), "device show device.toml --no-digest").stdout;
    let done = step["done"].as_u64().filter(|done| *done > 0).map_or(String::new(), |done| format!(", of which {done} are done"));
    let wanted = format!("step 1           app:0 and app:1 exchange {size} bytes{done}\n");
    assert!(String::from_utf8_lossy(&words).contains(&wanted), "{wanted}");
    assert_eq!(fs::read(folder.path().join("state")).unwrap(), before, "it was not only looked at");
    // And killed again while it recovers.
    let mut child = suitpack(folder.path(), "device recover device.toml").stdout(Stdio::null()).spawn().unwrap();
    assert!(wait_until(&mut child, || changed(size / 2)), "it was done before it could be interrupted");
    child.kill().unwrap();
    child.wait().unwrap();
    let output = run(folder.path(), "device recover device.toml");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.starts_with("finishes  app:0 and app:1 exchange ") && text.ends_with("finished  device.toml\n"), "{text}");
    assert!(fs::read(folder.path().join("a")).unwrap() == new && fs::read(folder.path().join("b")).unwrap() == old);
    let output = run(folder.path(), "device recover device.toml");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "nothing to finish  device.toml\n");
    let shown = run(folder.path(), "device show device.toml --json").stdout;
    let shown: serde_json::Value = serde_json::from_slice(&shown).unwrap();
    assert_eq!((&shown["unfinished"], &shown["components"][0]["finished"]), (&serde_json::json!([]), &true.into()));
}

#[test]
fn an_interrupt_of_a_recovery_waits_for_the_end() {
    let size = 12_000_000;
    let folder = swapping(size);
    let new = fs::read(folder.path().join("app.bin")).unwrap();
    let holds = |at: usize| fs::read(folder.path().join("a")).unwrap()[at] == new[at];
    let mut child = suitpack(folder.path(), "install update.suit --device device.toml").stdout(Stdio::null()).spawn().unwrap();
    assert!(wait_until(&mut child, || holds(0)));
    child.kill().unwrap();
    child.wait().unwrap();
    let mut child = suitpack(folder.path(), "device recover device.toml").stdout(Stdio::null()).spawn().unwrap();
    assert!(wait_until(&mut child, || holds(size / 2)));
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(fs::read(folder.path().join("a")).unwrap() == new);
}

/// Killed in the middle of an exchange.
fn halfway(size: usize) -> tempfile::TempDir {
    let folder = swapping(size);
    let new = fs::read(folder.path().join("app.bin")).unwrap();
    let mut child = suitpack(folder.path(), "install update.suit --device device.toml").stdout(Stdio::null()).spawn().unwrap();
    let begun = || fs::read(folder.path().join("a")).unwrap()[0] == new[0];
    assert!(wait_until(&mut child, begun), "it was done before it could be interrupted");
    child.kill().unwrap();
    child.wait().unwrap();
    folder
}

#[test]
fn what_was_changed_after_it_was_decided_is_not_finished() {
    let folder = halfway(12_000_000);
    let path = |name: &str| folder.path().join(name);
    let new = fs::read(path("app.bin")).unwrap();
    let whole = fs::read(path("b")).unwrap();
    let mut changed = whole.clone();
    *changed.last_mut().unwrap() ^= 1;
    fs::write(path("b"), &changed).unwrap();
    // What has nothing to do with it is finished.
    let all = || ["a", "b", "scratch"].map(|name| fs::read(path(name)).unwrap());
    let before = all();
    let output = run(folder.path(), "device recover device.toml");
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(12), "{error}");
    assert!(error.contains("app:1 does not hold what was decided on\n"), "{error}");
    assert!(error.contains("hint: put back what was there, or install the package again"), "{error}");
    assert!(all() == before, "something was written");
    // Either is right.
    fs::write(path("b"), &whole).unwrap();
    assert_eq!(run(folder.path(), "device recover device.toml").status.code(), Some(0));
    assert!(fs::read(path("a")).unwrap() == new);
    let folder = halfway(12_000_000);
    fs::remove_file(folder.path().join("b")).unwrap();
    let output = run(folder.path(), "install update.suit --device device.toml");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("\nchanged   ") && text.contains("app:1 does not hold what was decided on\n"), "{text}");
    assert!(text.ends_with("installed  update.suit\n"), "{text}");
    assert!(fs::read(folder.path().join("a")).unwrap() == new);
}

#[test]
fn a_description_that_changes_meanwhile_mixes_nothing() {
    let folder = halfway(12_000_000);
    let description = fs::read_to_string(folder.path().join("device.toml")).unwrap();
    let scratch = "scratch = { file = \"scratch\" }";
    assert!(description.contains(scratch));
    let smaller = description.replace(scratch, "scratch = { file = \"small\", size = 1024 }");
    fs::write(folder.path().join("small.toml"), smaller).unwrap();
    let output = run(folder.path(), "device recover small.toml");
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{error}");
    assert!(error.contains("a scratch area as large as when it was decided"), "{error}");
    let stranger = description.replace("[device]\n", "[device]\ndevice-id = \"00000000-0000-4000-8000-000000000000\"\n");
    fs::write(folder.path().join("device.toml"), &stranger).unwrap();
    assert_eq!(run(folder.path(), "device recover device.toml").status.code(), Some(0), "what was not said is no contradiction");
    fs::write(folder.path().join("other.toml"), stranger.replace("0000-4000", "0001-4000")).unwrap();
    for command in ["device show other.toml", "install update.suit --device other.toml", "simulate update.suit --device other.toml"]
    {
        let output = run(folder.path(), command);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(4), "{command}: {error}");
        assert!(error.contains("the state is that of a device with another device identifier"), "{command}: {error}");
    }
}

/// Runs a line of a shell in which `ro` is a file system that can be read only; nothing where nobody may mount one.
fn beside_read_only(folder: &Path, line: &str) -> Option<Output> {
    let mount = "mount -t tmpfs none ro && printf safe > ro/safe && mount -o remount,ro ro || exit 99";
    fs::create_dir_all(folder.join("ro")).unwrap();
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", &format!("{mount}\n{line}"), env!("CARGO_BIN_EXE_suitpack")]).current_dir(folder);
    let output = command.stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stderr);
    let refused = output.status.code() == Some(99) || text.starts_with("unshare: ");
    if refused {
        eprintln!("nothing is shown here: no file system can be mounted to be read only: {text}");
    }
    (!refused).then_some(output)
}

#[test]
fn a_fallback_that_can_only_be_read_is_enough_and_a_slot_is_not() {
    let folder = workshop(100_000);
    let slots = "layout = \"a-b\"\nslots = [{ file = \"a\", size = 67108864 }, { file = \"b\", size = 67108864 }]";
    let layout = |slot: &str, fallback: &str| {
        let fallback = format!(
            "layout = \"fallback\"\nslot = {{ file = \"{slot}\", size = 67108864 }}\nfallback = {{ file = \"{fallback}\", size = 67108864 }}"
        );
        DEVICE.replace(slots, &fallback)
    };
    fs::write(folder.path().join("good.toml"), layout("a", "ro/safe")).unwrap();
    fs::write(folder.path().join("bad.toml"), layout("ro/safe", "a").replace("\"state\"", "\"other\"")).unwrap();
    for verb in ["install", "simulate"] {
        let Some(output) = beside_read_only(folder.path(), &format!("exec \"$0\" {verb} update.suit --device bad.toml")) else {
            return;
        };
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(4), "{text}");
        let wanted = "app:0 is to be written and cannot be: Read-only file system";
        assert!(text.lines().next().unwrap().contains(wanted), "{text}");
        assert!(!String::from_utf8_lossy(&output.stdout).contains("decided"));
    }
    let output = beside_read_only(folder.path(), "exec \"$0\" install update.suit --device good.toml").unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(fs::read(folder.path().join("a")).unwrap() == fs::read(folder.path().join("app.bin")).unwrap());
}

/// A block device that can be read only; it is given back at the end.
struct ReadOnlyLoop(String);

impl ReadOnlyLoop {
    fn over(file: &Path) -> Option<Self> {
        let output = Command::new("losetup").args(["--read-only", "--find", "--show"]).arg(file).output().ok()?;
        if !output.status.success() {
            eprintln!("nothing is shown here: no loop device is to be had: {}", String::from_utf8_lossy(&output.stderr));
            return None;
        }
        Some(Self(String::from_utf8(output.stdout).unwrap().trim().to_owned()))
    }
}

impl Drop for ReadOnlyLoop {
    fn drop(&mut self) {
        let _ = Command::new("losetup").args(["--detach", &self.0]).status();
    }
}

/// It can be opened for writing all the same, and refuses the first byte.
#[test]
fn a_block_device_that_can_only_be_read_is_a_fallback_and_no_slot() {
    let folder = workshop(100_000);
    fs::write(folder.path().join("rom"), vec![7; 1 << 20]).unwrap();
    let Some(rom) = ReadOnlyLoop::over(&folder.path().join("rom")) else { return };
    let slots = "layout = \"a-b\"\nslots = [{ file = \"a\", size = 67108864 }, { file = \"b\", size = 67108864 }]";
    let file = "{ file = \"a\", size = 1048576 }";
    let block = format!("{{ device = \"{}\", size = 1048576, content = 4 }}", rom.0);
    let fallback =
        |slot: &str, fallback: &str| DEVICE.replace(slots, &format!("layout = \"fallback\"\nslot = {slot}\nfallback = {fallback}"));
    fs::write(folder.path().join("good.toml"), fallback(file, &block)).unwrap();
    fs::write(folder.path().join("bad.toml"), fallback(&block, file).replace("\"state\"", "\"other\"")).unwrap();
    for verb in ["install", "simulate"] {
        let output = run(folder.path(), &format!("{verb} update.suit --device bad.toml"));
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(4), "{text}");
        assert!(text.contains("app:0 is to be written and cannot be: the block device is read-only"), "{text}");
    }
    let output = run(folder.path(), "install update.suit --device good.toml");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(fs::read(folder.path().join("a")).unwrap() == fs::read(folder.path().join("app.bin")).unwrap());
}

// DEV-12
#[test]
fn a_recovery_does_not_write_over_what_the_device_reads() {
    let folder = swapping(1000);
    let key = fs::read(folder.path().join("dev.pub.pem")).unwrap();
    let described = fs::read_to_string(folder.path().join("device.toml")).unwrap();
    fs::write(folder.path().join("device.toml"), described.replace("file = \"b\"", "file = \"dev.pub.pem\"")).unwrap();
    let output = run(folder.path(), "device recover device.toml");
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(fs::read(folder.path().join("dev.pub.pem")).unwrap(), key);
}
