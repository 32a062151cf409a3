use std::fs;
use std::io::Write;

use suitpack_author::Recipe;

use crate::args::InitArgs;
use crate::failure::Failure;
use crate::files::{Pending, Policy};
use crate::terminal::Terminal;

pub(super) fn run(args: &InitArgs, terminal: &mut Terminal) -> Result<(), Failure> {
    fs::create_dir_all(&args.dir)
        .map_err(|error| Failure::io(format!("cannot make the folder `{}`", args.dir.display()), &error))?;
    // `./suitpack.toml` says no more than `suitpack.toml`.
    let path = if args.dir.as_os_str() == "." { RECIPE.into() } else { args.dir.join(RECIPE) };
    let mut recipe = Pending::create(&path, Policy { keep: true, ..Policy::default() })?;
    recipe
        .file()?
        .write_all(Recipe::TEMPLATE.as_bytes())
        .map_err(|error| Failure::io(format!("cannot write `{}`", path.display()), &error))?;
    recipe.commit()?;
    terminal.note(&format!("wrote `{}`", path.display()));
    terminal.note(&format!(
        "next: set `image` in it, then `suitpack key generate -o dev.pem` and `suitpack build {} -k dev.pem -o update.suit`",
        path.display()
    ));
    Ok(())
}

const RECIPE: &str = "suitpack.toml";
