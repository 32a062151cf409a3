//! A block device whose writes are recorded.

use core::time::Duration;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Instant;

/// A device whose writes are recorded, as long as it lives.
#[derive(Debug)]
pub struct Exported {
    daemon: Child,
    file: PathBuf,
    loop_device: Option<PathBuf>,
}

impl Exported {
    /// Exports `base` from this folder, where the log is `log.img`.
    ///
    /// # Errors
    /// If there is no FUSE or no qemu-storage-daemon.
    pub fn new(folder: &Path, base: &[u8]) -> Result<Self, String> {
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

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.loop_device.as_deref().unwrap_or(&self.file)
    }

    /// Whether it is a block device; else there was no loop device to be had, and it is a file.
    #[must_use]
    pub const fn is_block_device(&self) -> bool {
        self.loop_device.is_some()
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
