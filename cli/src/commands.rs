//! One room for each verb.

mod assemble;
mod build;
mod checks;
mod completions;
mod demo;
mod device;
mod diff;
mod extract;
mod help;
mod init;
mod inspect;
mod install;
mod key;
mod lint;
mod report;
mod sever;
mod sign;
mod verify;

use crate::args::Verb;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Does what was asked.
pub(crate) fn run(verb: Verb, terminal: &mut Terminal) -> Result<(), Failure> {
    match verb {
        Verb::Demo(args) => demo::run(&args, terminal),
        Verb::Init(args) => init::run(&args, terminal),
        Verb::Build(args) => build::run(&args, terminal),
        Verb::Sign(args) => sign::run(&args, terminal),
        Verb::Verify(args) => verify::run(&args, terminal),
        Verb::Inspect(args) => inspect::run(&args, terminal),
        Verb::Install(args) => install::run(args, false, terminal),
        Verb::Simulate(args) => install::run(args, true, terminal),
        Verb::Device(args) => device::run(&args.verb, terminal),
        Verb::Assemble(args) => assemble::run(&args, terminal),
        Verb::Extract(args) => extract::run(&args, terminal),
        Verb::Diff(args) => diff::run(&args, terminal),
        Verb::Lint(args) => lint::run(&args, terminal),
        Verb::Sever(args) => sever::run(&args, terminal),
        Verb::Report(args) => report::run(&args.verb, terminal),
        Verb::Key(args) => key::run(&args.verb, terminal),
        Verb::Completions(args) => completions::run(&args, terminal),
        Verb::Help(args) => help::run(&args, terminal),
    }
}
