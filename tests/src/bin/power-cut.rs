//! Cuts the power of simulated devices at every operation, and says how often that did harm.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, clippy::print_stderr)]

use core::sync::atomic::{AtomicUsize, Ordering};
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::Instant;

use suitpack_tests::power::{Campaign, Fault, Kind, Outcome, Point, Sabotage, Scenario, scenarios};

const USAGE: &str =
    "usage: power-cut [--full | --every] [--list] [--scenario NAME [--at N --kind KIND [--then N --then-kind KIND]]]";

/// How much is tried.
#[derive(Clone, Copy, Default)]
enum Reach {
    #[default]
    Usual,
    Full,
    Every,
}

impl Reach {
    /// Points that there have to be, or something was left out.
    const fn promised(self) -> usize {
        match self {
            Self::Usual => 50_000,
            Self::Full => 1_000_000,
            Self::Every => 5_000_000,
        }
    }

    /// Pairs of faults that are tried of each scenario, if there are so many.
    const fn pairs(self) -> usize {
        match self {
            Self::Usual => 600,
            Self::Full => 40_000,
            Self::Every => usize::MAX,
        }
    }
}

#[derive(Default)]
struct Arguments {
    reach: Reach,
    list: bool,
    scenario: Option<String>,
    first: (Option<usize>, Option<Kind>),
    second: (Option<usize>, Option<Kind>),
}

fn main() -> ExitCode {
    let Some(arguments) = arguments() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let mut scenarios = scenarios();
    if arguments.list {
        for scenario in &scenarios {
            println!("{}", scenario.name);
        }
        return ExitCode::SUCCESS;
    }
    if let Some(name) = &arguments.scenario {
        scenarios.retain(|scenario| scenario.name == *name);
        if scenarios.is_empty() {
            eprintln!("there is no scenario `{name}`; --list names them");
            return ExitCode::from(2);
        }
        if let Some(first) = fault(arguments.first) {
            return one(&scenarios[0], Point { first, second: fault(arguments.second) });
        }
    }
    all(&scenarios, arguments.reach, arguments.scenario.is_none())
}

fn arguments() -> Option<Arguments> {
    let mut arguments = Arguments::default();
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let kind = |name: String| Kind::ALL.into_iter().find(|kind| kind.name() == name);
        match word.as_str() {
            "--full" => arguments.reach = Reach::Full,
            "--every" => arguments.reach = Reach::Every,
            "--list" => arguments.list = true,
            "--scenario" => arguments.scenario = Some(words.next()?),
            "--at" => arguments.first.0 = Some(words.next()?.parse().ok()?),
            "--kind" => arguments.first.1 = Some(words.next().and_then(kind)?),
            "--then" => arguments.second.0 = Some(words.next()?.parse().ok()?),
            "--then-kind" => arguments.second.1 = Some(words.next().and_then(kind)?),
            _ => return None,
        }
    }
    Some(arguments)
}

fn fault((at, kind): (Option<usize>, Option<Kind>)) -> Option<Fault> {
    Some(Fault { at: at?, kind: kind? })
}

fn one(scenario: &Scenario, point: Point) -> ExitCode {
    let result = Campaign::new(scenario, Sabotage::None).and_then(|mut campaign| campaign.point(point));
    match result {
        Ok(()) => println!("it survives"),
        Err(error) => {
            println!("{error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn all(scenarios: &[Scenario], reach: Reach, promised: bool) -> ExitCode {
    let begun = Instant::now();
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some(scenario) = scenarios.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let outcome = campaign(scenario, reach.pairs());
                    done.lock().unwrap().push((scenario.name.as_str(), outcome));
                }
            });
        }
    });
    let outcomes = done.into_inner().unwrap();
    let count = |of: fn(&Outcome) -> usize| outcomes.iter().map(|(_, outcome)| of(outcome)).sum::<usize>();
    let (points, states, failures) =
        (count(|outcome| outcome.points), count(|outcome| outcome.states), count(|outcome| outcome.failures.len()));
    println!("{} scenarios, {states} different media, {:.0} s", outcomes.len(), begun.elapsed().as_secs_f64());
    println!("fault points {points}, failures {failures}");
    if promised && points < reach.promised() {
        println!("{} points were promised", reach.promised());
        return ExitCode::FAILURE;
    }
    ExitCode::from(u8::from(failures > 0))
}

fn campaign(scenario: &Scenario, pairs: usize) -> Outcome {
    let outcome = Campaign::new(scenario, Sabotage::None).map(|mut campaign| campaign.run(pairs));
    let outcome = outcome.unwrap_or_else(|error| Outcome { failures: vec![(None, error)], ..Outcome::default() });
    let Outcome { operations, points, pairs: of, states, .. } = outcome;
    println!("{}: {operations} operations, {points} points ({} of {of} pairs), {states} media", scenario.name, pairs.min(of));
    for (point, error) in outcome.failures.iter().take(5) {
        println!("  FAILED {}", point.map_or_else(|| error.clone(), |point| said(scenario, point, error)));
    }
    if outcome.failures.len() > 5 {
        println!("  and {} more", outcome.failures.len() - 5);
    }
    outcome
}

fn said(scenario: &Scenario, Point { first, second }: Point, error: &str) -> String {
    let then = second.map_or_else(String::new, |second| {
        format!(" --then {} --then-kind {} (seed {})", second.at, second.kind.name(), second.seed())
    });
    let (name, at, kind, seed) = (&scenario.name, first.at, first.kind.name(), first.seed());
    format!("{error}\n    --scenario '{name}' --at {at} --kind {kind} (seed {seed}){then}")
}
