//! Every number of the drafts, with its name and the revision it was taken from. Nothing else in the house writes a label as a literal.

mod management;
mod reports;

pub use management::{component_metadata, coswid, file_type, mud, permission, version_comparison, wait_event};
pub use reports::{capability, reason, report};

/// A label of one of the drafts' registries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// The number on the wire.
    pub code: i64,
    /// The name in the draft's CDDL.
    pub name: &'static str,
    /// The text that defines it.
    pub draft: &'static str,
}

/// Finds a label by its number.
#[must_use]
pub fn find(labels: &'static [Label], code: i64) -> Option<&'static Label> {
    labels.iter().find(|label| label.code == code)
}

/// The labels from 0 to 63 as bits of a number, which is all of them that some readers need: no names are linked for it.
pub(crate) const fn bits(labels: &[Label]) -> u64 {
    let (mut bits, mut left) = (0_u64, labels);
    while let [label, rest @ ..] = left {
        if label.code >= 0 && label.code < 64 {
            bits |= 1 << label.code;
        }
        left = rest;
    }
    bits
}

/// The first label that stays free for private use in every reading of the drafts; larger ones are assigned or reserved.
pub const PRIVATE_USE: i64 = -256;

/// Whether a label is in the private-use range (draft-ietf-suit-manifest §11).
#[must_use]
pub const fn is_private(code: i64) -> bool {
    code <= PRIVATE_USE
}

/// draft-ietf-suit-manifest, the revision read.
pub const MANIFEST: &str = "draft-ietf-suit-manifest-37";
/// draft-ietf-suit-trust-domains, the revision read.
pub const TRUST_DOMAINS: &str = "draft-ietf-suit-trust-domains-12";
/// draft-ietf-suit-update-management, the revision read.
pub const UPDATE_MANAGEMENT: &str = "draft-ietf-suit-update-management-14";
/// draft-ietf-suit-firmware-encryption, the revision read.
pub const FIRMWARE_ENCRYPTION: &str = "draft-ietf-suit-firmware-encryption-24";
/// draft-ietf-suit-mud, the revision read.
pub const MUD: &str = "draft-ietf-suit-mud-10";
/// draft-ietf-suit-report, the revision read.
pub const REPORT: &str = "draft-ietf-suit-report-19";
/// Concise software identification tags.
pub const COSWID: &str = "RFC 9393";
/// draft-ietf-suit-mti, the revision read.
pub const MTI: &str = "draft-ietf-suit-mti-23";
/// Our own text, spec/transform.md and spec/upgradability.md.
pub const SUITPACK: &str = "suitpack-1";

/// Keys of SUIT_Envelope (draft-ietf-suit-manifest §8.2).
pub mod envelope {
    use super::Label;

    /// `suit-authentication-wrapper`
    pub const AUTHENTICATION_WRAPPER: i64 = 2;
    /// `suit-manifest`
    pub const MANIFEST: i64 = 3;
    /// `suit-coswid`
    pub const COSWID: i64 = 14;
    /// `suit-dependency-resolution`
    pub const DEPENDENCY_RESOLUTION: i64 = 15;
    /// `suit-payload-fetch`
    pub const PAYLOAD_FETCH: i64 = 16;
    /// `suit-candidate-verification`
    pub const CANDIDATE_VERIFICATION: i64 = 18;
    /// `suit-install`
    pub const INSTALL: i64 = 20;
    /// `suit-text`
    pub const TEXT: i64 = 23;
    /// `suit-upgradability`
    pub const UPGRADABILITY: i64 = -258;

    /// All of them.
    pub const LABELS: &[Label] = &[
        Label { code: AUTHENTICATION_WRAPPER, name: "suit-authentication-wrapper", draft: super::MANIFEST },
        Label { code: MANIFEST, name: "suit-manifest", draft: super::MANIFEST },
        Label { code: COSWID, name: "suit-coswid", draft: super::UPDATE_MANAGEMENT },
        Label { code: DEPENDENCY_RESOLUTION, name: "suit-dependency-resolution", draft: super::TRUST_DOMAINS },
        Label { code: PAYLOAD_FETCH, name: "suit-payload-fetch", draft: super::MANIFEST },
        Label { code: CANDIDATE_VERIFICATION, name: "suit-candidate-verification", draft: super::TRUST_DOMAINS },
        Label { code: INSTALL, name: "suit-install", draft: super::MANIFEST },
        Label { code: TEXT, name: "suit-text", draft: super::MANIFEST },
        Label { code: UPGRADABILITY, name: "suit-upgradability", draft: super::SUITPACK },
    ];
}

/// Keys of SUIT_Manifest (draft-ietf-suit-manifest §8.4).
pub mod manifest {
    use super::Label;

    /// `suit-manifest-version`
    pub const MANIFEST_VERSION: i64 = 1;
    /// `suit-manifest-sequence-number`
    pub const MANIFEST_SEQUENCE_NUMBER: i64 = 2;
    /// `suit-common`
    pub const COMMON: i64 = 3;
    /// `suit-reference-uri`
    pub const REFERENCE_URI: i64 = 4;
    /// `suit-manifest-component-id`
    pub const MANIFEST_COMPONENT_ID: i64 = 5;
    /// `suit-set-version`
    pub const SET_VERSION: i64 = 6;
    /// `suit-validate`
    pub const VALIDATE: i64 = 7;
    /// `suit-load`
    pub const LOAD: i64 = 8;
    /// `suit-invoke`
    pub const INVOKE: i64 = 9;
    /// `suit-coswid`
    pub const COSWID: i64 = 14;
    /// `suit-dependency-resolution`
    pub const DEPENDENCY_RESOLUTION: i64 = 15;
    /// `suit-payload-fetch`
    pub const PAYLOAD_FETCH: i64 = 16;
    /// `suit-candidate-verification`
    pub const CANDIDATE_VERIFICATION: i64 = 18;
    /// `suit-install`
    pub const INSTALL: i64 = 20;
    /// `suit-text`
    pub const TEXT: i64 = 23;
    /// `suit-uninstall`
    pub const UNINSTALL: i64 = 24;
    /// `suit-manifest-mud`
    pub const MANIFEST_MUD: i64 = 25;
    /// `suit-upgradability-floor`
    pub const UPGRADABILITY_FLOOR: i64 = -257;
    /// `suit-upgradability`
    pub const UPGRADABILITY: i64 = -258;

    /// All of them.
    pub const LABELS: &[Label] = &[
        Label { code: MANIFEST_VERSION, name: "suit-manifest-version", draft: super::MANIFEST },
        Label { code: MANIFEST_SEQUENCE_NUMBER, name: "suit-manifest-sequence-number", draft: super::MANIFEST },
        Label { code: COMMON, name: "suit-common", draft: super::MANIFEST },
        Label { code: REFERENCE_URI, name: "suit-reference-uri", draft: super::MANIFEST },
        Label { code: MANIFEST_COMPONENT_ID, name: "suit-manifest-component-id", draft: super::TRUST_DOMAINS },
        Label { code: SET_VERSION, name: "suit-set-version", draft: super::UPDATE_MANAGEMENT },
        Label { code: VALIDATE, name: "suit-validate", draft: super::MANIFEST },
        Label { code: LOAD, name: "suit-load", draft: super::MANIFEST },
        Label { code: INVOKE, name: "suit-invoke", draft: super::MANIFEST },
        Label { code: COSWID, name: "suit-coswid", draft: super::UPDATE_MANAGEMENT },
        Label { code: DEPENDENCY_RESOLUTION, name: "suit-dependency-resolution", draft: super::TRUST_DOMAINS },
        Label { code: PAYLOAD_FETCH, name: "suit-payload-fetch", draft: super::MANIFEST },
        Label { code: CANDIDATE_VERIFICATION, name: "suit-candidate-verification", draft: super::TRUST_DOMAINS },
        Label { code: INSTALL, name: "suit-install", draft: super::MANIFEST },
        Label { code: TEXT, name: "suit-text", draft: super::MANIFEST },
        Label { code: UNINSTALL, name: "suit-uninstall", draft: super::TRUST_DOMAINS },
        Label { code: MANIFEST_MUD, name: "suit-manifest-mud", draft: super::MUD },
        Label { code: UPGRADABILITY_FLOOR, name: "suit-upgradability-floor", draft: super::SUITPACK },
        Label { code: UPGRADABILITY, name: "suit-upgradability", draft: super::SUITPACK },
    ];
}

/// Keys of SUIT_Common (draft-ietf-suit-manifest §8.4.5).
pub mod common {
    use super::Label;

    /// `suit-dependencies`
    pub const DEPENDENCIES: i64 = 1;
    /// `suit-components`
    pub const COMPONENTS: i64 = 2;
    /// `suit-shared-sequence`
    pub const SHARED_SEQUENCE: i64 = 4;

    /// All of them.
    pub const LABELS: &[Label] = &[
        Label { code: DEPENDENCIES, name: "suit-dependencies", draft: super::TRUST_DOMAINS },
        Label { code: COMPONENTS, name: "suit-components", draft: super::MANIFEST },
        Label { code: SHARED_SEQUENCE, name: "suit-shared-sequence", draft: super::MANIFEST },
    ];
}

/// Keys of SUIT_Dependency_Metadata (draft-ietf-suit-trust-domains §5.2.2).
pub mod dependency {
    use super::Label;

    /// `suit-dependency-prefix`
    pub const PREFIX: i64 = 1;

    /// All of them.
    pub const LABELS: &[Label] = &[Label { code: PREFIX, name: "suit-dependency-prefix", draft: super::TRUST_DOMAINS }];
}

/// Conditions and directives (draft-ietf-suit-manifest §8.4.9, §8.4.10).
pub mod command {
    use super::Label;

    /// `suit-condition-vendor-identifier`
    pub const CONDITION_VENDOR_IDENTIFIER: i64 = 1;
    /// `suit-condition-class-identifier`
    pub const CONDITION_CLASS_IDENTIFIER: i64 = 2;
    /// `suit-condition-image-match`
    pub const CONDITION_IMAGE_MATCH: i64 = 3;
    /// `suit-condition-use-before`
    pub const CONDITION_USE_BEFORE: i64 = 4;
    /// `suit-condition-component-slot`
    pub const CONDITION_COMPONENT_SLOT: i64 = 5;
    /// `suit-condition-check-content`
    pub const CONDITION_CHECK_CONTENT: i64 = 6;
    /// `suit-condition-dependency-integrity`
    pub const CONDITION_DEPENDENCY_INTEGRITY: i64 = 7;
    /// `suit-condition-is-dependency`
    pub const CONDITION_IS_DEPENDENCY: i64 = 8;
    /// `suit-condition-abort`
    pub const CONDITION_ABORT: i64 = 14;
    /// `suit-condition-device-identifier`
    pub const CONDITION_DEVICE_IDENTIFIER: i64 = 24;
    /// `suit-condition-image-not-match`
    pub const CONDITION_IMAGE_NOT_MATCH: i64 = 25;
    /// `suit-condition-minimum-battery`
    pub const CONDITION_MINIMUM_BATTERY: i64 = 26;
    /// `suit-condition-update-authorized`
    pub const CONDITION_UPDATE_AUTHORIZED: i64 = 27;
    /// `suit-condition-version`
    pub const CONDITION_VERSION: i64 = 28;
    /// `suit-directive-process-dependency`
    pub const DIRECTIVE_PROCESS_DEPENDENCY: i64 = 11;
    /// `suit-directive-set-component-index`
    pub const DIRECTIVE_SET_COMPONENT_INDEX: i64 = 12;
    /// `suit-directive-try-each`
    pub const DIRECTIVE_TRY_EACH: i64 = 15;
    /// `suit-directive-write`
    pub const DIRECTIVE_WRITE: i64 = 18;
    /// `suit-directive-set-parameters`
    pub const DIRECTIVE_SET_PARAMETERS: i64 = 19;
    /// `suit-directive-override-parameters`
    pub const DIRECTIVE_OVERRIDE_PARAMETERS: i64 = 20;
    /// `suit-directive-fetch`
    pub const DIRECTIVE_FETCH: i64 = 21;
    /// `suit-directive-copy`
    pub const DIRECTIVE_COPY: i64 = 22;
    /// `suit-directive-invoke`
    pub const DIRECTIVE_INVOKE: i64 = 23;
    /// `suit-directive-wait`
    pub const DIRECTIVE_WAIT: i64 = 29;
    /// `suit-directive-swap`
    pub const DIRECTIVE_SWAP: i64 = 31;
    /// `suit-directive-run-sequence`
    pub const DIRECTIVE_RUN_SEQUENCE: i64 = 32;
    /// `suit-directive-unlink`
    pub const DIRECTIVE_UNLINK: i64 = 33;
    /// `suit-directive-override-multiple`
    pub const DIRECTIVE_OVERRIDE_MULTIPLE: i64 = 34;
    /// `suit-directive-copy-params`
    pub const DIRECTIVE_COPY_PARAMS: i64 = 35;
    /// `suit-directive-transform`
    pub const DIRECTIVE_TRANSFORM: i64 = -257;

    /// All of them.
    pub const LABELS: &[Label] = &[
        Label { code: CONDITION_VENDOR_IDENTIFIER, name: "suit-condition-vendor-identifier", draft: super::MANIFEST },
        Label { code: CONDITION_CLASS_IDENTIFIER, name: "suit-condition-class-identifier", draft: super::MANIFEST },
        Label { code: CONDITION_IMAGE_MATCH, name: "suit-condition-image-match", draft: super::MANIFEST },
        Label { code: CONDITION_USE_BEFORE, name: "suit-condition-use-before", draft: super::UPDATE_MANAGEMENT },
        Label { code: CONDITION_COMPONENT_SLOT, name: "suit-condition-component-slot", draft: super::MANIFEST },
        Label { code: CONDITION_CHECK_CONTENT, name: "suit-condition-check-content", draft: super::MANIFEST },
        Label { code: CONDITION_DEPENDENCY_INTEGRITY, name: "suit-condition-dependency-integrity", draft: super::TRUST_DOMAINS },
        Label { code: CONDITION_IS_DEPENDENCY, name: "suit-condition-is-dependency", draft: super::TRUST_DOMAINS },
        Label { code: CONDITION_ABORT, name: "suit-condition-abort", draft: super::MANIFEST },
        Label { code: CONDITION_DEVICE_IDENTIFIER, name: "suit-condition-device-identifier", draft: super::MANIFEST },
        Label { code: CONDITION_IMAGE_NOT_MATCH, name: "suit-condition-image-not-match", draft: super::UPDATE_MANAGEMENT },
        Label { code: CONDITION_MINIMUM_BATTERY, name: "suit-condition-minimum-battery", draft: super::UPDATE_MANAGEMENT },
        Label { code: CONDITION_UPDATE_AUTHORIZED, name: "suit-condition-update-authorized", draft: super::UPDATE_MANAGEMENT },
        Label { code: CONDITION_VERSION, name: "suit-condition-version", draft: super::UPDATE_MANAGEMENT },
        Label { code: DIRECTIVE_PROCESS_DEPENDENCY, name: "suit-directive-process-dependency", draft: super::TRUST_DOMAINS },
        Label { code: DIRECTIVE_SET_COMPONENT_INDEX, name: "suit-directive-set-component-index", draft: super::MANIFEST },
        Label { code: DIRECTIVE_TRY_EACH, name: "suit-directive-try-each", draft: super::MANIFEST },
        Label { code: DIRECTIVE_WRITE, name: "suit-directive-write", draft: super::MANIFEST },
        Label { code: DIRECTIVE_SET_PARAMETERS, name: "suit-directive-set-parameters", draft: super::TRUST_DOMAINS },
        Label { code: DIRECTIVE_OVERRIDE_PARAMETERS, name: "suit-directive-override-parameters", draft: super::MANIFEST },
        Label { code: DIRECTIVE_FETCH, name: "suit-directive-fetch", draft: super::MANIFEST },
        Label { code: DIRECTIVE_COPY, name: "suit-directive-copy", draft: super::MANIFEST },
        Label { code: DIRECTIVE_INVOKE, name: "suit-directive-invoke", draft: super::MANIFEST },
        Label { code: DIRECTIVE_WAIT, name: "suit-directive-wait", draft: super::UPDATE_MANAGEMENT },
        Label { code: DIRECTIVE_SWAP, name: "suit-directive-swap", draft: super::MANIFEST },
        Label { code: DIRECTIVE_RUN_SEQUENCE, name: "suit-directive-run-sequence", draft: super::MANIFEST },
        Label { code: DIRECTIVE_UNLINK, name: "suit-directive-unlink", draft: super::TRUST_DOMAINS },
        Label { code: DIRECTIVE_OVERRIDE_MULTIPLE, name: "suit-directive-override-multiple", draft: super::UPDATE_MANAGEMENT },
        Label { code: DIRECTIVE_COPY_PARAMS, name: "suit-directive-copy-params", draft: super::UPDATE_MANAGEMENT },
        Label { code: DIRECTIVE_TRANSFORM, name: "suit-directive-transform", draft: super::SUITPACK },
    ];
}

/// Parameters (draft-ietf-suit-manifest §8.4.8).
pub mod parameter {
    use super::Label;

    /// `suit-parameter-vendor-identifier`
    pub const VENDOR_IDENTIFIER: i64 = 1;
    /// `suit-parameter-class-identifier`
    pub const CLASS_IDENTIFIER: i64 = 2;
    /// `suit-parameter-image-digest`
    pub const IMAGE_DIGEST: i64 = 3;
    /// `suit-parameter-use-before`
    pub const USE_BEFORE: i64 = 4;
    /// `suit-parameter-component-slot`
    pub const COMPONENT_SLOT: i64 = 5;
    /// `suit-parameter-strict-order`
    pub const STRICT_ORDER: i64 = 12;
    /// `suit-parameter-soft-failure`
    pub const SOFT_FAILURE: i64 = 13;
    /// `suit-parameter-image-size`
    pub const IMAGE_SIZE: i64 = 14;
    /// `suit-parameter-content`
    pub const CONTENT: i64 = 18;
    /// `suit-parameter-encryption-info`
    pub const ENCRYPTION_INFO: i64 = 19;
    /// `suit-parameter-uri`
    pub const URI: i64 = 21;
    /// `suit-parameter-source-component`
    pub const SOURCE_COMPONENT: i64 = 22;
    /// `suit-parameter-invoke-args`
    pub const INVOKE_ARGS: i64 = 23;
    /// `suit-parameter-device-identifier`
    pub const DEVICE_IDENTIFIER: i64 = 24;
    /// `suit-parameter-fetch-arguments`
    pub const FETCH_ARGUMENTS: i64 = 25;
    /// `suit-parameter-minimum-battery`
    pub const MINIMUM_BATTERY: i64 = 26;
    /// `suit-parameter-update-priority`
    pub const UPDATE_PRIORITY: i64 = 27;
    /// `suit-parameter-version`
    pub const VERSION: i64 = 28;
    /// `suit-parameter-wait-info`
    pub const WAIT_INFO: i64 = 29;
    /// `suit-parameter-component-metadata`
    pub const COMPONENT_METADATA: i64 = 30;
    /// `suit-parameter-transform`
    pub const TRANSFORM: i64 = -257;

    /// All of them.
    pub const LABELS: &[Label] = &[
        Label { code: VENDOR_IDENTIFIER, name: "suit-parameter-vendor-identifier", draft: super::MANIFEST },
        Label { code: CLASS_IDENTIFIER, name: "suit-parameter-class-identifier", draft: super::MANIFEST },
        Label { code: IMAGE_DIGEST, name: "suit-parameter-image-digest", draft: super::MANIFEST },
        Label { code: USE_BEFORE, name: "suit-parameter-use-before", draft: super::UPDATE_MANAGEMENT },
        Label { code: COMPONENT_SLOT, name: "suit-parameter-component-slot", draft: super::MANIFEST },
        Label { code: STRICT_ORDER, name: "suit-parameter-strict-order", draft: super::MANIFEST },
        Label { code: SOFT_FAILURE, name: "suit-parameter-soft-failure", draft: super::MANIFEST },
        Label { code: IMAGE_SIZE, name: "suit-parameter-image-size", draft: super::MANIFEST },
        Label { code: CONTENT, name: "suit-parameter-content", draft: super::MANIFEST },
        Label { code: ENCRYPTION_INFO, name: "suit-parameter-encryption-info", draft: super::FIRMWARE_ENCRYPTION },
        Label { code: URI, name: "suit-parameter-uri", draft: super::MANIFEST },
        Label { code: SOURCE_COMPONENT, name: "suit-parameter-source-component", draft: super::MANIFEST },
        Label { code: INVOKE_ARGS, name: "suit-parameter-invoke-args", draft: super::MANIFEST },
        Label { code: DEVICE_IDENTIFIER, name: "suit-parameter-device-identifier", draft: super::MANIFEST },
        Label { code: FETCH_ARGUMENTS, name: "suit-parameter-fetch-arguments", draft: super::MANIFEST },
        Label { code: MINIMUM_BATTERY, name: "suit-parameter-minimum-battery", draft: super::UPDATE_MANAGEMENT },
        Label { code: UPDATE_PRIORITY, name: "suit-parameter-update-priority", draft: super::UPDATE_MANAGEMENT },
        Label { code: VERSION, name: "suit-parameter-version", draft: super::UPDATE_MANAGEMENT },
        Label { code: WAIT_INFO, name: "suit-parameter-wait-info", draft: super::UPDATE_MANAGEMENT },
        Label { code: COMPONENT_METADATA, name: "suit-parameter-component-metadata", draft: super::UPDATE_MANAGEMENT },
        Label { code: TRANSFORM, name: "suit-parameter-transform", draft: super::SUITPACK },
    ];
}

/// Text of the whole manifest (draft-ietf-suit-manifest §8.4.4).
pub mod text {
    use super::Label;

    /// `suit-text-manifest-description`
    pub const MANIFEST_DESCRIPTION: i64 = 1;
    /// `suit-text-update-description`
    pub const UPDATE_DESCRIPTION: i64 = 2;
    /// `suit-text-manifest-json-source`
    pub const MANIFEST_JSON_SOURCE: i64 = 3;
    /// `suit-text-manifest-yaml-source`
    pub const MANIFEST_YAML_SOURCE: i64 = 4;

    /// All of them.
    pub const LABELS: &[Label] = &[
        Label { code: MANIFEST_DESCRIPTION, name: "suit-text-manifest-description", draft: super::MANIFEST },
        Label { code: UPDATE_DESCRIPTION, name: "suit-text-update-description", draft: super::MANIFEST },
        Label { code: MANIFEST_JSON_SOURCE, name: "suit-text-manifest-json-source", draft: super::MANIFEST },
        Label { code: MANIFEST_YAML_SOURCE, name: "suit-text-manifest-yaml-source", draft: super::MANIFEST },
    ];
}

/// Text of a component (draft-ietf-suit-manifest §8.4.4).
pub mod text_component {
    use super::Label;

    /// `suit-text-vendor-name`
    pub const VENDOR_NAME: i64 = 1;
    /// `suit-text-model-name`
    pub const MODEL_NAME: i64 = 2;
    /// `suit-text-vendor-domain`
    pub const VENDOR_DOMAIN: i64 = 3;
    /// `suit-text-model-info`
    pub const MODEL_INFO: i64 = 4;
    /// `suit-text-component-description`
    pub const COMPONENT_DESCRIPTION: i64 = 5;
    /// `suit-text-component-version`
    pub const COMPONENT_VERSION: i64 = 6;
    /// `suit-text-version-required`
    pub const VERSION_REQUIRED: i64 = 7;
    /// `suit-text-current-version`
    pub const CURRENT_VERSION: i64 = 8;

    /// All of them.
    pub const LABELS: &[Label] = &[
        Label { code: VENDOR_NAME, name: "suit-text-vendor-name", draft: super::MANIFEST },
        Label { code: MODEL_NAME, name: "suit-text-model-name", draft: super::MANIFEST },
        Label { code: VENDOR_DOMAIN, name: "suit-text-vendor-domain", draft: super::MANIFEST },
        Label { code: MODEL_INFO, name: "suit-text-model-info", draft: super::MANIFEST },
        Label { code: COMPONENT_DESCRIPTION, name: "suit-text-component-description", draft: super::MANIFEST },
        Label { code: COMPONENT_VERSION, name: "suit-text-component-version", draft: super::MANIFEST },
        Label { code: VERSION_REQUIRED, name: "suit-text-version-required", draft: super::UPDATE_MANAGEMENT },
        Label { code: CURRENT_VERSION, name: "suit-text-current-version", draft: super::UPDATE_MANAGEMENT },
    ];
}

/// CBOR tags.
pub mod tag {
    /// `SUIT_Envelope_Tagged`
    pub const ENVELOPE: u64 = 107;
    /// `SUIT_Manifest_Tagged`
    pub const MANIFEST: u64 = 1070;
    /// `COSE_Sign1_Tagged`
    pub const SIGN1: u64 = 18;
    /// `COSE_Mac0_Tagged`
    pub const MAC0: u64 = 17;
    /// `COSE_Sign_Tagged`
    pub const SIGN: u64 = 98;
    /// `COSE_Mac_Tagged`
    pub const MAC: u64 = 97;
    /// `COSE_Encrypt_Tagged`: SUIT_Encryption_Info (draft-ietf-suit-firmware-encryption §4)
    pub const ENCRYPT: u64 = 96;
    /// Seconds since 1970 (RFC 8949 §3.4.2).
    pub const TIME: u64 = 1;
    /// A URI (RFC 8949 §3.4.5.3).
    pub const URI: u64 = 32;
    /// A UUID (RFC 9562).
    pub const UUID: u64 = 37;
    /// A concise SWID tag (RFC 9393).
    pub const COSWID: u64 = 1_398_229_316;
    /// A private enterprise number as relative OID (RFC 9090).
    pub const PEN: u64 = 112;
}

/// COSE algorithms (RFC 9053, RFC 9054, RFC 9459, RFC 9864).
pub mod algorithm {
    /// SHA-256
    pub const SHA_256: i64 = -16;
    /// SHAKE128
    pub const SHAKE128: i64 = -18;
    /// SHA-384
    pub const SHA_384: i64 = -43;
    /// SHA-512
    pub const SHA_512: i64 = -44;
    /// SHAKE256
    pub const SHAKE256: i64 = -45;
    /// ECDSA on P-256 with SHA-256, fully specified
    pub const ESP256: i64 = -9;
    /// Ed25519, fully specified
    pub const ED25519: i64 = -19;
    /// ECDSA with SHA-256, curve left open: deprecated by RFC 9864, used by the examples of the manifest draft
    pub const ES256: i64 = -7;
    /// EdDSA, curve left open: deprecated by RFC 9864
    pub const EDDSA: i64 = -8;
    /// HMAC with SHA-256, whole
    pub const HMAC_256: i64 = 5;
    /// AES-GCM, 128-bit key
    pub const A128GCM: i64 = 1;
    /// AES-GCM, 192-bit key
    pub const A192GCM: i64 = 2;
    /// AES-GCM, 256-bit key
    pub const A256GCM: i64 = 3;
    /// ChaCha20 and Poly1305
    pub const CHACHA20_POLY1305: i64 = 24;
    /// AES in counter mode, 128-bit key (RFC 9459)
    pub const A128CTR: i64 = -65534;
    /// AES in counter mode, 192-bit key (RFC 9459)
    pub const A192CTR: i64 = -65533;
    /// AES in counter mode, 256-bit key (RFC 9459)
    pub const A256CTR: i64 = -65532;
    /// AES key wrap, 128-bit key
    pub const A128KW: i64 = -3;
    /// AES key wrap, 192-bit key
    pub const A192KW: i64 = -4;
    /// AES key wrap, 256-bit key
    pub const A256KW: i64 = -5;
    /// Ephemeral-static Diffie-Hellman and AES key wrap, 128-bit key
    pub const ECDH_ES_A128KW: i64 = -29;
    /// Ephemeral-static Diffie-Hellman and AES key wrap, 192-bit key
    pub const ECDH_ES_A192KW: i64 = -30;
    /// Ephemeral-static Diffie-Hellman and AES key wrap, 256-bit key
    pub const ECDH_ES_A256KW: i64 = -31;

    /// The name of an algorithm, for people.
    #[must_use]
    pub const fn name(code: i64) -> Option<&'static str> {
        Some(match code {
            SHA_256 => "SHA-256",
            SHAKE128 => "SHAKE128",
            SHA_384 => "SHA-384",
            SHA_512 => "SHA-512",
            SHAKE256 => "SHAKE256",
            ESP256 => "ESP256",
            ED25519 => "Ed25519",
            ES256 => "ES256",
            EDDSA => "EdDSA",
            -51 => "ESP384",
            -52 => "ESP512",
            -35 => "ES384",
            -36 => "ES512",
            -46 => "HSS-LMS",
            -48 => "ML-DSA-44",
            -49 => "ML-DSA-65",
            -50 => "ML-DSA-87",
            HMAC_256 => "HMAC 256/256",
            A128GCM => "A128GCM",
            A192GCM => "A192GCM",
            A256GCM => "A256GCM",
            CHACHA20_POLY1305 => "ChaCha20/Poly1305",
            A128CTR => "A128CTR",
            A192CTR => "A192CTR",
            A256CTR => "A256CTR",
            A128KW => "A128KW",
            A192KW => "A192KW",
            A256KW => "A256KW",
            ECDH_ES_A128KW => "ECDH-ES+A128KW",
            ECDH_ES_A192KW => "ECDH-ES+A192KW",
            ECDH_ES_A256KW => "ECDH-ES+A256KW",
            _ => return None,
        })
    }
}

/// Labels of COSE headers (RFC 9052 §3.1; RFC 9053 §5.1, §5.2, §6.3).
pub mod header {
    /// `alg`
    pub const ALG: i64 = 1;
    /// `crit`
    pub const CRIT: i64 = 2;
    /// `content type`
    pub const CONTENT_TYPE: i64 = 3;
    /// `kid`
    pub const KID: i64 = 4;
    /// `IV`
    pub const IV: i64 = 5;
    /// `Partial IV`
    pub const PARTIAL_IV: i64 = 6;
    /// `ephemeral key`
    pub const EPHEMERAL_KEY: i64 = -1;
    /// `static key`
    pub const STATIC_KEY: i64 = -2;
    /// `static key id`
    pub const STATIC_KEY_ID: i64 = -3;
    /// `salt`
    pub const SALT: i64 = -20;
    /// `PartyV other`, the lowest of the labels that name the parties of a key agreement
    pub const PARTY_FIRST: i64 = -26;
    /// `PartyU identity`, the highest of them
    pub const PARTY_LAST: i64 = -21;
}

/// Labels of a COSE_Key (RFC 9052 §7.1, RFC 9053 §7.1 and §7.2).
pub mod key {
    /// `kty`
    pub const KTY: i64 = 1;
    /// `kid`
    pub const KID: i64 = 2;
    /// `alg`
    pub const ALG: i64 = 3;
    /// `key_ops`
    pub const KEY_OPS: i64 = 4;
    /// `crv`
    pub const CRV: i64 = -1;
    /// `k` of a symmetric key
    pub const K: i64 = -1;
    /// `x`
    pub const X: i64 = -2;
    /// `y`
    pub const Y: i64 = -3;
    /// `d`
    pub const D: i64 = -4;
}

/// Types of a COSE_Key (RFC 9053 §7).
pub mod key_type {
    /// Octet key pair
    pub const OKP: i64 = 1;
    /// Elliptic curve, two coordinates
    pub const EC2: i64 = 2;
    /// Symmetric
    pub const SYMMETRIC: i64 = 4;
}

/// Curves of a COSE_Key (RFC 9053 §7.1).
pub mod curve {
    /// NIST P-256
    pub const P256: i64 = 1;
    /// NIST P-384
    pub const P384: i64 = 2;
    /// NIST P-521
    pub const P521: i64 = 3;
    /// X25519
    pub const X25519: i64 = 4;
    /// X448
    pub const X448: i64 = 5;
    /// Ed25519
    pub const ED25519: i64 = 6;
}
