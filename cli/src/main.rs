//! One binary: words in, packages and verdicts out.

mod args;
mod commands;
mod failure;
mod files;
mod terminal;

use std::panic;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use args::{Args, Colour, TerminalArgs};
use failure::{Code, Failure};
use terminal::Terminal;

fn main() -> ExitCode {
    panic::set_hook(Box::new(|info| {
        let _list = files::discard_all();
        let place = info.location().map(|location| format!("{}:{}", location.file(), location.line()));
        let failure = Failure::new(Code::BUG, "suitpack has a bug and stopped; no output was left behind")
            .detail(format!("version: {}", env!("CARGO_PKG_VERSION")))
            .detail(format!("place: {}", place.unwrap_or_default()))
            .detail(format!("fault: {}", info.payload_as_str().unwrap_or_default()))
            .hint("please report it, with the command line, where you got suitpack from");
        Terminal::new(&BARE).failure(&failure);
        std::process::exit(Code::BUG.number().into());
    }));
    // Without a handler an interrupt may leave an unfinished file, which is no reason not to work.
    let _ = ctrlc::set_handler(|| {
        if !files::interrupt() {
            return;
        }
        let _list = files::discard_all();
        if !files::is_committed() {
            std::process::exit(Code::INTERRUPTED.number().into());
        }
    });
    // A limit on the size of files is an error like a full disk then, and not the end of the process.
    #[cfg(unix)]
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, std::sync::Arc::default());
    let code = match Args::try_parse() {
        Ok(args) => {
            let mut terminal = Terminal::new(&args.terminal);
            let result = commands::run(args.verb, &mut terminal);
            finish(result, &mut terminal)
        }
        Err(error) => {
            let mut terminal = Terminal::new(&BARE);
            match error.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                    let text = error.render();
                    let shown = if terminal.has_colour() { text.ansi().to_string() } else { text.to_string() };
                    let result = terminal.raw(&shown);
                    finish(result, &mut terminal)
                }
                ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
                    let failure = Failure::usage("no command is given")
                        .hint("`suitpack help` lists the commands; `suitpack demo` shows them at work");
                    finish(Err(failure), &mut terminal)
                }
                _ => finish(Err(misuse(&error)), &mut terminal),
            }
        }
    };
    ExitCode::from(code.number())
}

fn finish(result: Result<(), Failure>, terminal: &mut Terminal) -> Code {
    match result {
        Ok(()) => Code::DONE,
        Err(failure) => {
            terminal.failure(&failure);
            failure.code
        }
    }
}

/// What is wrong with a command line, in the form of all our errors.
fn misuse(error: &clap::Error) -> Failure {
    let text = error.render().to_string().replace('\'', "`");
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("For more information"));
    let first = lines.next().unwrap_or_default();
    let mut failure = Failure::usage(first.strip_prefix("error: ").unwrap_or(first));
    for line in lines {
        match line.strip_prefix("tip: ") {
            Some(tip) if failure.hint.is_none() => failure.hint = Some(tip.to_owned()),
            Some(tip) => failure.details.push(tip.to_owned()),
            None => failure.details.push(line.replacen("Usage:", "usage:", 1)),
        }
    }
    let verb = failure.details.iter().find_map(|line| line.strip_prefix("usage: suitpack ")?.split(' ').next());
    let verb = verb.filter(|verb| verb.starts_with(|char: char| char.is_ascii_lowercase()));
    let otherwise = verb
        .map_or_else(|| String::from("`suitpack help` lists the commands"), |verb| format!("`suitpack help {verb}` explains it"));
    failure.hint.get_or_insert(otherwise);
    failure
}

/// How to speak before the command line is understood.
const BARE: TerminalArgs = TerminalArgs { color: Colour::Auto, no_progress: true, quiet: false, verbose: false };
