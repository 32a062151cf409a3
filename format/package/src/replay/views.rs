//! A report for people and programs.

use serde::Serialize;

use crate::commands::ParameterView;
use crate::inspect::DigestView;

/// What a report says. All text comes from the report and is hostile until it is sanitised.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct ReportView {
    /// `suitpack-report/1`
    pub schema: &'static str,
    /// Whether an anchor vouches for it.
    pub authenticated: bool,
    /// What is around it: `none`, `COSE_Sign1` or `COSE_Mac0`.
    pub container: &'static str,
    /// Who says to have signed it.
    pub signer: Option<SignerView>,
    /// The nonce in hex.
    pub nonce: Option<String>,
    /// The URI of the manifest; empty if that has none.
    pub manifest_uri: String,
    /// The digest of the manifest.
    pub manifest_digest: DigestView,
    /// Records and claims, in order.
    pub entries: Vec<EntryView>,
    /// How it ended.
    pub result: ResultView,
    /// What the device can do.
    pub capabilities: Option<CapabilitiesView>,
}

/// Who says to have signed a report.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct SignerView {
    /// Name of the algorithm.
    pub algorithm: String,
    /// The key id in hex.
    pub kid: Option<String>,
    /// `verified`, `wrong` or `unknown-signer`.
    pub judgement: &'static str,
}

/// An element of suit-report-records.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum EntryView {
    /// A command that ran.
    Record(RecordView),
    /// What a component is.
    Claims {
        /// Its name.
        component: String,
        /// Its properties.
        properties: Vec<ParameterView>,
    },
}

/// A command that ran.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct RecordView {
    /// Component indices from the root manifest to the one meant.
    pub manifest: Vec<u64>,
    /// The number of its section.
    pub section: i64,
    /// The name of its section.
    pub section_name: String,
    /// Bytes from the start of the section.
    pub offset: u64,
    /// The component it was applied to.
    pub component: u64,
    /// What was measured.
    pub properties: Vec<ParameterView>,
}

/// How a procedure ended.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum ResultView {
    /// Well.
    Success,
    /// Not well.
    Failure {
        /// A number of the implementation's own.
        code: i64,
        /// Why, by the name in the draft.
        reason: &'static str,
        /// The number of the reason.
        reason_code: i64,
        /// Where.
        record: RecordView,
    },
}

/// What an implementation supports.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct CapabilitiesView {
    /// Names of components; one that ends with `/*` stands for all below it.
    pub components: Vec<String>,
    /// The other lists, in order.
    pub lists: Vec<CapabilityView>,
}

/// A list of what is supported.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct CapabilityView {
    /// What it is a list of: a name, or the labels that lead to it.
    pub of: String,
    /// The labels.
    pub labels: Vec<i64>,
    /// Their names, where they have one.
    pub names: Vec<String>,
}
