//! The commands in the order in which they run: what is set, what is used, what is judged.
//!
//! This is no interpreter. It goes through every arm one after the other and keeps what *may* be set by then, so that what it
//! misses is missing on every path. What needs the paths themselves is asked of the processor ([`super::reach`]).

use std::collections::{BTreeMap, BTreeSet};

use suitpack_core::Manifest;
use suitpack_core::manifest::command::{Command, Condition, Directive, ReportingPolicy, TryEach};
use suitpack_core::manifest::parameter::Parameter;
use suitpack_core::manifest::{ComponentIndex, Section, Sequence};
use suitpack_core::registry::{self, command as code, parameter as key};

use super::needs::{condition_needs, directive_needs};
use super::shape::{anywhere, is, surely};
use super::{Finding, Named, Place, SHARED, rules};

pub(super) struct Commands {
    names: Vec<String>,
    indices: u32,
    dependencies: BTreeSet<u32>,
    found: Vec<Finding>,
    /// Every value that is set anywhere, once.
    settings: Vec<Setting>,
    known: BTreeMap<(Place, u32, i64), usize>,
    /// What may be set by now, by component and parameter, and those settings of it that nothing has used.
    in_force: BTreeMap<(u32, i64), Vec<usize>>,
    /// Steps that may still be taken.
    steps: u32,
    /// Why not everything was looked at or told.
    cut: Option<&'static str>,
    /// Components that were changed and not judged since, and where.
    changed: BTreeMap<u32, (Place, i64)>,
    /// Components whose content was judged in this procedure.
    judged: BTreeSet<u32>,
    /// Components that the update writes, as far as it does so itself.
    written: BTreeSet<u32>,
    /// Components that are validated, and where.
    validated: BTreeMap<u32, Place>,
}

struct Setting {
    place: Place,
    component: u32,
    parameter: i64,
    used: bool,
    overwritten: bool,
}

/// Where one stands in a sequence.
#[derive(Clone)]
struct Here {
    section: &'static str,
    /// Where the section begins.
    start: usize,
    targets: Vec<u32>,
    /// Whether the commands may be skipped.
    conditional: bool,
}

impl Commands {
    pub(super) fn new(manifest: &Manifest<'_>, names: Vec<String>) -> Self {
        Self {
            names,
            indices: u32::try_from(manifest.common().indices()).unwrap_or(u32::MAX),
            dependencies: manifest.common().dependencies().into_iter().flatten().map(|dependency| dependency.index).collect(),
            found: Vec::new(),
            settings: Vec::new(),
            known: BTreeMap::new(),
            in_force: BTreeMap::new(),
            steps: STEPS,
            cut: None,
            changed: BTreeMap::new(),
            judged: BTreeSet::new(),
            written: BTreeSet::new(),
            validated: BTreeMap::new(),
        }
    }

    /// Goes through update, invocation and uninstall; each begins with nothing set (draft-ietf-suit-manifest §6.1).
    /// `complete` says whether these are all sections there are.
    pub(super) fn procedures(&mut self, shared: Option<Sequence<'_>>, sections: &[Named<'_>], complete: bool) {
        self.hardware(shared);
        for procedure in PROCEDURES {
            self.in_force.clear();
            self.judged.clear();
            for (_, name, sequence) in sections.iter().filter(|(section, ..)| procedure.contains(section)) {
                if let Some(shared) = shared {
                    self.section(SHARED, shared);
                }
                self.section(name, *sequence);
            }
            for (component, (place, command)) in core::mem::take(&mut self.changed) {
                let message = format!("{} changes a component that nothing matches with its digest afterwards", name(command));
                self.add(Finding::new(&rules::UNJUDGED, message).at(place).of(component, &self.names));
            }
            self.unwritten(complete);
        }
    }

    /// An update that writes one thing and validates another has probably forgotten to install it.
    fn unwritten(&mut self, complete: bool) {
        let (written, validated) = (core::mem::take(&mut self.written), core::mem::take(&mut self.validated));
        if !complete || written.is_empty() || !self.dependencies.is_empty() {
            return;
        }
        for (component, place) in validated.into_iter().filter(|(component, _)| !written.contains(component)) {
            let message = "it is validated, and no command of the update writes it: what is fetched goes elsewhere";
            self.add(Finding::new(&rules::UNWRITTEN, message).at(place).of(component, &self.names));
        }
    }

    /// What was found, with what was set for nothing.
    pub(super) fn findings(mut self) -> Vec<Finding> {
        for setting in core::mem::take(&mut self.settings).iter().filter(|setting| !setting.used) {
            let called = parameter_name(setting.parameter);
            let finding = if setting.overwritten {
                Finding::new(&rules::OVERWRITTEN, format!("{called} is set again before anything uses it"))
            } else {
                Finding::new(&rules::UNUSED, format!("{called} is set and nothing uses it"))
            };
            self.add(finding.at(setting.place).of(setting.component, &self.names));
        }
        self.found.extend(self.cut.map(|message| Finding::new(&rules::UNFOLLOWED, message)));
        self.found
    }

    fn add(&mut self, finding: Finding) {
        // The shared sequence is gone through several times.
        if self.found.contains(&finding) {
            return;
        }
        if self.found.len() < FINDINGS {
            self.found.push(finding);
        } else {
            self.cut.get_or_insert("there is more to find than is listed");
        }
    }

    /// §6.2: at least one vendor and one class check in the shared sequence, where no path goes round them.
    fn hardware(&mut self, shared: Option<Sequence<'_>>) {
        for (condition, word) in [(Condition::VendorIdentifier, "vendor"), (Condition::ClassIdentifier, "class")] {
            if !shared.is_some_and(|shared| surely(shared, condition)) {
                let message = if shared.is_some_and(|shared| anywhere(shared, &|command| is(command, condition))) {
                    format!("the {word} is checked only where a path goes round it")
                } else {
                    format!("the shared sequence does not check the {word}")
                };
                self.add(Finding::new(&rules::UNCHECKED, message));
            }
        }
    }

    fn section(&mut self, section: &'static str, sequence: Sequence<'_>) {
        let start = sequence.position().saturating_sub(sequence.offset());
        self.sequence(sequence, &mut Here { section, start, targets: vec![0], conditional: false });
    }

    fn sequence(&mut self, mut sequence: Sequence<'_>, here: &mut Here) {
        let mut aborted = false;
        loop {
            let place = Place { section: here.section, offset: sequence.position().saturating_sub(here.start) };
            let Some(command) = sequence.next() else { return };
            let steps =
                u32::try_from(here.targets.len()).ok().and_then(|targets| self.steps.checked_sub(targets.saturating_add(1)));
            let Some(steps) = steps else {
                self.cut = Some("there are more commands than are looked at");
                return;
            };
            self.steps = steps;
            if aborted {
                return self.add(Finding::new(&rules::AFTER_ABORT, "nothing comes here: an abort stands before it").at(place));
            }
            aborted = is(&command, Condition::Abort);
            self.command(command, place, here);
        }
    }

    fn command(&mut self, command: Command<'_>, place: Place, here: &mut Here) {
        match command {
            Command::Condition(condition, policy) => self.condition(condition, policy, place, &here.targets),
            Command::Directive(directive, _) => self.directive(directive, place, &here.targets),
            Command::SetComponentIndex(index) => here.targets = self.targets(index),
            Command::SetParameters(parameters) | Command::OverrideParameters(parameters) => {
                for parameter in parameters {
                    for component in here.targets.clone() {
                        self.set(&parameter, component, place, here.conditional);
                    }
                }
            }
            Command::OverrideMultiple(multiple) => {
                for (component, parameters) in multiple {
                    parameters.for_each(|parameter| self.set(&parameter, component, place, here.conditional));
                    // draft-ietf-suit-update-management §5.7: the last one listed is the index from here on.
                    here.targets = vec![component];
                }
            }
            Command::CopyParams(copies) => {
                for (source, labels) in copies {
                    for label in labels {
                        self.need(label, source, &format!("{} copies", name(code::DIRECTIVE_COPY_PARAMS)), place);
                        here.targets.clone().into_iter().for_each(|component| self.put(label, component, place, here.conditional));
                    }
                }
            }
            Command::TryEach(arms) => self.arms(arms, place, here),
            Command::RunSequence(sequence) => {
                self.sequence(sequence, &mut Here { conditional: true, ..here.clone() });
            }
            _ => {}
        }
    }

    fn arms(&mut self, arms: TryEach<'_>, place: Place, here: &Here) {
        let mut certain = None;
        for (number, arm) in arms.enumerate() {
            let number = number.saturating_add(1);
            if let Some(certain) = certain {
                let message = format!("arm {number} is never tried: nothing in arm {certain} can fail");
                return self.add(Finding::new(&rules::UNREACHABLE, message).at(place));
            }
            self.sequence(arm, &mut Here { conditional: true, ..here.clone() });
            if !anywhere(arm, &|command| matches!(command, Command::Condition(..))) {
                certain = Some(number);
            }
        }
    }

    fn condition(&mut self, condition: Condition, policy: ReportingPolicy, place: Place, targets: &[u32]) {
        let command = condition.code();
        if policy.0 == 0 {
            self.add(Finding::new(&rules::SILENT, format!("{} is never reported, not even if it fails", name(command))).at(place));
        }
        let needed = condition_needs(condition);
        let lacking: Vec<u32> =
            targets.iter().copied().filter(|component| needed.iter().any(|wanted| !self.may_be_set(*wanted, *component))).collect();
        let partly = matches!(
            command,
            code::CONDITION_VENDOR_IDENTIFIER | code::CONDITION_CLASS_IDENTIFIER | code::CONDITION_DEVICE_IDENTIFIER
        ) && !lacking.is_empty()
            && lacking.len() < targets.len();
        for component in targets {
            for wanted in needed {
                if partly && lacking.contains(component) {
                    let message = format!(
                        "{} is checked for several components, and {} is not set for this one",
                        name(command),
                        parameter_name(*wanted)
                    );
                    self.add(Finding::new(&rules::PARTIAL, message).at(place).of(*component, &self.names));
                } else {
                    self.need(*wanted, *component, &format!("{} needs", name(command)), place);
                }
            }
            match condition {
                Condition::ImageMatch | Condition::ImageNotMatch | Condition::DependencyIntegrity => {
                    self.use_of(key::IMAGE_SIZE, *component)
                }
                _ => {}
            }
            if matches!(condition, Condition::ImageMatch | Condition::CheckContent | Condition::DependencyIntegrity) {
                self.changed.remove(component);
                self.judged.insert(*component);
            }
            if condition == Condition::ImageMatch && place.section == super::sequence_name(Section::Validate) {
                self.validated.entry(*component).or_insert(place);
            }
        }
    }

    fn directive(&mut self, directive: Directive, place: Place, targets: &[u32]) {
        let command = directive.code();
        let (needed, optional) = directive_needs(directive);
        for component in targets {
            for wanted in needed {
                self.need(*wanted, *component, &format!("{} needs", name(command)), place);
            }
            for parameter in optional {
                self.use_of(*parameter, *component);
            }
            match directive {
                Directive::Fetch | Directive::Copy | Directive::Swap | Directive::Transform => {
                    self.changed.insert(*component, (place, command));
                    self.judged.remove(component);
                    self.written.insert(*component);
                }
                // What is written stands in the manifest, which is signed.
                Directive::Write => {
                    self.changed.remove(component);
                    self.judged.insert(*component);
                    self.written.insert(*component);
                }
                // It may work with any parameter of this manifest (draft-ietf-suit-trust-domains §5.4).
                Directive::ProcessDependency => self.use_all(),
                Directive::Invoke if !self.judged.contains(component) => {
                    let message = "it is invoked although nothing in this procedure matched it with its digest";
                    self.add(Finding::new(&rules::INVOKED, message).at(place).of(*component, &self.names));
                }
                _ => {}
            }
            if directive == Directive::Transform
                && !self.may_be_set(key::URI, *component)
                && !self.may_be_set(key::SOURCE_COMPONENT, *component)
            {
                let message =
                    format!("{} needs suit-parameter-uri or suit-parameter-source-component, and neither is set", name(command));
                self.add(Finding::new(&rules::MISSING, message).at(place).of(*component, &self.names));
            }
        }
    }

    fn need(&mut self, parameter: i64, component: u32, who: &str, place: Place) {
        if self.may_be_set(parameter, component) {
            return self.use_of(parameter, component);
        }
        let message = format!("{who} {}, which is not set", parameter_name(parameter));
        self.add(Finding::new(&rules::MISSING, message).at(place).of(component, &self.names));
    }

    fn may_be_set(&self, parameter: i64, component: u32) -> bool {
        self.in_force.contains_key(&(component, parameter))
    }

    fn use_of(&mut self, parameter: i64, component: u32) {
        let unused = self.in_force.get_mut(&(component, parameter)).map(core::mem::take);
        self.mark(unused.into_iter().flatten(), |setting| setting.used = true);
    }

    fn use_all(&mut self) {
        let unused: Vec<_> = self.in_force.values_mut().flat_map(core::mem::take).collect();
        self.mark(unused.into_iter(), |setting| setting.used = true);
    }

    fn mark(&mut self, settings: impl Iterator<Item = usize>, mark: impl Fn(&mut Setting)) {
        for at in settings {
            if let Some(setting) = self.settings.get_mut(at) {
                mark(setting);
            }
        }
    }

    fn set(&mut self, parameter: &Parameter<'_>, component: u32, place: Place, conditional: bool) {
        match parameter {
            // They steer the processor itself.
            Parameter::StrictOrder(_) | Parameter::SoftFailure(_) => return,
            Parameter::SourceComponent(source) if *source >= u64::from(self.indices) => {
                let message = format!("suit-parameter-source-component is {source}, which names no component");
                self.add(Finding::new(&rules::INDEX, message).at(place).of(component, &self.names));
            }
            Parameter::SourceComponent(source) if *source == u64::from(component) => {
                let message = "suit-parameter-source-component names the component itself";
                self.add(Finding::new(&rules::SELF_SOURCE, message).at(place).of(component, &self.names));
            }
            _ => {}
        }
        self.put(parameter.code(), component, place, conditional);
    }

    fn put(&mut self, parameter: i64, component: u32, place: Place, conditional: bool) {
        self.steps = self.steps.saturating_sub(1);
        let next = self.settings.len();
        let at = *self.known.entry((place, component, parameter)).or_insert(next);
        if at == next {
            // What a dependency is told, its own commands may use.
            let used = self.dependencies.contains(&component) && !SECURITY.contains(&parameter);
            self.settings.push(Setting { place, component, parameter, used, overwritten: false });
        }
        let unused = self.in_force.entry((component, parameter)).or_default();
        let before = if conditional { Vec::new() } else { core::mem::take(unused) };
        if unused.last() != Some(&at) && self.settings.get(at).is_some_and(|setting| !setting.used) {
            unused.push(at);
        }
        self.mark(before.into_iter().filter(|other| *other != at), |setting| setting.overwritten = true);
    }

    fn targets(&self, index: ComponentIndex<'_>) -> Vec<u32> {
        match index {
            ComponentIndex::All => (0..self.indices.min(u32::try_from(self.names.len()).unwrap_or(u32::MAX))).collect(),
            ComponentIndex::One(index) => vec![index],
            ComponentIndex::Many(indices) => indices.collect(),
        }
    }
}

fn name(command: i64) -> &'static str {
    registry::find(code::LABELS, command).map_or("an unknown command", |label| label.name)
}

fn parameter_name(parameter: i64) -> &'static str {
    registry::find(key::LABELS, parameter).map_or("an unknown parameter", |label| label.name)
}

/// What runs without anything being cleared in between (draft-ietf-suit-manifest §5.3.3, draft-ietf-suit-trust-domains §3, §6).
const PROCEDURES: [&[Section]; 3] = [
    &[Section::DependencyResolution, Section::PayloadFetch, Section::CandidateVerification, Section::Install, Section::Validate],
    &[Section::Validate, Section::Load, Section::Invoke],
    &[Section::Uninstall],
];

/// Commands times components, and the values they set. No manifest of sensible size takes as many.
const STEPS: u32 = 1 << 20;

/// The first of what was found is enough to go on with.
const FINDINGS: usize = 256;

/// Parameters that do not cross into a dependency (draft-ietf-suit-trust-domains §5.4.1).
const SECURITY: [i64; 4] = [key::VENDOR_IDENTIFIER, key::CLASS_IDENTIFIER, key::DEVICE_IDENTIFIER, key::IMAGE_DIGEST];
