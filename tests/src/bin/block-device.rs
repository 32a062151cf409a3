//! Installs packages on a block device whose every write is recorded, and judges what a power cut between any two flushes leaves.
//!
//! `block-device FOLDER`: qemu-storage-daemon (qemu-system-common) exports a file by FUSE and records what is written to it; a loop
//! device makes a block device of that. FOLDER holds the files and is the caller's to remove.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

use core::time::Duration;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode};
use std::time::Instant;

use suitpack_device::{FileMedium, Location, Media, Place};
use suitpack_tests::power::{Campaign, Geometry, Log, Sabotage, Scenario, Snapshot, scenarios};

/// One of each layout, with the ways to bring an image between them.
const SCENARIOS: [&str; 6] = [
    "a-b, staged and compressed, disk 128",
    "single, streamed, disk 512",
    "fallback, encrypted, disk 512",
    "swap, streamed, disk 4096",
    "rollback, staged and compressed, disk 512",
    "four components, swapped and not",
];

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
    for scenario in scenarios().iter().filter(|scenario| SCENARIOS.contains(&scenario.name.as_str())) {
        let folder = folder.join(images.to_string());
        fs::create_dir_all(&folder).unwrap();
        match judged(scenario, &folder) {
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
fn judged(scenario: &Scenario, folder: &Path) -> Result<(usize, usize), String> {
    let mut campaign = Campaign::new(scenario, Sabotage::None)?;
    let base = image(campaign.before());
    let places: Vec<(String, usize)> = campaign.before().all().map(|(name, bytes)| (name.to_owned(), bytes.len())).collect();
    let device = Exported::new(folder, &base)?;
    let kind = device.kind();
    campaign.installs(media(&places, &device).map_err(|error| error.to_string())?)?;
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
        let location = Location { path, device: device.loop_device.is_some(), offset, size: *size as u64, content: None };
        Ok((Place(name.clone()), Box::new(FileMedium::open(&location)?) as _))
    };
    places.iter().enumerate().map(open).collect()
}

/// A device whose writes are recorded, as long as it lives.
struct Exported {
    daemon: Child,
    file: PathBuf,
    loop_device: Option<PathBuf>,
}

impl Exported {
    fn new(folder: &Path, base: &[u8]) -> Result<Self, String> {
        let [disk, log, export] = ["base.img", "log.img", "export"].map(|name| folder.join(name));
        fs::write(&disk, base).and_then(|()| fs::write(&log, [])).and_then(|()| fs::write(&export, [])).map_err(words)?;
        fs::File::options().write(true).open(&log).and_then(|log| log.set_len(LOG)).map_err(words)?;
        let file = |node: &str, path: &Path| format!("driver=file,node-name={node},filename={}", path.display());
        let daemon = Command::new("qemu-storage-daemon")
            .args(["--blockdev", &file("disk", &disk), "--blockdev", &file("log", &log)])
            .args(["--blockdev", "driver=blklogwrites,node-name=both,file=disk,log=log,log-sector-size=512"])
            .args(["--export", &format!("type=fuse,id=export,node-name=both,mountpoint={},writable=on", export.display())])
            .spawn()
            .map_err(words)?;
        let mut exported = Self { daemon, file: export.clone(), loop_device: None };
        let begun = Instant::now();
        while fs::metadata(&export).map_err(words)?.len() != base.len() as u64 {
            if begun.elapsed() > Duration::from_secs(20) || exported.daemon.try_wait().map_err(words)?.is_some() {
                return Err(String::from("qemu-storage-daemon does not export its file"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let made = Command::new("losetup").args(["--find", "--show"]).arg(&export).output();
        exported.loop_device =
            made.ok().filter(|made| made.status.success()).map(|made| PathBuf::from(String::from_utf8_lossy(&made.stdout).trim()));
        Ok(exported)
    }

    fn path(&self) -> &Path {
        self.loop_device.as_deref().unwrap_or(&self.file)
    }

    const fn kind(&self) -> &'static str {
        if self.loop_device.is_some() { "a loop device" } else { "an exported file (no loop device to be had)" }
    }
}

impl Drop for Exported {
    fn drop(&mut self) {
        if let Some(device) = &self.loop_device {
            let _ = Command::new("losetup").arg("--detach").arg(device).status();
        }
        let _ = Command::new("kill").arg(self.daemon.id().to_string()).status();
        let _ = self.daemon.wait();
    }
}

fn words(error: std::io::Error) -> String {
    error.to_string()
}

/// Bytes there are for the log; it is sparse.
const LOG: u64 = 256 << 20;
