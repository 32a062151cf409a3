//! Every payload byte against the digests that bind it.

mod decrypt;
mod judge;
mod tap;
mod watch;
mod written;

use std::io::{self, Read, Write};

use suitpack_core::{Authenticated, Manifest};

use crate::bindings::{Found, Use};
use crate::lookup::Missing;
use crate::name::component_name;
use crate::reader::Payloads;
use crate::report::{Cause, Outcome, Report};
use crate::request::Request;
use crate::verify::dependency::{Dependent, Nest};
use judge::{Plan, broken, unsupported};
pub(crate) use tap::Tap;
use watch::{Sums, Watch};
pub use written::{Mismatch, Written, mismatch};

/// Checks every payload, in the package and beside it.
pub(crate) fn check_payloads<'a, R: Read + Send>(
    payloads: &mut Payloads<R>,
    found: Option<&Found<'a>>,
    manifest: &Authenticated<Manifest<'a>>,
    request: &Request,
    nest: &mut Nest,
    tap: &mut Option<Tap<'_>>,
    report: &mut Report,
) {
    if request.manifest_only {
        return report.add("payloads", Outcome::NotAsked, "only the manifest was asked about");
    }
    let Some(found) = found else {
        return report.add("payloads", Outcome::NotPossible, "nothing says what the payloads have to be");
    };
    let uses = &found.bindings.uses;
    let components: Vec<String> = manifest.get().common().components().map(|id| component_name(&id)).collect();
    if let Some(tap) = tap {
        tap.resolve(&found.bindings, &components);
    }
    let mut check = Check { dependent: Dependent { manifest: manifest.get(), journeys: &found.journeys, request }, nest, tap };
    let mut seen = Vec::new();
    loop {
        match payloads.next_payload() {
            Ok(None) => break,
            Err(error) => return crate::verify::unreadable(report, &error),
            Ok(Some((name, size))) => {
                // SUIT-32
                let uses: Vec<&Use> = uses.iter().filter(|used| used.uri == name).collect();
                if uses.is_empty() {
                    report.failed(format!("payload {name}"), Cause::NotBound, "no command uses it: it is not signed by anybody");
                } else {
                    check.one(&name, &mut *payloads, size, &uses, report);
                }
                // Endless data: what is refused already is not read to the end of a pipe that has none.
                if !payloads.is_read() && size > PASSED_OVER {
                    let detail = format!("nothing behind the {size} bytes of payload {name} was looked at");
                    return report.add("payloads", Outcome::NotPossible, detail);
                }
                seen.push(name);
            }
        }
    }
    let mut detached: Vec<&str> = uses.iter().map(|used| used.uri.as_str()).collect();
    detached.retain(|uri| !seen.iter().any(|seen| seen == uri));
    detached.sort_unstable();
    detached.dedup();
    for uri in &detached {
        let uses: Vec<&Use> = uses.iter().filter(|used| used.uri == *uri).collect();
        check.detached(uri, &uses, report);
    }
    if seen.is_empty() && detached.is_empty() {
        report.passed("payloads", "the manifest fetches none");
    }
}

/// What every payload of a package is checked with.
struct Check<'c, 't, 'a> {
    dependent: Dependent<'c, 'a>,
    nest: &'c mut Nest,
    tap: &'c mut Option<Tap<'t>>,
}

impl Check<'_, '_, '_> {
    /// One that is not in the package.
    fn detached(&mut self, uri: &str, uses: &[&Use], report: &mut Report) {
        let name = format!("payload {uri}");
        // No file could answer that.
        if !uses.iter().all(|used| used.is_bound()) {
            return report.failed(name, Cause::NotBound, judge::UNBOUND);
        }
        let Some(folder) = &self.dependent.request.payload_dir else {
            return report.add(name, Outcome::NotPossible, "is not in the package, and no payload folder was given");
        };
        match folder.open(uri) {
            Ok((file, size)) => self.one(uri, file, size, uses, report),
            Err(Missing::Io(error)) => report.failed(name, Cause::Io, error.to_string()),
            Err(Missing::NotFound(file)) => {
                report.add(name, Outcome::NotPossible, format!("is not in the package, and {file} is not in the payload folder"));
            }
            Err(Missing::NoName) => report.add(name, Outcome::NotPossible, "its URI names no file that may be looked up"),
            Err(Missing::NotPlain(file)) => {
                report.add(name, Outcome::NotPossible, format!("{file} in the payload folder is a link or no plain file"));
            }
        }
    }

    fn one(&mut self, uri: &str, mut input: impl Read + Send, size: u64, uses: &[&Use], report: &mut Report) {
        let name = format!("payload {uri}");
        let result = match Plan::of(uses, size) {
            Ok(plan) if !plan.manifest.is_empty() => self.dependency(uri, &mut input, &plan, uses, report),
            Ok(plan) => {
                let wanted = self.tap.as_mut().filter(|tap| tap.wants(uri));
                plan.check(&mut input, size, self.dependent.request, wanted)
            }
            Err(refused) => Err(refused),
        };
        match result {
            Ok(detail) => {
                if let Some(tap) = self.tap.as_mut().filter(|tap| tap.wants(uri)) {
                    tap.written = true;
                }
                report.passed(name, detail);
            }
            Err((outcome, detail)) => report.add(name, outcome, detail),
        }
    }

    /// The envelope of a dependency is opened, and read to its end.
    fn dependency(
        &mut self,
        uri: &str,
        input: &mut (impl Read + Send),
        plan: &Plan,
        uses: &[&Use],
        report: &mut Report,
    ) -> Result<String, judge::Refused> {
        let copy: Option<&mut (dyn Write + Send)> = match self.tap {
            Some(tap) if tap.wants(uri) => Some(&mut *tap.output),
            _ => None,
        };
        let mut watch = Watch { input, sums: Sums::of(&plan.carried).map_err(unsupported)?, copy };
        let components = uses.iter().map(|used| used.component);
        let detail = self.dependent.check(uri, &mut watch, &plan.manifest, components, self.nest, report)?;
        // Without a digest of the whole nothing behind the package counts; if there is anything, it was refused.
        if !plan.carried.is_empty() {
            io::copy(&mut watch, &mut io::sink()).map_err(|error| broken(&error))?;
        }
        if !plan.carried.iter().all(|expected| watch.sums.matches(expected)) {
            return Err((Outcome::Failed(Cause::NotBound), String::from("does not match its signed digest")));
        }
        Ok(detail)
    }
}

/// Bytes of a payload that is refused unread which are passed over, so that those behind it are judged too.
const PASSED_OVER: u64 = 16 * 1024 * 1024;
