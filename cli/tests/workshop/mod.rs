//! Devices in files, and packages for them.
#![allow(dead_code, reason = "not every test needs all of it")]

use core::time::Duration;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Instant;

pub(crate) const RECIPE: &str = "[manifest]\nsequence-number = 7\nvendor = \"example.com\"\nclass = \"lamp\"\n\n[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\n";
pub(crate) const DEVICE: &str = "[device]\nvendor = \"example.com\"\nclass = \"lamp\"\nanchors = [\"dev.pub.pem\"]\nstate = { file = \"state\" }\n\
[[component]]\nid = [\"app\"]\nlayout = \"a-b\"\nslots = [{ file = \"a\", size = 67108864 }, { file = \"b\", size = 67108864 }]\n\
[[component]]\nid = [\"app\", \"staging\"]\nlayout = \"working\"\nslot = { file = \"staging\", size = 67108864 }\n";

pub(crate) fn suitpack(folder: &Path, line: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_suitpack"));
    command.current_dir(folder).args(line.split(' ')).env_remove("SUITPACK_KEY").stdin(Stdio::null());
    command
}

pub(crate) fn run(folder: &Path, line: &str) -> Output {
    suitpack(folder, line).output().unwrap()
}

/// A device on which an old image is active, and a package with a new one of `size` bytes that hardly compress.
pub(crate) fn workshop(size: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut state = 1_u64;
    let image = core::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 56) as u8
    });
    fs::write(folder.path().join("app.bin"), image.take(size).collect::<Vec<u8>>()).unwrap();
    fs::write(folder.path().join("suitpack.toml"), RECIPE).unwrap();
    fs::write(folder.path().join("device.toml"), DEVICE).unwrap();
    fs::write(folder.path().join("a"), b"old").unwrap();
    for line in ["key generate -o dev.pem", "build -k dev.pem -o update.suit"] {
        assert!(run(folder.path(), line).status.success(), "{line}");
    }
    folder
}

/// Whether something came true before the child ended.
pub(crate) fn wait_until(child: &mut Child, holds: impl Fn() -> bool) -> bool {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(60) {
        if holds() {
            return true;
        }
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    panic!("it takes too long");
}
