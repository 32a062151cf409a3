//! The one place that writes to standard output and standard error.

mod pipe;
mod progress;
mod text;

use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

pub(crate) use progress::{Counted, Progress};
pub(crate) use text::{cut, json, safe};

use crate::args::{Colour, TerminalArgs};
use crate::failure::Failure;
use pipe::Pipe;

/// How the program speaks: what was asked for on standard output, everything else on standard error.
#[derive(Debug)]
pub(crate) struct Terminal {
    quiet: bool,
    verbose: bool,
    progress: bool,
    /// On standard output, on standard error.
    colour: [bool; 2],
    stdout: Pipe<io::Stdout>,
    stderr: io::Stderr,
}

/// How a word is meant; shown as colour where there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Good,
    Bad,
    Open,
    Strong,
    Plain,
}

impl Terminal {
    pub(crate) fn new(args: &TerminalArgs) -> Self {
        let choice = match args.color {
            Colour::Auto => ColorChoice::Auto,
            Colour::Always => ColorChoice::Always,
            Colour::Never => ColorChoice::Never,
        };
        choice.write_global();
        let (stdout, stderr) = (io::stdout(), io::stderr());
        Self {
            quiet: args.quiet,
            verbose: args.verbose,
            progress: !args.no_progress && !args.quiet && stderr.is_terminal(),
            colour: [AutoStream::choice(&stdout), AutoStream::choice(&stderr)].map(|choice| choice != ColorChoice::Never),
            stdout: Pipe::new(stdout),
            stderr,
        }
    }

    /// Prints a line of what was asked for. Control characters are escaped.
    pub(crate) fn line(&mut self, line: &str) -> Result<(), Failure> {
        self.raw(&format!("{}\n", safe(line)))
    }

    /// Prints a line that begins with a word of some meaning.
    /// Whether only what was asked for is to be said.
    pub(crate) const fn is_quiet(&self) -> bool {
        self.quiet
    }

    pub(crate) fn labelled(&mut self, tone: Tone, label: &str, rest: &str) -> Result<(), Failure> {
        let style = tone.style(self.colour[0]);
        self.raw(&format!("{style}{}{style:#}{}\n", safe(label), safe(rest)))
    }

    /// Prints text of our own making as it is, such as help, or JSON that [`json`] has made safe.
    pub(crate) fn raw(&mut self, text: &str) -> Result<(), Failure> {
        self.stdout.write_all(text.as_bytes()).and_then(|()| self.stdout.flush()).map_err(|error| no_stdout(&error))
    }

    /// Standard output for text that is safe to show and too long to hold.
    pub(crate) fn text(&mut self) -> &mut (dyn Write + Send) {
        &mut self.stdout
    }

    /// Standard output for bytes, refused if a person would see them.
    pub(crate) fn bytes(&mut self) -> Result<&mut (dyn Write + Send), Failure> {
        if io::stdout().is_terminal() {
            return Err(Failure::usage("the output is binary and standard output is a terminal")
                .hint("name a file with `-o FILE`, or send standard output to a file or pipe"));
        }
        Ok(&mut self.stdout)
    }

    /// Says something that was not asked for but helps.
    pub(crate) fn note(&mut self, line: &str) {
        if !self.quiet {
            self.say(&format!("{}\n", safe(line)));
        }
    }

    /// Explains a decision, if asked to.
    pub(crate) fn explain(&mut self, line: &str) {
        if self.verbose {
            self.note(line);
        }
    }

    /// Whether standard output shows colours.
    pub(crate) const fn has_colour(&self) -> bool {
        self.colour[0]
    }

    /// Warns of something that is allowed.
    pub(crate) fn warn(&mut self, line: &str) {
        if !self.quiet {
            let style = Tone::Open.style(self.colour[1]);
            self.say(&format!("{style}warning:{style:#} {}\n", safe(line)));
        }
    }

    /// Tells of a failure: what, where, why, and what to do.
    pub(crate) fn failure(&mut self, failure: &Failure) {
        let (bad, good) = (Tone::Bad.style(self.colour[1]), Tone::Good.style(self.colour[1]));
        let mut text = format!("{bad}error:{bad:#} {}\n", safe(&failure.message));
        for line in &failure.details {
            text.push_str(&format!("  {}\n", safe(line)));
        }
        for cause in &failure.causes {
            text.push_str(&format!("caused by: {}\n", safe(cause)));
        }
        if let Some(hint) = &failure.hint {
            text.push_str(&format!("{good}hint:{good:#} {}\n", safe(hint)));
        }
        self.say(&text);
    }

    /// A progress bar that appears if the work takes long and a person is watching.
    pub(crate) fn progress(&self, what: &'static str, total: Option<u64>) -> Progress {
        Progress::new(self.progress, what, total)
    }

    fn say(&mut self, text: &str) {
        // There is nobody left to tell if this fails.
        let _ = self.stderr.write_all(text.as_bytes());
    }
}

impl Tone {
    const fn style(self, colour: bool) -> Style {
        match self {
            _ if !colour => Style::new(),
            Self::Plain => Style::new(),
            Self::Good => AnsiColor::Green.on_default(),
            Self::Bad => AnsiColor::Red.on_default().bold(),
            Self::Open => AnsiColor::Yellow.on_default(),
            Self::Strong => Style::new().bold(),
        }
    }
}

fn no_stdout(error: &io::Error) -> Failure {
    Failure::io("cannot write to standard output", error)
}
