use serde::Serialize;
use suitpack_package::{Change, Diff, Difference, Parted, Start, skew};

use super::lint::unreadable;
use super::verify::older_drafts;
use crate::args::DiffArgs;
use crate::failure::{Code, Failure};
use crate::files::{Input, is_standard};
use crate::terminal::{Counted, Terminal, Tone, cut, json};

pub(super) fn run(args: &DiffArgs, terminal: &mut Terminal) -> Result<(), Failure> {
    if is_standard(&args.a) && is_standard(&args.b) {
        return Err(Failure::usage("both packages are to come from standard input").hint("name a file for one of them"));
    }
    let (a, b) = (Input::open(&args.a)?, Input::open(&args.b)?);
    let mut one = Start::new(Counted::new(a.reader, terminal.progress("comparing", a.size)));
    let mut other = Start::new(b.reader);
    let diff = suitpack_package::diff(&mut one, &mut other).map_err(|(error, in_second)| match in_second {
        true => older_drafts(unreadable(&b.name, &error), &skew(other.kept())),
        false => older_drafts(unreadable(&a.name, &error), &skew(one.kept())),
    })?;
    if args.json {
        let view = View {
            schema: "suitpack-diff/1",
            a: &a.name,
            b: &b.name,
            same: diff.bytes.is_empty(),
            differences: &diff.differences,
            bytes: &diff.bytes,
        };
        let text = serde_json::to_string_pretty(&view);
        let text = text.map_err(|error| Failure::new(Code::BUG, "the differences cannot be written").caused_by(&error))?;
        terminal.raw(&format!("{}\n", json(&text)))?;
    } else {
        list(&diff, terminal)?;
    }
    if diff.bytes.is_empty() { Ok(()) } else { Err(Failure::new(Code::NO, format!("`{}` and `{}` are different", a.name, b.name))) }
}

#[derive(Serialize)]
struct View<'v> {
    schema: &'static str,
    a: &'v str,
    b: &'v str,
    same: bool,
    differences: &'v [Difference],
    bytes: &'v [Parted],
}

fn list(diff: &Diff, terminal: &mut Terminal) -> Result<(), Failure> {
    if diff.bytes.is_empty() {
        return terminal.labelled(Tone::Good, "same", "  every byte");
    }
    for difference in &diff.differences {
        let (tone, word) = match difference.change {
            Change::Added => (Tone::Good, "added  "),
            Change::Removed => (Tone::Bad, "removed"),
            Change::Changed => (Tone::Open, "changed"),
        };
        let area = cut(&difference.area);
        let rest = match (&difference.from, &difference.to) {
            (Some(from), Some(to)) => format!("  {area}: {}, now {}", cut(from), cut(rest(from, to))),
            (from, to) => format!("  {area}: {}", cut(from.as_deref().or(to.as_deref()).unwrap_or_default())),
        };
        terminal.labelled(tone, word, &rest)?;
    }
    if diff.differences.is_empty() {
        terminal.line("both say the same")?;
    }
    diff.bytes.iter().try_for_each(|parted| {
        let rest = format!("    part at {:#x}, {}: {}", parted.offset, cut(&parted.element), cut(&parted.why));
        terminal.labelled(Tone::Strong, "bytes", &rest)
    })
}

/// What is new behind the words that both begin with.
fn rest<'t>(from: &str, to: &'t str) -> &'t str {
    let same = from
        .split_inclusive(' ')
        .zip(to.split_inclusive(' '))
        .take_while(|(from, to)| from == to)
        .map(|(word, _)| word.len())
        .sum();
    to.get(same..).filter(|rest| !rest.is_empty()).unwrap_or(to)
}
