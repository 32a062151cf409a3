//! `SUIT_Text_Map` (draft-ietf-suit-manifest §8.4.4).

use std::collections::BTreeMap;

use crate::encode::{self, Map};
use crate::recipe::{Language, Recipe};

/// The texts of the recipe, encoded; `None` if it has none.
pub(crate) fn map(recipe: &Recipe) -> Option<Vec<u8>> {
    let mut map = Map::default();
    for (tag, texts) in &recipe.texts {
        let language = language(recipe, texts);
        if !language.is_empty() {
            map.insert(encode::text(tag), language.done());
        }
    }
    (!map.is_empty()).then(|| map.done())
}

fn language(recipe: &Recipe, texts: &Language) -> Map {
    let mut map = labelled(&texts.manifest);
    for (index, texts) in &texts.components {
        if let Some(component) = recipe.components.get(*index) {
            map.insert(encode::segments(&component.id), labelled(texts).done());
        }
    }
    map
}

fn labelled(texts: &BTreeMap<i64, String>) -> Map {
    texts.iter().fold(Map::default(), |map, (label, text)| map.with(*label, encode::text(text)))
}
