//! Chooses the board by the target.

use std::env;
use std::path::PathBuf;

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let board = match env::var("TARGET").as_deref() {
        Ok("thumbv6m-none-eabi") => "microbit.x",
        Ok("thumbv7em-none-eabi") => "mps2-an386.x",
        // Only the library is for any other.
        _ => return,
    };
    println!("cargo:rerun-if-changed=link.x");
    println!("cargo:rerun-if-changed={board}");
    println!("cargo:rustc-link-arg-bins=-L{}", root.display());
    println!("cargo:rustc-link-arg-bins=-T{board}");
}
