//! The recipe: what an author says about a package (spec/recipe.md).

mod carriage;
mod component;
mod dependency;
mod encryption;
mod envelope;
mod error;
mod fields;
mod files;
mod manifest;
mod naming;
mod payload;
mod promise;
mod reference;
mod sequence;
mod set;
mod text;
mod tree;
mod update;
mod uri;
mod value;
mod version;

use std::path::{Path, PathBuf};

pub use self::error::RecipeError;
pub use self::tree::Spot;

pub(crate) use self::carriage::{Carriage, Compression, Payload};
pub(crate) use self::component::{Component, Id, Images, Intent, name};
pub(crate) use self::dependency::DependsOn;
pub(crate) use self::encryption::Encryption;
pub(crate) use self::envelope::Envelope;
pub(crate) use self::error::Place;
pub(crate) use self::manifest::{Identity, Manifest};
pub(crate) use self::reference::Coswid;
pub(crate) use self::sequence::comparison;
pub(crate) use self::text::Language;
pub(crate) use self::update::Update;
pub(crate) use self::value::algorithm_name;
pub(crate) use self::version::OPERATORS;

use suitpack_core::limits;

use self::carriage::Payloads;
use self::component::Taken;
use self::dependency::Dependencies;
use self::fields::Fields;
use self::files::Files;
use self::naming::Naming;
use self::promise::Promise;
use self::sequence::Written;
use self::text::Texts;
use self::tree::Node;

/// A recipe in which every name is resolved and every value has its type; images were not looked at yet.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// What relative paths are relative to.
    pub(crate) base: PathBuf,
    pub(crate) envelope: Envelope,
    pub(crate) manifest: Manifest,
    pub(crate) components: Vec<Component>,
    /// Components of the recipe that hold envelopes.
    pub(crate) dependencies: Dependencies,
    pub(crate) depends_on: Vec<DependsOn>,
    pub(crate) update: Option<Update>,
    pub(crate) payloads: Vec<Payload>,
    /// Files that only have a digest or a size in the manifest.
    pub(crate) files: Vec<PathBuf>,
    /// Sequences that stand in place of those of the templates.
    pub(crate) written: Written,
    pub(crate) texts: Texts,
    pub(crate) coswid: Option<Coswid>,
    /// `SUIT_MUD_container`, encoded.
    pub(crate) mud: Option<Vec<u8>>,
    pub(crate) promise: Option<Promise>,
    pub(crate) warnings: Vec<String>,
    naming: Naming,
}

impl Recipe {
    /// A commented recipe that builds as it stands once the path of the image is right.
    pub const TEMPLATE: &'static str = include_str!("recipe/template.toml");

    /// Reads a recipe. `origin` is the path of its file, to which the paths inside are relative; each override is a dotted path, in
    /// which numbers count the elements of arrays, and a value.
    ///
    /// ```
    /// let overrides = [("component.0.image".to_owned(), "build/app.bin".to_owned())];
    /// let recipe = suitpack_author::Recipe::parse(suitpack_author::Recipe::TEMPLATE, "suitpack.toml".as_ref(), &overrides)?;
    /// # Ok::<(), suitpack_author::RecipeError>(())
    /// ```
    ///
    /// # Errors
    /// The first thing that is not as spec/recipe.md wants it.
    pub fn parse(text: &str, origin: &Path, overrides: &[(String, String)]) -> Result<Self, RecipeError> {
        let mut root = tree::parse(text)?;
        for (key, value) in overrides {
            set::apply(&mut root, key, value)?;
        }
        Self::read(&root, origin)
    }

    fn read(root: &Node, origin: &Path) -> Result<Self, RecipeError> {
        let mut fields = Fields::of(root)?;
        let (envelope, manifest) = (fields.get("envelope"), fields.get("manifest"));
        let (components, depends_on, dependency) = (fields.get("component"), fields.get("depends-on"), fields.get("dependency"));
        let (update, payload, sequence) = (fields.get("update"), fields.get("payload"), fields.get("sequence"));
        let (texts, coswid, mud, upgradability) =
            (fields.get("text"), fields.get("coswid"), fields.get("mud"), fields.get("upgradability"));
        // A misspelt table is the likeliest cause of a missing one.
        let missing = |key| fields.missing(key);
        let manifest = manifest.ok_or_else(|| missing("manifest"))?;
        if components.is_none() && depends_on.is_none() {
            return Err(missing("component"));
        }
        fields.finish()?;
        let identified =
            components.is_some_and(|node| node.elements().is_ok_and(|tables| tables.iter().any(component::has_intent)));
        let manifest = Manifest::read(manifest, identified)?;
        let (mut payloads, mut taken) = (Payloads::default(), Taken::default());
        let components = components.map_or(Ok(Vec::new()), |node| component::read_all(node, &mut payloads, &mut taken))?;
        let depends_on = depends_on.map_or(Ok(Vec::new()), |node| DependsOn::read_all(node, &mut payloads, &mut taken))?;
        payload.map_or(Ok(()), |node| payload::read_all(node, &mut payloads))?;
        let payloads = payloads.done();
        let count = taken.count();
        if count > limits::COMPONENTS {
            let most = limits::COMPONENTS;
            return Err(RecipeError::new(
                root.place,
                format!("the recipe makes {count} components, those for staging included; at most {most} fit into one manifest"),
            ));
        }
        let dependencies = dependency.map_or(Ok(Dependencies::new()), |node| dependency::read_all(node, components.len()))?;
        let update = update.map(Update::read).transpose()?;
        let mut files = Files::new(&payloads);
        let depends = !(dependencies.is_empty() && depends_on.is_empty());
        let written = sequence.map_or(Ok(Written::new()), |node| sequence::read_all(node, count, depends, &mut files))?;
        let files = files.done();
        let texts = text::read_all(texts, &components, manifest.version.as_deref())?;
        let envelope = Envelope::read(envelope)?;
        let coswid = coswid.map(Coswid::read).transpose()?;
        let mud = mud.map(reference::mud).transpose()?;
        let promise = upgradability.map(|node| Promise::read(node, &manifest)).transpose()?;
        if let (Some(node), true) = (upgradability, manifest::PROMISE.iter().any(|label| manifest.private.contains_key(label))) {
            return Err(node.error("stands beside its own labels in `manifest.private`").suggest("keep one of the two"));
        }
        let warnings = warnings(&manifest, promise.as_ref());
        let base = origin.parent().map(Path::to_path_buf).unwrap_or_default();
        Ok(Self {
            base,
            envelope,
            manifest,
            components,
            dependencies,
            depends_on,
            update,
            payloads,
            files,
            written,
            texts,
            coswid,
            mud,
            promise,
            warnings,
            naming: Naming::of(root),
        })
    }

    /// The paths of all images, as they will be opened.
    pub fn images(&self) -> impl Iterator<Item = PathBuf> + '_ {
        self.payloads.iter().map(|payload| self.base.join(&payload.image))
    }

    /// The paths of all files the recipe names, as they will be opened.
    pub fn inputs(&self) -> impl Iterator<Item = PathBuf> + '_ {
        self.images().chain(self.files.iter().map(|file| self.base.join(file)))
    }

    /// The key that names a file of [`Recipe::inputs`] or the one of `[coswid]`, given the path as it is opened.
    #[must_use]
    pub fn naming(&self, path: &Path) -> Option<&Spot> {
        path.strip_prefix(&self.base).ok().and_then(|path| self.naming.spot(path)).or_else(|| self.naming.spot(path))
    }

    /// The key that names the file of a payload.
    #[must_use]
    pub fn naming_payload(&self, uri: &str) -> Option<&Spot> {
        self.payloads.iter().find(|payload| payload.carriage.uri() == uri).and_then(|payload| self.naming.spot(&payload.image))
    }

    /// The names of the files that will stand beside the package.
    pub fn detached(&self) -> impl Iterator<Item = &str> {
        self.payloads.iter().filter_map(|payload| match &payload.carriage {
            Carriage::Integrated(_) => None,
            Carriage::Detached { file, .. } => Some(file.as_str()),
        })
    }

    /// Whether it writes out command sequences, which then are as good as their author.
    #[must_use]
    pub const fn is_explicit(&self) -> bool {
        !self.written.is_empty()
    }

    /// What a careful author would not leave so.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }
}

fn warnings(manifest: &Manifest, promise: Option<&Promise>) -> Vec<String> {
    let warning = match promise {
        None if manifest.private.contains_key(&manifest::PROMISE[0]) => return Vec::new(),
        None => "the recipe has no `[upgradability]`, so the package promises nothing about updates",
        Some(promise) if manifest.reference_uri.is_none() && !promise.has_uri => {
            "neither `manifest.reference-uri` nor `upgradability.statement-uri` says where the promise can be had again once it is severed"
        }
        Some(_) => return Vec::new(),
    };
    vec![warning.to_owned()]
}
