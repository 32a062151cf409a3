//! What a report says, whether anybody vouches for it or not.

use suitpack_core::manifest::parameter::Parameters;
use suitpack_core::registry::{self, capability};
use suitpack_core::report::{Capability, CapabilityReport, Container, Entry, Record, ReportResult};
use suitpack_core::{Block, Digest};

use super::layout::sequence_name;
use super::measure::{command_name, parameter_name};
use super::views::{CapabilitiesView, CapabilityView, EntryView, RecordView, ReportView, ResultView, SignerView};
use super::{ReportRequest, seal, words};
use crate::commands::ParameterView;
use crate::inspect::DigestView;
use crate::name::{component_name, segment};
use crate::report::{Outcome, Report};
use crate::verify::algorithm_name;

/// Tells what a report says.
///
/// # Errors
/// If it cannot be read.
pub fn show_report(bytes: &[u8], request: &ReportRequest) -> Result<ReportView, suitpack_core::Error> {
    let container = Container::parse(bytes)?;
    let told = container.open(request.package.profile)?;
    let mut checks = Report::default();
    seal::open(bytes, request, &mut checks);
    let passed = |name: &str| checks.checks().iter().any(|check| check.name == name && check.outcome == Outcome::Passed);
    let failed = checks.checks().iter().any(|check| check.name == seal::SIGNATURE && matches!(check.outcome, Outcome::Failed(_)));
    let authenticated = passed(super::TRUST);
    let judgement = if authenticated {
        "verified"
    } else if failed {
        "wrong"
    } else {
        "unknown-signer"
    };
    let block = match &container {
        Container::Bare(_) => None,
        Container::Sealed { block, .. } => Some(block),
    };
    let signer = block.and_then(seal::header).map(|header| SignerView {
        algorithm: algorithm_name(header.algorithm()),
        kid: header.kid().map(hex),
        judgement,
    });
    Ok(ReportView {
        schema: "suitpack-report/1",
        authenticated,
        container: match block {
            None => "none",
            Some(Block::Mac0(_)) => "COSE_Mac0",
            Some(_) => "COSE_Sign1",
        },
        signer,
        nonce: told.nonce().map(hex),
        manifest_uri: told.manifest_uri().to_owned(),
        manifest_digest: digest(told.manifest_digest()),
        entries: told.entries().map(entry).collect(),
        result: match told.result() {
            ReportResult::Success => ResultView::Success,
            ReportResult::Failure { code, record, reason } => ResultView::Failure {
                code: *code,
                reason: words::reason(*reason),
                reason_code: reason.code(),
                record: self::record(record),
            },
        },
        capabilities: told.capabilities().map(|capabilities| self::capabilities(&capabilities)),
    })
}

fn entry(entry: Entry<'_>) -> EntryView {
    match entry {
        Entry::Record(record) => EntryView::Record(self::record(&record)),
        Entry::Claims(claims) => {
            EntryView::Claims { component: component_name(&claims.component), properties: properties(claims.properties) }
        }
    }
}

fn record(record: &Record<'_>) -> RecordView {
    RecordView {
        manifest: record.manifest.collect(),
        section: record.section,
        section_name: sequence_name(record.section),
        offset: record.offset,
        component: record.component,
        properties: properties(record.properties),
    }
}

fn properties(properties: Parameters<'_>) -> Vec<ParameterView> {
    properties.map(|property| ParameterView::of(&property)).collect()
}

fn capabilities(report: &CapabilityReport<'_>) -> CapabilitiesView {
    let components = report.components().map(|component| {
        let open = component.is_open().then(|| String::from("*"));
        component.segments().map(segment).chain(open).collect::<Vec<_>>().join("/")
    });
    let lists = report.capabilities().map(|list| match list {
        Capability::Element(element, labels) => {
            let labels: Vec<i64> = labels.collect();
            let of = registry::find(capability::LABELS, element).map_or_else(|| element.to_string(), |label| label.name.to_owned());
            CapabilityView { of, names: labels.iter().map(|label| name(element, *label)).collect(), labels }
        }
        Capability::Path(path, labels) => {
            let path: Vec<String> = path.map(|label| label.to_string()).collect();
            let labels: Vec<i64> = labels.collect();
            CapabilityView { of: format!("[{}]", path.join(", ")), names: labels.iter().map(i64::to_string).collect(), labels }
        }
    });
    CapabilitiesView { components: components.collect(), lists: lists.collect() }
}

/// What a label of an element is called.
fn name(element: i64, label: i64) -> String {
    let labels = match element {
        capability::COMMAND_CAPABILITIES => return command_name(label),
        capability::PARAMETERS_CAPABILITIES => return parameter_name(label),
        capability::CRYPT_ALGO_CAPABILITIES => return algorithm_name(label),
        capability::ENVELOPE_CAPABILITIES => registry::envelope::LABELS,
        capability::MANIFEST_CAPABILITIES => registry::manifest::LABELS,
        capability::COMMON_CAPABILITIES => registry::common::LABELS,
        _ => return label.to_string(),
    };
    registry::find(labels, label).map_or_else(|| label.to_string(), |label| label.name.to_owned())
}

fn digest(digest: Digest<'_>) -> DigestView {
    DigestView { algorithm: algorithm_name(digest.algorithm()), bytes: hex(digest.bytes()) }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
