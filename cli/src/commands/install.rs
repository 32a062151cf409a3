//! `install` and `simulate`: the same procedure on the same device, of which the second changes nothing.

mod device;
mod refusal;
mod report;
mod trace;
mod words;

use std::path::Path;

use suitpack_core::Trust;
use suitpack_core::crypto::VerifySignature;
use suitpack_crypto::Sha2;
use suitpack_device::{Access, Device, Done, Procedure, Request};

use super::checks;
use crate::args::{CheckArgs, ProcedureName, RunArgs};
use crate::failure::Failure;
use crate::files::{again, is_standard, shared};
use crate::terminal::{Terminal, Tone};
use report::Wanted;
use trace::Verdict;

pub(super) use device::{apart, read as description, unusable};
pub(super) use refusal::{not_started, unfinished};
pub(super) use trace::Trace;
pub(super) use words::done as step;

pub(super) fn run(args: RunArgs, dry: bool, terminal: &mut Terminal) -> Result<(), Failure> {
    let mut verdict = Verdict::new(&args, dry);
    let (json, gone) = (args.json, matches!(args.procedure, ProcedureName::Uninstall));
    let result = act(args, dry, &mut verdict, terminal);
    if json {
        let line = verdict.line(&result);
        terminal.raw(&line)?;
    }
    let (name, done) = result?;
    if json {
        return Ok(());
    }
    let word = match (done, dry) {
        (Done::Completed, false) if gone => "uninstalled",
        (Done::Completed, true) if gone => "would be uninstalled",
        (Done::AlreadyInstalled, _) => "already installed",
        (Done::Installed, false) => "installed",
        (Done::Installed, true) => "would be installed",
        (Done::Completed, false) => "completed",
        (Done::Completed, true) => "would complete",
    };
    terminal.labelled(Tone::Good, word, &format!("  {name}"))
}

fn act(mut args: RunArgs, dry: bool, verdict: &mut Verdict, terminal: &mut Terminal) -> Result<(String, Done), Failure> {
    if is_standard(&args.package) && is_standard(&args.device) {
        return Err(
            Failure::usage("package and description cannot both come from standard input").hint("name a file for one of them")
        );
    }
    if dry && args.report.report_key.is_some() {
        return Err(
            Failure::usage("what was not done is not vouched for: a dry run signs no report").hint("leave `--report-key` out")
        );
    }
    let description = device::read(&args.device)?;
    let given_anchors = args.trust.anchor.len();
    args.trust.anchor.extend(description.anchors.iter().map(|anchor| anchor.path.clone()));
    args.trust.decryption_key.extend(description.decryption_keys.iter().cloned());
    let believed = checks::request(&args.trust, &CheckArgs::default(), terminal)?;
    let wanted = Wanted::read(&args.report, &args.trust.access)?;
    let given = [args.package.as_path(), &args.device];
    let keys = args
        .trust
        .anchor
        .iter()
        .chain(&args.trust.decryption_key)
        .chain(&args.report.report_key)
        .chain(&args.trust.access.passphrase_file);
    let inputs: Vec<&Path> = given.into_iter().chain(keys.map(|path| path.as_path())).collect();
    device::apart(&description, &inputs)?;
    if let Some(path) = &args.report.report {
        let places = description.places();
        let needed = inputs.iter().copied().chain(places.iter().map(|(_, location)| location.path.as_path()));
        if let Some(needed) = shared(&[path], needed) {
            let failure = Failure::usage(format!("the report would replace `{}`, which is needed", needed.display()));
            return Err(failure.hint("name another file with `--report`"));
        }
    }
    let (mut package, name) = again(&args.package)?;
    let output = wanted.open(&args.report, terminal)?;
    let media = if dry { description.shadow() } else { description.open() };
    let media = media.map_err(|error| device::unusable(&error, &args.device))?;
    let anchors: Vec<&dyn VerifySignature> = believed
        .anchors
        .iter()
        .map(|key| key as &dyn VerifySignature)
        .chain(believed.shared.iter().map(|key| key as &dyn VerifySignature))
        .collect();
    let limited = device::limited(&description, args.trust.anchor.get(..given_anchors).unwrap_or_default())?;
    let access: Vec<Access<'_>> = limited.iter().map(|(key, components)| Access { key, components }).collect();
    let request = Request {
        trust: Trust { digester: &Sha2, anchors: &anchors, profile: believed.profile },
        procedure: procedure(args.procedure),
        decryption: &believed.decryption,
        payloads: believed.payload_dir.as_ref(),
        max_window_log: believed.max_window_log,
        access: &access,
        nonce: wanted.nonce.as_deref(),
    };
    let mut trace = Trace::new(args.json, terminal);
    let mut device = Device::start_watched(description, media, &mut trace).map_err(|error| refusal::not_started(&error))?;
    let result = device.run(&mut package, &request, &mut trace);
    let (deeds, report, spoken) = trace.finish();
    let reported = output.map_or(Ok(()), |output| wanted.write(report.as_deref(), output, terminal));
    match result {
        Ok(done) => {
            verdict.done(done, deeds);
            spoken
                .and(reported)
                .map(|()| (name, done))
                .map_err(|failure| if dry { failure } else { failure.detail("the procedure ended well all the same") })
        }
        Err(failed) => {
            let mut failure = refusal::refused(&name, &failed, dry);
            if let Err(unwritten) = reported {
                failure = failure.detail(unwritten.message);
            }
            verdict.failed(failed, deeds);
            Err(failure)
        }
    }
}

const fn procedure(name: ProcedureName) -> Procedure {
    match name {
        ProcedureName::Update => Procedure::Update,
        ProcedureName::Invocation => Procedure::Invocation,
        ProcedureName::Uninstall => Procedure::Uninstall,
    }
}
