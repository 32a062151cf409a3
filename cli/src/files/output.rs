//! Where a result goes: a file that appears whole, or standard output.

use std::fs::File;
use std::io::{self, Seek};
use std::path::Path;

use super::is_standard;
use super::pending::{Pending, Policy};
use crate::args::OutputArgs;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// An output that shows nothing before it is committed, on standard output neither.
#[derive(Debug)]
pub(crate) enum Output {
    /// A file in the making.
    File(Pending),
    /// Put together in a file without a name, then copied to standard output.
    Standard(File),
}

impl Output {
    /// Opens the output, or refuses it before any work is done.
    pub(crate) fn open(args: &OutputArgs, terminal: &mut Terminal) -> Result<Self, Failure> {
        Self::create(&args.output, policy(args), terminal)
    }

    pub(crate) fn create(path: &Path, policy: Policy, terminal: &mut Terminal) -> Result<Self, Failure> {
        if !is_standard(path) {
            return Pending::create(path, policy).map(Self::File);
        }
        terminal.bytes()?;
        let file = tempfile::tempfile().map_err(|error| Failure::io("cannot make a temporary file", &error))?;
        Ok(Self::Standard(file))
    }

    /// The file to write to, whichever it will be.
    pub(crate) fn file(&mut self) -> Result<&mut File, Failure> {
        match self {
            Self::File(pending) => pending.file(),
            Self::Standard(file) => Ok(file),
        }
    }

    /// Lets the result be seen, and with it the files that stand beside it.
    pub(crate) fn commit_with(self, mut beside: Vec<Pending>, terminal: &mut Terminal) -> Result<(), Failure> {
        match self {
            // The payloads first: a package whose payloads are missing helps nobody.
            Self::File(pending) => {
                beside.push(pending);
                super::commit(beside)
            }
            Self::Standard(_) => self.commit(terminal),
        }
    }

    /// Lets the result be seen.
    pub(crate) fn commit(self, terminal: &mut Terminal) -> Result<(), Failure> {
        match self {
            Self::File(pending) => pending.commit(),
            Self::Standard(mut file) => {
                let stdout = terminal.bytes()?;
                let copied = file.rewind().and_then(|()| io::copy(&mut file, stdout)).and_then(|_| stdout.flush());
                copied.map_err(|error| Failure::io("cannot write to standard output", &error))
            }
        }
    }
}

pub(crate) const fn policy(args: &OutputArgs) -> Policy {
    Policy { force: args.force, no_sync: args.no_sync, keep: false, private: false }
}
