use clap::CommandFactory;

use crate::args::{Args, CompletionsArgs};
use crate::failure::Failure;
use crate::terminal::Terminal;

pub(super) fn run(args: &CompletionsArgs, terminal: &mut Terminal) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "suitpack", &mut script);
    terminal.raw(&String::from_utf8_lossy(&script))
}
