use std::path::Path;

use suitpack_author::Recipe;

/// A recipe: reading it opens no file and never panics, and what is wrong is said with a place inside the text.
pub fn recipe(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    match Recipe::parse(text, Path::new("/nowhere/suitpack.toml"), &[]) {
        Ok(recipe) => assert!(recipe.images().all(|image| !image.as_os_str().is_empty())),
        Err(error) => {
            assert!(!error.message().is_empty());
            let (line, column) = (error.line().unwrap(), error.column().unwrap());
            let lines: Vec<&str> = text.split('\n').collect();
            let at = line.checked_sub(1).and_then(|line| lines.get(line));
            let at = at.unwrap_or_else(|| panic!("line {line} of {}: {error}", lines.len()));
            // Just behind the last character is where something is missing.
            assert!((1..=at.chars().count() + 1).contains(&column), "column {column} of {at:?}: {error}");
        }
    }
}
