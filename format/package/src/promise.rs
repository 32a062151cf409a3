//! The maker's promise: what it says, and whether it is what is asked for.

use serde::Serialize;
use suitpack_core::cbor::Reader;
use suitpack_core::manifest::Member;
use suitpack_core::registry::manifest::UPGRADABILITY;
use suitpack_core::{Authenticated, Envelope, Manifest};
use suitpack_crypto::{Sha2, Sha256Stream};
use suitpack_upgradability::{
    Carrier, ChannelAnswer, Floor, Guarantee, Statement, Support, Updatable, carried, describe, write_json,
};

use crate::report::{Cause, Outcome, Report};
use crate::request::Request;

/// What a package says of updates and support.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct Promise {
    /// `present`, `withheld`, `absent`, or `mismatch` for one that is not the one the manifest binds.
    pub state: &'static str,
    /// The floor under it.
    pub floor: Option<FloorView>,
    /// The statement in its JSON projection.
    pub statement: Option<serde_json::Value>,
    /// Why floor or statement cannot be read, or do not agree.
    pub problem: Option<String>,
    /// The statement in plain words, a line each. Hostile until it is sanitised.
    #[serde(skip)]
    pub words: Vec<String>,
}

/// A floor.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FloorView {
    /// Number of the statement.
    pub seq: u64,
    /// `yes`, `no` or `partly`.
    pub capability: &'static str,
    /// The guaranteed day, if there is one for all regions.
    pub guaranteed_until: Option<String>,
}

/// The parts of a promise, read as far as they can be.
struct Parts<'a> {
    carrier: Carrier<'a>,
    /// Whether the statement's bytes are those the manifest binds.
    bound: bool,
    statement: Option<Result<Statement<'a>, String>>,
    floor: Option<Result<Floor, String>>,
}

impl<'a> Parts<'a> {
    fn of(envelope: &Envelope<'a>, manifest: &Manifest<'a>) -> Self {
        let carrier = carried(manifest, envelope.member(UPGRADABILITY));
        let bound = match (manifest.member(UPGRADABILITY), &carrier) {
            (Member::Severed(digest), Carrier::Present(body)) => digest.matches(&Sha2, &[body.encoded()]) == Some(true),
            _ => true,
        };
        let statement = match carrier {
            Carrier::Present(body) if bound => Some(Statement::parse(body.content()).map_err(|error| error.to_string())),
            _ => None,
        };
        let floor =
            manifest.upgradability_floor().map(|reader: Reader<'_>| Floor::parse(reader).map_err(|error| error.to_string()));
        Self { carrier, bound, statement, floor }
    }

    /// Why the parts cannot be believed together.
    fn problem(&self) -> Option<String> {
        match (&self.statement, &self.floor) {
            _ if !self.bound => Some(String::from("the statement is not the one the manifest binds")),
            (Some(Err(error)), _) => Some(format!("the statement cannot be read: {error}")),
            (_, Some(Err(error))) => Some(format!("the floor cannot be read: {error}")),
            // Nothing is concluded from a statement that is not understood.
            (Some(Ok(statement)), Some(Ok(floor))) if statement.is_understood() && Floor::of(statement) != *floor => {
                Some(String::from("the floor does not agree with the statement"))
            }
            _ => None,
        }
    }
}

/// Tells what a package says of updates.
pub(crate) fn promise<'a>(envelope: &Envelope<'a>, manifest: &Manifest<'a>) -> Promise {
    let parts = Parts::of(envelope, manifest);
    let statement = parts.statement.as_ref().and_then(|statement| statement.as_ref().ok());
    let mut words = String::new();
    let json = statement.and_then(|statement| {
        let mut digest = Sha256Stream::new();
        digest.update(statement.bytes());
        let mut text = String::new();
        // Writing to a string cannot fail, and what was read before can be read again.
        let written = describe(statement, &mut words).and_then(|()| write_json(statement, Some(&digest.finish()), &mut text));
        written.ok().and_then(|()| serde_json::from_str(&text).ok())
    });
    Promise {
        state: match parts.carrier {
            _ if !parts.bound => "mismatch",
            Carrier::Present(_) => "present",
            Carrier::Withheld => "withheld",
            Carrier::Absent => "absent",
        },
        problem: parts.problem(),
        floor: parts.floor.and_then(Result::ok).map(|floor| FloorView {
            seq: floor.seq,
            capability: match floor.updatable {
                Updatable::No => "no",
                Updatable::Yes => "yes",
                Updatable::Partly => "partly",
            },
            guaranteed_until: floor.guaranteed_until.map(|date| date.to_string()),
        }),
        statement: json,
        words: words.lines().map(str::to_owned).collect(),
    }
}

/// The checks that concern the promise: whether it is sound, whether a channel has the name asked for, whether support lasts.
pub(crate) fn check<'a>(envelope: &Envelope<'a>, manifest: &Authenticated<Manifest<'a>>, request: &Request, report: &mut Report) {
    let parts = Parts::of(envelope, manifest.get());
    sound(&parts, report);
    channel(&parts, request, report);
    support(&parts, request, report);
}

/// The same of a package that another carries: nobody asks what it promises, but what it says has to be sound.
pub(crate) fn check_within<'a>(envelope: &Envelope<'a>, manifest: &Authenticated<Manifest<'a>>, report: &mut Report) {
    sound(&Parts::of(envelope, manifest.get()), report);
}

fn sound(parts: &Parts<'_>, report: &mut Report) {
    match parts.problem() {
        // A body that is not the one bound failed as a member already.
        Some(detail) if parts.bound => {
            let readable = !matches!(parts.statement, Some(Err(_))) && !matches!(parts.floor, Some(Err(_)));
            report.failed("promise", if readable { Cause::NotBound } else { Cause::Unreadable }, detail);
        }
        _ => {}
    }
}

fn channel(parts: &Parts<'_>, request: &Request, report: &mut Report) {
    let Some(name) = &request.channel else { return report.add("channel", Outcome::NotAsked, "") };
    match (&parts.statement, &parts.carrier) {
        (Some(Ok(statement)), _) if statement.is_understood() => match statement.channel_named(name) {
            ChannelAnswer::Present => report.passed("channel", format!("the statement names the channel {name}")),
            ChannelAnswer::Another => {
                report.failed("channel", Cause::WrongChannel, format!("no channel of the statement is named {name}"));
            }
            ChannelAnswer::Nameless => report.add("channel", Outcome::NotPossible, "no channel of the statement has a name"),
        },
        _ => report.add("channel", Outcome::NotPossible, no_statement(parts)),
    }
}

fn support(parts: &Parts<'_>, request: &Request, report: &mut Report) {
    let Some(day) = request.supported_on else { return report.add("support", Outcome::NotAsked, "") };
    let guarantee = match (&request.region, &parts.statement, &parts.floor) {
        // A region is asked for: the floor knows none.
        (Some(region), Some(Ok(statement)), _) => statement.guaranteed_in(region),
        (Some(_), ..) => return report.add("support", Outcome::NotPossible, no_statement(parts)),
        (None, _, Some(Ok(floor))) if floor.guaranteed_until.is_some() => floor.guarantee(),
        // The floor has no day; the statement may say why.
        (None, Some(Ok(statement)), None) => statement.guaranteed_everywhere(),
        (None, Some(Ok(statement)), Some(_)) => match statement.guaranteed_everywhere() {
            Guarantee::Until(_) => return report.add("support", Outcome::NotPossible, "floor and statement do not agree"),
            unclear @ Guarantee::Unclear(_) => unclear,
        },
        (None, _, Some(Ok(floor))) => floor.guarantee(),
        (None, ..) => return report.add("support", Outcome::NotPossible, "the manifest has no floor under a promise"),
    };
    let place = request.region.as_ref().map(|region| format!(" in {region}")).unwrap_or_default();
    match guarantee.on(day) {
        Support::Guaranteed(end) => report.passed("support", format!("guaranteed{place} until {end}, so on {day}")),
        Support::Ended(end) => {
            report.failed("support", Cause::SupportEnded, format!("guaranteed{place} until {end} only, not on {day}"));
        }
        Support::Unclear(why) => report.add("support", Outcome::NotPossible, why.to_string()),
    }
}

fn no_statement(parts: &Parts<'_>) -> &'static str {
    match parts.carrier {
        Carrier::Absent => "the package makes no statement about updates",
        Carrier::Withheld => "the statement was severed and is not in the envelope",
        Carrier::Present(_) => "the statement cannot be believed",
    }
}
