//! Effects as they happen, for people or for programs, and the verdict for programs.

use serde::Serialize;
use suitpack_device::{Done, Event, Failed, Position, Step, Watch};

use super::words::{self, command, section};
use crate::args::{ProcedureName, RunArgs};
use crate::failure::{Code, Failure};
use crate::files::{Interrupts, is_interrupted};
use crate::terminal::{Progress, Terminal, json};

/// Who is told what happens.
pub(in crate::commands) struct Trace<'t> {
    json: bool,
    terminal: &'t mut Terminal,
    progress: Option<Progress>,
    decided: bool,
    /// Whether a step was done of what was decided now or before.
    finished: bool,
    /// What a bar says: that something is written, or finished.
    work: &'static str,
    report: Option<Vec<u8>>,
    spoken: Result<(), Failure>,
}

/// What was done to a device.
#[derive(Clone, Copy, Debug)]
pub(in crate::commands) struct Deeds {
    /// Something was decided.
    decided: bool,
    /// A step was done of what was decided now or before.
    finished: bool,
}

impl<'t> Trace<'t> {
    pub(in crate::commands) const fn new(json: bool, terminal: &'t mut Terminal) -> Self {
        Self { json, terminal, progress: None, decided: false, finished: false, work: "writing", report: None, spoken: Ok(()) }
    }

    /// Whether something was decided and whether anything was finished, the last report there was, and whether everything could be
    /// said.
    pub(in crate::commands) fn finish(self) -> (Deeds, Option<Vec<u8>>, Result<(), Failure>) {
        (Deeds { decided: self.decided, finished: self.finished }, self.report, self.spoken)
    }

    fn say(&mut self, event: &Event<'_>) -> Result<(), Failure> {
        if self.json {
            return Line::of(event).map_or(Ok(()), |line| self.terminal.raw(&text(&line)));
        }
        if self.terminal.is_quiet() {
            return Ok(());
        }
        words::line(event).map_or(Ok(()), |(tone, label, rest)| self.terminal.labelled(tone, label, &format!("  {rest}")))
    }
}

impl Watch for Trace<'_> {
    fn event(&mut self, event: &Event<'_>) {
        if let Event::Progress { done, total } = event {
            let progress = self.progress.get_or_insert_with(|| self.terminal.progress(self.work, *total));
            return progress.at(*done);
        }
        // A bar speaks of one effect.
        self.progress = None;
        if let Event::Report(bytes) = event {
            self.report = Some(bytes.to_vec());
        }
        if matches!(event, Event::Decided | Event::Redo(_)) {
            Interrupts::Wait.set();
            self.work = "finishing";
        }
        // From its first command on a procedure ends by itself, with a report.
        if matches!(event, Event::Opened { .. }) && !self.decided {
            Interrupts::AreTold.set();
            self.work = "writing";
        }
        self.decided |= matches!(event, Event::Decided);
        self.finished |= matches!(event, Event::Redo(_));
        // Whatever becomes of the words, what was begun is done.
        if self.spoken.is_ok() {
            self.spoken = self.say(event);
        }
    }

    fn stops(&self) -> bool {
        !self.decided && is_interrupted()
    }
}

/// A line of the trace; fields are only ever added.
#[derive(Debug, Default, Serialize)]
struct Line<'e> {
    schema: &'static str,
    event: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    dependency: Option<&'e [u32]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    section: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shared: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    component: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    holds: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence_number: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    places: Option<Vec<&'e str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    other: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<u64>,
}

impl<'e> Line<'e> {
    fn of(event: &Event<'e>) -> Option<Self> {
        let line = |event| Self { schema: SCHEMA, event, ..Self::default() };
        Some(match event {
            Event::Opened { path, sequence, digest } => {
                Self { dependency: Some(path), sequence_number: Some(*sequence), digest: Some(digest), ..line("opened") }
            }
            Event::Section { path, section: of } => Self { dependency: Some(path), section: Some(section(*of)), ..line("section") },
            Event::Checked { path, position, condition, component, failed } => Self {
                holds: Some(failed.is_none()),
                detail: *failed,
                ..line("condition").at(path, *position, condition.code(), component)
            },
            Event::Performs { path, position, directive, component } => {
                line("directive").at(path, *position, directive.code(), component)
            }
            Event::Invoked { component, place, length, .. } => {
                Self { component: Some(component), place: Some(&place.0), length: Some(*length), ..line("invoked") }
            }
            Event::Decided => line("decided"),
            Event::Redo(Step::Copy { from, to, content }) => {
                Self { place: Some(&from.0), other: Some(&to.0), length: Some(content.length), ..line("copy") }
            }
            Event::Changed(places) => {
                Self { places: Some(places.iter().map(|place| place.0.as_str()).collect()), ..line("changed") }
            }
            Event::Replaces { component, by } => Self { component: Some(component), by: Some(by), ..line("replaces") },
            Event::Left { component } => Self { component: Some(component), ..line("stays") },
            Event::Redo(Step::Exchange { a, b, length, .. }) => {
                Self { place: Some(&a.0), other: Some(&b.0), length: Some(*length), ..line("exchange") }
            }
            Event::Redo(Step::Cut { place, length }) => Self { place: Some(&place.0), length: Some(*length), ..line("cut") },
            _ => return None,
        })
    }

    fn at(self, path: &'e [u32], position: Option<Position>, code: i64, component: &'e str) -> Self {
        Self {
            dependency: Some(path),
            section: position.map(|position| section(position.section)),
            shared: position.map(|position| position.shared),
            offset: position.map(|position| position.offset),
            component: Some(component),
            command: Some(command(code)),
            ..self
        }
    }
}

/// The last line.
#[derive(Debug, Serialize)]
pub(super) struct Verdict {
    schema: &'static str,
    event: &'static str,
    package: String,
    procedure: &'static str,
    simulated: bool,
    verdict: &'static str,
    cause: Option<&'static str>,
    code: u8,
    /// The number in draft-ietf-suit-report §4.2.
    reason: Option<i64>,
    detail: Option<String>,
    at: Option<At>,
    changed: bool,
    decided: bool,
}

#[derive(Debug, Serialize)]
struct At {
    dependency: Vec<u32>,
    section: &'static str,
    shared: bool,
    offset: u64,
    component: u32,
}

impl Verdict {
    pub(super) fn new(args: &RunArgs, dry: bool) -> Self {
        let procedure = match args.procedure {
            ProcedureName::Update => "update",
            ProcedureName::Invocation => "invocation",
            ProcedureName::Uninstall => "uninstall",
        };
        Self {
            schema: SCHEMA,
            event: "verdict",
            package: args.package.to_string_lossy().into_owned(),
            procedure,
            simulated: dry,
            verdict: "refused",
            cause: None,
            code: 0,
            reason: None,
            detail: None,
            at: None,
            changed: false,
            decided: false,
        }
    }

    pub(super) const fn done(&mut self, done: Done, deeds: Deeds) {
        (self.changed, self.decided) = (deeds.decided || deeds.finished, deeds.decided);
        self.verdict = match done {
            Done::Installed => "installed",
            Done::AlreadyInstalled => "already-installed",
            Done::Completed => "completed",
        };
    }

    pub(super) fn failed(&mut self, failed: Failed, deeds: Deeds) {
        self.cause = Some(failed.cause.word());
        self.reason = Some(failed.reason.code());
        self.detail = Some(failed.detail);
        self.at = failed.at.map(|(dependency, position)| At {
            dependency,
            section: section(position.section),
            shared: position.shared,
            offset: position.offset,
            component: position.component,
        });
        (self.changed, self.decided) = (failed.changed || deeds.finished, failed.decided);
        if failed.decided {
            self.verdict = "unfinished";
        }
    }

    /// The line, with what went wrong before or behind the procedure.
    pub(super) fn line<T>(mut self, result: &Result<T, Failure>) -> String {
        if let Err(failure) = result {
            self.code = failure.code.number();
            if self.cause.is_none() {
                self.cause = Some(if failure.code == Code::USAGE { "usage" } else { "io" });
                self.detail = Some(failure.message.clone());
            }
        }
        text(&self)
    }
}

fn text(line: &impl Serialize) -> String {
    // A line of plain fields can always be written.
    let text = serde_json::to_string(line).unwrap_or_default();
    format!("{}\n", json(&text))
}

const SCHEMA: &str = "suitpack-trace/1";
