//! What can be typed about described devices.

use std::path::PathBuf;

use clap::{Subcommand, ValueHint};

use super::TEMPLATE;

#[derive(Debug, clap::Args)]
#[command(next_display_order = None)]
pub(crate) struct DeviceArgs {
    #[command(subcommand)]
    pub(crate) verb: DeviceVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DeviceVerb {
    /// Finishes what was decided on a device and interrupted, by a power cut for instance; needs no package
    #[command(help_template = TEMPLATE, next_display_order = None, after_help = "Examples:
  suitpack device recover device.toml
  suitpack device recover /etc/lamp/device.toml -q && exec boot-lamp

See also:
  suitpack help device show, suitpack help install, suitpack help exit-codes")]
    Recover(DeviceRecoverArgs),
    /// Shows what a device holds, and what was decided and is not finished; changes nothing
    #[command(help_template = TEMPLATE, next_display_order = None, after_help = "Examples:
  suitpack device show device.toml
  suitpack device show device.toml --no-digest --json

See also:
  suitpack help device recover, suitpack help install")]
    Show(DeviceShowArgs),
}

#[derive(Debug, clap::Args)]
pub(crate) struct DeviceRecoverArgs {
    /// Description of the device, or `-` for standard input; `suitpack init --device` writes one
    #[arg(value_name = "DEVICE", value_hint = ValueHint::FilePath)]
    pub(crate) device: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct DeviceShowArgs {
    /// Description of the device, or `-` for standard input; `suitpack init --device` writes one
    #[arg(value_name = "DEVICE", value_hint = ValueHint::FilePath)]
    pub(crate) device: PathBuf,
    /// Prints JSON, schema suitpack-device/1
    #[arg(long)]
    pub(crate) json: bool,
    /// Does not read what is active, which takes long where that is large
    #[arg(long)]
    pub(crate) no_digest: bool,
}
