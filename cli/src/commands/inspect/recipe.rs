//! The recipe that makes a package again.

use std::io::{self, Read};

use suitpack_author::{Options, Output, Recipe, build};
use suitpack_core::{Envelope, Error, Profile};
use suitpack_package::{ExplicitRecipe, NoRecipe, Unsigned, explicit_recipe};

use super::unreadable;
use crate::failure::{Code, Failure};
use crate::terminal::Terminal;

pub(super) fn print(input: impl Read, name: &str, profile: Profile, terminal: &mut Terminal) -> Result<(), Failure> {
    let recipe = explicit_recipe(input, profile).map_err(|error| match error {
        NoRecipe::Unreadable(error) => unreadable(name, &error),
        NoRecipe::NoWords(what) => no_words(name, &what),
    })?;
    if let Some(what) = difference(&recipe)? {
        return Err(no_words(name, &what));
    }
    terminal.raw(&recipe.text)
}

/// Builds the recipe once and tells what is not as in the package. Its values are all given, so that payloads of one byte do.
fn difference(recipe: &ExplicitRecipe) -> Result<Option<String>, Failure> {
    let folder = tempfile::tempdir().map_err(|error| Failure::io("cannot make a temporary folder", &error))?;
    for (uri, file, size) in &recipe.payloads {
        if *size == 0 {
            return Ok(Some(format!("payload {uri} is empty, and no image is")));
        }
        std::fs::write(folder.path().join(file), [0]).map_err(|error| Failure::io("cannot write a temporary file", &error))?;
    }
    let parsed = match Recipe::parse(&recipe.text, &folder.path().join("suitpack.toml"), &[]) {
        Ok(parsed) => parsed,
        Err(error) => return Ok(Some(error.message().to_owned())),
    };
    let mut built = Vec::new();
    let mut detached = |_: &str| Err(io::ErrorKind::NotFound.into());
    if let Err(error) = build(&parsed, Output::Stream(&mut built), &[], &mut detached, Options::default()) {
        return Ok(Some(error.to_string()));
    }
    let envelope = Envelope::parse(&built).map_err(|error| bug(&error))?;
    let is = Unsigned::of(&envelope).map_err(|error| bug(&error))?;
    let payloads = recipe.payloads.iter().map(|(uri, ..)| uri.as_str());
    let was = &recipe.unsigned;
    let what = if was.manifest != is.manifest {
        "its manifest says something that recipes have no words for"
    } else if was.members != is.members {
        "a severed member says something that recipes have no words for"
    } else if *was != is || !payloads.eq(envelope.payloads().map(|(uri, _)| uri)) {
        "its envelope is not as a recipe would have it"
    } else {
        return Ok(None);
    };
    Ok(Some(what.to_owned()))
}

fn bug(error: &Error) -> Failure {
    Failure::new(Code::BUG, "a package was built that cannot be read").caused_by(error)
}

fn no_words(name: &str, what: &str) -> Failure {
    Failure::new(Code::NO, format!("`{name}` cannot be written as a recipe: {what}"))
        .hint(format!("`suitpack inspect --edn {name}` shows all of it as text, of which `suitpack assemble` makes it again"))
}
