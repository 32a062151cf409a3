//! The loop of a simple device.

use std::collections::BTreeMap;

use suitpack_core::manifest::Section;
use suitpack_core::manifest::command::{Condition, Directive};
use suitpack_processor::{Failure, Outcome, Parameters, Platform, Position, Procedure, Processor, Program, drive};

use crate::support::{
    ABORT, DEPENDENCY_INTEGRITY, Draft, FETCH, IMAGE_MATCH, IS_DEPENDENCY, PROCESS_DEPENDENCY, WRITE, bytes, digest, every_index,
    index, plain, replace, try_each, uri,
};

/// A device that writes down what happens to it, manifest by manifest.
#[derive(Default)]
struct Device<'a> {
    log: Vec<String>,
    /// Dependencies by the component they are in, whichever manifest asks.
    dependencies: BTreeMap<u32, Program<'a>>,
    failing: Vec<&'a str>,
    depth: usize,
}

impl Device<'_> {
    fn say(&mut self, what: String) -> Outcome {
        let failing = self.failing.contains(&what.as_str());
        self.log.push(format!("{}{what}", ">".repeat(self.depth)));
        if failing { Outcome::Failure } else { Outcome::Success }
    }
}

impl<'a> Platform<'a> for Device<'a> {
    fn check(&mut self, condition: Condition, component: u32, _: &Parameters<'a>) -> Outcome {
        self.say(format!("{condition:?} {component}"))
    }

    fn perform(&mut self, directive: Directive, component: u32, parameters: &Parameters<'a>) -> Outcome {
        self.say(format!("{directive:?} {component} {}", parameters.uri.unwrap_or_default()))
    }

    fn process(&mut self, section: Section, component: u32) -> Option<Program<'a>> {
        let found = self.dependencies.get(&component).copied()?;
        self.say(format!("{section:?} of {component}"));
        self.depth += 1;
        Some(found)
    }

    /// Component 0 of a dependency is component 1 of its dependent; its others are its own.
    fn outer(&self, component: u32) -> Option<u32> {
        (component == 0).then_some(1)
    }

    fn left(&mut self, outcome: Outcome) {
        self.depth -= 1;
        self.say(format!("{outcome:?}"));
    }

    fn completed(&mut self, section: Section) {
        self.say(format!("{section:?} completed"));
    }

    fn report(&mut self, position: Position, outcome: Outcome) {
        if outcome == Outcome::Failure {
            self.say(format!("{}: {} {outcome:?}", position.offset, position.component));
        }
    }

    fn failed(&mut self, position: Option<Position>, failure: Failure) {
        self.say(format!("{:?}: {failure:?}", position.map(|position| position.offset)));
    }
}

/// Runs the update procedure with room for `room` dependencies.
fn driven(draft: &Draft, dependencies: &[(u32, &Draft)], room: usize, failing: &[&str]) -> (Result<(), Failure>, Vec<String>) {
    let envelopes: Vec<_> = dependencies.iter().map(|(component, draft)| (*component, draft.envelope())).collect();
    let dependencies = envelopes.iter().map(|(component, envelope)| (*component, crate::support::opened(envelope))).collect();
    draft.read(|program| {
        let mut device = Device { dependencies, failing: failing.to_vec(), ..Device::default() };
        let mut processor = Processor::<4>::new(program, Procedure::Update).unwrap();
        let end = drive(&mut processor, &mut vec![None; room], &mut device);
        (end, device.log)
    })
}

#[test]
fn effects_come_to_the_platform_in_order() {
    let draft = Draft::install(2, &[every_index(), replace(&[digest(1), uri("u")]), plain(FETCH), plain(IMAGE_MATCH)]);
    let (end, log) = driven(&draft, &[], 0, &[]);
    assert_eq!(end, Ok(()));
    assert_eq!(log, ["Fetch 0 u", "Fetch 1 u", "ImageMatch 0", "ImageMatch 1", "Install completed"]);
}

#[test]
fn a_platform_that_fails_is_taken_at_its_word() {
    let arms = try_each(&[&[plain(IMAGE_MATCH)], &[plain(FETCH)]]);
    let draft = Draft::install(1, &[replace(&[digest(1), uri("u")]), arms]);
    let (end, log) = driven(&draft, &[], 0, &["ImageMatch 0", "Fetch 0 u"]);
    assert_eq!(end, Err(Failure::DirectiveFailed(Directive::Fetch)));
    assert_eq!(log[0], "ImageMatch 0");
    assert_eq!(log[2], "Fetch 0 u");
    assert!(log[1].ends_with(": 0 Failure") && log[3].ends_with(": 0 Failure"), "{log:?}");
    assert!(log[4].ends_with(": DirectiveFailed(Fetch)") && log.len() == 5, "{log:?}");
}

#[test]
fn what_is_known_without_the_platform_is_reported_only() {
    let draft = Draft::install(1, &[try_each(&[&[plain(IS_DEPENDENCY)], &[replace(&[uri("u")]), plain(FETCH)]])]);
    let (end, log) = driven(&draft, &[], 0, &[]);
    assert_eq!((end, log.len()), (Ok(()), 3));
    assert!(log[0].ends_with(": 0 Failure"), "{log:?}");
    assert_eq!(log[1..], ["Fetch 0 u", "Install completed"]);
}

fn dependent() -> Draft {
    let integrity = [replace(&[digest(1), uri("outer")]), plain(DEPENDENCY_INTEGRITY)];
    Draft::with_dependencies(2, &[1], &[&[index(1)], &integrity[..], &[plain(PROCESS_DEPENDENCY), plain(FETCH)]].concat())
}

// SUIT-53
#[test]
fn a_dependency_runs_in_a_processor_of_its_own_and_parameters_go_in_and_out() {
    let inner =
        Draft::install(2, &[index(0), plain(FETCH), replace(&[uri("inner")]), index(1), replace(&[uri("x")]), plain(FETCH)]);
    let (end, log) = driven(&dependent(), &[(1, &inner)], 1, &[]);
    assert_eq!(end, Ok(()));
    let expected = [
        "DependencyIntegrity 1",
        "Install of 1",
        ">Fetch 0 outer",
        ">Fetch 1 x",
        ">Install completed",
        "Success",
        "Fetch 1 inner",
        "Install completed",
    ];
    assert_eq!(log, expected);
}

#[test]
fn a_dependency_without_the_section_is_a_success() {
    let inner = Draft { components: 1, ..Draft::default() };
    let (end, log) = driven(&dependent(), &[(1, &inner)], 1, &[]);
    assert_eq!(end, Ok(()));
    assert_eq!(log[2..], ["Success", "Fetch 1 outer", "Install completed"]);
}

// SUIT-51
#[test]
fn what_fails_in_a_dependency_is_what_its_dependent_fails_with() {
    let inner = Draft::install(1, &[plain(ABORT)]);
    let (end, log) = driven(&dependent(), &[(1, &inner)], 1, &[]);
    assert_eq!(end, Err(Failure::ConditionFailed(Condition::Abort)));
    let place = log.last().unwrap().split(':').next().unwrap().to_owned();
    let expected = [
        ">1: 0 Failure".to_owned(),
        ">Some(1): ConditionFailed(Abort)".to_owned(),
        "Failure".to_owned(),
        format!("{}: 1 Failure", place.trim_matches(|c: char| !c.is_ascii_digit())),
        format!("{place}: DirectiveFailed(ProcessDependency)"),
    ];
    assert_eq!(log[2..], expected);
}

#[test]
fn dependencies_nest_as_far_as_there_is_room() {
    // Every manifest has the next in its component 1, and itself behind all of them.
    let draft = dependent();
    for room in 0..5 {
        let (end, log) = driven(&draft, &[(1, &draft)], room, &[]);
        assert_eq!(end, Err(Failure::DirectiveFailed(Directive::ProcessDependency)));
        assert_eq!(log.iter().filter(|line| line.ends_with("Install of 1")).count(), room);
    }
    let (end, _) = driven(&draft, &[], 4, &[]);
    assert_eq!(end, Err(Failure::DirectiveFailed(Directive::ProcessDependency)), "the device does not have it");
}

#[test]
fn a_dependency_with_too_many_components_fails() {
    let inner = Draft::install(5, &[index(0), plain(ABORT)]);
    let (end, log) = driven(&dependent(), &[(1, &inner)], 1, &[]);
    assert_eq!(end, Err(Failure::ComponentUnsupported));
    assert_eq!(log[2..4], [">None: ComponentUnsupported", "Failure"]);
}

// SUIT-52
#[test]
fn a_dependency_that_another_wrote_is_to_be_checked_again() {
    let writes = Draft::install(1, &[replace(&[(18, bytes(b"other"))]), plain(WRITE)]);
    let processed = [plain(PROCESS_DEPENDENCY), plain(PROCESS_DEPENDENCY)];
    let checked = [index(1), replace(&[digest(1)]), plain(DEPENDENCY_INTEGRITY)];
    let draft = Draft::with_dependencies(2, &[1], &[&checked[..], &processed].concat());
    let (end, _) = driven(&draft, &[(1, &writes)], 1, &[]);
    assert_eq!(end, Err(Failure::DependencyNotChecked(1)));
    let reads = Draft::install(1, &[plain(IMAGE_MATCH)]);
    assert_eq!(driven(&draft, &[(1, &reads)], 1, &[]).0, Ok(()));
}

#[test]
fn dependencies_share_the_work_of_one_processor() {
    let every = |depth: u32| (0..depth).fold(vec![plain(IMAGE_MATCH)], |inner, _| vec![crate::support::run(&inner)]);
    // Far below the limit alone, and run a thousand times far above it.
    let inner = Draft::install(1, &(0..60).flat_map(|_| every(2)).collect::<Vec<_>>());
    let processed: Vec<_> = (0..1000).map(|_| plain(PROCESS_DEPENDENCY)).collect();
    let checked = [index(1), replace(&[digest(1)]), plain(DEPENDENCY_INTEGRITY)];
    let draft = Draft::with_dependencies(2, &[1], &[&checked[..], &processed].concat());
    let (end, _) = driven(&draft, &[(1, &inner)], 1, &[]);
    assert_eq!(end, Err(Failure::TooMuchWork));
}
