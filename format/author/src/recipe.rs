//! The recipe: what an author says about a package (spec/recipe.md).

mod carriage;
mod component;
mod error;
mod fields;
mod manifest;
mod promise;
mod set;
mod text;
mod tree;
mod uri;
mod version;

use std::path::{Path, PathBuf};

pub use self::error::RecipeError;

pub(crate) use self::carriage::{Carriage, Compression, Payload};
pub(crate) use self::component::{Component, Images};
pub(crate) use self::text::Language;

use self::fields::Fields;
use self::manifest::Manifest;
use self::promise::Promise;
use self::text::Texts;

/// A recipe in which every name is resolved and every value has its type; images were not looked at yet.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// What relative paths are relative to.
    pub(crate) base: PathBuf,
    pub(crate) manifest: Manifest,
    pub(crate) components: Vec<Component>,
    pub(crate) payloads: Vec<Payload>,
    pub(crate) texts: Texts,
    pub(crate) promise: Option<Promise>,
    pub(crate) warnings: Vec<String>,
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
        let mut fields = Fields::of(&root)?;
        let (manifest, components) = (fields.get("manifest"), fields.get("component"));
        let (texts, upgradability) = (fields.get("text"), fields.get("upgradability"));
        // A misspelt table is the likeliest cause of a missing one.
        let missing = |key| fields.missing(key);
        let (Some(manifest), Some(components)) = (manifest, components) else {
            return Err(missing(if manifest.is_none() { "manifest" } else { "component" }));
        };
        fields.finish()?;
        let manifest = Manifest::read(manifest)?;
        let (components, payloads) = component::read_all(components)?;
        let texts = text::read_all(texts, &components, manifest.version.as_ref().map(|version| version.text.as_str()))?;
        let promise = upgradability.map(|node| Promise::read(node, &manifest)).transpose()?;
        let mut warnings = Vec::new();
        match &promise {
            None => warnings.push("the recipe has no `[upgradability]`, so the package promises nothing about updates".to_owned()),
            Some(promise) if manifest.reference_uri.is_none() && !promise.has_uri => warnings.push(
                "neither `manifest.reference-uri` nor `upgradability.statement-uri` says where the promise can be had again once it is severed".to_owned(),
            ),
            Some(_) => {}
        }
        let base = origin.parent().map(Path::to_path_buf).unwrap_or_default();
        Ok(Self { base, manifest, components, payloads, texts, promise, warnings })
    }

    /// The paths of all images, as they will be opened.
    pub fn images(&self) -> impl Iterator<Item = PathBuf> + '_ {
        self.payloads.iter().map(|payload| self.base.join(&payload.image))
    }

    /// The names of the files that will stand beside the package.
    pub fn detached(&self) -> impl Iterator<Item = &str> {
        self.payloads.iter().filter_map(|payload| match &payload.carriage {
            Carriage::Integrated(_) => None,
            Carriage::Detached { file, .. } => Some(file.as_str()),
        })
    }

    /// What a careful author would not leave so.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }
}
