//! Who does what the processor asks for.

use suitpack_core::manifest::Section;
use suitpack_core::manifest::command::{Condition, Directive};

use crate::effect::{Failure, Outcome};
use crate::parameters::Parameters;
use crate::position::Position;
use crate::program::Program;

/// A device, as [`crate::drive()`] sees it.
///
/// Component indices are those of the manifest that is running: the root's, and between [`Platform::process`] and
/// [`Platform::left`] those of the dependency that was given.
pub trait Platform<'a> {
    /// Whether the condition holds. Finding out has no side effect (§6.4).
    fn check(&mut self, condition: Condition, component: u32, parameters: &Parameters<'a>) -> Outcome;

    /// Does it.
    fn perform(&mut self, directive: Directive, component: u32, parameters: &Parameters<'a>) -> Outcome;

    /// The dependency in a component, to be run; its integrity was checked in this procedure. `None` fails the directive, and is all
    /// that a device without dependencies has to say.
    ///
    /// What is given here was authenticated and held against rollback, as the root was.
    fn process(&mut self, section: Section, component: u32) -> Option<Program<'a>> {
        let _ = (section, component);
        None
    }

    /// The component of the dependent that a component of its dependency is: the one with the same identifier, once the
    /// suit-dependency-prefix stands before that of the dependency (draft-ietf-suit-trust-domains §5.2.2). Parameters of such pairs
    /// are carried in and out.
    fn outer(&self, component: u32) -> Option<u32> {
        let _ = component;
        None
    }

    /// The dependency that was given last has ended, well or not; the manifest around it runs again.
    fn left(&mut self, outcome: Outcome) {
        let _ = outcome;
    }

    /// A section of the manifest that is running ended well.
    fn completed(&mut self, section: Section) {
        let _ = section;
    }

    /// A command has an outcome: what a report may be made of. It comes behind [`Platform::check`] and [`Platform::perform`], behind
    /// the end of a dependency, and alone where an outcome is known without the platform.
    fn report(&mut self, position: Position, outcome: Outcome) {
        let _ = (position, outcome);
    }

    /// The manifest that is running was aborted, at a command if there was one. A dependency says so before its dependent.
    fn failed(&mut self, position: Option<Position>, failure: Failure) {
        let _ = (position, failure);
    }
}
