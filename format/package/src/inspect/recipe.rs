//! The recipe that builds a package again, every sequence in full (spec/recipe.md).

mod sequence;
mod toml;
mod unsigned;

use core::fmt;
use std::collections::BTreeSet;
use std::io::Read;

use suitpack_core::cbor::Key;
use suitpack_core::manifest::text::Text;
use suitpack_core::manifest::{ComponentId, Member, MemberError, Section};
use suitpack_core::registry::{self, Label, algorithm, common as common_key, dependency, manifest as key, text, text_component};
use suitpack_core::{Digest, Envelope, Manifest, Profile, Wrapped};
use suitpack_crypto::Sha2;

use super::manifest::SEVERABLE;
use super::version_text;
use crate::commands::parameter::Form;
use crate::lookup::file_name;
use crate::reader::{Package, ReadError};
use crate::verify::{algorithm_name, member_name};
pub use unsigned::Unsigned;

use toml::{inline, quoted, table_key};

/// A recipe that says everything a manifest does.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ExplicitRecipe {
    /// The recipe: printable ASCII and line ends.
    pub text: String,
    /// The payloads it wants: the key in the envelope, the file, and the size in bytes.
    pub payloads: Vec<(String, String, u64)>,
    /// What is built has this too.
    pub unsigned: Unsigned,
}

/// Why there is no recipe.
#[derive(Debug)]
pub enum NoRecipe {
    /// The package cannot be read.
    Unreadable(ReadError),
    /// Recipes have no words for something in it.
    NoWords(String),
}

impl fmt::Display for NoRecipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => error.fmt(f),
            Self::NoWords(what) => f.write_str(what),
        }
    }
}

impl core::error::Error for NoRecipe {}

impl From<ReadError> for NoRecipe {
    fn from(error: ReadError) -> Self {
        Self::Unreadable(error)
    }
}

/// Reads a whole package and writes the recipe that makes the same manifest of it, and the same envelope but for the signatures.
/// Whoever shows it to others builds it first, for recipes are narrower than packages in many small ways.
///
/// # Errors
/// [`NoRecipe`].
pub fn explicit_recipe<R: Read>(input: R, profile: Profile) -> Result<ExplicitRecipe, NoRecipe> {
    let mut package = Package::open(input)?;
    let (envelope, stream) = package.parts()?;
    let unsigned = Unsigned::of(&envelope).map_err(ReadError::Malformed)?;
    let manifest = envelope.manifest_unauthenticated(profile).map_err(ReadError::Malformed)?;
    let mut writer = Writer { text: String::from(PREAMBLE), envelope, manifest };
    no_private_keys(&manifest)?;
    writer.envelope()?;
    writer.manifest()?;
    writer.documents();
    writer.components();
    let mut text = writer.text;
    let (envelope, manifest) = (writer.envelope, writer.manifest);
    let mut payloads = Vec::new();
    let mut taken = BTreeSet::new();
    while let Some((uri, size)) = stream.next_payload()? {
        let file = file(&uri, payloads.len(), &mut taken);
        text.push_str(&format!("\n[[payload]]\nuri = {}\nfile = {}\nintegrated = true\n", quoted(&uri), quoted(&file)));
        payloads.push((uri, file, size));
    }
    let mut writer = Writer { text, envelope, manifest };
    writer.sequences()?;
    let decrypts = writer.text.contains(ENCRYPTION_INFO);
    writer.texts()?;
    let text = if decrypts { writer.text.replacen(PREAMBLE, &format!("{PREAMBLE}{DECRYPTED}"), 1) } else { writer.text };
    Ok(ExplicitRecipe { text, payloads, unsigned })
}

struct Writer<'a> {
    text: String,
    envelope: Envelope<'a>,
    manifest: Manifest<'a>,
}

impl<'a> Writer<'a> {
    fn line(&mut self, name: &str, value: &str) {
        self.text.push_str(&format!("{name} = {value}\n"));
    }

    fn envelope(&mut self) -> Result<(), NoRecipe> {
        self.text.push_str("\n[envelope]\n");
        self.line("tagged", &self.envelope.is_tagged().to_string());
        let (mut severed, mut withheld) = (Vec::new(), Vec::new());
        for (code, _) in self.envelope.members() {
            if !matches!(self.manifest.member(code), Member::Severed(_)) {
                return Err(NoRecipe::NoWords(format!(
                    "{} stands in the envelope, and no digest in the manifest binds it",
                    member_name(code)
                )));
            }
        }
        self.authentication()?;
        for code in SEVERABLE {
            if let Member::Severed(digest) = self.manifest.member(code) {
                match self.envelope.member(code) {
                    Some(body) => {
                        bound(&member_name(code), digest, body)?;
                        severed.push(quoted(&member_name(code)));
                    }
                    None => withheld.push((member_name(code), inline(&Form::Recipe.digest(digest)))),
                }
            }
        }
        self.line("severed", &format!("[{}]", severed.join(", ")));
        if !withheld.is_empty() {
            self.text.push_str("\n[envelope.withheld]\n");
            withheld.iter().for_each(|(name, digest)| self.line(name, digest));
        }
        Ok(())
    }

    fn authentication(&self) -> Result<(), NoRecipe> {
        let authentication = self.envelope.authentication().map_err(ReadError::Malformed)?;
        bound("the manifest", authentication.digest(), self.envelope.manifest_bytes())
    }

    fn manifest(&mut self) -> Result<(), NoRecipe> {
        let manifest = self.manifest;
        self.text.push_str("\n[manifest]\n");
        self.line("sequence-number", &manifest.sequence_number().to_string());
        if let Some(numbers) = manifest.version() {
            let all: Vec<i64> = numbers.collect();
            // What people write has one word for a pre-release.
            match all.iter().filter(|number| **number < 0).count() {
                0 | 1 => self.line("version", &quoted(&version_text(numbers))),
                _ => self.line("set-version", &inline(&all.into())),
            }
        }
        if let Some(uri) = manifest.reference_uri() {
            self.line("reference-uri", &quoted(uri));
        }
        if let Some(id) = manifest.component_id() {
            self.line("component-id", &id_text(&id));
        }
        let private = self.private()?;
        if !private.is_empty() {
            self.text.push_str("\n[manifest.private]\n");
            private.iter().for_each(|(code, value)| self.line(&table_key(&code.to_string()), &inline(&Form::Recipe.hex(value))));
        }
        Ok(())
    }

    /// Members under private labels, the promise among them, as they stand in the manifest or, severed, in the envelope.
    fn private(&self) -> Result<Vec<(i64, &'a [u8])>, NoRecipe> {
        let mut reader = self.manifest.bytes().reader();
        let mut map = reader.map().map_err(ReadError::Malformed)?;
        let mut found = Vec::new();
        while let Some(entry) = map.next_key(&mut reader).map_err(ReadError::Malformed)? {
            let value = reader.item().map_err(ReadError::Malformed)?;
            let Key::Int(code) = entry else { continue };
            if !registry::is_private(code) {
                continue;
            }
            match self.manifest.member(code) {
                Member::Severed(_) if code == key::UPGRADABILITY => {
                    found.extend(self.envelope.member(code).map(|body| (code, body.encoded())));
                }
                _ => found.push((code, value)),
            }
        }
        Ok(found)
    }

    /// The body of a member, wherever it stands.
    fn body(&self, code: i64) -> Option<Wrapped<'a>> {
        match self.manifest.member(code) {
            Member::Inline(body) => Some(body),
            Member::Severed(_) => self.envelope.member(code),
            Member::Absent => None,
        }
    }

    fn documents(&mut self) {
        if let Some(body) = self.body(key::COSWID) {
            self.text.push_str("\n[coswid]\n");
            self.line("hex", &inline(&Form::Json.hex(body.content())));
        }
        if let Some(mud) = self.manifest.mud() {
            self.text.push_str("\n[mud]\n");
            self.line("url", &quoted(mud.url));
            self.line("ski", &inline(&Form::Recipe.digest(mud.ski)));
        }
    }

    fn components(&mut self) {
        let common = self.manifest.common();
        for id in common.components() {
            self.text.push_str("\n[[component]]\n");
            self.line("id", &id_text(&id));
        }
        for dependency in common.dependencies().into_iter().flatten() {
            self.text.push_str("\n[[dependency]]\n");
            self.line("index", &dependency.index.to_string());
            if let Some(prefix) = dependency.prefix {
                self.line("prefix", &id_text(&prefix));
            }
        }
    }

    fn sequences(&mut self) -> Result<(), NoRecipe> {
        let mut sequences = Vec::new();
        sequences.extend(self.manifest.common().shared_sequence().map(|sequence| (String::from("suit-shared-sequence"), sequence)));
        for section in Section::ALL {
            let name = member_name(section.key());
            match self.manifest.sequence(section, self.envelope.member(section.key())) {
                Ok(sequence) => sequences.extend(sequence.map(|sequence| (name, sequence))),
                Err(MemberError::Withheld) => {}
                Err(MemberError::Unreadable(error)) => return Err(NoRecipe::NoWords(format!("{name} cannot be read: {error}"))),
            }
        }
        if !sequences.is_empty() {
            self.text.push_str("\n[sequence]\n");
        }
        for (name, sequence) in sequences {
            self.text.push_str(&format!("{name} = "));
            sequence::write(sequence, 0, &mut self.text);
            self.text.push('\n');
        }
        Ok(())
    }

    /// The texts; a component is named by its index.
    fn texts(&mut self) -> Result<(), NoRecipe> {
        let Some(body) = self.body(key::TEXT) else { return Ok(()) };
        let found = Text::parse(body.reader()).map_err(ReadError::Malformed)?;
        let components: Vec<_> = self.manifest.common().components().collect();
        let mut table = None;
        let mut problem = None;
        let text = &mut self.text;
        found.for_each(|entry| {
            let place = (entry.language, entry.component.map(|id| components.iter().position(|known| *known == id)));
            let labels: &'static [Label] = if entry.component.is_some() { text_component::LABELS } else { text::LABELS };
            if table != Some(place) {
                let language = table_key(entry.language);
                match place.1 {
                    None => text.push_str(&format!("\n[text.{language}]\n")),
                    Some(Some(index)) => text.push_str(&format!("\n[text.{language}.component.{index}]\n")),
                    Some(None) => {
                        problem.get_or_insert_with(|| String::from("a text speaks of a component that the manifest does not have"));
                    }
                }
                table = Some(place);
            }
            let name = registry::find(labels, entry.label).map(|label| label.name.strip_prefix("suit-text-").unwrap_or(label.name));
            let name = name.map_or_else(|| table_key(&entry.label.to_string()), str::to_owned);
            text.push_str(&format!("{name} = {}\n", quoted(entry.value)));
        });
        problem.map_or(Ok(()), |problem| Err(NoRecipe::NoWords(problem)))
    }
}

/// Recipes write digests of what they have with SHA-256, and right ones.
fn bound(what: &str, digest: Digest<'_>, body: Wrapped<'_>) -> Result<(), NoRecipe> {
    match digest.matches(&Sha2, &[body.encoded()]) {
        Some(true) if digest.algorithm() == algorithm::SHA_256 => Ok(()),
        Some(false) => Err(NoRecipe::NoWords(format!("{what} does not have the digest that binds it"))),
        _ => Err(NoRecipe::NoWords(format!(
            "{what} is bound by {}, and recipes only do that with SHA-256",
            algorithm_name(digest.algorithm())
        ))),
    }
}

/// Recipes have no place for private keys in suit-common and in what it says of dependencies.
fn no_private_keys(manifest: &Manifest<'_>) -> Result<(), NoRecipe> {
    let walk = || {
        let mut common = manifest.bytes().reader().value(key::COMMON)?.nested().ok()?;
        let mut found = None;
        let mut map = common.map().ok()?;
        while let Some(entry) = map.next_key(&mut common).ok()? {
            match entry {
                Key::Int(common_key::DEPENDENCIES) => {
                    let mut dependencies = common.map().ok()?;
                    while dependencies.next_key(&mut common).ok()?.is_some() {
                        let mut metadata = common.map().ok()?;
                        while let Some(entry) = metadata.next_key(&mut common).ok()? {
                            found = found.or(Some(entry).filter(|entry| *entry != Key::Int(dependency::PREFIX)));
                            common.skip().ok()?;
                        }
                    }
                }
                entry => {
                    let known = matches!(entry, Key::Int(code) if registry::find(common_key::LABELS, code).is_some());
                    found = found.or(Some(entry).filter(|_| !known));
                    common.skip().ok()?;
                }
            }
        }
        found.map(|_| ())
    };
    walk().map_or(Ok(()), |()| Err(NoRecipe::NoWords(String::from("suit-common has a member of private use"))))
}

fn id_text(id: &ComponentId<'_>) -> String {
    let segments: Vec<_> = id.segments().map(|segment| inline(&Form::Recipe.bytes(segment))).collect();
    format!("[{}]", segments.join(", "))
}

/// The name a payload is put down under: that by which `extract` knows it, where it is a plain name and not taken.
fn file(uri: &str, index: usize, taken: &mut BTreeSet<String>) -> String {
    let plain = |name: &&str| {
        name.len() <= NAME
            && !name.starts_with('.')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-+@".contains(&byte))
    };
    let name = file_name(uri).filter(plain).map_or_else(|| format!("payload-{index}"), str::to_owned);
    let name = if taken.contains(&name) { format!("payload-{index}-{name}") } else { name };
    taken.insert(name.clone());
    name
}

/// With a number before it, every file system takes it.
const NAME: usize = 200;

const PREAMBLE: &str = "\
# What a package says, as a recipe, by `suitpack inspect --recipe`.
# Building it makes the same manifest, and the same envelope but for the signatures: their keys are not in a package.
# Each payload is read from a file of its name; `suitpack extract PACKAGE NAME --raw -o NAME -a ANCHOR` writes it.
";

/// What stands behind that if a payload is encrypted.
const DECRYPTED: &str =
    "# It needs `--decryption-key KEY` too: nothing is written that was not verified, what it decrypts to included.\n";

/// The parameter by which a command decrypts.
const ENCRYPTION_INFO: &str = "suit-parameter-encryption-info = ";
