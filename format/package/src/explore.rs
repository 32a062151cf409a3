//! One path through the sequences, on a platform that only records.

use suitpack_core::limits::COMPONENTS;
use suitpack_core::manifest::command::{Condition, Directive};
use suitpack_core::manifest::{Source, Transform};
use suitpack_processor::{Effect, Failure, Outcome, Parameters, Processor};

use crate::bindings::{Decoding, Expected, OPEN_PATHS, Use};

/// What is known of the device before any command runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Its vendor.
    pub vendor: Option<Vec<u8>>,
    /// Its class.
    pub class: Option<Vec<u8>>,
}

/// A path that is being followed.
pub(crate) struct Path<'a> {
    processor: Box<Processor<'a, COMPONENTS>>,
    platform: Platform<'a>,
    resume_with: Option<Outcome>,
}

impl<'a> Path<'a> {
    pub(crate) const fn new(processor: Box<Processor<'a, COMPONENTS>>, platform: Platform<'a>) -> Self {
        Self { processor, platform, resume_with: None }
    }

    /// Follows the path to its end; where a condition may go either way it goes well, and the other way is a fork.
    pub(crate) fn follow(mut self) -> (Result<Platform<'a>, Failure>, Vec<Self>) {
        let mut forks = Vec::new();
        let mut effect = match self.resume_with {
            None => self.processor.begin(),
            Some(outcome) => self.processor.resume(outcome),
        };
        loop {
            let outcome = match effect {
                Effect::Finished => return (Ok(self.platform), forks),
                Effect::Failed(failure) => return (Err(failure), forks),
                Effect::Perform { directive, component, parameters } => self.platform.perform(directive, component, &parameters),
                Effect::Check { condition, component, parameters } => {
                    match self.platform.decide(condition, component, &parameters) {
                        Some(known) => known,
                        // More forks than are ever followed: whoever made this wants to fill memory.
                        None if self.processor.may_fail() && forks.len() >= OPEN_PATHS => {
                            return (Err(Failure::TooMuchWork), Vec::new());
                        }
                        None if self.processor.may_fail() => {
                            let mut platform = self.platform.clone();
                            platform.learn(condition, component, &parameters, Outcome::Failure);
                            let processor = self.processor.clone();
                            forks.push(Self { processor, platform, resume_with: Some(Outcome::Failure) });
                            Outcome::Success
                        }
                        // Failing here aborts: such a path uses nothing.
                        None => Outcome::Success,
                    }
                }
                _ => Outcome::Success,
            };
            if let (Effect::Check { condition, component, parameters }, Outcome::Success) = (effect, outcome) {
                self.platform.learn(condition, component, &parameters, Outcome::Success);
            }
            effect = self.processor.resume(outcome);
        }
    }
}

/// What a component holds on this path.
#[derive(Clone, Copy)]
enum Content<'a> {
    /// What the device had, or what the manifest writes: no payload.
    Other,
    /// A payload as carried: an index into the uses.
    Carried(usize),
    /// What a transform made of one.
    Decoded(usize, Transform<'a>),
}

/// A device that records what is done to it.
#[derive(Clone)]
pub(crate) struct Platform<'a> {
    facts: Facts,
    contents: Vec<Content<'a>>,
    uses: Vec<Use>,
    /// Whether the result of the transform of a use was judged.
    judged: Vec<bool>,
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
    pub(crate) fn new(facts: Facts) -> Self {
        Self {
            facts,
            contents: vec![Content::Other; COMPONENTS],
            uses: Vec::new(),
            judged: Vec::new(),
            learnt: Vec::new(),
            vendor_checked: false,
            class_checked: false,
        }
    }

    /// What every payload of this path has to be.
    pub(crate) fn into_uses(mut self) -> Vec<Use> {
        for (used, judged) in self.uses.iter_mut().zip(self.judged) {
            used.unjudged |= !judged;
        }
        self.uses
    }

    /// The answer to a condition, where it is known.
    fn decide(&self, condition: Condition, component: u32, parameters: &Parameters<'a>) -> Option<Outcome> {
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
    fn learn(&mut self, condition: Condition, component: u32, parameters: &Parameters<'a>, outcome: Outcome) {
        if outcome == Outcome::Success {
            match condition {
                Condition::VendorIdentifier => self.vendor_checked = true,
                Condition::ClassIdentifier => self.class_checked = true,
                Condition::ImageMatch => self.judge(component, parameters),
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
        let expected = Expected::new(digest, parameters.image_size);
        match self.content(component) {
            Content::Other => {}
            Content::Carried(at) => {
                if let Some(used) = self.uses.get_mut(at) {
                    insert(&mut used.carried, expected);
                    used.component = component;
                }
            }
            Content::Decoded(at, transform) => {
                if let (Some(used), Some(decoding)) = (self.uses.get_mut(at), Decoding::of(&transform)) {
                    insert(&mut used.image, (decoding, expected));
                    used.component = component;
                }
                if let Some(judged) = self.judged.get_mut(at) {
                    *judged = true;
                }
            }
        }
    }

    fn perform(&mut self, directive: Directive, component: u32, parameters: &Parameters<'a>) -> Outcome {
        let source = parameters.source_component.and_then(|index| u32::try_from(index).ok());
        let content = match directive {
            Directive::Fetch => Content::Carried(self.fetch(parameters)),
            Directive::Copy => self.content(source.unwrap_or(u32::MAX)),
            Directive::Swap => {
                let other = self.content(source.unwrap_or(u32::MAX));
                let own = self.content(component);
                self.put(source.unwrap_or(u32::MAX), own);
                other
            }
            Directive::Transform => match self.transform(source, parameters) {
                Some(content) => content,
                None => return Outcome::Failure,
            },
            Directive::Invoke => return Outcome::Success,
            _ => Content::Other,
        };
        self.put(component, content);
        Outcome::Success
    }

    fn fetch(&mut self, parameters: &Parameters<'a>) -> usize {
        self.uses.push(Use { uri: parameters.uri.unwrap_or_default().to_owned(), ..Use::default() });
        self.judged.push(true);
        self.uses.len() - 1
    }

    fn transform(&mut self, source: Option<u32>, parameters: &Parameters<'a>) -> Option<Content<'a>> {
        let transform = parameters.transform?;
        let at = match (transform.source, self.content(source.unwrap_or(u32::MAX))) {
            (Source::Uri, _) => self.fetch(parameters),
            (Source::Component, Content::Carried(at)) => at,
            // What the device had before: the input digest guards it, no payload is concerned.
            (Source::Component, Content::Other) => return Some(Content::Other),
            // A transform of a transform: nothing that is carried could be checked against its input digest.
            (Source::Component, Content::Decoded(..)) => return None,
        };
        // The directive checks digest and size of its input (spec/transform.md).
        let carried = Expected::new(transform.input_digest, Some(transform.input_size));
        insert(&mut self.uses.get_mut(at)?.carried, carried);
        *self.judged.get_mut(at)? = false;
        Some(Content::Decoded(at, transform))
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
