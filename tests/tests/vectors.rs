//! Every case under test-vectors/ gets the verdict and the exit code that the text of the standards gives it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use suitpack_core::manifest::command::Command;
use suitpack_core::manifest::parameter::Parameters;
use suitpack_core::manifest::{Section, Sequence};
use suitpack_core::registry::{self, Label, command as code};
use suitpack_core::{Envelope, Profile};
use suitpack_crypto::{Anchor, keyfile};
use suitpack_package::{PayloadDir, Request, verify};
use suitpack_tests::root;

fn header(file: &Path) -> BTreeMap<String, String> {
    let text = fs::read_to_string(file).unwrap();
    let entries = text.lines().filter_map(|line| line.split_once(':'));
    entries.map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned())).collect()
}

fn request(case: &Path, header: &BTreeMap<String, String>) -> Request {
    let mut request = Request::default();
    for anchor in fs::read_dir(case.join("anchors")).into_iter().flatten() {
        let path = anchor.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "cosekey") {
            match keyfile::anchor(&fs::read(path).unwrap()).unwrap() {
                Anchor::Public(key) => request.anchors.push(key),
                Anchor::Shared(key) => request.shared.push(key),
                other => panic!("{other:?}"),
            }
        }
    }
    for key in fs::read_dir(case.join("decrypt")).into_iter().flatten() {
        let file = fs::read(key.unwrap().path()).unwrap();
        request.decryption.push(Arc::new(keyfile::decryption_key(&file, None).unwrap()));
    }
    if case.join("payloads").is_dir() {
        request.payload_dir = Some(PayloadDir::new(case.join("payloads")));
    }
    request.profile = match header["profile"].as_str() {
        "lenient" => Profile::Lenient,
        "strict" => Profile::Strict,
        other => panic!("profile {other}"),
    };
    let id = |text: &String| suitpack_tests::unhex(&text.replace('-', "")).try_into().unwrap();
    for (key, value) in header.iter().filter(|(key, _)| key.starts_with("ask.")) {
        match key.as_str() {
            "ask.channel" => request.channel = Some(value.clone()),
            "ask.region" => request.region = Some(value.clone()),
            "ask.min-sequence" => request.min_sequence = Some(value.parse().unwrap()),
            "ask.supported-on" => request.supported_on = Some(value.parse().unwrap()),
            "ask.vendor-id" => request.vendor_id = Some(id(value)),
            "ask.class-id" => request.class_id = Some(id(value)),
            other => panic!("unknown question {other}"),
        }
    }
    request
}

/// Features of the drafts that cases name and this version does not have: it has to refuse such a package.
const NOT_PROCESSED: &[&str] = &["digest.shake128", "digest.shake256", "image-digest.shake128", "image-digest.shake256"];

/// Where the first reason to refuse lies, as far as it names a byte.
fn place(detail: &str) -> Option<u64> {
    let digits = detail.split("at byte 0x").nth(1)?;
    let end = digits.find(|char: char| !char.is_ascii_hexdigit()).unwrap_or(digits.len());
    u64::from_str_radix(&digits[..end], 16).ok()
}

#[test]
fn every_case_gets_its_verdict_and_its_exit_code() {
    let folder = root().join("test-vectors/cases");
    let (mut count, mut placed, mut wrong) = (0, 0, vec![]);
    for entry in fs::read_dir(folder).unwrap() {
        let case = entry.unwrap().path();
        let asked = header(&case.join("case.txt"));
        let expected = header(&case.join("expect/expect.txt"));
        let id = &asked["id"];
        assert_eq!(case.file_name().unwrap().to_str(), Some(id.as_str()));
        let request = request(&case, &asked);
        let report = verify(fs::read(case.join("envelope.suit")).unwrap().as_slice(), &request);
        let code = report.cause().map_or(0, suitpack_package::Cause::code).to_string();
        let verdict = if report.accepts() { "accept" } else { "reject" };
        // Some expectations leave the code open where the text allows several.
        let code_fits = expected.get("exit").map_or(verdict == "accept", |codes| codes.split_whitespace().any(|exit| exit == code));
        let said: Vec<String> = report.decisive().map(|check| format!("{}: {}", check.name, check.detail)).into_iter().collect();
        let lacking = asked.get("features").is_some_and(|names| names.split_whitespace().any(|name| NOT_PROCESSED.contains(&name)));
        if lacking {
            if !matches!(code.as_str(), "13" | "17") {
                wrong.push(format!("{id}: got {verdict} {code}, though it is said not to be processed ({said:?})"));
            }
        } else if expected["verdict"] != verdict || !code_fits {
            wrong.push(format!(
                "{id}: expected {} {:?}, got {verdict} {code} ({said:?})",
                expected["verdict"],
                expected.get("exit")
            ));
        }
        // A place that is named is the place of the fault.
        if let (Some(offset), Some(place)) = (expected.get("offset"), said.first().and_then(|detail| place(detail))) {
            let range: Vec<u64> = offset.split_whitespace().map(|bound| bound.parse().unwrap()).collect();
            placed += 1;
            if place < range[0] || place > range[1] {
                wrong.push(format!("{id}: the fault lies in bytes {range:?}, named is {place} ({said:?})"));
            }
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count >= 160, "only {count} cases");
    assert!(placed >= 40, "only {placed} places were held against the text");
}

#[test]
fn the_list_names_every_case() {
    let listed = fs::read_to_string(root().join("test-vectors/lists/core.txt")).unwrap();
    let mut listed: Vec<&str> = listed.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let mut found: Vec<String> = fs::read_dir(root().join("test-vectors/cases"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    found.sort();
    listed.sort_unstable();
    assert_eq!(listed, found);
}

/// The labels that packages which have to be accepted use.
#[derive(Default)]
struct Used {
    commands: BTreeSet<i64>,
    parameters: BTreeSet<i64>,
    members: BTreeSet<i64>,
    severed: BTreeSet<i64>,
}

impl Used {
    fn set(&mut self, parameters: Parameters<'_>) {
        self.parameters.extend(parameters.map(|parameter| parameter.code()));
    }

    fn sequence(&mut self, sequence: Sequence<'_>) {
        for command in sequence {
            let code = match command {
                Command::Condition(condition, _) => condition.code(),
                Command::Directive(directive, _) => directive.code(),
                Command::SetComponentIndex(_) => code::DIRECTIVE_SET_COMPONENT_INDEX,
                Command::TryEach(arms) => {
                    arms.for_each(|arm| self.sequence(arm));
                    code::DIRECTIVE_TRY_EACH
                }
                Command::RunSequence(sequence) => {
                    self.sequence(sequence);
                    code::DIRECTIVE_RUN_SEQUENCE
                }
                Command::SetParameters(parameters) => {
                    self.set(parameters);
                    code::DIRECTIVE_SET_PARAMETERS
                }
                Command::OverrideParameters(parameters) => {
                    self.set(parameters);
                    code::DIRECTIVE_OVERRIDE_PARAMETERS
                }
                Command::OverrideMultiple(multiple) => {
                    multiple.for_each(|(_, parameters)| self.set(parameters));
                    code::DIRECTIVE_OVERRIDE_MULTIPLE
                }
                Command::CopyParams(_) => code::DIRECTIVE_COPY_PARAMS,
                other => panic!("{other:?}"),
            };
            self.commands.insert(code);
        }
    }
}

#[test]
fn every_label_of_the_drafts_stands_in_a_package_that_has_to_be_accepted() {
    let mut used = Used::default();
    for entry in fs::read_dir(root().join("test-vectors/cases")).unwrap() {
        let case = entry.unwrap().path();
        if header(&case.join("expect/expect.txt"))["verdict"] != "accept" {
            continue;
        }
        let bytes = fs::read(case.join("envelope.suit")).unwrap();
        let envelope = Envelope::parse(&bytes).unwrap();
        let profile = request(&case, &header(&case.join("case.txt"))).profile;
        let manifest = envelope.manifest_unauthenticated(profile).unwrap();
        used.members.extend(manifest.keys());
        used.severed.extend(envelope.members().map(|(label, _)| label));
        let sections = Section::ALL
            .into_iter()
            .filter_map(|section| manifest.sequence(section, envelope.member(section.key())).unwrap_or_default());
        sections.chain(manifest.common().shared_sequence()).for_each(|sequence| used.sequence(sequence));
    }
    let all = |labels: &[Label]| labels.iter().map(|label| label.code).collect::<BTreeSet<i64>>();
    assert_eq!(used.commands, all(registry::command::LABELS));
    assert_eq!(used.parameters, all(registry::parameter::LABELS));
    assert_eq!(all(registry::manifest::LABELS).difference(&used.members).collect::<Vec<_>>(), Vec::<&i64>::new());
    let severable = all(registry::envelope::LABELS);
    let severable = severable.iter().filter(|label| !(1..=3).contains(*label)).copied().collect();
    assert_eq!(used.severed, severable);
}
