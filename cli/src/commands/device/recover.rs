//! What a boot script calls.

use suitpack_device::{Device, OpenError};

use super::{look, overview};
use crate::args::DeviceRecoverArgs;
use crate::commands::install::{Trace, apart, description, not_started, unfinished, unusable};
use crate::failure::Failure;
use crate::terminal::{Terminal, Tone};

pub(super) fn run(args: &DeviceRecoverArgs, terminal: &mut Terminal) -> Result<(), Failure> {
    let described = description(&args.device)?;
    let keys = described.anchors.iter().map(|anchor| &anchor.path).chain(&described.decryption_keys);
    apart(&described, &keys.chain([&args.device]).map(|path| path.as_path()).collect::<Vec<_>>())?;
    let told = format!("  {}", args.device.display());
    // A device on which nothing is to be done is not touched: no file is made, and none opened for writing.
    let looked = look(&described, &args.device)?;
    if looked.busy {
        return Err(unusable(&OpenError::Busy(described.state.path), &args.device));
    }
    if overview(described.clone(), looked)?.state().redo.is_empty() {
        return terminal.labelled(Tone::Good, "nothing to finish", &told);
    }
    let media = described.open().map_err(|error| unusable(&error, &args.device))?;
    let mut trace = Trace::new(false, terminal);
    let started = Device::start_watched(described, media, &mut trace);
    let (_, _, spoken) = trace.finish();
    let device = started.map_err(|error| not_started(&error).detail("what is left is done by whoever uses the device next"))?;
    if let Some(error) = device.unfinished() {
        return Err(unfinished(error));
    }
    spoken?;
    terminal.labelled(Tone::Good, "finished", &told)
}
