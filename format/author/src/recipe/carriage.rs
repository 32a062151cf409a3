//! What a recipe says about images and how they travel.

use std::collections::HashSet;
use std::path::PathBuf;

use suitpack_core::limits;
use suitpack_transform::Level;

use super::component::Images;
use super::error::RecipeError;
use super::fields::Fields;
use super::tree::Node;
use super::uri;

/// An image, how it is packed and where it travels. Components with the same payload share it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Payload {
    /// The image as the recipe names it; relative to the recipe.
    pub(crate) image: PathBuf,
    pub(crate) compression: Compression,
    pub(crate) carriage: Carriage,
}

/// How an image is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compression {
    /// As it is.
    None,
    /// One zstd frame.
    Zstd {
        /// How hard it tries.
        level: Level,
    },
}

impl Compression {
    /// Reads `compression` and `level`.
    pub(crate) fn read(fields: &mut Fields<'_>) -> Result<Self, RecipeError> {
        let (kind, level) = (fields.get("compression"), fields.get("level"));
        match (kind.map(Node::text).transpose()?, level) {
            (None | Some("zstd"), None) => Ok(Self::Zstd { level: Level::default() }),
            (None | Some("zstd"), Some(node)) => match i64::try_from(node.uint()?).ok().and_then(Level::new) {
                Some(level) => Ok(Self::Zstd { level }),
                None => Err(node.error("is out of range; it must be from 1 to 22")),
            },
            (Some("none"), None) => Ok(Self::None),
            (Some("none"), Some(node)) => Err(node.error("has no meaning without compression")),
            (Some(_), _) => Err(kind.map_or_else(|| fields.missing("compression"), |node| node.error("must be `zstd` or `none`"))),
        }
    }
}

/// Where a payload travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Carriage {
    /// In the envelope, under this name and a `#`.
    Integrated(String),
    /// Beside the package in a file, which devices fetch from the URI.
    Detached { uri: String, file: String },
}

impl Carriage {
    /// The value of `suit-parameter-uri`.
    pub(crate) fn uri(&self) -> String {
        match self {
            Self::Integrated(name) => format!("#{name}"),
            Self::Detached { uri, .. } => uri.clone(),
        }
    }
}

/// Collects the payloads of all components.
#[derive(Debug, Default)]
pub(crate) struct Payloads {
    payloads: Vec<Payload>,
}

impl Payloads {
    pub(crate) fn done(self) -> Vec<Payload> {
        self.payloads
    }

    /// Reads what a component installs: `image`, or `slots` in its place.
    pub(crate) fn images<'n>(&mut self, node: &'n Node, fields: &mut Fields<'n>, name: &str, compression: Compression) -> Result<Images, RecipeError> {
        let Some(slots) = fields.get("slots") else {
            return self.payload(node, fields, name, compression).map(Images::One);
        };
        for key in ["image", "name", "uri", "payload"] {
            if let Some(node) = fields.get(key) {
                return Err(node.error("stands beside `slots`").suggest(format!("give each slot its own `{key}`")));
            }
        }
        let mut taken = HashSet::new();
        let mut images = Vec::new();
        for node in slots.array()? {
            let mut fields = Fields::of(node)?;
            let slot = fields.require("slot")?;
            let number = slot.uint()?;
            if !taken.insert(number) {
                return Err(slot.error(&format!("is {number}, which another slot of this component has")));
            }
            images.push((number, self.payload(node, &mut fields, &format!("{name}.{number}"), compression)?));
            fields.finish()?;
        }
        if u64::try_from(images.len()).is_ok_and(|arms| arms > limits::TRY_EACH_ARMS) {
            return Err(slots.error(&format!("has more than {} slots", limits::TRY_EACH_ARMS)));
        }
        Ok(Images::Slots(images))
    }

    fn payload<'n>(&mut self, node: &'n Node, fields: &mut Fields<'n>, default_name: &str, compression: Compression) -> Result<usize, RecipeError> {
        let image = fields.require("image")?;
        let path = image.text()?;
        if path.is_empty() {
            return Err(image.error("is empty").suggest("give the path of the image, relative to the recipe"));
        }
        let (carriage, named) = carriage(node, fields, default_name)?;
        self.add(Payload { image: PathBuf::from(path), compression, carriage }, named)
    }

    /// Two payloads in one place are one payload, or a mistake.
    fn add(&mut self, payload: Payload, named: &Node) -> Result<usize, RecipeError> {
        if let Some(index) = self.payloads.iter().position(|other| *other == payload) {
            return Ok(index);
        }
        for other in &self.payloads {
            match (&other.carriage, &payload.carriage) {
                (Carriage::Integrated(one), Carriage::Integrated(two)) if one == two => {
                    return Err(named.error(&format!("gives the payload name `{one}` to two different payloads")).suggest("give one of them another `name`"));
                }
                (Carriage::Detached { uri: one, .. }, Carriage::Detached { uri: two, .. }) if one == two => {
                    return Err(named.error(&format!("gives the URI `{one}` to two different payloads")));
                }
                (Carriage::Detached { file: one, .. }, Carriage::Detached { file: two, .. }) if one == two => {
                    return Err(named.error(&format!("would write two payloads to the file `{one}`")).suggest("end one of the URIs in another name"));
                }
                _ => {}
            }
        }
        if u64::try_from(self.payloads.len()).is_ok_and(|count| count >= limits::PAYLOADS) {
            return Err(named.error(&format!("is one more than the {} payloads a package may have", limits::PAYLOADS)));
        }
        self.payloads.push(payload);
        Ok(self.payloads.len() - 1)
    }
}

/// Reads `payload`, `name` and `uri`; the node is the one to point at if the place is taken.
fn carriage<'n>(node: &'n Node, fields: &mut Fields<'n>, default_name: &str) -> Result<(Carriage, &'n Node), RecipeError> {
    let (kind, name, uri) = (fields.get("payload"), fields.get("name"), fields.get("uri"));
    let detached = match kind.map(Node::text).transpose()? {
        None => uri.is_some(),
        Some("integrated") => false,
        Some("detached") => true,
        Some(_) => return Err(kind.unwrap_or(node).error("must be `integrated` or `detached`")),
    };
    match (detached, name, uri) {
        (true, None, Some(node)) => {
            let uri = uri::read(node)?;
            let file = uri::file_name(&uri)
                .ok_or_else(|| node.error("does not end in a file name").suggest("end the path in letters, digits and `-._~+@=,`, like `https://example.com/app.bin`"))?
                .to_owned();
            Ok((Carriage::Detached { uri, file }, node))
        }
        (true, _, None) => Err(fields.missing("uri")),
        (true, Some(node), Some(_)) => Err(node.error("has no meaning for a detached payload").suggest("its file is named by the end of `uri`")),
        (false, _, Some(node)) => Err(node.error("has no meaning for an integrated payload").suggest("leave out `payload = \"integrated\"`")),
        (false, name, None) => {
            let text = name.map_or(Ok(default_name), Node::text)?;
            let named = name.unwrap_or(node);
            let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
            if !(1..=64).contains(&text.len()) || !text.bytes().all(allowed) {
                return Err(named.error(&format!("names its payload `{text}`; a name is 1 to 64 letters, digits and `._-`")).suggest("give it a `name`"));
            }
            Ok((Carriage::Integrated(text.to_owned()), named))
        }
    }
}
