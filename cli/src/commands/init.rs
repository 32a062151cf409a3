use std::fs;
use std::io::Write;

use suitpack_author::Recipe;
use suitpack_device::Description;

use crate::args::InitArgs;
use crate::failure::{Code, Failure};
use crate::files::{Pending, Policy};
use crate::terminal::Terminal;

pub(super) fn run(args: &InitArgs, terminal: &mut Terminal) -> Result<(), Failure> {
    fs::create_dir_all(&args.dir)
        .map_err(|error| Failure::io(format!("cannot make the folder `{}`", args.dir.display()), &error))?;
    let (name, text) = if args.device { (DEVICE, Description::TEMPLATE) } else { (RECIPE, Recipe::TEMPLATE) };
    // `./suitpack.toml` says no more than `suitpack.toml`.
    let path = if args.dir.as_os_str() == "." { name.into() } else { args.dir.join(name) };
    let mut file = Pending::create(&path, Policy { keep: true, ..Policy::default() }).map_err(|failure| match failure.code {
        Code::USAGE => failure.hint("it is never replaced; name another folder, or move it away first"),
        _ => failure,
    })?;
    file.file()?.write_all(text.as_bytes()).map_err(|error| Failure::io(format!("cannot write `{}`", path.display()), &error))?;
    file.commit()?;
    let path = path.display();
    terminal.note(&format!("wrote `{path}`"));
    terminal.note(&if args.device {
        format!("next: set the names and slots of your device in it, then `suitpack install update.suit --device {path}`")
    } else {
        format!(
            "next: set `image` in it, then `suitpack key generate -o dev.pem` and `suitpack build {path} -k dev.pem -o update.suit`"
        )
    });
    Ok(())
}

const DEVICE: &str = "device.toml";
const RECIPE: &str = "suitpack.toml";
