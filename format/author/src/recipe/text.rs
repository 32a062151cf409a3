//! The tables `[text.LANGUAGE]`.

use std::collections::BTreeMap;

use suitpack_core::registry::{text, text_component};

use super::component::Component;
use super::error::RecipeError;
use super::fields::Fields;
use super::tree::{Entry, Node};

/// The texts of one language.
#[derive(Clone, Debug, Default)]
pub(crate) struct Language {
    /// By label of the text registry.
    pub(crate) manifest: BTreeMap<i64, String>,
    /// By index of the component, then by label of the component text registry.
    pub(crate) components: BTreeMap<usize, BTreeMap<i64, String>>,
}

/// Texts by BCP 47 language tag.
pub(crate) type Texts = BTreeMap<String, Language>;

/// Reads all languages; the version of the manifest becomes that of each component that is not given one.
pub(crate) fn read_all(node: Option<&Node>, components: &[Component], version: Option<&str>) -> Result<Texts, RecipeError> {
    let mut texts = Texts::new();
    for entry in node.map_or(Ok(&[][..]), Node::table)? {
        if !is_language_tag(&entry.key) {
            return Err(RecipeError::new(entry.place, format!("`{}` is not a language tag", entry.key))
                .suggest("write it like `en`, `de-AT` or `zh-Hant`"));
        }
        texts.insert(entry.key.clone(), Language::read(&entry.node, components)?);
    }
    // A component that the templates leave alone is left alone here too.
    if let Some(version) = version.filter(|_| components.iter().any(|component| component.intent.is_some())) {
        if texts.is_empty() {
            texts.insert(UNDETERMINED.to_owned(), Language::default());
        }
        for language in texts.values_mut() {
            for (index, _) in components.iter().enumerate().filter(|(_, component)| component.intent.is_some()) {
                let texts = language.components.entry(index).or_default();
                texts.entry(text_component::COMPONENT_VERSION).or_insert_with(|| version.to_owned());
            }
        }
    }
    Ok(texts)
}

impl Language {
    fn read(node: &Node, components: &[Component]) -> Result<Self, RecipeError> {
        let mut fields = Fields::of(node)?;
        let manifest = labelled(&mut fields, &MANIFEST_KEYS)?;
        let mut by_index = BTreeMap::new();
        for entry in fields.get("component").map_or(Ok(&[][..]), Node::table)? {
            let index = find(entry, components)?;
            let mut fields = Fields::of(&entry.node)?;
            let texts = labelled(&mut fields, &COMPONENT_KEYS)?;
            fields.finish()?;
            if by_index.insert(index, texts).is_some() {
                return Err(entry.node.error("names a component that has its texts already"));
            }
        }
        fields.finish()?;
        by_index.retain(|_, texts| !texts.is_empty());
        Ok(Self { manifest, components: by_index })
    }
}

fn labelled(fields: &mut Fields<'_>, keys: &[(&'static str, i64)]) -> Result<BTreeMap<i64, String>, RecipeError> {
    let mut texts = BTreeMap::new();
    for (key, label) in keys {
        if let Some(node) = fields.get(key) {
            texts.insert(*label, node.text()?.to_owned());
        }
    }
    for (label, entry) in fields.numbered() {
        if let Some((name, _)) = keys.iter().find(|(_, known)| *known == label) {
            return Err(RecipeError::new(entry.place, format!("label {label} has a name")).suggest(format!("write `{name}`")));
        }
        texts.insert(label, entry.node.text()?.to_owned());
    }
    Ok(texts)
}

/// A component by its id, segments joined by points, or else by its index.
fn find(entry: &Entry, components: &[Component]) -> Result<usize, RecipeError> {
    let by_name = components.iter().position(|component| component.name == entry.key);
    let by_index = || entry.key.parse().ok().filter(|index| *index < components.len());
    by_name.or_else(by_index).ok_or_else(|| {
        let names: Vec<_> = components.iter().map(|component| format!("`{}`", component.name)).collect();
        RecipeError::new(entry.place, format!("no component is called `{}`", entry.key))
            .suggest(format!("components: {}", names.join(", ")))
    })
}

/// Whether a tag has the shape of BCP 47: a language and subtags.
fn is_language_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let subtag = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    parts
        .next()
        .is_some_and(|language| (2..=8).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_alphabetic()))
        && parts.all(subtag)
}

const MANIFEST_KEYS: [(&str, i64); 4] = [
    ("manifest-description", text::MANIFEST_DESCRIPTION),
    ("update-description", text::UPDATE_DESCRIPTION),
    ("manifest-json-source", text::MANIFEST_JSON_SOURCE),
    ("manifest-yaml-source", text::MANIFEST_YAML_SOURCE),
];

const COMPONENT_KEYS: [(&str, i64); 8] = [
    ("vendor-name", text_component::VENDOR_NAME),
    ("model-name", text_component::MODEL_NAME),
    ("vendor-domain", text_component::VENDOR_DOMAIN),
    ("model-info", text_component::MODEL_INFO),
    ("component-description", text_component::COMPONENT_DESCRIPTION),
    ("component-version", text_component::COMPONENT_VERSION),
    ("version-required", text_component::VERSION_REQUIRED),
    ("current-version", text_component::CURRENT_VERSION),
];

/// A version alone is in no language; this is BCP 47 for that.
const UNDETERMINED: &str = "und";
