//! Whatever a manifest says and a platform answers: the processor comes to an end, the same each time, and can tell where it was.

use suitpack_core::cbor::{SliceSink, Writer};
use suitpack_core::manifest::command::{Condition, Directive};
use suitpack_core::registry::{algorithm, manifest as key};
use suitpack_core::report::{Reason, Report};
use suitpack_core::{Digest, Profile};
use suitpack_processor::report::{About, Recorder};
use suitpack_processor::{Effect, Failure, Outcome, Parameters, Platform, Position, Procedure, Processor, drive};

use crate::support::{
    Bytes, Draft, array, bool, bytes, digest, every_index, follow, index, indices, int, map, replace, run, set, try_each, uint, uri,
};

/// Numbers that are the same on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    fn one_in(&mut self, many: u64) -> bool {
        self.below(many) == 0
    }

    fn outcome(&mut self) -> Outcome {
        if self.one_in(6) { Outcome::Failure } else { Outcome::Success }
    }

    /// One of those that mostly have what they need, or of those that mostly fail.
    fn often(&mut self, likely: &[i64], seldom: &[i64]) -> i64 {
        let codes = if self.one_in(12) { seldom } else { likely };
        codes[usize::try_from(self.below(codes.len() as u64)).unwrap()]
    }

    /// One component, an array of some, or all.
    fn index(&mut self, components: u64) -> (i64, Bytes) {
        match self.below(4) {
            0 => every_index(),
            1 => {
                let first = self.below(components);
                let second = (first + 1 + self.below(components)) % components;
                if first == second { indices(&[first]) } else { indices(&[first, second]) }
            }
            _ => index(self.below(components)),
        }
    }

    fn parameter(&mut self, components: u64, shared: bool) -> (i64, Bytes) {
        let version = array(&[uint(3), array(&[uint(1)])]);
        let transform = array(&[uint(0), uint(1), uint(5), array(&[int(-16), bytes(&[3; 32])])]);
        match self.below(if shared { 11 } else { 12 }) {
            0 => (1, bytes(&[1; 16])),
            1 => (2, bytes(&[2; 16])),
            2 => digest(3),
            3 => (5, uint(1)),
            4 => (14, uint(500)),
            5 => (18, bytes(b"content")),
            6 => uri("u"),
            7 => (22, uint(self.below(components))),
            8 => (28, bytes(&version)),
            9 => (12, bool(!self.one_in(4))),
            10 => (29, bytes(&map(&[(2, uint(1))]))),
            _ => match self.below(8) {
                0 => (-257, bytes(&transform)),
                1 if self.one_in(4) => (13, bool(self.one_in(2))),
                _ => digest(4),
            },
        }
    }

    fn command(&mut self, components: u64, depth: u64, shared: bool) -> (i64, Bytes) {
        let policy = uint(self.below(16));
        match self.below(if depth == 0 { 12 } else { 15 }) {
            0..4 => {
                let parameter = [self.parameter(components, shared)];
                if self.one_in(3) { set(&parameter) } else { replace(&parameter) }
            }
            4 => self.index(components),
            5..8 => (self.often(&[1, 3, 5, 6, 25], &[2, 7, 8, 14, 24, 28]), policy),
            8..12 if shared => (3, policy),
            8..12 => (self.often(&[18, 21, 23, 33], &[11, 22, 29, 31, -257]), policy),
            12 => run(&self.commands(components, depth - 1, shared)),
            13 if !shared && self.one_in(2) => (34, map(&[(0, map(&[self.parameter(components, shared)]))])),
            _ => {
                let arms = [self.commands(components, depth - 1, shared), self.commands(components, depth - 1, shared)];
                try_each(&[&arms[0], &arms[1]])
            }
        }
    }

    fn commands(&mut self, components: u64, depth: u64, shared: bool) -> Vec<(i64, Bytes)> {
        let count = 1 + self.below(6);
        (0..count).map(|_| self.command(components, depth, shared)).collect()
    }

    /// A top-level sequence: what it acts on has what most commands need.
    fn section(&mut self, components: u64, shared: bool) -> Vec<(i64, Bytes)> {
        let needed = [(1, bytes(&[1; 16])), digest(3), (5, uint(0)), (14, uint(5)), (18, bytes(b"content")), uri("u")];
        [vec![every_index(), replace(&needed), self.index(components)], self.commands(components, 3, shared)].concat()
    }

    fn draft(&mut self) -> Draft {
        let components = 1 + self.below(4);
        let mut sections = vec![];
        for section in [key::VALIDATE, key::INVOKE, key::PAYLOAD_FETCH, key::INSTALL] {
            if !self.one_in(3) {
                sections.push((section, self.section(components, false)));
            }
        }
        Draft {
            components: u8::try_from(components).unwrap(),
            dependencies: if self.one_in(2) { vec![i64::try_from(self.below(components)).unwrap()] } else { vec![] },
            shared: if self.one_in(2) { self.section(components, true) } else { vec![] },
            sections,
        }
    }

    fn procedure(&mut self) -> Procedure {
        if self.one_in(3) { Procedure::Invocation } else { Procedure::Update }
    }
}

/// What happened, each with its place.
fn traced(draft: &Draft, procedure: Procedure, mut answer: impl FnMut(&Effect<'_>) -> Outcome) -> Vec<(String, Option<Position>)> {
    let mut trace = vec![];
    draft.follow(procedure, |processor, effect| {
        trace.push((format!("{effect:?}"), processor.position()));
        assert!(trace.len() < EFFECTS, "no end");
        let outcome = answer(effect);
        check_place(draft, effect, processor.position());
        outcome
    });
    trace
}

/// The place of an effect is that of its command in the bytes, and has its component.
fn check_place(draft: &Draft, effect: &Effect<'_>, position: Option<Position>) {
    let (code, component) = match *effect {
        Effect::Check { condition, component, .. } | Effect::Decided { condition, component, .. } => (condition.code(), component),
        Effect::Perform { directive, component, .. } => (directive.code(), component),
        Effect::Process { component, .. } => (Directive::ProcessDependency.code(), component),
        _ => return,
    };
    let position = position.unwrap();
    let body = draft.body(if position.shared { 0 } else { position.section.key() });
    let command = &body[usize::try_from(position.offset).unwrap()..];
    assert!(command.starts_with(&[int(code), uint(position.policy)].concat()), "{effect:?} at {position:?}");
    assert_eq!(position.component, component);
}

#[test]
fn it_ends_and_does_the_same_each_time() {
    let mut seen = [0; 3];
    for seed in 1..=CASES {
        let mut random = Random(seed * 0x9e37_79b9);
        let (draft, procedure) = (random.draft(), random.procedure());
        let first = traced(&draft, procedure, |_| Random(seed).outcome());
        assert_eq!(first, traced(&draft, procedure, |_| Random(seed).outcome()), "{seed}");
        let mut answers = Random(seed ^ 0x5555);
        let mixed = traced(&draft, procedure, |_| answers.outcome());
        let mut answers = Random(seed ^ 0x5555);
        assert_eq!(mixed, traced(&draft, procedure, |_| answers.outcome()), "{seed}");
        let end = &mixed.last().unwrap().0;
        seen[0] += usize::from(end.as_str() == "Finished");
        seen[1] += usize::from(end.starts_with("Failed"));
        seen[2] += mixed.len();
    }
    // It is worth something only if there is something to be done.
    assert!(seen[0] > 50 && seen[1] > 50 && seen[2] > 2_000, "{seen:?}");
}

#[test]
fn whichever_effect_fails_the_procedure_ends_with_it_unless_there_is_another_way() {
    let mut failed = 0;
    for seed in 1..=CASES / 4 {
        let mut random = Random(seed * 0x9e37_79b9);
        let (draft, procedure) = (random.draft(), random.procedure());
        let count = traced(&draft, procedure, |_| Outcome::Success).len();
        for failing in 0..count {
            let mut at = 0;
            let mut expected = None;
            draft.follow(procedure, |processor, effect| {
                if let Some(expected) = expected {
                    assert!(
                        matches!(effect, Effect::Failed(failure) if *failure == expected),
                        "{seed}: {effect:?}, not {expected:?}"
                    );
                    failed += 1;
                }
                at += 1;
                if at != failing + 1 {
                    return Outcome::Success;
                }
                expected = match *effect {
                    Effect::Perform { directive, .. } => Some(Failure::DirectiveFailed(directive)),
                    Effect::Process { .. } => Some(Failure::DirectiveFailed(Directive::ProcessDependency)),
                    Effect::Check { condition: Condition::DependencyIntegrity, component, .. } => {
                        Some(Failure::DependencyNotIntact(component))
                    }
                    Effect::Check { condition, .. } if !processor.may_fail() => Some(Failure::ConditionFailed(condition)),
                    _ => None,
                };
                Outcome::Failure
            });
        }
    }
    assert!(failed > 200, "{failed}");
}

#[test]
fn an_end_stays_the_end() {
    for seed in 1..=CASES / 4 {
        let mut random = Random(seed * 0x9e37_79b9);
        let draft = random.draft();
        draft.read(|program| {
            let mut processor = Processor::<4>::new(program, Procedure::Update).unwrap();
            let end = follow(&mut processor, |_| random.outcome()).end;
            for outcome in [Outcome::Success, Outcome::Failure, Outcome::Success] {
                for effect in [processor.resume(outcome), processor.begin()] {
                    match end {
                        Ok(()) => assert!(matches!(effect, Effect::Finished)),
                        Err(failure) => assert!(matches!(effect, Effect::Failed(again) if again == failure)),
                    }
                }
            }
        });
    }
}

/// A device that answers at random and keeps records.
struct Reporting<'b> {
    answers: Random,
    recorder: Recorder<'b>,
    recorded: u64,
}

impl<'a> Platform<'a> for Reporting<'_> {
    fn check(&mut self, _: Condition, _: u32, _: &Parameters<'a>) -> Outcome {
        self.answers.outcome()
    }

    fn perform(&mut self, _: Directive, _: u32, _: &Parameters<'a>) -> Outcome {
        self.answers.outcome()
    }

    fn report(&mut self, position: Position, outcome: Outcome) {
        let bit = if outcome == Outcome::Success { 1 } else { 2 };
        self.recorded += u64::from(position.policy & bit != 0);
        self.recorder.record(position, outcome, None, &[]);
    }

    fn failed(&mut self, position: Option<Position>, failure: Failure) {
        self.recorder.failed(position, failure);
    }
}

// SUIT-41
#[test]
fn whatever_happens_is_reported() {
    for seed in 1..=CASES {
        let mut random = Random(seed * 0x9e37_79b9);
        let (draft, procedure) = (random.draft(), random.procedure());
        draft.read(|program| {
            let mut buffer = vec![0; usize::try_from(random.below(400)).unwrap()];
            let mut device = Reporting { answers: random, recorder: Recorder::new(&mut buffer), recorded: 0 };
            let end = drive(&mut Processor::<4>::new(program, procedure).unwrap(), &mut [], &mut device);
            let mut buffer = [0; 1024];
            let mut writer = Writer::new(SliceSink::new(&mut buffer));
            let manifest_digest = Digest::new(algorithm::SHA_256, &[1; 32]).unwrap();
            let about = About { manifest_uri: "", manifest_digest, nonce: None, capabilities: None };
            device.recorder.write(&about, &mut writer).unwrap();
            let report = Report::parse(writer.into_inner().written(), Profile::Strict).map(|report| report.entries().count());
            let there = u64::try_from(report.unwrap()).unwrap();
            assert!(there == device.recorded || device.recorder.overflowed() && there < device.recorded, "{seed}");
            assert_eq!(end.map_or_else(Reason::from, |()| Reason::Ok), device.recorder.reason());
        });
    }
}

const CASES: u64 = 400;

/// Within the limit of the processor itself.
const EFFECTS: usize = 1 << 15;
