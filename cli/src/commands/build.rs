mod explain;

use std::fs::{self, File};
use std::io::{self, BufReader, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use suitpack_author::{BuildError, Built, Cause, ImageFault, Options, Recipe, RecipeError, RecipientFault, Secrets, Spot};
use suitpack_core::crypto::Sign;
use suitpack_core::registry::algorithm;
use suitpack_crypto::Signer;
use suitpack_crypto::keyfile::KeyError;
use suitpack_package::{Severity, Written};

use super::key::hex;
use crate::args::{BuildArgs, OutputArgs};
use crate::failure::{Code, Failure};
use crate::files::{self, Output, Pending, is_standard, seed, signer};
use crate::terminal::{Terminal, cut};

pub(super) fn run(args: &BuildArgs, terminal: &mut Terminal) -> Result<(), Failure> {
    let overrides = args.set.iter().map(|text| split(text)).collect::<Result<Vec<_>, _>>()?;
    let (text, name) = files::text(&args.recipe).map_err(|failure| no_recipe(failure, &args.recipe))?;
    let origin = if is_standard(&args.recipe) { Path::new("") } else { &args.recipe };
    let recipe = Recipe::parse(&text, origin, &overrides).map_err(|error| wrong(&error, &text, &name))?;
    let failed = |error: &BuildError| failed(error, &recipe, (&text, &name));
    let Some(target) = args.output.given() else {
        return explain::print(&recipe, &name, terminal).map_err(|error| error.or(&failed));
    };
    if args.explain && is_standard(&target.output) {
        return Err(Failure::usage("the package and its explanation cannot both go to standard output")
            .hint("name a file with `-o FILE`, or leave it out"));
    }
    let keys = args.key.iter().map(|path| signer(path, &args.access)).collect::<Result<Vec<_>, _>>()?;
    let signers: Vec<&dyn Sign> = keys.iter().map(|key| key as &dyn Sign).collect();
    apart(&recipe, args, &target.output)?;
    let mut output = Output::open(&target, terminal)?;
    let mut detached = beside(&recipe, &target)?;
    let total = recipe.images().map(|path| fs::metadata(path).map(|metadata| metadata.len())).sum::<io::Result<u64>>().ok();
    let mut progress = terminal.progress("building", total);
    let mut report = |bytes| progress.at(bytes);
    let seed = args.encryption_seed.as_deref().map(|path| seed(path, &args.access)).transpose()?;
    let mut random = |secret: &mut [u8]| getrandom::fill(secret).map_err(io::Error::other);
    let is_fresh = seed.is_none();
    let secrets = Some(seed.map_or(Secrets::Fresh(&mut random), Secrets::Derived));
    let options = Options { workers: args.workers, progress: Some(&mut report), secrets, ..Options::default() };
    let mut open = |name: &str| match detached.iter_mut().find(|(known, _)| known == name) {
        Some((_, pending)) => pending
            .file()
            .and_then(|file| file.try_clone().map_err(|error| Failure::io(name, &error)))
            .map_err(|failure| io::Error::other(failure.message)),
        None => Err(io::ErrorKind::NotFound.into()),
    };
    let built = suitpack_author::build(&recipe, suitpack_author::Output::File(output.file()?), &signers, &mut open, options);
    drop(progress);
    let built = built.map_err(|error| failed(&error))?;
    if args.explain {
        explain::print(&recipe, &name, terminal).map_err(|error| error.or(&failed))?;
    }
    if recipe.is_explicit() {
        judge(output.file()?, &built, &recipe, (&text, &name))?;
        lint(output.file()?, terminal)?;
    }
    output.commit_with(detached.into_iter().map(|(_, pending)| pending).collect(), terminal)?;
    report_built(&built, &keys, &target.output, terminal);
    if is_fresh && built.payloads.iter().any(|payload| payload.encryption.is_some()) {
        terminal.note("its content keys are fresh, so another build gives other bytes; `--encryption-seed FILE` derives them");
    }
    Ok(())
}

/// Refuses payloads other than those whose digests the recipe writes out. Templates write the digests of what they carry.
// REC-44
fn judge(package: &mut File, built: &Built, recipe: &Recipe, source: (&str, &str)) -> Result<(), Failure> {
    let again = |error| Failure::io("cannot read the package again", &error);
    package.rewind().map_err(again)?;
    let written: Vec<_> = built
        .payloads
        .iter()
        .map(|payload| Written { uri: &payload.uri, size: payload.carried_size, sha_256: payload.carried_digest })
        .collect();
    let mismatch = suitpack_package::mismatch(BufReader::new(&mut *package), &written);
    let mismatch = mismatch.map_err(|error| super::lint::unreadable("the package", &error))?;
    package.seek(SeekFrom::End(0)).map_err(again)?;
    let Some(mismatch) = mismatch else { return Ok(()) };
    let uri = cut(&mismatch.uri);
    let failure = Failure::usage(format!("payload `{uri}` is not what the sequences of the recipe say: {}", mismatch.detail));
    let spot = recipe.naming_payload(&mismatch.uri);
    let key = spot.map_or("payload.0.file", Spot::key);
    Err(at(failure, spot, source).hint(format!(
        "name the file that is meant with `--set {key}=FILE`, or write `{{ payload = \"{uri}\" }}` in place of digest and size"
    )))
}

/// Warns of what cannot work. Templates make nothing of the kind; command sequences that were written out may.
fn lint(package: &mut File, terminal: &mut Terminal) -> Result<(), Failure> {
    let again = |error| Failure::io("cannot read the package again", &error);
    package.rewind().map_err(again)?;
    let findings = suitpack_package::lint(BufReader::new(&mut *package));
    let findings = findings.map_err(|error| super::lint::unreadable("the package", &error))?;
    for finding in findings.iter().filter(|finding| finding.severity == Severity::Error) {
        terminal.warn(&format!("{}: {}", finding.rule, super::lint::sentence(finding)));
    }
    package.seek(SeekFrom::End(0)).map(|_| ()).map_err(again)
}

fn report_built(built: &Built, keys: &[Signer], path: &Path, terminal: &mut Terminal) {
    for warning in &built.warnings {
        terminal.warn(warning);
    }
    let name = if is_standard(path) { String::from("the package") } else { format!("`{}`", path.display()) };
    terminal.note(&format!("wrote {name}, {} bytes", built.size));
    for payload in &built.payloads {
        let place = payload.file.as_ref().map_or_else(String::new, |file| format!(", beside the package in `{file}`"));
        terminal.note(&format!("payload {}: {} bytes of {}{place}", payload.uri, payload.carried_size, payload.image_size));
        if let Some((code, recipients)) = payload.encryption {
            let name = algorithm::name(code).unwrap_or_default();
            terminal.note(&format!(
                "payload {}: encrypted with {name} for {recipients} {}",
                payload.uri,
                if recipients == 1 { "key" } else { "keys" }
            ));
        }
        terminal.explain(&format!("  image SHA-256 {}, as carried {}", hex(&payload.image_digest), hex(&payload.carried_digest)));
    }
    terminal.explain(&format!("manifest SHA-256 {}", hex(&built.manifest_digest)));
    for key in keys {
        terminal.note(&format!("signed by key {}", hex(key.key_id())));
    }
    match keys {
        [] if is_standard(path) => terminal.note("not signed yet"),
        [] => terminal.note(&format!("not signed yet; next: `suitpack sign {} -k dev.pem -o signed.suit`", path.display())),
        _ => {}
    }
}

/// Holds every file that will be written apart from what is read and from one another.
fn apart(recipe: &Recipe, args: &BuildArgs, output: &Path) -> Result<(), Failure> {
    let beside: Vec<_> = recipe.detached().map(|name| output.with_file_name(name)).collect();
    if beside.iter().any(|path| path == output) {
        return Err(Failure::usage(format!("the package and a payload beside it would both be `{}`", output.display()))
            .hint("name another file with `-o`; the payload is named by the end of its `uri`"));
    }
    let outputs: Vec<_> = beside.iter().map(PathBuf::as_path).chain([output]).collect();
    let read: Vec<_> = recipe.inputs().collect();
    let given = args.key.iter().chain([&args.recipe]).chain(args.encryption_seed.as_ref()).chain(&read);
    files::apart(&outputs, given.map(PathBuf::as_path))
}

/// The files for the detached payloads, in the folder of the package.
fn beside(recipe: &Recipe, args: &OutputArgs) -> Result<Vec<(String, Pending)>, Failure> {
    let open = |name: &str| {
        if is_standard(&args.output) {
            return Err(Failure::usage(format!(
                "payload `{name}` is to stand beside the package, but that goes to standard output"
            ))
            .hint("name a file with `-o FILE`, or leave `uri` out of the recipe to put the payload into the package"));
        }
        Ok((name.to_owned(), Pending::create(&args.output.with_file_name(name), files::policy(args))?))
    };
    recipe.detached().map(open).collect()
}

fn split(text: &str) -> Result<(String, String), Failure> {
    match text.split_once('=') {
        Some((key, value)) => Ok((key.trim().to_owned(), value.trim().to_owned())),
        None => {
            Err(Failure::usage(format!("`--set {text}` has no value")).hint("write it like `--set manifest.sequence-number=7`"))
        }
    }
}

fn no_recipe(failure: Failure, path: &Path) -> Failure {
    if failure.code == Code::IO && !path.exists() && !is_standard(path) {
        return Failure { code: Code::USAGE, ..failure }.hint("write a recipe with `suitpack init`, or name yours");
    }
    failure
}

/// A fault in a recipe with its line, as the author knows it.
fn wrong(error: &RecipeError, text: &str, name: &str) -> Failure {
    let failure = placed(Failure::usage(error.message()), error.line().zip(error.column()), (text, name));
    match error.suggestion() {
        Some(suggestion) => failure.hint(suggestion),
        None => failure.hint("every key is described in spec/recipe.md"),
    }
}

/// Shows the place in a recipe that a fault lies in, as far as it is known.
fn at(failure: Failure, spot: Option<&Spot>, source: (&str, &str)) -> Failure {
    match spot {
        Some(spot) => placed(failure, spot.position(), source),
        None => failure,
    }
}

/// Shows a line and a column; what has none was given on the command line.
fn placed(failure: Failure, position: Option<(usize, usize)>, (text, name): (&str, &str)) -> Failure {
    match position {
        Some(position) => failure.at_line(name, text, position),
        None => failure.detail("in a value given with `--set`"),
    }
}

fn failed(error: &BuildError, recipe: &Recipe, (text, name): (&str, &str)) -> Failure {
    if let BuildError::Recipe(error) = error {
        return wrong(error, text, name);
    }
    let code = match error.cause() {
        Cause::Recipe => Code::USAGE,
        Cause::Storage | Cause::Key => Code::IO,
    };
    let mut failure = Failure::new(code, error.to_string());
    let mut source = core::error::Error::source(error);
    // The message says already that a file is not there.
    if matches!(error, BuildError::Image { .. } | BuildError::Recipient { .. }) && error.to_string().ends_with("does not exist") {
        source = None;
    }
    if let Some(source) = source {
        failure = failure.caused_by(source);
    }
    let spot = match error {
        BuildError::Image { path, .. } => recipe.naming(path),
        _ => None,
    };
    failure = at(failure, spot, (text, name));
    match error {
        BuildError::Refused { line: Some(line), .. } => {
            let source = text.lines().nth(line.saturating_sub(1)).unwrap_or_default().replace('\t', " ");
            failure
                .detail(format!("{name}, line {line}"))
                .detail(format!("{line} | {source}"))
                .hint("the limits and rules of readers are in spec/reading.md")
        }
        BuildError::Refused { .. } => failure.hint("the limits and rules of readers are in spec/reading.md"),
        BuildError::Image {
            fault: ImageFault::NotAPackage(_) | ImageFault::DigestMismatch | ImageFault::DigestUnsupported(_),
            ..
        } => failure.hint("`package` in `[[depends-on]]` names a package that is built already, relative to the recipe"),
        BuildError::Image { fault: ImageFault::NotACoswid(_), .. } => {
            failure.hint("`coswid.file` names an encoded tag of RFC 9393, relative to the recipe")
        }
        BuildError::Image { .. } => match spot.map(Spot::key) {
            Some(key) if key.starts_with("payload.") => failure.hint(format!(
                "`{key}` is relative to the recipe; `suitpack extract PACKAGE PAYLOAD --raw` writes a payload as carried, and `--set {key}=FILE` names another file"
            )),
            Some(key) => failure.hint(format!("`{key}` is relative to the recipe; `--set {key}=FILE` overrides it")),
            None => failure,
        },
        BuildError::Recipient { fault: RecipientFault::Key(KeyError::PrivateKey), path } => {
            failure.hint(format!("write its public half with `suitpack key public {}`", path.display()))
        }
        BuildError::TooLargeToEncrypt { .. } => {
            failure.hint("`encryption = \"a128ctr\"` encrypts any size; the signed digests notice changes")
        }
        BuildError::SameKey { .. } => failure.hint("pass each key once"),
        _ => failure,
    }
}
