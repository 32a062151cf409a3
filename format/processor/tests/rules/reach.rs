//! What a command reaches, and what it cannot do without (MAN §8.4.10.5, spec/transform.md).

use suitpack_processor::{Failure, Outcome, Parameters, Procedure, Processor};

use crate::support::{COPY, Draft, FETCH, SWAP, array, bytes, digest, index, int, plain, replace, try_each, uint, uri};

const TRANSFORM: i64 = -257;
const SOURCE_COMPONENT: i64 = 22;
const IMAGE_SIZE: i64 = 14;

// SUIT-30
#[test]
fn a_component_is_not_its_own_source() {
    for directive in [COPY, SWAP] {
        for (source, name) in [(0, "itself"), (2, "one behind the last"), (64, "none"), (u64::MAX, "beyond all")] {
            let arm = [replace(&[(SOURCE_COMPONENT, uint(source))]), plain(directive)];
            let log = Draft::install(2, &[index(0), try_each(&[&arm, &[plain(FETCH)]])]).update();
            assert!(matches!(log.failure(), Failure::DirectiveFailed(_)), "{directive} from {name}");
            assert!(log.asked.is_empty());
        }
    }
}

#[test]
fn a_transform_lacks_nothing_of_what_judges_it() {
    let input = array(&[int(-16), bytes(&[2; 32])]);
    let parameter = (TRANSFORM, bytes(&array(&[uint(0), uint(1), uint(9), input])));
    // The entries of a map in order: those that are not negative first.
    let all = [digest(1), (IMAGE_SIZE, uint(10)), uri("u"), parameter];
    let draft = |left_out: Option<usize>| {
        let kept: Vec<_> = all.iter().enumerate().filter(|(at, _)| Some(*at) != left_out).map(|(_, entry)| entry.clone()).collect();
        Draft::install(1, &[replace(&kept), plain(TRANSFORM)])
    };
    assert_eq!(draft(None).update().done(), ["Transform 0 u"]);
    for (left_out, name) in ["digest", "size", "uri", "transform"].iter().enumerate() {
        let log = draft(Some(left_out)).update();
        assert!(matches!(log.failure(), Failure::ParameterMissing(_)), "without {name}");
        assert!(log.asked.is_empty(), "without {name}");
    }
}

#[test]
fn a_component_that_the_manifest_does_not_have_takes_no_parameters() {
    Draft::install(2, &[index(0), replace(&[uri("u")]), plain(FETCH)]).read(|program| {
        let mut processor = Processor::<4>::new(program, Procedure::Update).unwrap();
        for component in [2, 3, 4, 64, u32::MAX] {
            assert_eq!(processor.set_parameters(component, Parameters::default()), Err(Failure::ComponentUnsupported));
            assert!(processor.parameters(component).is_none(), "{component}");
        }
        assert_eq!(processor.set_parameters(1, Parameters::default()), Ok(()));
        processor.begin();
        processor.resume(Outcome::Success);
    });
}
