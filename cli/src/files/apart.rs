//! Outputs that would take the place of what is read.

use std::fs;
use std::path::Path;

use super::is_standard;
use crate::failure::Failure;

/// Refuses an output that is also an input of the same run; `--force` replaces what was there before, not what is being used.
pub(crate) fn apart<'p>(outputs: &[&Path], inputs: impl IntoIterator<Item = &'p Path>) -> Result<(), Failure> {
    shared(outputs, inputs).map_or(Ok(()), |input| {
        Err(Failure::usage(format!("the output would replace `{}`, which is read as well", input.display()))
            .hint("name another file with `-o`; a payload beside a package is named by the end of its `uri`"))
    })
}

/// The first input that is an output too.
pub(crate) fn shared<'p>(outputs: &[&Path], inputs: impl IntoIterator<Item = &'p Path>) -> Option<&'p Path> {
    let taken: Vec<_> = outputs.iter().filter(|path| !is_standard(path)).filter_map(|path| fs::canonicalize(path).ok()).collect();
    let is_taken = |input: &&Path| !is_standard(input) && fs::canonicalize(input).is_ok_and(|input| taken.contains(&input));
    inputs.into_iter().find(|input| !taken.is_empty() && is_taken(input))
}
