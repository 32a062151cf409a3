//! Reads the known keys of a table and refuses the others.

use super::error::{Place, RecipeError};
use super::tree::{Entry, Node, below};

/// A table being read: it remembers what was asked for.
#[derive(Debug)]
pub(crate) struct Fields<'n> {
    path: &'n str,
    place: Place,
    entries: &'n [Entry],
    known: Vec<&'static str>,
    /// Whether keys that are numbers were asked for.
    numbers: bool,
}

impl<'n> Fields<'n> {
    pub(crate) fn of(node: &'n Node) -> Result<Self, RecipeError> {
        Ok(Self { path: &node.path, place: node.place, entries: node.table()?, known: Vec::new(), numbers: false })
    }

    /// The value of a key that may be missing.
    pub(crate) fn get(&mut self, key: &'static str) -> Option<&'n Node> {
        self.known.push(key);
        self.entries.iter().find(|entry| entry.key == key).map(|entry| &entry.node)
    }

    /// The value of a key that may not be missing.
    pub(crate) fn require(&mut self, key: &'static str) -> Result<&'n Node, RecipeError> {
        match self.get(key) {
            Some(node) => Ok(node),
            None => Err(self.missing(key)),
        }
    }

    /// The entries whose keys are numbers other than 0, and those numbers.
    pub(crate) fn numbered(&mut self) -> Vec<(i64, &'n Entry)> {
        self.numbers = true;
        self.entries.iter().filter_map(|entry| Some((number(&entry.key)?, entry))).collect()
    }

    /// The keys that were not asked for, in the order they were written.
    pub(crate) fn rest(&self) -> impl Iterator<Item = &'n Entry> + '_ {
        let asked = |entry: &Entry| self.known.contains(&entry.key.as_str()) || (self.numbers && number(&entry.key).is_some());
        self.entries.iter().filter(move |entry| !asked(entry))
    }

    /// Whether the table has none but these keys.
    pub(crate) fn only(&self, keys: &[&str]) -> bool {
        self.entries.iter().all(|entry| keys.contains(&entry.key.as_str()))
    }

    /// A required key is not there. A misspelt one is the likelier cause, so it is looked for first.
    pub(crate) fn missing(&self, key: &'static str) -> RecipeError {
        let misspelt = self.rest().find(|entry| nearest(&entry.key, &[key]).is_some());
        match misspelt {
            Some(entry) => unknown(entry, self.path, &[key]),
            None => RecipeError::new(self.place, format!("`{}` is missing", below(self.path, key))),
        }
    }

    /// Refuses every key that was not asked for.
    pub(crate) fn finish(self) -> Result<(), RecipeError> {
        self.rest().next().map_or(Ok(()), |entry| Err(unknown(entry, self.path, &self.known)))
    }
}

/// A key that is a number, in its one spelling.
fn number(key: &str) -> Option<i64> {
    key.parse().ok().filter(|number: &i64| *number != 0 && number.to_string() == key)
}

/// The error for a key that has no meaning here.
pub(crate) fn unknown(entry: &Entry, path: &str, known: &[&'static str]) -> RecipeError {
    let place = if path.is_empty() { "in a recipe".to_owned() } else { format!("in `{path}`") };
    let error = RecipeError::new(entry.place, format!("unknown key `{}` {place}", entry.key));
    match nearest(&entry.key, known) {
        Some(name) => error.suggest(format!("did you mean `{name}`?")),
        None => error.suggest(format!("known keys: {}", known.join(", "))),
    }
}

/// The candidate a misspelt word was probably meant to be.
pub(crate) fn nearest(word: &str, candidates: &[&'static str]) -> Option<&'static str> {
    let plain = |text: &str| text.to_lowercase().replace('_', "-");
    let word = plain(word);
    candidates
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, candidate), *candidate))
        .filter(|(distance, candidate)| *distance <= (candidate.len() / 3).clamp(1, 3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
