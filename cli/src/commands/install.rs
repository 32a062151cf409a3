//! `install` and `simulate`: the same procedure on the same device, of which the second changes nothing.

mod device;
mod refusal;
mod trace;
mod words;

use std::path::Path;

use suitpack_core::Trust;
use suitpack_core::crypto::VerifySignature;
use suitpack_crypto::Sha2;
use suitpack_device::{Device, Done, Procedure, Request};

use super::checks;
use crate::args::{CheckArgs, ProcedureName, RunArgs};
use crate::failure::Failure;
use crate::files::again;
use crate::terminal::{Terminal, Tone};
use trace::{Trace, Verdict};

pub(super) fn run(args: RunArgs, dry: bool, terminal: &mut Terminal) -> Result<(), Failure> {
    let mut verdict = Verdict::new(&args, dry);
    let json = args.json;
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
        (Done::AlreadyInstalled, _) => "already installed",
        (Done::Installed, false) => "installed",
        (Done::Installed, true) => "would be installed",
        (Done::Completed, false) => "completed",
        (Done::Completed, true) => "would complete",
    };
    terminal.labelled(Tone::Good, word, &format!("  {name}"))
}

fn act(mut args: RunArgs, dry: bool, verdict: &mut Verdict, terminal: &mut Terminal) -> Result<(String, Done), Failure> {
    let description = device::read(&args.device)?;
    args.trust.anchor.extend(description.anchors.iter().cloned());
    args.trust.decryption_key.extend(description.decryption_keys.iter().cloned());
    let believed = checks::request(&args.trust, &CheckArgs::default(), terminal)?;
    let given = [args.package.as_path(), &args.device];
    let keys = args.trust.anchor.iter().chain(&args.trust.decryption_key);
    let inputs: Vec<&Path> = given.into_iter().chain(keys.map(|path| path.as_path())).collect();
    device::apart(&description, &inputs)?;
    let (mut package, name) = again(&args.package)?;
    let media = if dry { description.shadow() } else { description.open() };
    let media = media.map_err(|error| device::unusable(&error, &args.device))?;
    let anchors: Vec<&dyn VerifySignature> = believed
        .anchors
        .iter()
        .map(|key| key as &dyn VerifySignature)
        .chain(believed.shared.iter().map(|key| key as &dyn VerifySignature))
        .collect();
    let request = Request {
        trust: Trust { digester: &Sha2, anchors: &anchors, profile: believed.profile },
        procedure: procedure(args.procedure),
        decryption: &believed.decryption,
        payloads: believed.payload_dir.as_ref(),
        max_window_log: believed.max_window_log,
        nonce: None,
    };
    let mut trace = Trace::new(args.json, terminal);
    let mut device = Device::start_watched(description, media, &mut trace).map_err(|error| refusal::not_started(&error))?;
    let result = device.run(&mut package, &request, &mut trace);
    let (decided, spoken) = trace.finish();
    match result {
        Ok(done) => {
            verdict.done(done, decided);
            spoken.map(|()| (name, done))
        }
        Err(failed) => {
            let failure = refusal::refused(&name, &failed, dry);
            verdict.failed(failed);
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
