//! Files and pipes: inputs, outputs that appear whole or not at all, and keys.

mod apart;
mod input;
mod keys;
mod output;
mod pending;

pub(crate) use apart::{apart, shared};
pub(crate) use input::{Input, again, text};
pub(crate) use keys::{anchors, any_key, decryption_key, passphrase, seed, shared_key, signer};
pub(crate) use output::{Output, policy};
pub(crate) use pending::{Interrupts, Pending, Policy, commit, discard_all, interrupt, is_committed, is_interrupted};

use std::path::Path;

/// `-` stands for standard input or output.
pub(crate) fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}
