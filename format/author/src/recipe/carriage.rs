//! What a recipe says about images and how they travel.

use std::collections::HashSet;
use std::path::PathBuf;

use suitpack_core::limits;
use suitpack_transform::Level;

use super::component::Images;
use super::encryption::Encryption;
use super::error::{Place, RecipeError};
use super::fields::Fields;
use super::tree::Node;
use super::uri;

/// An image, how it is packed and where it travels. Components with the same payload share it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Payload {
    /// The image, or the package of a dependency, as the recipe names it; relative to the recipe.
    pub(crate) image: PathBuf,
    pub(crate) compression: Compression,
    /// How it is encrypted once it is packed.
    pub(crate) encryption: Option<Encryption>,
    pub(crate) carriage: Carriage,
    /// Where the recipe has it, if sequences of the recipe are to use it.
    pub(crate) written: Option<Place>,
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

/// What is done to the images of a component on their way into the package.
#[derive(Clone, Debug)]
pub(crate) struct Packing {
    pub(crate) compression: Compression,
    pub(crate) encryption: Option<Encryption>,
}

impl Packing {
    fn payload(&self, image: PathBuf, carriage: Carriage) -> Payload {
        Payload { image, compression: self.compression, encryption: self.encryption.clone(), carriage, written: None }
    }
}

/// Where a payload travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Carriage {
    /// In the envelope, under this key, which is also its URI.
    Integrated(String),
    /// Beside the package in a file, which devices fetch from the URI.
    Detached { uri: String, file: String },
}

impl Carriage {
    /// A payload in a file of its own, which is named by its URI.
    pub(crate) fn detached(node: &Node) -> Result<Self, RecipeError> {
        let uri = uri::read(node)?;
        let file = uri::file_name(&uri)
            .ok_or_else(|| {
                node.error("does not end in a file name")
                    .suggest("end the path in letters, digits and `-._~+@=,`, like `https://example.com/app.bin`")
            })?
            .to_owned();
        Ok(Self::Detached { uri, file })
    }

    /// The value of `suit-parameter-uri`.
    pub(crate) fn uri(&self) -> String {
        match self {
            Self::Integrated(uri) | Self::Detached { uri, .. } => uri.clone(),
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

    /// Reads what a component installs: `image`, or in its place `slots` or `a-b`.
    pub(crate) fn images<'n>(
        &mut self,
        node: &'n Node,
        fields: &mut Fields<'n>,
        name: &str,
        packing: &Packing,
    ) -> Result<Images, RecipeError> {
        let (slots, pair) = (fields.get("slots"), fields.get("a-b"));
        let Some(given) = slots.or(pair) else {
            return self.payload(node, fields, name, packing).map(Images::One);
        };
        let key = if slots.is_some() { "slots" } else { "a-b" };
        if let (Some(_), Some(node)) = (slots, pair) {
            return Err(node.error("stands beside `slots`").suggest("keep one of the two"));
        }
        for other in ["image", "name", "uri", "payload"] {
            if let Some(node) = fields.get(other) {
                let slots = if slots.is_some() { "give" } else { "write `slots` in place of `a-b`, and give" };
                return Err(node.error(&format!("stands beside `{key}`")).suggest(format!("{slots} each slot its own `{other}`")));
            }
        }
        match slots {
            Some(node) => self.slots(node, name, packing),
            None => self.pair(given, name, packing),
        }
        .map(Images::Slots)
    }

    fn slots(&mut self, slots: &Node, name: &str, packing: &Packing) -> Result<Vec<(u64, usize)>, RecipeError> {
        let mut taken = HashSet::new();
        let mut images = Vec::new();
        for node in slots.array()? {
            let mut fields = Fields::of(node)?;
            let slot = fields.require("slot")?;
            let number = slot.uint()?;
            if !taken.insert(number) {
                return Err(slot.error(&format!("is {number}, which another slot of this component has")));
            }
            images.push((number, self.payload(node, &mut fields, &format!("{name}.{number}"), packing)?));
            fields.finish()?;
        }
        if u64::try_from(images.len()).is_ok_and(|arms| arms > limits::TRY_EACH_ARMS) {
            return Err(slots.error(&format!("has more than {} slots", limits::TRY_EACH_ARMS)));
        }
        Ok(images)
    }

    /// The images of slot 0 and slot 1.
    fn pair(&mut self, node: &Node, name: &str, packing: &Packing) -> Result<Vec<(u64, usize)>, RecipeError> {
        let [a, b] = node.array()? else {
            return Err(node.error("must be two images, for slot 0 and slot 1"));
        };
        let mut add = |slot: u64, node: &Node| {
            let carriage = integrated(&format!("{name}.{slot}"), node)?;
            Ok((slot, self.add(packing.payload(path(node)?, carriage), node)?))
        };
        Ok(vec![add(0, a)?, add(1, b)?])
    }

    fn payload<'n>(
        &mut self,
        node: &'n Node,
        fields: &mut Fields<'n>,
        default_name: &str,
        packing: &Packing,
    ) -> Result<usize, RecipeError> {
        let image = path(fields.require("image")?)?;
        let (carriage, named) = carriage(node, fields, default_name)?;
        self.add(packing.payload(image, carriage), named)
    }

    /// Two payloads in one place are one payload, or a mistake.
    pub(crate) fn add(&mut self, payload: Payload, named: &Node) -> Result<usize, RecipeError> {
        if let Some(index) = self.payloads.iter().position(|other| *other == payload) {
            return Ok(index);
        }
        for other in &self.payloads {
            match (&other.carriage, &payload.carriage) {
                (Carriage::Integrated(one), Carriage::Integrated(two)) if one == two => {
                    let name = one.strip_prefix('#').unwrap_or(one);
                    return Err(named
                        .error(&format!("gives the payload name `{name}` to two different payloads"))
                        .suggest("give one of them another `name`"));
                }
                (one, two) if one.uri() == two.uri() => {
                    let one = one.uri();
                    return Err(named.error(&format!("gives the URI `{one}` to two different payloads")));
                }
                (Carriage::Detached { file: one, .. }, Carriage::Detached { file: two, .. }) if one == two => {
                    return Err(named
                        .error(&format!("would write two payloads to the file `{one}`"))
                        .suggest("end one of the URIs in another name"));
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
pub(crate) fn carriage<'n>(
    node: &'n Node,
    fields: &mut Fields<'n>,
    default_name: &str,
) -> Result<(Carriage, &'n Node), RecipeError> {
    let (kind, name, uri) = (fields.get("payload"), fields.get("name"), fields.get("uri"));
    let detached = match kind.map(Node::text).transpose()? {
        None => uri.is_some(),
        Some("integrated") => false,
        Some("detached") => true,
        Some(_) => return Err(kind.unwrap_or(node).error("must be `integrated` or `detached`")),
    };
    match (detached, name, uri) {
        (true, None, Some(node)) => Ok((Carriage::detached(node)?, node)),
        (true, _, None) => Err(fields.missing("uri")),
        (true, Some(node), Some(_)) => {
            Err(node.error("has no meaning for a detached payload").suggest("its file is named by the end of `uri`"))
        }
        (false, _, Some(node)) => {
            Err(node.error("has no meaning for an integrated payload").suggest("leave out `payload = \"integrated\"`"))
        }
        (false, name, None) => {
            let named = name.unwrap_or(node);
            Ok((integrated(name.map_or(Ok(default_name), Node::text)?, named)?, named))
        }
    }
}

/// A payload in the envelope, under a name that is plain everywhere.
fn integrated(name: &str, named: &Node) -> Result<Carriage, RecipeError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if !(1..=64).contains(&name.len()) || !name.bytes().all(allowed) {
        return Err(named
            .error(&format!("names its payload `{name}`; a name is 1 to 64 letters, digits and `._-`"))
            .suggest("give it a `name`"));
    }
    Ok(Carriage::Integrated(format!("#{name}")))
}

/// The path of a file, relative to the recipe.
pub(crate) fn path(node: &Node) -> Result<PathBuf, RecipeError> {
    match node.text()? {
        "" => Err(node.error("is empty").suggest("give the path of the image, relative to the recipe")),
        path => Ok(PathBuf::from(path)),
    }
}
