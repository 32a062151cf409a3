//! A device as fields; fields are only ever added (spec/device-show.schema.json).

use std::path::Path;

use serde::Serialize;
use suitpack_device::{Held, Looked, Overview, Place, Step};
use suitpack_package::version_text;

#[derive(Debug, Serialize)]
pub(super) struct View {
    schema: &'static str,
    pub(super) device: String,
    pub(super) lock: Lock,
    /// Whether anything was ever installed.
    pub(super) begun: bool,
    pub(super) components: Vec<ComponentView>,
    pub(super) manifests: Vec<ManifestView>,
    pub(super) numbers: Vec<NumberView>,
    pub(super) dependencies: Vec<DependencyView>,
    pub(super) unfinished: Vec<StepView>,
}

/// Whether anybody may change the device while it is looked at.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Lock {
    /// Another process has it, and may.
    Busy,
    /// There is no state that could be locked yet.
    None,
    /// Nobody may.
    Shared,
}

impl Lock {
    pub(super) fn of(looked: &Looked) -> Self {
        match looked.busy {
            true => Self::Busy,
            false if looked.media.contains_key(&Place(String::from("state"))) => Self::Shared,
            false => Self::None,
        }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct ComponentView {
    pub(super) name: String,
    /// The segments of its identifier, in hexadecimal.
    id: Vec<String>,
    pub(super) layout: &'static str,
    pub(super) slot: usize,
    pub(super) place: String,
    #[serde(skip)]
    pub(super) at: Place,
    pub(super) length: Option<u64>,
    pub(super) version: Option<String>,
    written_by: Option<String>,
    pub(super) sha256: Option<String>,
    /// Why it could not be read.
    pub(super) problem: Option<String>,
    /// Whether nothing has still to be brought there.
    pub(super) finished: bool,
    pub(super) places: Vec<PlaceView>,
}

#[derive(Debug, Serialize)]
pub(super) struct PlaceView {
    pub(super) place: String,
    pub(super) path: String,
    block_device: bool,
    pub(super) offset: u64,
    pub(super) size: u64,
    /// Bytes of what is there, if that is known.
    pub(super) length: Option<u64>,
}

#[derive(Debug, Serialize)]
pub(super) struct ManifestView {
    pub(super) name: String,
    pub(super) sequence_number: u64,
    /// None once it was uninstalled.
    pub(super) digest: Option<String>,
}

/// A number below which a manifest is refused under a name that none was installed by.
#[derive(Debug, Serialize)]
pub(super) struct NumberView {
    pub(super) name: String,
    pub(super) sequence_number: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct DependencyView {
    pub(super) component: String,
    pub(super) users: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct StepView {
    step: &'static str,
    place: String,
    other: Option<String>,
    length: u64,
    pub(super) done: u64,
    #[serde(skip)]
    pub(super) words: String,
}

impl View {
    pub(super) fn of(device: &Path, lock: Lock, overview: &Overview) -> Self {
        let state = overview.state();
        let manifest = |(name, installed): (&String, &suitpack_device::Installed)| ManifestView {
            name: name.clone(),
            sequence_number: installed.sequence,
            digest: installed.digest.clone(),
        };
        let number = |(name, number): (&String, &u64)| NumberView { name: name.clone(), sequence_number: *number };
        let dependency = |(component, users): (&String, &std::collections::BTreeSet<String>)| DependencyView {
            component: component.clone(),
            users: users.iter().cloned().collect(),
        };
        Self {
            schema: SCHEMA,
            device: device.to_string_lossy().into_owned(),
            lock,
            begun: overview.is_begun(),
            components: overview.components().map(|held| component(held, overview)).collect(),
            manifests: state.manifests.iter().map(manifest).collect(),
            numbers: state.numbers.iter().map(number).collect(),
            dependencies: state.users.iter().map(dependency).collect(),
            unfinished: state.redo.iter().map(step).collect(),
        }
    }
}

fn component(held: Held<'_>, overview: &Overview) -> ComponentView {
    let Held { component, slot, place: at, length, version, finished } = held;
    let hex = |segment: &Vec<u8>| segment.iter().map(|byte| format!("{byte:02x}")).collect();
    let places = component.places().into_iter().map(|(place, location)| PlaceView {
        length: overview.state().lengths.get(&place).copied(),
        place: place.0,
        path: location.path.to_string_lossy().into_owned(),
        block_device: location.device,
        offset: location.offset,
        size: location.size,
    });
    ComponentView {
        name: component.name(),
        id: component.id.iter().map(hex).collect(),
        layout: component.layout.word(),
        slot,
        place: at.0.clone(),
        at,
        length,
        version: version.map(|version| version_text(version.iter().copied())),
        written_by: overview.state().components.get(&component.name()).and_then(|holding| holding.by.clone()),
        sha256: None,
        problem: None,
        finished,
        places: places.collect(),
    }
}

fn step(step: &Step) -> StepView {
    let words = crate::commands::install::step(step);
    let (name, place, other, length, done) = match step {
        Step::Copy { from, to, content } => ("copy", from, Some(to), content.length, 0),
        Step::Exchange { a, b, length, done, .. } => ("exchange", a, Some(b), *length, *done),
        Step::Cut { place, length } => ("cut", place, None, *length, 0),
    };
    StepView { step: name, place: place.0.clone(), other: other.map(|other| other.0.clone()), length, done, words }
}

const SCHEMA: &str = "suitpack-device/1";
