use clap::CommandFactory;

use crate::args::{Args, HelpArgs};
use crate::failure::{Failure, MEANINGS};
use crate::terminal::Terminal;

pub(super) fn run(args: &HelpArgs, terminal: &mut Terminal) -> Result<(), Failure> {
    let mut command = Args::command();
    // Builds usage lines with the names of the commands above.
    command.build();
    match args.topic.as_slice() {
        [topic] if topic == EXIT_CODES => exit_codes(terminal),
        topic => {
            let mut found = &mut command;
            for name in topic {
                found = found.find_subcommand_mut(name).ok_or_else(|| unknown(&topic.join(" ")))?;
            }
            let text = found.render_long_help();
            let text = if terminal.has_colour() { text.ansi().to_string() } else { text.to_string() };
            terminal.raw(&text)
        }
    }
}

fn exit_codes(terminal: &mut Terminal) -> Result<(), Failure> {
    terminal.line("Exit codes, one for each cause, so that scripts can branch on them:")?;
    terminal.line("")?;
    for (code, meaning) in MEANINGS {
        terminal.line(&format!("{code:>5}  {meaning}"))?;
    }
    terminal.line("")?;
    terminal.line("With several causes `verify` ends with the code of the first check that failed, in the order in which")?;
    terminal.line("it lists them, and with 17 only if none failed.")
}

fn unknown(topic: &str) -> Failure {
    Failure::usage(format!("there is no help on `{topic}`"))
        .hint(format!("topics are the commands that `suitpack help` lists, and `{EXIT_CODES}`"))
}

const EXIT_CODES: &str = "exit-codes";
