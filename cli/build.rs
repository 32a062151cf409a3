//! Makes the man pages and the completions from the same table as the command line.
//!
//! They are left in `man` and `completions` under `$SUITPACK_ASSETS_DIR` if that is set, else under cargo's output folder.

#[allow(dead_code, unreachable_pub, unused_imports, reason = "the fields are read by the program, not here")]
#[path = "src/args.rs"]
mod args;

use std::path::PathBuf;
use std::{env, fs, io};

use clap::{CommandFactory, ValueEnum};
use clap_complete::Shell;

fn main() -> io::Result<()> {
    let folder = env::var_os("SUITPACK_ASSETS_DIR").or_else(|| env::var_os("OUT_DIR")).map(PathBuf::from).unwrap_or_default();
    for trigger in [
        "rerun-if-env-changed=SUITPACK_ASSETS_DIR",
        "rerun-if-changed=src/args.rs",
        "rerun-if-changed=src/args",
        "rerun-if-changed=build.rs",
    ] {
        io::Write::write_all(&mut io::stdout(), format!("cargo::{trigger}\n").as_bytes())?;
    }
    let (man, completions) = (folder.join("man"), folder.join("completions"));
    fs::create_dir_all(&man)?;
    fs::create_dir_all(&completions)?;
    clap_mangen::generate_to(args::Args::command(), &man)?;
    for shell in Shell::value_variants() {
        clap_complete::generate_to(*shell, &mut args::Args::command(), "suitpack", &completions)?;
    }
    Ok(())
}
