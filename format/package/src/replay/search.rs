//! All ways through a procedure that agree with a report.

use super::case::Case;
use super::state::{Reading, state};
use super::walk::{End, Walk};

/// What came of the search.
#[derive(Debug)]
pub(super) enum Found {
    /// The report agrees, and this is what follows.
    Agrees(Reading),
    /// It does not: how far it was followed, in records, and what does not fit there.
    Parts(usize, String),
    /// It could not be told.
    Unknown(String),
}

/// Follows every way. `work` is what may be spent on it, in effects.
pub(super) fn search<'a>(case: &Case<'_, 'a>, work: &mut u32) -> Found {
    let Ok(start) = Walk::start(case) else {
        return Found::Unknown(String::from("the manifest has more components than are followed"));
    };
    let mut open = vec![start];
    let (mut reading, mut unknown): (Option<Reading>, Option<String>) = (None, None);
    let mut furthest: Option<(usize, String)> = None;
    let mut followed = 0_usize;
    while let Some(mut walk) = open.pop() {
        followed = followed.saturating_add(1);
        if followed > WAYS {
            unknown.get_or_insert_with(|| String::from("there are more ways through the manifest than are followed"));
            break;
        }
        match walk.follow(case, &mut open, work) {
            End::Agrees(close) => {
                let found = state(case, &walk, close);
                match &mut reading {
                    None => reading = Some(found),
                    Some(reading) => reading.merge(found),
                }
            }
            End::Unknown(why) => {
                unknown.get_or_insert(why);
            }
            End::Parts(why) => {
                let records = walk.trace.records;
                if furthest.as_ref().is_none_or(|(far, _)| records > *far) {
                    furthest = Some((records, why));
                }
            }
        }
    }
    match (unknown, reading, furthest) {
        // Where one way could not be followed, what the others have in common may not hold.
        (Some(why), ..) => Found::Unknown(why),
        (None, Some(reading), _) => Found::Agrees(reading),
        (None, None, Some((far, why))) => Found::Parts(far, why),
        (None, None, None) => Found::Unknown(String::from("nothing was followed")),
    }
}

/// Ways that are followed. Records leave one in most cases; each condition that nobody asks to be told of doubles them.
const WAYS: usize = 4096;
