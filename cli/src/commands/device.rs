//! `device`: what a described device holds, and what was decided on it and is not finished.

mod recover;
mod show;
mod view;
mod words;

use suitpack_device::{Description, Looked, Overview};

use super::install::{not_started, unusable};
use crate::args::DeviceVerb;
use crate::failure::Failure;
use crate::terminal::Terminal;

pub(super) fn run(verb: &DeviceVerb, terminal: &mut Terminal) -> Result<(), Failure> {
    match verb {
        DeviceVerb::Recover(args) => recover::run(args, terminal),
        DeviceVerb::Show(args) => show::run(args, terminal),
    }
}

/// Opens a device for reading only.
fn look(description: &Description, path: &std::path::Path) -> Result<Looked, Failure> {
    description.look().map_err(|error| unusable(&error, path))
}

fn overview(description: Description, looked: Looked) -> Result<Overview, Failure> {
    Overview::read(description, looked).map_err(|error| not_started(&error))
}
