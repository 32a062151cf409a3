//! What a device holds.

use suitpack_device::{Event, Watch};

use super::view::{Lock, View};
use super::{look, overview, words};
use crate::args::DeviceShowArgs;
use crate::commands::install::description;
use crate::failure::{Code, Failure};
use crate::terminal::{Progress, Terminal, json};

pub(super) fn run(args: &DeviceShowArgs, terminal: &mut Terminal) -> Result<(), Failure> {
    let described = description(&args.device)?;
    let looked = look(&described, &args.device)?;
    let lock = Lock::of(&looked);
    let mut overview = overview(described, looked)?;
    let mut view = View::of(&args.device, lock, &overview);
    if !args.no_digest {
        for component in &mut view.components {
            let Some(length) = component.length else { continue };
            let mut bar = Bar(terminal.progress("reading", Some(length)));
            match overview.digest(&component.at, length, &mut bar) {
                Ok(digest) => component.sha256 = Some(digest),
                Err(error) => component.problem = Some(error.to_string()),
            }
        }
    }
    if args.json {
        let text = serde_json::to_string_pretty(&view);
        let text = text.map_err(|error| Failure::new(Code::BUG, "the device cannot be written down").caused_by(&error))?;
        terminal.raw(&format!("{}\n", json(&text)))?;
    } else {
        words::print(&view, terminal)?;
    }
    let unread: Vec<_> = view.components.iter().filter(|component| component.problem.is_some()).collect();
    let Some(first) = unread.first() else { return Ok(()) };
    Err(unread.iter().fold(Failure::new(Code::IO, format!("cannot read what `{}` holds", first.name)), |failure, component| {
        failure.detail(format!("{}: {}", component.place, component.problem.as_deref().unwrap_or_default()))
    }))
}

/// How far the reading is.
struct Bar(Progress);

impl Watch for Bar {
    fn event(&mut self, event: &Event<'_>) {
        if let Event::Progress { done, .. } = event {
            self.0.at(*done);
        }
    }
}
