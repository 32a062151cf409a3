//! What was built, read again as a recipient reads it.

use suitpack_core::manifest::text::Text;
use suitpack_core::manifest::{Coswid, MemberError};
use suitpack_core::registry::manifest as key;
use suitpack_core::{Envelope, Error, Profile, limits};

use crate::draft::{Measures, Plan, command, encoded};
use crate::encode::Items;
use crate::error::BuildError;
use crate::program::{Origin, Section};

/// Fails if a strict reader would not take the head: a recipe is an error then, not a package. `first` is the encoded key of the first
/// payload behind the head, by which a reader sees where it ends.
pub(super) fn accepted(head: &[u8], first: &[u8], plan: &Plan, measures: &Measures<'_>) -> Result<(), BuildError> {
    if head.len() > limits::HEAD {
        return Err(BuildError::HeadTooLong { length: head.len() });
    }
    read(&[head, first].concat()).map_err(|error| {
        let (member, line) = locate(head, error.offset(), plan, measures);
        BuildError::Refused { kind: error.kind(), member, line }
    })
}

fn read(head: &[u8]) -> Result<(), Error> {
    let (envelope, _) = Envelope::parse_head(head)?;
    envelope.authentication()?;
    let manifest = envelope.manifest_unauthenticated(Profile::Strict)?;
    for section in suitpack_core::manifest::Section::ALL {
        match manifest.sequence(section, envelope.member(section.key())) {
            Err(MemberError::Unreadable(error)) => return Err(error),
            Ok(_) | Err(MemberError::Withheld) => {}
        }
    }
    // Read with the manifest where they are not severed.
    envelope.member(key::COSWID).map_or(Ok(()), |body| Coswid::parse(body.reader()).map(drop))?;
    envelope.member(key::TEXT).map_or(Ok(()), |body| Text::parse(body.reader()).map(drop))
}

/// The sequence around an offset and the line its command comes from.
fn locate(head: &[u8], offset: usize, plan: &Plan, measures: &Measures<'_>) -> (Option<&'static str>, Option<usize>) {
    for section in Section::ALL {
        let Some(sequence) = plan.sequences.of(section).filter(|sequence| !sequence.is_empty()) else { continue };
        let body = encoded(sequence, measures);
        let Some(start) = find(head, &body) else { continue };
        if !(start..start.saturating_add(body.len())).contains(&offset) {
            continue;
        }
        let mut at = start.saturating_add(Items::new().array(sequence.0.len().saturating_mul(2)).done().len());
        for step in &sequence.0 {
            at = at.saturating_add(command(&step.command, measures).len());
            if offset < at {
                return (Some(section.name()), step.origin.as_ref().and_then(Origin::line));
            }
        }
        return (Some(section.name()), None);
    }
    (None, None)
}

fn find(head: &[u8], body: &[u8]) -> Option<usize> {
    head.windows(body.len()).position(|window| window == body)
}
