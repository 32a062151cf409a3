//! Numbers of draft-ietf-suit-report.

use super::Label;

/// Keys of SUIT_Report (draft-ietf-suit-report §4).
pub mod report {
    use super::Label;
    use crate::registry::REPORT;

    /// `suit-report-nonce`
    pub const NONCE: i64 = 2;
    /// `suit-report-records`
    pub const RECORDS: i64 = 3;
    /// `suit-report-result`
    pub const RESULT: i64 = 4;
    /// `suit-report-result-code`
    pub const RESULT_CODE: i64 = 5;
    /// `suit-report-result-record`
    pub const RESULT_RECORD: i64 = 6;
    /// `suit-report-result-reason`
    pub const RESULT_REASON: i64 = 7;
    /// `suit-report-capability-report`
    pub const CAPABILITY_REPORT: i64 = 8;
    /// `suit-reference`
    pub const REFERENCE: i64 = 99;

    /// All of them.
    pub const LABELS: &[Label] = &[
        Label { code: NONCE, name: "suit-report-nonce", draft: REPORT },
        Label { code: RECORDS, name: "suit-report-records", draft: REPORT },
        Label { code: RESULT, name: "suit-report-result", draft: REPORT },
        Label { code: RESULT_CODE, name: "suit-report-result-code", draft: REPORT },
        Label { code: RESULT_RECORD, name: "suit-report-result-record", draft: REPORT },
        Label { code: RESULT_REASON, name: "suit-report-result-reason", draft: REPORT },
        Label { code: CAPABILITY_REPORT, name: "suit-report-capability-report", draft: REPORT },
        Label { code: REFERENCE, name: "suit-reference", draft: REPORT },
    ];
}

/// Why a procedure ended (draft-ietf-suit-report §4.2).
pub mod reason {
    use super::Label;
    use crate::registry::REPORT;

    /// `suit-report-reason-ok`
    pub const OK: i64 = 0;
    /// `suit-report-reason-cbor-parse`
    pub const CBOR_PARSE: i64 = 1;
    /// `suit-report-reason-cose-unsupported`
    pub const COSE_UNSUPPORTED: i64 = 2;
    /// `suit-report-reason-alg-unsupported`
    pub const ALG_UNSUPPORTED: i64 = 3;
    /// `suit-report-reason-unauthorised`
    pub const UNAUTHORISED: i64 = 4;
    /// `suit-report-reason-command-unsupported`
    pub const COMMAND_UNSUPPORTED: i64 = 5;
    /// `suit-report-reason-component-unsupported`
    pub const COMPONENT_UNSUPPORTED: i64 = 6;
    /// `suit-report-reason-component-unauthorised`
    pub const COMPONENT_UNAUTHORISED: i64 = 7;
    /// `suit-report-reason-parameter-unsupported`
    pub const PARAMETER_UNSUPPORTED: i64 = 8;
    /// `suit-report-reason-severing-unsupported`
    pub const SEVERING_UNSUPPORTED: i64 = 9;
    /// `suit-report-reason-condition-failed`
    pub const CONDITION_FAILED: i64 = 10;
    /// `suit-report-reason-operation-failed`
    pub const OPERATION_FAILED: i64 = 11;
    /// `suit-report-reason-invoke-pending`
    pub const INVOKE_PENDING: i64 = 12;

    /// All of them.
    pub const LABELS: &[Label] = &[
        Label { code: OK, name: "suit-report-reason-ok", draft: REPORT },
        Label { code: CBOR_PARSE, name: "suit-report-reason-cbor-parse", draft: REPORT },
        Label { code: COSE_UNSUPPORTED, name: "suit-report-reason-cose-unsupported", draft: REPORT },
        Label { code: ALG_UNSUPPORTED, name: "suit-report-reason-alg-unsupported", draft: REPORT },
        Label { code: UNAUTHORISED, name: "suit-report-reason-unauthorised", draft: REPORT },
        Label { code: COMMAND_UNSUPPORTED, name: "suit-report-reason-command-unsupported", draft: REPORT },
        Label { code: COMPONENT_UNSUPPORTED, name: "suit-report-reason-component-unsupported", draft: REPORT },
        Label { code: COMPONENT_UNAUTHORISED, name: "suit-report-reason-component-unauthorised", draft: REPORT },
        Label { code: PARAMETER_UNSUPPORTED, name: "suit-report-reason-parameter-unsupported", draft: REPORT },
        Label { code: SEVERING_UNSUPPORTED, name: "suit-report-reason-severing-unsupported", draft: REPORT },
        Label { code: CONDITION_FAILED, name: "suit-report-reason-condition-failed", draft: REPORT },
        Label { code: OPERATION_FAILED, name: "suit-report-reason-operation-failed", draft: REPORT },
        Label { code: INVOKE_PENDING, name: "suit-report-reason-invoke-pending", draft: REPORT },
    ];
}

/// Keys of SUIT_Capability_Report (draft-ietf-suit-report §6).
pub mod capability {
    use super::Label;
    use crate::registry::REPORT;

    /// `suit-component-capabilities`
    pub const COMPONENT_CAPABILITIES: i64 = 1;
    /// `suit-command-capabilities`
    pub const COMMAND_CAPABILITIES: i64 = 2;
    /// `suit-parameters-capabilities`
    pub const PARAMETERS_CAPABILITIES: i64 = 3;
    /// `suit-crypt-algo-capabilities`
    pub const CRYPT_ALGO_CAPABILITIES: i64 = 4;
    /// `suit-envelope-capabilities`
    pub const ENVELOPE_CAPABILITIES: i64 = 5;
    /// `suit-manifest-capabilities`
    pub const MANIFEST_CAPABILITIES: i64 = 6;
    /// `suit-common-capabilities`
    pub const COMMON_CAPABILITIES: i64 = 7;
    /// `suit-text-capabilities`
    pub const TEXT_CAPABILITIES: i64 = 8;
    /// `suit-text-component-capabilities`
    pub const TEXT_COMPONENT_CAPABILITIES: i64 = 9;
    /// `suit-dependency-capabilities`
    pub const DEPENDENCY_CAPABILITIES: i64 = 10;

    /// All of them.
    pub const LABELS: &[Label] = &[
        Label { code: COMPONENT_CAPABILITIES, name: "suit-component-capabilities", draft: REPORT },
        Label { code: COMMAND_CAPABILITIES, name: "suit-command-capabilities", draft: REPORT },
        Label { code: PARAMETERS_CAPABILITIES, name: "suit-parameters-capabilities", draft: REPORT },
        Label { code: CRYPT_ALGO_CAPABILITIES, name: "suit-crypt-algo-capabilities", draft: REPORT },
        Label { code: ENVELOPE_CAPABILITIES, name: "suit-envelope-capabilities", draft: REPORT },
        Label { code: MANIFEST_CAPABILITIES, name: "suit-manifest-capabilities", draft: REPORT },
        Label { code: COMMON_CAPABILITIES, name: "suit-common-capabilities", draft: REPORT },
        Label { code: TEXT_CAPABILITIES, name: "suit-text-capabilities", draft: REPORT },
        Label { code: TEXT_COMPONENT_CAPABILITIES, name: "suit-text-component-capabilities", draft: REPORT },
        Label { code: DEPENDENCY_CAPABILITIES, name: "suit-dependency-capabilities", draft: REPORT },
    ];
}
