//! Whether what a device reports is what its manifest makes a device do (draft-ietf-suit-report §5, spec/report.md).
//!
//! The manifest is run once more, on no device: what the records say of each condition is what it found out. What no record tells
//! may have gone either way, and every way is followed.

mod case;
mod close;
mod content;
mod device;
mod ending;
mod fixed;
mod layout;
mod measure;
mod nesting;
mod seal;
mod search;
mod show;
mod state;
mod trace;
mod tree;
mod turn;
mod views;
mod walk;
mod words;

use std::io::Read;

use suitpack_core::manifest::Section;
use suitpack_core::report::{Report as Told, ReportResult};
use suitpack_core::{Authenticated, Envelope, Manifest, Profile, Trust};
use suitpack_crypto::{HmacKey, PublicKey, Sha2};
use suitpack_processor::Procedure;

use crate::believe::{believed, unquestioned};
use crate::reader::{Package, Payloads, ReadError};
use crate::report::{Cause, Outcome, Report};
use crate::request::Request;
use crate::verify::{authenticate, unreadable};
use case::Case;
use ending::Ending;
use search::{Found, search};
pub use show::show_report;
pub use state::{ComponentState, Holding, Reading, SectionRef};
use tree::{Node, Shelf, nodes};
pub use views::{CapabilitiesView, CapabilityView, EntryView, RecordView, ReportView, ResultView, SignerView};

/// What is asked of a report.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ReportRequest {
    /// Who is believed about the manifest, and where dependencies are that its envelope does not carry.
    pub package: Request,
    /// Whose reports are believed.
    pub anchors: Vec<PublicKey>,
    /// The keys shared with devices.
    pub shared: Vec<HmacKey>,
    /// The report must hold this nonce.
    pub nonce: Option<Vec<u8>>,
    /// A report that nothing is around is taken: the channel that it came through vouches for it.
    pub bare: bool,
    /// The procedure that the report is of; without it, whichever agrees.
    pub procedure: Option<Procedure>,
}

/// What came of a check.
#[derive(Debug)]
#[non_exhaustive]
pub struct ReportCheck {
    /// Every check in the order in which they count: those of the manifest, those of the report, `reference` and `records`.
    pub checks: Report,
    /// What follows from the report, for each procedure that it agrees with.
    pub readings: Vec<Reading>,
    /// Whether somebody trusted vouches for the manifest.
    pub manifest_authenticated: bool,
    /// Whether somebody trusted vouches for the report.
    pub report_authenticated: bool,
}

/// Holds a report against the manifest of a package. Payloads are not looked at, but for dependencies among them.
// SUIT-69
pub fn check_report<R: Read>(package: R, report: &[u8], request: &ReportRequest) -> ReportCheck {
    let mut check =
        ReportCheck { checks: Report::default(), readings: vec![], manifest_authenticated: false, report_authenticated: false };
    if let Err(error) = check.held(package, report, request) {
        let mut inner = Report::default();
        unreadable(&mut inner, &error);
        check.checks.append("manifest: ", inner);
    }
    check
}

impl ReportCheck {
    fn held<R: Read>(&mut self, package: R, report: &[u8], request: &ReportRequest) -> Result<(), ReadError> {
        let mut package = Package::open(package)?;
        let (envelope, payloads) = package.parts()?;
        let mut checks = Report::default();
        let trusted = authenticate(&envelope, &request.package, &mut checks);
        self.checks.append("manifest: ", checks);
        self.manifest_authenticated = trusted.is_some();
        let told = seal::open(report, request, &mut self.checks);
        self.report_authenticated =
            self.checks.checks().iter().any(|check| check.name == TRUST && check.outcome == Outcome::Passed);
        // What nobody vouches for is looked at all the same: nothing comes of it, and the checks above are not forgotten.
        let believe = unquestioned(envelope.manifest_bytes());
        let manifest = match trusted {
            Some(manifest) => Some(manifest),
            None => believed(&believe),
        };
        match (manifest, told) {
            (Some(manifest), Some(told)) => self.against(&envelope, payloads, &manifest, &told, request),
            _ => {
                self.checks.add("records", Outcome::NotPossible, "manifest or report cannot be read");
                Ok(())
            }
        }
    }

    fn against<R: Read>(
        &mut self,
        envelope: &Envelope<'_>,
        payloads: &mut Payloads<R>,
        manifest: &Authenticated<Manifest<'_>>,
        told: &Told<'_>,
        request: &ReportRequest,
    ) -> Result<(), ReadError> {
        if let Err(why) = seal::reference(envelope, manifest.get(), told) {
            self.checks.failed("reference", Cause::Disagrees, why);
            self.checks.add("records", Outcome::NotPossible, "they are of another manifest");
            return Ok(());
        }
        self.checks.passed("reference", "digest and URI are those of the manifest");
        let root = match Node::new(envelope, manifest) {
            Ok(root) => root,
            Err(error) => {
                self.checks.failed("records", Cause::Unreadable, format!("a severed sequence cannot be read: {error}"));
                return Ok(());
            }
        };
        let mut shelf = Shelf::default();
        if root.program.dependencies().next().is_some() {
            shelf.stock(payloads)?;
            if let Some(folder) = &request.package.payload_dir {
                shelf.look_up(root.layout.uris.iter().cloned(), folder);
            }
        }
        let anchors = request.package.believed();
        let trust = Trust { digester: &Sha2, anchors: &anchors, profile: request.package.profile };
        let unquestioned = shelf.unquestioned();
        let dependencies = nodes(&shelf, &unquestioned, self.manifest_authenticated.then_some(&trust));
        self.replay(&root, &dependencies, told, request);
        Ok(())
    }

    fn replay(&mut self, root: &Node<'_>, dependencies: &[Node<'_>], told: &Told<'_>, request: &ReportRequest) {
        if told.entries().nth(ENTRIES).is_some() {
            return self.checks.add("records", Outcome::NotPossible, "there are more of them than are followed");
        }
        let (mut parts, mut unknown): (Option<(usize, String)>, Option<String>) = (None, None);
        let mut work = EFFECTS;
        for procedure in procedures(root, told, request.procedure) {
            // RPT-31: of what a manifest does not have nothing ran, and only a device that was asked for it all the same says so.
            let asked = request.procedure == Some(procedure) && Ending::new(told.result()).stop().is_some();
            if root.first(procedure.sections()).is_none() && !asked {
                continue;
            }
            let case = Case::new(root, dependencies, told, procedure, request.package.profile);
            if let Some(why) = fixed::misplaced(&case) {
                // It is so whatever was run.
                return self.checks.failed("records", Cause::Disagrees, why);
            }
            match search(&case, &mut work) {
                Found::Agrees(reading) => self.readings.push(reading),
                Found::Unknown(why) => {
                    unknown.get_or_insert_with(|| format!("as {}: {why}", words::procedure(procedure)));
                }
                Found::Parts(far, why) => {
                    if parts.as_ref().is_none_or(|(best, _)| far > *best) {
                        parts = Some((far, format!("as {}: {why}", words::procedure(procedure))));
                    }
                }
            }
        }
        let lenient = if request.package.profile == Profile::Lenient { "; records of success may be missing" } else { "" };
        match (self.readings.is_empty(), unknown, parts) {
            (false, ..) => {
                let names: Vec<_> = self.readings.iter().map(|reading| reading.procedure).collect();
                self.checks.passed("records", format!("agree with the manifest: {}{lenient}", names.join(" or ")));
            }
            (true, Some(why), _) => self.checks.add("records", Outcome::NotPossible, why),
            (true, None, parts) => {
                let nothing = || String::from("the manifest has no section that could have been run");
                let why = parts.map_or_else(nothing, |(_, why)| why);
                let other = other(root, dependencies, told, request, &mut work);
                let other = other.map_or_else(String::new, |other| format!("; it agrees as {}", words::procedure(other)));
                self.checks.failed("records", Cause::Disagrees, format!("{why}{other}"));
            }
        }
    }
}

/// A procedure that a report agrees with, although another one was asked for.
fn other(
    root: &Node<'_>,
    dependencies: &[Node<'_>],
    told: &Told<'_>,
    request: &ReportRequest,
    work: &mut u32,
) -> Option<Procedure> {
    request.procedure?;
    let there = procedures(root, told, None).filter(|procedure| root.first(procedure.sections()).is_some());
    let mut cases = there.map(|procedure| (procedure, Case::new(root, dependencies, told, procedure, request.package.profile)));
    cases.find(|(_, case)| matches!(search(case, work), Found::Agrees(_))).map(|(procedure, _)| procedure)
}

/// What a device may have run. One that has the manifest installed already may do no more of an update than validate it.
fn procedures(root: &Node<'_>, told: &Told<'_>, wanted: Option<Procedure>) -> impl Iterator<Item = Procedure> {
    let installs = root.first(Procedure::Update.sections()) != Some(Section::Validate);
    let validates =
        installs && root.first(words::VALIDATION.sections()).is_some() && matches!(told.result(), ReportResult::Success);
    let all = [Procedure::Update, Procedure::Invocation, Procedure::Uninstall].into_iter();
    let wanted = move |one: &Procedure| match wanted {
        None => true,
        Some(Procedure::Update) => matches!(*one, Procedure::Update | words::VALIDATION),
        Some(wanted) => *one == wanted,
    };
    all.chain(validates.then_some(words::VALIDATION)).filter(wanted)
}

/// The check that says whether somebody trusted vouches for the report.
const TRUST: &str = "report: trust";

/// Effects of all ways together: as many as 32 procedures of the longest kind.
const EFFECTS: u32 = 1 << 20;

/// Records and claims that are followed. A procedure takes no more steps.
const ENTRIES: usize = 1 << 15;
