mod check;
mod show;

use std::io::Read;
use std::path::{Path, PathBuf};

use suitpack_crypto::Anchor;
use suitpack_package::ReportRequest;

pub(super) use check::nonce;

use crate::args::ReportVerb;
use crate::failure::{Code, Failure};
use crate::files::{Input, anchors};
use crate::terminal::Terminal;

pub(super) fn run(verb: &ReportVerb, terminal: &mut Terminal) -> Result<(), Failure> {
    match verb {
        ReportVerb::Check(args) => check::run(args, terminal),
        ReportVerb::Show(args) => show::run(args, terminal),
    }
}

/// Whose reports are believed.
fn believe(request: &mut ReportRequest, paths: &[PathBuf]) -> Result<(), Failure> {
    for anchor in anchors(paths, true)? {
        match anchor {
            Anchor::Public(key) => request.anchors.push(key),
            Anchor::Shared(key) => request.shared.push(key),
            _ => {}
        }
    }
    Ok(())
}

/// The bytes of a report and what it is called.
fn read(path: &Path) -> Result<(Vec<u8>, String), Failure> {
    let Input { reader, name, .. } = Input::open(path)?;
    let mut bytes = Vec::new();
    let read = reader.take(REPORT + 1).read_to_end(&mut bytes);
    read.map_err(|error| Failure::io(format!("cannot read `{name}`"), &error))?;
    if bytes.len() as u64 > REPORT {
        return Err(Failure::new(Code::POLICY, format!("`{name}` is too long for a report")));
    }
    Ok((bytes, name))
}

/// A record takes some ten bytes; no device writes more of them.
const REPORT: u64 = 1024 * 1024;
