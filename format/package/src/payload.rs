//! Every payload byte against the digests that bind it.

use std::io::{self, Read, Write};

use suitpack_core::registry::algorithm;
use suitpack_core::{Authenticated, Manifest};
use suitpack_transform::{Bounds, DecodeError, Decoded, Measured, WINDOW_LOG_MAX, decode, measure};

use crate::bindings::{Bindings, Decoding, Expected, Use};
use crate::lookup::{Missing, file_name};
use crate::name::component_name;
use crate::reader::Payloads;
use crate::report::{Cause, Outcome, Report};
use crate::request::Request;

/// Where one wanted payload goes while all are checked.
pub(crate) struct Tap<'t> {
    wanted: &'t str,
    raw: bool,
    output: &'t mut (dyn Write + Send),
    /// Set when the payload went through.
    pub(crate) written: bool,
    /// What could have been wanted.
    pub(crate) candidates: Vec<String>,
    uri: Option<String>,
}

impl<'t> Tap<'t> {
    pub(crate) fn new(wanted: &'t str, raw: bool, output: &'t mut (dyn Write + Send)) -> Self {
        Self { wanted, raw, output, written: false, candidates: Vec::new(), uri: None }
    }

    /// Finds out which payload is wanted: by its name, or by the component it ends up in if that takes only one.
    fn resolve(&mut self, bindings: &Bindings, components: &[String]) {
        let uris = |wanted: &dyn Fn(&Use) -> bool| {
            let mut uris: Vec<&str> = bindings.uses.iter().filter(|used| wanted(used)).map(|used| used.uri.as_str()).collect();
            uris.dedup();
            uris
        };
        let component = |used: &Use| components.get(used.component as usize).map(String::as_str);
        let named = uris(&|used| used.uri.strip_prefix('#') == Some(self.wanted) || used.uri == self.wanted);
        let installed = uris(&|used| component(used) == Some(self.wanted));
        let filed = uris(&|used| file_name(&used.uri) == Some(self.wanted));
        let found = [named, installed, filed].into_iter().find(|uris| !uris.is_empty()).unwrap_or_default();
        if let [only] = found.as_slice() {
            self.uri = Some((*only).to_owned());
        }
        self.candidates = bindings.uses.iter().map(|used| used.uri.trim_start_matches('#').to_owned()).collect();
        self.candidates.dedup();
    }
}

/// Checks every payload, in the package and beside it.
pub(crate) fn check_payloads<R: Read + Send>(
    payloads: &mut Payloads<R>,
    bindings: Option<&Bindings>,
    manifest: &Authenticated<Manifest<'_>>,
    request: &Request,
    tap: &mut Option<Tap<'_>>,
    report: &mut Report,
) {
    if request.manifest_only {
        return report.add("payloads", Outcome::NotAsked, "only the manifest was asked about");
    }
    let Some(bindings) = bindings else {
        return report.add("payloads", Outcome::NotPossible, "nothing says what the payloads have to be");
    };
    let components: Vec<String> = manifest.get().common().components().map(|id| component_name(&id)).collect();
    if let Some(tap) = tap {
        tap.resolve(bindings, &components);
    }
    let mut seen = Vec::new();
    loop {
        match payloads.next_payload() {
            Ok(None) => break,
            Err(error) => return crate::verify::unreadable(report, &error),
            Ok(Some((name, size))) => {
                let uses: Vec<&Use> = bindings.uses.iter().filter(|used| used.uri == name).collect();
                if uses.is_empty() {
                    report.failed(format!("payload {name}"), Cause::NotBound, "no command uses it: it is not signed by anybody");
                } else {
                    check_one(&name, &mut *payloads, size, &uses, request, tap, report);
                }
                seen.push(name);
            }
        }
    }
    let mut detached: Vec<&str> = bindings.uses.iter().map(|used| used.uri.as_str()).collect();
    detached.retain(|uri| !seen.iter().any(|seen| seen == uri));
    detached.sort_unstable();
    detached.dedup();
    for uri in &detached {
        let name = format!("payload {uri}");
        let Some(folder) = &request.payload_dir else {
            report.add(name, Outcome::NotPossible, "is not in the package, and no payload folder was given");
            continue;
        };
        match folder.open(uri) {
            Ok((file, size)) => {
                let uses: Vec<&Use> = bindings.uses.iter().filter(|used| used.uri == *uri).collect();
                check_one(uri, file, size, &uses, request, tap, report);
            }
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
    if seen.is_empty() && detached.is_empty() {
        report.passed("payloads", "the manifest fetches none");
    }
}

fn check_one(
    uri: &str,
    mut input: impl Read + Send,
    size: u64,
    uses: &[&Use],
    request: &Request,
    tap: &mut Option<Tap<'_>>,
    report: &mut Report,
) {
    let name = format!("payload {uri}");
    let wanted = tap.as_mut().filter(|tap| tap.uri.as_deref() == Some(uri));
    let result = plan(uses, size).and_then(|(carried, image)| {
        let checked = run(&mut input, size, image.as_ref(), request, wanted)?;
        judge(&checked, &carried, image.as_ref())
    });
    match result {
        Ok(detail) => {
            if let Some(tap) = tap.as_mut().filter(|tap| tap.uri.as_deref() == Some(uri)) {
                tap.written = true;
            }
            report.passed(name, detail);
        }
        Err((outcome, detail)) => report.add(name, outcome, detail),
    }
}

type Refused = (Outcome, String);

/// What the bytes as carried have to be, and what is made of them.
type Plan = (Vec<Expected>, Option<(Decoding, Expected)>);

/// What one payload has to be on all paths together.
fn plan(uses: &[&Use], size: u64) -> Result<Plan, Refused> {
    let not_bound = |detail: &str| (Outcome::Failed(Cause::NotBound), detail.to_owned());
    if !uses.iter().all(|used| used.is_bound()) {
        return Err(not_bound("some path of the commands uses it although no digest judges it there"));
    }
    let carried: Vec<Expected> = uses.iter().flat_map(|used| used.carried.clone()).collect();
    let mut images: Vec<(Decoding, Expected)> = uses.iter().flat_map(|used| used.image.clone()).collect();
    images.dedup();
    if images.len() > 1 {
        return Err(not_bound("the commands want two different images from it"));
    }
    for expected in carried.iter().chain(images.iter().map(|(_, expected)| expected)) {
        if expected.algorithm != algorithm::SHA_256 {
            let name = crate::verify::algorithm_name(expected.algorithm);
            return Err((Outcome::NotPossible, format!("{name} over payloads is not supported")));
        }
    }
    if let Some(expected) = carried.iter().find_map(|expected| expected.size.filter(|expected| *expected != size)) {
        return Err((Outcome::Failed(Cause::NotBound), format!("has {size} bytes where {expected} are signed")));
    }
    Ok((carried, images.pop()))
}

enum Checked {
    Plain(Measured),
    Decoded(Decoded),
}

fn run(
    input: &mut (impl Read + Send),
    size: u64,
    image: Option<&(Decoding, Expected)>,
    request: &Request,
    tap: Option<&mut Tap<'_>>,
) -> Result<Checked, Refused> {
    let broken = |error: &io::Error| {
        let cause = if error.kind() == io::ErrorKind::UnexpectedEof { Cause::Unreadable } else { Cause::Io };
        (Outcome::Failed(cause), error.to_string())
    };
    let mut nowhere = io::sink();
    let (raw, output): (bool, &mut (dyn Write + Send)) = match tap {
        Some(tap) => (tap.raw, &mut *tap.output),
        None => (false, &mut nowhere),
    };
    let Some((Decoding::Zstd, expected)) = image else {
        return measure(input, output).map(Checked::Plain).map_err(|error| broken(&error));
    };
    let image_size = expected.size.ok_or_else(|| (Outcome::Failed(Cause::NotBound), String::from("no image size is signed")))?;
    let window_log_max = request.max_window_log.unwrap_or(WINDOW_LOG_MAX);
    let bounds = Bounds { input_size: size, image_size, window_log_max };
    let decoded = if raw { decode(Tee { input, output }, bounds, io::sink()) } else { decode(input, bounds, output) };
    decoded.map(Checked::Decoded).map_err(|error| broken(&error))
}

/// The cause that counts is the one nearest to the signature: the bytes as carried, then what the decoder says, then the image.
fn judge(checked: &Checked, carried: &[Expected], image: Option<&(Decoding, Expected)>) -> Result<String, Refused> {
    let not_bound = |detail: String| Err((Outcome::Failed(Cause::NotBound), detail));
    let input = match checked {
        Checked::Plain(measured) => measured,
        Checked::Decoded(decoded) => &decoded.input,
    };
    if !carried.iter().all(|expected| expected.digest == input.digest) {
        return not_bound(String::from("does not match its signed digest"));
    }
    let Checked::Decoded(decoded) = checked else { return Ok(format!("{} bytes match the signed digest", input.size)) };
    match (&decoded.image, image) {
        (Ok(found), Some((_, expected))) if expected.digest == found.digest && expected.size == Some(found.size) => {
            Ok(format!("{} bytes, decoded to {} bytes, match the signed digests", input.size, found.size))
        }
        (Err(error @ DecodeError::WindowTooLarge { .. }), _) => Err((Outcome::Failed(Cause::Policy), error.to_string())),
        (Err(error), _) => not_bound(format!("does not decode to the signed image: {error}")),
        (Ok(_), _) => not_bound(String::from("decodes to another image than the signed one")),
    }
}

/// Copies what is read.
struct Tee<'t, R> {
    input: R,
    output: &'t mut (dyn Write + Send),
}

impl<R: Read> Read for Tee<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.input.read(buffer)?;
        self.output.write_all(buffer.get(..got).unwrap_or_default())?;
        Ok(got)
    }
}
