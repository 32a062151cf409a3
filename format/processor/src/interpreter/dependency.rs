//! Parameters and work, carried into the processor of a dependency and out again.

use suitpack_core::manifest::Section;

use super::Processor;
use crate::effect::Failure;
use crate::program::{Procedure, Program};

impl<'a, const COMPONENTS: usize> Processor<'a, COMPONENTS> {
    /// Prepares a section of a dependency, which this processor has asked for by [`crate::Effect::Process`]. `outer` gives the
    /// component of this manifest that a component of the dependency is; what is set for it is set there too.
    ///
    /// Both share the work that one processor may do.
    ///
    /// # Errors
    /// As [`Processor::new`].
    // SUIT-53
    pub fn dependency(&self, program: Program<'a>, section: Section, outer: impl Fn(u32) -> Option<u32>) -> Result<Self, Failure> {
        let mut inner = Self::new(program, Procedure::Dependency(section))?;
        inner.steps = self.steps;
        for component in program.components {
            if let Some(parameters) = outer(component).and_then(|outer| self.parameters(outer)) {
                *inner.of_mut(component).ok_or(Failure::ComponentUnsupported)? = *parameters;
            }
        }
        Ok(inner)
    }

    /// Takes back what the dependency has set, once it has finished (draft-ietf-suit-trust-domains §5.4), and forgets what was found
    /// out about components that it wrote.
    // SUIT-53
    pub fn returned(&mut self, inner: &Self, outer: impl Fn(u32) -> Option<u32>) {
        self.steps = inner.steps;
        for component in inner.program.components {
            let Some(outer) = outer(component) else { continue };
            if let (Some(place), Some(parameters)) = (self.of_mut(outer), inner.parameters(component)) {
                *place = *parameters;
            }
            if inner.written.contains(component) {
                self.wrote(outer);
            }
        }
    }
}
