//! The vectors of the drafts and of implementers get the verdict their index gives them, and decode to what it says is in them.
//! The indices were made with another codec and another cryptographic library, before this reader was asked.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::print_stderr, missing_docs)]

use core::fmt::Write as _;
use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;
use suitpack_core::cbor::{Reader, diagnostic};
use suitpack_core::cose::Encrypt;
use suitpack_core::manifest::command::Command;
use suitpack_core::manifest::parameter::Parameters;
use suitpack_core::manifest::{ComponentId, ComponentIndex, Member, Section, Sequence};
use suitpack_core::registry::{self, command as code, manifest as key};
use suitpack_core::report::{Entry, Report, ReportResult};
use suitpack_core::{Block, Envelope, Manifest, Profile, Wrapped};
use suitpack_crypto::keyfile::{self, anchor};
use suitpack_crypto::{Anchor, Sha2};
use suitpack_package::{Cause, Request, verify};
use suitpack_tests::rewrite::written;
use suitpack_tests::{root, unhex};

const FOLDERS: &[(&str, usize)] =
    &[("manifest", 22), ("firmware-encryption", 10), ("trust-domains", 3), ("update-management", 4), ("teep", 3), ("report", 1)];

/// Authentic, and refused for what they do: install runs process-dependency without dependency-integrity before it, where
/// draft-ietf-suit-trust-domains wants an abort.
const UNCHECKED: [&str; 2] = ["td-ex1-integrated-dependency", "teep-suit-personalization"];

struct Vector {
    id: String,
    bytes: Vec<u8>,
    index: Value,
}

impl Vector {
    /// Vectors that are envelopes say what their signature is worth.
    fn is_envelope(&self) -> bool {
        self.index["file"].as_str().unwrap().ends_with(".suit")
    }

    fn accepts(&self) -> bool {
        self.index["expected_verification"] == "pass"
    }

    fn algorithm(&self) -> Option<i64> {
        self.index["signing"][0]["alg_id"].as_i64()
    }

    /// Draft-ietf-suit-trust-domains §5.2.2 makes the keys of suit-dependencies indices into suit-components; its examples number
    /// dependencies behind them.
    fn index_beyond_components(&self) -> bool {
        let components = self.index["components"].as_array().unwrap().len();
        let dependencies = self.index["dependencies"].as_object();
        dependencies.is_some_and(|all| all.keys().any(|index| index.parse::<usize>().unwrap() >= components))
    }

    fn anchor(&self) -> Option<Anchor> {
        self.index["public_keys"][0]["cose_key_hex"].as_str().map(|hex| anchor(&unhex(hex)).unwrap())
    }
}

fn all() -> Vec<Vector> {
    let mut vectors = vec![];
    for (name, count) in FOLDERS {
        let folder = root().join("../shared/peer-vectors/ietf").join(name);
        let Ok(index) = fs::read(folder.join("index.json")) else {
            eprintln!("skipped: the IETF examples are not beside the project");
            return vec![];
        };
        let index: Value = serde_json::from_slice(&index).unwrap();
        let listed = index["vectors"].as_array().unwrap();
        assert_eq!(listed.len(), *count, "{name}");
        vectors.extend(listed.iter().map(|index| Vector {
            id: index["id"].as_str().unwrap().to_owned(),
            bytes: fs::read(folder.join(index["file"].as_str().unwrap())).unwrap(),
            index: index.clone(),
        }));
    }
    vectors
}

fn envelopes() -> Vec<Vector> {
    all().into_iter().filter(Vector::is_envelope).collect()
}

fn request(vectors: &[Vector], vector: &Vector, profile: Profile) -> Request {
    let mut request = Request::default();
    // The unsigned ones are judged with the key of the signed ones.
    match vector.anchor().or_else(|| vectors.iter().find_map(Vector::anchor)).unwrap() {
        Anchor::Public(key) => request.anchors.push(key),
        Anchor::Shared(key) => request.shared.push(key),
        other => panic!("{other:?}"),
    }
    request.profile = profile;
    request.manifest_only = true;
    request
}

#[test]
fn every_envelope_gets_its_verdict_from_both_profiles() {
    let vectors = envelopes();
    let mut judged = 0;
    for vector in &vectors {
        let lenient = match vector {
            vector if UNCHECKED.contains(&vector.id.as_str()) => Some(Cause::Policy),
            vector if vector.accepts() => None,
            _ => Some(Cause::NotAuthentic),
        };
        let strict = match vector {
            vector if vector.accepts() && vector.algorithm() == Some(-7) => Some(Cause::Policy),
            vector if vector.accepts() && vector.index_beyond_components() => Some(Cause::Unreadable),
            _ => lenient,
        };
        for (profile, expected) in [(Profile::Lenient, lenient), (Profile::Strict, strict)] {
            let report = verify(vector.bytes.as_slice(), &request(&vectors, vector, profile));
            assert_eq!(report.cause(), expected, "{} {profile:?}: {:?}", vector.id, report.checks());
            judged += 1;
        }
    }
    assert!(vectors.is_empty() || judged == 2 * (22 + 6 + 3 + 4 + 3), "{judged}");
}

#[test]
fn what_the_lenient_profile_lets_pass_is_said() {
    let vectors = envelopes();
    for vector in vectors.iter().filter(|vector| vector.accepts()) {
        let report = verify(vector.bytes.as_slice(), &request(&vectors, vector, Profile::Lenient));
        let said = |word: &str| report.checks().iter().any(|check| check.name == "profile" && check.detail.contains(word));
        assert_eq!(said("ES256"), vector.algorithm() == Some(-7), "{}: {:?}", vector.id, report.checks());
    }
}

#[test]
fn payloads_that_are_not_at_hand_are_never_passed() {
    let vectors = envelopes();
    for vector in vectors.iter().filter(|vector| vector.id.starts_with("libcsuit-manifest") || vector.id.starts_with("attestam")) {
        let mut request = request(&vectors, vector, Profile::Strict);
        request.manifest_only = false;
        let report = verify(vector.bytes.as_slice(), &request);
        // Example 0 fetches nothing, and the two of another implementer carry their payload.
        let fetches = !vector.id.contains("ex0") && !vector.id.contains("attestam");
        assert_eq!(report.cause(), fetches.then_some(Cause::CouldNotTell), "{}: {:?}", vector.id, report.checks());
    }
}

#[test]
fn every_envelope_decodes_to_what_its_index_says() {
    let vectors = envelopes();
    for vector in &vectors {
        let envelope = Envelope::parse(&vector.bytes).unwrap();
        assert_envelope(vector, &envelope);
        let manifest = envelope.manifest_unauthenticated(Profile::Lenient).unwrap();
        assert_manifest(vector, &manifest, &envelope);
        let said: Vec<&str> = vector.index["commands"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
        assert_eq!(commands(&manifest, &envelope), said, "{}", vector.id);
    }
}

fn assert_envelope(vector: &Vector, envelope: &Envelope<'_>) {
    let (id, index) = (&vector.id, &vector.index);
    assert_eq!(envelope.is_tagged(), index["tagged_107"], "{id}");
    let authentication = envelope.authentication().unwrap();
    assert_eq!(hex(authentication.digest().bytes()), index["manifest_digest"].as_str().unwrap(), "{id}");
    assert_eq!(authentication.digest().algorithm(), index["digest_alg"].as_i64().unwrap(), "{id}");
    assert_eq!(authentication.digest().matches(&Sha2, &[envelope.manifest_bytes().encoded()]), Some(true), "{id}");
    let blocks = authentication.blocks().map(|block| match block {
        Block::Sign1(block) => ("COSE_Sign1", block.header().algorithm(), block.header().kid().map(hex)),
        Block::Mac0(block) => ("COSE_Mac0", block.header().algorithm(), block.header().kid().map(hex)),
        other => panic!("{id}: {other:?}"),
    });
    let blocks: Vec<_> = blocks.collect();
    let signing = index["signing"].as_array().unwrap().iter();
    let said: Vec<_> = signing
        .map(|said| (said["cose"].as_str().unwrap(), said["alg_id"].as_i64().unwrap(), said["kid"].as_str().map(str::to_owned)))
        .collect();
    assert_eq!(blocks, said, "{id}");
    let mut keys: Vec<Value> = [2, 3].into_iter().chain(envelope.members().map(|(key, _)| key)).map(Value::from).collect();
    keys.extend(envelope.payloads().map(|(name, _)| Value::from(name)));
    assert_eq!(Value::from(keys), index["envelope_keys"], "{id}");
    let carried: Vec<_> = envelope.payloads().collect();
    let integrated = index["integrated"].as_array().unwrap();
    assert_eq!(carried.len(), integrated.len(), "{id}");
    for ((name, content), said) in carried.into_iter().zip(integrated) {
        assert_eq!((name, content.len() as u64), (said["key"].as_str().unwrap(), said["bytes"].as_u64().unwrap()), "{id}");
        assert_eq!(said["is_envelope"], Envelope::parse(content).is_ok(), "{id}");
    }
    for inner in index["inner_envelopes"].as_array().unwrap() {
        let (_, content) = envelope.payloads().find(|(name, _)| *name == inner["envelope_key"]).unwrap();
        let dependency = Envelope::parse(content).unwrap();
        let authentication = dependency.authentication().unwrap();
        assert_eq!(hex(authentication.digest().bytes()), inner["digest"].as_str().unwrap(), "{id}");
        assert_eq!(authentication.digest().matches(&Sha2, &[dependency.manifest_bytes().encoded()]), Some(true), "{id}");
        assert!(dependency.manifest_unauthenticated(Profile::Strict).is_ok(), "{id}");
    }
}

fn assert_manifest(vector: &Vector, manifest: &Manifest<'_>, envelope: &Envelope<'_>) {
    let (id, index) = (&vector.id, &vector.index);
    assert_eq!(manifest.sequence_number(), index["sequence_number"].as_u64().unwrap(), "{id}");
    assert_eq!(Value::from(manifest.keys().collect::<Vec<_>>()), index["manifest_keys"], "{id}");
    let components: Vec<_> = manifest.common().components().map(|component| segments(&component)).collect();
    assert_eq!(Value::from(components), index["components_hex"], "{id}");
    assert_eq!(manifest.allowances().next().is_some(), vector.index_beyond_components(), "{id}");
    let dependencies = manifest.common().dependencies().into_iter().flatten().map(|dependency| {
        let prefix = dependency.prefix.map(|prefix| prefix.segments().map(text).collect::<Vec<_>>());
        (dependency.index.to_string(), prefix.map(|prefix| BTreeMap::from([("1".to_owned(), prefix)])).unwrap_or_default())
    });
    let dependencies: BTreeMap<_, _> = dependencies.collect();
    let said = &index["dependencies"];
    assert_eq!(if said.is_null() { serde_json::json!({}) } else { said.clone() }, serde_json::json!(dependencies), "{id}");
    let mut severed = 0;
    for label in manifest.keys() {
        let Member::Severed(digest) = manifest.member(label) else { continue };
        let said = &index["severed"][severed];
        severed += 1;
        assert_eq!((Some(label), Some(hex(digest.bytes()).as_str())), (said["key"].as_i64(), said["digest"].as_str()), "{id}");
        let body = envelope.member(label);
        assert_eq!(said["present_in_envelope"], body.is_some(), "{id}");
        if let Some(body) = body {
            assert_eq!(digest.matches(&Sha2, &[body.encoded()]), said["ok"].as_bool(), "{id}");
        }
    }
    assert_eq!(severed, index["severed"].as_array().unwrap().len(), "{id}");
    assert_eq!(suitpack_tests::rewrite::manifest(manifest), manifest.bytes().content(), "{id}");
}

/// Commands as the indices write them: a line for each, indented by what it stands in.
fn commands(manifest: &Manifest<'_>, envelope: &Envelope<'_>) -> Vec<String> {
    let mut lines = vec![];
    if let Some(shared) = manifest.common().shared_sequence() {
        lines.push("shared-sequence".to_owned());
        list(shared, 1, &mut lines);
    }
    for label in manifest.keys() {
        let Some(section) = Section::ALL.into_iter().find(|section| section.key() == label) else { continue };
        let severed: Option<Wrapped<'_>> = envelope.member(label);
        let name = registry::find(key::LABELS, label).unwrap().name.trim_start_matches("suit-");
        let is_severed = matches!(manifest.member(label), Member::Severed(_));
        match manifest.sequence(section, severed) {
            Ok(Some(body)) => {
                lines.push(format!("{name}{}", if is_severed { " (severed)" } else { "" }));
                list(body, 1, &mut lines);
            }
            _ => lines.push(format!("{name} (severed, absent)")),
        }
    }
    lines
}

fn list(sequence: Sequence<'_>, depth: usize, lines: &mut Vec<String>) {
    let indent = "  ".repeat(depth);
    let name = |label| registry::find(code::LABELS, label).unwrap().name.trim_start_matches("suit-");
    for command in sequence {
        let mut arms = vec![];
        let (label, argument) = match command {
            Command::Condition(condition, policy) => (condition.code(), format!(" {}", policy.0)),
            Command::Directive(directive, policy) => (directive.code(), format!(" {}", policy.0)),
            Command::SetComponentIndex(index) => {
                let index = match index {
                    ComponentIndex::All => "true".to_owned(),
                    ComponentIndex::One(index) => index.to_string(),
                    ComponentIndex::Many(indices) => format!("{:?}", indices.collect::<Vec<_>>()),
                };
                (code::DIRECTIVE_SET_COMPONENT_INDEX, format!(" {index}"))
            }
            Command::OverrideParameters(set) => (code::DIRECTIVE_OVERRIDE_PARAMETERS, format!(" {}", parameters(set))),
            Command::OverrideMultiple(sets) => {
                let sets: Vec<_> = sets.map(|(index, set)| format!("{index}: {}", parameters(set))).collect();
                (code::DIRECTIVE_OVERRIDE_MULTIPLE, format!(" {{{}}}", sets.join(", ")))
            }
            Command::CopyParams(copies) => {
                let copies: Vec<_> = copies.map(|(index, labels)| format!("{index}: {:?}", labels.collect::<Vec<_>>())).collect();
                (code::DIRECTIVE_COPY_PARAMS, format!(" {{{}}}", copies.join(", ")))
            }
            Command::TryEach(each) => {
                for (number, arm) in each.enumerate() {
                    arms.push(format!("{indent}  [{number}]"));
                    list(arm, depth + 2, &mut arms);
                }
                assert!(!each.otherwise_succeed(), "no vector has a nil");
                (code::DIRECTIVE_TRY_EACH, String::new())
            }
            Command::RunSequence(inner) => {
                list(inner, depth + 1, &mut arms);
                (code::DIRECTIVE_RUN_SEQUENCE, String::new())
            }
            other => panic!("no vector has {other:?}"),
        };
        lines.push(format!("{indent}{}{argument}", name(label)));
        lines.append(&mut arms);
    }
}

fn parameters(set: Parameters<'_>) -> String {
    let mut all = vec![];
    for parameter in set {
        let mut shown = format!("{}: ", parameter.code());
        diagnostic::write(&written(|out| parameter.write(out)), &mut shown).unwrap();
        all.push(shown);
    }
    format!("{{{}}}", all.join(", "))
}

#[test]
fn every_encryption_info_is_opened_by_its_key() {
    let mut opened = 0;
    for vector in all() {
        let Some(result) = vector.index.get("result") else { continue };
        let info = Encrypt::read(&mut Reader::new(&vector.bytes)).unwrap();
        assert_eq!(Some(info.algorithm().code()), result["content_alg"].as_i64(), "{}", vector.id);
        assert_eq!(Some(info.iv().len() as u64), result["iv_bytes"].as_u64(), "{}", vector.id);
        assert_eq!(Some(info.recipients().count() as u64), result["recipients"].as_u64(), "{}", vector.id);
        let recipient = info.recipients().next().unwrap();
        assert_eq!(Some(recipient.algorithm().code()), result["recipient_alg"].as_i64(), "{}", vector.id);
        assert_eq!(recipient.kid().map(text).unwrap_or_default(), result["kid"].as_str().unwrap(), "{}", vector.id);
        let key = keyfile::decryption_key(&cose_key(&vector.index["recipient_key"]), None).unwrap();
        let content = key.content_key(&info).unwrap();
        let folder = root().join("../shared/peer-vectors/ietf/firmware-encryption");
        let payload = fs::read(folder.join(vector.index["payload_file"].as_str().unwrap())).unwrap();
        let (text, tag) = payload.split_at(payload.len() - content.algorithm().tag_length());
        let mut stream = content.decrypt(&info, payload.len() as u64).unwrap();
        let mut plaintext = text.to_vec();
        stream.apply(&mut plaintext).unwrap();
        stream.open(tag).unwrap();
        assert_eq!(hex(&plaintext), result["plaintext_hex"].as_str().unwrap(), "{}", vector.id);
        opened += 1;
    }
    assert!(opened == 4 || all().is_empty(), "{opened}");
}

/// A key of an index as a COSE_Key.
fn cose_key(key: &Value) -> Vec<u8> {
    let member = |name: &str| key[name].as_str().map(unhex);
    let mut members: Vec<(i64, Vec<u8>)> = vec![];
    for (label, name) in if key["kty"] == "Symmetric" { vec![(-1, "k")] } else { vec![(-2, "x"), (-3, "y"), (-4, "d")] } {
        members.push((label, member(name).unwrap()));
    }
    written(|out| {
        let (kty, curve) = if key["kty"] == "Symmetric" { (4, None) } else { (2, Some(1)) };
        let kid = key["kid"].as_str();
        out.map(1 + u64::from(kid.is_some()) + u64::from(curve.is_some()) + members.len() as u64)?;
        out.int(1)?;
        out.int(kty)?;
        if let Some(kid) = kid {
            out.int(2)?;
            out.bytes(kid.as_bytes())?;
        }
        if let Some(curve) = curve {
            out.int(-1)?;
            out.int(curve)?;
        }
        for (label, value) in &members {
            out.int(*label)?;
            out.bytes(value)?;
        }
        Ok(())
    })
}

#[test]
fn the_report_is_read_leniently_and_refused_for_its_order_otherwise() {
    for vector in all() {
        let Some(decoded) = vector.index["decoded"].as_str() else { continue };
        // Its keys are in the order of the CDDL, 99 first, which deterministic encoding does not allow.
        assert!(Report::parse(&vector.bytes, Profile::Strict).is_err());
        let report = Report::parse(&vector.bytes, Profile::Lenient).unwrap();
        assert_eq!(hex(report.manifest_digest().bytes()), vector.index["manifest_digest"].as_str().unwrap());
        assert_eq!((report.manifest_uri(), report.nonce()), ("", None));
        assert!(matches!(report.result(), ReportResult::Success));
        let entries: Vec<_> = report.entries().collect();
        let [Entry::Claims(claims)] = entries.as_slice() else { panic!("{entries:?}") };
        assert_eq!(segments(&claims.component), ["00"]);
        assert_eq!(parameters(claims.properties), "{14: 34768}");
        assert!(decoded.contains("3: [{0: [h'00'], 14: 34768}], 4: true}"));
    }
}

fn segments(id: &ComponentId<'_>) -> Vec<String> {
    id.segments().map(hex).collect()
}

/// Text where it is, as the indices write segments; else hex.
fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap_or_else(|_| hex(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
