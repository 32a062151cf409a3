//! Findings in the Static Analysis Results Interchange Format (OASIS SARIF 2.1.0), which code hosts show beside a change.

use serde_json::{Value, json};
use suitpack_package::{Finding, RULES, Rule};

pub(super) fn log(name: &str, findings: &[Finding]) -> Value {
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "suitpack",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": RULES.iter().map(rule).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": findings.iter().map(|finding| result(name, finding)).collect::<Vec<_>>(),
        }],
    })
}

fn rule(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "name": rule.name,
        "shortDescription": { "text": rule.asks },
        "defaultConfiguration": { "level": rule.severity.word() },
    })
}

fn result(name: &str, finding: &Finding) -> Value {
    let index = RULES.iter().position(|rule| rule.id == finding.rule);
    let logical = [finding.section.map(str::to_owned), finding.offset.map(|offset| format!("{offset:#x}"))];
    let component = finding.component.map(|component| finding.component_name.clone().unwrap_or_else(|| component.to_string()));
    let mut logical_locations = Vec::new();
    if let [Some(section), offset] = logical {
        let qualified = offset.map_or_else(|| section.clone(), |offset| format!("{section}/{offset}"));
        logical_locations.push(json!({ "name": section, "fullyQualifiedName": qualified, "kind": "function" }));
    }
    if let Some(component) = component {
        logical_locations.push(json!({ "name": component, "kind": "object" }));
    }
    let mut location = json!({ "physicalLocation": { "artifactLocation": { "uri": uri(name) } } });
    if let (Some(location), false) = (location.as_object_mut(), logical_locations.is_empty()) {
        location.insert(String::from("logicalLocations"), Value::Array(logical_locations));
    }
    json!({
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": finding.severity.word(),
        "message": { "text": finding.message },
        "locations": [location],
    })
}

/// A path as a URI reference (RFC 3986): everything escaped that may not stand in one.
fn uri(name: &str) -> String {
    let mut uri = String::new();
    for byte in name.replace('\\', "/").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}
