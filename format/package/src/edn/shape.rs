//! What stands where in a package: which byte strings hold encoded items, and what numbers are called.

use suitpack_core::registry::{
    self, Label, algorithm, command, common, component_metadata, coswid, dependency, envelope, file_type, header, key, manifest,
    mud, parameter, tag, version_comparison, wait_event,
};
use suitpack_upgradability::schema::{Kind, STATEMENT};

/// What an item is by the place where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    Any,
    /// A whole file: an envelope, a manifest, or something else.
    Package,
    Envelope,
    Authentication,
    Block,
    Digest,
    Manifest,
    Common,
    Dependencies,
    Dependency,
    Components,
    ComponentId,
    Sequence,
    TryEach,
    Parameters,
    /// suit-directive-override-multiple
    Multiple,
    /// suit-directive-copy-params
    CopyParams,
    ParameterNames,
    Text,
    TextOfLanguage,
    TextOfComponent,
    Version,
    VersionMatch,
    VersionMatches,
    WaitInfo,
    OtherDevice,
    Metadata,
    Transform,
    Mud,
    Coswid,
    Cose(Cose),
    Header,
    CoseKey,
    /// suit-upgradability and what is in it.
    Promise(Kind),
}

/// COSE structures, which all begin with two headers (RFC 9052 §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cose {
    /// COSE_Sign1, COSE_Mac0.
    Single,
    /// COSE_Sign, COSE_Encrypt: the fourth element is an array of layers.
    Layers,
    /// COSE_Mac: the fifth is.
    Mac,
    /// A signature or a recipient.
    Layer,
    /// An array of those.
    List,
}

/// A place in a container.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// A map's key.
    Key,
    /// A map's value under this key.
    Value(Before),
    /// An element of an array, and the one before it.
    Element(u64, Before),
    /// Within a tag.
    Tag(u64),
    /// Within a byte string, or not in a container at all.
    Content,
}

/// The item before one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    Int(i64),
    Array,
    Other,
}

impl Shape {
    /// What an array, map or tag in `place` is.
    pub(super) fn inner(self, place: Place) -> Self {
        use Before::Int;
        match (self, place) {
            (_, Place::Content) => self,
            (Self::Package, Place::Tag(tag::ENVELOPE)) => Self::Envelope,
            (Self::Package, Place::Tag(tag::MANIFEST)) => Self::Manifest,
            (Self::Package | Self::Block, Place::Tag(tag::SIGN1 | tag::MAC0)) => Self::Cose(Cose::Single),
            (Self::Package | Self::Block, Place::Tag(tag::SIGN | tag::ENCRYPT)) => Self::Cose(Cose::Layers),
            (Self::Package | Self::Block, Place::Tag(tag::MAC)) => Self::Cose(Cose::Mac),
            (Self::Promise(_), Place::Tag(_)) | (Self::Coswid, Place::Tag(tag::COSWID)) => self,
            (Self::Manifest, Place::Value(Int(key))) => match key {
                manifest::MANIFEST_COMPONENT_ID => Self::ComponentId,
                _ if registry::find(envelope::LABELS, key).is_some() => Self::Digest,
                _ => Self::Any,
            },
            (Self::Common, Place::Value(Int(common::DEPENDENCIES))) => Self::Dependencies,
            (Self::Common, Place::Value(Int(common::COMPONENTS))) => Self::Components,
            (Self::Dependencies, Place::Value(_)) => Self::Dependency,
            (Self::Dependency, Place::Value(Int(dependency::PREFIX))) => Self::ComponentId,
            (Self::Components, Place::Element(..)) => Self::ComponentId,
            (Self::Sequence, Place::Element(at, Int(code))) if at % 2 == 1 => match code {
                command::DIRECTIVE_TRY_EACH => Self::TryEach,
                command::DIRECTIVE_SET_PARAMETERS | command::DIRECTIVE_OVERRIDE_PARAMETERS => Self::Parameters,
                command::DIRECTIVE_OVERRIDE_MULTIPLE => Self::Multiple,
                command::DIRECTIVE_COPY_PARAMS => Self::CopyParams,
                _ => Self::Any,
            },
            (Self::Multiple, Place::Value(_)) => Self::Parameters,
            (Self::CopyParams, Place::Value(_)) => Self::ParameterNames,
            (Self::Text, Place::Value(_)) => Self::TextOfLanguage,
            (Self::TextOfLanguage, Place::Key) => Self::ComponentId,
            (Self::TextOfLanguage, Place::Value(Before::Array)) => Self::TextOfComponent,
            (Self::VersionMatch, Place::Element(1, _)) => Self::Version,
            (Self::WaitInfo, Place::Value(Int(wait_event::OTHER_DEVICE_VERSION))) => Self::OtherDevice,
            (Self::OtherDevice, Place::Element(1, _)) => Self::VersionMatches,
            (Self::VersionMatches, Place::Element(..)) => Self::VersionMatch,
            (Self::Transform, Place::Element(3, _)) | (Self::Mud, Place::Value(Int(mud::SKI))) => Self::Digest,
            (Self::Cose(Cose::List), Place::Element(..)) => Self::Cose(Cose::Layer),
            (Self::Cose(_), Place::Element(1, _)) => Self::Header,
            (Self::Cose(Cose::Layers | Cose::Layer), Place::Element(3, _)) => Self::Cose(Cose::List),
            (Self::Cose(Cose::Mac), Place::Element(4, _)) => Self::Cose(Cose::List),
            (Self::Header, Place::Value(Int(header::EPHEMERAL_KEY | header::STATIC_KEY))) => Self::CoseKey,
            (Self::Promise(kind), place) => Self::promise(kind, place),
            _ => Self::Any,
        }
    }

    /// What a byte string in `place` holds, where it holds encoded items.
    pub(super) fn content(self, place: Place) -> Option<Self> {
        use Before::Int;
        let body = |key| match key {
            manifest::COSWID => Some(Self::Coswid),
            manifest::TEXT => Some(Self::Text),
            manifest::UPGRADABILITY => Some(Self::Promise(Kind::Map(STATEMENT))),
            manifest::DEPENDENCY_RESOLUTION | manifest::PAYLOAD_FETCH | manifest::CANDIDATE_VERIFICATION | manifest::INSTALL => {
                Some(Self::Sequence)
            }
            _ => None,
        };
        match (self, place) {
            (Self::Envelope, Place::Value(Int(key))) => match key {
                envelope::AUTHENTICATION_WRAPPER => Some(Self::Authentication),
                envelope::MANIFEST => Some(Self::Manifest),
                _ => body(key),
            },
            (Self::Authentication, Place::Element(0, _)) => Some(Self::Digest),
            (Self::Authentication, Place::Element(..)) => Some(Self::Block),
            (Self::Cose(kind), Place::Element(0, _)) if kind != Cose::List => Some(Self::Header),
            (Self::Manifest, Place::Value(Int(key))) => match key {
                manifest::COMMON => Some(Self::Common),
                manifest::SET_VERSION => Some(Self::Version),
                manifest::VALIDATE | manifest::LOAD | manifest::INVOKE | manifest::UNINSTALL => Some(Self::Sequence),
                manifest::MANIFEST_MUD => Some(Self::Mud),
                manifest::UPGRADABILITY_FLOOR => Some(Self::Any),
                _ => body(key),
            },
            (Self::Common, Place::Value(Int(common::SHARED_SEQUENCE))) => Some(Self::Sequence),
            (Self::Sequence, Place::Element(at, Int(command::DIRECTIVE_RUN_SEQUENCE))) if at % 2 == 1 => Some(Self::Sequence),
            (Self::TryEach, Place::Element(..)) => Some(Self::Sequence),
            (Self::Parameters, Place::Value(Int(key))) => match key {
                parameter::IMAGE_DIGEST => Some(Self::Digest),
                parameter::ENCRYPTION_INFO => Some(Self::Block),
                parameter::VERSION => Some(Self::VersionMatch),
                parameter::WAIT_INFO => Some(Self::WaitInfo),
                parameter::COMPONENT_METADATA => Some(Self::Metadata),
                parameter::TRANSFORM => Some(Self::Transform),
                _ => None,
            },
            _ => None,
        }
    }

    /// What an integer in `place` is called.
    pub(super) fn name(self, place: Place, value: i64) -> Option<&'static str> {
        use Before::Int;
        let labels: &[Label] = match (self, place) {
            (Self::Envelope, Place::Key) => envelope::LABELS,
            (Self::Manifest, Place::Key) => manifest::LABELS,
            (Self::Common, Place::Key) => common::LABELS,
            (Self::Parameters, Place::Key) | (Self::ParameterNames, Place::Element(..)) => parameter::LABELS,
            (Self::TextOfLanguage, Place::Key) => registry::text::LABELS,
            (Self::TextOfComponent, Place::Key) => registry::text_component::LABELS,
            (Self::Sequence, Place::Element(at, _)) if at % 2 == 0 => command::LABELS,
            (Self::Digest, Place::Element(0, _)) | (Self::Header, Place::Value(Int(header::ALG))) => return algorithm::name(value),
            (Self::Dependency, Place::Key) => dependency::LABELS,
            (Self::VersionMatch, Place::Element(0, _)) => version_comparison::LABELS,
            (Self::WaitInfo, Place::Key) => wait_event::LABELS,
            (Self::Metadata, Place::Key) => component_metadata::LABELS,
            (Self::Metadata, Place::Value(Int(component_metadata::FILE_TYPE))) => file_type::LABELS,
            (Self::Mud, Place::Key) => mud::LABELS,
            (Self::Coswid, Place::Key) => coswid::LABELS,
            (Self::Header, Place::Key) => return header_name(value),
            (Self::CoseKey, Place::Key) => return key_name(value),
            (Self::Promise(kind), place) => return promise_name(kind, place, value),
            _ => return None,
        };
        registry::find(labels, value).map(|label| label.name)
    }

    /// Whether the elements of such an array stand on lines of their own. The entries of maps always do.
    pub(super) const fn has_rows(self) -> bool {
        matches!(self, Self::Authentication | Self::Components | Self::Sequence | Self::TryEach | Self::Cose(_))
    }

    fn promise(kind: Kind, place: Place) -> Self {
        let field = |fields: &'static [suitpack_upgradability::schema::Field], key: i64| {
            let found = fields.iter().find(|field| i64::try_from(field.key).is_ok_and(|known| known == key));
            found.map_or(Self::Any, |field| Self::Promise(field.kind))
        };
        match (kind, place) {
            (Kind::List(item, _), Place::Element(..)) => Self::Promise(*item),
            (Kind::Map(fields) | Kind::CodeOrMap(_, fields), Place::Value(Before::Int(key))) => field(fields, key),
            (Kind::Tuple(fields), Place::Element(at, _)) => field(fields, i64::try_from(at).unwrap_or(i64::MAX)),
            (Kind::ComponentId, _) => Self::ComponentId,
            _ => Self::Any,
        }
    }
}

fn promise_name(kind: Kind, place: Place, value: i64) -> Option<&'static str> {
    let value = u64::try_from(value).ok()?;
    match (kind, place) {
        (Kind::Map(fields) | Kind::CodeOrMap(_, fields), Place::Key) => {
            fields.iter().find(|field| field.key == value).map(|field| field.name)
        }
        (Kind::Map(fields) | Kind::CodeOrMap(_, fields), Place::Value(Before::Int(key))) => {
            let field = fields.iter().find(|field| i64::try_from(field.key) == Ok(key))?;
            code(field.kind, value)
        }
        (Kind::Tuple(fields), Place::Element(at, _)) => code(fields.iter().find(|field| field.key == at)?.kind, value),
        (Kind::List(item, _), Place::Element(..)) => code(*item, value),
        _ => None,
    }
}

fn code(kind: Kind, value: u64) -> Option<&'static str> {
    match kind {
        Kind::Code(codes) | Kind::CodeOrMap(codes, _) => codes.name(value),
        _ => None,
    }
}

/// RFC 9052 §3.1, RFC 9053 §5.1 and §6.3.
fn header_name(label: i64) -> Option<&'static str> {
    Some(match label {
        header::ALG => "alg",
        header::CRIT => "crit",
        header::CONTENT_TYPE => "content type",
        header::KID => "kid",
        header::IV => "IV",
        header::PARTIAL_IV => "Partial IV",
        header::EPHEMERAL_KEY => "ephemeral key",
        header::STATIC_KEY => "static key",
        header::STATIC_KEY_ID => "static key id",
        header::SALT => "salt",
        _ => return None,
    })
}

/// RFC 9052 §7.1, RFC 9053 §7.1.
fn key_name(label: i64) -> Option<&'static str> {
    Some(match label {
        key::KTY => "kty",
        key::KID => "kid",
        key::ALG => "alg",
        key::KEY_OPS => "key_ops",
        key::CRV => "crv",
        key::X => "x",
        key::Y => "y",
        _ => return None,
    })
}

/// The name of a tag.
pub(super) const fn tag_name(number: u64) -> Option<&'static str> {
    Some(match number {
        tag::ENVELOPE => "SUIT_Envelope",
        tag::MANIFEST => "SUIT_Manifest",
        tag::SIGN1 => "COSE_Sign1",
        tag::MAC0 => "COSE_Mac0",
        tag::SIGN => "COSE_Sign",
        tag::MAC => "COSE_Mac",
        tag::ENCRYPT => "COSE_Encrypt",
        tag::COSWID => "concise-swid-tag",
        _ => return None,
    })
}
