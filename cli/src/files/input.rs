//! What is read.

use std::fs::File;
use std::io::{self, IsTerminal, Read, Seek, Write};
use std::path::Path;

use suitpack_package::Package;

use super::is_standard;
use crate::failure::{Code, Failure};

/// A file or standard input.
pub(crate) struct Input {
    /// The bytes.
    pub(crate) reader: Box<dyn Read + Send>,
    /// How many, where that is known.
    pub(crate) size: Option<u64>,
    /// What it is called in messages.
    pub(crate) name: String,
}

impl Input {
    /// Opens `path` once; what is put there later is not seen.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        if is_standard(path) {
            if io::stdin().is_terminal() {
                return Err(Failure::usage("the input is to come from standard input, which is a terminal")
                    .hint("name a file, or send one to standard input"));
            }
            return Ok(Self { reader: Box::new(io::stdin()), size: None, name: String::from("-") });
        }
        let (file, size, name) = file(path)?;
        Ok(Self { reader: Box::new(file), size, name })
    }
}

/// Opens `path` so that it can be read again: what comes out of a pipe is kept in a temporary file.
pub(crate) fn again(path: &Path) -> Result<(File, String), Failure> {
    let Input { mut reader, name, .. } = match is_standard(path) {
        true => Input::open(path)?,
        false => match file(path)? {
            (file, Some(_), name) => return Ok((file, name)),
            (file, None, name) => Input { reader: Box::new(file), size: None, name },
        },
    };
    let mut kept = tempfile::tempfile().map_err(|error| Failure::io("cannot make a temporary file", &error))?;
    // No more is kept than a package has: what is none, or does not end, is not waited for.
    let mut copy = Copy { input: &mut reader, kept: &mut kept, failed: None };
    if let Ok(mut package) = Package::open(&mut copy)
        && let Ok((_, payloads)) = package.parts()
    {
        while let Ok(Some(_)) = payloads.next_payload() {}
    }
    let copied = copy.failed.map_or(Ok(()), Err).and_then(|()| kept.rewind());
    copied.map_err(|error| Failure::io(format!("cannot keep `{name}` in a temporary file"), &error))?;
    Ok((kept, name))
}

/// An input of which all that is read is kept.
struct Copy<'c> {
    input: &'c mut (dyn Read + Send),
    kept: &'c mut File,
    failed: Option<io::Error>,
}

impl Read for Copy<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer).and_then(|got| {
            self.kept.write_all(buffer.get(..got).unwrap_or_default())?;
            Ok(got)
        });
        read.map_err(|error| {
            if error.kind() == io::ErrorKind::Interrupted {
                return error;
            }
            let kind = error.kind();
            self.failed = Some(error);
            kind.into()
        })
    }
}

/// A file, its size if it is a plain one, and its name.
fn file(path: &Path) -> Result<(File, Option<u64>, String), Failure> {
    let name = path.display().to_string();
    let opened = File::open(path).and_then(|file| file.metadata().map(|metadata| (file, metadata)));
    let (file, metadata) = opened.map_err(|error| unreadable(&name, &error))?;
    if metadata.is_dir() {
        return Err(Failure::new(Code::IO, format!("`{name}` is a folder, not a file")));
    }
    Ok((file, metadata.is_file().then_some(metadata.len()), name))
}

/// Reads a whole text file of reasonable size.
pub(crate) fn text(path: &Path) -> Result<(String, String), Failure> {
    let Input { reader, name, .. } = Input::open(path)?;
    let mut bytes = Vec::new();
    reader.take(TEXT + 1).read_to_end(&mut bytes).map_err(|error| unreadable(&name, &error))?;
    if bytes.len() as u64 > TEXT {
        return Err(Failure::usage(format!("`{name}` is too long for a text that people write")));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok((text, name)),
        Err(_) => Err(Failure::usage(format!("`{name}` is not UTF-8 text"))),
    }
}

pub(super) fn unreadable(name: &str, error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::NotFound => Failure::new(Code::IO, format!("`{name}` does not exist")),
        _ => Failure::io(format!("cannot read `{name}`"), error),
    }
}

/// No recipe written by people comes near it.
const TEXT: u64 = 16 * 1024 * 1024;
