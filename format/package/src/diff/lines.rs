//! Two lists of lines, aligned. A megabyte of hostile commands is half a million lines: what is looked for is looked up.

use std::collections::{HashMap, VecDeque};

/// A line with what stands around it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Line {
    /// The sequences it stands in.
    pub(super) path: String,
    pub(super) text: String,
}

impl Line {
    pub(super) fn shown(&self) -> String {
        format!("{}{}", self.path, self.text)
    }

    /// What it is about: the same word in the same place is the same thing with another value.
    fn subject(&self) -> (&str, &str) {
        (&self.path, self.text.split(' ').next().unwrap_or_default())
    }
}

/// What is only in the first, what is only in the second, and what is in both with another value, in order.
pub(super) fn align(a: &[Line], b: &[Line]) -> Vec<(Option<String>, Option<String>)> {
    let start = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (a.get(start..).unwrap_or_default(), b.get(start..).unwrap_or_default());
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let a = a.get(..a.len().saturating_sub(end)).unwrap_or_default();
    let b = b.get(..b.len().saturating_sub(end)).unwrap_or_default();
    let mut found = Vec::new();
    let (mut from_a, mut from_b) = (0, 0);
    // What lies between two lines that both have belongs together.
    for (at_a, at_b) in common(a, b).into_iter().chain([(a.len(), b.len())]) {
        pair(a.get(from_a..at_a).unwrap_or_default(), b.get(from_b..at_b).unwrap_or_default(), &mut found);
        (from_a, from_b) = (at_a + 1, at_b + 1);
    }
    found
}

fn pair(removed: &[Line], added: &[Line], found: &mut Vec<(Option<String>, Option<String>)>) {
    let mut waiting: HashMap<_, VecDeque<usize>> = HashMap::new();
    for (at, new) in added.iter().enumerate() {
        waiting.entry(new.subject()).or_default().push_back(at);
    }
    for old in removed {
        let new = waiting.get_mut(&old.subject()).and_then(VecDeque::pop_front).and_then(|at| added.get(at));
        found.push((Some(old.shown()), new.map(Line::shown)));
    }
    let mut rest: Vec<usize> = waiting.into_values().flatten().collect();
    rest.sort_unstable();
    found.extend(rest.into_iter().filter_map(|at| added.get(at)).map(|new| (None, Some(new.shown()))));
}

/// The longest list of lines that stands in both, by their places.
fn common(a: &[Line], b: &[Line]) -> Vec<(usize, usize)> {
    // Nothing is aligned where that would take too much; then everything is removed and added.
    if a.len().saturating_mul(b.len()) > CELLS {
        return Vec::new();
    }
    // Equal lines get equal numbers, which are compared faster.
    let mut numbers = HashMap::new();
    let (a, b) = (numbered(a, &mut numbers), numbered(b, &mut numbers));
    let width = b.len() + 1;
    let mut lengths = vec![0_u32; (a.len() + 1) * width];
    let at = |lengths: &[u32], i: usize, j: usize| lengths.get(i * width + j).copied().unwrap_or(0);
    for (i, old) in a.iter().enumerate().rev() {
        for (j, new) in b.iter().enumerate().rev() {
            let longest =
                if old == new { at(&lengths, i + 1, j + 1) + 1 } else { at(&lengths, i + 1, j).max(at(&lengths, i, j + 1)) };
            if let Some(cell) = lengths.get_mut(i * width + j) {
                *cell = longest;
            }
        }
    }
    let (mut i, mut j, mut found) = (0, 0, Vec::new());
    while let (Some(old), Some(new)) = (a.get(i), b.get(j)) {
        if old == new {
            found.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if at(&lengths, i + 1, j) >= at(&lengths, i, j + 1) {
            i += 1;
        } else {
            j += 1;
        }
    }
    found
}

fn numbered<'l>(lines: &'l [Line], numbers: &mut HashMap<&'l Line, usize>) -> Vec<usize> {
    let number = |line| {
        let next = numbers.len();
        *numbers.entry(line).or_insert(next)
    };
    lines.iter().map(number).collect()
}

/// Two thousand lines against two thousand: sixteen megabytes.
const CELLS: usize = 1 << 22;
