//! Who is told what happens.

use core::fmt;

use suitpack_core::manifest::Section;
use suitpack_core::manifest::command::{Condition, Directive};
use suitpack_processor::Position;

use crate::state::{Place, Step};

/// Somebody who is told what happens, while it does.
pub trait Watch {
    /// Something happened.
    fn event(&mut self, event: &Event<'_>);

    /// Whether the procedure is to end, if nothing is decided yet: asked between commands, and while bytes are written.
    fn stops(&self) -> bool {
        false
    }
}

/// Nobody.
impl Watch for () {
    fn event(&mut self, _: &Event<'_>) {}
}

/// Something that happened. Its words may hold text from a package: hostile until it is sanitised.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event<'e> {
    /// A manifest was found authentic and not too old: the root, or a dependency whose section is run.
    Opened {
        /// The component indices that lead to it; none to the root.
        path: &'e [u32],
        /// Its sequence number.
        sequence: u64,
        /// The digest in its authentication wrapper, in hexadecimal.
        digest: &'e str,
    },
    /// A section begins.
    Section {
        /// The manifest.
        path: &'e [u32],
        /// The section.
        section: Section,
    },
    /// A condition was looked into.
    Checked {
        /// The manifest.
        path: &'e [u32],
        /// Where the command stands.
        position: Option<Position>,
        /// Which.
        condition: Condition,
        /// The component, by name.
        component: &'e str,
        /// Why it does not hold; nothing if it does.
        failed: Option<&'e str>,
    },
    /// A directive is about to be carried out.
    Performs {
        /// The manifest.
        path: &'e [u32],
        /// Where the command stands.
        position: Option<Position>,
        /// Which.
        directive: Directive,
        /// The component, by name.
        component: &'e str,
    },
    /// Bytes were written: of a component, or of the step that was told of last.
    Progress {
        /// So many of it.
        done: u64,
        /// Of so many, if that is known.
        total: Option<u64>,
    },
    /// A component would be run now.
    Invoked {
        /// The component, by name.
        component: &'e str,
        /// Where it is.
        place: &'e Place,
        /// Its bytes.
        length: u64,
        /// What it is handed.
        arguments: Option<&'e [u8]>,
    },
    /// A component is written that another manifest wrote, which is installed still: that one may not hold any more.
    Replaces {
        /// The component, by name.
        component: &'e str,
        /// The manifest that wrote it, as it is named in the state.
        by: &'e str,
    },
    /// A component is given up by a manifest whose it is not to give up: it stays.
    Left {
        /// The component, by name.
        component: &'e str,
    },
    /// The record that decides is durable: what follows is finished by whoever starts the device next, if not now.
    Decided,
    /// A step of what was decided begins.
    Redo(&'e Step),
    /// Some of it cannot be finished: one of these places does not hold any more what was decided on.
    Changed(&'e [Place]),
    /// A SUIT_Report, encoded and not authenticated: of the end, or of an invocation that is about to be attempted.
    Report(&'e [u8]),
}

impl fmt::Display for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Opened { path, sequence, digest } => {
                write!(f, "{} with sequence number {sequence}, digest {digest}", Manifest(path))
            }
            Self::Section { path, section } => write!(f, "{}: {}", Manifest(path), key(section.key())),
            Self::Checked { condition, component, failed: None, .. } => {
                write!(f, "{component}: {} holds", command(condition.code()))
            }
            Self::Checked { condition, component, failed: Some(why), .. } => {
                write!(f, "{component}: {} does not hold: {why}", command(condition.code()))
            }
            Self::Performs { directive, component, .. } => write!(f, "{component}: {}", command(directive.code())),
            Self::Progress { done, total: Some(total) } => write!(f, "{done} of {total} bytes"),
            Self::Progress { done, total: None } => write!(f, "{done} bytes"),
            Self::Invoked { component, place, length, .. } => write!(f, "{component}: invoked at {}, {length} bytes", place.0),
            Self::Decided => f.write_str("decided"),
            Self::Redo(Step::Copy { from, to, content }) => {
                write!(f, "copies {} bytes from {} to {}", content.length, from.0, to.0)
            }
            Self::Redo(Step::Exchange { a, b, length, .. }) => write!(f, "exchanges {length} bytes of {} and {}", a.0, b.0),
            Self::Redo(Step::Cut { place, length }) => write!(f, "cuts {} behind {length} bytes", place.0),
            Self::Replaces { component, by } => write!(f, "{component}: replaces what {by} brought"),
            Self::Left { component } => write!(f, "{component}: stays as it is"),
            Self::Changed(places) => {
                let names: Vec<&str> = places.iter().map(|place| place.0.as_str()).collect();
                write!(f, "{} does not hold what was decided on", names.join(" or "))
            }
            Self::Report(bytes) => write!(f, "report of {} bytes", bytes.len()),
        }
    }
}

/// What a manifest is called by the component indices that lead to it.
struct Manifest<'e>(&'e [u32]);

impl fmt::Display for Manifest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("manifest");
        }
        f.write_str("dependency")?;
        self.0.iter().try_for_each(|index| write!(f, " {index}"))
    }
}

fn key(code: i64) -> &'static str {
    suitpack_core::registry::find(suitpack_core::registry::manifest::LABELS, code).map_or("section", |label| label.name)
}

fn command(code: i64) -> &'static str {
    suitpack_core::registry::find(suitpack_core::registry::command::LABELS, code).map_or("command", |label| label.name)
}
