//! Installs packages on a block device whose every write is recorded, and judges what a power cut between any two flushes leaves.
//!
//! `block-device FOLDER`: qemu-storage-daemon (qemu-system-common) exports a file by FUSE and records what is written to it; a loop
//! device makes a block device of that. FOLDER holds the files and is the caller's to remove.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use suitpack_device::{FileMedium, Location, Media, Place};
use suitpack_tests::power::{Campaign, Exported, Geometry, Log, Sabotage, Scenario, Snapshot, scenarios};

/// One of each layout, with the ways to bring an image between them.
const SCENARIOS: [&str; 6] = [
    "a-b, staged and compressed, disk 128",
    "single, streamed, disk 512",
    "fallback, encrypted, disk 512",
    "swap, streamed, disk 4096",
    "rollback, staged and compressed, disk 512",
    "four components, swapped and not",
];

/// These are installed by `suitpack install`.
const COMMANDED: &[&str] = &["a-b, staged, disk 4096", "single, staged and compressed, disk 128"];

/// Bytes of the device, and of each place on it.
const SIZE: usize = 4 << 20;
const PLACE: usize = 64 << 10;

/// Images at random for each pair of flushes.
const CHANCES: usize = 24;

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: block-device FOLDER");
        return ExitCode::from(2);
    };
    let (mut images, mut failures) = (0, 0);
    let all = scenarios();
    let named = |name: &str| all.iter().find(|scenario| scenario.name == name).unwrap();
    let commanded = std::env::var_os("SUITPACK_BIN").map(|_| COMMANDED).unwrap_or_default();
    if commanded.is_empty() {
        println!("skipped: SUITPACK_BIN is not set, so `suitpack install` was not tried on a block device");
    }
    let runs = SCENARIOS.iter().map(|name| (*name, false)).chain(commanded.iter().map(|name| (*name, true)));
    for (index, (name, by_command)) in runs.enumerate() {
        let scenario = named(name);
        let folder = folder.join(index.to_string());
        fs::create_dir_all(&folder).unwrap();
        match judged(scenario, &folder, by_command) {
            Ok((count, wrong)) => (images, failures) = (images + count, failures + wrong),
            Err(error) => {
                println!("{}: FAILED {error}", scenario.name);
                failures += 1;
            }
        }
    }
    println!("block device: {images} images, failures {failures}");
    ExitCode::from(u8::from(failures > 0))
}

/// Installs on the device, and judges what its log says it may have held: how many images, and how many are wrong.
fn judged(scenario: &Scenario, folder: &Path, by_command: bool) -> Result<(usize, usize), String> {
    let mut campaign = Campaign::new(scenario, Sabotage::None)?;
    let base = image(campaign.before());
    let places: Vec<(String, usize)> = campaign.before().all().map(|(name, bytes)| (name.to_owned(), bytes.len())).collect();
    let device = Exported::new(folder, &base)?;
    let kind = if device.is_block_device() { "a loop device" } else { "an exported file, for want of a loop device" };
    match std::env::var_os("SUITPACK_BIN").filter(|_| by_command) {
        Some(command) => commanded(&command, scenario, folder, &places, &device)?,
        None => drop(campaign.installs(media(&places, &device).map_err(|error| error.to_string())?)?),
    }
    drop(device);
    let log = Log::parse(&fs::read(folder.join("log.img")).map_err(|error| error.to_string())?)?;
    let (writes, flushes) = log.count();
    let (mut images, mut wrong) = (0, 0);
    log.images(&base, CHANCES, true, |image| {
        images += 1;
        if let Err(error) = campaign.recovers(&parts(&places, image)) {
            wrong += 1;
            println!("  FAILED image {images}: {error}");
        }
    });
    // If the flushes had not been there, it would have gone wrong; else this proves nothing.
    let mut noticed = 0;
    log.images(&base, 40 * CHANCES, false, |image| noticed += usize::from(campaign.recovers(&parts(&places, image)).is_err()));
    println!(
        "{} on {kind}: {writes} writes, {flushes} flushes, {images} images; without flushes {noticed} are wrong",
        scenario.name
    );
    if flushes == 0 || noticed == 0 {
        return Err(String::from("the flushes make no difference"));
    }
    Ok((images, wrong))
}

/// Installs the package as anybody would.
fn commanded(
    command: &OsStr,
    scenario: &Scenario,
    folder: &Path,
    places: &[(String, usize)],
    device: &Exported,
) -> Result<(), String> {
    let mut text = scenario.text.clone();
    let (key, path) = (if device.is_block_device() { "device" } else { "file" }, device.path().display());
    for (index, (name, size)) in places.iter().enumerate() {
        let whole = format!("file = \"{name}\", size = ");
        let at = text.find(&whole).ok_or_else(|| format!("`{name}` is not described"))?;
        let end = at + whole.len() + text[at + whole.len()..].find(|char: char| !char.is_ascii_digit()).unwrap_or_default();
        text.replace_range(at..end, &format!("{key} = \"{path}\", offset = {}, size = {size}", index * PLACE));
    }
    let [package, description, anchor] = ["package.suit", "device.toml", "anchor.pem"].map(|name| folder.join(name));
    let pem = suitpack_crypto::keyfile::to_spki_pem(&key_of_the_tests()).map_err(|error| error.to_string())?;
    let files = [(&package, scenario.package.as_slice()), (&description, text.as_bytes()), (&anchor, pem.as_bytes())];
    for (path, content) in files {
        fs::write(path, content).map_err(|error| error.to_string())?;
    }
    let mut install = Command::new(command);
    install.arg("install").arg(&package).arg("--device").arg(&description).arg("--anchor").arg(&anchor);
    let output = install.output().map_err(|error| error.to_string())?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

fn key_of_the_tests() -> suitpack_crypto::PublicKey {
    suitpack_tests::key(1).public_key()
}

/// All places one after the other.
fn image(parts: &Snapshot) -> Vec<u8> {
    let mut image = vec![0; SIZE];
    for (index, (_, bytes)) in parts.all().enumerate() {
        image[index * PLACE..][..bytes.len()].copy_from_slice(bytes);
    }
    image
}

fn parts(places: &[(String, usize)], image: &[u8]) -> Snapshot {
    let mut parts = Snapshot::default();
    for (index, (name, size)) in places.iter().enumerate() {
        parts.put(name, Geometry::Disk { sector: 512 }, *size, &image[index * PLACE..][..*size]);
    }
    parts
}

fn media(places: &[(String, usize)], device: &Exported) -> std::io::Result<Media> {
    let open = |(index, (name, size)): (usize, &(String, usize))| {
        let path = device.path().to_owned();
        let offset = (index * PLACE) as u64;
        let location = Location { path, device: device.is_block_device(), offset, size: *size as u64, content: None };
        Ok((Place(name.clone()), Box::new(FileMedium::open(&location)?) as _))
    };
    places.iter().enumerate().map(open).collect()
}
