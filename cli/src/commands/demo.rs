//! The main job on a real image, by the same commands that a user would type.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::Path;

use clap::Parser;
use suitpack_author::Recipe;

use crate::args::{Args, DemoArgs};
use crate::failure::{Code, Failure};
use crate::terminal::{Terminal, Tone};

pub(super) fn run(args: &DemoArgs, terminal: &mut Terminal) -> Result<(), Failure> {
    let program =
        std::env::current_exe().map_err(|error| Failure::io("the system does not tell where the program's own file is", &error))?;
    let image = match &args.image {
        Some(image) => image.canonicalize().map_err(|error| Failure::io(format!("cannot read `{}`", image.display()), &error))?,
        None => program.clone(),
    };
    prepare(&args.dir)?;
    if let Some(folder) = program.parent() {
        let dir = args.dir.display();
        let copied = format!("every command below can be copied after this one, where {dir} does not exist yet");
        terminal.labelled(Tone::Strong, "# ", &copied)?;
        terminal.labelled(Tone::Strong, "$ ", &format!("export PATH={}:\"$PATH\"", quoted(&folder.to_string_lossy())))?;
    }
    let at = |name: &str| args.dir.join(name).into_os_string();
    let (key, anchor, package) = (at("dev.pem"), at("dev.pub.pem"), at("update.suit"));

    step("a recipe, to be edited for a product of your own", terminal)?;
    perform(&["init".as_ref(), args.dir.as_os_str()], terminal)?;

    step("a key pair: the private half signs, the public half verifies", terminal)?;
    perform(&["key".as_ref(), "generate".as_ref(), "-o".as_ref(), &key], terminal)?;

    step("the package: compressed, described and signed", terminal)?;
    let mut set = OsString::from("component.0.image=");
    set.push(&image);
    perform(
        &["build".as_ref(), &at("suitpack.toml"), "--set".as_ref(), &set, "-k".as_ref(), &key, "-o".as_ref(), &package],
        terminal,
    )?;

    step("what it says", terminal)?;
    perform(&["inspect".as_ref(), &package, "-a".as_ref(), &anchor], terminal)?;

    step("who vouches for it, and whether every byte is what they vouched for", terminal)?;
    perform(&["verify".as_ref(), &package, "-a".as_ref(), &anchor], terminal)?;

    step("whether its maker guarantees security updates on a day, and by which channel they come", terminal)?;
    let asked = ["--manifest-only", "--channel", "stable", "--supported-on", "2030-01-01"].map(OsStr::new);
    perform(&[&["verify".as_ref(), package.as_os_str(), "-a".as_ref(), &anchor], asked.as_slice()].concat(), terminal)?;

    step("the image out of it again", terminal)?;
    let extracted = at("app.bin");
    perform(&["extract".as_ref(), &package, "app".as_ref(), "-a".as_ref(), &anchor, "-o".as_ref(), &extracted], terminal)?;
    show(&["cmp".as_ref(), image.as_os_str(), &extracted], terminal)?;
    compare(&image, Path::new(&extracted))?;
    terminal.labelled(Tone::Good, "the same bytes", "")?;

    step("a forgery: a copy with one bit of one byte changed, which has to be refused", terminal)?;
    let forged = at("forged.suit");
    forge(Path::new(&package), Path::new(&forged), terminal)?;
    match perform(&["verify".as_ref(), &forged, "-a".as_ref(), &anchor], terminal) {
        Err(failure) if failure.code == Code::NOT_BOUND || failure.code == Code::NOT_AUTHENTIC => {
            terminal.failure(&failure);
            terminal.line("")?;
            terminal.labelled(Tone::Good, "refused, as it had to be", &format!(": exit code {}", failure.code.number()))?;
        }
        Err(failure) => return Err(failure),
        Ok(()) => {
            return Err(
                Failure::new(Code::NO, "the forged package was accepted").hint("this is a bug in suitpack; please report it")
            );
        }
    }
    terminal.line(&format!("everything went as it must; the files are in {}", args.dir.display()))
}

/// Makes the folder, or empties the one that an earlier run left. Nobody else's files are touched.
fn prepare(folder: &Path) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::io(format!("cannot use the folder `{}`", folder.display()), &error);
    let marker = folder.join(MARKER);
    fs::create_dir_all(folder).map_err(failed)?;
    if !marker.is_file() {
        if fs::read_dir(folder).map_err(failed)?.next().is_some() {
            return Err(Failure::usage(format!("the folder `{}` has files that the demonstration did not make", folder.display()))
                .hint("name another folder with `--dir DIR`"));
        }
        fs::write(&marker, "made by `suitpack demo`, which empties this folder when it runs again\n").map_err(failed)?;
    }
    let recipe = fs::read_to_string(folder.join("suitpack.toml"));
    if recipe.is_ok_and(|recipe| recipe != Recipe::TEMPLATE) {
        return Err(Failure::usage(format!("the recipe in `{}` was edited, and would be replaced", folder.display()))
            .hint("name another folder with `--dir DIR`, or move this one away"));
    }
    for name in MADE {
        match fs::remove_file(folder.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
    }
    Ok(())
}

fn step(what: &str, terminal: &mut Terminal) -> Result<(), Failure> {
    terminal.line("")?;
    terminal.labelled(Tone::Strong, "# ", what)
}

/// Shows a command as a person would type it, and does what it says.
fn perform(words: &[&OsStr], terminal: &mut Terminal) -> Result<(), Failure> {
    let words: Vec<_> = core::iter::once(OsStr::new("suitpack")).chain(words.iter().copied()).collect();
    show(&words, terminal)?;
    let args = Args::try_parse_from(&words)
        .map_err(|error| Failure::new(Code::BUG, "the demonstration made a wrong command").caused_by(&error))?;
    super::run(args.verb, terminal)
}

fn show(words: &[&OsStr], terminal: &mut Terminal) -> Result<(), Failure> {
    let words: Vec<_> = words.iter().map(|word| quoted(&word.to_string_lossy())).collect();
    terminal.labelled(Tone::Strong, "$ ", &words.join(" "))
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |char: char| char.is_ascii_alphanumeric() || "-_./=,:+@%".contains(char);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

fn compare(image: &Path, extracted: &Path) -> Result<(), Failure> {
    let open = |path: &Path| {
        File::open(path).map(BufReader::new).map_err(|error| Failure::io(format!("cannot read `{}`", path.display()), &error))
    };
    let (mut left, mut right) = (open(image)?.bytes(), open(extracted)?.bytes());
    loop {
        match (left.next(), right.next()) {
            (None, None) => return Ok(()),
            (Some(Err(error)), _) | (_, Some(Err(error))) => return Err(Failure::io("cannot compare the images", &error)),
            (Some(Ok(one)), Some(Ok(other))) if one == other => {}
            _ => return Err(Failure::new(Code::NO, "the extracted image is not the one that was packaged")),
        }
    }
}

/// Copies a package and turns over the lowest bit of the byte in its middle.
fn forge(package: &Path, forged: &Path, terminal: &mut Terminal) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::io(format!("cannot write `{}`", forged.display()), &error);
    let mut bytes = fs::read(package).map_err(failed)?;
    let offset = bytes.len() / 2;
    let byte = bytes.get_mut(offset).ok_or_else(|| Failure::new(Code::BUG, "the package is empty"))?;
    *byte ^= 1;
    let (name, source) = (quoted(&forged.to_string_lossy()), quoted(&package.to_string_lossy()));
    terminal.labelled(Tone::Strong, "$ ", &format!("cp {source} {name}"))?;
    terminal.labelled(
        Tone::Strong,
        "$ ",
        &format!("printf '\\{byte:03o}' | dd of={name} bs=1 seek={offset} conv=notrunc status=none"),
    )?;
    fs::write(forged, &bytes).map_err(failed)
}

/// Says that a folder is ours.
const MARKER: &str = ".suitpack-demo";

/// Everything else that a run makes.
const MADE: [&str; 6] = ["app.bin", "dev.pem", "dev.pub.pem", "forged.suit", "suitpack.toml", "update.suit"];
