//! A device that records what is done to it.

use std::rc::Rc;

use suitpack_core::limits::COMPONENTS;
use suitpack_core::manifest::command::{Condition, Directive};
use suitpack_core::manifest::{Source, Transform};
use suitpack_processor::{Outcome, Parameters, Program};

use super::Visit;
use crate::bindings::{Decoding, Expected, Making, Use};

/// What is known of the device before any command runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Its vendor.
    pub vendor: Option<Vec<u8>>,
    /// Its class.
    pub class: Option<Vec<u8>>,
}

/// What a component holds on this path.
#[derive(Clone, Copy)]
enum Content<'a> {
    /// What the device had, or what the manifest writes: no payload.
    Other,
    /// A payload as carried: an index into the uses.
    Carried(usize),
    /// What was made of one.
    Made(usize, Maker<'a>),
}

/// How something was made of a payload.
#[derive(Clone, Copy)]
struct Maker<'a> {
    encryption: Option<&'a [u8]>,
    transform: Option<Transform<'a>>,
}

impl Maker<'_> {
    fn making(&self) -> Making {
        Making { encryption: self.encryption.map(<[u8]>::to_vec), decoding: self.transform.and_then(|it| Decoding::of(&it)) }
    }
}

/// A device that records what is done to it.
#[derive(Clone)]
pub(crate) struct Platform<'a> {
    facts: Facts,
    dependencies: Rc<[u32]>,
    contents: Vec<Content<'a>>,
    uses: Vec<Use>,
    /// Whether the result of the transform of a use was judged.
    judged: Vec<bool>,
    /// Which dependencies were run, each with the payload it came from.
    visits: Vec<(usize, Visit<'a>)>,
    learnt: Vec<(Question<'a>, Outcome)>,
    pub(crate) vendor_checked: bool,
    pub(crate) class_checked: bool,
}

/// A question whose answer stays the same along a path.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Question<'a> {
    Identifier(Condition, &'a [u8]),
    Slot(u32, u64),
}

impl<'a> Platform<'a> {
    pub(crate) fn new(program: &Program<'a>, facts: Facts) -> Self {
        Self {
            facts,
            dependencies: program.dependencies().collect(),
            contents: vec![Content::Other; COMPONENTS],
            uses: Vec::new(),
            judged: Vec::new(),
            visits: Vec::new(),
            learnt: Vec::new(),
            vendor_checked: false,
            class_checked: false,
        }
    }

    /// The dependencies run on this path: the URI each came from, and when it was run.
    pub(crate) fn journeys(&self) -> Vec<(String, Vec<Visit<'a>>)> {
        let mut journeys: Vec<(usize, Vec<Visit<'a>>)> = Vec::new();
        for (at, visit) in &self.visits {
            match journeys.iter_mut().find(|(known, _)| known == at) {
                Some((_, visits)) => visits.push(visit.clone()),
                None => journeys.push((*at, vec![visit.clone()])),
            }
        }
        let named = journeys.into_iter().filter_map(|(at, visits)| Some((self.uses.get(at)?.uri.clone(), visits)));
        named.collect()
    }

    /// What every payload of this path has to be.
    pub(crate) fn into_uses(mut self) -> Vec<Use> {
        for (used, judged) in self.uses.iter_mut().zip(self.judged) {
            used.unjudged |= !judged;
        }
        self.uses
    }

    /// The answer to a condition, where it is known.
    // SUIT-31
    pub(crate) fn decide(&self, condition: Condition, component: u32, parameters: &Parameters<'a>) -> Option<Outcome> {
        let known = |fact: &Option<Vec<u8>>, wanted: Option<&[u8]>| {
            fact.as_deref().map(|fact| if Some(fact) == wanted { Outcome::Success } else { Outcome::Failure })
        };
        match condition {
            Condition::Abort => return Some(Outcome::Failure),
            Condition::VendorIdentifier if self.facts.vendor.is_some() => {
                return known(&self.facts.vendor, parameters.vendor_identifier);
            }
            Condition::ClassIdentifier if self.facts.class.is_some() => {
                return known(&self.facts.class, parameters.class_identifier);
            }
            _ => {}
        }
        let question = question(condition, component, parameters)?;
        self.learnt.iter().find_map(|(learnt, outcome)| match (learnt, question) {
            (learnt, question) if *learnt == question => Some(*outcome),
            // A component is in one slot only.
            (Question::Slot(at, slot), Question::Slot(other, wanted)) if *at == other && *slot != wanted => {
                (*outcome == Outcome::Success).then_some(Outcome::Failure)
            }
            _ => None,
        })
    }

    /// Takes an answer as given from here on.
    pub(crate) fn learn(&mut self, condition: Condition, component: u32, parameters: &Parameters<'a>, outcome: Outcome) {
        if outcome == Outcome::Success {
            match condition {
                Condition::VendorIdentifier => self.vendor_checked = true,
                Condition::ClassIdentifier => self.class_checked = true,
                Condition::ImageMatch | Condition::DependencyIntegrity => self.judge(component, parameters),
                _ => {}
            }
        }
        if let Some(question) = question(condition, component, parameters)
            && !self.learnt.contains(&(question, outcome))
        {
            self.learnt.push((question, outcome));
        }
    }

    /// An image-match binds what the component was made of.
    fn judge(&mut self, component: u32, parameters: &Parameters<'a>) {
        let Some(digest) = parameters.image_digest else { return };
        let dependency = self.dependencies.contains(&component);
        // TD §5.2.2: that of a dependency is over its manifest, which no size goes with.
        let expected = Expected::new(digest, parameters.image_size.filter(|_| !dependency));
        let (at, maker) = match self.content(component) {
            Content::Other => return,
            Content::Carried(at) => (at, None),
            Content::Made(at, maker) => (at, Some(maker)),
        };
        let Some(used) = self.uses.get_mut(at) else { return };
        used.component = component;
        match maker {
            None if dependency => insert(&mut used.manifest, expected),
            None => insert(&mut used.carried, expected),
            Some(_) if dependency => used.made_dependency = true,
            Some(maker) => insert(&mut used.image, (maker.making(), expected)),
        }
        if let (Some(judged), true) = (self.judged.get_mut(at), maker.is_some()) {
            *judged = true;
        }
    }

    /// A dependency is run.
    pub(crate) fn visit(&mut self, component: u32, visit: Visit<'a>) {
        if let Content::Carried(at) | Content::Made(at, _) = self.content(component) {
            self.visits.push((at, visit));
        }
    }

    pub(crate) fn perform(&mut self, directive: Directive, component: u32, parameters: &Parameters<'a>) -> Outcome {
        let source = parameters.source_component.and_then(|index| u32::try_from(index).ok());
        let content = match directive {
            Directive::Fetch => Some(Content::Carried(self.fetch(parameters))),
            Directive::Copy => self.copy(source, parameters),
            Directive::Swap => {
                let other = self.content(source.unwrap_or(u32::MAX));
                let own = self.content(component);
                self.put(source.unwrap_or(u32::MAX), own);
                Some(other)
            }
            Directive::Transform => self.transform(source, parameters),
            Directive::Write | Directive::Unlink => Some(Content::Other),
            _ => return Outcome::Success,
        };
        let Some(content) = content else { return Outcome::Failure };
        self.put(component, content);
        Outcome::Success
    }

    fn fetch(&mut self, parameters: &Parameters<'a>) -> usize {
        self.uses.push(Use { uri: parameters.uri.unwrap_or_default().to_owned(), ..Use::default() });
        self.judged.push(true);
        self.uses.len() - 1
    }

    /// A copy decrypts if the component it goes to has encryption-info (FE §4); a fetch never does.
    // SUIT-65
    fn copy(&self, source: Option<u32>, parameters: &Parameters<'a>) -> Option<Content<'a>> {
        let encryption = parameters.encryption_info.map(|info| info.encoded());
        match self.content(source.unwrap_or(u32::MAX)) {
            Content::Carried(at) if encryption.is_some() => Some(Content::Made(at, Maker { encryption, transform: None })),
            // Nothing that is carried could be checked once two things are made of it, one after the other.
            Content::Made(..) if encryption.is_some() => None,
            content => Some(content),
        }
    }

    fn transform(&mut self, source: Option<u32>, parameters: &Parameters<'a>) -> Option<Content<'a>> {
        let transform = parameters.transform?;
        let at = match (transform.source, self.content(source.unwrap_or(u32::MAX))) {
            (Source::Uri, _) => self.fetch(parameters),
            (Source::Component, Content::Carried(at)) => at,
            // What the device had before: the input digest guards it, no payload is concerned.
            (Source::Component, Content::Other) => return Some(Content::Other),
            // A transform of what was made: nothing that is carried could be checked against its input digest.
            (Source::Component, Content::Made(..)) => return None,
        };
        // The directive checks digest and size of its input (spec/transform.md).
        let carried = Expected::new(transform.input_digest, Some(transform.input_size));
        insert(&mut self.uses.get_mut(at)?.carried, carried);
        *self.judged.get_mut(at)? = false;
        let encryption = parameters.encryption_info.map(|info| info.encoded());
        Some(Content::Made(at, Maker { encryption, transform: Some(transform) }))
    }

    fn content(&self, component: u32) -> Content<'a> {
        self.contents.get(component as usize).copied().unwrap_or(Content::Other)
    }

    fn put(&mut self, component: u32, content: Content<'a>) {
        if let Some(slot) = self.contents.get_mut(component as usize) {
            *slot = content;
        }
    }
}

fn question<'a>(condition: Condition, component: u32, parameters: &Parameters<'a>) -> Option<Question<'a>> {
    match condition {
        Condition::VendorIdentifier => parameters.vendor_identifier.map(|id| Question::Identifier(condition, id)),
        Condition::ClassIdentifier => parameters.class_identifier.map(|id| Question::Identifier(condition, id)),
        Condition::DeviceIdentifier => parameters.device_identifier.map(|id| Question::Identifier(condition, id)),
        Condition::ComponentSlot => parameters.component_slot.map(|slot| Question::Slot(component, slot)),
        _ => None,
    }
}

fn insert<T: PartialEq>(into: &mut Vec<T>, value: T) {
    if !into.contains(&value) {
        into.push(value);
    }
}
