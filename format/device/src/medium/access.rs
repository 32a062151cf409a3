//! What can be read and not written.

use std::fs::Metadata;
use std::io;
use std::path::Path;

/// Whether somebody may not write, or nobody can.
pub(super) fn is_denied(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

/// Why nobody can write it, whatever rights there are: its file system, or the block device itself, is read-only. A block device of
/// that kind may be opened for writing all the same, and then refuses the first byte.
#[cfg(target_os = "linux")]
pub(super) fn read_only(path: &Path, found: &Metadata) -> Option<String> {
    use std::os::unix::fs::{FileTypeExt, MetadataExt};
    if found.file_type().is_block_device() {
        let (major, minor) = (rustix::fs::major(found.rdev()), rustix::fs::minor(found.rdev()));
        let flag = std::fs::read(format!("/sys/dev/block/{major}:{minor}/ro")).unwrap_or_default();
        return flag.starts_with(b"1").then(|| String::from("the block device is read-only"));
    }
    match rustix::fs::access(path, rustix::fs::Access::WRITE_OK) {
        Err(rustix::io::Errno::ROFS) => Some(io::Error::from(rustix::io::Errno::ROFS).to_string()),
        _ => None,
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) const fn read_only(_: &Path, _: &Metadata) -> Option<String> {
    None
}
