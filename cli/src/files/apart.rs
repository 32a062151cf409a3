//! Outputs that would take the place of what is read.

use std::fs;
use std::path::Path;

use super::is_standard;
use crate::failure::Failure;

/// Refuses an output that is also an input of the same run; `--force` replaces what was there before, not what is being used.
pub(crate) fn apart<'p>(outputs: &[&Path], inputs: impl IntoIterator<Item = &'p Path>) -> Result<(), Failure> {
    let taken: Vec<_> = outputs.iter().filter(|path| !is_standard(path)).filter_map(|path| fs::canonicalize(path).ok()).collect();
    if taken.is_empty() {
        return Ok(());
    }
    for input in inputs.into_iter().filter(|path| !is_standard(path)) {
        if fs::canonicalize(input).is_ok_and(|input| taken.contains(&input)) {
            return Err(Failure::usage(format!("the output would replace `{}`, which is read as well", input.display()))
                .hint("name another file with `-o`; a payload beside a package is named by the end of its `uri`"));
        }
    }
    Ok(())
}
