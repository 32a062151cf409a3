//! Encrypted payloads that no process could hold: in less memory than they have bytes.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic)]

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

/// Nothing in between: no chunk of anything ends here.
const SIZE: u64 = 257 * 1024 * 1024 + 13;

/// What a process may have, its code and the stacks of its threads included, in KiB.
const MEMORY: u32 = 128 * 1024;

const DEVICE: &str = "[device]\nvendor = \"example.com\"\nclass = \"lamp\"\nanchors = [\"dev.pub.pem\"]\ndecryption-keys = [\"kek.cosekey\"]\nstate = { file = \"state\" }\n\
[[component]]\nid = [\"app\"]\nlayout = \"a-b\"\nslots = [{ file = \"a\", size = 300000000 }, { file = \"b\", size = 300000000 }]\n\
[[component]]\nid = [\"app\", \"staging\"]\nlayout = \"working\"\nslot = { file = \"staging\", size = 300000000 }\n";

/// A binary with optimisation is ten times as fast, where there is one.
fn suitpack() -> OsString {
    std::env::var_os("SUITPACK_BIN").unwrap_or_else(|| env!("CARGO_BIN_EXE_suitpack").into())
}

fn run(folder: &Path, line: &str) {
    let limited = format!("ulimit -v {MEMORY}; exec \"$0\" {line}");
    let mut command = Command::new("sh");
    command.args(["-c", &limited]).arg(suitpack()).current_dir(folder).env_remove("SUITPACK_KEY");
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
}

fn same(folder: &Path, one: &str, other: &str) -> bool {
    Command::new("cmp").args([one, other]).current_dir(folder).status().unwrap().success()
}

#[test]
fn a_payload_of_any_cipher_is_built_checked_extracted_and_installed_in_less_memory_than_it_has_bytes() {
    for algorithm in ["a256gcm", "chacha20-poly1305"] {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        // A hole, which is nothing to hold until it is encrypted.
        File::create(folder.join("app.bin")).unwrap().set_len(SIZE).unwrap();
        let recipe = format!(
            "[manifest]\nsequence-number = 7\nvendor = \"example.com\"\nclass = \"lamp\"\n\n[[component]]\nid = [\"app\"]\nimage = \"app.bin\"\n\
             compression = \"none\"\nencrypt-for = [\"kek.cosekey\"]\nencryption = \"{algorithm}\"\n"
        );
        fs::write(folder.join("suitpack.toml"), recipe).unwrap();
        fs::write(folder.join("device.toml"), DEVICE).unwrap();
        fs::write(folder.join("a"), b"old").unwrap();
        for line in [
            "key generate -o dev.pem",
            "key generate -o kek.cosekey --alg a128kw",
            "build -k dev.pem -o update.suit --no-sync",
            "verify update.suit -a dev.pub.pem --decryption-key kek.cosekey",
            "extract update.suit app -o out.bin -a dev.pub.pem --decryption-key kek.cosekey --no-sync",
        ] {
            run(folder, line);
        }
        assert!(same(folder, "app.bin", "out.bin"), "{algorithm}");
        fs::remove_file(folder.join("out.bin")).unwrap();
        run(folder, "install update.suit --device device.toml");
        assert!(same(folder, "app.bin", "b"), "{algorithm}");
    }
}
