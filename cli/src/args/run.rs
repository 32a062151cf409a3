//! What `install` and `simulate` take.

use std::path::PathBuf;

use clap::ValueHint;

use super::{ProcedureName, TEMPLATE, TrustArgs};

#[derive(Debug, clap::Args)]
#[command(help_template = TEMPLATE, next_display_order = None)]
pub(crate) struct RunArgs {
    /// Package to run, or `-` for standard input
    #[arg(value_name = "PACKAGE", value_hint = ValueHint::FilePath)]
    pub(crate) package: PathBuf,
    /// Description of the device; `suitpack init --device` writes one
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) device: PathBuf,
    /// Prints a line of JSON for each effect, and the verdict in the last one; schema suitpack-trace/1
    #[arg(long)]
    pub(crate) json: bool,
    /// What is run
    #[arg(long, value_enum, default_value_t = ProcedureName::Update)]
    pub(crate) procedure: ProcedureName,
    #[command(flatten)]
    pub(crate) report: RunReportArgs,
    #[command(flatten)]
    pub(crate) trust: TrustArgs,
}

/// The report of what was done.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Report options")]
pub(crate) struct RunReportArgs {
    /// Replaces the report if it exists
    #[arg(long, requires = "report")]
    pub(crate) force: bool,
    /// What whoever wants the report sent, in hex: it stands in the report, which is so known to be new
    #[arg(long, value_name = "HEX", requires = "report")]
    pub(crate) nonce: Option<String>,
    /// Writes a SUIT_Report of what was done, however it ended
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) report: Option<PathBuf>,
    /// Private or shared key that vouches for the report
    #[arg(long, value_name = "KEY", requires = "report", value_hint = ValueHint::FilePath)]
    pub(crate) report_key: Option<PathBuf>,
}
