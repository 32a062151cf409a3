use super::codes::{
    ACCOUNT, BEHAVIOUR, CHANGE, CLAIM, CONDITION, CONSENT, COST, EVENT, EXTENSION, MEANS, MECHANISM, OPTION, PHASE, PREREQUISITE,
    REASON, RECOVERY, REPORTING, ROLE, ROLLBACK, SEVERITY, START_BASIS, TRANSPORT, UPDATABLE,
};
use super::{Field, Kind};
use crate::limits::{CHANNELS, COMPONENTS, HORIZONS, ITEMS, TEXT, TEXTS, VULNERABILITIES};

const fn must(key: u64, name: &'static str, kind: Kind) -> Field {
    Field { key, name, required: true, kind }
}

const fn may(key: u64, name: &'static str, kind: Kind) -> Field {
    Field { key, name, required: false, kind }
}

const ANY_TEXT: Kind = Kind::Text(0, TEXT);
const LIST_OF_TEXT: Kind = Kind::List(&ANY_TEXT, ITEMS);
const LIST_OF_URI: Kind = Kind::List(&Kind::Uri, ITEMS);
const LIST_OF_INT: Kind = Kind::List(&Kind::Int, ITEMS);
const SCOPE: Kind = Kind::List(&Kind::Uint, COMPONENTS);
const REFERENCE: Kind = Kind::Map(&[must(0, "uri", Kind::Uri), may(1, "digest", Kind::Digest), may(2, "media-type", ANY_TEXT)]);
const LIST_OF_REFERENCE: Kind = Kind::List(&REFERENCE, ITEMS);
const RELEASE_CLASS: Kind = Kind::Bits(&["security", "bugfix", "feature", "configuration", "safety", "regulatory"]);

/// The statement: the top of the model.
pub static STATEMENT: &[Field] = &[
    must(0, "version", Kind::Uint),
    must(1, "seq", Kind::Uint),
    must(2, "issued", Kind::Date),
    must(3, "capability", Kind::CodeOrMap(UPDATABLE, CAPABILITY)),
    may(4, "channels", Kind::List(&Kind::Map(CHANNEL), CHANNELS)),
    may(5, "horizons", Kind::List(&Kind::Map(HORIZON), HORIZONS)),
    may(6, "notify", Kind::List(&Kind::Map(NOTIFICATION), ITEMS)),
    may(7, "after-end", Kind::Map(AFTER_END)),
    may(8, "security", Kind::Map(SECURITY)),
    may(9, "product", Kind::Map(PRODUCT)),
    may(10, "release", Kind::Map(RELEASE)),
    may(11, "contact", Kind::Map(CONTACT)),
    may(12, "sbom", LIST_OF_REFERENCE),
    may(13, "previous", Kind::Map(PREVIOUS)),
    may(14, "claims", Kind::List(&Kind::Map(CLAIMS), ITEMS)),
    may(15, "text", Kind::List(&Kind::Map(TEXT_BLOCK), TEXTS)),
    may(16, "label", REFERENCE),
    may(17, "refresh-by", Kind::Date),
    may(18, "statement-uri", Kind::Uri),
    may(19, "components", Kind::List(&Kind::Map(COMPONENT), COMPONENTS)),
    may(20, "crit", Kind::List(&Kind::ExtensionKey, ITEMS)),
];

const CAPABILITY: &[Field] = &[
    must(0, "updatable", Kind::Code(UPDATABLE)),
    may(1, "reason", Kind::Code(REASON)),
    may(2, "isolable", Kind::Bool),
    may(3, "replaceable", Kind::Bool),
    may(4, "replacement-until", Kind::DateOrUnknown),
    may(5, "crypto-updatable", Kind::Bool),
];

const CHANNEL: &[Field] = &[
    must(0, "mechanism", Kind::Code(MECHANISM)),
    may(1, "transports", Kind::List(&Kind::Code(TRANSPORT), ITEMS)),
    may(2, "uris", LIST_OF_URI),
    may(3, "consent", Kind::Code(CONSENT)),
    may(4, "max-deferral", Kind::UintOrNull),
    may(5, "cost", Kind::Code(COST)),
    may(6, "prerequisites", Kind::List(&Kind::Code(PREREQUISITE), ITEMS)),
    may(7, "account", Kind::Code(ACCOUNT)),
    may(8, "enabled-by-default", Kind::Bool),
    may(9, "can-disable", Kind::Bool),
    may(10, "check-interval", Kind::Uint),
    may(11, "downtime", Kind::Uint),
    may(12, "carries", RELEASE_CLASS),
    may(13, "scope", SCOPE),
    may(14, "instructions", Kind::Uri),
    may(15, "name", Kind::Text(1, 64)),
];

const HORIZON: &[Field] = &[
    may(0, "start-basis", Kind::Code(START_BASIS)),
    may(1, "start", Kind::Date),
    may(2, "guaranteed-until", Kind::DateOrUnknown),
    may(3, "anticipated-end", Kind::DateOrUnknown),
    may(4, "minimum-period", Kind::Uint),
    may(5, "phases", Kind::List(&Kind::Tuple(PHASES), ITEMS)),
    may(6, "extension", Kind::Code(EXTENSION)),
    may(7, "conditions", Kind::List(&Kind::Code(CONDITION), ITEMS)),
    may(8, "regions", Kind::List(&Kind::Text(1, 5), ITEMS)),
    may(9, "scope", SCOPE),
    may(10, "time-to-fix", Kind::List(&Kind::Tuple(TIME_TO_FIX), ITEMS)),
    may(11, "expected-use", Kind::Uint),
    may(12, "retained-until", Kind::DateOrUnknown),
    may(13, "end-of-sale", Kind::DateOrUnknown),
];

const PHASES: &[Field] =
    &[must(0, "kind", Kind::Code(PHASE)), must(1, "until", Kind::DateOrUnknown), may(2, "cost", Kind::Code(COST))];

const TIME_TO_FIX: &[Field] = &[must(0, "severity", Kind::Code(SEVERITY)), must(1, "days", Kind::Uint)];

const NOTIFICATION: &[Field] = &[
    must(0, "event", Kind::Code(EVENT)),
    must(1, "means", Kind::List(&Kind::Code(MEANS), ITEMS)),
    may(2, "uri", Kind::Uri),
    may(3, "sign-up", Kind::Bool),
    may(4, "advance-days", Kind::Uint),
];

const AFTER_END: &[Field] = &[
    must(0, "behaviours", Kind::List(&Kind::Code(BEHAVIOUR), ITEMS)),
    may(1, "cloud-until", Kind::DateOrUnknown),
    may(2, "bulletins-until", Kind::DateOrUnknown),
    may(3, "options", Kind::List(&Kind::Code(OPTION), ITEMS)),
    may(4, "uri", Kind::Uri),
    may(5, "advance-days", Kind::Uint),
    may(6, "announced-by-device", Kind::Bool),
];

const SECURITY: &[Field] = &[
    may(0, "signature-algorithms", LIST_OF_INT),
    may(1, "digest-algorithms", LIST_OF_INT),
    may(2, "encryption-algorithms", Kind::IntsOrFalse),
    may(3, "rollback", Kind::Code(ROLLBACK)),
    may(4, "recovery", Kind::Code(RECOVERY)),
    may(5, "verified-boot", Kind::Bool),
    may(6, "keys-rotatable", Kind::Bool),
    may(7, "transparency-logs", LIST_OF_URI),
    may(8, "freshness-enforced", Kind::Bool),
    may(9, "transport-authenticated", Kind::Bool),
    may(10, "reporting", Kind::Code(REPORTING)),
    may(11, "threshold", Kind::Uint),
];

const PRODUCT: &[Field] = &[
    must(0, "manufacturer", ANY_TEXT),
    may(1, "model", ANY_TEXT),
    may(2, "part-numbers", LIST_OF_TEXT),
    may(3, "gtins", Kind::List(&Kind::Text(8, 14), ITEMS)),
    may(4, "hardware-revisions", LIST_OF_TEXT),
    may(5, "vendor-id", Kind::Bytes(16)),
    may(6, "class-ids", Kind::List(&Kind::Bytes(16), ITEMS)),
    may(7, "matter", Kind::Tuple(&[must(0, "vid", Kind::Uint), must(1, "pid", Kind::Uint)])),
    may(8, "brand", ANY_TEXT),
    may(9, "identifiers", LIST_OF_TEXT),
    may(10, "contacts", LIST_OF_URI),
    may(11, "rxswins", LIST_OF_TEXT),
    may(12, "uri", Kind::Uri),
];

const RELEASE: &[Field] = &[
    must(0, "class", RELEASE_CLASS),
    may(1, "severity", Kind::Code(SEVERITY)),
    may(2, "vulnerabilities", Kind::List(&Kind::Vulnerability, VULNERABILITIES)),
    may(3, "exploited", Kind::Bool),
    may(4, "install-before", Kind::Date),
    may(5, "notes", Kind::Uri),
    may(6, "date", Kind::Date),
    may(7, "version", ANY_TEXT),
    may(8, "removes-functionality", Kind::Bool),
    may(9, "advisories", LIST_OF_REFERENCE),
    may(10, "retained-until", Kind::Date),
    may(11, "security-separately", Kind::Bool),
];

const CONTACT: &[Field] = &[
    must(0, "uris", LIST_OF_URI),
    may(1, "policy", Kind::Uri),
    may(2, "security-txt", Kind::Uri),
    may(3, "acknowledgement-days", Kind::Uint),
    may(4, "status-days", Kind::Uint),
    may(5, "valid-until", Kind::Date),
    may(6, "languages", LIST_OF_TEXT),
];

const PREVIOUS: &[Field] = &[
    must(0, "seq", Kind::Uint),
    must(1, "digest", Kind::Digest),
    must(2, "guaranteed-until", Kind::DateOrUnknown),
    must(3, "change", Kind::Code(CHANGE)),
    may(4, "explanation", Kind::Uri),
];

const CLAIMS: &[Field] = &[
    must(0, "regime", Kind::UintOrText),
    may(1, "status", Kind::Code(CLAIM)),
    may(2, "id", ANY_TEXT),
    may(3, "edition", ANY_TEXT),
    may(4, "issued", Kind::Date),
    may(5, "expires", Kind::Date),
    may(6, "level", Kind::Uint),
    may(7, "body", ANY_TEXT),
];

const TEXT_BLOCK: &[Field] = &[
    must(0, "language", ANY_TEXT),
    may(1, "headline", ANY_TEXT),
    may(2, "how-to-update", ANY_TEXT),
    may(3, "after-end", ANY_TEXT),
    may(4, "conditions", ANY_TEXT),
    may(5, "cost", ANY_TEXT),
    may(6, "shortened-because", ANY_TEXT),
    may(7, "this-update", ANY_TEXT),
    may(8, "accessibility", ANY_TEXT),
];

const COMPONENT: &[Field] = &[
    must(0, "name", ANY_TEXT),
    must(1, "role", Kind::Code(ROLE)),
    must(2, "updatable", Kind::Code(UPDATABLE)),
    may(3, "suit-component-id", Kind::ComponentId),
];
