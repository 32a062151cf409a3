//! Outputs that would take the place of what is read.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

use super::is_standard;
use crate::failure::Failure;

/// Refuses an output that is also an input of the same run; `--force` replaces what was there before, not what is being used.
pub(crate) fn apart<'p>(outputs: &[&Path], inputs: impl IntoIterator<Item = &'p Path>) -> Result<(), Failure> {
    shared(outputs, inputs).map_or(Ok(()), |input| {
        Err(Failure::usage(format!("the output would replace `{}`, which is read as well", input.display()))
            .hint("name another file with `-o`; a payload beside a package is named by the end of its `uri`"))
    })
}

/// The first input that is an output too, or will be: by its path, or as another name of the same file.
pub(crate) fn shared<'p>(outputs: &[&Path], inputs: impl IntoIterator<Item = &'p Path>) -> Option<&'p Path> {
    let taken: Vec<_> = outputs.iter().filter(|path| !is_standard(path)).filter_map(|path| known(path)).collect();
    let is_taken = |input: &&Path| {
        let Some((path, file)) = known(input).filter(|_| !is_standard(input)) else { return false };
        taken.iter().any(|(other, taken)| *other == path || file.as_ref().zip(taken.as_ref()).is_some_and(|(a, b)| same(a, b)))
    };
    inputs.into_iter().find(|input| !taken.is_empty() && is_taken(input))
}

/// Where a path leads, and what is there; a file that is not there yet, in its folder.
fn known(path: &Path) -> Option<(PathBuf, Option<Metadata>)> {
    if let Ok(found) = fs::canonicalize(path) {
        let file = fs::metadata(&found).ok().filter(Metadata::is_file);
        return Some((found, file));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    Some((fs::canonicalize(folder).ok()?.join(path.file_name()?), None))
}

#[cfg(unix)]
fn same(a: &Metadata, b: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    a.dev() == b.dev() && a.ino() == b.ino()
}

#[cfg(not(unix))]
const fn same(_: &Metadata, _: &Metadata) -> bool {
    false
}
