//! What can be typed. No behaviour: `build.rs` reads this file too and makes man pages and completions of it.

#[path = "args/device.rs"]
mod device;
#[path = "args/groups.rs"]
mod groups;
#[path = "args/report.rs"]
mod report;
#[path = "args/run.rs"]
mod run;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueHint};

pub(crate) use device::{DeviceArgs, DeviceRecoverArgs, DeviceShowArgs, DeviceVerb};
pub(crate) use groups::{
    AlgorithmName, CheckArgs, Colour, KeyAccessArgs, KeyFormat, OptionalOutputArgs, OutputArgs, ProfileName, TEMPLATE,
    TerminalArgs, TrustArgs,
};
pub(crate) use report::{ProcedureName, ReportArgs, ReportCheckArgs, ReportShowArgs, ReportVerb};
pub(crate) use run::{RunArgs, RunReportArgs};

/// Makes, signs, verifies and explains firmware update packages that carry their maker's promise of support
#[derive(Debug, Parser)]
#[command(name = "suitpack", version, disable_help_subcommand = true, max_term_width = 100, subcommand_required = true)]
#[command(help_template = TEMPLATE, next_display_order = None)]
#[command(after_help = "Examples:
  suitpack demo
  suitpack verify update.suit -a dev.pub.pem

See also:
  suitpack help exit-codes")]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) terminal: TerminalArgs,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Subcommand)]
#[command(help_template = TEMPLATE, next_display_order = None)]
pub(crate) enum Verb {
    /// Shows the main job on a real image, each step as a command, ending with a refused forgery
    #[command(
        display_order = 1,
        after_help = "Examples:
  suitpack demo
  suitpack demo --dir /tmp/try --image zephyr.bin

See also:
  suitpack help init, suitpack help build"
    )]
    Demo(DemoArgs),
    /// Writes a commented recipe, suitpack.toml, or the description of a device, device.toml
    #[command(
        display_order = 2,
        after_help = "Examples:
  suitpack init
  suitpack init --device lamp/

See also:
  suitpack help build, suitpack help install"
    )]
    Init(InitArgs),
    /// Builds a package from a recipe, and signs it if a key is given
    #[command(
        display_order = 3,
        after_help = "Examples:
  suitpack build -k dev.pem -o update.suit
  suitpack build app.toml --set manifest.sequence-number=7 -o - | suitpack sign - -k dev.pem -o update.suit

See also:
  suitpack help init, suitpack help sign, suitpack help verify"
    )]
    Build(BuildArgs),
    /// Adds one signature to a package; the manifest does not move
    #[command(
        display_order = 4,
        after_help = "Examples:
  suitpack sign unsigned.suit -k dev.pem -o update.suit
  suitpack sign update.suit -k second.pem -o update-2.suit

See also:
  suitpack help key, suitpack help verify"
    )]
    Sign(SignArgs),
    /// Tells who vouches for a package, and whether every byte is what they vouched for
    #[command(
        display_order = 5,
        after_help = "Examples:
  suitpack verify update.suit -a dev.pub.pem
  suitpack verify - -a dev.pub.pem --min-sequence 6 --supported-on 2027-01-01 --json < update.suit

See also:
  suitpack help exit-codes, suitpack help inspect"
    )]
    Verify(VerifyArgs),
    /// Shows what a package says, whether or not anybody vouches for it
    #[command(
        display_order = 6,
        after_help = "Examples:
  suitpack inspect update.suit
  suitpack inspect update.suit -a dev.pub.pem --json
  suitpack inspect update.suit --recipe > explicit.toml

See also:
  suitpack help verify, suitpack help extract"
    )]
    Inspect(InspectArgs),
    /// Makes the bytes that a text in CBOR diagnostic notation describes, good or bad
    #[command(
        display_order = 7,
        after_help = "Examples:
  suitpack inspect update.suit --edn > update.edn
  suitpack assemble update.edn -o again.suit

See also:
  suitpack help inspect, suitpack help build"
    )]
    Assemble(AssembleArgs),
    /// Verifies a package and writes one of its images; nothing is written unless everything verified
    #[command(
        display_order = 7,
        after_help = "Examples:
  suitpack extract update.suit app -a dev.pub.pem -o app.bin
  suitpack extract update.suit app -a dev.pub.pem --raw -o app.zst

See also:
  suitpack help verify, suitpack help inspect"
    )]
    Extract(ExtractArgs),
    /// Shows what is different between two packages, in words, and where their bytes part
    #[command(
        display_order = 7,
        after_help = "Examples:
  suitpack diff previous.suit update.suit
  suitpack diff mine.suit theirs.suit --json

See also:
  suitpack help inspect, suitpack help lint"
    )]
    Diff(DiffArgs),
    /// Finds what in a package has no effect or cannot work, and what it takes back of the one before
    #[command(
        display_order = 7,
        after_help = "Examples:
  suitpack lint update.suit
  suitpack lint update.suit --against previous.suit --sarif > lint.sarif

See also:
  suitpack help inspect, suitpack help verify"
    )]
    Lint(LintArgs),
    /// Runs a package against a described device: files or block devices as slots, safe against power cuts
    #[command(
        display_order = 6,
        after_help = "Examples:
  suitpack install update.suit --device device.toml
  suitpack install update.suit --device lamp/device.toml -a dev.pub.pem --json | tail -n 1

See also:
  suitpack help simulate, suitpack help init, suitpack help exit-codes"
    )]
    Install(RunArgs),
    /// Shows what `install` would do, effect by effect, and changes nothing
    #[command(
        display_order = 6,
        mut_arg("report_key", |arg| arg.hide(true)),
        after_help = "Examples:
  suitpack simulate update.suit --device device.toml
  suitpack simulate update.suit --device device.toml --procedure invocation

See also:
  suitpack help install, suitpack help verify"
    )]
    Simulate(RunArgs),
    /// Tells what a described device holds, and finishes what was decided on it
    #[command(display_order = 7, subcommand_required = true, disable_help_subcommand = true, help_template = TEMPLATE, after_help = "Examples:
  suitpack device show device.toml
  suitpack device recover device.toml

See also:
  suitpack help install, suitpack help init")]
    Device(DeviceArgs),
    /// Takes severable members or payloads out of a package, or puts members back; signatures stay valid
    #[command(
        display_order = 7,
        after_help = "Examples:
  suitpack sever update.suit suit-text upgradability -o small.suit
  suitpack sever small.suit suit-text -o whole.suit --undo --from update.suit

See also:
  suitpack help inspect, suitpack help verify"
    )]
    Sever(SeverArgs),
    /// Holds what devices report against the manifests they ran
    #[command(display_order = 7, subcommand_required = true, disable_help_subcommand = true, help_template = TEMPLATE, after_help = "Examples:
  suitpack report check update.suit report.cose -a dev.pub.pem -r device.pub.pem
  suitpack report show report.cose

See also:
  suitpack help verify, suitpack help exit-codes")]
    Report(ReportArgs),
    /// Makes keys and tells what they are
    #[command(display_order = 8, subcommand_required = true, disable_help_subcommand = true, help_template = TEMPLATE, after_help = "Examples:
  suitpack key generate -o dev.pem
  suitpack key show dev.pub.pem

See also:
  suitpack help sign, suitpack help verify")]
    Key(KeyArgs),
    /// Prints the completions for a shell
    #[command(
        display_order = 9,
        after_help = "Examples:
  suitpack completions bash > ~/.local/share/bash-completion/completions/suitpack
  suitpack completions fish > ~/.config/fish/completions/suitpack.fish

See also:
  suitpack help"
    )]
    Completions(CompletionsArgs),
    /// Explains a command or a topic
    #[command(
        display_order = 10,
        after_help = "Examples:
  suitpack help verify
  suitpack help exit-codes

See also:
  suitpack --help"
    )]
    Help(HelpArgs),
}

#[derive(Debug, clap::Args)]
#[command(help_template = TEMPLATE, next_display_order = None)]
pub(crate) struct DemoArgs {
    /// Folder for everything the demonstration makes
    #[arg(long, value_name = "DIR", default_value = "suitpack-demo", value_hint = ValueHint::DirPath)]
    pub(crate) dir: PathBuf,
    /// Image to package; by default the program itself
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) image: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
#[command(help_template = TEMPLATE, next_display_order = None)]
pub(crate) struct InitArgs {
    /// Folder for the file
    #[arg(value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    pub(crate) dir: PathBuf,
    /// Writes the description of a device with two slots for `install` and `simulate`
    #[arg(long)]
    pub(crate) device: bool,
}

#[derive(Debug, clap::Args)]
#[command(help_template = TEMPLATE, next_display_order = None)]
pub(crate) struct BuildArgs {
    /// Recipe to build, or `-` for standard input
    #[arg(value_name = "RECIPE", default_value = "suitpack.toml", value_hint = ValueHint::FilePath)]
    pub(crate) recipe: PathBuf,
    /// Prints every command that the package will hold, and the line or the template it comes from
    #[arg(long)]
    pub(crate) explain: bool,
    /// Private key to sign with; may be repeated
    #[arg(short, long, value_name = "KEY", env = "SUITPACK_KEY", hide_env_values = true, value_hint = ValueHint::FilePath)]
    pub(crate) key: Vec<PathBuf>,
    /// Secret that the keys of encrypted payloads are derived from: the same recipe and seed give the same bytes. Without it the keys
    /// are fresh
    #[arg(long, value_name = "FILE", env = "SUITPACK_ENCRYPTION_SEED", hide_env_values = true, value_hint = ValueHint::FilePath)]
    pub(crate) encryption_seed: Option<PathBuf>,
    /// Sets a value of the recipe: a dotted key, in which numbers count array elements, and a value; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
    /// Threads that compress; by default one for each core. The bytes do not depend on it
    #[arg(long, value_name = "N")]
    pub(crate) workers: Option<core::num::NonZeroUsize>,
    #[command(flatten)]
    pub(crate) output: OptionalOutputArgs,
    #[command(flatten)]
    pub(crate) access: KeyAccessArgs,
}

#[derive(Debug, clap::Args)]
#[command(help_template = TEMPLATE, next_display_order = None)]
pub(crate) struct SignArgs {
    /// Package to sign, or `-` for standard input
    #[arg(value_name = "PACKAGE", value_hint = ValueHint::FilePath)]
    pub(crate) package: PathBuf,
    /// Private key to sign with
    #[arg(short, long, value_name = "KEY", env = "SUITPACK_KEY", hide_env_values = true, value_hint = ValueHint::FilePath)]
    pub(crate) key: PathBuf,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(flatten)]
    pub(crate) access: KeyAccessArgs,
}

#[derive(Debug, clap::Args)]
#[command(help_template = TEMPLATE, next_display_order = None)]
pub(crate) struct VerifyArgs {
    /// Package to verify, or `-` for standard input
    #[arg(value_name = "PACKAGE", value_hint = ValueHint::FilePath)]
    pub(crate) package: PathBuf,
    /// Prints the report as JSON, schema suitpack-verify/1
    #[arg(long)]
    pub(crate) json: bool,
    /// Asks about the manifest only: payloads are not looked at
    #[arg(long, conflicts_with = "payload_dir")]
    pub(crate) manifest_only: bool,
    #[command(flatten)]
    pub(crate) trust: TrustArgs,
    #[command(flatten)]
    pub(crate) checks: CheckArgs,
}

#[derive(Debug, clap::Args)]
#[command(help_template = TEMPLATE, next_display_order = None)]
pub(crate) struct InspectArgs {
    /// Package to inspect, or `-` for standard input
    #[arg(value_name = "PACKAGE", value_hint = ValueHint::FilePath)]
    pub(crate) package: PathBuf,
    /// Public key to look for among the signers, PEM or COSE_Key; may be repeated
    #[arg(short, long, value_name = "PUB", value_hint = ValueHint::FilePath)]
    pub(crate) anchor: Vec<PathBuf>,
    /// Shows the bytes in CBOR diagnostic notation, from which `assemble` makes them again
    #[arg(long, conflicts_with_all = ["json", "anchor"])]
    pub(crate) edn: bool,
    /// Prints JSON, schema suitpack-inspect/1
    #[arg(long)]
    pub(crate) json: bool,
    /// Prints the recipe that builds the same manifest and, but for the signatures, the same package
    #[arg(long, conflicts_with_all = ["json", "edn", "anchor"])]
    pub(crate) recipe: bool,
    /// What is let pass of what older drafts and examples do
    #[arg(long, value_enum, default_value_t = ProfileName::Strict)]
    pub(crate) profile: ProfileName,
}

#[derive(Debug, clap::Args)]
#[command(help_template = TEMPLATE, next_display_order = None)]
pub(crate) struct AssembleArgs {
    /// Text to assemble, or `-` for standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) text: PathBuf,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, clap::Args)]
#[command(help_template = TEMPLATE, next_display_order = None)]
pub(crate) struct ExtractArgs {
    /// Package to take the image from, or `-` for standard input
    #[arg(value_name = "PACKAGE", value_hint = ValueHint::FilePath)]
    pub(crate) package: PathBuf,
    /// Component as `inspect` names it, or a payload's name without its leading `#`
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Writes the bytes as carried instead of the installed image
    #[arg(long)]
    pub(crate) raw: bool,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(flatten)]
    pub(crate) trust: TrustArgs,
    #[command(flatten)]
    pub(crate) checks: CheckArgs,
}

#[derive(Debug, clap::Args)]
#[command(help_template = TEMPLATE, next_display_order = None)]
pub(crate) struct DiffArgs {
    /// First package, or `-` for standard input
    #[arg(value_name = "A", value_hint = ValueHint::FilePath)]
    pub(crate) a: PathBuf,
    /// Second package, or `-` for standard input
    #[arg(value_name = "B", value_hint = ValueHint::FilePath)]
    pub(crate) b: PathBuf,
    /// Prints JSON, schema suitpack-diff/1
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
#[command(help_template = TEMPLATE, next_display_order = None)]
pub(crate) struct LintArgs {
    /// Package to look at, or `-` for standard input
    #[arg(value_name = "PACKAGE", value_hint = ValueHint::FilePath)]
    pub(crate) package: PathBuf,
    /// Package that this one is to follow
    #[arg(long, value_name = "PREVIOUS", value_hint = ValueHint::FilePath)]
    pub(crate) against: Option<PathBuf>,
    /// Prints JSON, schema suitpack-lint/1
    #[arg(long)]
    pub(crate) json: bool,
    /// Prints SARIF 2.1.0, which code hosts show beside a change
    #[arg(long, conflicts_with = "json")]
    pub(crate) sarif: bool,
}

#[derive(Debug, clap::Args)]
#[command(help_template = TEMPLATE, next_display_order = None)]
pub(crate) struct SeverArgs {
    /// Package to change, or `-` for standard input
    #[arg(value_name = "PACKAGE", value_hint = ValueHint::FilePath)]
    pub(crate) package: PathBuf,
    /// Member to take out, such as `suit-text` or `text`, or a payload by its key with the leading `#`; may be repeated
    #[arg(value_name = "MEMBER", required = true)]
    pub(crate) members: Vec<String>,
    /// Copy of the package that still has the members to put back
    #[arg(long, value_name = "FULL", requires = "undo", value_hint = ValueHint::FilePath)]
    pub(crate) from: Option<PathBuf>,
    /// Puts members back, if they have the digest that the manifest holds
    #[arg(long, requires = "from")]
    pub(crate) undo: bool,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, clap::Args)]
#[command(next_display_order = None)]
pub(crate) struct KeyArgs {
    #[command(subcommand)]
    pub(crate) verb: KeyVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeyVerb {
    /// Makes a key pair: KEY.pem, and KEY.pub.pem beside it; never overwrites
    #[command(help_template = TEMPLATE, next_display_order = None, after_help = "Examples:
  suitpack key generate -o dev.pem
  suitpack key generate -o release.pem --alg esp256 --passphrase-file release.pass

See also:
  suitpack help key")]
    Generate(KeyGenerateArgs),
    /// Writes the public half of a key
    #[command(help_template = TEMPLATE, next_display_order = None, after_help = "Examples:
  suitpack key public dev.pem -o dev.pub.pem
  suitpack key public dev.pem --format cose -o dev.cose

See also:
  suitpack help key")]
    Public(KeyPublicArgs),
    /// Tells a key's algorithm and key id
    #[command(help_template = TEMPLATE, next_display_order = None, after_help = "Examples:
  suitpack key show dev.pem
  suitpack key show dev.pub.pem

See also:
  suitpack help key")]
    Show(KeyShowArgs),
}

#[derive(Debug, clap::Args)]
pub(crate) struct KeyGenerateArgs {
    /// File for the private key, PKCS#8 PEM, or for the shared one, a COSE_Key; readable by its owner only
    #[arg(short, long, value_name = "KEY", value_hint = ValueHint::FilePath)]
    pub(crate) output: PathBuf,
    /// What the key is for
    #[arg(long, value_enum, value_name = "ALG", default_value_t = AlgorithmName::Ed25519)]
    pub(crate) alg: AlgorithmName,
    /// Encrypts the private key with the first line of this file
    #[arg(long, value_name = "FILE", env = "SUITPACK_PASSPHRASE_FILE", hide_env_values = true, value_hint = ValueHint::FilePath)]
    pub(crate) passphrase_file: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct KeyPublicArgs {
    /// Key to take the public half of, private or public
    #[arg(value_name = "KEY", value_hint = ValueHint::FilePath)]
    pub(crate) key: PathBuf,
    /// Form of the output
    #[arg(long, value_enum, default_value_t = KeyFormat::Pem)]
    pub(crate) format: KeyFormat,
    /// File to write, or `-` for standard output
    #[arg(short, long, value_name = "FILE", default_value = "-", value_hint = ValueHint::FilePath)]
    pub(crate) output: PathBuf,
    /// Replaces the output file if it exists
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) access: KeyAccessArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct KeyShowArgs {
    /// Key to show, private or public
    #[arg(value_name = "KEY", value_hint = ValueHint::FilePath)]
    pub(crate) key: PathBuf,
    #[command(flatten)]
    pub(crate) access: KeyAccessArgs,
}

#[derive(Debug, clap::Args)]
#[command(help_template = TEMPLATE, next_display_order = None)]
pub(crate) struct CompletionsArgs {
    /// Shell to complete for
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, clap::Args)]
#[command(help_template = TEMPLATE, next_display_order = None)]
pub(crate) struct HelpArgs {
    /// Command, such as `verify` or `key generate`, or `exit-codes`
    #[arg(value_name = "TOPIC")]
    pub(crate) topic: Vec<String>,
}
