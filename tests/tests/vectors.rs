//! Every case under test-vectors/ gets the verdict and the exit code that the text of the standards gives it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use suitpack_core::Profile;
use suitpack_crypto::keyfile;
use suitpack_package::{PayloadDir, Request, verify};
use suitpack_tests::root;

fn header(case: &Path) -> BTreeMap<String, String> {
    let text = fs::read_to_string(case.join("case.txt")).unwrap();
    let entries = text.lines().filter_map(|line| line.split_once(':'));
    entries.map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned())).collect()
}

fn request(case: &Path, arguments: &str) -> Request {
    let mut request = Request::default();
    let anchors = fs::read_dir(case.join("anchors")).into_iter().flatten();
    for anchor in anchors {
        request.anchors.push(keyfile::public_key(&fs::read(anchor.unwrap().path()).unwrap()).unwrap());
    }
    if case.join("payloads").is_dir() {
        request.payload_dir = Some(PayloadDir::new(case.join("payloads")));
    }
    let mut words = arguments.split_whitespace();
    while let Some(word) = words.next() {
        match word {
            "--manifest-only" => request.manifest_only = true,
            "--profile" => {
                request.profile = match words.next().unwrap() {
                    "lenient" => Profile::Lenient,
                    "strict" => Profile::Strict,
                    other => panic!("profile {other}"),
                }
            }
            "--channel" => request.channel = words.next().map(str::to_owned),
            "--region" => request.region = words.next().map(str::to_owned),
            "--min-sequence" => request.min_sequence = words.next().map(|number| number.parse().unwrap()),
            "--supported-on" => request.supported_on = words.next().and_then(suitpack_upgradability::Date::parse),
            "--vendor-id" => request.vendor_id = words.next().map(|id| suitpack_tests::unhex(&id.replace('-', "")).try_into().unwrap()),
            "--class-id" => request.class_id = words.next().map(|id| suitpack_tests::unhex(&id.replace('-', "")).try_into().unwrap()),
            other => panic!("unknown argument {other}"),
        }
    }
    request
}

#[test]
fn every_case_gets_its_verdict_and_its_exit_code() {
    let folder = root().join("test-vectors/cases");
    let (mut count, mut wrong) = (0, vec![]);
    for entry in fs::read_dir(folder).unwrap() {
        let case = entry.unwrap().path();
        let header = header(&case);
        let id = &header["id"];
        assert_eq!(case.file_name().unwrap().to_str(), Some(id.as_str()));
        let request = request(&case, header.get("args").map_or("", String::as_str));
        let report = verify(fs::read(case.join("envelope.suit")).unwrap().as_slice(), &request);
        let code = report.cause().map_or(0, suitpack_package::Cause::code).to_string();
        let verdict = if report.accepts() { "accept" } else { "reject" };
        if header["verdict"] != verdict || header["exit"] != code {
            let said: Vec<String> = report.decisive().map(|check| format!("{}: {}", check.name, check.detail)).into_iter().collect();
            wrong.push(format!("{id}: expected {} {}, got {verdict} {code} ({said:?})", header["verdict"], header["exit"]));
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count >= 30, "only {count} cases");
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
