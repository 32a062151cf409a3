//! What a session cannot show: pipes, signals, full disks, permissions and links.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use core::time::Duration;
use std::fs::{self, File, Permissions};
use std::io::{Read, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Instant;

const RECIPE: &str = "[manifest]\nsequence-number = 7\nvendor = \"example.com\"\nclass = \"lamp\"\n\n[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\n";

fn suitpack(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_suitpack"));
    command.current_dir(folder).env_remove("SUITPACK_KEY").env_remove("SUITPACK_PASSPHRASE_FILE").stdin(Stdio::null());
    command
}

fn run(folder: &Path, line: &str) -> Output {
    suitpack(folder).args(line.split(' ')).output().unwrap()
}

fn good(folder: &Path, line: &str) {
    let output = run(folder, line);
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A folder with a recipe, an image of `size` bytes that hardly compresses, and a key pair.
fn workshop(size: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut state = 1_u64;
    let image: Vec<u8> = core::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 56) as u8
    })
    .take(size)
    .collect();
    fs::write(folder.path().join("app.bin"), image).unwrap();
    fs::write(folder.path().join("suitpack.toml"), RECIPE).unwrap();
    good(folder.path(), "key generate -o dev.pem");
    folder
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn piped(folder: &Path, line: &str, input: Stdio) -> Child {
    suitpack(folder).args(line.split(' ')).stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn a_pipeline_of_build_sign_verify_and_extract_works() {
    let folder = workshop(300_000);
    let mut build = piped(folder.path(), "build -o -", Stdio::null());
    let mut sign = piped(folder.path(), "sign - -k dev.pem -o -", build.stdout.take().unwrap().into());
    let extract = piped(folder.path(), "extract - app -a dev.pub.pem -o -", sign.stdout.take().unwrap().into());
    let output = extract.wait_with_output().unwrap();
    assert!(output.status.success() && build.wait().unwrap().success() && sign.wait().unwrap().success());
    assert_eq!(output.stdout, fs::read(folder.path().join("app.bin")).unwrap());
}

#[test]
fn a_package_is_the_same_in_a_file_and_in_a_pipe() {
    let folder = workshop(300_000);
    good(folder.path(), "build -k dev.pem -o update.suit");
    assert_eq!(run(folder.path(), "build -k dev.pem -o -").stdout, fs::read(folder.path().join("update.suit")).unwrap());
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let folder = workshop(3_000_000);
    for line in ["build -o -", "completions bash"] {
        let mut child = piped(folder.path(), line, Stdio::null());
        let mut first = [0];
        let mut stdout = child.stdout.take().unwrap();
        stdout.read_exact(&mut first).unwrap();
        drop(stdout);
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(!String::from_utf8_lossy(&output.stderr).contains("error"), "{line}");
    }
}

#[test]
fn a_verdict_stands_although_nobody_reads_it() {
    let folder = workshop(1000);
    good(folder.path(), "build -o unsigned.suit");
    let mut child = piped(folder.path(), "verify unsigned.suit -a dev.pub.pem", Stdio::null());
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(10));
}

#[test]
fn a_full_disk_behind_standard_output_is_exit_4() {
    let folder = workshop(1000);
    for line in ["build -o -", "help exit-codes"] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = suitpack(folder.path()).args(line.split(' ')).stdout(full).stderr(Stdio::piped()).output().unwrap();
        assert_eq!(output.status.code(), Some(4), "{line}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("error: cannot write to standard output"), "{line}");
    }
}

#[test]
fn a_folder_that_takes_no_files_is_exit_4_and_leaves_nothing() {
    let folder = workshop(1000);
    let output = run(folder.path(), "build -o /proc/update.suit");
    assert_eq!(output.status.code(), Some(4));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("error: "), "{output:?}");
}

#[test]
fn a_disk_that_is_full_midway_is_exit_4_and_leaves_nothing() {
    let folder = workshop(300_000);
    good(folder.path(), "build -o unsigned.suit");
    good(folder.path(), "build -k dev.pem -o update.suit");
    let before = names(folder.path());
    for line in [
        "build -k dev.pem -o second.suit",
        "sign unsigned.suit -k dev.pem -o second.suit",
        "extract update.suit app -a dev.pub.pem -o out.bin",
    ] {
        // Files end at 50 KiB, and the process is told so by an error instead of a signal.
        let limited = format!("trap '' XFSZ; ulimit -f 100; exec \"$0\" {line}");
        let output =
            Command::new("sh").args(["-c", &limited, env!("CARGO_BIN_EXE_suitpack")]).current_dir(folder.path()).output().unwrap();
        assert_eq!(output.status.code(), Some(4), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(names(folder.path()), before, "{line}");
    }
}

#[test]
fn an_interrupt_ends_with_130_and_leaves_no_output() {
    for signal in ["-INT", "-TERM"] {
        let folder = workshop(1000);
        let before = names(folder.path());
        // The package never ends, so the output is never finished.
        let mut child = piped(folder.path(), "sign - -k dev.pem -o signed.suit", Stdio::piped());
        let head = run(folder.path(), "build -o -").stdout;
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(&head).unwrap();
        let deadline = Instant::now() + Duration::from_secs(20);
        while names(folder.path()) == before {
            assert!(Instant::now() < deadline, "no output was begun");
            std::thread::sleep(Duration::from_millis(10));
        }
        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(130), "{signal}");
        drop(stdin);
        assert_eq!(names(folder.path()), before, "{signal}");
    }
}

#[test]
fn private_keys_are_readable_by_their_owner_only() {
    let folder = workshop(1000);
    let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("dev.pem"), 0o600);
    assert_eq!(mode("dev.pub.pem"), mode("app.bin"), "the public key is a file like others");
}

#[test]
fn a_key_that_others_can_read_is_refused_unless_allowed() {
    let folder = workshop(1000);
    fs::set_permissions(folder.path().join("dev.pem"), Permissions::from_mode(0o640)).unwrap();
    let output = run(folder.path(), "build -k dev.pem -o update.suit");
    assert_eq!(output.status.code(), Some(4));
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        text,
        "error: others can read the private key `dev.pem`\nhint: `chmod 600 dev.pem`, or pass `--allow-readable-key` if that is meant\n"
    );
    assert!(!folder.path().join("update.suit").exists());
    good(folder.path(), "build -k dev.pem -o update.suit --allow-readable-key");
}

#[test]
fn an_output_that_is_a_link_or_a_device_is_never_written_through() {
    let folder = workshop(1000);
    fs::write(folder.path().join("precious"), "mine").unwrap();
    symlink("precious", folder.path().join("link")).unwrap();
    symlink("nowhere", folder.path().join("dangling")).unwrap();
    for (output, word) in [("link", "a symbolic link"), ("dangling", "a symbolic link"), ("/dev/null", "no plain file")] {
        let result = run(folder.path(), &format!("build -o {output} --force"));
        assert_eq!(result.status.code(), Some(2), "{output}");
        assert!(String::from_utf8_lossy(&result.stderr).contains(word), "{output}");
    }
    assert_eq!(fs::read(folder.path().join("precious")).unwrap(), b"mine");
}

#[test]
fn what_a_package_says_cannot_move_the_cursor() {
    let folder = workshop(1000);
    let text = "\n[text.en]\nupdate-description = \"a\\u001b[2Jb\\u202ec\"\n";
    fs::write(folder.path().join("suitpack.toml"), format!("{RECIPE}{text}")).unwrap();
    good(folder.path(), "build -o update.suit");
    for line in ["inspect update.suit", "inspect update.suit --json", "inspect update.suit --edn"] {
        let shown = String::from_utf8(run(folder.path(), line).stdout).unwrap();
        assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{line}");
    }
    let shown = String::from_utf8(run(folder.path(), "inspect update.suit").stdout).unwrap();
    assert!(shown.contains("a\\u{1b}[2Jb\\u{202e}c"), "{shown}");
}

#[test]
fn nothing_is_extracted_from_a_package_that_does_not_verify() {
    let folder = workshop(300_000);
    good(folder.path(), "build -k dev.pem -o update.suit");
    let mut bytes = fs::read(folder.path().join("update.suit")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(folder.path().join("forged.suit"), bytes).unwrap();
    let before = names(folder.path());
    let output = run(folder.path(), "extract forged.suit app -a dev.pub.pem -o out.bin");
    assert_eq!(output.status.code(), Some(12));
    assert_eq!(names(folder.path()), before);
    let output = run(folder.path(), "extract forged.suit app -a dev.pub.pem -o -");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(12), 0));
}

#[test]
fn what_is_read_is_never_replaced_whatever_force_says() {
    let folder = workshop(5_000);
    good(folder.path(), "build -k dev.pem -o p.suit");
    good(folder.path(), "build -o unsigned.suit");
    let before = ["dev.pem", "dev.pub.pem", "suitpack.toml", "app.bin"].map(|name| fs::read(folder.path().join(name)).unwrap());
    let lines = [
        "build -k dev.pem -o dev.pem --force",
        "build -k dev.pem -o suitpack.toml --force",
        "build -k dev.pem -o app.bin --force",
        "build -k dev.pem -o n.suit --force --set component.0.uri=https://x/dev.pem",
        "build -k dev.pem -o n.suit --force --set component.0.uri=https://x/suitpack.toml",
        "build -k dev.pem -o n.suit --force --set component.0.uri=https://x/app.bin",
        "build -k dev.pem -o n.suit --force --set component.0.uri=https://x/n.suit",
        "build -k dev.pem -o n.suit --set component.0.uri=https://x/n.suit",
        "sign unsigned.suit -k dev.pem -o dev.pem --force",
        "extract p.suit app -a dev.pub.pem -o dev.pub.pem --force",
    ];
    for line in lines {
        let output = run(folder.path(), line);
        assert_eq!(output.status.code(), Some(2), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(
        before,
        ["dev.pem", "dev.pub.pem", "suitpack.toml", "app.bin"].map(|name| fs::read(folder.path().join(name)).unwrap())
    );
    assert!(!folder.path().join("n.suit").exists());
}

/// Whenever the signal comes: either nothing is there and the code says so, or all of it is and the code says that.
#[test]
fn an_interrupt_leaves_all_outputs_or_none() {
    let folder = workshop(2_000_000);
    let line = "build -k dev.pem -o out/n.suit --set component.0.uri=https://x/payload";
    for delay in 0..25 {
        let out = folder.path().join("out");
        let _ = fs::remove_dir_all(&out);
        fs::create_dir(&out).unwrap();
        let mut child = piped(folder.path(), line, Stdio::null());
        std::thread::sleep(Duration::from_millis(delay * 4 + 10));
        let _ = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        let status = child.wait().unwrap();
        let expected: &[&str] = match status.code() {
            Some(0) => &["n.suit", "payload"],
            Some(130) => &[],
            // Before the handler was there; nothing was begun then.
            None => &[],
            other => panic!("{other:?}"),
        };
        assert_eq!(names(&out), expected, "after {delay}");
    }
}

#[test]
fn a_package_that_ends_inside_a_payload_cannot_be_read() {
    let folder = workshop(5_000);
    good(folder.path(), "build -k dev.pem -o p.suit");
    let package = fs::read(folder.path().join("p.suit")).unwrap();
    fs::write(folder.path().join("short.suit"), &package[..3_000]).unwrap();
    for line in ["lint short.suit", "inspect --json short.suit", "diff short.suit p.suit", "verify short.suit -a dev.pub.pem"] {
        let output = run(folder.path(), line);
        assert_eq!(output.status.code(), Some(3), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn what_came_through_a_pipe_is_not_said_to_be_shown_again() {
    let folder = workshop(5_000);
    fs::write(folder.path().join("broken.suit"), "no package").unwrap();
    let refused = |line: &str, input: Stdio| {
        let output = piped(folder.path(), line, input).wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{line}");
        String::from_utf8(output.stderr).unwrap()
    };
    let shown = refused("verify broken.suit -a dev.pub.pem", Stdio::null());
    assert!(shown.contains("hint: `suitpack inspect --edn broken.suit`"), "{shown}");
    let shown = refused("verify - -a dev.pub.pem", File::open(folder.path().join("broken.suit")).unwrap().into());
    assert!(!shown.contains("hint:"), "{shown}");
}
