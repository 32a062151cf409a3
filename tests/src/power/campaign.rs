//! Interrupts a scenario at every operation, in every way, and once more while it recovers.

use std::collections::{BTreeMap, HashMap};
use std::io::Cursor;

use suitpack_core::crypto::VerifySignature;
use suitpack_core::{Profile, Trust};
use suitpack_crypto::{PublicKey, Sha2};
use suitpack_device::{Device, Done, Failed, Media, Request};

use super::board::{Board, Sabotage};
use super::fault::{Fault, Kind, Operation};
use super::oracle::{Side, judge};
use super::scenario::{Scenario, Wanted};
use super::snapshot::Snapshot;
use crate::{Random, key};

/// A fault, and maybe a second one while the device recovers from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Point {
    /// While the package is installed.
    pub first: Fault,
    /// While the device starts again and is given the package again.
    pub second: Option<Fault>,
}

/// What came of a campaign.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Operations of the undisturbed run.
    pub operations: usize,
    /// Points that were tried.
    pub points: usize,
    /// Pairs of faults there are, of which some were tried.
    pub pairs: usize,
    /// Different contents of the media that were judged.
    pub states: usize,
    /// What went wrong, and where.
    pub failures: Vec<(Option<Point>, String)>,
}

impl Outcome {
    fn tried(&mut self, point: Point, campaign: &mut Campaign<'_>) {
        self.points += 1;
        if let Err(error) = campaign.point(point) {
            self.failures.push((Some(point), error));
        }
    }
}

/// A scenario and what is known of it.
#[derive(Debug)]
pub struct Campaign<'s> {
    scenario: &'s Scenario,
    anchor: PublicKey,
    sabotage: Sabotage,
    /// The media when it begins.
    base: Snapshot,
    trace: Vec<Operation>,
    /// What became of media that were judged before.
    judged: HashMap<u64, Result<(), String>>,
}

impl<'s> Campaign<'s> {
    /// Installs what was there before, and then the package without a fault.
    ///
    /// # Errors
    /// If that does not end as it should.
    pub fn new(scenario: &'s Scenario, sabotage: Sabotage) -> Result<Self, String> {
        let base = scenario.parts.clone();
        let mut campaign = Self { scenario, anchor: key(1).public_key(), sabotage, base, trace: vec![], judged: HashMap::new() };
        for package in &scenario.before {
            let board = Board::on(&campaign.base, None, Sabotage::None);
            let mut device = campaign.start(&board)?;
            let request = suitpack_processor::Procedure::Update;
            campaign.ask(&mut device, package, request).map_err(|failed| format!("what was there before: {failed}"))?;
            campaign.base = board.off(Kind::Lost);
        }
        for (place, at) in &scenario.rot {
            campaign.base.rot(place, *at);
        }
        if let Some((place, at)) = &scenario.worn {
            campaign.base.wear(place, *at);
        }
        if scenario.law.old.sequences.is_empty() || scenario.wanted != Wanted::Refused {
            campaign.base_is_old()?;
        }
        if let Some(share) = scenario.interrupted {
            let (_, board) = campaign.whole(None);
            let at = board.trace().len() * share / 100;
            let (_, board) = campaign.whole(Some(Fault { at, kind: Kind::After }));
            campaign.base = board.off(Kind::After);
        }
        let (ended, board) = campaign.whole(None);
        campaign.ended(&ended, &board.off(Kind::Lost)).map_err(|error| format!("undisturbed: {error}"))?;
        campaign.trace = board.trace();
        Ok(campaign)
    }

    /// The media when it begins.
    #[must_use]
    pub const fn before(&self) -> &Snapshot {
        &self.base
    }

    /// Gives the package to a device with other media.
    ///
    /// # Errors
    /// If that does not end as it should.
    pub fn installs(&self, media: Media) -> Result<Done, String> {
        let started = Device::start(self.scenario.description.clone(), media).map_err(|error| error.to_string());
        started.and_then(|mut device| self.install(&mut device).map_err(|failed| failed.to_string()))
    }

    /// The media after an undisturbed run.
    #[must_use]
    pub fn after(&self) -> Snapshot {
        self.whole(None).1.off(Kind::Lost)
    }

    /// Every point of one fault, and of two up to `second` of them, spread evenly.
    pub fn run(&mut self, second: usize) -> Outcome {
        let mut outcome = Outcome { operations: self.trace.len(), ..Outcome::default() };
        let mut starts: BTreeMap<u64, (Fault, Vec<Operation>)> = BTreeMap::new();
        for first in faults(&self.trace.clone()) {
            outcome.tried(Point { first, second: None }, self);
            if first.kind.cuts() {
                let parts = self.cut(first);
                starts.entry(parts.number()).or_insert_with(|| (first, self.whole_on(&parts, None).1.trace()));
            }
        }
        // Two cuts that leave the same media are followed by the same.
        let mut seconds: Vec<Point> = vec![];
        for (first, trace) in starts.values() {
            let cuts = faults(trace).filter(|fault| fault.kind.cuts());
            seconds.extend(cuts.map(|second| Point { first: *first, second: Some(second) }));
        }
        outcome.pairs = seconds.len();
        let mut random = Random::new(seconds.len() as u64);
        for index in 0..seconds.len().min(second) {
            let other = index + random.below(seconds.len() - index);
            seconds.swap(index, other);
            outcome.tried(seconds[index], self);
        }
        outcome.states = self.judged.len();
        outcome
    }

    /// Tries one point.
    ///
    /// # Errors
    /// What went wrong.
    pub fn point(&mut self, point: Point) -> Result<(), String> {
        if !point.first.kind.cuts() {
            return self.fails(point.first);
        }
        let parts = self.cut(point.first);
        match point.second {
            None => self.recovers(&parts),
            Some(second) => self.recovers(&self.whole_on(&parts, Some(second)).1.off(second.kind)),
        }
    }

    /// The media after a cut.
    fn cut(&self, fault: Fault) -> Snapshot {
        self.whole(Some(fault)).1.off(fault.kind)
    }

    /// Starts the device and gives it the package.
    fn whole(&self, fault: Option<Fault>) -> (Result<Done, String>, Board) {
        self.whole_on(&self.base, fault)
    }

    fn whole_on(&self, parts: &Snapshot, fault: Option<Fault>) -> (Result<Done, String>, Board) {
        let board = Board::on(parts, fault, self.sabotage);
        let ended = self.start(&board).and_then(|mut device| self.install(&mut device).map_err(|failed| failed.to_string()));
        (ended, board)
    }

    /// One operation fails, and the power does not: what is asked again, of the same device or of one that started anew, is done.
    fn fails(&self, fault: Fault) -> Result<(), String> {
        let board = Board::on(&self.base, Some(fault), self.sabotage);
        let device = self.start(&board).and_then(|mut device| {
            let ended = self.install(&mut device);
            let same = fault.kind == Kind::Error;
            ended.map(|_| ()).or_else(|failed| if same { Ok(()) } else { Err(failed.to_string()) }).map(|()| device)
        });
        let mut device = match device {
            Ok(device) => device,
            Err(_) => self.start(&board).map_err(|error| format!("not started again: {error}"))?,
        };
        let ended = self.install(&mut device).map_err(|failed| failed.to_string());
        self.ended(&ended, &board.off(Kind::Lost))
    }

    /// The device is switched on again: it starts, is one of the two it may be, and takes the package.
    ///
    /// # Errors
    /// What went wrong.
    pub fn recovers(&mut self, parts: &Snapshot) -> Result<(), String> {
        let number = parts.number();
        if let Some(judged) = self.judged.get(&number) {
            return judged.clone();
        }
        let judged = self.recovers_on(&Board::on(parts, None, Sabotage::None));
        self.judged.insert(number, judged.clone());
        judged
    }

    fn recovers_on(&self, board: &Board) -> Result<(), String> {
        let mut device = self.start(board).map_err(|error| format!("not started again: {error}"))?;
        // What it made of itself has to be durable without the package.
        let side = judge(&self.scenario.law, &board.clone_off()).map_err(|error| format!("after the start: {error}"))?;
        let ended = self.install(&mut device).map_err(|failed| failed.to_string());
        if self.scenario.wanted == Wanted::Completed && side == Side::New && ended.is_err() {
            return Ok(());
        }
        drop(device);
        let parts = board.clone_off();
        self.ended(&ended, &parts)?;
        let third = Board::on(&parts, None, Sabotage::None);
        self.start(&third).map_err(|error| format!("not started a third time: {error}"))?;
        judge(&self.scenario.law, &third.off(Kind::Lost)).map(|_| ())
    }

    /// Whether the package ended as it should, and the device is then what it should be.
    fn ended(&self, ended: &Result<Done, String>, parts: &Snapshot) -> Result<(), String> {
        let wanted = self.scenario.wanted;
        match (ended, wanted) {
            (Ok(Done::Installed | Done::AlreadyInstalled), Wanted::Installed) | (Ok(Done::Completed), Wanted::Completed) => {}
            (Err(_), Wanted::Refused) => {}
            (Ok(done), _) => return Err(format!("ended {done:?}, wanted {wanted:?}")),
            // What is gone cannot be given up again.
            (Err(_), Wanted::Completed) if judge(&self.scenario.law, parts) == Ok(Side::New) => {}
            (Err(error), _) => return Err(format!("refused: {error}")),
        }
        match judge(&self.scenario.law, parts)? {
            Side::New => Ok(()),
            Side::Old => Err(format!("said {ended:?}, and is the old one")),
        }
    }

    fn base_is_old(&self) -> Result<(), String> {
        let mut law = self.scenario.law.clone();
        law.new = law.old.clone();
        law.kept.clear();
        judge(&law, &self.base).map(|_| ()).map_err(|error| format!("before the package: {error}"))
    }

    fn start(&self, board: &Board) -> Result<Device, String> {
        Device::start(self.scenario.description.clone(), board.media()).map_err(|error| error.to_string())
    }

    fn install(&self, device: &mut Device) -> Result<Done, Failed> {
        self.ask(device, &self.scenario.package, self.scenario.procedure)
    }

    fn ask(&self, device: &mut Device, package: &[u8], procedure: suitpack_processor::Procedure) -> Result<Done, Failed> {
        let anchors: [&dyn VerifySignature; 1] = [&self.anchor];
        let trust = Trust { digester: &Sha2, anchors: &anchors, profile: Profile::Strict };
        let request = Request { decryption: &self.scenario.keys, ..Request::new(trust, procedure) };
        device.run(&mut Cursor::new(package), &request, &mut ())
    }
}

/// Every way to interrupt each of these operations.
fn faults(trace: &[Operation]) -> impl Iterator<Item = Fault> {
    trace.iter().enumerate().flat_map(|(at, operation)| {
        Kind::ALL.into_iter().filter(move |kind| kind.fits(*operation)).map(move |kind| Fault { at, kind })
    })
}
