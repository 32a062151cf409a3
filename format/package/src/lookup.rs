//! Payloads that are not in the package.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// A folder in which detached payloads are looked up by the last path segment of their URI.
#[derive(Clone, Debug)]
pub struct PayloadDir(PathBuf);

/// Why a payload is not at hand.
#[derive(Debug)]
pub enum Missing {
    /// The URI names no file that could be looked up safely.
    NoName,
    /// There is no such file.
    NotFound(String),
    /// The name leads to something other than a plain file: a link, a folder, a device.
    NotPlain(String),
    /// The file could not be opened.
    Io(io::Error),
}

impl PayloadDir {
    /// Looks payloads up in `folder`.
    #[must_use]
    pub const fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// Opens the file that a URI's last path segment names, and says how many bytes it has.
    ///
    /// # Errors
    /// If the segment is empty, holds a separator or `..`, or leads to anything but a plain file in the folder itself.
    pub fn open(&self, uri: &str) -> Result<(File, u64), Missing> {
        let name = file_name(uri).ok_or(Missing::NoName)?;
        let path = self.0.join(Path::new(name));
        let found = fs::symlink_metadata(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Missing::NotFound(name.to_owned()),
            _ => Missing::Io(error),
        })?;
        if !found.is_file() {
            return Err(Missing::NotPlain(name.to_owned()));
        }
        let file = File::open(&path).map_err(Missing::Io)?;
        let opened = file.metadata().map_err(Missing::Io)?;
        // A link put there in between leads to another file.
        if !same_file(&found, &opened) {
            return Err(Missing::NotPlain(name.to_owned()));
        }
        Ok((file, opened.len()))
    }
}

/// The last path segment of a URI, if it can only name a file in the folder where it is looked up.
// SUIT-63
#[must_use]
pub fn file_name(uri: &str) -> Option<&str> {
    let name = match uri.strip_prefix('#') {
        Some(name) => name,
        None => {
            let path = uri.split(['?', '#']).next()?;
            let path = path.split_once("://").map_or(path, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
            path.rsplit('/').next()?
        }
    };
    let encoded_separator = name.to_ascii_lowercase().contains("%2f") || name.to_ascii_lowercase().contains("%5c");
    let unsafe_name = name.is_empty() || name == "." || name == ".." || name.contains(['/', '\\', '\0', ':']) || encoded_separator;
    (!unsafe_name && !name.chars().any(char::is_control)).then_some(name)
}

#[cfg(unix)]
fn same_file(a: &fs::Metadata, b: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    a.dev() == b.dev() && a.ino() == b.ino()
}

#[cfg(not(unix))]
fn same_file(a: &fs::Metadata, b: &fs::Metadata) -> bool {
    b.is_file() && a.len() == b.len()
}

#[cfg(test)]
mod tests {
    use super::{file_name, same_file};

    #[test]
    fn only_the_last_segment_of_a_uri_is_looked_up() {
        assert_eq!(file_name("https://example.com/a/b.zst?x=/y#z"), Some("b.zst"));
        assert_eq!(file_name("b.zst"), Some("b.zst"));
        assert_eq!(file_name("#app"), Some("app"));
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for uri in
            ["https://example.com/..", "https://example.com/", "https://example.com", "#..", "#a/b", "#", "", "a/..%2fb", "c:\\x"]
        {
            assert_eq!(file_name(uri), None, "{uri}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn another_file_is_not_the_same_file() {
        let here = |name: &str| std::fs::metadata(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).ok();
        let same = |a: &str, b: &str| here(a).zip(here(b)).map(|(a, b)| same_file(&a, &b));
        assert_eq!(same("Cargo.toml", "Cargo.toml"), Some(true));
        assert_eq!(same("Cargo.toml", "src/lookup.rs"), Some(false));
    }
}
