//! The judge of power cuts can tell good from bad, and what it judges can be told apart.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use std::collections::BTreeSet;
use std::sync::LazyLock;

use suitpack_tests::power::oracle::{Law, Side, judge, record};
use suitpack_tests::power::{Campaign, Fault, Kind, Point, Sabotage, Scenario, scenarios};

static ALL: LazyLock<Vec<Scenario>> = LazyLock::new(scenarios);

fn scenario(name: &str) -> &'static Scenario {
    ALL.iter().find(|scenario| scenario.name == name).unwrap()
}

/// How many faults do harm to media that do not keep their promises.
fn harm(name: &str, sabotage: Sabotage) -> usize {
    let scenario = scenario(name);
    Campaign::new(scenario, sabotage).map_or(1, |mut campaign| campaign.run(0).failures.len())
}

#[test]
fn media_that_keep_their_promises_are_survived() {
    for name in ["a-b, streamed, disk 512", "single, streamed, flash 1024/4 erased to 00", "the first one on an empty device, swap"]
    {
        assert_eq!(harm(name, Sabotage::None), 0, "{name}");
    }
}

#[test]
fn a_record_that_is_durable_before_what_it_speaks_of_is_noticed() {
    for name in ["a-b, streamed, disk 512", "single, streamed, disk 512", "a longer image over a shorter one, swap"] {
        assert!(harm(name, Sabotage::RecordFirst) > 0, "{name}");
    }
}

#[test]
fn syncs_that_do_nothing_are_noticed() {
    for name in ["a-b, streamed, disk 512", "single, streamed, disk 512", "fallback, streamed and compressed, disk 4096"] {
        assert!(harm(name, Sabotage::DropsSyncs) > 0, "{name}");
    }
}

/// What a device is after the package, and what it may be.
fn installed() -> (Law, suitpack_tests::power::Snapshot) {
    let scenario = scenario("a-b, encrypted, flash 1024/2");
    let campaign = Campaign::new(scenario, Sabotage::None).unwrap();
    let after = campaign.after();
    (scenario.law.clone(), after)
}

#[test]
fn a_bit_of_the_active_image_counts() {
    let (mut law, mut parts) = installed();
    assert_eq!(judge(&law, &parts), Ok(Side::New));
    let active = record(parts.bytes("state").unwrap()).unwrap()["state"]["components"]["app"]["active"].as_u64().unwrap();
    parts.rot(&format!("app:{}", 1 - active), 5);
    assert!(judge(&law, &parts).unwrap_err().contains("to be kept"));
    law.kept.clear();
    assert_eq!(judge(&law, &parts), Ok(Side::New), "else the other slot may hold anything");
    parts.rot(&format!("app:{active}"), 1899);
    assert!(judge(&law, &parts).unwrap_err().contains("no image anybody approved"));
}

#[test]
fn a_new_number_with_the_old_image_counts() {
    let (mut law, parts) = installed();
    law.new.sequences = vec![3];
    assert!(judge(&law, &parts).is_err());
    law.old.sequences = vec![2];
    assert!(judge(&law, &parts).is_err());
}

#[test]
fn a_key_anywhere_counts() {
    let (mut law, parts) = installed();
    law.secrets.push(parts.bytes("scratch").unwrap()[..16].to_vec());
    assert!(judge(&law, &parts).unwrap_err().contains("content key"));
}

#[test]
fn a_record_that_is_gone_counts() {
    let (law, mut parts) = installed();
    parts.rot("state", 60);
    assert_eq!(judge(&law, &parts), Ok(Side::New), "there are two copies");
    let half = parts.bytes("state").unwrap().len() / 2;
    parts.rot("state", half + 60);
    assert!(judge(&law, &parts).is_err());
}

/// A failure is printed as a point; the same point has to do the same again.
#[test]
fn a_point_can_be_repeated() {
    let scenario = scenario("single, streamed, disk 512");
    let mut campaign = Campaign::new(scenario, Sabotage::RecordFirst).unwrap();
    let failures = campaign.run(50).failures;
    for (point, error) in failures.into_iter().take(20) {
        let again = Campaign::new(scenario, Sabotage::RecordFirst).unwrap().point(point.unwrap());
        assert_eq!(again, Err(error));
    }
    let first = Fault { at: 3, kind: Kind::Before };
    Campaign::new(scenario, Sabotage::None).unwrap().point(Point { first, second: None }).unwrap();
}

#[test]
fn there_are_enough_scenarios_and_no_two_of_one_name() {
    let names: Vec<String> = ALL.iter().map(|scenario| scenario.name.clone()).collect();
    assert!(names.len() >= 40);
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
}
