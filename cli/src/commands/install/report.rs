//! The report that somebody wants of what was done.

use std::io::Write;

use suitpack_crypto::Signer;

use super::super::report::nonce;
use crate::args::{KeyAccessArgs, RunReportArgs};
use crate::failure::{Code, Failure};
use crate::files::{Output, Policy, is_standard, signer};
use crate::terminal::Terminal;

/// What is asked for, understood before work starts.
pub(super) struct Wanted {
    pub(super) nonce: Option<Vec<u8>>,
    key: Option<Signer>,
}

impl Wanted {
    pub(super) fn read(args: &RunReportArgs, access: &KeyAccessArgs) -> Result<Self, Failure> {
        if args.report.as_deref().is_some_and(is_standard) {
            return Err(Failure::usage("the report cannot go to standard output, where the effects are told")
                .hint("name a file with `--report FILE`"));
        }
        let key = args.report_key.as_deref().map(|path| signer(path, access)).transpose()?;
        Ok(Self { nonce: args.nonce.as_deref().map(nonce).transpose()?, key })
    }

    pub(super) fn open(&self, args: &RunReportArgs, terminal: &mut Terminal) -> Result<Option<Output>, Failure> {
        let policy = Policy { force: args.force, ..Policy::default() };
        args.report.as_deref().map(|path| Output::create(path, policy, terminal)).transpose()
    }

    /// Writes the report, with a signature or tag around it if there is a key.
    pub(super) fn write(&self, report: Option<&[u8]>, mut output: Output, terminal: &mut Terminal) -> Result<(), Failure> {
        let report = report.ok_or_else(|| {
            Failure::new(Code::CANNOT_TELL, "there is nothing to report: the package has no manifest that could be believed")
        })?;
        let sealed = self
            .key
            .as_ref()
            .map(|key| suitpack_author::seal(report, key))
            .map(|sealed| sealed.ok_or_else(|| Failure::new(Code::BUG, "the report cannot be signed")));
        let sealed = sealed.transpose()?;
        let bytes = sealed.as_deref().unwrap_or(report);
        output.file()?.write_all(bytes).map_err(|error| Failure::io("cannot write the report", &error))?;
        output.commit(terminal)
    }
}
