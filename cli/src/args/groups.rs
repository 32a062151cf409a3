//! Options that several commands share.

use std::path::PathBuf;

use clap::{ValueEnum, ValueHint};

/// Options of every command.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Terminal options")]
pub(crate) struct TerminalArgs {
    /// When to use colour; nothing is said by colour alone
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = Colour::Auto)]
    pub(crate) color: Colour,
    /// Shows no progress bar
    #[arg(long, global = true, env = "SUITPACK_NO_PROGRESS", hide_env_values = true, value_parser = clap::builder::FalseyValueParser::new())]
    pub(crate) no_progress: bool,
    /// Says nothing but what was asked for and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Explains decisions
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
}

/// Where a result goes.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Output options")]
pub(crate) struct OutputArgs {
    /// Replaces the output file if it exists
    #[arg(long)]
    pub(crate) force: bool,
    /// Does not wait until the disk has the output; faster, but a power cut may lose it
    #[arg(long)]
    pub(crate) no_sync: bool,
    /// File to write, or `-` for standard output
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: PathBuf,
}

/// Where a result goes, if there is to be one.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Output options")]
pub(crate) struct OptionalOutputArgs {
    /// Replaces the output file if it exists
    #[arg(long)]
    force: bool,
    /// Does not wait until the disk has the output; faster, but a power cut may lose it
    #[arg(long)]
    no_sync: bool,
    /// File to write, or `-` for standard output; with `--explain` it may be left out
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath, required_unless_present = "explain")]
    output: Option<PathBuf>,
}

impl OptionalOutputArgs {
    /// The output, if one is given.
    pub(crate) fn given(&self) -> Option<OutputArgs> {
        Some(OutputArgs { force: self.force, no_sync: self.no_sync, output: self.output.clone()? })
    }
}

/// How private keys are opened.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Key options")]
pub(crate) struct KeyAccessArgs {
    /// Takes a private key although others can read its file
    #[arg(long)]
    pub(crate) allow_readable_key: bool,
    /// Opens an encrypted key with the first line of this file; without it, the terminal is asked
    #[arg(long, value_name = "FILE", env = "SUITPACK_PASSPHRASE_FILE", hide_env_values = true, value_hint = ValueHint::FilePath)]
    pub(crate) passphrase_file: Option<PathBuf>,
}

/// What is believed and let pass.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Trust options")]
pub(crate) struct TrustArgs {
    /// Public key to trust, PEM or COSE_Key; may be repeated, and one of them is enough
    #[arg(short, long, value_name = "PUB", value_hint = ValueHint::FilePath)]
    pub(crate) anchor: Vec<PathBuf>,
    /// Private or shared key that opens encrypted payloads; may be repeated
    #[arg(long, value_name = "KEY", value_hint = ValueHint::FilePath)]
    pub(crate) decryption_key: Vec<PathBuf>,
    /// Largest zstd window to accept, as a power of two: 23 stands for 8 MiB
    #[arg(long, value_name = "LOG", value_parser = clap::value_parser!(u8).range(10..=31))]
    pub(crate) max_window: Option<u8>,
    /// Folder of payloads that the package does not carry, looked up by the last part of their URI
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) payload_dir: Option<PathBuf>,
    /// What is let pass of what older drafts and examples do
    #[arg(long, value_enum, default_value_t = ProfileName::Strict)]
    pub(crate) profile: ProfileName,
    #[command(flatten)]
    pub(crate) access: KeyAccessArgs,
}

/// What is asked beyond being authentic and whole.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Checks on request")]
pub(crate) struct CheckArgs {
    /// The package must state exactly this update channel
    #[arg(long, value_name = "NAME")]
    pub(crate) channel: Option<String>,
    /// The package must be for this class of device
    #[arg(long, value_name = "UUID")]
    pub(crate) class_id: Option<String>,
    /// The sequence number must not be lower
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) min_sequence: Option<u64>,
    /// Region in which support is asked about; without it, support must hold in every region
    #[arg(long, value_name = "REGION", requires = "supported_on")]
    pub(crate) region: Option<String>,
    /// Security support must be guaranteed on this day, such as 2027-01-31
    #[arg(long, value_name = "DATE")]
    pub(crate) supported_on: Option<String>,
    /// The package must be for devices of this vendor
    #[arg(long, value_name = "UUID")]
    pub(crate) vendor_id: Option<String>,
}

/// Algorithms of keys by the names people type.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum AlgorithmName {
    /// EdDSA on Curve25519
    Ed25519,
    /// ECDSA on P-256 with SHA-256; the key also opens encrypted payloads
    Esp256,
    /// HMAC with SHA-256, a key shared by those who authenticate and those who check
    Hmac256,
    /// AES key wrap with 128 bits, a key shared with a recipient of payloads
    A128kw,
    /// AES key wrap with 256 bits, a key shared with a recipient of payloads
    A256kw,
}

/// Forms of a public key.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum KeyFormat {
    /// SubjectPublicKeyInfo in PEM, which most tools read
    Pem,
    /// COSE_Key, which devices read
    Cose,
}

/// How strictly packages are read.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ProfileName {
    /// What the text says
    Strict,
    /// Also what the drafts' examples do against it; each time it is said
    Lenient,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// One sentence, usage, arguments, options, examples, see also.
pub(crate) const TEMPLATE: &str = "{about-with-newline}\n{usage-heading} {usage}\n\n{all-args}{after-help}";
