//! The table `[manifest]`.

use uuid::Uuid;

use super::error::RecipeError;
use super::fields::Fields;
use super::tree::Node;
use super::uri;
use super::version::Version;

/// What the recipe says about the manifest as a whole.
#[derive(Clone, Debug)]
pub(crate) struct Manifest {
    pub(crate) sequence_number: u64,
    pub(crate) version: Option<Version>,
    pub(crate) reference_uri: Option<String>,
    pub(crate) vendor_id: [u8; 16],
    pub(crate) class_id: [u8; 16],
}

impl Manifest {
    pub(crate) fn read(node: &Node) -> Result<Self, RecipeError> {
        let mut fields = Fields::of(node)?;
        let sequence_number = fields.require("sequence-number")?.uint()?;
        let version = fields.get("version").map(Version::read).transpose()?;
        let reference_uri = fields.get("reference-uri").map(uri::read).transpose()?;
        // draft-ietf-suit-manifest §8.4.8.2: the vendor's UUID is the namespace of its classes.
        let vendor = identifier(&mut fields, "vendor", "vendor-id", Uuid::NAMESPACE_DNS, domain)?;
        let class = identifier(&mut fields, "class", "class-id", vendor, class_name)?;
        fields.finish()?;
        Ok(Self { sequence_number, version, reference_uri, vendor_id: vendor.into_bytes(), class_id: class.into_bytes() })
    }
}

/// A UUID, written out or derived from a name (RFC 9562 §5.5).
fn identifier(
    fields: &mut Fields<'_>,
    name: &'static str,
    id: &'static str,
    namespace: Uuid,
    check: fn(&Node) -> Result<&str, RecipeError>,
) -> Result<Uuid, RecipeError> {
    match (fields.get(name), fields.get(id)) {
        (Some(_), Some(node)) => Err(node.error(&format!("and `{name}` are both given")).suggest(format!("keep one; `{name}` is the name the UUID is derived from"))),
        (Some(node), None) => Ok(Uuid::new_v5(&namespace, check(node)?.as_bytes())),
        (None, Some(node)) => uuid(node),
        (None, None) => Err(fields.missing(name).suggest(format!("give `{name}` (a name) or `{id}` (a UUID)"))),
    }
}

fn uuid(node: &Node) -> Result<Uuid, RecipeError> {
    let uuid = Uuid::try_parse(node.text()?).map_err(|_| node.error("is not a UUID").suggest("write it like `fa6b4a53-d5ad-5fdf-be9d-e663e4d41ffe`"))?;
    // draft-ietf-suit-manifest §8.4.8.2 admits these versions only.
    match uuid.get_version_num() {
        3..=5 => Ok(uuid),
        version => Err(node.error(&format!("is a UUID of version {version}; SUIT admits versions 3, 4 and 5"))),
    }
}

/// The UUID depends on every letter, so the name has one spelling: lower case, without a final point.
fn domain(node: &Node) -> Result<&str, RecipeError> {
    let text = node.text()?;
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    if text.len() <= 253 && text.contains('.') && text.split('.').all(label) {
        Ok(text)
    } else {
        Err(node.error("is not a domain name in lower case").suggest("write it like `example.com`, or give `vendor-id`"))
    }
}

fn class_name(node: &Node) -> Result<&str, RecipeError> {
    match node.text()? {
        "" => Err(node.error("is empty")),
        text => Ok(text),
    }
}
