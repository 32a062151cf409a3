//! Where the commands of a manifest stand, as records name them.

use std::collections::BTreeMap;

use suitpack_core::Manifest;
use suitpack_core::manifest::command::Command;
use suitpack_core::manifest::parameter::{Parameter, Parameters};
use suitpack_core::manifest::{Section, Sequence};
use suitpack_core::registry::{command as code, manifest::COMMON};

use super::ending::NOWHERE;
use crate::verify::member_name;

/// A command at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Site {
    /// Its number.
    pub(super) command: i64,
    /// Whether it takes a reporting policy: only such commands are put on record.
    pub(super) reports: bool,
    /// Where it ends, with all that stands in it.
    pub(super) end: u64,
}

/// All commands of a manifest that are at hand, by the manifest's key of their sequence (that of suit-common for the shared one)
/// and the bytes from its start.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    sites: BTreeMap<(i64, u64), Site>,
    /// Keys of the sequences that are at hand.
    keys: Vec<i64>,
    /// Sections of which there is only a digest.
    withheld: Vec<i64>,
    /// Where the manifest fetches from.
    pub(super) uris: Vec<String>,
}

impl Layout {
    /// Walks through every sequence.
    pub(super) fn new<'a>(manifest: &Manifest<'a>, body: impl Fn(Section) -> Option<Sequence<'a>>, withheld: &[Section]) -> Self {
        let mut layout = Self { withheld: withheld.iter().map(|section| section.key()).collect(), ..Self::default() };
        let sections = Section::ALL.into_iter().filter_map(|section| Some((section.key(), body(section)?)));
        for (key, sequence) in manifest.common().shared_sequence().map(|shared| (COMMON, shared)).into_iter().chain(sections) {
            layout.keys.push(key);
            let start = sequence.position().saturating_sub(sequence.offset());
            layout.walk(key, start, sequence);
        }
        layout
    }

    /// The command that begins at an offset.
    pub(super) fn at(&self, key: i64, offset: u64) -> Option<&Site> {
        self.sites.get(&(key, offset))
    }

    /// Whether the sequence is at hand.
    pub(super) fn has(&self, key: i64) -> bool {
        self.keys.contains(&key)
    }

    /// Whether the manifest has such a section, and it is not at hand.
    pub(super) fn withholds(&self, key: i64) -> bool {
        self.withheld.contains(&key)
    }

    /// Whether a try-each at the one offset holds the command at the other.
    pub(super) fn encloses(&self, key: i64, outer: u64, inner: u64) -> bool {
        self.at(key, outer).is_some_and(|site| site.command == code::DIRECTIVE_TRY_EACH && (outer..site.end).contains(&inner))
    }

    fn walk(&mut self, key: i64, start: usize, mut sequence: Sequence<'_>) {
        loop {
            let at = sequence.position();
            // It was read whole before.
            let Ok(Some(command)) = sequence.next_command() else { return };
            let from = |position: usize| u64::try_from(position.saturating_sub(start)).unwrap_or(u64::MAX);
            let (command_code, reports) = match &command {
                Command::Condition(condition, _) => (condition.code(), true),
                Command::Directive(directive, _) => (directive.code(), true),
                Command::SetComponentIndex(_) => (code::DIRECTIVE_SET_COMPONENT_INDEX, false),
                Command::TryEach(_) => (code::DIRECTIVE_TRY_EACH, false),
                Command::RunSequence(_) => (code::DIRECTIVE_RUN_SEQUENCE, false),
                Command::SetParameters(_) => (code::DIRECTIVE_SET_PARAMETERS, false),
                Command::OverrideParameters(_) => (code::DIRECTIVE_OVERRIDE_PARAMETERS, false),
                Command::OverrideMultiple(_) => (code::DIRECTIVE_OVERRIDE_MULTIPLE, false),
                _ => (code::DIRECTIVE_COPY_PARAMS, false),
            };
            let end = from(sequence.position());
            self.sites.insert((key, from(at)), Site { command: command_code, reports, end });
            match command {
                Command::SetParameters(set) | Command::OverrideParameters(set) => self.fetches(set),
                Command::OverrideMultiple(multiple) => multiple.for_each(|(_, set)| self.fetches(set)),
                // Nesting is bounded by the reader.
                Command::TryEach(arms) => arms.for_each(|arm| self.walk(key, start, arm)),
                Command::RunSequence(inner) => self.walk(key, start, inner),
                _ => {}
            }
        }
    }
}

impl Layout {
    fn fetches(&mut self, parameters: Parameters<'_>) {
        for parameter in parameters {
            if let Parameter::Uri(uri) = parameter
                && !self.uris.iter().any(|known| known == uri)
                && self.uris.len() < URIS
            {
                self.uris.push(uri.to_owned());
            }
        }
    }
}

/// The name of the sequence under a key.
pub(super) fn sequence_name(key: i64) -> String {
    match key {
        COMMON => String::from("the shared sequence"),
        NOWHERE => String::from("no command"),
        _ => member_name(key),
    }
}

/// As many as are looked up; more dependencies are never opened.
const URIS: usize = 64;
