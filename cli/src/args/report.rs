//! What can be typed about reports.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum, ValueHint};

use super::{ProfileName, TEMPLATE};

#[derive(Debug, clap::Args)]
#[command(next_display_order = None)]
pub(crate) struct ReportArgs {
    #[command(subcommand)]
    pub(crate) verb: ReportVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReportVerb {
    /// Tells whether a report is what its manifest makes a device do, and in which state the device is then
    #[command(help_template = TEMPLATE, next_display_order = None, after_help = "Examples:
  suitpack report check update.suit report.cose -a dev.pub.pem -r device.pub.pem
  suitpack report check update.suit report.cbor -a dev.pub.pem --bare --procedure update --json

See also:
  suitpack help report show, suitpack help exit-codes")]
    Check(ReportCheckArgs),
    /// Shows what a report says, whether or not anybody vouches for it
    #[command(help_template = TEMPLATE, next_display_order = None, after_help = "Examples:
  suitpack report show report.cose
  suitpack report show report.cose -r device.pub.pem --json

See also:
  suitpack help report check")]
    Show(ReportShowArgs),
}

#[derive(Debug, clap::Args)]
pub(crate) struct ReportCheckArgs {
    /// Package whose manifest was run, or `-` for standard input; its payloads are not needed
    #[arg(value_name = "MANIFEST", value_hint = ValueHint::FilePath)]
    pub(crate) manifest: PathBuf,
    /// Report: a SUIT_Report, or a COSE_Sign1 or COSE_Mac0 around one
    #[arg(value_name = "REPORT", value_hint = ValueHint::FilePath)]
    pub(crate) report: PathBuf,
    /// Public key to trust with the manifest, PEM or COSE_Key; may be repeated, and one of them is enough
    #[arg(short, long, value_name = "PUB", value_hint = ValueHint::FilePath)]
    pub(crate) anchor: Vec<PathBuf>,
    /// Takes a report that nobody signed: the channel it came through vouches for it
    #[arg(long)]
    pub(crate) bare: bool,
    /// Prints the answer as JSON, schema suitpack-report-check/1
    #[arg(long)]
    pub(crate) json: bool,
    /// The report must hold this nonce, so that it is no older than the request
    #[arg(long, value_name = "HEX")]
    pub(crate) nonce: Option<String>,
    /// Folder of dependencies that the package does not carry, looked up by the last part of their URI
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) payload_dir: Option<PathBuf>,
    /// What was run; without it, whichever procedure agrees
    #[arg(long, value_enum)]
    pub(crate) procedure: Option<ProcedureName>,
    /// What is let pass of what older drafts and examples do, records of success that are missing among it
    #[arg(long, value_enum, default_value_t = ProfileName::Strict)]
    pub(crate) profile: ProfileName,
    /// Public key to trust with the report, PEM or COSE_Key; may be repeated, and one of them is enough
    #[arg(short, long, value_name = "PUB", value_hint = ValueHint::FilePath)]
    pub(crate) report_anchor: Vec<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ReportShowArgs {
    /// Report to show, or `-` for standard input
    #[arg(value_name = "REPORT", value_hint = ValueHint::FilePath)]
    pub(crate) report: PathBuf,
    /// Prints JSON, schema suitpack-report/1
    #[arg(long)]
    pub(crate) json: bool,
    /// What is let pass of what older drafts and examples do, keys out of order among it
    #[arg(long, value_enum, default_value_t = ProfileName::Strict)]
    pub(crate) profile: ProfileName,
    /// Public key to look for, PEM or COSE_Key; may be repeated
    #[arg(short, long, value_name = "PUB", value_hint = ValueHint::FilePath)]
    pub(crate) report_anchor: Vec<PathBuf>,
}

/// What a device runs of a manifest.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ProcedureName {
    /// From fetching to validating
    Update,
    /// From validating to invoking
    Invocation,
    /// Uninstalling
    Uninstall,
}
