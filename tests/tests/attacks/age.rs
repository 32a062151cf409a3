//! Rollback, fast-forward and freeze: right signatures of the wrong time.

use suitpack_core::manifest::Section;
use suitpack_core::manifest::command::{Condition, Directive};
use suitpack_core::{Envelope, Profile, Trust};
use suitpack_crypto::Sha2;
use suitpack_package::{Cause, Request};
use suitpack_processor::{Failure, Outcome, Parameters, Platform, Procedure, Processor, Program, drive};
use suitpack_tests::{Lab, STORED, recipe};

use crate::bench::{Parts, cause, image};

fn release(number: &str, seed: u64) -> Lab {
    Lab::new(&recipe(STORED).replace("sequence-number = 7", &format!("sequence-number = {number}")), &image(seed, 5000))
}

fn after(lab: &Lab, installed: u64) -> Request {
    let mut request = lab.request();
    request.min_sequence = Some(installed);
    request
}

#[test]
fn rollback_to_an_older_release_is_refused() {
    let old = release("6", 1);
    assert_eq!(cause(&old.package, &after(&old, 7)), Some(Cause::Policy));
    assert_eq!(cause(&old.package, &after(&old, 6)), None, "what is installed may be repeated");
}

#[test]
fn rollback_of_the_payload_under_a_new_manifest_is_refused() {
    let (old, new) = (release("6", 1), release("7", 2));
    let payloads = Parts::of(&old.package).payloads;
    let parts = Parts { payloads, ..Parts::of(&new.package) };
    assert_eq!(cause(&parts.package(), &after(&new, 6)), Some(Cause::NotBound));
}

#[test]
fn rollback_by_an_old_manifest_in_a_new_envelope_is_refused() {
    let (old, new) = (release("6", 1), release("7", 2));
    let parts = Parts { manifest: Parts::of(&old.package).manifest, ..Parts::of(&new.package) };
    assert_eq!(cause(&parts.package(), &after(&new, 6)), Some(Cause::NotAuthentic));
}

#[test]
fn fast_forward_to_the_last_number_leaves_nothing_but_itself() {
    // Recovery (docs/attacks.md): the numbers are those of a trust; who takes the key away resets what is remembered with it.
    let last = release("18446744073709551615", 1);
    assert_eq!(cause(&last.package, &after(&last, 7)), None, "the key that could do that was trusted");
    let next = release("0", 2);
    assert_eq!(cause(&next.package, &after(&next, u64::MAX)), Some(Cause::Policy), "the number does not roll over");
    assert_eq!(cause(&last.package, &after(&last, u64::MAX)), None);
    assert_eq!(cause(&next.package, &after(&next, 0)), None, "after a reset");
}

/// A device with a clock and nothing else.
struct Clock {
    now: u64,
    done: Vec<Directive>,
}

impl<'a> Platform<'a> for Clock {
    fn check(&mut self, condition: Condition, _: u32, parameters: &Parameters<'a>) -> Outcome {
        let holds = condition != Condition::UseBefore || parameters.use_before.is_some_and(|end| self.now < end);
        if holds { Outcome::Success } else { Outcome::Failure }
    }

    fn perform(&mut self, directive: Directive, _: u32, _: &Parameters<'a>) -> Outcome {
        self.done.push(directive);
        Outcome::Success
    }
}

/// What a device with a clock does with a package.
fn at(lab: &Lab, now: u64) -> (Result<(), Failure>, usize) {
    let envelope = Envelope::parse(&lab.package).unwrap();
    let trust = Trust { digester: &Sha2, anchors: &[&lab.key], profile: Profile::Strict };
    let manifest = envelope.authenticate(&trust).unwrap();
    let body = |section: Section| manifest.get().sequence(section, envelope.member(section.key()));
    let program = Program::new(&manifest, body).unwrap();
    let mut processor = Processor::<4>::new(program, Procedure::Update).unwrap();
    let mut clock = Clock { now, done: vec![] };
    let end = drive(&mut processor, &mut [], &mut clock);
    (end, clock.done.len())
}

#[test]
fn freeze_by_replay_ends_when_the_manifest_does() {
    let lab = Lab::new(&format!("{}\n[update]\nuse-before = 1800000000\n", recipe(STORED)), &image(1, 5000));
    assert_eq!(at(&lab, 1_799_999_999).0, Ok(()));
    for now in [1_800_000_000, 1_800_000_001, u64::MAX] {
        let expired = Err(Failure::ConditionFailed(Condition::UseBefore));
        assert_eq!(at(&lab, now), (expired, 0), "nothing was fetched or written");
    }
    // A clock that was turned back lets it pass again: that is for the clock to prevent (docs/attacks.md). The number still holds.
    assert_eq!(at(&lab, 0).0, Ok(()));
    assert_eq!(cause(&lab.package, &after(&lab, 8)), Some(Cause::Policy));
}

#[test]
fn freeze_is_noticed_by_whoever_asks_for_the_promise() {
    let lab = release("7", 1);
    let mut request = lab.request();
    request.supported_on = Some("2032-04-01".parse().unwrap());
    assert_eq!(cause(&lab.package, &request), Some(Cause::SupportEnded));
}
