//! What the paths of the commands come to, asked of the processor.

use suitpack_core::{Envelope, Manifest};
use suitpack_processor::Program;

use super::{Finding, rules};
use crate::believe::{believed, unquestioned};
use crate::bindings::{PathError, bindings};
use crate::explore::Facts;

/// Follows every path. All sequences are at hand.
pub(super) fn check(envelope: &Envelope<'_>, manifest: &Manifest<'_>, payloads: &[String], findings: &mut Vec<Finding>) {
    let bytes = unquestioned(manifest.bytes());
    let Some(believed) = believed(&bytes) else { return };
    let program = Program::new(&believed, |section| believed.get().sequence(section, envelope.member(section.key())));
    let Ok(program) = program else { return };
    match bindings(&program, &Facts::default()) {
        Err(error @ PathError::Dead(_)) => findings.push(Finding::new(&rules::DEAD, error.to_string())),
        Err(error) => findings.push(Finding::new(&rules::UNFOLLOWED, error.to_string())),
        Ok(found) => {
            for name in payloads.iter().filter(|name| !found.uses.iter().any(|used| used.uri == **name)) {
                findings.push(Finding::new(&rules::BALLAST, format!("payload {name} is used by no command, so nobody signed it")));
            }
            let mut unbound: Vec<&str> = found.uses.iter().filter(|used| !used.is_bound()).map(|used| used.uri.as_str()).collect();
            unbound.sort_unstable();
            unbound.dedup();
            for uri in unbound {
                let message = format!("payload {uri} is used by some path although no digest judges it there");
                findings.push(Finding::new(&rules::UNBOUND, message));
            }
            let known = findings.iter().filter(|finding| finding.rule == rules::UNCHECKED.id).count();
            for (checked, word) in [(found.vendor_checked, "vendor"), (found.class_checked, "class")] {
                if !checked && known == 0 {
                    findings.push(Finding::new(&rules::UNCHECKED, format!("some path does not check the {word}")));
                }
            }
        }
    }
}
