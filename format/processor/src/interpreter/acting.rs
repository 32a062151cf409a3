//! Commands that act: what is handed out for one component, what is known without asking, and what it touches.

use suitpack_core::manifest::command::{Condition, Directive};

use super::{Aborted, Acting, Processor};
use crate::effect::{Effect, Failure, Outcome};
use crate::order::Touched;
use crate::parameters::Parameters;

impl<'a, const COMPONENTS: usize> Processor<'a, COMPONENTS> {
    /// Hands out an acting command for one component.
    pub(super) fn apply(&mut self, command: Acting, component: u32) -> Result<Effect<'a>, Aborted> {
        let Some(parameters) = self.of(component) else { return self.abort(Failure::ComponentUnsupported) };
        match command {
            Acting::Condition(Condition::DependencyIntegrity) if !self.program.is_dependency(component) => {
                self.abort(Failure::NotADependency(component))
            }
            Acting::Condition(Condition::DependencyIntegrity) if parameters.image_digest.is_none() => {
                self.abort(Failure::DependencyNotIntact(component))
            }
            Acting::Condition(condition) => match self.known(condition, component, parameters) {
                Some(outcome) => {
                    if let Some(pending) = &mut self.pending {
                        pending.decided = Some(outcome);
                    }
                    Ok(Effect::Decided { condition, component, outcome })
                }
                None => Ok(Effect::Check { condition, component, parameters: *parameters }),
            },
            Acting::Directive(Directive::ProcessDependency) => self.process(component),
            Acting::Directive(directive) if !parameters.suffice_for_directive(directive) => {
                self.abort(Failure::ParameterMissing(directive))
            }
            Acting::Directive(directive) => {
                let parameters = *parameters;
                self.touch(directive, component, &parameters)?;
                Ok(Effect::Perform { directive, component, parameters })
            }
        }
    }

    /// The outcome of a condition, where no platform has to find it out.
    fn known(&self, condition: Condition, component: u32, parameters: &Parameters<'a>) -> Option<Outcome> {
        match condition {
            Condition::IsDependency if self.program.is_dependency(component) => Some(Outcome::Success),
            Condition::IsDependency => Some(Outcome::Failure),
            _ if !parameters.suffice_for_condition(condition) => Some(Outcome::Failure),
            _ => None,
        }
    }

    /// TD §5.6.2. Core refuses the directive in the shared sequence.
    // SUIT-51
    fn process(&mut self, component: u32) -> Result<Effect<'a>, Aborted> {
        if !self.program.is_dependency(component) {
            return self.abort(Failure::NotADependency(component));
        }
        if !self.intact.contains(component) {
            return self.abort(Failure::DependencyNotChecked(component));
        }
        match self.section {
            Some(section) => Ok(Effect::Process { section, component }),
            None => self.abort(Failure::Unreadable),
        }
    }

    /// Holds what a directive reads and writes against what is there and what runs beside it.
    fn touch(&mut self, directive: Directive, component: u32, parameters: &Parameters<'a>) -> Result<(), Aborted> {
        let reads = match directive {
            Directive::Copy | Directive::Swap => true,
            #[cfg(feature = "transform")]
            Directive::Transform => {
                use suitpack_core::manifest::Source;
                parameters.transform.is_some_and(|transform| transform.source == Source::Component)
            }
            _ => false,
        };
        let writes = !matches!(directive, Directive::Invoke | Directive::Wait);
        let mut touched = Touched::default();
        if writes {
            touched.targets = touched.targets.with(component);
        }
        if reads {
            // SUIT-30, §8.4.10.5, spec/transform.md: what is to be read from another component has to be there.
            let source = parameters.source_component.and_then(|source| u32::try_from(source).ok());
            let source = source.filter(|source| self.program.components.contains(*source) && *source != component);
            let Some(source) = source else { return self.abort(Failure::DirectiveFailed(directive)) };
            touched.sources = touched.sources.with(source);
        }
        if directive == Directive::Swap {
            let both = touched.targets.union(touched.sources);
            touched = Touched { targets: both, sources: both };
        }
        let around = self.frames.iter().filter_map(|frame| frame.outer_order.as_ref());
        let beside = around.chain((!self.order.is_strict()).then_some(&self.order));
        let clash = beside.filter_map(|order| order.clash(touched)).next();
        if let Some(clash) = clash {
            return self.abort(Failure::SourceAndTarget(clash));
        }
        // Within an isolated sequence too: at its end it counts for those beside it.
        self.order.touch(touched);
        if cfg!(feature = "trust-domains") {
            touched.targets.for_each(|component| self.wrote(component));
        }
        Ok(())
    }

    /// TD §5.6.4: what was found out about a dependency is forgotten when it changes.
    // SUIT-52
    pub(super) const fn wrote(&mut self, component: u32) {
        self.intact = self.intact.without(component);
        self.written = self.written.with(component);
    }
}
