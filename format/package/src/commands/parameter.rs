//! Parameters: for machines, for people, and as recipes write them.

use serde::Serialize;
use serde_json::{Map, Value, json};
use suitpack_core::Digest;
use suitpack_core::cose::{Encrypt, Recipient};
use suitpack_core::manifest::metadata::{Actor, ComponentMetadata, Permissions};
use suitpack_core::manifest::parameter::Parameter;
use suitpack_core::manifest::{Algorithm, Source, Transform, VersionMatch, WaitEvent, WaitInfo};
use suitpack_core::registry::{self, component_metadata, permission, version_comparison, wait_event};

use crate::inspect::{hex, version_text};
use crate::verify::algorithm_name;

/// A parameter and its value.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct ParameterView {
    /// Its name in the CDDL.
    pub name: String,
    /// The number on the wire.
    pub code: i64,
    /// The value; spec/inspect.schema.json tells which parameter has which.
    pub value: Value,
    /// The same in words.
    #[serde(skip)]
    pub words: String,
}

/// Who reads a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Programs: bytes are hex.
    Json,
    /// The recipe (spec/recipe.md): bytes are text, or hex that says so.
    Recipe,
}

impl ParameterView {
    pub(crate) fn of(parameter: &Parameter<'_>) -> Self {
        let code = parameter.code();
        Self { name: parameter_name(code), code, value: value(parameter, Form::Json), words: words(parameter) }
    }
}

/// The name of a parameter in the CDDL.
pub(crate) fn parameter_name(code: i64) -> String {
    registry::find(registry::parameter::LABELS, code).map_or_else(|| code.to_string(), |label| label.name.to_owned())
}

/// The value of a parameter.
pub(crate) fn value(parameter: &Parameter<'_>, form: Form) -> Value {
    match *parameter {
        Parameter::VendorIdentifier(id) if id.len() != 16 => json!({ "pen": form.hex(id) }),
        Parameter::VendorIdentifier(id) | Parameter::ClassIdentifier(id) | Parameter::DeviceIdentifier(id) => form.identifier(id),
        Parameter::ImageDigest(digest) => form.digest(digest),
        Parameter::StrictOrder(value) | Parameter::SoftFailure(value) => value.into(),
        Parameter::Content(bytes) | Parameter::InvokeArgs(bytes) | Parameter::FetchArguments(bytes) => form.bytes(bytes),
        Parameter::Uri(uri) => uri.into(),
        Parameter::ImageSize(number)
        | Parameter::ComponentSlot(number)
        | Parameter::SourceComponent(number)
        | Parameter::UseBefore(number)
        | Parameter::MinimumBattery(number) => number.into(),
        Parameter::UpdatePriority(number) => number.into(),
        Parameter::Transform(transform) => self::transform(&transform, form),
        Parameter::Version(wanted) => version(&wanted, form),
        Parameter::WaitInfo(events) => wait(events, form),
        Parameter::ComponentMetadata(metadata) => self::metadata(&metadata),
        Parameter::EncryptionInfo(info) if form == Form::Json => encryption(&info),
        Parameter::EncryptionInfo(info) => form.hex(info.encoded()),
        // The enum may grow; the reader refuses what it does not know.
        _ => Value::Null,
    }
}

impl Form {
    /// Bytes of any kind.
    pub(crate) fn bytes(self, bytes: &[u8]) -> Value {
        let printable = |text: &&str| !text.is_empty() && !text.starts_with("hex:") && !text.chars().any(char::is_control);
        match core::str::from_utf8(bytes).ok().filter(printable) {
            Some(text) if self == Self::Recipe => text.into(),
            _ => self.hex(bytes),
        }
    }

    /// Bytes that nobody reads as text.
    pub(crate) fn hex(self, bytes: &[u8]) -> Value {
        match self {
            Self::Json => hex(bytes).into(),
            Self::Recipe => format!("hex:{}", hex(bytes)).into(),
        }
    }

    /// A digest.
    pub(crate) fn digest(self, digest: Digest<'_>) -> Value {
        let (name, bytes) = (algorithm_name(digest.algorithm()), hex(digest.bytes()));
        match self {
            Self::Json => json!({ "algorithm": name, "bytes": bytes }),
            Self::Recipe => format!("{}:{bytes}", name.to_lowercase()).into(),
        }
    }

    /// A UUID; recipes take those of the versions that the draft admits, and others as hex.
    fn identifier(self, id: &[u8]) -> Value {
        let version = id.get(6).map(|byte| byte >> 4);
        let variant = id.get(8).is_some_and(|byte| byte >> 6 == 2);
        match (self, version) {
            (Self::Recipe, Some(3..=5)) if variant => uuid(id).into(),
            (Self::Recipe, _) => self.hex(id),
            (Self::Json, _) => uuid(id).into(),
        }
    }
}

fn transform(transform: &Transform<'_>, form: Form) -> Value {
    let source = match transform.source {
        Source::Uri => "uri",
        Source::Component => "component",
    };
    let algorithm = match transform.algorithm {
        Algorithm::Zstd => "zstd",
        _ => "unknown",
    };
    json!({ "source": source, "algorithm": algorithm, "size": transform.input_size, "digest": form.digest(transform.input_digest) })
}

fn version(wanted: &VersionMatch<'_>, form: Form) -> Value {
    let name = registry::find(version_comparison::LABELS, wanted.comparison.code()).map_or("", |label| label.name);
    let comparison = name.strip_prefix("suit-condition-version-comparison-").unwrap_or(name);
    let numbers: Vec<i64> = wanted.version.collect();
    match form {
        Form::Json => json!({ "comparison": comparison, "version": version_text(numbers.iter().copied()), "numbers": numbers }),
        Form::Recipe => json!({ "comparison": comparison, "numbers": numbers }),
    }
}

fn wait(events: WaitInfo<'_>, form: Form) -> Value {
    let mut table = Map::new();
    for event in events {
        let (code, value) = match event {
            WaitEvent::Authorization(priority) => (wait_event::AUTHORIZATION, priority.into()),
            WaitEvent::Power(state) => (wait_event::POWER, state.into()),
            WaitEvent::Network(state) => (wait_event::NETWORK, state.into()),
            WaitEvent::OtherDeviceVersion(device) => {
                let versions: Vec<_> = device.versions().map(|wanted| version(&wanted, form)).collect();
                let value = json!({ "other-device": form.bytes(device.name()), "other-device-version": versions });
                (wait_event::OTHER_DEVICE_VERSION, value)
            }
            WaitEvent::Time(seconds) => (wait_event::TIME, seconds.into()),
            WaitEvent::TimeOfDay(seconds) => (wait_event::TIME_OF_DAY, seconds.into()),
            WaitEvent::DayOfWeek(day) => (wait_event::DAY_OF_WEEK, day.into()),
            WaitEvent::TimeOfDayUtc(seconds) => (wait_event::TIME_OF_DAY_UTC, seconds.into()),
            WaitEvent::DayOfWeekUtc(day) => (wait_event::DAY_OF_WEEK_UTC, day.into()),
            _ => continue,
        };
        table.insert(registry::find(wait_event::LABELS, code).map_or("", |label| label.name).to_owned(), value);
    }
    table.into()
}

fn metadata(metadata: &ComponentMetadata<'_>) -> Value {
    let fields = metadata.fields();
    let file_type = fields.file_type.and_then(|kind| registry::find(registry::file_type::LABELS, kind.code()));
    let each = |permissions: Permissions<'_>| {
        permissions.map(|(who, bits)| (self::actor(&who), permission_names(bits))).collect::<Map<_, _>>().into()
    };
    let creator = |who: Actor<'_>| match who {
        Actor::Number(number) => number.into(),
        other => Value::from(self::actor(&other)),
    };
    let entries = [
        (component_metadata::DEFAULT_PERMISSIONS, fields.default_permissions.map(permission_names)),
        (component_metadata::USER_PERMISSIONS, fields.user_permissions.map(each)),
        (component_metadata::GROUP_PERMISSIONS, fields.group_permissions.map(each)),
        (component_metadata::ROLE_PERMISSIONS, fields.role_permissions.map(each)),
        (component_metadata::FILE_TYPE, file_type.map(|label| label.name.trim_start_matches("suit-filetype-").into())),
        (component_metadata::MODIFICATION_TIME, fields.modification_time.map(Value::from)),
        (component_metadata::CREATION_TIME, fields.creation_time.map(Value::from)),
        (component_metadata::CREATOR, fields.creator.map(creator)),
    ];
    let name = |code| registry::find(component_metadata::LABELS, code).map_or("", |label| label.name).to_owned();
    entries.into_iter().filter_map(|(code, value)| Some((name(code), value?))).collect::<Map<_, _>>().into()
}

/// Who: numbers and names as they are, `uuid:` and `hex:` before the rest.
fn actor(who: &Actor<'_>) -> String {
    match who {
        Actor::Uuid(bytes) => format!("uuid:{}", uuid(bytes)),
        Actor::Bytes(bytes) => format!("hex:{}", hex(bytes)),
        Actor::Number(number) => number.to_string(),
        // A name that looks like something else says that it is one.
        Actor::Name(name) if name.contains(':') || name.parse::<i64>().is_ok() => format!("text:{name}"),
        Actor::Name(name) => (*name).to_owned(),
    }
}

fn permission_names(bits: u64) -> Value {
    let names = (0..64).filter(|bit| bits >> bit & 1 == 1).map(|bit| match registry::find(permission::LABELS, bit) {
        Some(label) => Value::from(label.name),
        None => Value::from(bit),
    });
    names.collect::<Vec<_>>().into()
}

fn encryption(info: &Encrypt<'_>) -> Value {
    let recipient = |recipient: Recipient<'_>| {
        json!({
            "algorithm": algorithm_name(recipient.algorithm().code()),
            "kid": recipient.kid().map(hex),
            "encrypted_key": hex(recipient.encrypted_key()),
        })
    };
    json!({
        "algorithm": algorithm_name(info.algorithm().code()),
        "iv": hex(info.iv()),
        "recipients": info.recipients().map(recipient).collect::<Vec<_>>(),
        "bytes": hex(info.encoded()),
    })
}

fn words(parameter: &Parameter<'_>) -> String {
    let name = parameter_name(parameter.code());
    let name = name.strip_prefix("suit-parameter-").unwrap_or(&name);
    let text = match parameter {
        Parameter::ImageDigest(digest) => format!("{} {}", algorithm_name(digest.algorithm()), hex(digest.bytes())),
        Parameter::Content(bytes) | Parameter::InvokeArgs(bytes) | Parameter::FetchArguments(bytes) => cut(bytes),
        Parameter::Transform(transform) => {
            let source = match transform.source {
                Source::Uri => "uri",
                Source::Component => "source-component",
            };
            let digest = transform.input_digest;
            let (algorithm, bytes) = (algorithm_name(digest.algorithm()), hex(digest.bytes()));
            format!("zstd from {source}, input {} bytes, {algorithm} {bytes}", transform.input_size)
        }
        Parameter::UseBefore(seconds) => instant(*seconds),
        Parameter::MinimumBattery(energy) => format!("{energy} mWh"),
        Parameter::Version(wanted) => wanted_version(wanted),
        Parameter::EncryptionInfo(info) => {
            let recipient = |recipient: Recipient<'_>| {
                let algorithm = algorithm_name(recipient.algorithm().code());
                recipient.kid().map_or_else(|| algorithm.clone(), |kid| format!("{algorithm} key {}", cut(kid)))
            };
            let recipients: Vec<_> = info.recipients().map(recipient).collect();
            format!("{} for {}", algorithm_name(info.algorithm().code()), recipients.join(", "))
        }
        Parameter::WaitInfo(events) => events.map(event).collect::<Vec<_>>().join("; "),
        other => flat(&value(other, Form::Json)),
    };
    format!("{name} {text}")
}

fn event(event: WaitEvent<'_>) -> String {
    match event {
        WaitEvent::Authorization(priority) => format!("authorization of priority {priority}"),
        WaitEvent::Power(state) => format!("power state {state}"),
        WaitEvent::Network(state) => format!("network state {state}"),
        WaitEvent::OtherDeviceVersion(device) => {
            let versions: Vec<_> = device.versions().map(|wanted| wanted_version(&wanted)).collect();
            format!("device {} in version {}", flat(&Form::Recipe.bytes(device.name())), versions.join(" and "))
        }
        WaitEvent::Time(seconds) => format!("time {}", instant(seconds)),
        WaitEvent::TimeOfDay(seconds) => format!("{} local time", time_of_day(seconds)),
        WaitEvent::TimeOfDayUtc(seconds) => format!("{} UTC", time_of_day(seconds)),
        WaitEvent::DayOfWeek(day) => format!("day {day} of the week, local time"),
        WaitEvent::DayOfWeekUtc(day) => format!("day {day} of the week, UTC"),
        _ => String::from("something else"),
    }
}

fn wanted_version(wanted: &VersionMatch<'_>) -> String {
    let Value::Object(table) = version(wanted, Form::Json) else { return String::new() };
    format!("{} {}", table.get("comparison").map(flat).unwrap_or_default(), table.get("version").map(flat).unwrap_or_default())
}

/// Seconds since 1970, with the day where there is one.
fn instant(seconds: u64) -> String {
    let day = i64::try_from(seconds / DAY).ok().and_then(suitpack_upgradability::Date::from_days);
    day.map_or_else(|| seconds.to_string(), |day| format!("{day}T{}Z", time_of_day(seconds % DAY)))
}

fn time_of_day(seconds: u64) -> String {
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// A value on one line.
fn flat(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(flat).collect::<Vec<_>>().join(" "),
        Value::Object(table) => {
            let entry =
                |(name, value): (&String, &Value)| format!("{} {}", name.strip_prefix("suit-meta-").unwrap_or(name), flat(value));
            table.iter().map(entry).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

/// A UUID in its usual form, anything else in hex.
pub(crate) fn uuid(bytes: &[u8]) -> String {
    let text = hex(bytes);
    let parts = [text.get(..8), text.get(8..12), text.get(12..16), text.get(16..20), text.get(20..)];
    match (bytes.len(), parts) {
        (16, [Some(a), Some(b), Some(c), Some(d), Some(e)]) => format!("{a}-{b}-{c}-{d}-{e}"),
        _ => text,
    }
}

/// Bytes in hex, long ones cut with a count.
fn cut(bytes: &[u8]) -> String {
    match bytes.get(..32) {
        Some(start) if bytes.len() > 32 => format!("{}... ({} bytes)", hex(start), bytes.len()),
        _ => hex(bytes),
    }
}

const DAY: u64 = 86_400;
